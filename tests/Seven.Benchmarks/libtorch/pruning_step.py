"""One SEVEN step over the prunable weights of a BERT-base, op by op in PyTorch, with top-k for the threshold."""
import sys
import time

import torch

ALPHA1, ALPHA2, STEP = 0.8, 0.9, 5
KEEP = 0.2 + 0.8 * (1 - (STEP + 1) / 40) ** 3


def measure(layers, hidden, repetitions):
    shapes = ([(hidden, hidden)] * 4 + [(4 * hidden, hidden), (hidden, 4 * hidden)]) * layers
    weights = [torch.randn(s) * 0.05 for s in shapes]
    gradients = [torch.randn(s) * 0.001 for s in shapes]
    m, v, scores = ([torch.zeros(s) for s in shapes] for _ in range(3))
    times = []
    for _ in range(repetitions):
        start = time.perf_counter()
        step(weights, gradients, m, v, scores)
        times.append(time.perf_counter() - start)
    return sorted(times)[repetitions // 2]


def step(weights, gradients, m, v, scores):
    for i, (weight, gradient) in enumerate(zip(weights, gradients)):
        a = gradient.abs()
        m[i].mul_(ALPHA1).add_(a, alpha=1 - ALPHA1)
        v[i].mul_(ALPHA2).addcmul_(a, a, value=1 - ALPHA2)
        mean = m[i] / (1 - ALPHA1 ** (STEP + 1))
        deviation = (v[i] / (1 - ALPHA2 ** (STEP + 1))).sqrt_().add_(1e-9)
        scores[i].add_((weight * a * mean / deviation).abs_())
    flat = torch.cat([score.view(-1) for score in scores])
    threshold = torch.topk(flat, int(KEEP * flat.numel()))[0][-1]
    for weight, score in zip(weights, scores):
        mask = score >= threshold
        weight.mul_(mask)
        score.mul_(mask)


torch.set_num_threads(int(sys.argv[1]))
print(measure(*{"0.4M": (2, 128, 9), "85M": (12, 768, 1)}[sys.argv[2]]))
