"""The engines that are compared: how each prepares a model, and how one measurement is taken."""

import json
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file, save_file
from zoo_cases.case import weights
from zoo_cases.options import model_options

from . import process
from .models import Entry

PEERS = {"onnxruntime": "ONNX Runtime", "openvino": "OpenVINO"}


@dataclass
class Sample:
    """One process."""

    times: list
    """Seconds for each call."""
    first: float
    """Seconds from the start of the process to the first result."""
    peak_bytes: int


class Model:
    """A model of the set with the files that the engines read; they are kept in a folder between runs."""

    onnx = "model.onnx"

    def __init__(self, entry: Entry, folder: Path, root: Path, dlc: Path, build: list):
        """`build` are more options of `dlc build`."""
        self.entry = entry
        self.folder = folder / entry.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.program = self.folder / "program"
        case = entry.make()
        self.parameter_count = sum(parameter.numel() for parameter in case.module.parameters())
        self.operations = operation_count(case)
        if not (self.folder / "inputs.npz").exists():
            write_files(case, self.folder)
        source = root / "examples" / "zoo" / case.file
        command = [dlc, "build", source, "--weights", self.folder / "weights.safetensors"]
        command += [*model_options(dlc, source, case), *build]
        self.compile_seconds = process.run([*command, "--emit", "exe", "-o", self.program]).seconds
        self.outputs = case.outputs

    @property
    def code_bytes(self) -> int:
        return self.program.stat().st_size

    @property
    def weight_bytes(self) -> int:
        return self.program.with_suffix(".dlw").stat().st_size

    def error(self, engine: str) -> float:
        """The greatest difference between dlc's outputs and a peer's, relative to the greatest magnitude."""
        return max(
            float(numpy.abs(found - expected).max() / numpy.abs(expected).max())
            for found, expected in zip(self.results("dlc"), self.results(engine), strict=True)
        )

    def results(self, engine: str) -> list:
        """The outputs of an engine."""
        if engine == "dlc":
            file = self.folder / "dlc.safetensors"
            process.run([self.program, self.folder / "inputs.safetensors", "--output", file])
            found = load_file(file)
            return [found[name].numpy() for name in self.outputs]
        file = self.folder / f"{engine}.npz"
        process.run(self.peer_command(engine, 1, 0) + [file])
        found = numpy.load(file)
        return [found[f"arr_{i}"] for i in range(len(self.outputs))]

    def peer_command(self, engine: str, threads: int, seconds: float) -> list:
        script = Path(__file__).with_name("peer.py")
        return [sys.executable, script, engine, self.folder / self.onnx, self.folder / "inputs.npz", threads, seconds]

    def sample_peer(self, engine: str, threads: int, seconds: float) -> Sample:
        outcome = process.run(self.peer_command(engine, threads, seconds))
        report = json.loads(outcome.output.splitlines()[-1])
        return Sample(report["times"], report["first"], outcome.peak_bytes)

    def sample_dlc(self, threads: int, seconds: float) -> Sample:
        """Two processes: one that calls the model once, whose whole life is the cold start, and one that calls it often."""
        command = [self.program, self.folder / "inputs.safetensors", "--threads", threads, "--json"]
        once = process.run([*command, "--output", self.folder / "first.npz"])
        call = 1e-3 * json.loads(once.output)["run_ms_median"]
        often = process.run([*command, "--repeat", max(5, int(seconds / max(call, 1e-6)))])
        report = json.loads(often.output)
        return Sample([1e-3 * report["run_ms_median"]], once.seconds, often.peak_bytes)


def operation_count(case) -> int:
    """The f32 operations of a call: PyTorch counts those of products and convolutions, but not of recurrent layers."""
    from torch.utils.flop_counter import FlopCounterMode

    recurrent = 0

    def count(layer, inputs, outputs):
        nonlocal recurrent
        steps = inputs[0].numel() // inputs[0].shape[-1]
        recurrent += 2 * steps * sum(weight.numel() for weight in layer.parameters() if weight.dim() == 2)

    for layer in case.module.modules():
        if isinstance(layer, torch.nn.RNNBase):
            layer.register_forward_hook(count)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        case.compute(case.module, *case.inputs.values())
    return counter.get_total_flops() + recurrent


class Traced(torch.nn.Module):
    def __init__(self, case):
        super().__init__()
        self.module = case.module
        self.compute = case.compute

    def forward(self, *inputs):
        return self.compute(self.module, *inputs)


def write_files(case, folder: Path):
    """Writes the weights, the inputs and the ONNX file of a model."""
    save_file(weights(case), folder / "weights.safetensors")
    save_file(case.inputs, folder / "inputs.safetensors")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Traced(case).eval(),
            tuple(case.inputs.values()),
            folder / "model.onnx",
            input_names=list(case.inputs),
            output_names=list(case.outputs),
            opset_version=17,
            dynamo=False,
        )
    numpy.savez(folder / "inputs.npz", **{name: value.numpy() for name, value in case.inputs.items()})
