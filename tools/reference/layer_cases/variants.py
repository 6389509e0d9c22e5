"""Less common layers, options and masks."""

import torch
from torch import nn
from torch.nn import functional as F

from .basic import simple
from .layer import Layer, seeded, values, wrapped


def masked_attention(name, mask, option, shape):
    """Multi-head attention of 2 sequences, 3 queries and 4 keys of width 8, with a mask as an input."""
    inputs = {"q": values(name + "q", 2, 3, 8), "k": values(name + "k", 2, 4, 8), "mask": mask}
    kind = "bool" if mask.dtype == torch.bool else "f32"
    text = f"q: f32[2, 3, 8], k: f32[2, 4, 8], mask: {kind}[{shape}]"
    source = wrapped(
        "nn.MultiheadAttention(8, 2, batch_first: true)",
        text,
        "f32[2, 3, 8]",
        f"layer(q, k, k, {option}: mask)",
    )
    return Layer(
        name,
        source,
        inputs,
        lambda layer, q, k, mask: layer(q, k, k, need_weights=False, **{option: mask})[0],
        seeded(lambda: nn.MultiheadAttention(8, 2, batch_first=True), name),
    )


def loss(name, function, target, x_type="f32[3, 4]", target_type="f32[3, 4]", shape=(3, 4)):
    """A loss of logits and targets."""
    return Layer(
        name,
        wrapped("", f"x: {x_type}, y: {target_type}", "f32[]", f"nn.{name}(x, y)"),
        {"x": values(name, *shape), "y": target},
        lambda _, x, y: function(x, y),
    )


def layers():
    yield simple(
        "conv3d",
        lambda: nn.Conv3d(2, 3, (2, 3, 1), stride=(1, 2, 1), padding=(1, 0, 1)),
        "nn.Conv3d(2, 3, (2, 3, 1), stride: (1, 2, 1), padding: (1, 0, 1))",
        [1, 2, 3, 5, 4],
        "1, 3, 4, 2, 6",
    )
    yield simple(
        "conv2d_same",
        lambda: nn.Conv2d(2, 3, (4, 3), padding="same", dilation=(1, 2)),
        'nn.Conv2d(2, 3, (4, 3), padding: "same", dilation: (1, 2))',
        [1, 2, 6, 7],
        "1, 3, 6, 7",
    )
    yield simple(
        "conv_transpose1d",
        lambda: nn.ConvTranspose1d(4, 6, 4, stride=3, padding=2, output_padding=1, groups=2),
        "nn.ConvTranspose1d(4, 6, 4, stride: 3, padding: 2, output_padding: 1, groups: 2)",
        [2, 4, 5],
        "2, 6, 13",
    )
    yield simple(
        "max_pool1d",
        lambda: nn.MaxPool1d(3, stride=2, padding=1, ceil_mode=True),
        "nn.MaxPool1d(3, stride: 2, padding: 1, ceil_mode: true)",
        [2, 3, 8],
        "2, 3, 5",
    )
    yield simple(
        "avg_pool1d",
        lambda: nn.AvgPool1d(4, stride=3, padding=1, ceil_mode=True, count_include_pad=False),
        "nn.AvgPool1d(4, stride: 3, padding: 1, ceil_mode: true, count_include_pad: false)",
        [2, 3, 9],
        "2, 3, 4",
    )
    yield simple(
        "adaptive_avg_pool2d_rows",
        lambda: nn.AdaptiveAvgPool2d((2, 7)),
        "nn.AdaptiveAvgPool2d((2, 7))",
        [1, 2, 6, 5],
        "1, 2, 2, 7",
    )
    yield simple(
        "upsample_nearest_size",
        lambda: nn.Upsample(size=(5, 3), mode="nearest"),
        'nn.Upsample(size: (5, 3), mode: "nearest")',
        [1, 2, 3, 4],
        "1, 2, 5, 3",
    )
    yield simple(
        "upsample_bilinear_size",
        lambda: nn.Upsample(size=(5, 3), mode="bilinear"),
        'nn.Upsample(size: (5, 3), mode: "bilinear")',
        [1, 2, 3, 4],
        "1, 2, 5, 3",
    )
    yield simple(
        "upsample_bilinear_corners",
        lambda: nn.Upsample(size=(7, 1), mode="bilinear", align_corners=True),
        'nn.Upsample(size: (7, 1), mode: "bilinear", align_corners: true)',
        [1, 2, 3, 4],
        "1, 2, 7, 1",
    )

    padding = torch.tensor([[0, 0, 0, 1], [0, 1, 0, 0]], dtype=torch.bool)
    yield masked_attention("multihead_attention_padding", padding, "key_padding_mask", "2, 4")
    hidden = torch.tensor([[0, 1, 0, 1], [1, 0, 0, 0], [0, 0, 1, 1]], dtype=torch.bool)
    yield masked_attention("multihead_attention_hidden", hidden, "attn_mask", "3, 4")
    yield masked_attention(
        "multihead_attention_added", values("multihead_added_mask", 4, 3, 4), "attn_mask", "4, 3, 4"
    )

    yield loss("l1_loss", F.l1_loss, values("l1_target", 3, 4))
    probabilities = values("bce_target", 3, 4, low=0, high=1)
    yield loss("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, probabilities)
    classes = torch.tensor([[0, 4], [2, 2]])
    yield loss("nll_loss", F.nll_loss, classes, "f32[2, 5, 2]", "i64[2, 2]", (2, 5, 2))
