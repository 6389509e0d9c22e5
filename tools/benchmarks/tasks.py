"""What smaller weights cost in accuracy and gain in size and time, on the tasks of `examples`, whose data are real."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy

from . import report, tradeoff


@dataclass(frozen=True)
class Task:
    name: str
    inputs: str
    answers: str
    """The file of the right classes, one for each row of scores."""
    typical: str
    """The inputs from which ranges are learnt."""
    variants: tuple
    options: tuple = ()


# Kernels transformed for Winograd's method are larger, which would hide what the bits save.
TASKS = [
    Task(
        "digits", "images.npy", "labels.npy", "images.npy",
        (
            [], ["--precision", "*=bf16"], ["--quantize", "*=i8"], ["--quantize", "*=i8 weights only"],
            ["--prune", "*.weight=50% globally"], ["--prune", "*.weight=70% globally"], ["--prune", "*.weight=2:4"],
            ["--prune", "*=10% channels"], ["--prune", "*=25% channels"],
            ["--prune", "*=10% channels", "--quantize", "*=i8"],
        ),
        ("--no-winograd",),
    ),
    Task(
        "tumours", "rows.npy", "labels.npy", "typical.npy",
        (
            [], ["--precision", "*=bf16"], ["--quantize", "*=i8"], ["--quantize", "*=i8 dynamic"],
            ["--quantize", "*=i4 group 32"], ["--prune", "*=50%"], ["--prune", "*=50% channels"],
        ),
    ),
    Task(
        "licences", "ids.npy", "next.npy", "typical.npy",
        (
            [], ["--precision", "*=bf16"], ["--quantize", "*=i8"], ["--quantize", "*=i8 dynamic"],
            ["--quantize", "*=i8 weights only"], ["--quantize", "*=i8 group 32 dynamic"],
            ["--quantize", "*=i4 group 32 dynamic"], ["--prune", "block*=50%"], ["--prune", "block*=25% channels"],
            ["--prune", "block*=50%", "--quantize", "*=i8 weights only"],
        ),
    ),
]  # fmt: skip


@dataclass
class Outcome:
    """What was measured of one variant of a task."""

    options: list
    right: int
    rows: int
    bytes: int
    microseconds: float
    """The median time of a call with one row."""

    @property
    def title(self) -> str:
        words = [f"`{flag} '{value}'`" for flag, value in zip(self.options[::2], self.options[1::2], strict=True)]
        return ", ".join(words) or "none"


def measure(task: Task, variant: list, root: Path, options) -> Outcome:
    """Builds a variant, lets it answer, and times it."""
    folder, examples = options.cache / "tasks", root / "examples" / task.name
    folder.mkdir(exist_ok=True)
    program, found, first = folder / task.name, folder / "found.npy", folder / "first.npy"
    command = [options.dlc, "build", examples / f"{task.name}.dl", "--emit", "exe", "-o", program]
    command += ["--weights", examples / f"{task.name}.safetensors", *task.options, *variant, *options.build]
    if "*=i8" in variant:
        command += ["--calibrate", examples / task.typical]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    inputs = numpy.load(examples / task.inputs)
    subprocess.run([program, examples / task.inputs, "--batch", "--output", found], check=True, stdout=subprocess.DEVNULL)
    answers = numpy.load(examples / task.answers)
    numpy.save(first, inputs[:1])
    repeats = ["--repeat", str(int(2000 * options.seconds)), "--json"]
    times = []
    for _ in range(options.rounds):
        text = subprocess.run([program, first, *repeats], check=True, capture_output=True).stdout
        times.append(json.loads(text)["run_ms_median"])
    return Outcome(
        variant,
        int((numpy.load(found).argmax(-1).reshape(answers.shape) == answers).sum()),
        answers.size,
        program.with_suffix(".dlw").stat().st_size,
        1e3 * sorted(times)[len(times) // 2],
    )


def table(task: Task, outcomes: list) -> str:
    rows = [
        [f"{number} {outcome.title}", str(outcome.right), str(outcome.bytes), f"{outcome.microseconds:.1f}"]
        for number, outcome in enumerate(outcomes, start=1)
    ]
    return report.table([f"{task.name}: options", f"right of {outcomes[0].rows}", "bytes", "µs a call"], rows)


def run(root: Path, options):
    results = {}
    for task in TASKS:
        if options.models and task.name not in options.models:
            continue
        results[task.name] = [measure(task, variant, root, options) for variant in task.variants]
        print(table(task, results[task.name]) + "\n", flush=True)
    if options.write:
        if options.models:
            sys.exit("bench: --write needs all tasks")
        docs = root / "docs"
        (docs / "quantization.svg").write_text(tradeoff.plot(results))
        text = "\n\n".join(table(task, results[task.name]) for task in TASKS)
        report.write(docs / "quantization.md", text, "tools/bench --tasks")
