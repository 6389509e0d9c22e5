"""What a case is, how cases are written, and values to make them of."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import ml_dtypes
import numpy as np
import torch
from safetensors.torch import save_file

DTYPES = {
    "f64": np.dtype(np.float64),
    "f32": np.dtype(np.float32),
    "f16": np.dtype(np.float16),
    "bf16": np.dtype(ml_dtypes.bfloat16),
    "i64": np.dtype(np.int64),
    "i32": np.dtype(np.int32),
    "i16": np.dtype(np.int16),
    "i8": np.dtype(np.int8),
    "u8": np.dtype(np.uint8),
    "bool": np.dtype(np.bool_),
}
FLOATS = ("f64", "f32", "f16", "bf16")
INTEGERS = ("i64", "i32", "i16", "i8", "u8")

SPECIAL = [np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0, -1.0]


@dataclass
class Case:
    """One application of an operation: operands, results and attributes."""

    operation: str
    inputs: list
    outputs: list
    attributes: dict = field(default_factory=dict)


def type_name(dtype: np.dtype) -> str:
    """Our name of an element type."""
    return next(name for name, other in DTYPES.items() if other == dtype)


def array(values, element: str) -> np.ndarray:
    """The values as a tensor; floats are rounded to the nearest, integers wrap."""
    if element in INTEGERS:
        return wrapped(np.array(values, dtype=object), element)
    with np.errstate(over="ignore"):
        return np.array(values, dtype=np.float64 if element != "bool" else bool).astype(DTYPES[element])


def wrapped(values: np.ndarray, element: str) -> np.ndarray:
    """Python integers of any size as two's complement numbers of a type."""
    bits = DTYPES[element].itemsize * 8
    low = 0 if element == "u8" else -(1 << (bits - 1))
    values = np.asarray(values, dtype=object)
    flat = [(int(value) - low) % (1 << bits) + low for value in values.ravel()]
    return np.array(flat, dtype=DTYPES[element]).reshape(values.shape)


class Values:
    """Seeded tensors."""

    def __init__(self, seed: int):
        self.generator = np.random.default_rng(seed)

    def floats(self, shape, element="f32", low=-2.0, high=2.0) -> np.ndarray:
        return self.generator.uniform(low, high, shape).astype(np.float32).astype(DTYPES[element])

    def integers(self, shape, element="i32", low=-9, high=9) -> np.ndarray:
        """Integers of `low...high`."""
        low = max(low, 0) if element == "u8" else low
        return self.generator.integers(low, high, shape, endpoint=True).astype(DTYPES[element])

    def bools(self, shape) -> np.ndarray:
        return self.generator.integers(0, 1, shape, endpoint=True).astype(bool)

    def distinct(self, shape, element="f32") -> np.ndarray:
        """Numbers of which no two are equal."""
        count = int(np.prod(shape))
        return (self.generator.permutation(count) - count // 2).reshape(shape).astype(DTYPES[element])

    def any(self, shape, element) -> np.ndarray:
        """Small numbers of any type."""
        if element == "bool":
            return self.bools(shape)
        return self.floats(shape, element) if element in FLOATS else self.integers(shape, element)


def exactly(values: np.ndarray) -> np.ndarray:
    """The values in which to compute: f64, or Python integers."""
    if values.dtype == bool:
        return values
    return values.astype(object) if values.dtype.kind in "iu" else values.astype(np.float64)


def rounded(values: np.ndarray, element: str) -> np.ndarray:
    """An exact result as a tensor of a type."""
    values = np.asarray(values)
    return wrapped(values, element) if element in INTEGERS else values.astype(DTYPES[element])


def tensor(values: np.ndarray) -> torch.Tensor:
    """A copy as a PyTorch tensor."""
    values = np.ascontiguousarray(values).reshape(np.shape(values))
    if values.dtype == DTYPES["bf16"]:
        return torch.from_numpy(values.view(np.int16).copy()).view(torch.bfloat16)
    return torch.from_numpy(values.copy())


def write_cases(path: Path, cases: Iterable[Case]) -> int:
    """Writes a file and returns how many cases it holds."""
    tensors, entries = {}, []
    for number, case in enumerate(cases):
        name = f"case{number:03}"
        tensors |= {f"{name}.in{i}": tensor(value) for i, value in enumerate(case.inputs)}
        tensors |= {f"{name}.out{i}": tensor(value) for i, value in enumerate(case.outputs)}
        entries.append({"id": name, "operation": case.operation, "attributes": case.attributes})
    save_file(tensors, path, metadata={"cases": json.dumps(entries, separators=(",", ":"))})
    return len(entries)
