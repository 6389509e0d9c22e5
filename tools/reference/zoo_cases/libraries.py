"""torchvision and timm, in this process without the compiled operations that only detectors need."""

import sys

import torch

# Wheels of torchvision for another build of PyTorch don't bring these, but their absence stops the import.
_operations = torch.library.Library("torchvision", "DEF")
_operations.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
_operations.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import timm
import torchvision

__all__ = ["timm", "torchvision"]


def nms(boxes, scores, threshold):
    """Non-maximum suppression by its definition, in place of torchvision's compiled one."""
    rest = scores.argsort(descending=True, stable=True)
    kept = []
    while len(rest) > 0:
        kept.append(rest[0])
        overlaps = torchvision.ops.box_iou(boxes[rest[:1]], boxes[rest[1:]])[0]
        rest = rest[1:][~(overlaps > threshold)]
    return torch.stack(kept) if kept else rest


_regions = sys.modules["torchvision.ops.roi_align"]
_interpolate = _regions._bilinear_interpolate


def interpolated(features, images, y, x, *masks):
    """Bilinear samples, of which those farther than 1 outside are 0: the compiled operation says so, Python's doesn't."""
    height, width = features.shape[2:]
    rows, columns = (y >= -1) & (y <= height), (x >= -1) & (x <= width)
    values = _interpolate(features, images, y, x, *masks)
    return values * (rows[:, None, :, None, :, None] & columns[:, None, None, :, None, :])


_operations.impl("nms", nms, "CPU")
_regions._bilinear_interpolate = interpolated
torchvision.ops.boxes._assert_has_ops = lambda: None
# What torchvision has written in Python, such as `roi_align`, is run as it is.
torch.compiler.set_stance("force_eager")
