"""Writing text with a language model of 1.1 billion weights in four bits, against llama.cpp: milliseconds for a token.

Both engines read the same GGUF file, with random weights in the sizes of TinyLlama. Needs the packages `gguf` and
`xllamacpp`, which has llama.cpp built for AVX2.
"""

import importlib.util
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import numpy

try:
    from .report import table
except ImportError:  # as a program of its own
    table = None

VOCAB, WIDTH, HIDDEN, DEPTH, HEADS, GROUPS = 32000, 2048, 5632, 22, 32, 4
CONTEXT = 512
TOKENS = 40


def run(root: Path, options, peaks: dict) -> str:
    missing = [name for name in ("gguf", "xllamacpp") if importlib.util.find_spec(name) is None]
    if missing:
        return f"Decoding was not measured: the package {' and '.join(missing)} is missing."
    file = options.cache / "tinyllama-q4_0.gguf"
    if not file.exists():
        write(file)
    program = options.cache / "decode"
    names = root / "examples/zoo/names/llama-gguf.txt"
    subprocess.run(
        [options.dlc, "build", root / "examples/zoo/llama_decoder.dl", "--weights", file, "--weight-names", names]
        + ["--fix", "B=1", "--fix", "T=8", "--set", f"context={CONTEXT}", "--quantize", "*=i4 group 32 dynamic"]
        + ["--emit", "exe", "-o", program, *options.build],
        check=True, stdout=subprocess.DEVNULL,
    )
    numpy.save(options.cache / "token.npy", numpy.array([[7]]))
    read = program.with_suffix(".dlw").stat().st_size - VOCAB * WIDTH * 18 // 32
    rows = []
    for threads in options.threads:
        samples = [(ours(program, options.cache, threads), theirs(file, threads)) for _ in range(options.rounds)]
        own, peer = (1e-3 * statistics.median(sample[engine] for sample in samples) for engine in (0, 1))
        share = 100 * read / peaks[threads].bandwidth / own
        rows.append([str(threads), f"{1e3 * own:.1f} ms", f"{1e3 * peer:.1f} ms", f"{peer / own:.2f}", f"{share:.0f} %"])
    return table(["threads, a token in four bits", "dlc", "llama.cpp", "llama.cpp / dlc", "of the bandwidth"], rows)


def ours(program: Path, folder: Path, threads: int) -> float:
    command = [program, "step", folder / "token.npy", "--threads", str(threads), "--repeat", str(TOKENS), "--json"]
    output = subprocess.run([*command, "--output", folder / "scores.npz"], check=True, capture_output=True, text=True)
    return json.loads(output.stdout)["run_ms_median"]


def theirs(file: Path, threads: int) -> float:
    output = subprocess.run([sys.executable, __file__, file, str(threads)], check=True, capture_output=True, text=True)
    return float(output.stdout.splitlines()[-1])


def generate(file: str, threads: int):
    """In a process of its own: llama.cpp prints much."""
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path = file
    parameters.n_ctx = CONTEXT
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    server = xllamacpp.Server(parameters)
    request = {"prompt": [1, 300, 400, 500], "n_predict": TOKENS, "ignore_eos": True, "cache_prompt": False}
    times = []
    for _ in range(2):
        result = server.handle_completions(request)
        result = result if isinstance(result, dict) else json.loads(result)
        times.append(result["timings"]["predicted_per_token_ms"])
    print(min(times), flush=True)
    # The server's threads need not be waited for.
    os._exit(0)


def write(file: Path):
    import gguf

    encoding = gguf.GGMLQuantizationType.Q4_0
    generator = numpy.random.default_rng(1)
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_context_length(2048)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(DEPTH)
    writer.add_feed_forward_length(HIDDEN)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(GROUPS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(VOCAB)
    writer.add_tokenizer_model("llama")
    bytes_ = [f"<0x{index:02X}>" for index in range(256)]
    words = [f"t{index}" for index in range(VOCAB - 259)]
    writer.add_token_list(["<unk>", "<s>", "</s>", *bytes_, *words])
    writer.add_token_scores([-float(index) for index in range(VOCAB)])
    writer.add_token_types([2, 3, 3] + [6] * 256 + [1] * len(words))

    def matrix(name, rows, columns):
        values = (generator.random((rows, columns), dtype=numpy.float32) * 2 - 1) * (3 / columns) ** 0.5
        data = gguf.quants.quantize(values.astype(numpy.float32), encoding)
        writer.add_tensor(name, data, raw_dtype=encoding)

    def scales(name):
        writer.add_tensor(name, (1 + 0.1 * generator.standard_normal(WIDTH)).astype(numpy.float32))

    matrix("token_embd.weight", VOCAB, WIDTH)
    scales("output_norm.weight")
    matrix("output.weight", VOCAB, WIDTH)
    for layer in range(DEPTH):
        for part in ("attn_norm", "ffn_norm"):
            scales(f"blk.{layer}.{part}.weight")
        for part, rows, columns in [
            ("attn_q", WIDTH, WIDTH), ("attn_k", WIDTH // HEADS * GROUPS, WIDTH),
            ("attn_v", WIDTH // HEADS * GROUPS, WIDTH), ("attn_output", WIDTH, WIDTH),
            ("ffn_gate", HIDDEN, WIDTH), ("ffn_up", HIDDEN, WIDTH), ("ffn_down", WIDTH, HIDDEN),
        ]:
            matrix(f"blk.{layer}.{part}.weight", rows, columns)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    generate(sys.argv[1], int(sys.argv[2]))
