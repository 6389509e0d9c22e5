"""Models that make images."""

import torch
from torch import nn

from .case import Case, noise


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


CASES = (dcgan, dcgan_discriminator, vae)
