"""Activations, as functions and as layers, and the softmaxes."""

import torch
from torch import nn
from torch.nn import functional as F

from .basic import simple
from .layer import Layer, wrapped

# Near the corners of the functions, and far out on both sides.
POINTS = torch.cat(
    [torch.linspace(-8, 8, 33), torch.tensor([-40.0, -0.01, 0.01, 25.0, 40.0, 3.5, -3.5])]
).reshape(4, 10)

FUNCTIONS = {
    "relu": (F.relu, "nn.relu(x)"),
    "relu6": (F.relu6, "nn.relu6(x)"),
    "leaky_relu": (F.leaky_relu, "nn.leaky_relu(x)"),
    "leaky_relu_slope": (lambda x: F.leaky_relu(x, 0.2), "nn.leaky_relu(x, 0.2)"),
    "gelu": (F.gelu, "nn.gelu(x)"),
    "gelu_tanh": (lambda x: F.gelu(x, approximate="tanh"), 'nn.gelu(x, approximate: "tanh")'),
    "silu": (F.silu, "nn.silu(x)"),
    "sigmoid": (torch.sigmoid, "nn.sigmoid(x)"),
    "tanh": (torch.tanh, "nn.tanh(x)"),
    "hardswish": (F.hardswish, "nn.hardswish(x)"),
    "hardsigmoid": (F.hardsigmoid, "nn.hardsigmoid(x)"),
    "mish": (F.mish, "nn.mish(x)"),
    "softplus": (F.softplus, "nn.softplus(x)"),
    "softplus_options": (lambda x: F.softplus(x, 2, 5), "nn.softplus(x, beta: 2.0, threshold: 5.0)"),
    "elu": (F.elu, "nn.elu(x)"),
    "elu_alpha": (lambda x: F.elu(x, 0.5), "nn.elu(x, alpha: 0.5)"),
    "selu": (F.selu, "nn.selu(x)"),
    "softmax": (lambda x: F.softmax(x, -1), "nn.softmax(x, -1)"),
    "softmax_rows": (lambda x: F.softmax(x, 0), "nn.softmax(x, 0)"),
    "log_softmax": (lambda x: F.log_softmax(x, -1), "nn.log_softmax(x, -1)"),
}

MODULES = {
    "ReLU": nn.ReLU,
    "ReLU6": nn.ReLU6,
    "LeakyReLU": nn.LeakyReLU,
    "GELU": nn.GELU,
    "SiLU": nn.SiLU,
    "Sigmoid": nn.Sigmoid,
    "Tanh": nn.Tanh,
    "Hardswish": nn.Hardswish,
    "Hardsigmoid": nn.Hardsigmoid,
    "Mish": nn.Mish,
    "Softplus": nn.Softplus,
    "ELU": nn.ELU,
    "SELU": nn.SELU,
}


def layers():
    for name, (function, call) in FUNCTIONS.items():
        yield Layer(
            name,
            wrapped("", "x: f32[4, 10]", "f32[4, 10]", call),
            {"x": POINTS},
            lambda _, x, function=function: function(x),
        )
    for name, make in MODULES.items():
        yield simple(f"layer_{name.lower()}", make, f"nn.{name}()", [3, 4], "3, 4")
    yield simple("layer_softmax", lambda: nn.Softmax(dim=1), "nn.Softmax(1)", [2, 3, 4], "2, 3, 4")
    yield simple("layer_logsoftmax", lambda: nn.LogSoftmax(dim=-1), "nn.LogSoftmax(-1)", [2, 3, 4], "2, 3, 4")
    yield simple(
        "layer_gelu_tanh", lambda: nn.GELU(approximate="tanh"), 'nn.GELU(approximate: "tanh")', [3, 4], "3, 4"
    )
