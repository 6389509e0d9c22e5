"""Detectors."""

import torch
from torch import nn

from .case import Case, narrowed, noise
from .libraries import torchvision

models = torchvision.models
operations = torchvision.ops


class Conv(nn.Module):
    def __init__(self, inputs, outputs, kernel=1, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3)

    def forward(self, x):
        return nn.functional.silu(self.bn(self.conv(x)))


class Bottleneck(nn.Module):
    def __init__(self, width, shortcut):
        super().__init__()
        self.cv1, self.cv2, self.shortcut = Conv(width, width, 3), Conv(width, width, 3), shortcut

    def forward(self, x):
        y = self.cv2(self.cv1(x))
        return x + y if self.shortcut else y


class C2f(nn.Module):
    def __init__(self, inputs, outputs, depth, shortcut):
        super().__init__()
        half = outputs // 2
        self.cv1, self.cv2 = Conv(inputs, 2 * half), Conv((2 + depth) * half, outputs)
        self.m = nn.ModuleList(Bottleneck(half, shortcut) for _ in range(depth))

    def forward(self, x):
        stages = list(self.cv1(x).chunk(2, 1))
        for block in self.m:
            stages.append(block(stages[-1]))
        return self.cv2(torch.cat(stages, 1))


class SPPF(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.cv1, self.cv2, self.pool = Conv(width, width // 2), Conv(2 * width, width), nn.MaxPool2d(5, 1, 2)

    def forward(self, x):
        parts = [self.cv1(x)]
        for _ in range(3):
            parts.append(self.pool(parts[-1]))
        return self.cv2(torch.cat(parts, 1))


class DFL(nn.Module):
    def __init__(self, bins):
        super().__init__()
        self.conv = nn.Conv2d(bins, 1, 1, bias=False)


class Detect(nn.Module):
    """Boxes in pixels [B, N, 4] and probabilities [B, N, classes]."""

    strides = (8, 16, 32)

    def __init__(self, inputs, classes, bins):
        super().__init__()
        box, kind = max(16, inputs[0] // 4, 4 * bins), max(inputs[0], min(classes, 100))

        def branch(width, hidden, outputs):
            return nn.Sequential(Conv(width, hidden, 3), Conv(hidden, hidden, 3), nn.Conv2d(hidden, outputs, 1))

        self.cv2 = nn.ModuleList(branch(width, box, 4 * bins) for width in inputs)
        self.cv3 = nn.ModuleList(branch(width, kind, classes) for width in inputs)
        self.dfl, self.bins = DFL(bins), bins

    def forward(self, levels):
        boxes, scores = [], []
        for x, stride, to_box, to_class in zip(levels, self.strides, self.cv2, self.cv3):
            distances = to_box(x).flatten(2).transpose(1, 2).unflatten(2, (4, self.bins)).softmax(-1)
            left, top, right, bottom = (distances @ self.dfl.conv.weight.flatten()).unbind(-1)
            rows, columns = torch.meshgrid(
                *(torch.arange(n, dtype=x.dtype) + 0.5 for n in x.shape[2:]), indexing="ij"
            )
            y, x_ = rows.flatten(), columns.flatten()
            boxes.append(stride * torch.stack([x_ - left, y - top, x_ + right, y + bottom], -1))
            scores.append(to_class(x).flatten(2).transpose(1, 2).sigmoid())
        return torch.cat(boxes, 1), torch.cat(scores, 1)


class YOLO(nn.Module):
    """YOLOv8 as its authors describe it: their program isn't needed."""

    def __init__(self, widths, depths, neck_depth, classes, bins):
        super().__init__()
        w0, w1, w2, w3, w4 = widths
        neck = {"depth": neck_depth, "shortcut": False}
        self.model = nn.ModuleList([
            Conv(3, w0, 3, 2), Conv(w0, w1, 3, 2), C2f(w1, w1, depths[0], True), Conv(w1, w2, 3, 2),
            C2f(w2, w2, depths[1], True), Conv(w2, w3, 3, 2), C2f(w3, w3, depths[2], True), Conv(w3, w4, 3, 2),
            C2f(w4, w4, depths[3], True), SPPF(w4), nn.Upsample(scale_factor=2), nn.Identity(),
            C2f(w4 + w3, w3, **neck), nn.Upsample(scale_factor=2), nn.Identity(), C2f(w3 + w2, w2, **neck),
            Conv(w2, w2, 3, 2), nn.Identity(), C2f(w2 + w3, w3, **neck), Conv(w3, w3, 3, 2), nn.Identity(),
            C2f(w3 + w4, w4, **neck), Detect([w2, w3, w4], classes, bins),
        ])  # fmt: skip

    def forward(self, image):
        outputs = []
        sources = {11: 6, 14: 4, 17: 12, 20: 9}
        x = image
        for i, layer in enumerate(self.model[:22]):
            x = torch.cat([x, outputs[sources[i]]], 1) if i in sources else layer(x)
            outputs.append(x)
        return self.model[22]([outputs[15], outputs[18], outputs[21]])


def padded(count, *tensors):
    """The tensors with zeros behind them up to `count` elements."""
    return tuple(torch.cat([x, x.new_zeros(count - len(x), *x.shape[1:])]) for x in tensors)


def batched(images, count):
    """The detections of images, a list of tuples of tensors: each stacked with zeros, and the numbers of detections."""
    stacks = [torch.stack(tensors) for tensors in zip(*(padded(count, *image) for image in images))]
    return (*stacks, torch.tensor([len(image[0]) for image in images]))


def yolo_detections(module, image, confidence=0.25, overlap=0.7, most=300):
    boxes, scores = module(image)
    found = []
    for box, score in zip(boxes, scores):
        best, label = score.max(-1)
        chosen = (best > confidence).nonzero()[:, 0]
        kept = operations.batched_nms(box[chosen], best[chosen], label[chosen], overlap)
        places = chosen[kept[:most]]
        found.append((box[places], best[places], label[places]))
    return (boxes, scores, *batched(found, most))


def settle(layer, spread):
    """Changes the parameters of a layer, at its next call, such that each channel of the result has the mean 0, and all
    together this standard deviation."""

    def scale(layer, _, result):
        handle.remove()
        mean = result.mean([axis for axis in range(result.dim()) if axis != 1], keepdim=True)
        factor = spread / (result - mean).std()
        layer.bias.sub_(mean.flatten()).mul_(factor)
        layer.weight.mul_(factor)
        return (result - mean) * factor

    handle = layer.register_forward_hook(scale)


def decide(size):
    """Gives the distances of YOLO's distributions their values, 0, 1, 2, …, and makes its classes differ in images of a
    size, without confidences that are just 1."""

    def prepare(module):
        head = module.model[22]
        head.dfl.conv.weight.copy_(torch.arange(head.bins).reshape(1, -1, 1, 1))
        for branch in head.cv3:
            settle(branch[2], 0.5)
        module.eval()(noise(4, 3, size, size))

    return prepare


YOLO_OUTPUTS = ("boxes", "scores", "found_boxes", "confidences", "labels", "count")


def yolo():
    widths, depths = [4, 4, 4, 4, 8], [1, 2, 1, 1]
    sizes = {"widths": widths, "depths": depths, "classes": 3, "bins": 4, "size": 32, "most": 20}
    sizes |= {"confidence": 0.55, "overlap": 0.4}
    return Case(
        "yolo.dl",
        YOLO(widths, depths, 1, 3, 4),
        {"image": 4 * noise(2, 3, 32, 32)},
        sizes,
        lambda module, image: yolo_detections(module, image, 0.55, 0.4, 20),
        YOLO_OUTPUTS,
        prepare=decide(32),
    )


def rcnn_detections(module, image, most):
    """The detections of torchvision's R-CNN, before masks are pasted into the image."""
    maps = module.backbone(module.transform(list(image))[0].tensors)
    sizes = [tuple(image.shape[2:])] * len(image)
    regions, _ = module.rpn(torchvision.models.detection.image_list.ImageList(image, sizes), maps)
    results, _ = module.roi_heads(maps, regions, sizes)
    names = ["boxes", "scores", "labels"] + (["masks"] if "masks" in results[0] else [])
    found = [tuple(result[name] for name in names) for result in results]
    found = [(*one[:3], *(mask[:, 0] for mask in one[3:])) for one in found]
    boxes, scores, labels, *masks, count = batched(found, most)
    return (boxes, scores, labels, count, *masks)


RCNN_OUTPUTS = ("boxes", "scores", "labels", "count")
MASK_OUTPUTS = (*RCNN_OUTPUTS, "masks")


def temper(height, width):
    """Makes an R-CNN with random weights find boxes of many sizes and scores in images of a size."""

    def prepare(module):
        for block in module.backbone.fpn.layer_blocks:
            settle(block[0], 1)
        predictor = module.roi_heads.box_predictor
        for layer, spread in (
            (module.rpn.head.cls_logits, 1), (module.rpn.head.bbox_pred, 0.5), (module.roi_heads.box_head.fc7, 1),
            (predictor.cls_score, 1), (predictor.bbox_pred, 1),
        ):  # fmt: skip
            settle(layer, spread)
        if module.roi_heads.has_mask():
            settle(module.roi_heads.mask_predictor.mask_fcn_logits, 0.5)
        module.eval()(list(torch.rand(1, 3, height, width)))

    return prepare


def tiny_rcnn(kind, most, **heads):
    """A detector of torchvision with a small ResNet, for images of 32 by 64."""
    detection = models.detection
    with narrowed(64):
        body = models.ResNet(models.resnet.Bottleneck, [1, 2, 1, 1], num_classes=64)
    layers = {f"layer{i + 1}": str(i) for i in range(4)}
    backbone = detection.backbone_utils.BackboneWithFPN(body, layers, [4, 8, 16, 32], 8)
    return kind(
        backbone,
        min_size=32,
        max_size=64,
        rpn_anchor_generator=detection.rpn.AnchorGenerator(((8,), (12,), (16,), (24,), (32,)), ((0.5, 1.0, 2.0),) * 5),
        rpn_head=detection.rpn.RPNHead(8, 3),
        rpn_pre_nms_top_n_test=30,
        rpn_post_nms_top_n_test=20,
        box_head=detection.faster_rcnn.TwoMLPHead(8 * 49, 16),
        box_predictor=detection.faster_rcnn.FastRCNNPredictor(16, 5),
        box_detections_per_img=most,
        **heads,
    )


TINY_SIZES = {
    "depths": [1, 2, 1, 1], "stem": 1, "width": 8, "hidden": 16, "classes": 5, "size": [32, 64],
    "anchors": [8, 12, 16, 24, 32], "candidates": 30, "proposals": 20, "most": 40, "eps": 1e-5,
}  # fmt: skip


def faster_rcnn():
    return Case(
        "faster_rcnn.dl",
        tiny_rcnn(models.detection.FasterRCNN, 40, box_score_thresh=0.4),
        {"image": torch.rand(2, 3, 32, 64)},
        TINY_SIZES | {"threshold": 0.4},
        lambda module, image: rcnn_detections(module, image, 40),
        RCNN_OUTPUTS,
        prepare=temper(32, 64),
    )


def mask_rcnn():
    heads = models.detection.mask_rcnn
    module = tiny_rcnn(
        heads.MaskRCNN,
        6,
        box_score_thresh=0.45,
        mask_head=heads.MaskRCNNHeads(8, (8, 8), 1),
        mask_predictor=heads.MaskRCNNPredictor(8, 8, 5),
    )
    return Case(
        "mask_rcnn.dl",
        module,
        {"image": torch.rand(1, 3, 32, 64)},
        TINY_SIZES | {"mask_depth": 2, "most": 6, "threshold": 0.45},
        lambda module, image: rcnn_detections(module, image, 6),
        MASK_OUTPUTS,
        prepare=temper(32, 64),
    )


CASES = (yolo, faster_rcnn, mask_rcnn)
