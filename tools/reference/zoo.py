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

Files in `Tests/Reference/sessions` hold several calls, which share the model's states: the metadata `calls` is a JSON list
of entry points, and `N.input.NAME` and `N.output.NAME` belong to call N.
"""

import sys
from pathlib import Path

from zoo_cases import (
    convolutional, decoding, detection, diffusion, generative, language, multimodal, recurrent, vision,
)  # fmt: skip
from zoo_cases.case import write_case
from zoo_cases.session import write_session

FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "Reference"
TOPICS = (convolutional, detection, recurrent, language, vision, multimodal, generative, diffusion)
SESSIONS = (decoding, generative, diffusion)


def main():
    cases = {make.__name__: make for topic in TOPICS for make in topic.CASES}
    sessions = {make.__name__: make for topic in SESSIONS for make in topic.SESSIONS}
    for name in sys.argv[1:] or [*cases, *sessions]:
        write, folder, make = (
            (write_case, FOLDER / "zoo", cases[name])
            if name in cases
            else (write_session, FOLDER / "sessions", sessions[name])
        )
        folder.mkdir(parents=True, exist_ok=True)
        print(f"{name}: {write(folder, name, make) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
