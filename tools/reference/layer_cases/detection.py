"""Boxes, their suppression, and features of regions."""

import torch
from zoo_cases.libraries import torchvision

from .layer import Layer, values, wrapped

operations = torchvision.ops


def boxes(name: str, *shape: int, extent: float = 20) -> torch.Tensor:
    """Random boxes in an image of some extent."""
    corners = values(name, *shape, 2, low=0, high=0.7 * extent)
    sizes = values(name + "sizes", *shape, 2, low=0.02 * extent, high=0.7 * extent)
    return torch.cat([corners, (corners + sizes).clamp(max=extent)], -1)


def regions(name: str, images: int, count: int, extent: float) -> torch.Tensor:
    """Boxes, each after the number of its image."""
    numbers = torch.arange(count).remainder(images).float()
    return torch.cat([numbers[:, None], boxes(name, count, extent=extent)], -1)


def positions(count):
    """What the suppression in `.dl` gives: a fixed number of positions, and how many are true."""

    def result(kept):
        kept = kept[:count]
        return torch.cat([kept, kept.new_zeros(count - len(kept))]), torch.tensor(len(kept))

    return result


def suppression(name, extent, threshold, count, classes=None, absent=0):
    """`nms` of 40 boxes, or `batched_nms` where there are classes; some scores are equal, and some boxes absent."""
    scores = (values(name + "scores", 40, low=0, high=1) * 16).round() / 16
    scores[:absent] = -torch.inf
    inputs = {"boxes": boxes(name, 40, extent=extent), "scores": scores}
    text, call = "boxes: f32[40, 4], scores: f32[40]", f"nms(boxes, scores, {threshold}, {count})"
    if classes:
        inputs["idxs"] = torch.arange(40).remainder(classes)
        text, call = f"{text}, idxs: i64[40]", f"batched_nms(boxes, scores, idxs, {threshold}, {count})"
    function = operations.batched_nms if classes else operations.nms

    def compute(_, *operands):
        kept = function(*operands, threshold)
        return positions(count)(kept[operands[1][kept] > -torch.inf])

    source = wrapped("", text, f"(i64[{count}], i64[])", f"nn.{call}", "taken, number")
    return Layer(name, source, inputs, compute, outputs=("taken", "number"))


def border() -> torch.Tensor:
    """Boxes at the border of images of 18 by 24, or across it, some less than an element of features wide."""
    corners = [(23.5, 0, 24, 18), (0, 17.8, 24, 18), (23.9, 17.9, 24, 18), (-6, -6, 4, 4), (-3, 2, 1, 30)]
    found = torch.tensor([*corners, (20, 3, 33, 5), (0, 0, 24, 18), (0, 0, 0.1, 0.1), (12, 16, 12, 16)])
    return torch.cat([torch.arange(9).remainder(2)[:, None], found], -1)


def aligned(name, size, result, options, found=None, **arguments):
    """`roi_align` of 9 boxes in 2 images."""
    source = wrapped(
        "", "x: f32[2, 3, 9, 12], boxes: f32[9, 5]", f"f32[9, 3, {result}]", f"nn.roi_align(x, boxes, {size}, {options})"
    )
    inputs = {"x": values(name, 2, 3, 9, 12), "boxes": regions(name, 2, 9, 18) if found is None else found}
    size = (3, 2) if size == "(3, 2)" else int(size)
    return Layer(name, source, inputs, lambda _, x, b: operations.roi_align(x, b, size, **arguments))


def pyramid(name):
    """`MultiScaleRoIAlign` of 12 boxes in 2 images, on maps of steps of 2, 4 and 8 pixels."""
    shapes = {key: (2, 3, 32 >> i, 48 >> i) for i, key in enumerate("abc")}
    inputs = {key: values(name + key, *shape) for key, shape in shapes.items()}
    inputs["boxes"] = regions(name, 2, 12, 64)
    text = ", ".join(f"{key}: f32[{', '.join(map(str, shape))}]" for key, shape in shapes.items())
    call = "nn.multiscale_roi_align([a, b, c], boxes, 2, [2, 4, 8], canonical_scale: 28, canonical_level: 2)"
    source = wrapped("", f"{text}, boxes: f32[12, 5]", "f32[12, 3, 2, 2]", call)

    def compute(_, a, b, c, found):
        pool = operations.MultiScaleRoIAlign(["a", "b", "c"], 2, 2, canonical_scale=28, canonical_level=2)
        numbers = found[:, 0]
        # It takes the boxes of each image apart, and gives them in this order.
        results = pool({"a": a, "b": b, "c": c}, [found[numbers == i, 1:] for i in range(2)], [(64, 96)] * 2)
        return results[numbers.argsort(stable=True).argsort()]

    return Layer(name, source, inputs, compute)


def layers():
    yield Layer(
        "box_iou",
        wrapped("", "a: f32[3, 4], b: f32[5, 4]", "f32[3, 5]", "nn.box_iou(a, b)"),
        {"a": boxes("box_iou_a", 3), "b": boxes("box_iou_b", 5)},
        lambda _, a, b: operations.box_iou(a, b),
    )
    yield Layer(
        "clip_boxes_to_image",
        wrapped("", "x: f32[2, 3, 4]", "f32[2, 3, 4]", "nn.clip_boxes_to_image(x, [8, 12])"),
        {"x": boxes("clip_boxes_to_image", 2, 3) - 4},
        lambda _, x: operations.clip_boxes_to_image(x, (8, 12)),
    )
    yield suppression("nms", 20, 0.5, 40)
    yield suppression("nms_bounded", 60, 0.3, 6)
    yield suppression("nms_absent", 30, 0.4, 30, absent=15)
    yield suppression("batched_nms", 20, 0.5, 40, classes=3)
    yield aligned("roi_align", "3", "3, 3", "0.5, 2", spatial_scale=0.5, sampling_ratio=2)
    yield aligned(
        "roi_align_aligned", "(3, 2)", "3, 2", "0.5, 1, true", spatial_scale=0.5, sampling_ratio=1, aligned=True
    )
    yield aligned("roi_align_fine", "2", "2, 2", "0.5, 3", spatial_scale=0.5, sampling_ratio=3)
    yield aligned("roi_align_border", "2", "2, 2", "0.5, 2", border(), spatial_scale=0.5, sampling_ratio=2)
    yield pyramid("multiscale_roi_align")
