"""One matrix multiplication of a dense linear layer: its output, the gradient of its input, or that of its weights."""
import sys
import time

import torch

torch.set_num_threads(int(sys.argv[1]))
kind, shape, tokens = sys.argv[2].split("/")
rows, columns = (int(size) for size in shape.split("x"))
weight, x, dy = torch.randn(rows, columns), torch.randn(int(tokens), columns), torch.randn(int(tokens), rows)
run = {"forward": lambda: x @ weight.T, "input-gradient": lambda: dy @ weight, "weight-gradient": lambda: dy.T @ x}[kind]
times = []
for _ in range(23):
    start = time.perf_counter()
    run()
    times.append(time.perf_counter() - start)
print(sorted(times[2:])[10])
