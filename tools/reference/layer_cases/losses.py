"""Losses."""

import torch
from torch.nn import functional as F

from .layer import Layer, values, wrapped


def layers():
    logits, targets = values("cross_entropy", 4, 5, low=-4, high=4), torch.tensor([0, 4, 2, 2])
    for reduction in ("mean", "sum", "none"):
        suffix, option = ("", "") if reduction == "mean" else (f"_{reduction}", f', reduction: "{reduction}"')
        yield Layer(
            f"cross_entropy{suffix}",
            wrapped(
                "",
                "logits: f32[4, 5], targets: i64[4]",
                "f32[4]" if reduction == "none" else "f32[]",
                f"nn.cross_entropy(logits, targets{option})",
            ),
            {"logits": logits, "targets": targets},
            lambda _, logits, targets, reduction=reduction: F.cross_entropy(
                logits, targets, reduction=reduction
            ),
        )
    yield Layer(
        "mse_loss",
        wrapped("", "x: f32[3, 4], y: f32[3, 4]", "f32[]", "nn.mse_loss(x, y)"),
        {"x": values("mse_x", 3, 4), "y": values("mse_y", 3, 4)},
        lambda _, x, y: F.mse_loss(x, y),
    )
