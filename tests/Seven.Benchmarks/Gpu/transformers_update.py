"""An update of Hugging Face's BERT on a GPU, as its trainer makes it, for the figures beside those of GpuTrainingCommand.cs: python3 transformers_update.py"""
import statistics
import time

import torch
from transformers import BertConfig, BertForSequenceClassification


def measure(name, layers, hidden, batch, tokens, mixed, warm_ups=10, repetitions=20):
    shape = BertConfig(vocab_size=30522, num_hidden_layers=layers, hidden_size=hidden, num_attention_heads=12, intermediate_size=4 * hidden)
    model = BertForSequenceClassification(shape).cuda().train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5)
    ids, labels = torch.randint(0, 30522, (batch, tokens)), torch.randint(0, 2, (batch,))
    mask = torch.ones_like(ids)
    times = []
    for update in range(warm_ups + repetitions):
        torch.cuda.synchronize()
        start = time.perf_counter()
        optimizer.zero_grad()
        with torch.autocast("cuda", dtype=torch.bfloat16, enabled=mixed):
            loss = model(input_ids=ids.cuda(), attention_mask=mask.cuda(), labels=labels.cuda()).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        torch.cuda.synchronize()
        if update >= warm_ups:
            times.append(time.perf_counter() - start)
    print(f"{name}, {'bfloat16' if mixed else 'float32'}: {statistics.median(times):.4f} seconds")


torch.manual_seed(1)
print(torch.__version__, torch.cuda.get_device_name(0))
for mixed in (False, True):
    measure("6x384, 32 x 64 tokens", 6, 384, 32, 64, mixed)
    measure("12x768, 32 x 128 tokens", 12, 768, 32, 128, mixed)
