"""The models that are timed: the zoo's published configurations, with random weights."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import torch
from zoo_cases import full
from zoo_cases.case import Case, initialize, tokens
from zoo_cases.recurrent import Tagger


def lstm() -> Case:
    sizes = {"kind": "LSTM", "vocab": 1000, "width": 256, "hidden": 512, "depth": 2, "bidirectional": False, "tags": 16}
    return Case("recurrent.dl", Tagger(**sizes), {"ids": tokens(1000, 1, 100)}, sizes, outputs=("scores", "last"))


@dataclass(frozen=True)
class Entry:
    """A model of the set."""

    title: str
    function: Callable[[], Case]
    batch: int = 1

    @property
    def name(self) -> str:
        name = self.function.__name__
        return name if self.batch == 1 else f"{name}-{self.batch}"

    def make(self) -> Case:
        """The model with its weights and inputs: the same in every run."""
        torch.manual_seed(zlib.crc32(self.function.__name__.encode()))
        case = self.function()
        case.module.eval()
        initialize(case)
        if self.batch > 1:
            case.inputs = {name: torch.randn(self.batch, *value.shape[1:]) for name, value in case.inputs.items()}
        return case


SET = [
    Entry("ResNet-50", full.resnet50),
    Entry("MobileNetV2", full.mobilenet),
    Entry("EfficientNet-B0", full.efficientnet),
    Entry("VGG-16", full.vgg16),
    Entry("DenseNet-121", full.densenet),
    Entry("ViT-B/16", full.vit),
    Entry("Swin-T", full.swin),
    Entry("BERT-base, 128 tokens", full.bert),
    Entry("GPT-2, 128 tokens", full.gpt2),
    Entry("LSTM 2x512, 100 steps", lstm),
    Entry("ResNet-50, batch 8", full.resnet50, 8),
    Entry("MobileNetV2, batch 8", full.mobilenet, 8),
    Entry("EfficientNet-B0, batch 8", full.efficientnet, 8),
]
