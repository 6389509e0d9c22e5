"""Convolutions and transposed convolutions."""

from torch import nn

from .basic import simple


def layers():
    yield simple("conv1d", lambda: nn.Conv1d(3, 5, 3), "nn.Conv1d(3, 5, 3)", [2, 3, 9], "2, 5, 7")
    yield simple(
        "conv1d_options",
        lambda: nn.Conv1d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2, bias=False),
        "nn.Conv1d(4, 6, 3, stride: 2, padding: 2, dilation: 2, groups: 2, bias: false)",
        [1, 4, 11],
        "1, 6, 6",
    )
    yield simple("conv2d", lambda: nn.Conv2d(3, 4, 3), "nn.Conv2d(3, 4, 3)", [2, 3, 6, 7], "2, 4, 4, 5")
    yield simple(
        "conv2d_padding",
        lambda: nn.Conv2d(3, 8, 3, padding=1, bias=False),
        "nn.Conv2d(3, 8, 3, padding: 1, bias: false)",
        [1, 3, 6, 6],
        "1, 8, 6, 6",
    )
    yield simple(
        "conv2d_stride",
        lambda: nn.Conv2d(3, 4, 5, stride=2, padding=2),
        "nn.Conv2d(3, 4, 5, 2, 2)",
        [1, 3, 9, 8],
        "1, 4, 5, 4",
    )
    yield simple(
        "conv2d_pairs",
        lambda: nn.Conv2d(2, 3, (3, 2), stride=(2, 1), padding=(0, 1), dilation=(1, 2)),
        "nn.Conv2d(2, 3, (3, 2), stride: (2, 1), padding: (0, 1), dilation: (1, 2))",
        [1, 2, 7, 6],
        "1, 3, 3, 6",
    )
    yield simple(
        "conv2d_dilation",
        lambda: nn.Conv2d(2, 3, 3, padding=2, dilation=2),
        "nn.Conv2d(2, 3, 3, padding: 2, dilation: 2)",
        [1, 2, 7, 6],
        "1, 3, 7, 6",
    )
    yield simple(
        "conv2d_groups",
        lambda: nn.Conv2d(4, 6, 3, padding=1, groups=2),
        "nn.Conv2d(4, 6, 3, padding: 1, groups: 2)",
        [1, 4, 5, 5],
        "1, 6, 5, 5",
    )
    yield simple(
        "conv2d_depthwise",
        lambda: nn.Conv2d(6, 6, 3, stride=2, padding=1, groups=6),
        "nn.Conv2d(6, 6, 3, stride: 2, padding: 1, groups: 6)",
        [1, 6, 7, 7],
        "1, 6, 4, 4",
    )
    yield simple(
        "conv2d_pointwise", lambda: nn.Conv2d(5, 7, 1), "nn.Conv2d(5, 7, 1)", [2, 5, 4, 3], "2, 7, 4, 3"
    )
    yield simple(
        "conv_transpose2d",
        lambda: nn.ConvTranspose2d(3, 4, 2, stride=2),
        "nn.ConvTranspose2d(3, 4, 2, stride: 2)",
        [1, 3, 4, 5],
        "1, 4, 8, 10",
    )
    yield simple(
        "conv_transpose2d_padding",
        lambda: nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1, output_padding=1),
        "nn.ConvTranspose2d(3, 4, 3, stride: 2, padding: 1, output_padding: 1)",
        [1, 3, 4, 5],
        "1, 4, 8, 10",
    )
    yield simple(
        "conv_transpose2d_groups",
        lambda: nn.ConvTranspose2d(4, 6, 3, padding=1, groups=2, bias=False),
        "nn.ConvTranspose2d(4, 6, 3, padding: 1, groups: 2, bias: false)",
        [1, 4, 4, 4],
        "1, 6, 4, 4",
    )
    yield simple(
        "conv_transpose2d_dilation",
        lambda: nn.ConvTranspose2d(2, 3, (3, 2), stride=(1, 3), dilation=2),
        "nn.ConvTranspose2d(2, 3, (3, 2), stride: (1, 3), dilation: 2)",
        [1, 2, 4, 3],
        "1, 3, 8, 9",
    )
