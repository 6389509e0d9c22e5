"""Models in bytes: dlc's static and dynamic int8 against that of the peers, and against dlc's own f32.

The peers run what `onnxruntime.quantization` makes of the same weights from the same typical inputs: weights in i8 for
each channel, activations in u8, as pairs of operations that quantize and dequantize. How near the outputs are to those
of f32 is stated as the ratio of signal to noise. Weights are random, so accuracy says nothing here; docs/quantization.md
has that of trained models.
"""

import statistics
import sys
import warnings
from pathlib import Path

import numpy

from .engines import PEERS, Model
from .models import SET
from .report import milliseconds, table

NAMES = ["resnet50", "mobilenet", "bert", "lstm"]
DYNAMIC = {"bert", "lstm"}
TYPICAL_COUNT = 8


class QuantizedModel(Model):
    """A model in bytes, in a folder of its own beside the files of the f32 one."""

    onnx = "model-i8.onnx"

    def __init__(self, full: Model, root: Path, dlc: Path, build: list):
        self.full = full
        self.is_dynamic = full.entry.name in DYNAMIC
        if not self.is_dynamic:
            shapes = {name: value.shape for name, value in numpy.load(full.folder / "inputs.npz").items()}
            generator = numpy.random.default_rng(1)
            self.typical = {
                name: generator.standard_normal((TYPICAL_COUNT, *shape[1:]), dtype=numpy.float32)
                for name, shape in shapes.items()
            }
            numpy.savez(full.folder / "typical.npz", **self.typical)
        recipe = ["--quantize", "*=i8 dynamic"]
        if not self.is_dynamic:
            recipe = ["--quantize", "*=i8", "--calibrate", full.folder / "typical.npz"]
        super().__init__(full.entry, full.folder.parent / "quantized", root, dlc, [*recipe, *build])
        if not (self.folder / self.onnx).exists():
            self.write_onnx()

    def write_onnx(self):
        from onnxruntime import quantization
        from onnxruntime.quantization.shape_inference import quant_pre_process

        source, prepared, target = (
            self.full.folder / self.full.onnx, self.folder / "prepared.onnx", self.folder / self.onnx,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            quant_pre_process(str(source), str(prepared))
            if self.is_dynamic:
                quantization.quantize_dynamic(str(prepared), str(target), per_channel=True)
                return
            quantization.quantize_static(
                str(prepared), str(target), Typical(self.typical), quant_format=quantization.QuantFormat.QDQ,
                per_channel=True, activation_type=quantization.QuantType.QUInt8, weight_type=quantization.QuantType.QInt8,
            )  # fmt: skip

    def signal_to_noise(self, engine: str) -> float:
        """How much stronger f32's outputs are than the difference from them, in decibels."""
        signal = noise = 0.0
        for found, expected in zip(self.results(engine), self.full.results("dlc"), strict=True):
            signal += float(numpy.square(expected, dtype=numpy.float64).sum())
            noise += float(numpy.square(found - expected, dtype=numpy.float64).sum())
        return 10 * numpy.log10(signal / noise)


class Typical:
    """Typical inputs one by one, as onnxruntime asks for them."""

    def __init__(self, arrays: dict):
        self.rows = iter([{name: value[i : i + 1] for name, value in arrays.items()} for i in range(TYPICAL_COUNT)])

    def get_next(self):
        return next(self.rows, None)


def run(root: Path, options) -> str:
    entries = {entry.name: entry for entry in SET}
    engines = ("f32", "dlc", *PEERS)
    rows = []
    for name in [name for name in NAMES if not options.models or name in options.models]:
        full = Model(entries[name], options.cache, root, options.dlc, options.build)
        small = QuantizedModel(full, root, options.dlc, options.build)
        quality = {engine: small.signal_to_noise(engine) for engine in ("dlc", *PEERS)}
        for threads in options.threads:
            samples = {engine: [] for engine in engines}
            for _ in range(options.rounds):
                for engine in engines:
                    model = full if engine == "f32" else small
                    if engine in ("f32", "dlc"):
                        sample = model.sample_dlc(threads, options.seconds)
                    else:
                        sample = model.sample_peer(engine, threads, options.seconds)
                    samples[engine].append(statistics.median(sample.times))
            times = {engine: statistics.median(found) for engine, found in samples.items()}
            rows.append([
                f"{full.entry.title}, {'dynamic' if small.is_dynamic else 'static'}, {threads} thread{'s' if threads > 1 else ''}",
                *[milliseconds(times[engine]) for engine in engines],
                f"{min(times[peer] for peer in PEERS) / times['dlc']:.2f}",
                f"{times['f32'] / times['dlc']:.2f}",
                " / ".join(f"{quality[engine]:.0f}" for engine in quality),
                f"{full.weight_bytes / 1e6:.0f} / {small.weight_bytes / 1e6:.0f} MB",
            ])  # fmt: skip
            print(f"bench: {' | '.join(rows[-1])}", file=sys.stderr, flush=True)
    heads = ["ms a call", "dlc f32", "dlc int8", *(f"{title} int8" for title in PEERS.values())]
    heads += ["best peer / dlc", "f32 / int8", "signal to noise in dB, dlc / peers", "weights, f32 / int8"]
    return table(heads, rows)
