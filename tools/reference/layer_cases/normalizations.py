"""Normalization layers."""

from torch import nn

from .basic import simple


def layers():
    yield simple("batch_norm2d", lambda: nn.BatchNorm2d(3), "nn.BatchNorm2d(3)", [2, 3, 4, 5], "2, 3, 4, 5")
    yield simple(
        "batch_norm2d_options",
        lambda: nn.BatchNorm2d(3, eps=1e-3, affine=False),
        "nn.BatchNorm2d(3, eps: 1e-3, affine: false)",
        [2, 3, 4, 5],
        "2, 3, 4, 5",
    )
    yield simple("batch_norm1d", lambda: nn.BatchNorm1d(5), "nn.BatchNorm1d(5)", [4, 5], "4, 5")
    yield simple(
        "batch_norm1d_sequence", lambda: nn.BatchNorm1d(5), "nn.BatchNorm1d(5)", [2, 5, 3], "2, 5, 3"
    )
    yield simple("layer_norm", lambda: nn.LayerNorm(7), "nn.LayerNorm(7)", [3, 4, 7], "3, 4, 7")
    yield simple(
        "layer_norm_options",
        lambda: nn.LayerNorm(7, eps=1e-3, bias=False),
        "nn.LayerNorm(7, eps: 1e-3, bias: false)",
        [3, 7],
        "3, 7",
    )
    yield simple(
        "layer_norm_plain",
        lambda: nn.LayerNorm(20, elementwise_affine=False),
        "nn.LayerNorm(20, elementwise_affine: false)",
        [3, 20],
        "3, 20",
    )
    yield simple(
        "layer_norm_axes", lambda: nn.LayerNorm([4, 5]), "nn.LayerNorm([4, 5])", [3, 4, 5], "3, 4, 5"
    )
    yield simple("rms_norm", lambda: nn.RMSNorm(9), "nn.RMSNorm(9)", [2, 3, 9], "2, 3, 9")
    yield simple("rms_norm_eps", lambda: nn.RMSNorm(9, eps=1e-2), "nn.RMSNorm(9, eps: 1e-2)", [2, 9], "2, 9")
    yield simple("group_norm", lambda: nn.GroupNorm(2, 6), "nn.GroupNorm(2, 6)", [2, 6, 4, 3], "2, 6, 4, 3")
    yield simple(
        "group_norm_options",
        lambda: nn.GroupNorm(3, 6, eps=1e-3, affine=False),
        "nn.GroupNorm(3, 6, eps: 1e-3, affine: false)",
        [2, 6, 5],
        "2, 6, 5",
    )
    yield simple(
        "instance_norm2d", lambda: nn.InstanceNorm2d(3), "nn.InstanceNorm2d(3)", [2, 3, 4, 5], "2, 3, 4, 5"
    )
    yield simple(
        "instance_norm2d_affine",
        lambda: nn.InstanceNorm2d(3, affine=True),
        "nn.InstanceNorm2d(3, affine: true)",
        [2, 3, 4, 5],
        "2, 3, 4, 5",
    )
