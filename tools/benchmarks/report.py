"""The figures as Markdown."""

import datetime
import math
from dataclasses import dataclass
from pathlib import Path

from . import machine

PEERS = {"onnxruntime": "ONNX Runtime", "openvino": "OpenVINO"}


@dataclass
class Result:
    """What was measured of one model."""

    title: str
    times: dict
    """Seconds of a call for each (engine, threads): the median."""
    cold_starts: dict
    """Seconds from the start of the process to the first result, for each engine."""
    peak_bytes: dict
    errors: dict
    """The greatest relative difference from each peer's outputs."""
    bounds: dict
    """The least seconds that the machine could take, for each number of threads."""
    operations: int
    parameter_count: int
    compile_seconds: float
    code_bytes: int
    weight_bytes: int

    def ratio(self, threads: int) -> float:
        """The time of the faster peer divided by dlc's: more than 1 where dlc is faster."""
        return min(self.times[peer, threads] for peer in PEERS) / self.times["dlc", threads]

    def figures(self) -> dict:
        figures = {key: value for key, value in vars(self).items() if key != "times"}
        figures["times"] = {f"{engine}, {threads}": time for (engine, threads), time in self.times.items()}
        return figures


def geometric_mean(values) -> float:
    values = list(values)
    return math.exp(sum(map(math.log, values)) / len(values))


def milliseconds(seconds: float) -> str:
    value = 1000 * seconds
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(heads: list, rows: list) -> str:
    marks = ["---", *["--:"] * (len(heads) - 1)]
    return "\n".join("| " + " | ".join(row) + " |" for row in [heads, marks, *rows])


def lines(results: list, threads: list) -> str:
    """One line for each model, while the rest is still running."""
    return "\n".join(
        f"  {n} threads: dlc {milliseconds(r.times['dlc', n])} ms, "
        + ", ".join(f"{title} {milliseconds(r.times[peer, n])} ms" for peer, title in PEERS.items())
        + f", ratio {r.ratio(n):.2f}, {100 * r.bounds[n] / r.times['dlc', n]:.0f} % of the roofline"
        for r in results
        for n in threads
    )


def tables(results: list, threads: list, peaks: dict) -> str:
    """All tables, with the conditions they were measured under."""
    return "\n\n".join(
        [conditions(threads, peaks)]
        + [speed(results, count) for count in threads]
        + [beginnings(results, threads[0]), sizes(results)]
    )


def conditions(threads: list, peaks: dict) -> str:
    import onnxruntime
    import openvino

    texts = [
        f"{count} thread{'' if count == 1 else 's'}: {1e-9 * peaks[count].flops:.0f} GFLOP/s, "
        f"{1e-9 * peaks[count].bandwidth:.0f} GB/s"
        for count in threads
    ]
    return (
        f"Measured on {datetime.date.today()}, {machine.processor()}; peak measured in the same run: {'; '.join(texts)}. "
        f"ONNX Runtime {onnxruntime.__version__}, OpenVINO {openvino.__version__.split('-')[0]}."
    )


def speed(results: list, threads: int) -> str:
    rows = [
        [
            result.title,
            milliseconds(result.times["dlc", threads]),
            *[milliseconds(result.times[peer, threads]) for peer in PEERS],
            f"{result.ratio(threads):.2f}",
            f"{100 * result.bounds[threads] / result.times['dlc', threads]:.0f} %",
        ]
        for result in results
    ]
    mean = geometric_mean(result.ratio(threads) for result in results)
    rows.append(["geometric mean", "", *["" for _ in PEERS], f"{mean:.2f}", ""])
    title = f"{threads} thread{'' if threads == 1 else 's'}, ms a call"
    return table([title, "dlc", *PEERS.values(), "best peer / dlc", "of roofline"], rows)


def beginnings(results: list, threads: int) -> str:
    rows = [
        [
            result.title,
            *[f"{1000 * (result.cold_starts[e] - result.times[e, threads]):.0f} ms" for e in ("dlc", *PEERS)],
            *[f"{result.peak_bytes[e] / 1e6:.0f} MB" for e in ("dlc", *PEERS)],
        ]
        for result in results
    ]
    peers = list(PEERS.values())
    heads = ["start to first result, less one call", "dlc", *peers, "peak memory, dlc", *peers]
    return table(heads, rows)


def sizes(results: list) -> str:
    rows = [
        [
            result.title,
            f"{result.parameter_count / 1e6:.1f} M",
            f"{result.operations / 1e9:.2f} G",
            f"{result.compile_seconds:.1f} s",
            f"{result.code_bytes / 1e3:.0f} kB",
            f"{result.weight_bytes / 1e6:.1f} MB",
            f"{max(result.errors.values()):.0e}",
        ]
        for result in results
    ]
    return table(
        ["model", "parameters", "FLOP a call", "compile time", "program", "weights", "difference from the peers"], rows
    )


def write(path: Path, text: str, command: str = "tools/bench"):
    """Replaces what stands between the marks that a command has in the page."""
    begin, end = f"<!-- begin: {command} -->", f"<!-- end: {command} -->"
    head, rest = path.read_text().split(begin)
    tail = rest.split(end)[1]
    path.write_text(f"{head}{begin}\n\n{text}\n\n{end}{tail}")
