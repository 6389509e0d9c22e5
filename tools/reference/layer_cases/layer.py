"""What a layer's reference data are made of, and how they are written."""

import copy
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn


@dataclass
class Layer:
    """One model around a layer.

    `compute` takes the module, in f64 and evaluation mode, and the inputs in order; it gives a tensor or a
    tuple, whose parts have the names `outputs`. The source's text is filled in by `wrapped` or written out.
    """

    name: str
    source: str
    inputs: dict
    compute: Callable
    module: nn.Module = field(default_factory=nn.Module)
    outputs: tuple = ("output",)
    prefix: str = "layer."


def wrapped(expression: str, inputs: str, result: str, call: str = "layer(x)", names: str = "output") -> str:
    """The source of a model with one member, `layer = expression`, and a `forward` that returns a call of it.

    Where `names` has several names, the call gives a tuple of them; inner parentheses are patterns.
    """
    if names == "output":
        body = [f"return {call}"]
    else:
        flat = names.replace("(", "").replace(")", "")
        body = [f"let ({names}) = {call}", f"return ({flat})"]
    member = [f"  layer = {expression}", ""] if expression else []
    lines = ["import nn", "", "model Case {", *member, f"  func forward({inputs}) -> {result} {{"]
    return "\n".join(lines + [f"    {line}" for line in body] + ["  }", "}", ""])


def values(name: str, *shape: int, low: float = -1.5, high: float = 1.5) -> torch.Tensor:
    """Random f32 numbers, seeded by the name."""
    generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))
    return torch.rand(shape, generator=generator) * (high - low) + low


def seeded(make: Callable[[], nn.Module], name: str) -> nn.Module:
    """A module with random parameters, also where they begin as ones and zeros, and random statistics."""
    torch.manual_seed(zlib.crc32(name.encode()))
    module = make()
    with torch.no_grad():
        for path, tensor in module.state_dict().items():
            if path.endswith("running_var"):
                tensor.uniform_(0.5, 2)
            elif path.endswith("running_mean"):
                tensor.uniform_(-0.5, 0.5)
            elif tensor.dim() == 1 and path.endswith("weight"):
                tensor.uniform_(0.5, 1.5)
            elif tensor.dim() == 1 and tensor.is_floating_point():
                tensor.uniform_(-0.5, 0.5)
    return module


def write_layer(folder: Path, layer: Layer) -> str:
    """Writes the file of a layer and returns its name."""
    module = copy.deepcopy(layer.module).double().eval()
    operands = [value.double() if value.is_floating_point() else value for value in layer.inputs.values()]
    with torch.no_grad():
        results = layer.compute(module, *operands)
    results = results if isinstance(results, tuple) else (results,)
    assert len(results) == len(layer.outputs), layer.name

    tensors = {
        layer.prefix + path: tensor
        for path, tensor in layer.module.state_dict().items()
        if not path.endswith("num_batches_tracked")
    }
    tensors |= {f"input.{name}": value for name, value in layer.inputs.items()}
    tensors |= {
        f"output.{name}": value.float() if value.is_floating_point() else value
        for name, value in zip(layer.outputs, results)
    }
    tensors = {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}
    path = folder / f"{layer.name}.safetensors"
    save_file(tensors, path, metadata={"model": layer.source})
    path.chmod(0o644)
    return layer.name
