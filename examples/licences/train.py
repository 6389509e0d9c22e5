#!/usr/bin/env python3
"""Trains `licences.dl` with PyTorch on the licence texts that every Debian system has in /usr/share/common-licenses.

The Mozilla Public License 2.0 is held out. Characters are 0 for a line break, and 1...95 for those from blank to tilde.
Writes beside itself:

    licences.safetensors   parameters, named like the members of `licences.dl`
    ids.npy                i64[48, 64], pieces of the held-out text
    next.npy               i64[48, 64], the characters that follow
    typical.npy            i64[16, 64], pieces of other texts, to learn ranges from
    expected.json          how many of the following characters PyTorch guesses
"""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

FOLDER = Path(__file__).resolve().parent
TEXTS = Path("/usr/share/common-licenses")
SEEN = ["Apache-2.0", "Artistic", "BSD", "CC0-1.0", "GFDL-1.2", "GFDL-1.3", "GPL-1", "GPL-2", "GPL-3", "LGPL-2.1", "MPL-1.1"]
HELD_OUT = "MPL-2.0"
VOCAB, CONTEXT, WIDTH, HIDDEN, HEADS = 96, 64, 64, 256, 4
STEPS = 4000


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm = nn.LayerNorm(WIDTH)
        self.query, self.key, self.value, self.output = (nn.Linear(WIDTH, WIDTH, bias=False) for _ in range(4))
        self.norm = nn.LayerNorm(WIDTH)
        self.up = nn.Linear(WIDTH, HIDDEN)
        self.down = nn.Linear(HIDDEN, WIDTH)

    def forward(self, x):
        y = self.attention_norm(x)
        q, k, v = (f(y).unflatten(-1, (HEADS, -1)).transpose(1, 2) for f in (self.query, self.key, self.value))
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).flatten(2)
        x = x + self.output(seen)
        return x + self.down(F.relu(self.up(self.norm(x))))


class Licences(nn.Module):
    def __init__(self):
        super().__init__()
        self.characters = nn.Embedding(VOCAB, WIDTH)
        self.places = nn.Embedding(CONTEXT, WIDTH)
        self.block = Block()
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, VOCAB)

    def forward(self, ids):
        places = self.places.weight[: ids.shape[1]]
        return self.head(self.norm(self.block(self.characters(ids) + places)))


def read(name: str) -> torch.Tensor:
    text = (TEXTS / name).read_text(encoding="utf-8", errors="ignore")
    codes = [0 if c == "\n" else ord(c) - 31 for c in text if c == "\n" or " " <= c <= "~"]
    return torch.tensor(codes)


def pieces(text: torch.Tensor, starts: torch.Tensor):
    rows = starts[:, None] + torch.arange(CONTEXT)
    return text[rows], text[rows + 1]


def main():
    torch.manual_seed(3)
    torch.set_num_threads(1)
    seen, held_out = torch.cat([read(name) for name in SEEN]), read(HELD_OUT)
    model = Licences()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 6e-3, total_steps=STEPS)
    for _ in range(STEPS):
        ids, following = pieces(seen, torch.randint(0, len(seen) - CONTEXT - 1, (32,)))
        optimizer.zero_grad()
        F.cross_entropy(model(ids).flatten(0, 1), following.flatten()).backward()
        optimizer.step()
        schedule.step()
    model.eval()
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, FOLDER / "licences.safetensors")
    ids, following = pieces(held_out, torch.arange(48) * (len(held_out) - CONTEXT - 1) // 48)
    typical, _ = pieces(seen, torch.arange(16) * (len(seen) - CONTEXT - 1) // 16)
    np.save(FOLDER / "ids.npy", ids.numpy())
    np.save(FOLDER / "next.npy", following.numpy())
    np.save(FOLDER / "typical.npy", typical.numpy())
    with torch.no_grad():
        correct = int((model(ids).argmax(-1) == following).sum())
    (FOLDER / "expected.json").write_text(json.dumps({"characters": ids.numel(), "correct": correct}) + "\n")


if __name__ == "__main__":
    main()
