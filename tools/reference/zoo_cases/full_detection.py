"""Detectors in their published configurations."""

import torch

from .case import Case
from .detection import (
    MASK_OUTPUTS,
    RCNN_OUTPUTS,
    YOLO,
    YOLO_OUTPUTS,
    decide,
    rcnn_detections,
    temper,
    yolo_detections,
)
from .libraries import torchvision


def yolo():
    return Case(
        "yolo.dl",
        YOLO([16, 32, 64, 128, 256], [1, 2, 2, 1], 1, 80, 16),
        {"image": torch.rand(1, 3, 640, 640)},
        compute=yolo_detections,
        outputs=YOLO_OUTPUTS,
        prepare=decide(640),
    )


def rcnn(name, outputs):
    make = getattr(torchvision.models.detection, f"{name.replace('_', '')}_resnet50_fpn")
    return Case(
        f"{name}.dl",
        make(weights=None, weights_backbone=None, min_size=800, max_size=800),
        {"image": torch.rand(1, 3, 800, 800)},
        {"eps": 1e-5},
        lambda module, image: rcnn_detections(module, image, 100),
        outputs,
        prepare=temper(800, 800),
    )


def faster_rcnn():
    return rcnn("faster_rcnn", RCNN_OUTPUTS)


def mask_rcnn():
    return rcnn("mask_rcnn", MASK_OUTPUTS)


CASES = (yolo, faster_rcnn, mask_rcnn)
