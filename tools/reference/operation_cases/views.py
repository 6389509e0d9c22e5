"""Operations that move elements without computing, and iota."""

import math

import numpy as np

from .cases import DTYPES, Case, Values, array


def broadcast():
    values = Values(30)
    for shape, result, axes in (
        ([], [2, 3], []),
        ([3], [2, 3], [1]),
        ([2], [2, 3], [0]),
        ([2, 1], [2, 3], [0, 1]),
        ([1, 1], [4, 3], [0, 1]),
        ([2, 4], [2, 3, 4], [0, 2]),
        ([1, 4], [2, 3, 4], [1, 2]),
        ([5], [5], [0]),
        ([1], [0], [0]),
        ([0], [3, 0], [1]),
        ([3, 1, 2], [2, 3, 4, 2], [1, 2, 3]),
        ([1], [2, 7], [0]),
    ):
        for element in ("f32",) if shape else DTYPES:
            operand = values.any(shape, element)
            view = np.ones(len(result), int)
            view[axes] = shape
            yield Case(
                "broadcast",
                [operand],
                [np.broadcast_to(operand.reshape(view), result)],
                {"shape": result, "axes": axes},
            )


def reshape():
    values = Values(31)
    for shape, result in (
        ([6], [2, 3]),
        ([2, 3], [6]),
        ([2, 3], [3, 2]),
        ([2, 3, 4], [6, 4]),
        ([2, 3, 4], [2, 12]),
        ([4, 6], [2, 2, 3, 2]),
        ([1], []),
        ([], [1, 1]),
        ([2, 1, 3], [2, 3]),
        ([0, 3], [3, 0]),
        ([2, 6], [3, 4]),
        ([1, 5, 1], [5, 1, 1]),
    ):
        operand = values.any(shape, "f32")
        yield Case("reshape", [operand], [operand.reshape(result)], {"shape": result})


def transpose():
    values = Values(32)
    for shape, permutation in (
        ([2, 3], [1, 0]),
        ([2, 3], [0, 1]),
        ([2, 3, 4], [2, 0, 1]),
        ([2, 3, 4], [1, 2, 0]),
        ([2, 3, 4], [0, 2, 1]),
        ([2, 3, 4, 5], [0, 2, 1, 3]),
        ([2, 1, 3, 2], [3, 1, 0, 2]),
        ([], []),
        ([5], [0]),
        ([0, 3], [1, 0]),
        ([17, 18], [1, 0]),
    ):
        for element in ("f32", "i8"):
            operand = values.any(shape, element)
            yield Case("transpose", [operand], [operand.transpose(permutation)], {"permutation": permutation})


def slices():
    values = Values(33)
    for shape, starts, extents, steps in (
        ([10], [2], [5], [1]),
        ([10], [1], [4], [2]),
        ([10], [9], [10], [-1]),
        ([10], [8], [3], [-3]),
        ([10], [3], [0], [1]),
        ([4, 6], [1, 0], [2, 6], [1, 1]),
        ([4, 6], [0, 5], [4, 3], [1, -2]),
        ([4, 6], [3, 5], [4, 6], [-1, -1]),
        ([2, 3, 8], [0, 1, 0], [2, 1, 4], [1, 1, 2]),
        ([], [], [], []),
        ([0, 3], [0, 0], [0, 2], [1, 1]),
        ([5], [4], [1], [7]),
        ([33], [1], [16], [2]),
    ):
        for element in ("f32", "i16"):
            operand = values.any(shape, element)
            result = operand
            for axis, (start, extent, step) in enumerate(zip(starts, extents, steps)):
                result = result.take(start + step * np.arange(extent), axis)
            yield Case("slice", [operand], [result], {"starts": starts, "extents": extents, "steps": steps})


def pad():
    values = Values(34)
    for shape, low, high in (
        ([3], [2], [1]),
        ([3], [0], [0]),
        ([2, 3], [1, 0], [0, 2]),
        ([2, 3, 2], [0, 1, 2], [1, 0, 1]),
        ([0], [2], [1]),
        ([2, 0], [1, 1], [0, 1]),
        ([], [], []),
        ([17], [1], [15]),
    ):
        for element, value in (("f32", -1.5), ("f32", np.nan), ("i32", 7), ("bool", True)):
            operand, fill = values.any(shape, element), array(value, element)
            result = np.pad(operand, list(zip(low, high)), constant_values=fill) if shape else operand
            yield Case("pad", [operand, fill], [result], {"low": low, "high": high})


def concatenate():
    values = Values(35)
    for shapes, axis in (
        ([[3], [2]], 0),
        ([[2, 3], [1, 3], [4, 3]], 0),
        ([[2, 3], [2, 1], [2, 5]], 1),
        ([[2, 3]], 1),
        ([[2, 0], [2, 3]], 1),
        ([[0, 3], [0, 3]], 0),
        ([[2, 3, 2], [2, 1, 2]], 1),
        ([[1, 2, 17], [1, 2, 3]], 2),
        ([[1]] * 5, 0),
    ):
        for element in ("f32", "u8"):
            operands = [values.any(shape, element) for shape in shapes]
            yield Case("concatenate", operands, [np.concatenate(operands, axis)], {"axis": axis})


def iota():
    for element in DTYPES:
        if element == "bool":
            continue
        more = [([2, 3], 0), ([2, 3], 1), ([0], 0)] if element == "f32" else []
        for shape, axis in [([5], 0), ([2, 3, 2], 1), ([1, 19], 1)] + more:
            index = np.arange(shape[axis]).reshape([-1 if i == axis else 1 for i in range(len(shape))])
            result = np.broadcast_to(index, shape).astype(DTYPES[element])
            assert math.prod(shape) == result.size
            yield Case(
                "iota", [], [result], {"type": f"{element}[{', '.join(map(str, shape))}]", "axis": axis}
            )
