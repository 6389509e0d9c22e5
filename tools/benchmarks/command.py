"""The command: prepares, measures in turns, reports."""

import argparse
import json
import statistics
import sys
from pathlib import Path

import environment

from . import chart, machine, report
from .report import Result


def run(root: Path, description: str):
    parser = argparse.ArgumentParser(
        prog="tools/bench", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", help="resnet50, bert, …: some models of the set")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="numbers of threads (1 2)")
    parser.add_argument("--rounds", type=int, default=5, help="processes for each engine and number of threads (5)")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each process calls the model (1)")
    parser.add_argument("--dlc", type=Path, default=environment.COMPILER, help="the compiler")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "dlc" / "bench", help="where files are kept")
    parser.add_argument("--json", type=Path, help="also write all figures to a file")
    parser.add_argument("--write", action="store_true", help="put the tables and the chart into the pages of docs")
    parser.add_argument("--micro", action="store_true", help="measure products and convolutions alone instead")
    parser.add_argument("--quantized", action="store_true", help="measure models in bytes, decoding and sparse products instead")
    parser.add_argument("--decode", action="store_true", help="measure decoding in four bits against llama.cpp instead")
    parser.add_argument("--sparse", action="store_true", help="compare pruned products and models with dense ones instead")
    parser.add_argument("--tasks", action="store_true", help="measure what smaller weights cost and gain on real data instead")
    parser.add_argument("--build", nargs="+", default=[], help="more options of 'dlc build': --build=--target-cpu=x86-64-v3")
    options = parser.parse_args()
    environment.ensure_built(options.dlc)
    options.cache.mkdir(parents=True, exist_ok=True)
    if options.tasks:
        from . import tasks

        return tasks.run(root, options)
    peaks = {threads: machine.peak(threads, options.cache) for threads in options.threads}
    if options.quantized or options.decode or options.sparse:
        return measure_small(root, options, peaks)
    if options.micro:
        from . import micro

        return micro.run(root, options, peaks)
    measure_models(root, options, peaks)


def measure_small(root: Path, options, peaks: dict):
    """What runs in fewer bits or with fewer weights; all of it for `--quantized` without names of models."""
    from . import byte_products, decode, quantized, sparse

    whole = options.quantized and not options.models
    if options.write and not whole:
        sys.exit("bench: --write needs all of --quantized")
    parts = []
    if options.quantized:
        parts.append(quantized.run(root, options))
    if whole:
        parts.append(byte_products.run(options, peaks))
    if whole or options.decode:
        parts.append(decode.run(root, options, peaks))
    if whole or options.sparse:
        parts.append(sparse.run(root, options))
    print("\n\n".join(parts))
    if options.write and whole:
        parts.insert(0, report.conditions(options.threads, peaks))
        report.write(root / "docs" / "quantization.md", "\n\n".join(parts), "tools/bench --quantized")


def measure_models(root: Path, options, peaks: dict):
    from .models import SET

    known = {entry.name: entry for entry in SET}
    for name in options.models:
        if name not in known:
            sys.exit(f"bench: there is no model '{name}'; the set has {', '.join(known)}")
    results = []
    for entry in [known[name] for name in options.models] if options.models else SET:
        print(f"bench: {entry.title}", file=sys.stderr, flush=True)
        results.append(measure(entry, root, options, peaks))
        print(report.lines([results[-1]], options.threads), file=sys.stderr, flush=True)
    print(report.tables(results, options.threads, peaks))
    if options.json:
        options.json.write_text(json.dumps([result.figures() for result in results], indent=1))
    if options.write:
        docs = root / "docs"
        (docs / "performance.svg").write_text(chart.bars(results, options.threads))
        report.write(docs / "performance.md", report.tables(results, options.threads, peaks))


def measure(entry, root: Path, options, peaks: dict) -> Result:
    """Checks that the engines agree, then lets them take turns."""
    from .engines import PEERS, Model

    model = Model(entry, options.cache, root, options.dlc, options.build)
    errors = {engine: model.error(engine) for engine in PEERS}
    for engine, error in errors.items():
        if not error < 1e-3:
            sys.exit(f"bench: {entry.title}: dlc and {PEERS[engine]} differ by {error:.1e} of the largest magnitude")
    samples = {(engine, threads): [] for engine in ("dlc", *PEERS) for threads in options.threads}
    for _ in range(options.rounds):
        for engine, threads in samples:
            if engine == "dlc":
                sample = model.sample_dlc(threads, options.seconds)
            else:
                sample = model.sample_peer(engine, threads, options.seconds)
            samples[engine, threads].append(sample)
    call = {key: statistics.median(statistics.median(s.times) for s in found) for key, found in samples.items()}
    engines = ("dlc", *PEERS)
    first = options.threads[0]
    return Result(
        title=entry.title,
        times=call,
        cold_starts={e: statistics.median(s.first for s in samples[e, first]) for e in engines},
        peak_bytes={e: max(s.peak_bytes for s in samples[e, first]) for e in engines},
        errors=errors,
        bounds={
            threads: max(model.operations / peak.flops, model.weight_bytes / peak.bandwidth)
            if entry.batch == 1
            else model.operations / peak.flops
            for threads, peak in peaks.items()
        },
        operations=model.operations,
        parameter_count=model.parameter_count,
        compile_seconds=model.compile_seconds,
        code_bytes=model.code_bytes,
        weight_bytes=model.weight_bytes,
    )
