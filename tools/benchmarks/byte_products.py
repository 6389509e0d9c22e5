"""Products of bytes alone, against the machine's peak."""

import json
import subprocess
import sys

import numpy

from .report import table

SHAPES = [(128, 768, 768), (128, 768, 3072), (512, 768, 768), (512, 1024, 1024), (1024, 1024, 1024), (784, 1152, 256)]
"""Rows, terms and columns."""


def run(options, peaks: dict) -> str:
    folder = options.cache / "bytes"
    folder.mkdir(exist_ok=True)
    source, program, weights, data = (folder / name for name in ("bytes.dl", "bytes", "weights.npz", "input.npy"))
    generator = numpy.random.default_rng(1)
    rows = []
    for count, terms, columns in SHAPES:
        print(f"bench: {count} x {terms} x {columns} in bytes", file=sys.stderr, flush=True)
        source.write_text(
            f"model Bytes {{\n  param weight: i8[{terms}, {columns}]\n  func forward(x: u8[{count}, {terms}]) -> "
            f"i32[{count}, {columns}] {{ return i32(x) @ i32(weight) }}\n}}\n"
        )
        weight = generator.integers(-127, 128, (terms, columns)).astype(numpy.int8)
        x = generator.integers(0, 256, (count, terms)).astype(numpy.uint8)
        numpy.savez(weights, weight=weight)
        numpy.save(data, x)
        command = [options.dlc, "build", source, "--weights", weights, "--emit", "exe", "-o", program, *options.build]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        found = folder / "found.npy"
        subprocess.run([program, data, "--output", found], check=True, stdout=subprocess.DEVNULL)
        if not numpy.array_equal(numpy.load(found), x.astype(numpy.int32) @ weight.astype(numpy.int32)):
            sys.exit(f"bench: the product {count} x {terms} x {columns} in bytes is wrong")
        cells = []
        for threads in options.threads:
            repeats = ["--threads", str(threads), "--repeat", "300", "--json"]
            text = [subprocess.run([program, data, *repeats], check=True, capture_output=True).stdout for _ in range(options.rounds)]
            time = 1e-3 * sorted(json.loads(one)["run_ms_median"] for one in text)[options.rounds // 2]
            speed = 2 * count * terms * columns / time
            peak = peaks[threads].byte_operations
            cells.append(f"{1e-9 * speed:.0f} GOP/s" + (f" = {100 * speed / peak:.0f} %" if peak else ""))
        rows.append([f"{count} x {terms} x {columns}", *cells])
    heads = ["products of bytes", *(f"{n} thread{'s' if n > 1 else ''}, of the peak" for n in options.threads)]
    return table(heads, rows)
