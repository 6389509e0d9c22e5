"""Models in their published configurations, with random weights."""

import torch
import transformers

from . import diffusion, full_detection
from .case import Case, tokens
from .convolutional import LeNet, UNet
from .generative import VAE, Discriminator, Generator, PixelCNN
from .libraries import timm, torchvision
from .multimodal import Flamingo
from .recurrent import Forecaster, Tagger
from .vision import compare

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


def lenet():
    return Case("lenet.dl", LeNet((120, 84)), {"image": torch.randn(1, 1, 28, 28)})


def unet():
    return Case("unet.dl", UNet(64, 2), {"image": torch.randn(1, 3, 256, 256)})


def swin():
    return Case("swin.dl", torchvision.models.swin_t(), image())


def clip():
    ids = tokens(49407, 1, 77)
    ids[:, -1] = 49407
    return Case(
        "clip.dl",
        transformers.CLIPModel(transformers.CLIPConfig(**plain)),
        {"ids": ids} | image(),
        compute=compare,
        outputs=("logits", "texts", "images"),
    )


def roberta():
    config = transformers.RobertaConfig(
        max_position_embeddings=514, type_vocab_size=1, layer_norm_eps=1e-5, **plain
    )
    return Case(
        "roberta.dl",
        transformers.RobertaModel(config),
        {"ids": tokens(50000, 1, 128) + 2},
        compute=lambda module, ids: tuple(module(ids, return_dict=False)),
        outputs=("hidden", "pooled"),
    )


def llama():
    """The shape of SmolLM-135M, with an output layer of its own."""
    sizes = {"vocab": 49152, "context": 2048, "width": 576, "hidden": 1536, "depth": 30, "heads": 9, "groups": 3}
    config = transformers.LlamaConfig(
        vocab_size=49152, max_position_embeddings=2048, hidden_size=576, intermediate_size=1536,
        num_hidden_layers=30, num_attention_heads=9, num_key_value_heads=3, rms_norm_eps=1e-5, **plain,
    )
    return Case(
        "llama.dl",
        transformers.LlamaForCausalLM(config),
        {"ids": tokens(49152, 1, 128)},
        sizes,
        lambda module, ids: module(ids).logits,
    )


def t5():
    config = transformers.T5Config(
        vocab_size=32128, d_model=512, d_kv=64, d_ff=2048, num_layers=6, num_heads=8, **plain
    )
    return Case(
        "t5.dl",
        transformers.T5ForConditionalGeneration(config),
        {"ids": tokens(32128, 1, 128), "written": tokens(32128, 1, 32)},
        compute=lambda module, ids, written: module(input_ids=ids, decoder_input_ids=written).logits,
        omitted=("embed_tokens.weight", "lm_head.weight"),
        # Its attention divides by nothing: the queries are small instead, as they are before T5's training.
        scales={".q.weight": 64**-0.5},
    )


def bart():
    config = transformers.BartConfig(
        d_model=768, encoder_layers=6, decoder_layers=6, encoder_attention_heads=12, decoder_attention_heads=12,
        encoder_ffn_dim=3072, decoder_ffn_dim=3072, **plain,
    )
    return Case(
        "bart.dl",
        transformers.BartModel(config),
        {"ids": tokens(50265, 1, 128), "written": tokens(50265, 1, 32)},
        compute=lambda module, ids, written: module(input_ids=ids, decoder_input_ids=written).last_hidden_state,
        omitted=("embed_tokens.weight",),
    )


def tagger(kind, bidirectional):
    sizes = {"kind": kind, "vocab": 10000, "width": 128, "hidden": 256, "depth": 2, "tags": 17}
    sizes["bidirectional"] = bidirectional
    return Case(
        "recurrent.dl", Tagger(**sizes), {"ids": tokens(10000, 1, 100)}, sizes, outputs=("scores", "last")
    )


def rnn():
    return tagger("RNN", False)


def lstm():
    return tagger("LSTM", True)


def gru():
    return tagger("GRU", True)


def forecaster():
    return Case("forecaster.dl", Forecaster(8, 128, 2), {"series": torch.randn(1, 100, 8)})


def dcgan():
    return Case("dcgan.dl", Generator(100, 64), {"noise": torch.randn(1, 100, 1, 1)}, model="Generator")


def dcgan_discriminator():
    return Case("dcgan.dl", Discriminator(64), {"image": torch.randn(1, 3, 64, 64)}, model="Discriminator")


def vae():
    inputs = {"image": torch.rand(1, 784), "noise": torch.randn(1, 20)}
    return Case("vae.dl", VAE(784, 400, 20), inputs, outputs=("reconstruction", "mean", "log_variance"))


def flamingo():
    starts = torch.zeros(1, 128, dtype=torch.bool)
    starts[0, 10] = starts[0, 70] = True
    inputs = {"words": torch.randn(1, 128, 768), "starts": starts, "patches": torch.randn(1, 2, 256, 1024)}
    return Case("flamingo.dl", Flamingo(), inputs)


def pixelcnn():
    return Case("pixelcnn.dl", PixelCNN(16, 7, 256), {"pixels": tokens(256, 1, 1, 28, 28)})


def ddpm():
    unet = diffusion.UNet([128, 256, 256, 256], [False, True, False, False], 2, 32, 3)
    return Case("ddpm.dl", unet, {"image": torch.randn(1, 3, 32, 32), "t": torch.tensor([500])})


def latent_diffusion():
    inputs = {"latent": torch.randn(1, 320, 64, 64), "time": torch.randn(1, 1280), "context": torch.randn(1, 77, 768)}
    return Case("latent_diffusion.dl", diffusion.LatentBlock(320, 320, 1280, 768, 8, 1, 32), inputs)


CASES = (
    lenet, alexnet, vgg16, resnet18, resnet50, mobilenet, efficientnet, densenet, unet, vit, swin, clip,
    gpt2, bert, roberta, llama, t5, bart, rnn, lstm, gru, forecaster,
    dcgan, dcgan_discriminator, vae, pixelcnn, ddpm, latent_diffusion, flamingo, *full_detection.CASES,
)
