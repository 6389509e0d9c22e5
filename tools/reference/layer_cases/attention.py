"""Attention, and encodings of positions."""

import torch
from torch import nn
from torch.nn import functional as F

from .layer import Layer, seeded, values, wrapped


def attention(name, options, key_heads=4, keys=5, mask=None, **arguments):
    """A call of the attention function: 2 sequences, 4 heads, 5 queries of width 6, values of width 3."""
    inputs = {
        "q": values(name + "q", 2, 4, 5, 6),
        "k": values(name + "k", 2, key_heads, keys, 6),
        "v": values(name + "v", 2, key_heads, keys, 3),
    }
    text = f"q: f32[2, 4, 5, 6], k: f32[2, {key_heads}, {keys}, 6], v: f32[2, {key_heads}, {keys}, 3]"
    if mask is not None:
        inputs["mask"] = mask
        text += f", mask: {'bool' if mask.dtype == torch.bool else 'f32'}[{', '.join(map(str, mask.shape))}]"

    def compute(_, q, k, v, mask=None):
        return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, **arguments)

    call = f"nn.scaled_dot_product_attention(q, k, v{options})"
    return Layer(name, wrapped("", text, "f32[2, 4, 5, 3]", call), inputs, compute)


def multihead(name, make, expression, query, key, call="layer(q, k, v)", **arguments):
    """Multi-head attention of width 8; shapes as PyTorch takes them."""
    inputs = {"q": values(name + "q", *query), "k": values(name + "k", *key), "v": values(name + "v", *key)}
    text = ", ".join(f"{n}: f32[{', '.join(map(str, value.shape))}]" for n, value in inputs.items())
    source = wrapped(expression, text, f"f32[{', '.join(map(str, query))}]", call)
    return Layer(
        name,
        source,
        inputs,
        lambda layer, q, k, v: layer(q, k, v, need_weights=False, **arguments)[0],
        seeded(make, name),
    )


def rotary(x, positions, base=10000.0):
    """Rotary position embedding of x[…, T, D]: the halves of D are turned against each other, as in Llama."""
    half = x.shape[-1] // 2
    angles = positions[:, None] * base ** (-torch.arange(half, dtype=x.dtype) / half)
    cosine, sine = torch.cos(angles), torch.sin(angles)
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], -1)


def sinusoidal(length, width):
    """The encoding of "Attention Is All You Need": sines at even places, cosines at odd ones."""
    places = torch.arange(0, width, 2, dtype=torch.float64)
    angles = torch.arange(length, dtype=torch.float64)[:, None] * 10000.0 ** (-places / width)
    return torch.stack([torch.sin(angles), torch.cos(angles)], -1).reshape(length, width)


def layers():
    generator = torch.Generator().manual_seed(60)
    allowed = torch.rand((5, 7), generator=generator) < 0.6
    allowed[:, 2] = True

    yield attention("attention", "")
    yield attention("attention_keys", "", keys=7)
    yield attention("attention_causal", ", is_causal: true", is_causal=True)
    yield attention("attention_scale", ", scale: 0.3", scale=0.3)
    yield attention("attention_bool_mask", ", attn_mask: mask", keys=7, mask=allowed)
    yield attention("attention_float_mask", ", attn_mask: mask", mask=values("attention_mask", 2, 1, 5, 5))
    yield attention(
        "attention_grouped",
        ", is_causal: true, enable_gqa: true",
        key_heads=2,
        is_causal=True,
        enable_gqa=True,
    )

    yield multihead(
        "multihead_attention",
        lambda: nn.MultiheadAttention(8, 2, batch_first=True),
        "nn.MultiheadAttention(8, 2, batch_first: true)",
        [2, 4, 8],
        [2, 5, 8],
    )
    yield multihead(
        "multihead_attention_sequence_first",
        lambda: nn.MultiheadAttention(8, 4, bias=False),
        "nn.MultiheadAttention(8, 4, bias: false)",
        [4, 2, 8],
        [5, 2, 8],
    )
    causal = nn.Transformer.generate_square_subsequent_mask(4, dtype=torch.float64)
    yield multihead(
        "multihead_attention_causal",
        lambda: nn.MultiheadAttention(8, 2, batch_first=True),
        "nn.MultiheadAttention(8, 2, batch_first: true)",
        [2, 4, 8],
        [2, 4, 8],
        "layer(q, k, v, is_causal: true)",
        attn_mask=causal,
        is_causal=True,
    )

    x = values("rotary", 2, 3, 5, 8)
    yield Layer(
        "rotary",
        wrapped("", "x: f32[2, 3, 5, 8]", "f32[2, 3, 5, 8]", "nn.rotary(x)"),
        {"x": x},
        lambda _, x: rotary(x, torch.arange(5, dtype=torch.float64)),
    )
    yield Layer(
        "rotary_positions",
        wrapped(
            "",
            "x: f32[2, 3, 5, 8], positions: i64[5]",
            "f32[2, 3, 5, 8]",
            "nn.rotary(x, positions: positions, base: 500.0)",
        ),
        {"x": x, "positions": torch.tensor([7, 8, 9, 10, 3])},
        lambda _, x, positions: rotary(x, positions.double(), 500.0),
    )
    yield Layer(
        "sinusoidal_positions",
        wrapped("", "x: f32[2, 9, 6]", "f32[2, 9, 6]", "x + nn.sinusoidal_positions(9, 6)"),
        {"x": values("sinusoidal", 2, 9, 6)},
        lambda _, x: x + sinusoidal(9, 6),
    )
