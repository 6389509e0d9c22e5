"""The options with which dlc builds a case."""

import json
import re
import subprocess
from pathlib import Path

from .case import Case
from .session import Session


def model_options(dlc: str, source: Path, case: Case | Session) -> list:
    """The options that choose a model of a file, set its hyperparameters, and fix its open dimensions: to the extents of
    the inputs, or as a session says."""
    options = ["--model", case.model] if case.model else []
    for key, value in case.hyperparameters.items():
        options += ["--set", f"{key}={value if isinstance(value, str) else json.dumps(value)}"]
    if isinstance(case, Session):
        return options + [word for symbol, extent in case.fixed.items() for word in ("--fix", f"{symbol}={extent}")]
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
