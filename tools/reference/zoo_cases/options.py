"""The options with which dlc builds a case."""

import json
import re
import subprocess
from pathlib import Path

from .case import Case


def model_options(dlc: str, source: Path, case: Case) -> list:
    """The options that choose a model of a file, set its hyperparameters, and fix its open dimensions to the extents of
    the inputs."""
    options = ["--model", case.model] if case.model else []
    for key, value in case.hyperparameters.items():
        options += ["--set", f"{key}={value if isinstance(value, str) else json.dumps(value)}"]
    command = [dlc, "check", str(source), *options]
    report = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    signature = next(line for line in report.splitlines() if line.startswith("  forward("))
    for symbol, extent in fixed_dimensions(signature, case.inputs).items():
        options += ["--fix", f"{symbol}={extent}"]
    return options


def fixed_dimensions(signature: str, inputs: dict) -> dict:
    """The extents of the open dimensions of an entry point, which is shown as `forward(x: f32[B, 4]) -> f32[B]`."""
    return {
        symbol: extent
        for name, shape in re.findall(r"(\w+): \w+\[([^]]*)\]", signature.split(" -> ")[0])
        for symbol, extent in zip(shape.split(", "), inputs[name].shape)
        if symbol.isidentifier()
    }
