"""The options with which dlc builds a case."""

import json

from .case import Case

SYMBOLS = {"image": "B", "ids": "BT"}


def hyperparameters(case: Case) -> list:
    """The options that set the hyperparameters."""
    return [word for key, value in case.hyperparameters.items() for word in ("--set", f"{key}={json.dumps(value)}")]


def fixed_dimensions(case: Case) -> list:
    """The options that fix the open dimensions to the extents of the inputs."""
    return [
        word
        for name, value in case.inputs.items()
        for symbol, extent in zip(SYMBOLS.get(name, ""), value.shape)
        for word in ("--fix", f"{symbol}={extent}")
    ]
