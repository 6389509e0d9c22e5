"""torchvision and timm, which can be imported without the operations that only detectors need."""

import torch

# Wheels of torchvision for another build of PyTorch don't bring these, but their absence stops the import.
_operations = torch.library.Library("torchvision", "DEF")
_operations.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
_operations.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import timm
import torchvision

__all__ = ["timm", "torchvision"]
