"""What decoders after the manner of Llama share: separate projections, shared keys, rotation, gated MLPs, experts."""

from collections.abc import Callable
from typing import Any

from cutaway.models.anatomy.block import MLP, Attention, Block, Experts, Projection
from cutaway.models.anatomy.heads import own
from cutaway.models.anatomy.layout import Layout
from cutaway.models.anatomy.stack import DECODER_INPUTS, ROTARY, Stack, layout_of, root

GATED = MLP(into="mlp.up_proj", gate="mlp.gate_proj", out="mlp.down_proj")


def attention(module: Any, *, normed: str | None = None, adds: str | None = None) -> Attention:
    """Separate projections, shared keys, rotation; `normed` where queries and keys have norms of their own."""
    config = module.config
    size = module.get_submodule(f"{root(module)}layers.0.self_attn").head_dim
    heads, shared = own(config.num_attention_heads, size), own(config.num_key_value_heads, size)
    norms = ("self_attn.q_norm", "self_attn.k_norm") if normed else (None, None)
    return Attention(
        module="self_attn",
        q=Projection("self_attn.q_proj", heads, norms[0], normed or "flat"),
        k=Projection("self_attn.k_proj", shared, norms[1], normed or "flat"),
        v=Projection("self_attn.v_proj", shared),
        out="self_attn.o_proj",
        heads=heads,
        rotary=True,
        adds=adds,
    )


def rotary_decoder(module: Any, block: Block | Callable[[int], Block]) -> Layout:
    """What these families have in common around their blocks."""
    at = root(module)
    stack = Stack(
        blocks=f"{at}layers",
        block=block,
        embed=f"{at}embed_tokens",
        pos_embed=ROTARY,
        final_norm=f"{at}norm",
        unembed="lm_head",
        n_ctx=module.config.max_position_embeddings,
    )
    return layout_of(module, stack, inputs=DECODER_INPUTS)


def experts(module: str = "mlp", inner: str = "mlp.experts") -> Experts:
    """Fused experts, gate and up projection in one weight [expert, gate and up, d_model]."""

    def half(number: int) -> Any:
        return lambda block: block.get_submodule(inner).gate_up_proj.transpose(1, 2).chunk(2, dim=-1)[number]

    return Experts(
        module=module,
        weights={
            "W_gate": half(0),
            "W_in": half(1),
            "W_out": lambda block: block.get_submodule(inner).down_proj.transpose(1, 2),
        },
    )
