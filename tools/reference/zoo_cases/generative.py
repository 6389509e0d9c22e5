"""Models that make images."""

import numpy as np
import philox
import torch
from torch import nn
from torch.nn import functional as F

from .case import Case, noise, tokens
from .session import Call, Session


class Generator(nn.Module):
    """The generator of the DCGAN tutorial of PyTorch."""

    def __init__(self, latent, width):
        super().__init__()
        layers = []
        inputs, stride, padding = latent, 1, 0
        for outputs in (8 * width, 4 * width, 2 * width, width):
            layers += [
                nn.ConvTranspose2d(inputs, outputs, 4, stride, padding, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
            ]
            inputs, stride, padding = outputs, 2, 1
        self.main = nn.Sequential(*layers, nn.ConvTranspose2d(width, 3, 4, 2, 1, bias=False), nn.Tanh())

    def forward(self, noise):
        return self.main(noise)


def dcgan():
    sizes = {"latent": 6, "width": 2}
    return Case("dcgan.dl", Generator(**sizes), {"noise": noise(1, 6, 1, 1)}, sizes, model="Generator")


class Discriminator(nn.Module):
    """The discriminator of the DCGAN tutorial of PyTorch."""

    def __init__(self, width):
        super().__init__()
        layers = [nn.Conv2d(3, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
        for inputs in (width, 2 * width, 4 * width):
            layers += [
                nn.Conv2d(inputs, 2 * inputs, 4, 2, 1, bias=False),
                nn.BatchNorm2d(2 * inputs),
                nn.LeakyReLU(0.2),
            ]
        self.main = nn.Sequential(*layers, nn.Conv2d(8 * width, 1, 4, 1, 0, bias=False), nn.Sigmoid())

    def forward(self, image):
        return self.main(image).flatten()


def dcgan_discriminator():
    sizes = {"width": 1}
    return Case("dcgan.dl", Discriminator(**sizes), {"image": noise(1, 3, 64, 64)}, sizes, model="Discriminator")


class VAE(nn.Module):
    """The autoencoder of PyTorch's examples, with its noise as an input."""

    def __init__(self, input, hidden, latent):
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(input, hidden), nn.Linear(hidden, latent), nn.Linear(hidden, latent)
        self.fc3, self.fc4 = nn.Linear(latent, hidden), nn.Linear(hidden, input)

    def forward(self, image, noise):
        h = torch.relu(self.fc1(image))
        mean, log_variance = self.fc21(h), self.fc22(h)
        code = mean + noise * torch.exp(0.5 * log_variance)
        return torch.sigmoid(self.fc4(torch.relu(self.fc3(code)))), mean, log_variance


def vae():
    sizes = {"input": 24, "hidden": 16, "latent": 4}
    inputs = {"image": noise(3, 24), "noise": torch.randn(3, 4)}
    return Case("vae.dl", VAE(**sizes), inputs, sizes, outputs=("reconstruction", "mean", "log_variance"))


def vae_seeded():
    sizes = {"input": 24, "hidden": 16, "latent": 4}
    image = noise(3, 24)

    def compute(module):
        code = torch.from_numpy(philox.normal(31, (3, 4)))
        output = module(image.double(), code)[0]
        return [Call("reconstruct", {"image": image, "seed": torch.tensor(31)}, {"output": output})]

    return Session("vae.dl", VAE(**sizes), compute, sizes)


class MaskedConv2d(nn.Conv2d):
    """Sees the pixels before one in raster order, and the pixel itself where `center` is true."""

    def __init__(self, inputs, outputs, kernel, center):
        super().__init__(inputs, outputs, kernel, padding=kernel // 2)
        place = torch.arange(kernel * kernel).reshape(kernel, kernel)
        middle = kernel * kernel // 2
        self.seen = (place <= middle) if center else (place < middle)

    def forward(self, x):
        return F.conv2d(x, self.weight * self.seen, self.bias, padding=self.padding)


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.reduce = nn.Conv2d(2 * width, width, 1)
        self.conv = MaskedConv2d(width, width, 3, center=True)
        self.expand = nn.Conv2d(width, 2 * width, 1)

    def forward(self, x):
        return x + self.expand(self.conv(self.reduce(x.relu()).relu()).relu())


class PixelCNN(nn.Module):
    def __init__(self, width, depth, levels):
        super().__init__()
        self.levels = levels
        self.first = MaskedConv2d(1, 2 * width, 7, center=False)
        self.blocks = nn.Sequential(*(Residual(width) for _ in range(depth)))
        self.hidden = nn.Conv2d(2 * width, 2 * width, 1)
        self.output = nn.Conv2d(2 * width, levels, 1)

    def forward(self, pixels):
        x = self.blocks(self.first(pixels.to(self.hidden.weight.dtype) / (self.levels - 1)))
        return self.output(self.hidden(x.relu()).relu())


def drawn(module, seed, size):
    pixels = torch.zeros(1, 1, size, size, dtype=torch.long)
    for place in range(size * size):
        row, column = divmod(place, size)
        scores = module(pixels)[0, :, row, column]
        pixels[0, 0, row, column] = int(philox.categorical(seed, np.asarray(scores), place))
    return pixels


def pixelcnn():
    sizes = {"width": 4, "depth": 2, "levels": 5}
    pixels = tokens(5, 2, 1, 6, 6)

    def compute(module):
        return [
            Call("forward", {"pixels": pixels}, {"output": module(pixels)}),
            Call("sample", {"seed": torch.tensor(41)}, {"output": drawn(module, 41, 6)}),
        ]

    return Session("pixelcnn.dl", PixelCNN(**sizes), compute, sizes | {"size": 6})


CASES = (dcgan, dcgan_discriminator, vae)
SESSIONS = (vae_seeded, pixelcnn)
