"""T5: an encoder and a decoder; every half adds the stream itself. Groups `encoder`, `decoder` and `cross`.

decoder.resid_mid is the stream between self-attention and cross attention, cross.resid_mid the stream after it.
embed is read where it enters the first block: once the vocabulary is resized, both stacks share one embedding.
"""

from dataclasses import replace
from typing import Any

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, Attention, Block, Cross, Projection
from cutaway.models.anatomy.heads import own
from cutaway.models.anatomy.layout import Inputs, Layout
from cutaway.models.anatomy.stack import ALIBI, Stack, layout_of

FAMILIES = ("t5",)
UNBOUNDED = 2048  # tokens; its positions have no end, and it was trained with 512
NO_WRITING = "an encoder has no unembedding"


def layout(module: Any) -> Layout:
    """The layout of a `T5ForConditionalGeneration`, a `T5Model` or a `T5EncoderModel`, whose one stack has no group."""
    if "decoder" in dict(module.named_children()):
        both = Inputs(names=("input_ids", "decoder_input_ids"), always={"use_cache": False})
        found = layout_of(module, stack(module, "encoder"), stack(module, "decoder"), inputs=both, main="decoder")
    else:
        found = layout_of(module, stack(module, "encoder", group=""), inputs=Inputs(names=("input_ids",)))
    entering = {site: tap.input_of(f"{site.group or 'encoder'}.block.0") for site in found.taps if site.name == "embed"}
    return replace(found, taps=dict(found.taps) | entering)


def stack(module: Any, name: str, *, group: str | None = None) -> Stack:
    """One of the two stacks."""
    decoder = name == "decoder"
    cross = Cross(
        ln1="layer.1.layer_norm",
        attention=attention(module.config, "layer.1.EncDecAttention"),
        mid=lambda path: tap.output_of(f"{path}.layer.1"),
    )
    last = f"layer.{2 if decoder else 1}"
    inner = f"{last}.DenseReluDense"
    gated = module.config.is_gated_act
    block = Block(
        ln1="layer.0.layer_norm",
        attention=attention(module.config, "layer.0.SelfAttention"),
        mid=lambda path: tap.output_of(f"{path}.layer.0"),
        cross=cross if decoder else None,
        ln2=f"{last}.layer_norm",
        mlp=MLP(
            module=inner,
            into=f"{inner}.wi_1" if gated else f"{inner}.wi",
            gate=f"{inner}.wi_0" if gated else None,
            out=f"{inner}.wo",
        ),
    )
    return Stack(
        blocks=f"{name}.block",
        block=block,
        embed=f"{name}.embed_tokens",
        pos_embed=ALIBI,
        final_norm=f"{name}.final_layer_norm",
        unembed="lm_head" if decoder else NO_WRITING,
        n_ctx=UNBOUNDED,
        group=name if group is None else group,
    )


def attention(config: Any, at: str) -> Attention:
    """Separate projections without biases; heads need not add up to d_model."""
    heads = own(config.num_heads, config.d_kv)
    q, k, v = (Projection(f"{at}.{letter}", heads) for letter in "qkv")
    return Attention(module=at, q=q, k=k, v=v, out=f"{at}.o", heads=heads, rotated=ALIBI)
