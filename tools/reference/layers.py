#!/usr/bin/env python3
"""Writes reference data for the layers of the `nn` library into `Tests/Reference/layers`.

    tools/reference/setup                                 # once: the virtual environment
    ~/.cache/dlc/venv/bin/python tools/reference/layers.py

PyTorch computes the results, in f64 from values of f32. The seeds are fixed, so the same versions write the
same bytes.

Each file is in the safetensors format and holds one model with its weights, inputs and outputs, so that one
test can compile and run them all:

    metadata `model`   the source of a model in `.dl` with one function, `forward`
    PATH               a parameter or buffer, by its path in the model: `layer.weight`
    input.NAME         the argument NAME of `forward`
    output.NAME        a result: `output` where there is one, else the name of the variable that is returned
"""

from pathlib import Path

from layer_cases import (
    activations,
    attention,
    basic,
    convolutions,
    detection,
    losses,
    normalizations,
    recurrent,
    sampling,
    variants,
)
from layer_cases.layer import write_layer

FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "Reference" / "layers"
TOPICS = (
    basic, convolutions, normalizations, activations, attention, recurrent, losses, variants, detection, sampling,
)  # fmt: skip


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    names = [write_layer(FOLDER, layer) for topic in TOPICS for layer in topic.layers()]
    assert len(names) == len(set(names)), "two layers have one name"
    print(f"{len(names)} layers, {sum(file.stat().st_size for file in FOLDER.iterdir()) // 1000} kB")


if __name__ == "__main__":
    main()
