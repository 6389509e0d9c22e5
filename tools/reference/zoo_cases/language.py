"""Transformers that read and write text."""

import torch
import transformers

from .case import Case, tokens

plain = {"attn_implementation": "eager"}


def gpt2():
    config = transformers.GPT2Config(
        vocab_size=31, n_positions=12, n_embd=16, n_layer=2, n_head=4, **plain
    )
    return Case(
        "gpt2.dl",
        transformers.GPT2LMHeadModel(config),
        {"ids": tokens(31, 2, 9)},
        {"vocab": 31, "context": 12, "width": 16, "depth": 2, "heads": 4},
        lambda module, ids: module(ids).logits,
        omitted=("lm_head.weight",),
        renamed=(("transformer.", ""),),
    )


def bert():
    config = transformers.BertConfig(
        vocab_size=31, max_position_embeddings=12, hidden_size=16, num_hidden_layers=2,
        num_attention_heads=4, intermediate_size=64, **plain,
    )
    mask = torch.ones(2, 9, dtype=torch.bool)
    mask[1, 6:] = False
    return Case(
        "bert.dl",
        transformers.BertModel(config),
        {"ids": tokens(31, 2, 9), "segments": tokens(2, 2, 9), "mask": mask},
        {"vocab": 31, "context": 12, "width": 16, "depth": 2, "heads": 4},
        lambda module, ids, segments, mask: tuple(
            module(ids, token_type_ids=segments, attention_mask=mask.long(), return_dict=False)
        ),
        outputs=("hidden", "pooled"),
    )


def roberta():
    config = transformers.RobertaConfig(
        vocab_size=31, max_position_embeddings=14, hidden_size=16, num_hidden_layers=2, type_vocab_size=1,
        num_attention_heads=4, intermediate_size=64, layer_norm_eps=1e-5, **plain,
    )
    ids = tokens(29, 2, 9) + 2
    ids[1, 6:] = config.pad_token_id
    return Case(
        "roberta.dl",
        transformers.RobertaModel(config),
        {"ids": ids},
        {"vocab": 31, "context": 12, "width": 16, "depth": 2, "heads": 4},
        lambda module, ids: tuple(module(ids, attention_mask=(ids != 1).long(), return_dict=False)),
        outputs=("hidden", "pooled"),
    )


def llama():
    config = transformers.LlamaConfig(
        vocab_size=31, max_position_embeddings=16, hidden_size=16, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, intermediate_size=24, rms_norm_eps=1e-5, **plain,
    )
    return Case(
        "llama.dl",
        transformers.LlamaForCausalLM(config),
        {"ids": tokens(31, 2, 9)},
        {"vocab": 31, "context": 16, "width": 16, "hidden": 24, "depth": 2, "heads": 4, "groups": 2},
        lambda module, ids: module(ids).logits,
    )


def t5():
    config = transformers.T5Config(
        vocab_size=31, d_model=16, d_kv=4, d_ff=32, num_layers=2, num_heads=4,
        relative_attention_num_buckets=8, relative_attention_max_distance=12, **plain,
    )
    return Case(
        "t5.dl",
        transformers.T5ForConditionalGeneration(config),
        {"ids": tokens(31, 2, 9), "written": tokens(31, 2, 5)},
        {"vocab": 31, "width": 16, "size": 4, "hidden": 32, "depth": 2, "heads": 4, "buckets": 8, "reach": 12},
        lambda module, ids, written: module(input_ids=ids, decoder_input_ids=written).logits,
        omitted=("embed_tokens.weight", "lm_head.weight"),
    )


def bart():
    config = transformers.BartConfig(
        vocab_size=31, max_position_embeddings=12, d_model=16, encoder_layers=2, decoder_layers=2,
        encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=32, decoder_ffn_dim=32, **plain,
    )
    return Case(
        "bart.dl",
        transformers.BartModel(config),
        {"ids": tokens(31, 2, 9), "written": tokens(31, 2, 5)},
        {"vocab": 31, "context": 12, "width": 16, "hidden": 32, "depth": 2, "heads": 4},
        lambda module, ids, written: module(input_ids=ids, decoder_input_ids=written).last_hidden_state,
        omitted=("embed_tokens.weight",),
    )


CASES = (gpt2, bert, roberta, llama, t5, bart)
