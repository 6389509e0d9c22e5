#!/usr/bin/env python3
"""Trains `tumours.dl` with PyTorch on scikit-learn's breast-cancer table, of which every fifth row is held out.

Writes beside itself:

    tumours.safetensors   parameters, named like the members of `tumours.dl`
    rows.npy, labels.npy  the 114 held-out rows, f32[114, 30] and i64[114]
    typical.npy           64 of the other rows, to learn ranges from
    expected.json         how many held-out rows PyTorch classifies rightly
"""

import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.nn import functional as F

FOLDER = Path(__file__).resolve().parent


class Tumours(nn.Module):
    def __init__(self, features: int = 30, width: int = 64):
        super().__init__()
        self.norm = nn.BatchNorm1d(features)
        self.first = nn.Linear(features, width)
        self.second = nn.Linear(width, width)
        self.classifier = nn.Linear(width, 2)

    def forward(self, measurements):
        x = F.relu(self.first(self.norm(measurements)))
        return self.classifier(F.relu(self.second(x)))


def main():
    torch.manual_seed(7)
    table, labels = load_breast_cancer(return_X_y=True)
    held_out = np.arange(len(table)) % 5 == 0
    x, y = torch.tensor(table, dtype=torch.float32), torch.tensor(labels)
    seen = ~torch.tensor(held_out)
    model = Tumours()
    with torch.no_grad():
        model.norm.running_mean.copy_(x[seen].mean(0))
        model.norm.running_var.copy_(x[seen].var(0))
    model.norm.eval()
    model.norm.requires_grad_(False)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.05)
    for _ in range(120):
        optimizer.zero_grad()
        F.cross_entropy(model(x[seen]), y[seen]).backward()
        optimizer.step()
    model.eval()
    save_file({k: v.contiguous() for k, v in model.state_dict().items()}, FOLDER / "tumours.safetensors")
    np.save(FOLDER / "rows.npy", x[held_out].numpy())
    np.save(FOLDER / "labels.npy", y[held_out].numpy())
    np.save(FOLDER / "typical.npy", x[seen][:64].numpy())
    with torch.no_grad():
        correct = int((model(x[held_out]).argmax(1) == y[held_out]).sum())
    (FOLDER / "expected.json").write_text(json.dumps({"rows": int(held_out.sum()), "correct": correct}) + "\n")


if __name__ == "__main__":
    main()
