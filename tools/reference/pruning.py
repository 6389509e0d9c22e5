#!/usr/bin/env python3
"""Writes Tests/Reference/pruning: a small network, and what PyTorch computes after half of its channels are removed.

The rules of docs/quantization.md are carried out by hand for this network: which channels are tied, how important they
are, and how many stay.
"""

import pathlib

import torch
from safetensors.torch import save_file
from torch.nn import functional as F

torch.manual_seed(11)
weights = {
    "stem.weight": torch.randn(16, 3, 3, 3) / 5,
    "first.weight": torch.randn(24, 16, 3, 3) / 12,
    "second.weight": torch.randn(16, 24, 3, 3) / 15,
    "depthwise.weight": torch.randn(16, 1, 3, 3) / 3,
    "head.weight": torch.randn(20, 32, 1, 1) / 6,
    "fc.weight": torch.randn(5, 20) / 4,
    "fc.bias": torch.randn(5),
}
for name, count in (("stem", 16), ("first", 24), ("second", 16), ("depthwise", 16)):
    weights[f"{name}_norm.weight"] = 1 + torch.randn(count) / 5
    weights[f"{name}_norm.bias"] = torch.randn(count) / 5
    weights[f"{name}_norm.running_mean"] = torch.randn(count) / 5
    weights[f"{name}_norm.running_var"] = 1 + torch.rand(count)


def network(w, x):
    def norm(x, name):
        return F.batch_norm(
            x, w[f"{name}.running_mean"], w[f"{name}.running_var"], w[f"{name}.weight"], w[f"{name}.bias"]
        )

    x = F.relu(norm(F.conv2d(x, w["stem.weight"], padding=1), "stem_norm"))
    y = F.relu(norm(F.conv2d(x, w["first.weight"], padding=1), "first_norm"))
    y = F.relu(x + norm(F.conv2d(y, w["second.weight"], padding=1), "second_norm"))
    z = norm(F.conv2d(y, w["depthwise.weight"], padding=1, groups=y.shape[1]), "depthwise_norm")
    z = F.relu(F.conv2d(torch.cat([y, z], 1), w["head.weight"]))
    return F.linear(z.mean((2, 3)), w["fc.weight"], w["fc.bias"])


def strongest(count, *parts):
    """The `count` channels with the greatest sums of squares, in order; a part has channels along its first axis."""
    scores = sum(part.double().square().flatten(1).sum(1) for part in parts)
    return scores.argsort(descending=True)[:count].sort().values


inputs = {name: tensor.transpose(0, 1) for name, tensor in weights.items() if tensor.ndim > 1}
head = inputs["head.weight"]
trunk = strongest(
    8,
    weights["stem.weight"],
    inputs["first.weight"],
    weights["second.weight"],
    weights["depthwise.weight"],
    head[:16],
    head[16:],
)
inner = strongest(12, weights["first.weight"], inputs["second.weight"])
top = strongest(10, weights["head.weight"], inputs["fc.weight"])

pruned = dict(weights)
pruned["stem.weight"] = weights["stem.weight"][trunk]
pruned["first.weight"] = weights["first.weight"][inner][:, trunk]
pruned["second.weight"] = weights["second.weight"][trunk][:, inner]
pruned["depthwise.weight"] = weights["depthwise.weight"][trunk]
pruned["head.weight"] = weights["head.weight"][top][:, torch.cat([trunk, trunk + 16])]
pruned["fc.weight"] = weights["fc.weight"][:, top]
for name, kept in (("stem", trunk), ("first", inner), ("second", trunk), ("depthwise", trunk)):
    for part in ("weight", "bias", "running_mean", "running_var"):
        pruned[f"{name}_norm.{part}"] = weights[f"{name}_norm.{part}"][kept]

x = torch.randn(2, 3, 8, 8)
target = pathlib.Path(__file__).parents[2] / "Tests/Reference/pruning"
target.mkdir(exist_ok=True)
save_file(weights, target / "weights.safetensors")
save_file({"x": x}, target / "inputs.safetensors")
double = {name: tensor.double() for name, tensor in pruned.items()}
save_file({"output": network(double, x.double()).float()}, target / "expected.safetensors")
