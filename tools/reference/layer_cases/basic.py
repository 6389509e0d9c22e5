"""Linear layers, embeddings, pooling, resizing, and models of several layers."""

import torch
from torch import nn

from .layer import Layer, seeded, values, wrapped


def simple(name, module, expression, shape, result):
    """A layer from one f32 tensor to one."""
    source = wrapped(expression, f"x: f32[{', '.join(map(str, shape))}]", f"f32[{result}]")
    return Layer(name, source, {"x": values(name, *shape)}, lambda layer, x: layer(x), seeded(module, name))


class TransposedLinear(nn.Module):
    """GPT-2's `Conv1D`: a linear layer whose weight is stored [input, output]."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(inputs, outputs) * 0.5)
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        return x @ self.weight + self.bias


def layers():
    yield simple("linear", lambda: nn.Linear(5, 7), "nn.Linear(5, 7)", [3, 5], "3, 7")
    yield simple(
        "linear_no_bias",
        lambda: nn.Linear(6, 4, bias=False),
        "nn.Linear(6, 4, bias: false)",
        [2, 3, 6],
        "2, 3, 4",
    )
    yield simple("linear_vector", lambda: nn.Linear(6, 4), "nn.Linear(6, 4)", [6], "4")
    yield simple("transposed_linear", lambda: TransposedLinear(6, 9), "nn.Conv1D(6, 9)", [2, 3, 6], "2, 3, 9")
    yield Layer(
        "linear_symbolic",
        """import nn

model Case {
  dim B in 1...8

  layer = nn.Linear(5, 7)

  func forward(x: f32[B, 5]) -> f32[B, 7] {
    return layer(x)
  }
}
""",
        {"x": values("linear_symbolic", 3, 5)},
        lambda layer, x: layer(x),
        seeded(lambda: nn.Linear(5, 7), "linear_symbolic"),
    )

    ids = torch.tensor([[0, 3, 10], [9, 3, 1]])
    yield Layer(
        "embedding",
        wrapped("nn.Embedding(11, 4)", "ids: i64[2, 3]", "f32[2, 3, 4]", "layer(ids)"),
        {"ids": ids},
        lambda layer, ids: layer(ids),
        seeded(lambda: nn.Embedding(11, 4), "embedding"),
    )
    yield simple("dropout", lambda: nn.Dropout(0.3), "nn.Dropout(0.3)", [2, 3], "2, 3")
    yield simple("flatten", lambda: nn.Flatten(), "nn.Flatten()", [2, 3, 4], "2, 12")

    yield simple("max_pool2d", lambda: nn.MaxPool2d(2), "nn.MaxPool2d(2)", [2, 3, 6, 7], "2, 3, 3, 3")
    yield simple(
        "max_pool2d_padded",
        lambda: nn.MaxPool2d(3, stride=2, padding=1),
        "nn.MaxPool2d(3, stride: 2, padding: 1)",
        [1, 3, 8, 7],
        "1, 3, 4, 4",
    )
    yield simple(
        "max_pool2d_dilated",
        lambda: nn.MaxPool2d((3, 2), stride=(1, 2), dilation=2),
        "nn.MaxPool2d((3, 2), stride: (1, 2), dilation: 2)",
        [1, 2, 8, 7],
        "1, 2, 4, 3",
    )
    yield simple(
        "max_pool2d_ceil",
        lambda: nn.MaxPool2d(3, stride=2, ceil_mode=True),
        "nn.MaxPool2d(3, stride: 2, ceil_mode: true)",
        [1, 2, 6, 8],
        "1, 2, 3, 4",
    )
    yield simple("avg_pool2d", lambda: nn.AvgPool2d(2), "nn.AvgPool2d(2)", [2, 3, 6, 7], "2, 3, 3, 3")
    yield simple(
        "avg_pool2d_padded",
        lambda: nn.AvgPool2d(3, stride=2, padding=1),
        "nn.AvgPool2d(3, stride: 2, padding: 1)",
        [1, 2, 7, 8],
        "1, 2, 4, 4",
    )
    yield simple(
        "avg_pool2d_exclude_pad",
        lambda: nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False),
        "nn.AvgPool2d(3, stride: 2, padding: 1, count_include_pad: false)",
        [1, 2, 7, 8],
        "1, 2, 4, 4",
    )
    yield simple(
        "avg_pool2d_ceil",
        lambda: nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True),
        "nn.AvgPool2d(3, stride: 2, padding: 1, ceil_mode: true)",
        [1, 2, 6, 8],
        "1, 2, 4, 5",
    )
    yield simple(
        "adaptive_avg_pool2d",
        lambda: nn.AdaptiveAvgPool2d(1),
        "nn.AdaptiveAvgPool2d(1)",
        [2, 3, 5, 4],
        "2, 3, 1, 1",
    )
    yield simple(
        "adaptive_avg_pool2d_uneven",
        lambda: nn.AdaptiveAvgPool2d((3, 2)),
        "nn.AdaptiveAvgPool2d((3, 2))",
        [1, 2, 7, 6],
        "1, 2, 3, 2",
    )

    yield simple(
        "upsample_nearest",
        lambda: nn.Upsample(scale_factor=2, mode="nearest"),
        'nn.Upsample(scale_factor: 2, mode: "nearest")',
        [1, 2, 3, 4],
        "1, 2, 6, 8",
    )
    yield simple(
        "upsample_bilinear",
        lambda: nn.Upsample(scale_factor=2, mode="bilinear"),
        'nn.Upsample(scale_factor: 2, mode: "bilinear")',
        [1, 2, 3, 4],
        "1, 2, 6, 8",
    )

    yield residual()
    yield perceptron()


class Bottleneck(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x):
        y = self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x)))))
        return torch.relu(y + (x if self.downsample is None else self.downsample(x)))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer1 = nn.Sequential(Bottleneck(3, 4, 1), Bottleneck(4, 8, 2), Bottleneck(8, 8, 1))

    def forward(self, x):
        return self.layer1(x).mean((2, 3))


def residual():
    """Residual blocks, with an optional member and lists of layers."""
    source = """import nn

layer Block(input: Int, output: Int, stride: Int) {
  let changes = stride != 1 || input != output

  conv1 = nn.Conv2d(input, output, 3, stride: stride, padding: 1, bias: false)
  bn1 = nn.BatchNorm2d(output)
  conv2 = nn.Conv2d(output, output, 3, padding: 1, bias: false)
  bn2 = nn.BatchNorm2d(output)
  downsample = [nn.Conv2d(input, output, 1, stride: stride, bias: false), nn.BatchNorm2d(output)] if changes

  func forward(x: f32[B, input, H, W]) -> f32[B, output, (H - 1) / stride + 1, (W - 1) / stride + 1] {
    var y = bn2(conv2(nn.relu(bn1(conv1(x)))))
    if changes {
      y = y + downsample.1(downsample.0(x))
    } else {
      y = y + x
    }
    return nn.relu(y)
  }
}

model Case {
  layer1 = [Block(3, 4, 1), Block(4, 8, 2), Block(8, 8, 1)]

  func forward(x: f32[1, 3, 9, 8]) -> f32[1, 8] {
    var y = x
    for block in layer1 { y = block(y) }
    return y.mean(axis: [2, 3])
  }
}
"""
    return Layer(
        "residual_blocks",
        source,
        {"x": values("residual", 1, 3, 9, 8)},
        lambda model, x: model(x),
        seeded(Residual, "residual"),
        prefix="",
    )


def perceptron():
    """Layers in a list, under the names of `nn.Sequential`."""
    source = """import nn

model Case {
  layers = [nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 4), nn.Softmax(-1)]

  func forward(x: f32[3, 8]) -> f32[3, 4] {
    var y = x
    for layer in layers { y = layer(y) }
    return y
  }
}
"""

    def make():
        return nn.Sequential(nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 4), nn.Softmax(dim=-1))

    return Layer(
        "sequential",
        source,
        {"x": values("sequential", 3, 8)},
        lambda model, x: model(x),
        seeded(make, "sequential"),
        prefix="layers.",
    )
