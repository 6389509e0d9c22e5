"""torchvision and timm, in this process without the compiled operations that only detectors need."""

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


_operations.impl("nms", nms, "CPU")
torchvision.ops.boxes._assert_has_ops = lambda: None
# What torchvision has written in Python, such as `roi_align`, is run as it is.
torch.compiler.set_stance("force_eager")
