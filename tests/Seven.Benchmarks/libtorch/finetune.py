"""A dense fine-tuning run of a BERT classifier in PyTorch: batches of 32 sentences of 64 tokens; seconds from the first step to the last."""
import sys
import time

import torch
import torch.nn.functional as F

from training_step import LABELS, TOKENS, VOCABULARY, Classifier

BATCH = 32


def measure(layers, hidden, steps):
    torch.manual_seed(1)
    model = Classifier(layers, hidden)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-4, foreach=True)
    tokens, labels = torch.randint(0, VOCABULARY, (BATCH, TOKENS)), torch.randint(0, LABELS, (BATCH,))
    start = time.perf_counter()
    for _ in range(steps):
        optimizer.zero_grad()
        F.cross_entropy(model(tokens), labels).backward()
        optimizer.step()
    return time.perf_counter() - start


torch.set_num_threads(int(sys.argv[1]))
print(measure(*{"probe": (4, 256, 4), "bert-mini": (4, 256, 60)}[sys.argv[2]]))
