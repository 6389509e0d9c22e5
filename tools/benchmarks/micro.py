"""Products and convolutions alone: against OpenBLAS, and against the machine's peak."""

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy

from . import products, report

# input channels, output channels, extent of the image, kernel, stride
CONVOLUTIONS = [
    (3, 64, 224, 7, 2), (64, 64, 56, 1, 1), (64, 64, 56, 3, 1), (256, 64, 56, 1, 1), (128, 128, 28, 3, 1),
    (256, 512, 56, 1, 2), (256, 256, 14, 3, 1), (1024, 256, 14, 1, 1), (512, 512, 7, 3, 1), (512, 2048, 7, 1, 1),
]  # fmt: skip


@dataclass
class Problem:
    title: str
    source: str
    """A model `Problem` with one input."""
    shape: tuple
    operations: int
    moved_bytes: int
    """What has to be read and written at least."""

    def bound(self, peak) -> float:
        """The least time on this machine; small problems stay in the caches."""
        outside = self.moved_bytes if self.moved_bytes > 16e6 else 0
        return max(self.operations / peak.flops, outside / peak.bandwidth)


def convolution(inputs: int, outputs: int, extent: int, kernel: int, stride: int) -> Problem:
    size = (extent - 1) // stride + 1
    source = (
        f"import nn\nmodel Problem {{\n  c = nn.Conv2d({inputs}, {outputs}, {kernel}, stride: {stride}, padding: {kernel // 2})\n"
        f"  func forward(x: f32[1, {inputs}, {extent}, {extent}]) -> f32[1, {outputs}, {size}, {size}] {{ return c(x) }}\n}}\n"
    )
    elements = inputs * extent**2 + inputs * outputs * kernel**2 + outputs * size**2
    title = f"{kernel}x{kernel}{'/2' if stride == 2 else ''}, {inputs} to {outputs} channels, {extent}x{extent}"
    return Problem(title, source, (1, inputs, extent, extent), 2 * inputs * outputs * kernel**2 * size**2, 4 * elements)


class Runner:
    """Builds a problem once, then times it on some number of threads."""

    def __init__(self, problem: Problem, options):
        self.problem = problem
        folder = options.cache / "micro"
        folder.mkdir(exist_ok=True)
        (folder / "problem.dl").write_text(problem.source)
        self.program, self.input = folder / "problem", folder / "input.npy"
        numpy.save(self.input, numpy.random.default_rng(1).standard_normal(problem.shape, dtype=numpy.float32))
        command = [options.dlc, "build", folder / "problem.dl", "--random-weights", "1", "--emit", "exe", "-o", self.program]
        command += options.build
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def dlc(self, threads: int, seconds: float) -> float:
        def median(repeats):
            command = [self.program, self.input, "--threads", str(threads), "--repeat", str(repeats), "--json"]
            return 1e-3 * json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["run_ms_median"]

        return median(min(100000, max(5, int(seconds / max(median(3), 1e-6)))))


def run(root: Path, options, peaks: dict):
    if "convolutions" not in options.models:
        products.run(root, options, peaks)
    if "products" not in options.models:
        run_convolutions(options, peaks)


def run_convolutions(options, peaks: dict):
    seconds = min(options.seconds, 0.2)
    for threads in options.threads:
        rows = []
        for problem in [convolution(*c) for c in CONVOLUTIONS]:
            print(f"bench: {problem.title}", file=sys.stderr, flush=True)
            runner = Runner(problem, options)
            time = statistics.median(runner.dlc(threads, seconds) for _ in range(options.rounds))
            rows.append([
                problem.title,
                f"{1e6 * time:.3g} us",
                f"{1e-9 * problem.operations / time:.3g}",
                f"{100 * problem.bound(peaks[threads]) / time:.0f} %",
            ])  # fmt: skip
        heads = [f"{threads} thread{'' if threads == 1 else 's'}", "dlc", "GFLOP/s", "of roofline"]
        print(report.table(heads, rows), "\n", flush=True)
