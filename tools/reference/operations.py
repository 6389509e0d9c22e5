#!/usr/bin/env python3
"""Writes reference data for the primitive operations into `Tests/Reference/operations`.

    tools/reference/setup                                     # once: the virtual environment
    ~/.cache/dlc/venv/bin/python tools/reference/operations.py

NumPy and PyTorch compute the results, floats in f64 where that is not the point of the case; nothing of the
compiler takes part. The seeds are fixed, so the same versions write the same bytes.

Each file is in the safetensors format and holds many small cases, in tensors named `case007.in0`,
`case007.in1`, …, `case007.out0`, …. The metadata key `cases` is a JSON list in the same order:

    [{"id": "case007", "operation": "reduce", "attributes": {"function": "sum", "axes": [0]}}]

Operations and attributes have the names of the graph's text form; element types are strings (`"f32"`),
types too (`"f32[2, 3]"`), dimensions are lists of integers. Results that the operations leave open, or
define differently than NumPy does, are computed by hand (`operation_cases/elementwise.py`) or left out.
Values that are infinite or not a number stand in cases of their own, apart from those where rounding
matters. The sign of a zero in a result means nothing. Integers, bools, views and conversions are exact;
floats are the exact results rounded to their type, so a test compares them with a tolerance that fits it:
about 1e-5 of the largest magnitude for f32, one unit in the last place of that for f16 and bf16.
"""

from pathlib import Path

from operation_cases import elementwise, indexing, ordering, products, reductions, views
from operation_cases.cases import write_cases

FOLDER = Path(__file__).resolve().parents[2] / "Tests" / "Reference" / "operations"

FILES = {
    "unary": elementwise.unary,
    "binary": elementwise.binary,
    "compare": elementwise.compare,
    "select": elementwise.select,
    "convert": elementwise.convert,
    "reduce": reductions.reduce,
    "reduce_window": reductions.reduce_window,
    "cumulative": reductions.cumulative,
    "contract": products.contract,
    "contract_sparse": products.contract_sparse,
    "convolve": products.convolve,
    "broadcast": views.broadcast,
    "reshape": views.reshape,
    "transpose": views.transpose,
    "slice": views.slices,
    "pad": views.pad,
    "concatenate": views.concatenate,
    "iota": views.iota,
    "gather": indexing.gather,
    "gather_elements": indexing.gather_elements,
    "scatter": indexing.scatter,
    "scatter_elements": indexing.scatter_elements,
    "dynamic_slice": indexing.dynamic_slice,
    "dynamic_update_slice": indexing.dynamic_update_slice,
    "arg_reduce": ordering.arg_reduce,
    "sort": ordering.sort,
    "top_k": ordering.top_k,
}


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    total = 0
    for name, cases in FILES.items():
        total += write_cases(FOLDER / f"{name}.safetensors", cases())
    print(
        f"{total} cases in {len(FILES)} files, "
        f"{sum(file.stat().st_size for file in FOLDER.iterdir()) // 1000} kB"
    )


if __name__ == "__main__":
    main()
