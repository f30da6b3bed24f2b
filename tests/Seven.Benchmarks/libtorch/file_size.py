"""The size in bytes of a dense encoder's file, as torch.save writes it."""
import os
import sys
import tempfile

import torch
from torch import nn

from inference import Layer

LAYERS, HIDDEN = {"bert-base": (12, 768)}[sys.argv[2]]
encoder = nn.ModuleList(Layer(HIDDEN, HIDDEN // 64) for _ in range(LAYERS))
with tempfile.NamedTemporaryFile() as file:
    torch.save(encoder.state_dict(), file.name)
    print(os.path.getsize(file.name))
