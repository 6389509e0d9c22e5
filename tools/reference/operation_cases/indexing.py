"""Operations whose operands say where: gathers, scatters, dynamic slices."""

import itertools

import numpy as np

from .cases import Case, Values, array, exactly, rounded, type_name

COMBINE = {
    "update": lambda a, b: b,
    "sum": lambda a, b: a + b,
    "product": lambda a, b: a * b,
    "minimum": np.minimum,
    "maximum": np.maximum,
}


def gather():
    values = Values(40)

    def case(operand, indices, axis):
        extent = operand.shape[axis]
        positions = np.where(indices < 0, indices + extent, indices).clip(0, max(extent - 1, 0))
        return Case("gather", [operand, indices], [operand.take(positions, axis)], {"axis": axis})

    for shape, axis in (([5], 0), ([4, 3], 0), ([3, 4], 1), ([2, 4, 3], 1), ([2, 3, 4], 2), ([1, 6], 1)):
        operand, extent = values.floats(shape), shape[axis]
        for places, index in (([], "i64"), ([4], "i32"), ([2, 3], "i64"), ([0], "i64"), ([1, 1, 1], "i64")):
            yield case(operand, values.integers(places, index, -extent, extent - 1), axis)
    yield case(values.floats([4, 2]), array([-4, -5, -100, 3, 4, 1000], "i64"), 0)
    yield case(values.floats([2, 4]), array([[-4, -5], [4, 2**31 - 1]], "i32"), 1)
    yield case(values.floats([0, 3]), array([], "i64"), 0)
    yield case(values.floats([3, 0]), array([0, 2], "i64"), 0)


def gather_elements():
    values = Values(41)
    for shape, places, axis in (
        ([5], [3], 0),
        ([4, 3], [2, 3], 0),
        ([4, 3], [4, 5], 1),
        ([4, 3], [2, 2], 1),
        ([2, 3, 4], [2, 3, 4], 1),
        ([2, 3, 4], [1, 2, 6], 2),
        ([3, 4], [0, 4], 0),
        ([1, 1], [1, 1], 0),
    ):
        for element, index in (("f32", "i64"), ("i8", "i32")):
            operand = values.any(shape, element)
            indices = values.integers(places, index, 0, shape[axis] - 1)
            part = operand[tuple(slice(None) if i == axis else slice(n) for i, n in enumerate(places))]
            yield Case(
                "gather_elements",
                [operand, indices],
                [np.take_along_axis(part, indices.astype(np.int64), axis)],
                {"axis": axis},
            )


def scattered(operand, indices, updates, function, axis):
    """Index by index; those out of range are dropped."""
    result = exactly(operand).copy()
    updates = exactly(updates)
    before = (slice(None),) * axis
    for place in itertools.product(*map(range, indices.shape)):
        index = int(indices[place])
        if 0 <= index < operand.shape[axis]:
            result[before + (index,)] = COMBINE[function](result[before + (index,)], updates[before + place])
    return rounded(result, type_name(operand.dtype))


def scatter():
    values = Values(42)

    def case(operand, indices, function, axis):
        shape = list(operand.shape[:axis]) + list(indices.shape) + list(operand.shape[axis + 1 :])
        updates = values.any(shape, type_name(operand.dtype))
        return Case(
            "scatter",
            [operand, indices, updates],
            [scattered(operand, indices, updates, function, axis)],
            {"function": function, "axis": axis},
        )

    for function in COMBINE:
        for shape, places, axis in (
            ([6], [3], 0),
            ([4, 3], [5], 0),
            ([3, 4], [2, 2], 1),
            ([2, 5, 3], [3], 1),
            ([4, 2], [], 0),
        ):
            element, index = ("i32", "i32") if axis else ("f32", "i64")
            indices = values.integers(places, index, 0, shape[axis] - 1)
            yield case(values.any(shape, element), indices, function, axis)
        yield case(values.floats([3, 2]), array([1, 3, 1, 100, 0], "i64"), function, 0)
        yield case(values.floats([3, 2]), array([], "i64"), function, 0)
        yield case(array(np.full(4, 100), "i8"), array([1, 1, 2], "i64"), function, 0)
        yield case(values.floats([0, 2]), array([0, 1], "i32"), function, 0)


def scatter_elements():
    values = Values(43)

    def case(operand, indices, function, axis):
        updates = values.any(indices.shape, type_name(operand.dtype))
        result, exact = exactly(operand).copy(), exactly(updates)
        for place in np.ndindex(*indices.shape):
            target = place[:axis] + (int(indices[place]),) + place[axis + 1 :]
            if 0 <= target[axis] < operand.shape[axis]:
                result[target] = COMBINE[function](result[target], exact[place])
        return Case(
            "scatter_elements",
            [operand, indices, updates],
            [rounded(result, type_name(operand.dtype))],
            {"function": function, "axis": axis},
        )

    for function in COMBINE:
        for shape, places, axis in (
            ([6], [4], 0),
            ([4, 3], [2, 3], 0),
            ([3, 4], [3, 2], 1),
            ([2, 4, 3], [2, 5, 2], 1),
        ):
            element, index = ("i32", "i32") if axis else ("f32", "i64")
            indices = values.integers(places, index, 0, shape[axis] - 1)
            yield case(values.any(shape, element), indices, function, axis)
        yield case(values.floats([3]), array([1, 3, 1, 100], "i64"), function, 0)
        yield case(values.floats([3]), array([], "i64"), function, 0)


STARTS = ([0, 0], [1, 2], [2, 3], [-5, 1], [100, 100], [1, -1])


def clamped(starts, shape, extents):
    """The starts, moved so that the slice fits."""
    return [min(max(start, 0), size - extent) for start, size, extent in zip(starts, shape, extents)]


def dynamic_slice():
    values = Values(44)

    def case(operand, starts, extents):
        first = clamped(starts, operand.shape, extents)
        part = operand[tuple(slice(s, s + n) for s, n in zip(first, extents))]
        return Case("dynamic_slice", [operand, array(starts, "i64")], [part], {"extents": extents})

    for starts in STARTS:
        for element in ("f32", "i8"):
            yield case(values.any([4, 5], element), starts, [2, 3])
    yield case(values.floats([4, 5]), [3, 3], [4, 5])
    yield case(values.floats([4, 5]), [3, 3], [0, 2])
    yield case(values.floats([20]), [7], [13])
    yield case(values.floats([2, 3, 4]), [1, 1, 1], [1, 2, 2])


def dynamic_update_slice():
    values = Values(45)

    def case(operand, update, starts):
        first = clamped(starts, operand.shape, update.shape)
        result = operand.copy()
        result[tuple(slice(s, s + n) for s, n in zip(first, update.shape))] = update
        return Case("dynamic_update_slice", [operand, update, array(starts, "i64")], [result])

    for starts in STARTS:
        for element in ("f32", "i8"):
            yield case(values.any([4, 5], element), values.any([2, 3], element), starts)
    yield case(values.floats([4, 5]), values.floats([4, 5]), [3, 3])
    yield case(values.floats([4, 5]), values.floats([0, 2]), [3, 3])
    yield case(values.floats([20]), values.floats([13]), [7])
    yield case(values.floats([2, 3, 4]), values.floats([1, 2, 2]), [1, 1, 1])
