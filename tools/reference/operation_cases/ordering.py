"""Operations that order elements: arg reductions, sort, top-k."""

import numpy as np
import torch

from .cases import INTEGERS, Case, Values, array, exactly, tensor


def arg_reduce():
    values = Values(50)

    def case(operand, function, axis):
        exact = exactly(operand)
        exact = exact.astype(np.int64) if exact.dtype == object else exact
        find = np.argmax if function == "maximum" else np.argmin
        return Case(
            "arg_reduce",
            [operand],
            [np.asarray(find(exact, axis), np.int64)],
            {"function": function, "axis": axis},
        )

    for function in ("maximum", "minimum"):
        for axis in (0, 1, 2):
            yield case(values.floats([2, 3, 4]), function, axis)
            yield case(values.integers([2, 3, 4], low=-1, high=1), function, axis)
        for element in INTEGERS:
            yield case(values.integers([3, 9], element, -100, 100), function, 1)
        for element in ("f64", "f16", "bf16"):
            yield case(values.floats([3, 9], element), function, 1)
        yield case(values.floats([2, 1]), function, 1)
        yield case(values.floats([0, 2]), function, 1)
        yield case(values.floats([2, 67]), function, 1)
        yield case(
            array([[1, np.nan, 3, np.nan], [np.inf, 1, np.inf, 2], [-np.inf, 2, -np.inf, np.nan]], "f32"),
            function,
            1,
        )
        yield case(array([np.inf, np.inf], "f32"), function, 0)
        yield case(array([-np.inf, -np.inf], "f32"), function, 0)


def sort():
    values = Values(51)

    def case(operand, axis, descending):
        result, order = torch.sort(tensor(operand), dim=axis, descending=descending, stable=True)
        order = order.numpy()
        assert result.shape == operand.shape
        return Case(
            "sort",
            [operand],
            [np.take_along_axis(operand, order, axis), order],
            {"axis": axis, "descending": descending},
        )

    for descending in (False, True):
        for axis in (0, 1, 2):
            yield case(values.floats([2, 3, 4]), axis, descending)
            yield case(values.integers([2, 3, 4], low=-2, high=2), axis, descending)
        for element in INTEGERS:
            yield case(values.integers([2, 9], element, -100, 100), 1, descending)
        for element in ("f64", "f16", "bf16"):
            yield case(values.floats([2, 9], element), 1, descending)
        yield case(values.bools([7]), 0, descending)
        yield case(values.floats([2, 37]), 1, descending)
        yield case(values.integers([33], low=0, high=3), 0, descending)
        yield case(values.floats([3, 1]), 1, descending)
        yield case(values.floats([2, 0]), 1, descending)
        yield case(array([3, np.nan, -np.inf, 1, np.nan, np.inf, 1], "f32"), 0, descending)


def top_k():
    values = Values(52)

    def case(operand, count, axis, largest):
        _, order = torch.topk(tensor(operand), count, dim=axis, largest=largest, sorted=True)
        order = order.numpy()
        return Case(
            "top_k",
            [operand],
            [np.take_along_axis(operand, order, axis), order],
            {"count": count, "axis": axis, "largest": largest},
        )

    for largest in (True, False):
        for shape, axis, count in (
            ([9], 0, 3),
            ([3, 8], 1, 1),
            ([3, 8], 1, 8),
            ([6, 4], 0, 2),
            ([2, 5, 3], 1, 4),
            ([2, 37], 1, 5),
            ([4, 1], 1, 1),
            ([3, 4], 1, 0),
        ):
            for element in ("f32", "i32"):
                yield case(values.distinct(shape, element), count, axis, largest)
        yield case(values.distinct([9], "i8"), 4, 0, largest)
        yield case(values.distinct([9], "f64"), 4, 0, largest)
        yield case(array([3, np.nan, -np.inf, 1, np.inf], "f32"), 3, 0, largest)
