"""Transformers that write text: against `generate` of transformers, and its logits processors with the same noise."""

from dataclasses import dataclass

import numpy as np
import philox
import torch
import transformers
from transformers import LogitsProcessorList, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

from .case import tokens
from .session import Call, Session

CONTEXT, VOCABULARY, END = 16, 31, 30
plain = {"attn_implementation": "eager"}


@dataclass
class Writer:
    """How a decoder continues texts. What it wrote is followed by end tokens up to the context's length."""

    context: int
    end: int
    top_k: int

    def padded(self, text: torch.Tensor) -> torch.Tensor:
        result = torch.full((text.shape[0], self.context), self.end)
        result[:, : text.shape[1]] = text
        return result

    def greedy(self, module, ids, count):
        text = module.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=count,
            do_sample=False,
            eos_token_id=self.end,
            pad_token_id=self.end,
        )
        return self.padded(text[:, ids.shape[1] :])

    def sampled(self, module, ids, count, seed, temperature, top_p):
        """Draws among the kept tokens, the most likely first, with the library's noise."""
        process = LogitsProcessorList(
            [TemperatureLogitsWarper(temperature), TopKLogitsWarper(self.top_k), TopPLogitsWarper(top_p)]
        )
        text = ids
        ended = torch.zeros(ids.shape[0], dtype=torch.bool)
        for place in range(count):
            scores, ranked = process(text, module(text).logits[:, -1]).topk(self.top_k)
            choice = torch.from_numpy(philox.categorical(seed, scores.numpy(), place))
            token = ranked.gather(1, choice[:, None])[:, 0].masked_fill(ended, self.end)
            ended |= token == self.end
            text = torch.cat([text, token[:, None]], 1)
        return self.padded(text[:, ids.shape[1] :])


def calls(writer, ids, seed, read=5, greedy_count=6, sampled_count=8):
    """Reads the first tokens of a text, then the rest one by one, then writes."""

    def compute(module):
        number = lambda value: torch.tensor(value, dtype=torch.float64)
        result = [Call("prefill", {"ids": ids[:, :read]}, {"output": module(ids[:, :read]).logits[:, -1]})]
        for length in range(read + 1, ids.shape[1] + 1):
            last = ids[:, length - 1 : length]
            result.append(Call("step", {"ids": last}, {"output": module(ids[:, :length]).logits[:, -1]}))
        inputs = {"ids": ids, "count": torch.tensor(greedy_count)}
        result.append(Call("generate", inputs, {"output": writer.greedy(module, ids, greedy_count)}))
        for temperature, top_p in ((0.8, 0.9), (1.5, 1.0)):
            inputs = {"ids": ids, "count": torch.tensor(sampled_count), "seed": torch.tensor(seed)}
            inputs |= {"temperature": number(temperature), "top_p": number(top_p)}
            settings = float(np.float32(temperature)), float(np.float32(top_p))
            output = writer.sampled(module, ids, sampled_count, seed, *settings)
            result.append(Call("sample", inputs, {"output": output}))
        return result

    return compute


TINY = Writer(CONTEXT, END, top_k=6)


def gpt2_decoder():
    config = transformers.GPT2Config(
        vocab_size=VOCABULARY, n_positions=CONTEXT, n_embd=16, n_layer=2, n_head=4, **plain
    )
    sizes = {"vocab": VOCABULARY, "context": CONTEXT, "width": 16, "depth": 2, "heads": 4}
    return Session(
        "gpt2_decoder.dl",
        transformers.GPT2LMHeadModel(config),
        calls(TINY, tokens(VOCABULARY - 1, 2, 8), 11),
        sizes | {"end": END, "top_k": TINY.top_k},
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
        calls(TINY, tokens(VOCABULARY - 1, 2, 8), 12),
        sizes | {"groups": 2, "end": END, "top_k": TINY.top_k},
    )


SESSIONS = (gpt2_decoder, llama_decoder)
