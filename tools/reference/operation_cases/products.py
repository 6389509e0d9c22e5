"""Contractions and convolutions."""

import numpy as np
import torch
from torch.nn import functional as F

from .cases import INTEGERS, Case, Values, array, exactly, rounded


def contracted(a, b, batch, contracting, result):
    """The contraction as an einsum, exact for integers."""
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    left = [next(letters) for _ in a.shape]
    right = [next(letters) for _ in b.shape]
    for i, j in batch + contracting:
        right[j] = left[i]
    shared = [left[i] for i, _ in batch]
    free = [left[i] for i in range(a.ndim) if i not in [pair[0] for pair in batch + contracting]]
    free += [right[j] for j in range(b.ndim) if j not in [pair[1] for pair in batch + contracting]]
    formula = f"{''.join(left)},{''.join(right)}->{''.join(shared + free)}"
    with np.errstate(all="ignore"):
        return rounded(np.einsum(formula, exactly(a), exactly(b)), result)


def contract_sparse():
    values = Values(23)

    def case(rows, depth, columns, width, share):
        panels = -(-columns // width)
        kept = values.generator.random((panels, depth)) < share
        matrix = values.floats([depth, panels * width])
        for panel in range(panels):
            matrix[~kept[panel], panel * width : (panel + 1) * width] = 0
        matrix[:, columns:] = 0
        panel, position = np.nonzero(kept)
        parts = [matrix[k, p * width : (p + 1) * width] for p, k in zip(panel, position, strict=True)]
        stored = np.array(parts, np.float32).reshape(len(parts), width)
        starts = np.concatenate([[0], kept.sum(1).cumsum()])
        x = values.floats([rows, depth])
        return Case(
            "contract_sparse",
            [x, stored, array(position, "i32"), array(starts, "i32")],
            [rounded(exactly(x) @ exactly(matrix[:, :columns]), "f32")],
            {"columns": columns, "longest": int(kept.sum(1).max(initial=0))},
        )

    yield case(1, 20, 32, 16, 0.3)
    yield case(5, 33, 40, 16, 0.2)
    yield case(13, 17, 19, 8, 0.4)
    yield case(30, 9, 7, 4, 0.5)
    yield case(1, 70, 5, 1, 0.5)
    yield case(4, 40, 9, 1, 0.3)
    yield case(21, 25, 17, 1, 0.3)
    yield case(70, 18, 33, 1, 0.2)
    yield case(3, 12, 20, 16, 0)
    yield case(20, 12, 3, 1, 0)
    yield case(0, 12, 20, 16, 0.5)


def contract():
    values = Values(20)

    def case(a, b, batch, contracting, result="f32"):
        return Case(
            "contract",
            [a, b],
            [contracted(a, b, batch, contracting, result)],
            {
                "batch_left": [i for i, _ in batch],
                "batch_right": [j for _, j in batch],
                "contract_left": [i for i, _ in contracting],
                "contract_right": [j for _, j in contracting],
                "result": result,
            },
        )

    forms = [
        # shapes, batch pairs, contracting pairs
        ([3, 4], [4, 5], [], [(1, 0)]),
        ([4, 3], [5, 4], [], [(0, 1)]),
        ([3, 4], [5, 4], [], [(1, 1)]),
        ([1, 1], [1, 1], [], [(1, 0)]),
        ([17, 18], [18, 19], [], [(1, 0)]),
        ([7], [7], [], [(0, 0)]),
        ([4], [4, 3], [], [(0, 0)]),
        ([3, 4], [4], [], [(1, 0)]),
        ([3], [4], [], []),
        ([2, 3], [2], [(0, 0)], []),
        ([2, 3, 4], [2, 4, 5], [(0, 0)], [(2, 1)]),
        ([3, 2, 4], [4, 5, 2], [(1, 2)], [(2, 0)]),
        ([2, 3, 4, 5], [2, 3, 6, 5], [(0, 0), (1, 1)], [(3, 3)]),
        ([2, 3, 4, 5], [3, 2, 5, 6], [(1, 0), (0, 1)], [(3, 2)]),
        ([3, 4, 5], [5, 4, 2], [], [(1, 1), (2, 0)]),
        ([2, 3, 4], [2, 3, 4], [], [(0, 0), (1, 1), (2, 2)]),
        ([2, 3, 4], [4, 3, 2, 5], [(0, 2)], [(2, 0), (1, 1)]),
        ([3, 0], [0, 2], [], [(1, 0)]),
        ([0, 3], [3, 2], [], [(1, 0)]),
        ([0, 2, 3], [0, 3, 2], [(0, 0)], [(2, 1)]),
    ]
    for left, right, batch, contracting in forms:
        yield case(values.floats(left), values.floats(right), batch, contracting)
    for element, result in (
        ("f64", "f64"),
        ("f16", "f32"),
        ("bf16", "f32"),
        ("f16", "f16"),
        ("bf16", "bf16"),
        ("i32", "i32"),
        ("i64", "i64"),
    ):
        yield case(values.any([3, 6], element), values.any([6, 4], element), [], [(1, 0)], result)
    for left, right in (("i8", "i8"), ("u8", "i8"), ("u8", "u8")):
        a, b = values.integers([2, 37], left, -128, 127), values.integers([37, 3], right, -128, 127)
        yield case(a, b, [], [(1, 0)], "i32")
        yield case(
            values.integers([2, 3, 9], left, -128, 127),
            values.integers([2, 4, 9], right, -128, 127),
            [(0, 0)],
            [(2, 2)],
            "i32",
        )
    yield case(np.full([1, 9], -128, np.int8), np.full([9, 2], -128, np.int8), [], [(1, 0)], "i32")
    yield case(array([[2**30, 2**30, 5]], "i32"), array([[2], [3], [1]], "i32"), [], [(1, 0)], "i32")
    yield case(array([[1, np.nan], [2, 3]], "f32"), array([[1, 2], [3, 4]], "f32"), [], [(1, 0)])
    yield case(array([[np.inf, 1], [2, 3]], "f32"), array([[0, 2], [3, 4]], "f32"), [], [(1, 0)])


def stretched(values: torch.Tensor, dilation) -> torch.Tensor:
    """The values with zeros between them along the spatial axes."""
    shape = [(size - 1) * d + 1 if size else 0 for size, d in zip(values.shape[2:], dilation)]
    result = values.new_zeros(list(values.shape[:2]) + shape)
    result[(slice(None), slice(None)) + tuple(slice(None, None, d) for d in dilation)] = values
    return result


def convolved(x, kernel, strides, low, high, dilation, input_dilation, groups, element):
    """PyTorch's convolution in f64 of an input that is stretched and padded, or cropped, beforehand."""
    x = stretched(torch.from_numpy(x.astype(np.float64)), input_dilation)
    padding = [amount for pair in reversed(list(zip(low, high))) for amount in pair]
    x = F.pad(x, padding)
    function = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}[len(strides)]
    result = function(
        x, torch.from_numpy(kernel.astype(np.float64)), None, strides, 0, dilation, groups
    ).numpy()
    return rounded(result.astype(np.int64) if element in INTEGERS else result, element)


def convolve():
    values = Values(21)

    def case(
        shape,
        kernel,
        strides,
        low,
        high,
        dilation=None,
        input_dilation=None,
        groups=1,
        element="f32",
        weights=None,
        result=None,
    ):
        ones = [1] * len(strides)
        dilation, input_dilation = dilation or ones, input_dilation or ones
        if weights:
            x = values.integers(shape, element, -128, 255 if element == "u8" else 127)
            weight = values.integers(kernel, weights, -128, 255 if weights == "u8" else 127)
        else:
            x, weight = values.any(shape, element), values.any(kernel, element)
        sums = convolved(x, weight, strides, low, high, dilation, input_dilation, groups, result or element)
        return Case(
            "convolve",
            [x, weight],
            [sums],
            {
                "strides": strides,
                "padding_low": low,
                "padding_high": high,
                "dilation": dilation,
                "input_dilation": input_dilation,
                "groups": groups,
            }
            | ({"result": result} if result else {}),
        )

    # One spatial axis.
    yield case([2, 3, 10], [4, 3, 3], [1], [0], [0])
    yield case([2, 3, 10], [4, 3, 3], [1], [1], [1])
    yield case([1, 2, 11], [2, 2, 4], [3], [0], [2])
    yield case([1, 2, 11], [2, 2, 3], [1], [4], [0], [2])
    yield case([1, 2, 5], [3, 2, 3], [1], [2], [2], None, [2])
    yield case([1, 4, 9], [4, 1, 3], [1], [1], [1], groups=4)
    yield case([1, 1, 1], [1, 1, 1], [1], [0], [0])
    yield case([1, 2, 9], [2, 2, 3], [1], [-1], [-2])
    # Two.
    yield case([1, 3, 6, 6], [8, 3, 3, 3], [1, 1], [1, 1], [1, 1])
    yield case([2, 2, 7, 6], [3, 2, 3, 3], [2, 2], [1, 1], [1, 1])
    yield case([1, 4, 4, 4], [8, 4, 1, 1], [1, 1], [0, 0], [0, 0])
    yield case([1, 4, 7, 7], [6, 4, 1, 1], [2, 2], [0, 0], [0, 0])
    yield case([1, 2, 8, 7], [3, 2, 3, 2], [1, 2], [0, 1], [2, 0])
    yield case([1, 2, 6, 7], [3, 2, 3, 3], [1, 1], [2, 2], [2, 2], [2, 2])
    yield case([1, 2, 9, 8], [3, 2, 2, 3], [2, 1], [1, 0], [0, 3], [3, 2])
    yield case([1, 4, 6, 6], [6, 2, 3, 3], [1, 1], [1, 1], [1, 1], groups=2)
    yield case([1, 6, 6, 6], [6, 1, 3, 3], [1, 1], [1, 1], [1, 1], groups=6)
    yield case([1, 3, 6, 6], [6, 1, 3, 3], [2, 2], [1, 1], [1, 1], groups=3)
    yield case([1, 18, 3, 3], [18, 1, 3, 3], [1, 1], [1, 1], [1, 1], groups=18)
    yield case([1, 3, 4, 4], [2, 3, 3, 3], [1, 1], [2, 2], [2, 2], None, [2, 2])
    yield case([1, 3, 4, 3], [2, 3, 4, 2], [1, 1], [2, 0], [3, 1], None, [3, 2])
    yield case([1, 4, 4, 4], [4, 2, 3, 3], [1, 1], [1, 1], [2, 2], None, [2, 2], 2)
    yield case([1, 2, 6, 5], [2, 2, 2, 2], [2, 1], [1, 1], [0, 1], [2, 1], [1, 2])
    yield case([1, 2, 7, 7], [2, 2, 3, 3], [1, 1], [-1, 1], [0, -2])
    yield case([1, 2, 3, 3], [3, 2, 3, 3], [1, 1], [0, 0], [0, 0])
    yield case([0, 2, 5, 5], [3, 2, 3, 3], [1, 1], [0, 0], [0, 0])
    yield case([1, 5, 3, 4], [17, 5, 3, 3], [1, 1], [1, 1], [1, 1])
    # Three.
    yield case([1, 2, 4, 5, 4], [3, 2, 2, 3, 2], [1, 1, 1], [0, 1, 0], [1, 1, 0])
    yield case([1, 1, 4, 5, 3], [2, 1, 3, 3, 3], [2, 2, 2], [1, 1, 1], [1, 1, 1])
    yield case([1, 2, 3, 3, 3], [2, 1, 2, 2, 2], [1, 1, 1], [1, 1, 1], [1, 1, 1], [1, 2, 1], [2, 1, 1], 2)
    # Other types.
    for element in ("f64", "f16", "bf16", "i32"):
        yield case([1, 2, 5, 5], [3, 2, 3, 3], [1, 1], [1, 1], [1, 1], element=element)
    yield case([1, 2, 5, 5], [3, 2, 3, 3], [1, 1], [1, 1], [1, 1], element="bf16", result="f32")
    # Bytes, summed as i32.
    for element, weights in (("u8", "i8"), ("i8", "i8"), ("u8", "u8"), ("i8", "u8")):
        kinds = {"element": element, "weights": weights, "result": "i32"}
        yield case([1, 3, 5, 6], [5, 3, 3, 3], [2, 1], [1, 1], [1, 1], **kinds)
        yield case([1, 6, 5, 5], [6, 1, 3, 3], [1, 1], [1, 1], [1, 1], groups=6, **kinds)
        yield case([2, 5, 4, 3], [7, 5, 1, 1], [1, 1], [0, 0], [0, 0], **kinds)
