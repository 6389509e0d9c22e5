"""Convolutional networks."""

import torch
from torch import nn

from .case import Case, narrowed, noise
from .libraries import torchvision

models = torchvision.models


class LeNet(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        first, second = hidden
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, first), nn.Linear(first, second), nn.Linear(second, 10)

    def forward(self, x):
        pool = nn.functional.avg_pool2d
        x = pool(torch.tanh(self.conv1(x)), 2)
        x = pool(torch.tanh(self.conv2(x)), 2).flatten(1)
        return self.fc3(torch.tanh(self.fc2(torch.tanh(self.fc1(x)))))


def lenet():
    return Case("lenet.dl", LeNet((16, 12)), {"image": noise(2, 1, 28, 28)}, {"hidden": [16, 12]})


def alexnet():
    with narrowed(64):
        module = models.AlexNet(num_classes=320)
        module.avgpool = nn.AdaptiveAvgPool2d(1)
        module.classifier[1] = nn.Linear(256, 4096)
    channels = [1, 3, 6, 4, 4]
    sizes = {"channels": channels, "hidden": 64, "classes": 5, "size": 63, "pooled": 1}
    return Case("alexnet.dl", module, {"image": noise(1, 3, 63, 63)}, sizes)


def vgg16():
    with narrowed(64):
        module = models.vgg16(num_classes=320)
        module.avgpool = nn.AdaptiveAvgPool2d(1)
        module.classifier[0] = nn.Linear(512, 512)
        module.classifier[3] = nn.Linear(512, 512)
        module.classifier[6] = nn.Linear(512, 320)
    sizes = {"counts": [2, 2, 3, 3, 3], "width": 1, "hidden": 8, "classes": 5, "size": 32, "pooled": 1}
    return Case("vgg.dl", module, {"image": noise(1, 3, 32, 32)}, sizes)


def resnet18():
    with narrowed(32):
        module = models.ResNet(models.resnet.BasicBlock, [1, 2, 1, 1], num_classes=160)
    sizes = {"depths": [1, 2, 1, 1], "bottleneck": False, "width": 2, "classes": 5, "size": 32}
    return Case("resnet.dl", module, {"image": noise(2, 3, 32, 32)}, sizes)


def resnet50():
    with narrowed(32):
        module = models.ResNet(models.resnet.Bottleneck, [2, 1, 1, 1], num_classes=160)
    sizes = {"depths": [2, 1, 1, 1], "bottleneck": True, "width": 2, "classes": 5, "size": 32}
    return Case("resnet.dl", module, {"image": noise(1, 3, 32, 32)}, sizes)


def mobilenet():
    stages = [[1, 4, 1, 1], [6, 6, 2, 2], [4, 8, 1, 2]]
    module = models.MobileNetV2(5, inverted_residual_setting=stages, round_nearest=1)
    block = type(module.features[0])
    with_relu6 = {"norm_layer": nn.BatchNorm2d, "activation_layer": nn.ReLU6}
    module.features[-1] = block(8, 24, kernel_size=1, **with_relu6)
    module.classifier[1] = nn.Linear(24, 5)
    sizes = {"stages": stages, "last": 24, "classes": 5, "size": 32}
    return Case("mobilenet.dl", module, {"image": noise(1, 3, 32, 32)}, sizes)


def efficientnet():
    config = models.efficientnet.MBConvConfig
    rows = [[1, 3, 1, 8, 8, 1], [6, 5, 2, 8, 8, 2], [4, 3, 1, 8, 16, 1]]
    stages = [config(*row) for row in rows]
    module = models.EfficientNet(stages, 0.0, num_classes=5, last_channel=24)
    table = [[e, k, s, o, n] for e, k, s, _, o, n in rows]
    sizes = {"stem": 8, "stages": table, "last": 24, "classes": 5, "size": 32}
    return Case("efficientnet.dl", module, {"image": noise(1, 3, 32, 32)}, sizes)


def densenet():
    module = models.DenseNet(4, (2, 3, 2, 2), 8, bn_size=2, num_classes=5)
    sizes = {"growth": 4, "depths": [2, 3, 2, 2], "stem": 8, "bottleneck": 2, "classes": 5, "size": 32}
    return Case("densenet.dl", module, {"image": noise(1, 3, 32, 32)}, sizes)


class DoubleConv(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        layers = []
        for width in (inputs, outputs):
            layers += [nn.Conv2d(width, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()]
        self.double_conv = nn.Sequential(*layers)

    def forward(self, x):
        return self.double_conv(x)


class Down(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), DoubleConv(inputs, outputs))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.up = nn.ConvTranspose2d(inputs, outputs, 2, stride=2)
        self.conv = DoubleConv(inputs, outputs)

    def forward(self, x, skipped):
        return self.conv(torch.cat([skipped, self.up(x)], 1))


class OutConv(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x):
        return self.conv(x)


class UNet(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.inc = DoubleConv(3, width)
        for i in range(4):
            setattr(self, f"down{i + 1}", Down(width << i, width << (i + 1)))
            setattr(self, f"up{i + 1}", Up(width << (4 - i), width << (3 - i)))
        self.outc = OutConv(width, classes)

    def forward(self, x):
        levels = [self.inc(x)]
        for down in (self.down1, self.down2, self.down3, self.down4):
            levels.append(down(levels[-1]))
        y = levels.pop()
        for up in (self.up1, self.up2, self.up3, self.up4):
            y = up(y, levels.pop())
        return self.outc(y)


def unet():
    return Case("unet.dl", UNet(1, 2), {"image": noise(1, 3, 32, 32)}, {"width": 1, "classes": 2, "size": 32})


CASES = (lenet, alexnet, vgg16, resnet18, resnet50, mobilenet, efficientnet, densenet, unet)
