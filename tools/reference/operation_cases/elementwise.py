"""Operations on every element: unary, binary, compare, select, convert."""

import math

import numpy as np
from scipy import special

from .cases import (
    DTYPES,
    FLOATS,
    INTEGERS,
    SPECIAL,
    Case,
    Values,
    array,
    exactly,
    rounded,
    type_name,
    wrapped,
)

UNARY = {
    "negate": np.negative,
    "abs": np.abs,
    "sign": np.sign,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "tanh": np.tanh,
    "sigmoid": special.expit,
    "erf": special.erf,
    "floor": np.floor,
    "ceil": np.ceil,
    "round": np.rint,
}
DOMAINS = {"log": (0.05, 9), "log1p": (-0.9, 9), "sqrt": (0, 9), "rsqrt": (0.05, 9), "tan": (-1.4, 1.4)}
HALVES = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.49, -3.51]


def limits(element: str) -> list:
    """The least and the greatest integer of a type."""
    information = np.iinfo(DTYPES[element])
    return [int(information.min), int(information.max)]


def unary():
    values = Values(1)

    def case(name, operand):
        with np.errstate(all="ignore"):
            result = rounded(UNARY[name](exactly(operand)), type_name(operand.dtype))
        return Case(name, [operand], [result])

    for name in UNARY:
        low, high = DOMAINS.get(name, (-4, 4))
        yield case(name, values.floats([3, 7], "f32", low, high))
        yield case(name, values.floats([7], "f64", low, high))
        yield case(name, values.floats([5], "f16", low, high))
        yield case(name, values.floats([5], "bf16", low, high))
        yield case(name, array(SPECIAL, "f32"))
    yield case("exp", array([], "f32"))
    yield case("exp", array(1.5, "f32"))
    for name in ("floor", "ceil", "round"):
        yield case(name, array(HALVES + [8388609.0, -1e20], "f32"))
    for name in ("sin", "cos"):
        yield case(name, array([30.0, -100.5, 1000.25, 31415.9], "f32"))
    for name in ("exp", "expm1", "sigmoid", "tanh", "erf"):
        yield case(
            name,
            array([-120.0, -30.0, -12.0, 12.0, 30.0], "f32")
            if name != "expm1" and name != "exp"
            else array([-120.0, -30.0, -12.0, 3.0], "f32"),
        )
    yield case("exp", array([88.0, 89.0, 1000.0], "f32"))
    for name in ("expm1", "log1p", "tanh", "sin", "erf"):
        yield case(name, array([1e-6, -3e-7, 1e-12, 2e-30], "f32"))
    for element in INTEGERS:
        for name in ("negate", "abs", "sign"):
            yield case(name, array(limits(element) + [0, 1, -1, 5, -7], element))
        operand = array(limits(element) + [0, 1, -1, 90], element)
        yield Case("not", [operand], [np.invert(operand)])
    yield Case("not", [np.array([True, False, True])], [np.array([False, True, False])])


def integer_divide(a, b):
    return 0 if b == 0 else a // b


def integer_remainder(a, b):
    return 0 if b == 0 else a % b


def integer_power(a, b):
    if b >= 0:
        return a**b
    return {1: 1, -1: -1 if b % 2 else 1}.get(a, 0)


def integer_binary(element: str) -> dict:
    """The functions of two integers, on Python integers."""
    bits = DTYPES[element].itemsize * 8

    def shift_left(a, b):
        return 0 if not 0 <= b < bits else a << b

    def shift_right(a, b):
        return a >> (b if 0 <= b < bits else bits)

    return {
        "add": lambda a, b: a + b,
        "subtract": lambda a, b: a - b,
        "multiply": lambda a, b: a * b,
        "divide": integer_divide,
        "remainder": integer_remainder,
        "power": integer_power,
        "minimum": min,
        "maximum": max,
        "and": lambda a, b: a & b,
        "or": lambda a, b: a | b,
        "xor": lambda a, b: a ^ b,
        "shift_left": shift_left,
        "shift_right": shift_right,
    }


FLOAT_BINARY = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "remainder": np.remainder,
    "power": np.power,
    "minimum": np.minimum,
    "maximum": np.maximum,
    "atan2": np.arctan2,
}


def every_pair(values, element):
    """Two tensors that hold all pairs of the values."""
    first = array([a for a in values for _ in values], element)
    return first, array([b for _ in values for b in values], element)


def binary():
    values = Values(2)

    def case(name, a, b):
        with np.errstate(all="ignore"):
            result = FLOAT_BINARY[name](exactly(a), exactly(b))
        return Case(name, [a, b], [rounded(result, type_name(a.dtype))])

    for name in FLOAT_BINARY:
        for element, shape in (
            ("f32", [3, 7]),
            ("f64", [9]),
            ("f16", [5]),
            ("bf16", [5]),
            ("f32", [0, 2]),
            ("f32", []),
        ):
            a, b = (
                values.floats(shape, element, 0.1 if name == "power" else -3, 3),
                values.floats(shape, element),
            )
            if name == "divide":
                b = array(np.abs(b) + 0.5, element)
            if name == "remainder" and element in ("f16", "bf16"):
                continue
            yield case(name, a, b)
        if name == "remainder":
            yield case(name, *every_pair([5.0, -5.0, 3.0, -3.0, 0.75], "f32"))
            yield case(name, array([1.0, np.nan, np.inf], "f32"), array([0.0, 2.0, 3.0], "f32"))
        else:
            yield case(name, *every_pair(SPECIAL, "f32"))
    yield case("power", array([-2, -2, -0.5, -8, 2, 0, 3], "f32"), array([3, -2, 2, 1 / 3, 10, 0, 0], "f32"))

    for element in INTEGERS:
        samples = sorted(set(array(limits(element) + [0, 1, 7, -1, -2, 100], element).tolist()))
        for name, function in integer_binary(element).items():
            chosen = samples
            if name.startswith("shift"):
                bits = DTYPES[element].itemsize * 8
                a, b = np.meshgrid(
                    samples, sorted(set(array([0, 1, bits - 1, bits, 100, -1], element).tolist()))
                )
                a, b = array(a.ravel().tolist(), element), array(b.ravel().tolist(), element)
            elif name == "power":
                a, b = every_pair([value for value in chosen if abs(value) < 128], element)
            else:
                a, b = every_pair(chosen, element)
            result = [function(x, y) for x, y in zip(a.tolist(), b.tolist())]
            yield Case(name, [a, b], [wrapped(np.array(result, dtype=object), element)])
    a, b = every_pair([False, True], "bool")
    for name, function in (
        ("and", np.logical_and),
        ("or", np.logical_or),
        ("xor", np.logical_xor),
        ("minimum", np.logical_and),
        ("maximum", np.logical_or),
    ):
        yield Case(name, [a, b], [function(a, b)])


COMPARISONS = {
    "equal": np.equal,
    "less": np.less,
    "greater": np.greater,
    "not_equal": np.not_equal,
    "less_or_equal": np.less_equal,
    "greater_or_equal": np.greater_equal,
}


def compare():
    values = Values(3)
    for name, function in COMPARISONS.items():
        operands = [every_pair(SPECIAL, "f32"), every_pair([False, True], "bool")]
        operands += [every_pair([0.5, -1.5, np.nan], element) for element in ("f16", "bf16")]
        operands += [every_pair(limits(element) + [100], element) for element in INTEGERS]
        operands += [(values.integers([3, 7], low=-1, high=1), values.integers([3, 7], low=-1, high=1))]
        operands += [(array([], "f32"), array([], "f32")), (array(1, "f32"), array(2, "f32"))]
        for a, b in operands:
            with np.errstate(all="ignore"):
                yield Case(name, [a, b], [function(exactly(a), exactly(b)).astype(bool)])


def select():
    values = Values(4)
    for element in DTYPES:
        condition = values.bools([3, 5])
        a, b = values.any([3, 5], element), values.any([3, 5], element)
        yield Case("select", [condition, a, b], [np.where(condition, a, b)])
    condition = np.array([True, False, True, False])
    a, b = array([1, np.nan, np.nan, 2], "f32"), array([np.nan, 3, 4, np.inf], "f32")
    yield Case("select", [condition, a, b], [np.where(condition, a, b)])
    empty = array([], "f32")
    yield Case("select", [array([], "bool"), empty, empty], [empty])
    yield Case("select", [np.array(True), array(1, "i32"), array(2, "i32")], [array(1, "i32")])


def integer_of(value, element: str) -> int:
    """Truncated and saturated; 0 for what is not a number."""
    low, high = limits(element)
    if math.isnan(value):
        return 0
    return low if value <= low else high if value >= high else int(value)


def converted(values: np.ndarray, element: str) -> np.ndarray:
    source = type_name(values.dtype)
    if element == "bool":
        return values.astype(np.float64) != 0
    if element in INTEGERS and source in FLOATS:
        results = [integer_of(value, element) for value in values.astype(np.float64).tolist()]
        return np.array(results, dtype=DTYPES[element])
    if element in INTEGERS:
        return wrapped(values.astype(object), element)
    with np.errstate(all="ignore"):
        return values.astype(DTYPES[element])


def convert():
    floats = [
        0.0,
        -0.0,
        0.5,
        -0.5,
        0.999,
        1.5,
        -1.5,
        2.5,
        100.7,
        -100.7,
        127.5,
        -128.9,
        200,
        255.9,
        300,
        -300,
    ]
    wide = [
        np.nan,
        np.inf,
        -np.inf,
        40000.0,
        -40000.0,
        2.0**31,
        -(2.0**31),
        2.0**40,
        2.0**63,
        -(2.0**63),
        1e30,
    ]
    rounding = [1 + 2**-11, 1 + 3 * 2**-11, 65519.0, 65520.0, 6e-8, 2e-8, 1 + 2**-8, 1 + 3 * 2**-8, 3.4e38]
    for source in DTYPES:
        for target in DTYPES:
            if source in FLOATS:
                operand = array(np.array(floats + wide, dtype=np.float32), source)
            elif source == "bool":
                operand = np.array([True, False])
            else:
                operand = array(limits(source) + [0, 1, -1, 2, 100, -100], source)
            if source in ("i64", "i32") and target in ("f16", "bf16"):
                operand = array([0, 1, -1, 2049, 4097, -257, 70000], source)
            yield Case("convert", [operand], [converted(operand, target)], {"to": target})
    for source, target in (("f32", "f16"), ("f32", "bf16"), ("f64", "f32"), ("f64", "f16")):
        operand = array(np.array(rounding, dtype=np.float32), source)
        yield Case("convert", [operand], [converted(operand, target)], {"to": target})
    yield Case("convert", [array(2**53 + 1, "i64")], [array(2.0**53, "f64")], {"to": "f64"})
    yield Case(
        "convert",
        [array([2**24 + 1, 2**40 + 2**16 + 1], "i64")],
        [np.array([2**24 + 1, 2**40 + 2**16 + 1]).astype(np.float32)],
        {"to": "f32"},
    )
    yield Case("convert", [array([], "f32")], [array([], "i32")], {"to": "i32"})
