#!/usr/bin/env python3
"""Trains the network of `digits.dl` and writes the files that the demo and the tests read.

    tools/reference/setup                                  # once: the virtual environment
    ~/.cache/dlc/venv/bin/python examples/digits/train.py  # about a minute on one core

The data are the 1797 handwritten digits that ship with scikit-learn, 8x8 pixels with values 0...16. The
last 360, in the order of the data set, are held out. Neighbours in it are often by the same hand, so that is
harder than a random choice. Nothing is chosen by looking at them: the last epoch's weights are kept.

Written beside this file:

    digits.safetensors  parameters and batch-norm statistics, named like the members of `digits.dl`
    images.npy          f32[360, 1, 8, 8], the held-out images divided by 16
    labels.npy          i64[360]
    logits.npy          f32[360, 10], what PyTorch computes for them
    expected.json       how many of them PyTorch classifies rightly
    digit-N.png, .pgm   a few held-out images as files, N the label

The seed is fixed, so the same machine with the same versions writes the same bytes.
"""

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F

FOLDER = Path(__file__).resolve().parent
HELD_OUT = 360
EPOCHS = 60
BATCH = 64


class Stage(nn.Module):
    """Convolution, batch norm and ReLU; the size of the image stays."""

    def __init__(self, inputs: int, outputs: int):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


class Digits(nn.Module):
    def __init__(self, width: int = 16):
        super().__init__()
        self.stage1 = Stage(1, width)
        self.stage2 = Stage(width, 2 * width)
        self.stage3 = Stage(2 * width, 4 * width)
        self.stage4 = Stage(4 * width, 4 * width)
        self.pool = nn.MaxPool2d(2)
        self.classifier = nn.Linear(16 * width, 10)

    def forward(self, image):
        half = self.pool(self.stage2(self.stage1(image)))
        quarter = self.pool(self.stage4(self.stage3(half)))
        return self.classifier(quarter.flatten(1))


def augmented(images: torch.Tensor) -> torch.Tensor:
    """The images, each turned, scaled, sheared and shifted a little."""
    count = images.shape[0]

    def uniform(radius):
        return (torch.rand(count) * 2 - 1) * radius

    angle, scale, shear = uniform(0.25), 1 + uniform(0.12), uniform(0.15)
    cosine, sine = torch.cos(angle) * scale, torch.sin(angle) * scale
    rows = [
        torch.stack([cosine, shear - sine, uniform(0.22)], 1),
        torch.stack([sine, cosine, uniform(0.22)], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)


def trained(images: torch.Tensor, labels: torch.Tensor) -> Digits:
    """A network trained on the images, in evaluation mode."""
    model = Digits()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    steps = EPOCHS * -(-len(images) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-2, total_steps=steps)
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(images)).split(BATCH):
            scores = model(augmented(images[batch]))
            loss = F.cross_entropy(scores, labels[batch], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return model.eval()


def write_image(path: Path, image: np.ndarray):
    """Writes a 2-d image of values 0...1 as 8-bit gray, in the format that the path's ending names."""
    Image.fromarray(np.rint(image * 255).astype(np.uint8)).save(path)


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    data = load_digits()
    images = torch.tensor(data.images / 16, dtype=torch.float32).unsqueeze(1)
    labels = torch.tensor(data.target, dtype=torch.int64)
    model = trained(images[:-HELD_OUT], labels[:-HELD_OUT])

    images, labels = images[-HELD_OUT:], labels[-HELD_OUT:]
    with torch.no_grad():
        logits = model(images)
    correct = int((logits.argmax(1) == labels).sum())

    tensors = {
        name: tensor.contiguous()
        for name, tensor in model.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    save_file(tensors, FOLDER / "digits.safetensors")
    np.save(FOLDER / "images.npy", images.numpy())
    np.save(FOLDER / "labels.npy", labels.numpy())
    np.save(FOLDER / "logits.npy", logits.numpy())
    (FOLDER / "expected.json").write_text(json.dumps({"images": HELD_OUT, "correct": correct}) + "\n")
    for name in ("digit-3.png", "digit-7.png", "digit-8.pgm"):
        first = int((labels == int(name[6])).nonzero()[0, 0])
        write_image(FOLDER / name, images[first, 0].numpy())
    count = sum(tensor.numel() for tensor in tensors.values())
    print(f"{correct} of {HELD_OUT} right, {count} numbers in {len(tensors)} tensors")


if __name__ == "__main__":
    main()
