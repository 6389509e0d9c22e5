"""Products whose weights are mostly zero, and models without some of their channels, against the dense ones."""

import json
import subprocess
import sys
from pathlib import Path

import numpy

from .report import table

LAYERS = [
    (1, 1024, 1024), (1, 4096, 4096), (4, 1024, 1024), (16, 1024, 1024), (128, 768, 3072), (128, 3072, 768), (512, 512, 512),
]  # fmt: skip

PRUNINGS = {"blocks 16 by 1": ["*=90% block 16 by 1"], "single weights": ["*=90%"]}

IMAGE = [((1, 3, 224, 224), "f4")]
TOKENS = [((1, 128), "i8"), ((1, 128), "i8"), ((1, 128), "?")]

# title, file, shapes and types of the inputs, other options, prunings
MODELS = [
    ("ResNet-50", "resnet", IMAGE, ["--fix", "B=1"], ["*=50% channels"]),
    ("MobileNetV2", "mobilenet", IMAGE, ["--fix", "B=1"], ["*=30% channels"]),
    ("DenseNet-121", "densenet", IMAGE, ["--fix", "B=1"], ["*=30% channels"]),
    ("U-Net", "unet", [((1, 3, 256, 256), "f4")], ["--fix", "B=1"], ["*=50% channels"]),
    ("ViT-B/16", "vit", IMAGE, ["--fix", "B=1"], ["*=50% channels", "*=50% heads"]),
    ("BERT", "bert", TOKENS, ["--fix", "B=1", "--fix", "T=128"], ["*=50% channels", "*=25% heads"]),
]  # fmt: skip


class Program:
    """A model that is built once and then timed."""

    def __init__(self, source: Path, arguments: list[str], prunings: list[str], options):
        folder = options.cache / "sparse"
        folder.mkdir(exist_ok=True)
        self.path = folder / ("pruned" if prunings else "dense")
        command = [options.dlc, "build", source, "--random-weights", "1", "--emit", "exe", "-o", self.path, *arguments]
        command += options.build
        for pruning in prunings:
            command += ["--prune", pruning]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def milliseconds(self, arguments: list, threads: int, seconds: float) -> float:
        """The median time of a call."""

        def median(repeats):
            command = [self.path, *arguments, "--threads", str(threads), "--repeat", str(repeats), "--json"]
            return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["run_ms_median"]

        return median(min(100000, max(5, int(1e3 * seconds / max(median(3), 1e-3)))))


def compare(source: Path, arguments: list[str], inputs: list, prunings: list[str], options) -> dict:
    """For each number of threads the milliseconds of the dense and of the pruned program, in turns."""
    programs = [Program(source, arguments, [], options), Program(source, arguments, prunings, options)]
    result = {}
    for threads in options.threads:
        rounds = [[p.milliseconds(inputs, threads, min(options.seconds, 0.2)) for p in programs] for _ in range(3)]
        result[threads] = [sorted(times)[1] for times in zip(*rounds, strict=True)]
    return result


def row(title: str, result: dict) -> list:
    cells = [f"{dense:.3f} ms, {pruned:.3f} ms, {dense / pruned:.1f}x" for dense, pruned in result.values()]
    print(f"bench: {title}: {'; '.join(cells)}", file=sys.stderr, flush=True)
    return [title, *cells]


def run(root: Path, options) -> str:
    folder = options.cache / "sparse"
    folder.mkdir(exist_ok=True)
    rows = []
    source, data = folder / "layer.dl", folder / "input.npy"
    generator = numpy.random.default_rng(1)
    for count, inputs, outputs in LAYERS:
        if options.models:
            break
        source.write_text(
            f"import nn\nmodel Layer {{\n  fc = nn.Linear({inputs}, {outputs})\n"
            f"  func forward(x: f32[{count}, {inputs}]) -> f32[{count}, {outputs}] {{ return fc(x) }}\n}}\n"
        )
        numpy.save(data, generator.standard_normal((count, inputs), dtype=numpy.float32))
        for name, prunings in PRUNINGS.items():
            times = compare(source, [], [data], prunings, options)
            rows.append(row(f"{count} x {inputs} x {outputs}, 90 % {name}", times))
    for title, file, types, arguments, prunings in MODELS:
        if options.models and file not in options.models:
            continue
        inputs = []
        for number, (shape, kind) in enumerate(types):
            inputs.append(folder / f"input{number}.npy")
            values = generator.standard_normal(shape) if kind == "f4" else numpy.ones(shape)
            numpy.save(inputs[-1], values.astype(kind))
        model = root / "examples" / "zoo" / f"{file}.dl"
        rows.append(row(f"{title}, {', '.join(prunings)}", compare(model, arguments, inputs, prunings, options)))
    heads = [f"{threads} thread{'s' if threads > 1 else ''}: dense, pruned, ratio" for threads in options.threads]
    return table(["product or model", *heads], rows)
