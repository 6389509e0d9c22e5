"""What PyTorch makes of a model in its published configuration: files for `tools/zoo-check`.

    python reference.py NAME FOLDER DLC

A process of its own, so that a large model is gone from memory before it is compiled. It writes into the folder

    weights.safetensors      the parameters
    N.input.safetensors      the inputs of call N
    N.output.safetensors     its outputs, in f64 where they aren't integers
    summary.json             `Summary`
"""

import json
import sys
import time
import zlib
from dataclasses import asdict, dataclass
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOOLS / "reference")]

import torch
from safetensors.torch import save_file
from zoo_cases import full, full_sessions
from zoo_cases.case import Case, initialize, randomize, weights
from zoo_cases.detection import MASK_OUTPUTS, RCNN_OUTPUTS
from zoo_cases.options import model_options
from zoo_cases.session import single

MAKERS = {make.__name__: make for make in (*full.CASES, *full_sessions.SESSIONS)}
ERROR_BOUND = 1e-4
REPEATS = 5


@dataclass
class Summary:
    file: str
    """The model's file under `examples/zoo`."""
    options: list
    """With which dlc builds it."""
    entries: list
    """The entry points that are called."""
    parameters: int
    error: float | None
    """The greatest difference of PyTorch's f32 from its f64; of sessions none."""
    milliseconds: float | None
    """The least time of a call in f32 on one thread; of sessions none."""


def difference(found, expected) -> float:
    """The greatest difference relative to the greatest magnitude; of integers none or infinity."""
    if not expected.is_floating_point():
        return 0.0 if torch.equal(found, expected) else float("inf")
    if found.shape != expected.shape or not torch.isfinite(found).all():
        return float("inf")
    return ((found.double() - expected).abs().max() / expected.abs().max()).item()


def in_order(found: dict, expected: dict) -> dict:
    """The detections of an R-CNN in the order of the expected ones: scores closer than the bound are ordered by rounding."""
    if set(found) not in (set(RCNN_OUTPUTS), set(MASK_OUTPUTS)):
        return found
    scores, bound = expected["scores"], ERROR_BOUND * expected["scores"].max()
    result = {key: value.clone() for key, value in found.items()}
    for image in range(len(scores)):
        rest = list(range(len(scores[image])))
        order = []
        for score, box in zip(scores[image], expected["boxes"][image]):
            near = [place for place in rest if abs(found["scores"][image, place] - score) <= bound] or rest[:1]
            order.append(min(near, key=lambda place: (found["boxes"][image, place] - box).abs().max()))
            rest.remove(order[-1])
        for key in set(found) - {"count"}:
            result[key][image] = found[key][image][order]
    return result


def milliseconds(call) -> float:
    """The least time of some calls."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def one_call(case: Case) -> tuple:
    """The inputs and outputs of the single call of a case in f64, and how PyTorch's f32 differs and how long it takes."""
    inputs = case.inputs.values()
    named = lambda result: dict(zip(case.outputs, result if isinstance(result, tuple) else (result,)))
    rounded = named(case.compute(case.module, *inputs))
    least = milliseconds(lambda: case.compute(case.module, *inputs))
    exact = [value.double() if value.is_floating_point() else value for value in inputs]
    results = named(case.compute(case.module.double(), *exact))
    rounded = in_order(rounded, results)
    error = max(difference(rounded[key], value) for key, value in results.items())
    return [("forward", case.inputs, results)], error, least


def main(name: str, folder: Path, dlc: str):
    torch.set_num_threads(1)
    torch.manual_seed(zlib.crc32(name.encode()))
    case = MAKERS[name]()
    module = case.module.eval()
    is_case = isinstance(case, Case)
    initialize(case) if is_case else randomize(module)
    save_file(weights(case), folder / "weights.safetensors")
    with torch.inference_mode():
        if is_case:
            calls, error, least = one_call(case)
        else:
            calls = [(call.entry, call.inputs, call.outputs) for call in case.compute(module.double())]
            error, least = None, None
    for index, (_, inputs, outputs) in enumerate(calls):
        save_file({key: single(value) for key, value in inputs.items()}, folder / f"{index}.input.safetensors")
        results = {key: value.clone().contiguous() for key, value in outputs.items()}
        save_file(results, folder / f"{index}.output.safetensors")
    options = model_options(dlc, TOOLS.parent / "examples" / "zoo" / case.file, case)
    count = sum(parameter.numel() for parameter in module.parameters())
    entries = [entry for entry, _, _ in calls]
    summary = Summary(case.file, options, entries, count, error, least)
    (folder / "summary.json").write_text(json.dumps(asdict(summary)))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
