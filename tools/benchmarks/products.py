"""Matrix products alone, against OpenBLAS and the machine's peak."""

import os
import statistics
import subprocess
import sys
from pathlib import Path

from . import report
from .shapes import Shape, sweep


class Products:
    """All shapes compiled as the entries of one model, in a program that also calls OpenBLAS."""

    def __init__(self, root: Path, options, shapes: list[Shape]):
        self.shapes = shapes
        folder = options.cache / "products"
        folder.mkdir(exist_ok=True)
        self.program, self.weights = folder / "products", folder / "products.dlw"
        lines = [shape.declarations(index) for index, shape in enumerate(shapes)]
        (folder / "products.dl").write_text("model Products {\n" + "\n".join(lines) + "\n}\n")
        build = [options.dlc, "build", folder / "products.dl", "--random-weights", "1", "-o", folder, *options.build]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
        runtime = root / "Sources" / "CDLRuntime"
        sources = [Path(__file__).with_name("products.c"), *(runtime / f"{name}.c" for name in ("pool", "doorbell", "placement"))]
        flags = ["-O2", f"-I{folder}", f"-I{runtime / 'include'}"]
        subprocess.run(
            ["cc", *flags, "-o", self.program, *sources, folder / "products.o", "-lopenblas", "-lm", "-lpthread"], check=True
        )

    def run(self, engine: str, threads: int, seconds: float) -> list[float]:
        """What the program prints for each shape."""
        # The library takes CPUs that it doesn't know for old ones.
        settings = {"OPENBLAS_NUM_THREADS": str(threads)}
        with open("/proc/cpuinfo") as file:
            if "avx512f" in file.read():
                settings["OPENBLAS_CORETYPE"] = "SkylakeX"
        text = "".join(
            f"{s.m} {s.k} {s.n} {s.batch} {s.left != 'given':d} {s.right == 'given transposed':d} {s.right == 'known':d}\n"
            for s in self.shapes
        )
        command = [self.program, engine, str(threads), str(seconds), self.weights]
        output = subprocess.run(command, check=True, capture_output=True, text=True, input=text, env=os.environ | settings)
        return [float(line) for line in output.stdout.split()]

    def check(self):
        """Ends the run where a result isn't OpenBLAS's."""
        for shape, difference in zip(self.shapes, self.run("check", 1, 0)):
            if not difference < 1e-5:
                sys.exit(f"bench: {shape.title}: dlc and OpenBLAS differ by {difference:.1e} of the largest magnitude")


def bound(shape: Shape, peak) -> float:
    """The least time on this machine; small problems stay in the caches."""
    outside = shape.moved_bytes if shape.moved_bytes > 16e6 else 0
    return max(shape.operations / peak.flops, outside / peak.bandwidth)


def run(root: Path, options, peaks: dict):
    shapes = sweep()
    products = Products(root, options, shapes)
    products.check()
    engines = ("dlc", "openblas")
    for threads in options.threads:
        samples = {engine: [] for engine in engines}
        for _ in range(options.rounds):
            for engine in engines:
                samples[engine].append(products.run(engine, threads, min(options.seconds, 0.02)))
        ours, theirs = ([statistics.median(times) for times in zip(*samples[engine])] for engine in engines)
        print(tables(shapes, ours, theirs, threads, peaks[threads]), "\n", flush=True)


def tables(shapes: list[Shape], ours: list[float], theirs: list[float], threads: int, peak) -> str:
    """A line for each shape, the slowest beside OpenBLAS first, and how they are spread."""
    ratios = [other / time for other, time in zip(theirs, ours)]
    rows = [
        [
            shape.title,
            f"{1e6 * time:.3g} us",
            f"{1e-9 * shape.operations / time:.3g}",
            f"{1e6 * other:.3g} us",
            f"{ratio:.2f}",
            f"{100 * bound(shape, peak) / time:.0f} %",
        ]
        for ratio, shape, time, other in sorted(zip(ratios, shapes, ours, theirs), key=lambda row: row[0])
    ]
    heads = [f"{threads} thread{'' if threads == 1 else 's'}", "dlc", "GFLOP/s", "OpenBLAS", "OpenBLAS / dlc", "of roofline"]
    slower = sum(ratio < 0.97 for ratio in ratios)
    summary = (
        f"OpenBLAS / dlc over {len(ratios)} shapes: least {min(ratios):.2f}, geometric mean {report.geometric_mean(ratios):.2f}; "
        f"below 0.97 for {slower}."
    )
    return report.table(heads, rows) + "\n\n" + summary
