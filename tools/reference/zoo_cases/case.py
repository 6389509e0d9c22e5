"""What the reference data of a model are made of, and how they are written."""

import json
import zlib
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn


@dataclass
class Case:
    """A model in one configuration.

    `compute` takes the module, in evaluation mode, and the inputs in order; it gives a tensor or a tuple, whose
    parts have the names `outputs`. Tensors of the state dictionary whose names end with one of `omitted` aren't
    parameters of the model in `.dl`; of `renamed` each (old, new) replaces the beginning of names. `model` is needed
    where the file has several. Random weights whose names end with a key of `scales` are multiplied by its value; then
    `prepare` changes the module where that isn't enough.
    """

    file: str
    module: nn.Module
    inputs: dict
    hyperparameters: dict = field(default_factory=dict)
    compute: Callable = lambda module, *inputs: module(*inputs)
    outputs: tuple = ("output",)
    omitted: tuple = ()
    renamed: tuple = ()
    model: str = ""
    scales: dict = field(default_factory=dict)
    prepare: Callable = lambda module: None


def noise(*shape: int) -> torch.Tensor:
    """Random f32 numbers from -1 to 1."""
    return torch.rand(shape) * 2 - 1


def tokens(vocabulary: int, *shape: int) -> torch.Tensor:
    """Random token numbers."""
    return torch.randint(0, vocabulary, shape)


@contextmanager
def narrowed(divisor: int):
    """Makes the convolutional layers that are constructed inside have fewer channels; images keep their three."""

    def few(channels):
        return channels if channels <= 3 else max(1, channels // divisor)

    saved = nn.Conv2d, nn.BatchNorm2d, nn.Linear

    class Conv2d(saved[0]):
        def __init__(self, inputs, outputs, *rest, **options):
            super().__init__(few(inputs), few(outputs), *rest, **options)

    class BatchNorm2d(saved[1]):
        def __init__(self, channels, *rest, **options):
            super().__init__(few(channels), *rest, **options)

    class Linear(saved[2]):
        def __init__(self, inputs, outputs, *rest, **options):
            super().__init__(few(inputs), few(outputs), *rest, **options)

    nn.Conv2d, nn.BatchNorm2d, nn.Linear = Conv2d, BatchNorm2d, Linear
    try:
        yield
    finally:
        nn.Conv2d, nn.BatchNorm2d, nn.Linear = saved


def randomize(module: nn.Module):
    """Gives random values to all parameters and statistics, such that signals keep their size from layer to layer."""
    with torch.no_grad():
        for path, tensor in module.state_dict().items():
            if path.endswith("running_var"):
                tensor.uniform_(0.5, 2)
            elif path.endswith("running_mean"):
                tensor.uniform_(-0.5, 0.5)
            elif tensor.dim() == 1 and path.endswith("weight"):
                tensor.uniform_(0.5, 1.5)
            elif tensor.dim() == 1 and tensor.is_floating_point():
                tensor.uniform_(-0.2, 0.2)
            elif tensor.dim() > 1 and tensor.is_floating_point():
                tensor.normal_(0, (2 * tensor.shape[0] / tensor.numel()) ** 0.5)


def initialize(case: Case):
    """Gives the module of a case its weights: random ones, changed as the case says."""
    randomize(case.module)
    with torch.no_grad():
        for path, tensor in case.module.state_dict().items():
            for suffix, factor in case.scales.items():
                if path.endswith(suffix):
                    tensor.mul_(factor)
        case.prepare(case.module)


def perturbed(value: torch.Tensor) -> torch.Tensor:
    """Another input: negated numbers, tokens in reverse."""
    return -value if value.is_floating_point() else value.flip(-1)


def weights(case: Case) -> dict:
    """The parameters and buffers under the names that the model in `.dl` gives them."""
    result = {}
    for path, tensor in case.module.state_dict().items():
        if path.endswith(("num_batches_tracked", *case.omitted)):
            continue
        for old, new in case.renamed:
            if path.startswith(old):
                path = new + path.removeprefix(old)
        result[path] = tensor.detach().clone().contiguous()
    return result


def write_case(folder: Path, name: str, make: Callable[[], Case]) -> int:
    """Writes the file of a case and returns its size."""
    torch.manual_seed(zlib.crc32(name.encode()))
    case = make()
    initialize(case)
    tensors = weights(case) | {f"input.{name}": value for name, value in case.inputs.items()}
    operands = [value.double() if value.is_floating_point() else value for value in case.inputs.values()]
    with torch.no_grad():
        results = case.compute(case.module.double().eval(), *operands)
        others = [perturbed(value) for value in operands]
        changed = case.compute(case.module, *others)
    results = results if isinstance(results, tuple) else (results,)
    changed = changed if isinstance(changed, tuple) else (changed,)
    assert len(results) == len(case.outputs), name
    for one, other in zip(results, changed):
        assert (one - other).abs().max() > 0.02 * one.abs().max(), f"{name} hardly depends on its inputs"
    tensors |= {
        f"output.{name}": (value.float() if value.is_floating_point() else value).clone().contiguous()
        for name, value in zip(case.outputs, results)
    }
    path = folder / f"{name}.safetensors"
    texts = {key: json.dumps(value) for key, value in case.hyperparameters.items()}
    metadata = {"file": case.file, "model": case.model, "hyperparameters": json.dumps(texts)}
    save_file(tensors, path, metadata=metadata)
    path.chmod(0o644)
    return path.stat().st_size
