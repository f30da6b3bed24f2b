"""One SEVEN step over the prunable weights of a BERT-base, op by op in PyTorch, with top-k for the threshold."""
import json
import sys
import time

import torch

ALPHA1, ALPHA2, HIDDEN, STEP = 0.8, 0.9, 768, 5
KEEP = 0.2 + 0.8 * (1 - (STEP + 1) / 40) ** 3

torch.set_num_threads(int(sys.argv[1]))
shapes = ([(HIDDEN, HIDDEN)] * 4 + [(4 * HIDDEN, HIDDEN), (HIDDEN, 4 * HIDDEN)]) * 12
weights = [torch.randn(s) * 0.05 for s in shapes]
gradients = [torch.randn(s) * 0.001 for s in shapes]
m, v, scores = ([torch.zeros(s) for s in shapes] for _ in range(3))


def step():
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


start = time.perf_counter()
step()
print(json.dumps({"case": "85M", "value": time.perf_counter() - start}))
