"""What the reference data of several calls of a model are made of, and how they are written."""

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from .case import randomize, weights


@dataclass
class Call:
    """One call of an entry point: its inputs and what it gives."""

    entry: str
    inputs: dict
    outputs: dict


@dataclass
class Session:
    """A model in one configuration that is called several times and keeps its states between the calls.

    `compute` takes the module, in f64 and evaluation mode, and gives the calls in order; `fixed` has the open dimensions
    that a build should fix. The rest is as in `Case`.
    """

    file: str
    module: nn.Module
    compute: Callable[[nn.Module], list[Call]]
    hyperparameters: dict = field(default_factory=dict)
    omitted: tuple = ()
    renamed: tuple = ()
    model: str = ""
    fixed: dict = field(default_factory=dict)


def single(value: torch.Tensor) -> torch.Tensor:
    return (value.float() if value.is_floating_point() else value).clone().contiguous()


def write_session(folder: Path, name: str, make: Callable[[], Session]) -> int:
    """Writes the file of a session and returns its size."""
    torch.manual_seed(zlib.crc32(name.encode()))
    session = make()
    randomize(session.module)
    tensors = weights(session)
    with torch.no_grad():
        calls = session.compute(session.module.double().eval())
    for index, call in enumerate(calls):
        for kind, values in (("input", call.inputs), ("output", call.outputs)):
            tensors |= {f"{index}.{kind}.{name}": single(value) for name, value in values.items()}
    path = folder / f"{name}.safetensors"
    texts = {key: json.dumps(value) for key, value in session.hyperparameters.items()}
    metadata = {
        "file": session.file,
        "model": session.model,
        "hyperparameters": json.dumps(texts),
        "calls": json.dumps([call.entry for call in calls]),
    }
    save_file(tensors, path, metadata=metadata)
    path.chmod(0o644)
    return path.stat().st_size
