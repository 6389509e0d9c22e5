"""Flamingo's parts, written from the paper (arXiv 2204.14198, figures 4 to 6)."""

import torch
from torch import nn

from .case import Case, noise


def heads(x, count):
    """[batch, tokens, count * size] as [batch, count, tokens, size]."""
    return x.unflatten(-1, (count, -1)).transpose(-2, -3)


def attend(q, k, v, mask=None):
    scores = q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e30)
    return (scores.softmax(-1) @ v).transpose(-2, -3).flatten(-2)


def feed_forward(width):
    return nn.Sequential(
        nn.LayerNorm(width),
        nn.Linear(width, 4 * width, bias=False),
        nn.GELU(),
        nn.Linear(4 * width, width, bias=False),
    )


class Projections(nn.Module):
    """The linear maps of attention from vectors of one width to vectors of another."""

    def __init__(self, width, other, count, size):
        super().__init__()
        self.count = count
        self.to_q = nn.Linear(width, count * size, bias=False)
        self.to_kv = nn.Linear(other, 2 * count * size, bias=False)
        self.to_out = nn.Linear(count * size, width, bias=False)

    def forward(self, x, seen, mask=None):
        k, v = self.to_kv(seen).chunk(2, -1)
        return self.to_out(
            attend(heads(self.to_q(x), self.count), heads(k, self.count), heads(v, self.count), mask)
        )


class PerceiverAttention(Projections):
    def __init__(self, width, count, size):
        super().__init__(width, width, count, size)
        self.norm_media, self.norm_latents = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x, latents):
        queries = self.norm_latents(latents)
        return super().forward(queries, torch.cat([self.norm_media(x), queries], 1))


class PerceiverResampler(nn.Module):
    def __init__(self, width, depth, count, size, latents):
        super().__init__()
        self.latents = nn.Parameter(torch.zeros(latents, width))
        self.layers = nn.ModuleList(
            nn.ModuleList([PerceiverAttention(width, count, size), feed_forward(width)]) for _ in range(depth)
        )
        self.norm = nn.LayerNorm(width)

    def forward(self, patches):
        x = patches.flatten(0, 1)
        y = self.latents.expand(len(x), -1, -1)
        for attention, mlp in self.layers:
            y = y + attention(x, y)
            y = y + mlp(y)
        return self.norm(y).unflatten(0, patches.shape[:2])


class MaskedCrossAttention(Projections):
    def __init__(self, width, vision, count, size):
        super().__init__(width, vision, count, size)
        self.norm = nn.LayerNorm(width)

    def forward(self, x, media, starts):
        """Every token by itself sees the vectors of the last image at or before it, if there is one."""
        queries = self.norm(x)
        result = torch.zeros_like(x)
        for b in range(len(x)):
            image = -1
            for t in range(x.shape[1]):
                image += int(starts[b, t])
                if image >= 0:
                    seen = media[b, image].unsqueeze(0)
                    result[b, t] = super().forward(queries[b, t].view(1, 1, -1), seen)[0, 0]
        return result


class GatedCrossAttentionBlock(nn.Module):
    def __init__(self, width, vision, count, size):
        super().__init__()
        self.attn = MaskedCrossAttention(width, vision, count, size)
        self.attn_gate = nn.Parameter(torch.zeros(1))
        self.ff = feed_forward(width)
        self.ff_gate = nn.Parameter(torch.zeros(1))

    def forward(self, x, media, starts):
        y = x + torch.tanh(self.attn_gate) * self.attn(x, media, starts)
        return y + torch.tanh(self.ff_gate) * self.ff(y)


class Flamingo(nn.Module):
    def __init__(self, width=768, vision=1024, depth=6, heads=8, size=64, latents=64):
        super().__init__()
        self.perceiver = PerceiverResampler(vision, depth, heads, size, latents)
        self.gated = GatedCrossAttentionBlock(width, vision, heads, size)

    def forward(self, words, starts, patches):
        return self.gated(words, self.perceiver(patches), starts)


def flamingo():
    sizes = {"width": 12, "vision": 8, "depth": 2, "heads": 2, "size": 4, "latents": 3}
    starts = torch.zeros(2, 9, dtype=torch.bool)
    starts[0, 0] = starts[0, 5] = starts[1, 3] = starts[1, 4] = True
    inputs = {"words": noise(2, 9, 12), "starts": starts, "patches": noise(2, 2, 5, 8)}
    return Case("flamingo.dl", Flamingo(**sizes), inputs, sizes)


CASES = (flamingo,)
