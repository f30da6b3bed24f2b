"""Scoring by a dense BERT classifier in PyTorch: embeddings, encoder, head."""
import math
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

VOCABULARY, LABELS = 8192, 2
SHAPES = {"bert-mini/2048": (4, 256, 32, 64, 9), "bert-base/32": (12, 768, 1, 32, 9), "bert-base/128": (12, 768, 1, 128, 5)}


class Layer(nn.Module):
    def __init__(self, hidden, heads):
        super().__init__()
        self.heads = heads
        self.query_key_value, self.output = nn.Linear(hidden, 3 * hidden), nn.Linear(hidden, hidden)
        self.attention_norm, self.output_norm = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.expand, self.contract = nn.Linear(hidden, 4 * hidden), nn.Linear(4 * hidden, hidden)

    def forward(self, x):
        batch, tokens, hidden = x.shape
        query, key, value = (
            part.view(batch, tokens, self.heads, hidden // self.heads).transpose(1, 2)
            for part in self.query_key_value(x).chunk(3, -1))
        probabilities = torch.softmax(query @ key.transpose(-1, -2) / math.sqrt(hidden // self.heads), -1)
        context = (probabilities @ value).transpose(1, 2).reshape(batch, tokens, hidden)
        x = self.attention_norm(x + self.output(context))
        return self.output_norm(x + self.contract(F.gelu(self.expand(x))))


class Classifier(nn.Module):
    def __init__(self, layers, hidden, tokens):
        super().__init__()
        self.words, self.positions = nn.Embedding(VOCABULARY, hidden), nn.Embedding(tokens, hidden)
        self.norm = nn.LayerNorm(hidden)
        self.layers = nn.ModuleList(Layer(hidden, hidden // 64) for _ in range(layers))
        self.pooler, self.classifier = nn.Linear(hidden, hidden), nn.Linear(hidden, LABELS)

    def forward(self, tokens):
        x = self.norm(self.words(tokens) + self.positions.weight)
        for layer in self.layers:
            x = layer(x)
        return self.classifier(torch.tanh(self.pooler(x[:, 0])))


def measure(layers, hidden, sequences, tokens, repetitions):
    torch.manual_seed(1)
    model = Classifier(layers, hidden, tokens).eval()
    texts = torch.randint(0, VOCABULARY, (sequences, tokens))
    times = []
    with torch.inference_mode():
        for _ in range(repetitions + 2):
            start = time.perf_counter()
            model(texts)
            times.append(time.perf_counter() - start)
    return sorted(times[2:])[repetitions // 2]


if __name__ == "__main__":
    torch.set_num_threads(int(sys.argv[1]))
    print(measure(*SHAPES[sys.argv[2]]))
