#!/usr/bin/env python3
"""Writes `Tests/Reference/checkpoints`: the tensors in the published checkpoints of the zoo's models, by name and shape.

    ~/.cache/dlc/venv/bin/python tools/reference/checkpoints.py

The names are those of the classes whose state dictionaries were published. They are made without memory or weights.
"""

import re
from pathlib import Path

import torch
import transformers
from zoo_cases.libraries import timm, torchvision

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "Tests" / "Reference" / "checkpoints"


def hugging_face(model: str, configuration: str, **options):
    return lambda: getattr(transformers, model)(getattr(transformers, configuration)(**options))


class OldDetector(torch.nn.Module):
    """A detector whose state dictionary has the names in its published file, which torchvision translates."""

    def __init__(self, name):
        super().__init__()
        self.module = getattr(torchvision.models.detection, name)(weights=None, weights_backbone=None)

    def state_dict(self):
        older = ((r"(_blocks\.\d)\.0", r"\1"), (r"conv\.0\.0", "conv"))
        result = {}
        for path, tensor in self.module.state_dict().items():
            for pattern, name in older:
                path = re.sub(pattern, name, path)
            path = re.sub(r"mask_head\.(\d)\.0", lambda match: f"mask_head.mask_fcn{int(match[1]) + 1}", path)
            if not path.endswith("num_batches_tracked"):
                result[path] = tensor
        return result


# The file in examples/zoo, the table in examples/zoo/names or nothing, hyperparameters, what makes the model.
CHECKPOINTS = {
    "alexnet": ("alexnet.dl", "", {}, torchvision.models.alexnet),
    "vgg16": ("vgg.dl", "", {}, torchvision.models.vgg16),
    "resnet18": ("resnet.dl", "", {"depths": "[2, 2, 2, 2]", "bottleneck": "false"}, torchvision.models.resnet18),
    "resnet50": ("resnet.dl", "", {}, torchvision.models.resnet50),
    "mobilenet_v2": ("mobilenet.dl", "", {}, torchvision.models.mobilenet_v2),
    "efficientnet_b0": ("efficientnet.dl", "", {}, torchvision.models.efficientnet_b0),
    "densenet121": ("densenet.dl", "", {}, torchvision.models.densenet121),
    "fasterrcnn_resnet50_fpn": (
        "faster_rcnn.dl", "faster_rcnn", {}, lambda: OldDetector("fasterrcnn_resnet50_fpn"),
    ),
    "maskrcnn_resnet50_fpn": ("mask_rcnn.dl", "mask_rcnn", {}, lambda: OldDetector("maskrcnn_resnet50_fpn")),
    "swin_t": ("swin.dl", "", {}, torchvision.models.swin_t),
    "vit_base_patch16_224": ("vit.dl", "", {}, lambda: timm.create_model("vit_base_patch16_224")),
    "bert-base": ("bert.dl", "bert", {}, hugging_face("BertForPreTraining", "BertConfig")),
    "roberta-base": (
        "roberta.dl", "roberta", {},
        hugging_face("RobertaModel", "RobertaConfig", vocab_size=50265, max_position_embeddings=514, type_vocab_size=1),
    ),
    "gpt2": ("gpt2.dl", "gpt2", {}, hugging_face("GPT2LMHeadModel", "GPT2Config")),
    "tinyllama-1.1b": (
        "llama.dl", "", {},
        hugging_face(
            "LlamaForCausalLM", "LlamaConfig", vocab_size=32000, hidden_size=2048, intermediate_size=5632,
            num_hidden_layers=22, num_attention_heads=32, num_key_value_heads=4,
        ),
    ),
    "t5-small": ("t5.dl", "t5", {}, hugging_face("T5ForConditionalGeneration", "T5Config", num_layers=6, num_heads=8)),
    "bart-base": (
        "bart.dl", "bart", {},
        hugging_face(
            "BartForConditionalGeneration", "BartConfig", d_model=768, encoder_layers=6, decoder_layers=6,
            encoder_attention_heads=12, decoder_attention_heads=12, encoder_ffn_dim=3072, decoder_ffn_dim=3072,
        ),
    ),
    "clip-vit-base-patch32": ("clip.dl", "clip", {}, hugging_face("CLIPModel", "CLIPConfig")),
}  # fmt: skip


def main():
    FOLDER.mkdir(exist_ok=True)
    for name, (file, table, hyperparameters, make) in CHECKPOINTS.items():
        with torch.device("meta"):
            tensors = make().state_dict()
        lines = [f"file {file}"]
        lines += [f"names {table}"] if table else []
        lines += [f"set {key}={value}" for key, value in hyperparameters.items()]
        for path, tensor in tensors.items():
            kind = {torch.float32: "f32", torch.int64: "i64", torch.bool: "bool"}[tensor.dtype]
            lines.append(f"tensor {path} {kind}[{', '.join(map(str, tensor.shape))}]")
        (FOLDER / f"{name}.txt").write_text("\n".join(lines) + "\n")
        print(f"{name}: {len(tensors)} tensors")


if __name__ == "__main__":
    main()
