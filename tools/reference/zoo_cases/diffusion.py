"""Diffusion models, with the members and names of diffusers and CompVis."""

import math

import philox
import torch
from torch import nn
from torch.nn import functional as F

from .case import Case, noise
from .session import Call, Session


class Stack(nn.Module):
    """Members by name, for parts of which only the names matter."""

    def __init__(self, **members):
        super().__init__()
        for name, member in members.items():
            setattr(self, name, member)


class ResnetBlock(nn.Module):
    def __init__(self, inputs, outputs, time, groups):
        super().__init__()
        self.norm1 = nn.GroupNorm(groups, inputs, eps=1e-6)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time_emb_proj = nn.Linear(time, outputs)
        self.norm2 = nn.GroupNorm(groups, outputs, eps=1e-6)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x, time):
        y = self.conv1(F.silu(self.norm1(x))) + self.time_emb_proj(F.silu(time))[:, :, None, None]
        return self.conv2(F.silu(self.norm2(y))) + self.conv_shortcut(x)


class Attention(nn.Module):
    def __init__(self, width, groups):
        super().__init__()
        self.group_norm = nn.GroupNorm(groups, width, eps=1e-6)
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x):
        pixels = self.group_norm(x).flatten(2).transpose(1, 2)
        y = F.scaled_dot_product_attention(self.to_q(pixels), self.to_k(pixels), self.to_v(pixels))
        return x + self.to_out[0](y).transpose(1, 2).reshape(x.shape)


class UNet(nn.Module):
    """UNet2DModel of diffusers, with blocks of residual networks and attention in some of them."""

    def __init__(self, widths, attends, depth, groups, channels):
        super().__init__()
        time, count = 4 * widths[0], len(widths)
        self.widths, self.depth = widths, depth
        self.conv_in = nn.Conv2d(channels, widths[0], 3, padding=1)
        self.time_embedding = Stack(linear_1=nn.Linear(widths[0], time), linear_2=nn.Linear(time, time))
        self.down_blocks, self.up_blocks = nn.ModuleList(), nn.ModuleList()
        kept = [widths[0]]
        for i, width in enumerate(widths):
            block = Stack(resnets=nn.ModuleList(), attentions=nn.ModuleList(), downsamplers=nn.ModuleList())
            for j in range(depth):
                block.resnets.append(ResnetBlock(widths[max(i - 1, 0)] if j == 0 else width, width, time, groups))
                block.attentions.append(Attention(width, groups) if attends[i] else nn.Identity())
                kept.append(width)
            if i < count - 1:
                block.downsamplers.append(Stack(conv=nn.Conv2d(width, width, 3, stride=2)))
                kept.append(width)
            self.down_blocks.append(block)
        width = widths[-1]
        self.mid_block = Stack(
            resnets=nn.ModuleList(ResnetBlock(width, width, time, groups) for _ in range(2)),
            attentions=nn.ModuleList([Attention(width, groups)]),
        )
        for i in reversed(range(count)):
            block = Stack(resnets=nn.ModuleList(), attentions=nn.ModuleList(), upsamplers=nn.ModuleList())
            for _ in range(depth + 1):
                block.resnets.append(ResnetBlock(width + kept.pop(), widths[i], time, groups))
                block.attentions.append(Attention(widths[i], groups) if attends[i] else nn.Identity())
                width = widths[i]
            if i > 0:
                block.upsamplers.append(Stack(conv=nn.Conv2d(width, width, 3, padding=1)))
            self.up_blocks.append(block)
        self.conv_norm_out = nn.GroupNorm(groups, widths[0], eps=1e-6)
        self.conv_out = nn.Conv2d(widths[0], channels, 3, padding=1)

    def forward(self, image, t):
        half = self.widths[0] // 2
        frequencies = torch.exp(torch.arange(half, dtype=image.dtype) * (-math.log(10000) / (half - 1)))
        angles = t[:, None] * frequencies
        time = self.time_embedding.linear_1(torch.cat([angles.sin(), angles.cos()], 1))
        time = self.time_embedding.linear_2(F.silu(time))
        x = self.conv_in(image)
        kept = [x]
        for block in self.down_blocks:
            for resnet, attention in zip(block.resnets, block.attentions):
                x = attention(resnet(x, time))
                kept.append(x)
            for sampler in block.downsamplers:
                x = sampler.conv(F.pad(x, (0, 1, 0, 1)))
                kept.append(x)
        x = self.mid_block.attentions[0](self.mid_block.resnets[0](x, time))
        x = self.mid_block.resnets[1](x, time)
        for block in self.up_blocks:
            for resnet, attention in zip(block.resnets, block.attentions):
                x = attention(resnet(torch.cat([x, kept.pop()], 1), time))
            for sampler in block.upsamplers:
                x = sampler.conv(F.interpolate(x, scale_factor=2.0))
        return self.conv_out(F.silu(self.conv_norm_out(x)))


def denoised(module, seed, shape, steps):
    """Algorithm 2 of arXiv 2006.11239, with the estimate of the clean image clipped."""
    draw = lambda stream: torch.from_numpy(philox.normal(seed, shape, stream))
    betas = torch.linspace(0.0001, 0.02, steps, dtype=torch.float64)
    kept = torch.cumprod(1 - betas, 0)
    x = draw(steps)
    for t in reversed(range(steps)):
        before = kept[t - 1] if t > 0 else torch.ones(()).double()
        estimate = module(x, torch.full((shape[0],), t))
        clean = ((x - (1 - kept[t]).sqrt() * estimate) / kept[t].sqrt()).clamp(-1, 1)
        x = (before.sqrt() * betas[t] * clean + (1 - betas[t]).sqrt() * (1 - before) * x) / (1 - kept[t])
        if t > 0:
            x = x + betas[t].sqrt() * draw(t)
    return x


def ddpm():
    sizes = {"widths": [4, 8], "attends": [False, True], "depth": 1, "groups": 2, "channels": 3}
    shape = (2, 3, 8, 8)
    image, t = noise(*shape), torch.tensor([3, 700])

    def compute(module):
        return [
            Call("forward", {"image": image, "t": t}, {"output": module(image.double(), t)}),
            Call("sample", {"seed": torch.tensor(21)}, {"output": denoised(module, 21, shape, 12)}),
        ]

    return Session("ddpm.dl", UNet(**sizes), compute, sizes | {"size": 8, "steps": 12, "images": 2})


class ResBlock(nn.Module):
    def __init__(self, inputs, outputs, time, groups):
        super().__init__()
        conv = lambda channels: nn.Conv2d(channels, outputs, 3, padding=1)
        self.in_layers = nn.Sequential(nn.GroupNorm(groups, inputs), nn.SiLU(), conv(inputs))
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(time, outputs))
        self.out_layers = nn.Sequential(nn.GroupNorm(groups, outputs), nn.SiLU(), nn.Dropout(), conv(outputs))
        self.skip_connection = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x, time):
        y = self.in_layers(x) + self.emb_layers(time)[:, :, None, None]
        return self.skip_connection(x) + self.out_layers(y)


class CrossAttention(nn.Module):
    def __init__(self, width, memory, heads):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k, self.to_v = (nn.Linear(memory, width, bias=False) for _ in range(2))
        self.to_out = nn.Sequential(nn.Linear(width, width), nn.Dropout())

    def forward(self, x, context):
        split = lambda y: y.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        q, k, v = split(self.to_q(x)), split(self.to_k(context)), split(self.to_v(context))
        return self.to_out(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2))


class GEGLU(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.proj = nn.Linear(inputs, 2 * outputs)

    def forward(self, x):
        value, gate = self.proj(x).chunk(2, -1)
        return value * F.gelu(gate)


class BasicTransformerBlock(nn.Module):
    def __init__(self, width, memory, heads):
        super().__init__()
        self.attn1, self.attn2 = CrossAttention(width, width, heads), CrossAttention(width, memory, heads)
        self.ff = Stack(net=nn.Sequential(GEGLU(width, 4 * width), nn.Dropout(), nn.Linear(4 * width, width)))
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width) for _ in range(3))

    def forward(self, x, context):
        y = self.norm1(x)
        x = x + self.attn1(y, y)
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff.net(self.norm3(x))


class SpatialTransformer(nn.Module):
    def __init__(self, width, memory, heads, depth, groups):
        super().__init__()
        self.norm = nn.GroupNorm(groups, width, eps=1e-6)
        self.proj_in, self.proj_out = nn.Conv2d(width, width, 1), nn.Conv2d(width, width, 1)
        self.transformer_blocks = nn.ModuleList(BasicTransformerBlock(width, memory, heads) for _ in range(depth))

    def forward(self, x, context):
        pixels = self.proj_in(self.norm(x)).flatten(2).transpose(1, 2)
        for block in self.transformer_blocks:
            pixels = block(pixels, context)
        return x + self.proj_out(pixels.transpose(1, 2).reshape(x.shape))


class LatentBlock(nn.Module):
    def __init__(self, input, width, time, memory, heads, depth, groups):
        super().__init__()
        self.block = nn.ModuleList(
            [ResBlock(input, width, time, groups), SpatialTransformer(width, memory, heads, depth, groups)]
        )

    def forward(self, latent, time, context):
        return self.block[1](self.block[0](latent, time), context)


def latent_diffusion():
    sizes = {"input": 4, "width": 8, "time": 12, "memory": 6, "heads": 2, "depth": 1, "groups": 2}
    inputs = {"latent": noise(2, 4, 6, 6), "time": noise(2, 12), "context": noise(2, 5, 6)}
    return Case("latent_diffusion.dl", LatentBlock(**sizes), inputs, sizes | {"words": 5, "size": 6})


CASES = (latent_diffusion,)
SESSIONS = (ddpm,)
