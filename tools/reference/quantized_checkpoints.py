#!/usr/bin/env python3
"""Writes Tests/Reference/quantized: a small Llama as others store it in few bits, with the scores that Transformers
computes from what the `gguf` package and the formulas of compressed-tensors decode.

    llama.gguf           blocks of every encoding that is read, rows of queries and keys in llama.cpp's order
    llama-int.safetensors  bytes for each channel, four bits in groups, and bytes with zero points
    expected.safetensors   `ids`, and the scores `gguf` and `int`
"""

import pathlib

import gguf
import numpy as np
import torch
import transformers
from safetensors.torch import save_file

VOCAB, WIDTH, HIDDEN, DEPTH, HEADS, GROUPS = 64, 64, 96, 2, 4, 2
FOLDER = pathlib.Path(__file__).parents[2] / "Tests/Reference/quantized"
TYPES = gguf.GGMLQuantizationType


def model() -> transformers.LlamaForCausalLM:
    torch.manual_seed(11)
    config = transformers.LlamaConfig(
        vocab_size=VOCAB, hidden_size=WIDTH, intermediate_size=HIDDEN, num_hidden_layers=DEPTH,
        num_attention_heads=HEADS, num_key_value_heads=GROUPS, max_position_embeddings=32, rms_norm_eps=1e-5,
        tie_word_embeddings=False,
    )
    result = transformers.LlamaForCausalLM(config).eval()
    with torch.no_grad():
        for name, parameter in result.named_parameters():
            parameter.normal_(1 if "norm" in name else 0, 0.1 if "norm" in name else parameter.shape[-1] ** -0.5)
    return result


def scores(weights: dict, ids: torch.Tensor) -> torch.Tensor:
    network = model()
    network.load_state_dict(weights)
    with torch.no_grad():
        return network(ids).logits


# GGUF

NAMES = {
    "model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}
PARTS = {
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}
ENCODINGS = {
    "token_embd": TYPES.Q4_0, "output": TYPES.Q8_0, "attn_q": TYPES.Q4_0, "attn_k": TYPES.Q8_0, "attn_v": TYPES.Q4_1,
    "attn_output": TYPES.F16, "ffn_gate": TYPES.Q4_0, "ffn_up": TYPES.Q8_0, "ffn_down": TYPES.Q4_0,
}


def gguf_name(name: str) -> str:
    if name in NAMES:
        return NAMES[name]
    _, _, layer, rest = name.split(".", 3)
    return f"blk.{layer}.{PARTS[rest.removesuffix('.weight')]}.weight"


def interleaved(weight: np.ndarray, heads: int) -> np.ndarray:
    """Rows in the order of llama.cpp: the two that a rotation turns side by side."""
    rows = weight.shape[0]
    return weight.reshape(heads, 2, rows // heads // 2, -1).swapaxes(1, 2).reshape(weight.shape)


def separated(weight: np.ndarray, heads: int) -> np.ndarray:
    rows = weight.shape[0]
    return weight.reshape(heads, rows // heads // 2, 2, -1).swapaxes(1, 2).reshape(weight.shape)


def write_gguf(weights: dict, path: pathlib.Path) -> dict:
    """Writes the file, and returns the weights that its bits stand for."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_context_length(32)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(DEPTH)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(GROUPS)
    writer.add_token_list([f"t{index}" for index in range(VOCAB)])
    decoded = {}
    for name, tensor in weights.items():
        target = gguf_name(name)
        part = target.split(".")[-2]
        heads = {"attn_q": HEADS, "attn_k": GROUPS}.get(part)
        values = tensor.numpy().astype(np.float32)
        if heads:
            values = interleaved(values, heads)
        encoding = ENCODINGS.get(part, TYPES.F32)
        data = gguf.quants.quantize(values, encoding)
        writer.add_tensor(target, data, raw_dtype=encoding)
        back = gguf.quants.dequantize(data, encoding).astype(np.float32).reshape(values.shape)
        decoded[name] = torch.from_numpy(separated(back, heads) if heads else back)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return decoded


def write_blocks(path: pathlib.Path) -> dict:
    """One tensor of blocks of arbitrary bits for each encoding, and what the `gguf` package decodes."""
    generator = np.random.default_rng(3)
    writer = gguf.GGUFWriter(path, "blocks")
    decoded = {}
    for encoding in (TYPES.Q4_0, TYPES.Q4_1, TYPES.Q8_0, TYPES.Q6_K):
        count, size = gguf.GGML_QUANT_SIZES[encoding]
        blocks = generator.integers(0, 256, (3, 512 // count, size), dtype=np.uint8)
        half = generator.normal(0, 0.1, (3, 512 // count, 2)).astype(np.float16).view(np.uint8)
        if encoding == TYPES.Q6_K:
            blocks[..., 208:210] = half[..., :2]
        else:
            blocks[..., :2] = half[..., :2]
            if encoding == TYPES.Q4_1:
                blocks[..., 2:4] = half[..., 2:]
        data = blocks.reshape(3, -1)
        writer.add_tensor(encoding.name, data, raw_dtype=encoding)
        decoded[encoding.name] = torch.from_numpy(gguf.quants.dequantize(data, encoding).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return decoded


# Integers with scales

def packed(integers: torch.Tensor) -> torch.Tensor:
    """Eight integers of four bits in a word, the first lowest, each plus 8."""
    words = (integers.to(torch.int64) + 8).reshape(integers.shape[0], -1, 8)
    words = sum(words[..., place] << (4 * place) for place in range(8))
    return (words - (words >> 31 << 32)).to(torch.int32)


def write_integers(weights: dict, path: pathlib.Path) -> dict:
    tensors, decoded = {}, {}
    for name, tensor in weights.items():
        base = name.removesuffix(".weight")
        if "norm" in name or "embed" in name:
            tensors[name] = decoded[name] = tensor.to(torch.bfloat16)
        elif "mlp" in name:
            groups = tensor.reshape(tensor.shape[0], -1, 32)
            scale = (groups.abs().amax(-1) / 7).to(torch.bfloat16)
            integers = (groups / scale.float()[..., None]).round().clamp(-8, 7)
            tensors[base + ".weight_packed"] = packed(integers.reshape(tensor.shape))
            tensors[base + ".weight_scale"] = scale
            tensors[base + ".weight_shape"] = torch.tensor(tensor.shape)
            decoded[name] = (integers * scale.float()[..., None]).reshape(tensor.shape)
        elif "v_proj" in name:
            low, high = tensor.amin(1, keepdim=True), tensor.amax(1, keepdim=True)
            scale = (high - low) / 255
            zero = (-128 - low / scale).round().clamp(-128, 127)
            integers = (tensor / scale + zero).round().clamp(-128, 127)
            tensors[name] = integers.to(torch.int8)
            tensors[base + ".weight_scale"] = scale
            tensors[base + ".weight_zero_point"] = zero.to(torch.int8)
            decoded[name] = (integers - zero) * scale
        else:
            scale = tensor.abs().amax(1, keepdim=True) / 127
            integers = (tensor / scale).round()
            tensors[name] = integers.to(torch.int8)
            tensors[base + ".weight_scale"] = scale
            decoded[name] = integers * scale
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, path)
    return {name: tensor.float() for name, tensor in decoded.items()}


def main():
    FOLDER.mkdir(exist_ok=True)
    weights = {name: parameter.detach() for name, parameter in model().named_parameters()}
    ids = torch.randint(0, VOCAB, (1, 12), generator=torch.Generator().manual_seed(4))
    save_file(
        {
            "ids": ids,
            "gguf": scores(write_gguf(weights, FOLDER / "llama.gguf"), ids),
            "int": scores(write_integers(weights, FOLDER / "llama-int.safetensors"), ids),
        },
        FOLDER / "expected.safetensors",
    )
    save_file(write_blocks(FOLDER / "blocks.gguf"), FOLDER / "blocks.safetensors")


if __name__ == "__main__":
    main()
