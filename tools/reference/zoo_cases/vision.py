"""Transformers that see."""

import transformers

from .case import Case, noise, tokens
from .libraries import timm, torchvision


def vit():
    module = timm.models.VisionTransformer(
        img_size=16, patch_size=8, embed_dim=16, depth=2, num_heads=4, num_classes=5
    )
    sizes = {"size": 16, "patch": 8, "width": 16, "depth": 2, "heads": 4, "classes": 5}
    return Case("vit.dl", module, {"image": noise(2, 3, 16, 16)}, sizes)


def swin():
    module = torchvision.models.SwinTransformer([2, 2], 8, [2, 2], [2, 4], [4, 4], num_classes=5)
    sizes = {"patch": 2, "width": 8, "depths": [2, 2], "heads": [2, 4], "window": 4, "classes": 5, "size": 16}
    return Case("swin.dl", module, {"image": noise(2, 3, 16, 16)}, sizes)


def swin_blocks():
    """Windows that are shifted in both stages, and images of which some windows are one stretch and some are not."""
    module = torchvision.models.SwinTransformer([1, 1], 4, [1, 2], [1, 2], [3, 3], num_classes=3)
    sizes = {"patch": 1, "width": 4, "depths": [1, 2], "heads": [1, 2], "window": 3, "classes": 3, "size": 18}
    return Case("swin.dl", module, {"image": noise(1, 3, 18, 18)}, sizes)


def compare(module, ids, image):
    result = module(input_ids=ids, pixel_values=image)
    return result.logits_per_text, result.text_embeds, result.image_embeds


def clip():
    tower = {"hidden_size": 16, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4}
    config = transformers.CLIPConfig(
        text_config=tower
        | {"vocab_size": 31, "max_position_embeddings": 9, "bos_token_id": 0, "eos_token_id": 30, "pad_token_id": 1},
        vision_config=tower | {"image_size": 16, "patch_size": 8},
        projection_dim=12,
        attn_implementation="eager",
    )
    ids = tokens(30, 3, 9)
    ids[0, 8] = ids[1, 4] = ids[2, 6] = 30
    sizes = {
        "vocab": 31, "context": 9, "text": 16, "text_depth": 1, "text_heads": 4, "size": 16, "patch": 8,
        "vision": 16, "vision_depth": 1, "vision_heads": 4, "shared": 12,
    }
    return Case(
        "clip.dl",
        transformers.CLIPModel(config),
        {"ids": ids, "image": noise(2, 3, 16, 16)},
        sizes,
        compare,
        outputs=("logits", "texts", "images"),
    )


CASES = (vit, swin, swin_blocks, clip)
