"""Fits the polynomials of Sources/DLCodeGen/MathFunctions and prints their coefficients and largest errors.

Needs NumPy. Each fit minimizes the largest weighted error by Lawson's iteration: least squares at Chebyshev nodes, with
more weight where the error was large.
"""

import math
from math import factorial

import numpy
from numpy.polynomial import chebyshev

NODES = 4000
ROUNDS = 60


def fit(function, low, high, degree, weight=lambda x: 1.0):
    """The coefficients of a polynomial, and the largest error times the weight."""
    middle, half = (low + high) / 2, (high - low) / 2
    t = numpy.cos((2 * numpy.arange(NODES) + 1) * numpy.pi / (2 * NODES))
    x = middle + half * t
    y = numpy.array([function(v) for v in x], dtype=float)
    w = numpy.array([weight(v) for v in x], dtype=float)
    basis = chebyshev.chebvander(t, degree)
    lawson = numpy.full(NODES, 1 / NODES)
    best = None
    for _ in range(ROUNDS):
        s = numpy.sqrt(lawson) * w
        c = numpy.linalg.lstsq(basis * s[:, None], y * s, rcond=None)[0]
        error = numpy.abs((basis @ c - y) * w)
        if best is None or error.max() < best[0]:
            best = (error.max(), c)
        lawson *= error / error.max() + 1e-3
        lawson /= lawson.sum()
    polynomial = numpy.poly1d([0.0])
    step = numpy.poly1d([1 / half, -middle / half])
    for a in chebyshev.cheb2poly(best[1])[::-1]:
        polynomial = polynomial * step + a
    return polynomial.coeffs[::-1], best[0]


def series(terms):
    return lambda x: sum(term * x**k for k, term in enumerate(terms))


def show(name, fitted):
    coefficients, error = fitted
    print(f"{name}: error 2^{math.log2(error):.1f}")
    print("  " + ", ".join(repr(float(c)) for c in coefficients))


def log_tail(f):
    """(log(1 + f) - f + f^2 / 2) / f^3"""
    if abs(f) < 0.02:
        return sum((-1) ** k / (k + 3) * f**k for k in range(20))
    return (math.log1p(f) - f + f * f / 2) / f**3


def arc_tangent_tail(t):
    """(atan(x) - x) / x^3 at t = x^2"""
    if t < 0.02:
        return sum((-1) ** (k + 1) * t**k / (2 * k + 3) for k in range(20))
    x = math.sqrt(t)
    return (math.atan(x) - x) / x**3


def error_function_ratio(t):
    """erf(x) / x at t = x^2"""
    return 2 / math.sqrt(math.pi) * sum((-1) ** k * t**k / (factorial(k) * (2 * k + 1)) for k in range(40))


def main():
    half_log = math.log(2) / 2 * 1.0005
    quarter = (math.pi / 4 * 1.001) ** 2
    ratio = (math.sqrt(2) - 1) / (math.sqrt(2) + 1) * 1.001
    exponential = series([1 / factorial(k + 2) for k in range(25)])
    sine = series([(-1) ** (k + 1) / factorial(2 * k + 3) for k in range(15)])
    cosine = series([(-1) ** k / factorial(2 * k + 4) for k in range(15)])
    artanh = series([2 / (2 * k + 3) for k in range(25)])
    powers = series([math.log(2) ** k / factorial(k) for k in range(25)])
    show("exponentialTail", fit(exponential, -half_log, half_log, 5, lambda x: x * x))
    show("logarithm", fit(log_tail, math.sqrt(0.5) - 1, math.sqrt(2) - 1, 8, lambda f: f * f))
    # The first coefficient is used less 1.
    show("erf near 0", fit(error_function_ratio, 0, 0.95**2, 6))
    show("-log(1 - erf)", fit(lambda x: -math.log(math.erfc(x)), 0.85, 4, 7, math.erfc))
    show("sineNearZero", fit(sine, 0, quarter, 3, lambda t: t))
    show("cosineNearZero", fit(cosine, 0, quarter, 3, lambda t: t * t))
    arc_weight = lambda t: t * math.sqrt(t) / math.atan(math.sqrt(t))
    show("arcTangent", fit(arc_tangent_tail, 0, 1, 8, arc_weight))
    show("binaryLogarithm", fit(artanh, 0, ratio**2, 4, lambda t: t))
    show("binaryExponential", fit(powers, -0.5001, 0.5001, 7))


if __name__ == "__main__":
    main()
