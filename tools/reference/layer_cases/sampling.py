"""Random numbers and the choice of tokens."""

import numpy as np
import philox
import torch
from transformers import TopKLogitsWarper, TopPLogitsWarper

from .layer import Layer, values

# Three known answers of the Random123 library (Salmon et al., 2011): counter, key.
COUNTERS = ([0, 0, 0, 0], [2**32 - 1] * 4, [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344])
KEYS = ([0, 0], [2**32 - 1] * 2, [0xA4093822, 0x299F31D0])
ANSWERS = (
    [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8],
    [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD],
    [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
)


def source(inputs: str, result: str, call: str) -> str:
    """A model that returns a call of a function of `random` or `nn`."""
    lines = ["import nn", "import random", "", "model Case {", f"  func forward({inputs}) -> {result} {{"]
    return "\n".join([*lines, f"    return {call}", "  }", "}", ""])


def drawn(name: str, element: str, numbers) -> Layer:
    """Seven by nine numbers for a seed below 0 and a stream beyond 32 bits."""
    inputs = {"seed": torch.tensor(-5), "stream": torch.tensor(7 * 2**33 + 3)}
    call = f"random.{name}(seed, [7, 9], stream)"
    result = torch.from_numpy(np.ascontiguousarray(numbers(-5, (7, 9), 7 * 2**33 + 3)))
    text = source("seed: i64[], stream: i64[]", f"{element}[7, 9]", call)
    return Layer(f"random_{name}", text, inputs, lambda _, *inputs: result)


def known_answers() -> Layer:
    inputs = {name: torch.tensor(list(words)) for name, words in zip("abcd", zip(*COUNTERS))}
    inputs |= {name: torch.tensor(list(words)) for name, words in zip("kl", zip(*KEYS))}
    answers = tuple(torch.tensor(list(words)) for words in zip(*ANSWERS))
    text = source(
        ", ".join(f"{name}: i64[3]" for name in "abcdkl"),
        "(i64[3], i64[3], i64[3], i64[3])",
        "random.philox((a, b, c, d), (k, l))",
    )
    outputs = tuple(f"output{index}" for index in range(4))
    return Layer("random_philox", text, inputs, lambda _, *inputs: answers, outputs=outputs)


def layers():
    yield known_answers()
    yield drawn("bits", "i64", philox.bits)
    yield drawn("uniform", "f32", philox.uniform)
    yield drawn("normal", "f32", philox.normal)
    yield drawn("exponential", "f32", philox.exponential)
    yield drawn("gumbel", "f32", philox.gumbel)
    logits = values("sampling", 6, 11, low=-3, high=3)
    yield Layer(
        "random_categorical",
        source("logits: f32[6, 11]", "i64[6]", "random.categorical(4, logits)"),
        {"logits": logits},
        lambda _, logits: torch.from_numpy(philox.categorical(4, logits.numpy())),
    )
    yield Layer(
        "random_bernoulli",
        source("p: f32[6, 11]", "bool[6, 11]", "random.bernoulli(4, p)"),
        {"p": values("bernoulli", 6, 11, low=0, high=1)},
        lambda _, p: torch.from_numpy(philox.uniform(4, (6, 11)) < p.numpy()),
    )
    yield Layer(
        "keep_top_k",
        source("scores: f32[6, 11]", "f32[6, 11]", "nn.keep_top_k(scores, 4)"),
        {"scores": logits},
        lambda _, scores: TopKLogitsWarper(4)(None, scores),
    )
    for p in (0.0, 0.7, 1.0):
        yield Layer(
            f"keep_top_p_{int(100 * p)}",
            source("scores: f32[6, 11]", "f32[6, 11]", f"nn.keep_top_p(scores, {p})"),
            {"scores": logits},
            lambda _, scores, p=p: TopPLogitsWarper(p)(None, scores),
        )
