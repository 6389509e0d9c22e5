"""Models in their published configurations, with random weights."""

import torch
import transformers

from .case import Case, tokens
from .libraries import timm, torchvision

plain = {"attn_implementation": "eager"}


def image():
    return {"image": torch.randn(1, 3, 224, 224)}


def alexnet():
    return Case("alexnet.dl", torchvision.models.alexnet(), image())


def vgg16():
    return Case("vgg.dl", torchvision.models.vgg16(), image())


def resnet18():
    sizes = {"depths": [2, 2, 2, 2], "bottleneck": False}
    return Case("resnet.dl", torchvision.models.resnet18(), image(), sizes)


def resnet50():
    return Case("resnet.dl", torchvision.models.resnet50(), image())


def mobilenet():
    return Case("mobilenet.dl", torchvision.models.mobilenet_v2(), image())


def efficientnet():
    return Case("efficientnet.dl", torchvision.models.efficientnet_b0(), image())


def densenet():
    return Case("densenet.dl", torchvision.models.densenet121(), image())


def vit():
    return Case("vit.dl", timm.create_model("vit_base_patch16_224"), image())


def gpt2():
    return Case(
        "gpt2.dl",
        transformers.GPT2LMHeadModel(transformers.GPT2Config(**plain)),
        {"ids": tokens(50257, 1, 128)},
        compute=lambda module, ids: module(ids).logits,
        omitted=("lm_head.weight",),
        renamed=(("transformer.", ""),),
    )


def bert():
    return Case(
        "bert.dl",
        transformers.BertModel(transformers.BertConfig(**plain)),
        {"ids": tokens(30522, 1, 128), "segments": tokens(2, 1, 128), "mask": torch.ones(1, 128, dtype=torch.bool)},
        compute=lambda module, ids, segments, mask: tuple(
            module(ids, token_type_ids=segments, attention_mask=mask.long(), return_dict=False)
        ),
        outputs=("hidden", "pooled"),
    )


CASES = (alexnet, vgg16, resnet18, resnet50, mobilenet, efficientnet, densenet, vit, gpt2, bert)
