#!/usr/bin/env python3
"""Writes Tests/Reference/quantization/linear.safetensors: quantized numbers and products as PyTorch computes them."""

import pathlib

import torch
from safetensors.torch import save_file

torch.manual_seed(5)
x = torch.randn(9, 48) * 2
weight = torch.randn(21, 48)
bias = torch.randn(21)

scale = ((x.max() - x.min()) / 255).item()
zero = int(torch.round(-x.min() / scale).item())
quantized = torch.quantize_per_tensor(x, scale, zero, torch.quint8)

# Scales that 127 steps cover, as dlc chooses them.
scales = weight.abs().amax(dim=1).double() / 127
weights = torch.quantize_per_channel(weight, scales, torch.zeros(21, dtype=torch.int64), 0, torch.qint8)

torch.backends.quantized.engine = "onednn"
packed = torch.ops.quantized.linear_prepack(weights, bias)
exact = quantized.dequantize() @ weights.dequantize().T + bias
result_scale = ((exact.max() - exact.min()) / 255).item()
result_zero = int(torch.round(-exact.min() / result_scale).item())
result = torch.ops.quantized.linear(quantized, packed, result_scale, result_zero)

target = pathlib.Path(__file__).parents[2] / "Tests/Reference/quantization"
target.mkdir(exist_ok=True)
save_file(
    {
        "x": x,
        "weight": weight,
        "bias": bias,
        "x.scale": torch.tensor([scale]),
        "x.zero": torch.tensor([zero]),
        "x.bytes": quantized.int_repr(),
        "weight.integers": weights.int_repr(),
        "result.scale": torch.tensor([result_scale]),
        "result.zero": torch.tensor([result_zero]),
        "result.bytes": result.int_repr(),
        "result.exact": exact,
    },
    target / "linear.safetensors",
)
