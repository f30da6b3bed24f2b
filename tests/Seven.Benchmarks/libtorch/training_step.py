"""A dense training step of a BERT classifier in PyTorch: forward, backward, AdamW; batch 16, 64 tokens."""
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

BATCH, TOKENS, VOCABULARY, LABELS = 16, 64, 8192, 10


class Layer(nn.Module):
    def __init__(self, hidden, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output = (nn.Linear(hidden, hidden) for _ in range(4))
        self.attention_norm, self.output_norm = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.expand, self.contract = nn.Linear(hidden, 4 * hidden), nn.Linear(4 * hidden, hidden)

    def forward(self, x):
        batch, tokens, hidden = x.shape
        split = lambda y: y.view(batch, tokens, self.heads, hidden // self.heads).transpose(1, 2)
        query, key, value = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = query @ key.transpose(-1, -2) / math.sqrt(hidden // self.heads)
        probabilities = F.dropout(torch.softmax(scores, -1), 0.1)
        context = (probabilities @ value).transpose(1, 2).reshape(batch, tokens, hidden)
        x = self.attention_norm(x + F.dropout(self.output(context), 0.1))
        return self.output_norm(x + F.dropout(self.contract(F.gelu(self.expand(x))), 0.1))


class Classifier(nn.Module):
    def __init__(self, layers, hidden):
        super().__init__()
        self.words, self.positions = nn.Embedding(VOCABULARY, hidden), nn.Embedding(TOKENS, hidden)
        self.norm = nn.LayerNorm(hidden)
        self.layers = nn.ModuleList(Layer(hidden, hidden // 64) for _ in range(layers))
        self.pooler, self.classifier = nn.Linear(hidden, hidden), nn.Linear(hidden, LABELS)

    def forward(self, tokens):
        x = F.dropout(self.norm(self.words(tokens) + self.positions.weight), 0.1)
        for layer in self.layers:
            x = layer(x)
        return self.classifier(F.dropout(torch.tanh(self.pooler(x[:, 0])), 0.1))


def measure(layers, hidden, repetitions):
    torch.manual_seed(1)
    model = Classifier(layers, hidden)
    optimizer = torch.optim.AdamW(model.parameters(), 1e-4, foreach=True)
    tokens, labels = torch.randint(0, VOCABULARY, (BATCH, TOKENS)), torch.randint(0, LABELS, (BATCH,))
    times = []
    for _ in range(repetitions + 1):
        start = time.perf_counter()
        optimizer.zero_grad()
        F.cross_entropy(model(tokens), labels).backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    return sorted(times[1:])[repetitions // 2]


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    print(measure(*{"4x256": (4, 256, 5), "12x768": (12, 768, 1)}[sys.argv[2]]))
