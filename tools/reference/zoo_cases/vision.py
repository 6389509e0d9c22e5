"""Transformers that see."""

from .case import Case, noise
from .libraries import timm


def vit():
    module = timm.models.VisionTransformer(
        img_size=16, patch_size=8, embed_dim=16, depth=2, num_heads=4, num_classes=5
    )
    sizes = {"size": 16, "patch": 8, "width": 16, "depth": 2, "heads": 4, "classes": 5}
    return Case("vit.dl", module, {"image": noise(2, 3, 16, 16)}, sizes)


CASES = (vit,)
