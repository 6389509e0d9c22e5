#!/usr/bin/env python3
"""Writes the files of Tests/DLFormatsTests/Resources with NumPy. Run it from the root of the repository.

Every array counts up from 0 in row-major order, so the tests know what to expect.
"""
import pathlib
import zipfile

import numpy as np

folder = pathlib.Path("Tests/DLFormatsTests/Resources")
folder.mkdir(parents=True, exist_ok=True)


def counting(type, *shape):
    return np.arange(int(np.prod(shape)), dtype=np.int64).reshape(shape).astype(type)


for name, array in {
    "f4": counting("<f4", 2, 3),
    "f8": counting("<f8", 3),
    "f2": counting("<f2", 4),
    "i8": counting("<i8", 2, 2),
    "u1": counting("u1", 5),
    "b1": counting("b1", 2),
    "scalar": counting("<i4", 1).reshape(()),
    "empty": counting("<f4", 0, 3),
    "big_endian": counting(">i4", 2, 3),
    "fortran": np.asfortranarray(counting("<f4", 2, 3, 4)),
    "big_endian_fortran": np.asfortranarray(counting(">i2", 3, 2)),
    "unsupported": counting("<c8", 2),
}.items():
    np.save(folder / f"{name}.npy", array)

with open(folder / "version2.npy", "wb") as file:
    np.lib.format.write_array(file, counting("<f4", 2, 2), version=(2, 0))

arrays = {"a": counting("<f4", 16, 16), "b.weight": counting("<i8", 3), "zeros": np.zeros((100, 100), "<f4")}
np.savez(folder / "stored.npz", a=arrays["a"], **{"b.weight": arrays["b.weight"]})
np.savez_compressed(folder / "deflated.npz", **arrays)

# As if it were larger than 4 GiB: with 64-bit sizes and offsets everywhere.
zipfile.ZIP64_LIMIT = 10
np.savez_compressed(folder / "wide.npz", a=arrays["a"], **{"b.weight": arrays["b.weight"]})
