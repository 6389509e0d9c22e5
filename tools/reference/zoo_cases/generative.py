"""Models that make images."""

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
    return Case("dcgan.dl", Generator(**sizes), {"noise": noise(1, 6, 1, 1)}, sizes)


CASES = (dcgan,)
