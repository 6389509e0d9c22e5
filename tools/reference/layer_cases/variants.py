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


def called(name, function, call, result):
    """A function of x[2, 5]."""
    source = wrapped("", "x: f32[2, 5]", f"f32[{result}]", call)
    return Layer(name, source, {"x": values(name, 2, 5)}, lambda _, x: function(x))


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

    yield simple("prelu", lambda: nn.PReLU(3), "nn.PReLU(3)", [2, 3, 4], "2, 3, 4")
    yield simple("hardtanh", lambda: nn.Hardtanh(-0.5, 1), "nn.Hardtanh(-0.5, 1)", [3, 4], "3, 4")
    yield simple("glu", lambda: nn.GLU(1), "nn.GLU(1)", [2, 6, 3], "2, 3, 3")
    yield simple(
        "batch_norm3d", lambda: nn.BatchNorm3d(2), "nn.BatchNorm3d(2)", [2, 2, 2, 3, 2], "2, 2, 2, 3, 2"
    )
    yield simple(
        "adaptive_avg_pool1d",
        lambda: nn.AdaptiveAvgPool1d(3),
        "nn.AdaptiveAvgPool1d(3)",
        [2, 3, 7],
        "2, 3, 3",
    )
    yield simple(
        "pixel_shuffle", lambda: nn.PixelShuffle(2), "nn.PixelShuffle(2)", [1, 8, 2, 3], "1, 2, 4, 6"
    )
    yield simple(
        "zero_pad2d",
        lambda: nn.ZeroPad2d((1, 0, 2, 3)),
        "nn.ZeroPad2d((1, 0, 2, 3))",
        [1, 2, 3, 3],
        "1, 2, 8, 4",
    )
    yield simple(
        "reflection_pad2d",
        lambda: nn.ReflectionPad2d((1, 0, 2, 1)),
        "nn.ReflectionPad2d((1, 0, 2, 1))",
        [1, 2, 4, 3],
        "1, 2, 7, 4",
    )
    for name, options, arguments in (
        ("", "", {}),
        ("_norm_first", ', activation: "gelu", norm_first: true', {"activation": "gelu", "norm_first": True}),
    ):
        yield simple(
            f"transformer_encoder_layer{name}",
            lambda arguments=arguments: nn.TransformerEncoderLayer(8, 2, 12, batch_first=True, **arguments),
            f"nn.TransformerEncoderLayer(8, 2, 12, batch_first: true{options})",
            [2, 3, 8],
            "2, 3, 8",
        )
    for cell in (nn.RNNCell, nn.GRUCell):
        name = cell.__name__.lower().replace("cell", "_cell")
        yield Layer(
            name,
            wrapped(f"nn.{cell.__name__}(3, 4)", "x: f32[2, 3], h: f32[2, 4]", "f32[2, 4]", "layer(x, h)"),
            {"x": values(name + "x", 2, 3), "h": values(name + "h", 2, 4)},
            lambda layer, x, h: layer(x, h),
            seeded(lambda cell=cell: cell(3, 4), name),
        )
    yield Layer(
        "lstm_cell",
        wrapped(
            "nn.LSTMCell(3, 4)",
            "x: f32[2, 3], h: f32[2, 4], c: f32[2, 4]",
            "(f32[2, 4], f32[2, 4])",
            "layer(x, (h, c))",
            "hidden, cell",
        ),
        {
            "x": values("lstm_cell_x", 2, 3),
            "h": values("lstm_cell_h", 2, 4),
            "c": values("lstm_cell_c", 2, 4),
        },
        lambda layer, x, h, c: layer(x, (h, c)),
        seeded(lambda: nn.LSTMCell(3, 4), "lstm_cell"),
        ("hidden", "cell"),
    )
    yield called("roll", lambda x: torch.roll(x, 2, 1), "x.roll(2, 1)", "2, 5")
    yield called("roll_back", lambda x: torch.roll(x, -1, 0), "x.roll(-1, 0)", "2, 5")
    yield called("normalize", F.normalize, "nn.normalize(x)", "2, 5")
    yield called("normalize_absolute", lambda x: F.normalize(x, p=1, dim=0), "nn.normalize(x, 1, 0)", "2, 5")
    yield called("logsigmoid", F.logsigmoid, "nn.logsigmoid(x)", "2, 5")
    yield called(
        "cosine_similarity",
        lambda x: F.cosine_similarity(x, x.flip(1)),
        "x.cosine_similarity(x.flip(1))",
        "2",
    )

    yield loss("l1_loss", F.l1_loss, values("l1_target", 3, 4))
    probabilities = values("bce_target", 3, 4, low=0, high=1)
    yield loss("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, probabilities)
    classes = torch.tensor([[0, 4], [2, 2]])
    yield loss("nll_loss", F.nll_loss, classes, "f32[2, 5, 2]", "i64[2, 2]", (2, 5, 2))
