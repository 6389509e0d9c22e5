"""Models that are called several times or loop, in their published configurations, with random weights."""

import torch
import transformers

from . import diffusion
from .case import tokens
from .decoding import Writer, calls, plain
from .generative import PixelCNN, drawn
from .session import Call, Session


def gpt2_decoder():
    return Session(
        "gpt2_decoder.dl",
        transformers.GPT2LMHeadModel(transformers.GPT2Config(**plain)),
        calls(Writer(1024, 50256, 50), tokens(50256, 1, 56), 11, 48, 24, 24),
        omitted=("lm_head.weight",),
        renamed=(("transformer.", ""),),
        fixed={"B": 1},
    )


def llama_decoder():
    """The shape of SmolLM-135M, with an output layer of its own."""
    sizes = {"vocab": 49152, "context": 2048, "width": 576, "hidden": 1536, "depth": 30, "heads": 9, "groups": 3}
    config = transformers.LlamaConfig(
        vocab_size=49152, max_position_embeddings=2048, hidden_size=576, intermediate_size=1536,
        num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3, rms_norm_eps=1e-5, **plain,
    )  # fmt: skip
    compute = calls(Writer(2048, 2, 50), tokens(49150, 1, 56) + 2, 12, 48, 24, 24)
    return Session("llama_decoder.dl", transformers.LlamaForCausalLM(config), compute, sizes, fixed={"B": 1})


def tinyllama():
    """The shape of TinyLlama-1.1B."""
    config = transformers.LlamaConfig(
        vocab_size=32000, max_position_embeddings=2048, hidden_size=2048, intermediate_size=5632,
        num_hidden_layers=22, num_attention_heads=32, num_key_value_heads=4, rms_norm_eps=1e-5, **plain,
    )  # fmt: skip
    compute = calls(Writer(2048, 2, 50), tokens(31990, 1, 19) + 2, 13, 16, 6, 6)
    return Session("llama_decoder.dl", transformers.LlamaForCausalLM(config), compute, fixed={"B": 1})


def pixelcnn_loop():
    sizes = {"width": 16, "depth": 7, "levels": 256}
    compute = lambda module: [Call("sample", {"seed": torch.tensor(41)}, {"output": drawn(module, 41, 28)})]
    return Session("pixelcnn.dl", PixelCNN(**sizes), compute, sizes, fixed={"B": 1})


def ddpm_loop():
    """A thousand steps."""
    sizes = {"widths": [128, 256, 256, 256], "attends": [False, True, False, False], "depth": 2, "groups": 32, "channels": 3}

    def compute(module):
        output = diffusion.denoised(module, 21, (1, 3, 32, 32), 1000)
        return [Call("sample", {"seed": torch.tensor(21)}, {"output": output})]

    return Session("ddpm.dl", diffusion.UNet(**sizes), compute, sizes, fixed={"B": 1})


SESSIONS = (gpt2_decoder, llama_decoder, tinyllama, pixelcnn_loop, ddpm_loop)
