"""One measurement of a peer, as a process of its own: `peer.py ENGINE MODEL.onnx INPUTS THREADS SECONDS [OUTPUTS]`.

Prints a JSON object: the times of the calls in seconds, and how long after the start of the process the first result
was there. Only the engine is imported before that, as a program that uses it would.
"""

import sys
import time


def start_of_process() -> float:
    """When this process began, on the clock of `time.clock_gettime(CLOCK_BOOTTIME)`."""
    with open("/proc/self/stat") as file:
        ticks = int(file.read().rsplit(")", 1)[1].split()[19])
    import os

    return ticks / os.sysconf("SC_CLK_TCK")


def onnxruntime_call(model: str, inputs: dict, threads: int):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, inputs)


def openvino_call(model: str, inputs: dict, threads: int):
    import openvino

    settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    request = openvino.Core().compile_model(model, "CPU", settings).create_infer_request()
    arguments = list(inputs.values())
    return lambda: list(request.infer(arguments, share_inputs=True, share_outputs=True).values())


def main():
    engine, model, inputs, threads, seconds, *outputs = sys.argv[1:]
    import numpy

    arrays = dict(numpy.load(inputs))
    call = {"onnxruntime": onnxruntime_call, "openvino": openvino_call}[engine](model, arrays, int(threads))
    results = call()
    first = time.clock_gettime(time.CLOCK_BOOTTIME) - start_of_process()
    if outputs:
        numpy.savez(outputs[0], *results)
    call()
    times = []
    end = time.perf_counter() + float(seconds)
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    import json

    print(json.dumps({"times": times, "first": first}))


if __name__ == "__main__":
    main()
