"""A small random model of every family that is not a plain decoder: encoders, two stacks, images, convolutions.

Every weight is redrawn, so that biases, norms and layer scales are not the zeros and ones of a fresh model; the
statistics of batch norms too. Sizes differ wherever a mix-up would otherwise go unseen: heads of T5 do not add up
to d_model, its stacks have different depths, and CLIP's towers have different widths.
"""

from collections.abc import Callable

import torch
import transformers as hf
from torch import nn

from cutaway.models import Model, wrap
from tests.conformance.families import redraw

VOCAB, CLASSES, END = 61, 7, 60
SIZES = {"hidden_size": 32, "num_attention_heads": 4, "num_hidden_layers": 3, "intermediate_size": 48}
WORDS = SIZES | {"vocab_size": VOCAB, "max_position_embeddings": 32, "bos_token_id": 3, "eos_token_id": END}
IMAGE = {"image_size": 16, "patch_size": 4}
T5 = {"vocab_size": VOCAB, "d_model": 32, "d_kv": 6, "num_heads": 4, "d_ff": 48, "decoder_start_token_id": 0}
T5_DEPTHS = {"num_layers": 3, "num_decoder_layers": 2, "bos_token_id": None}
RESNET = {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 2], "num_labels": CLASSES}

TOKENS = torch.tensor([[3, 5, 9, 5, 9, 33, 2, END], [3, 7, 7, 4, 12, 40, 3, END]])
DECODER_TOKENS = torch.tensor([[0, 11, 9, 4, 8], [0, 2, 2, 50, 6]])


def bert():
    return hf.BertConfig(**WORDS, pad_token_id=0)


def roberta():
    return hf.RobertaConfig(**WORDS, pad_token_id=1)


def t5(**given):
    return hf.T5Config(**T5, **T5_DEPTHS, **given)


def vit():
    return hf.ViTConfig(**SIZES, **IMAGE, num_labels=CLASSES)


def dinov2(**given):
    sizes = {name: size for name, size in SIZES.items() if name != "intermediate_size"}
    return hf.Dinov2Config(**sizes, **IMAGE, num_labels=CLASSES, **given)


def clip():
    towers = {"text_config": WORDS | {"pad_token_id": 1}, "vision_config": SIZES | IMAGE | {"hidden_size": 40}}
    return hf.CLIPConfig(**towers, projection_dim=16)


def convnext():
    sizes = {"hidden_sizes": [8, 12], "depths": [1, 2], "num_stages": 2, "image_size": 32}
    return hf.ConvNextConfig(**sizes, num_labels=CLASSES)


BUILDERS: dict[str, Callable[[], nn.Module]] = {
    "bert": lambda: hf.BertForMaskedLM(bert()),
    "bert-bare": lambda: hf.BertModel(bert()),
    "roberta": lambda: hf.RobertaForMaskedLM(roberta()),
    "roberta-bare": lambda: hf.RobertaModel(roberta()),
    "t5": lambda: hf.T5ForConditionalGeneration(t5()),
    "t5-gated": lambda: hf.T5ForConditionalGeneration(t5(feed_forward_proj="gated-gelu")),
    "t5-bare": lambda: hf.T5Model(t5()),
    "t5-encoder": lambda: hf.T5EncoderModel(t5()),
    "vit": lambda: hf.ViTForImageClassification(vit()),
    "vit-bare": lambda: hf.ViTModel(vit()),
    "dinov2": lambda: hf.Dinov2ForImageClassification(dinov2()),
    "dinov2-swiglu": lambda: hf.Dinov2ForImageClassification(dinov2(use_swiglu_ffn=True)),
    "dinov2-bare": lambda: hf.Dinov2Model(dinov2()),
    "clip": lambda: hf.CLIPModel(clip()),
    "clip-text": lambda: hf.CLIPTextModel(clip().text_config),
    "clip-vision": lambda: hf.CLIPVisionModel(clip().vision_config),
    "convnext": lambda: hf.ConvNextForImageClassification(convnext()),
    "convnext-bare": lambda: hf.ConvNextModel(convnext()),
    "resnet": lambda: hf.ResNetForImageClassification(hf.ResNetConfig(**RESNET, layer_type="bottleneck")),
    "resnet-basic": lambda: hf.ResNetForImageClassification(hf.ResNetConfig(**RESNET, layer_type="basic")),
    "resnet-bare": lambda: hf.ResNetModel(hf.ResNetConfig(**RESNET, layer_type="basic")),
}


def build(name: str) -> Model:
    """The small model of one family, the same at every call."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        module = BUILDERS[name]().eval()
        redraw(module, spread=0.15 if "t5" in name else 0.3)  # T5 does not scale its scores: larger ones saturate
        for part in module.modules():
            if isinstance(part, nn.BatchNorm2d):
                part.running_mean.normal_(0.0, 0.3)
                part.running_var.uniform_(0.5, 2.0)
    return wrap(module, name=name)


def given(model: Model) -> dict[str, torch.Tensor]:
    """Two inputs for a model, by the names that its own forward uses."""
    kind = family(model)
    size = 32 if kind in ("convnext", "resnet") else 16
    pixels = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(3))
    every = {"input_ids": TOKENS, "decoder_input_ids": DECODER_TOKENS, "pixel_values": pixels}
    if kind == "clip":
        names = {"clip": ["input_ids", "pixel_values"], "clip-text": ["input_ids"], "clip-vision": ["pixel_values"]}
        return {name: every[name] for name in names[model.name]}
    if kind in ("bert", "roberta", "t5"):
        both = kind == "t5" and model.name != "t5-encoder"
        return {name: every[name] for name in (["input_ids", "decoder_input_ids"] if both else ["input_ids"])}
    return {"pixel_values": pixels}


def family(model):
    """The first word of a small model's name."""
    return model.name.partition("-")[0]


@torch.no_grad()
def plain(model, **asked):
    """What the module alone returns, as it was loaded."""
    return model.module(**given(model), **asked)


def answer(output):
    """The scores, or all that a model without a head puts out."""
    for name in ("logits", "logits_per_image"):
        if getattr(output, name, None) is not None:
            return getattr(output, name)
    return torch.cat([value.flatten() for value in output.values() if isinstance(value, torch.Tensor)])


def stacks(model):
    """(group of a stack, its width, its number of layers), from the configs."""
    config = model.module.config
    if model.name == "clip":
        return [("text", 32, 3), ("vision", 40, 3)]
    if family(model) == "t5":
        return [("", 32, 3)] if model.name == "t5-encoder" else [("encoder", 32, 3), ("decoder", 32, 2)]
    return [("", config.hidden_size, config.num_hidden_layers)]


def at(group, name):
    """A site as it is spelled."""
    return f"{group}.{name}" if group else name
