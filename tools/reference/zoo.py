#!/usr/bin/env python3
"""Writes reference data for the models under `examples/zoo` into `Tests/Reference/zoo`.

    tools/reference/setup                                 # once: the virtual environment
    ~/.cache/dlc/venv/bin/python tools/reference/zoo.py [NAME…]

The models are those of torchvision, timm and transformers where they have them, in tiny configurations. PyTorch
computes the results, in f64 from values of f32. The seeds are fixed, so the same versions write the same tensors.

Each file is in the safetensors format and holds one case:

    metadata `file`             the model's file under `examples/zoo`
    metadata `model`            the model in it, where it has several; else empty
    metadata `hyperparameters`  a JSON object: for each name the text of its value
    PATH                        a parameter or buffer, under its public name
    input.NAME                  the argument NAME of `forward`
    output.NAME                 a result of `forward`
"""

import sys
from pathlib import Path

from zoo_cases import convolutional, detection, generative, language, multimodal, recurrent, vision
from zoo_cases.case import write_case

FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "Reference" / "zoo"
TOPICS = (convolutional, detection, recurrent, language, vision, multimodal, generative)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    makers = {make.__name__: make for topic in TOPICS for make in topic.CASES}
    for name in sys.argv[1:] or makers:
        print(f"{name}: {write_case(FOLDER, name, makers[name]) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
