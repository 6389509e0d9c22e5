"""Transformers that write text: against `generate` of transformers, and its logits processors with the same noise."""

import numpy as np
import philox
import torch
import transformers
from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from .case import tokens
from .session import Call, Session

CONTEXT, VOCABULARY, TOP_K, END = 16, 31, 6, 30
plain = {"attn_implementation": "eager"}


def padded(text: torch.Tensor) -> torch.Tensor:
    """What was written, up to the context's length with end tokens behind."""
    result = torch.full((text.shape[0], CONTEXT), END)
    result[:, : text.shape[1]] = text
    return result


def greedy(module, ids, count):
    text = module.generate(
        ids,
        attention_mask=torch.ones_like(ids),
        max_new_tokens=count,
        do_sample=False,
        eos_token_id=END,
        pad_token_id=END,
    )
    return padded(text[:, ids.shape[1] :])


def sampled(module, ids, count, seed, temperature, top_p):
    """Draws among the kept tokens, the most likely first, with the library's noise."""
    process = LogitsProcessorList(
        [TemperatureLogitsWarper(temperature), TopKLogitsWarper(TOP_K), TopPLogitsWarper(top_p)]
    )
    text = ids
    ended = torch.zeros(ids.shape[0], dtype=torch.bool)
    for place in range(count):
        scores, ranked = process(text, module(text).logits[:, -1]).topk(TOP_K)
        choice = torch.from_numpy(philox.categorical(seed, scores.numpy(), place))
        token = ranked.gather(1, choice[:, None])[:, 0].masked_fill(ended, END)
        ended |= token == END
        text = torch.cat([text, token[:, None]], 1)
    return padded(text[:, ids.shape[1] :])


def calls(ids, seed):
    """Reads a text, then token by token, then writes."""

    def compute(module):
        number = lambda value: torch.tensor(value, dtype=torch.float64)
        result = [Call("prefill", {"ids": ids[:, :5]}, {"output": module(ids[:, :5]).logits[:, -1]})]
        for length in range(6, ids.shape[1] + 1):
            last = ids[:, length - 1 : length]
            result.append(Call("step", {"ids": last}, {"output": module(ids[:, :length]).logits[:, -1]}))
        result.append(
            Call("generate", {"ids": ids, "count": torch.tensor(6)}, {"output": greedy(module, ids, 6)})
        )
        for temperature, top_p in ((0.8, 0.9), (1.5, 1.0)):
            inputs = {"ids": ids, "count": torch.tensor(8), "seed": torch.tensor(seed)}
            inputs |= {"temperature": number(temperature), "top_p": number(top_p)}
            output = sampled(module, ids, 8, seed, float(np.float32(temperature)), float(np.float32(top_p)))
            result.append(Call("sample", inputs, {"output": output}))
        return result

    return compute


def gpt2_decoder():
    config = transformers.GPT2Config(
        vocab_size=VOCABULARY, n_positions=CONTEXT, n_embd=16, n_layer=2, n_head=4, **plain
    )
    sizes = {"vocab": VOCABULARY, "context": CONTEXT, "width": 16, "depth": 2, "heads": 4}
    return Session(
        "gpt2_decoder.dl",
        transformers.GPT2LMHeadModel(config),
        calls(tokens(VOCABULARY - 1, 2, 8), 11),
        sizes | {"end": END, "top_k": TOP_K},
        omitted=("lm_head.weight",),
        renamed=(("transformer.", ""),),
    )


def llama_decoder():
    config = transformers.LlamaConfig(
        vocab_size=VOCABULARY, max_position_embeddings=CONTEXT, hidden_size=16, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, intermediate_size=24, rms_norm_eps=1e-5, **plain,
    )
    sizes = {"vocab": VOCABULARY, "context": CONTEXT, "width": 16, "hidden": 24, "depth": 2, "heads": 4}
    return Session(
        "llama_decoder.dl",
        transformers.LlamaForCausalLM(config),
        calls(tokens(VOCABULARY - 1, 2, 8), 12),
        sizes | {"groups": 2, "end": END, "top_k": TOP_K},
    )


SESSIONS = (gpt2_decoder, llama_decoder)
