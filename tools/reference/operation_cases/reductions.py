"""Reductions: over axes, over windows, and along an axis."""

import itertools

import numpy as np

from .cases import DTYPES, FLOATS, INTEGERS, Case, Values, array, exactly, rounded, type_name

FUNCTIONS = {"sum": np.add, "product": np.multiply, "minimum": np.minimum, "maximum": np.maximum}


def identity(function: str, element: str):
    """What a reduction of nothing gives."""
    if function in ("sum", "product"):
        return 0 if function == "sum" else 1
    if element == "bool":
        return function == "minimum"
    if element in FLOATS:
        return np.inf if function == "minimum" else -np.inf
    limits = np.iinfo(DTYPES[element])
    return int(limits.max if function == "minimum" else limits.min)


def reduced(values: np.ndarray, function: str, axes) -> np.ndarray:
    element = type_name(values.dtype)
    start = np.array(identity(function, element), dtype=exactly(values).dtype)[()]
    with np.errstate(all="ignore"):
        result = FUNCTIONS[function].reduce(exactly(values), axis=tuple(axes), initial=start)
    return rounded(result, element)


def reduce():
    values = Values(10)

    def case(operand, function, axes):
        return Case(
            "reduce", [operand], [reduced(operand, function, axes)], {"function": function, "axes": axes}
        )

    for function in FUNCTIONS:
        for axes in ([0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]):
            yield case(values.floats([2, 3, 5]), function, axes)
        yield case(values.floats([2, 67], low=-1.2, high=1.2), function, [1])
        yield case(values.floats([1, 1]), function, [0])
        yield case(values.floats([6, 3], "f64"), function, [0])
        yield case(values.floats([3, 9], "f16", 0.5, 1.5), function, [1])
        yield case(values.floats([9, 3], "bf16", 0.5, 1.5), function, [0])
        for element in ("f32", "i32", "i8"):
            yield case(array(np.zeros([0, 3]), element), function, [0])
        yield case(array(np.zeros([0, 3]), "f32"), function, [1])
        yield case(array([[np.nan, 1, 2], [1, np.nan, -1], [3, 1, 2]], "f32"), function, [1])
        yield case(array([[np.inf, 1, 2], [1, -np.inf, 2], [-1, 2, np.inf]], "f32"), function, [1])
        for element in INTEGERS:
            high = 100 if element in ("i8", "u8") else 9
            yield case(values.integers([4, 6], element, -high, high), function, [1])
    yield case(array(np.full(300, 100), "i8"), "sum", [0])
    yield case(array(np.full(3, 2.0**62), "i64"), "sum", [0])
    yield case(array([3, -2, 40, 7], "i8"), "product", [0])
    for function in ("any", "all", "minimum", "maximum"):
        ufunc = np.logical_or if function in ("any", "maximum") else np.logical_and
        for operand, axes in (
            (values.bools([3, 4, 2]), [0, 2]),
            (values.bools([5, 2]), [1]),
            (np.zeros([0, 2], bool), [0]),
            (np.ones([4], bool), [0]),
        ):
            yield Case(
                "reduce",
                [operand],
                [ufunc.reduce(operand, axis=tuple(axes))],
                {"function": function, "axes": axes},
            )


def windowed(values, function, window, strides, dilation, low, high):
    """Reductions of windows over the operand padded with the identity, one at a time."""
    element = type_name(values.dtype)
    padded = np.pad(exactly(values), list(zip(low, high)), constant_values=identity(function, element))
    extents = [
        (size - (w - 1) * d - 1) // s + 1 for size, w, s, d in zip(padded.shape, window, strides, dilation)
    ]
    result = np.empty(extents, dtype=padded.dtype)
    for index in itertools.product(*map(range, extents)):
        part = tuple(
            slice(i * s, i * s + (w - 1) * d + 1, d) for i, s, w, d in zip(index, strides, window, dilation)
        )
        with np.errstate(all="ignore"):
            result[index] = FUNCTIONS[function].reduce(padded[part], axis=None)
    return rounded(result, element)


def reduce_window():
    values = Values(11)
    forms = [
        # shape, window, strides, dilation, low, high
        ([7], [3], [1], [1], [0], [0]),
        ([9], [3], [2], [2], [1], [3]),
        ([1, 2, 4, 4], [1, 1, 2, 2], [1, 1, 2, 2], [1, 1, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]),
        ([1, 2, 7, 5], [1, 1, 3, 3], [1, 1, 2, 2], [1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 1, 1]),
        ([1, 1, 8, 7], [1, 1, 3, 2], [1, 1, 1, 3], [1, 1, 2, 1], [0, 0, 0, 1], [0, 0, 2, 0]),
        ([2, 4, 4, 3], [1, 2, 2, 3], [1, 2, 1, 1], [1, 1, 1, 1], [0, 0, 0, 0], [0, 0, 1, 0]),
        ([2, 3, 2], [1, 1, 1], [1, 1, 1], [1, 1, 1], [0, 0, 0], [0, 0, 0]),
        ([0, 4], [1, 2], [1, 2], [1, 1], [0, 0], [0, 0]),
    ]

    def case(operand, function, window, strides, dilation, low, high):
        return Case(
            "reduce_window",
            [operand],
            [windowed(operand, function, window, strides, dilation, low, high)],
            {
                "function": function,
                "window": window,
                "strides": strides,
                "dilation": dilation,
                "padding_low": low,
                "padding_high": high,
            },
        )

    for function in FUNCTIONS:
        for shape, *rest in forms if function in ("sum", "maximum") else forms[1:4]:
            yield case(values.floats(shape), function, *rest)
        yield case(values.floats([5, 5], "f64"), function, [2, 2], [1, 1], [1, 1], [1, 0], [0, 1])
        yield case(values.floats([5, 5], "bf16"), function, [2, 2], [2, 2], [1, 1], [1, 0], [0, 1])
        yield case(values.integers([5, 5], "i32"), function, [2, 2], [1, 1], [1, 1], [1, 0], [0, 1])
        yield case(values.integers([8], "i8", -100, 100), function, [3], [2], [1], [1], [1])
        yield case(array([1, np.nan, 2, 3, np.inf, 4, -np.inf], "f32"), function, [2], [1], [1], [0], [0])


def cumulative():
    values = Values(12)

    def case(operand, function, axis, reverse):
        exact = np.flip(exactly(operand), axis) if reverse else exactly(operand)
        with np.errstate(all="ignore"):
            result = FUNCTIONS[function].accumulate(exact, axis=axis)
        result = rounded(np.flip(result, axis) if reverse else result, type_name(operand.dtype))
        return Case(
            "cumulative", [operand], [result], {"function": function, "axis": axis, "reverse": reverse}
        )

    for function in FUNCTIONS:
        for axis, reverse in itertools.product((0, 1, 2), (False, True)):
            yield case(values.floats([2, 3, 4]), function, axis, reverse)
        yield case(values.floats([6], "f64"), function, 0, False)
        yield case(values.integers([6], "i64"), function, 0, True)
        yield case(values.integers([3, 6], "i8", -100, 100), function, 1, False)
        yield case(values.integers([5], "u8", 0, 255), function, 0, False)
        yield case(values.floats([1, 1]), function, 1, False)
        yield case(array(np.zeros([2, 0]), "f32"), function, 1, False)
        yield case(array([1, 2, np.nan, 3, np.inf], "f32"), function, 0, False)
        yield case(array([1, 2, np.nan, 3, np.inf], "f32"), function, 0, True)
