"""The models that are timed: the zoo's published configurations, with random weights."""

import zlib
from dataclasses import dataclass

import torch
from zoo_cases import full
from zoo_cases.case import Case, randomize


@dataclass(frozen=True)
class Entry:
    """A model of the set. `case` is the name of a function of `zoo_cases.full`."""

    title: str
    case: str
    batch: int = 1

    @property
    def name(self) -> str:
        return self.case if self.batch == 1 else f"{self.case}-{self.batch}"

    def make(self) -> Case:
        """The model with its weights and inputs: the same in every run."""
        torch.manual_seed(zlib.crc32(self.case.encode()))
        case = getattr(full, self.case)()
        randomize(case.module.eval())
        if self.batch > 1:
            case.inputs = {name: torch.randn(self.batch, *value.shape[1:]) for name, value in case.inputs.items()}
        return case


SET = [
    Entry("ResNet-50", "resnet50"),
    Entry("MobileNetV2", "mobilenet"),
    Entry("EfficientNet-B0", "efficientnet"),
    Entry("VGG-16", "vgg16"),
    Entry("DenseNet-121", "densenet"),
    Entry("ViT-B/16", "vit"),
    Entry("Swin-T", "swin"),
    Entry("BERT-base, 128 tokens", "bert"),
    Entry("GPT-2, 128 tokens", "gpt2"),
    Entry("LSTM 2x512, 100 steps", "lstm"),
    Entry("ResNet-50, batch 8", "resnet50", 8),
    Entry("MobileNetV2, batch 8", "mobilenet", 8),
    Entry("EfficientNet-B0, batch 8", "efficientnet", 8),
]
