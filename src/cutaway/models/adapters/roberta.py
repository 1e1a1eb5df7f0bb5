"""RoBERTa: BERT's encoder; positions start after that of the padding token, which takes up the first ones."""

from typing import Any

from torch import Tensor

from cutaway.models.anatomy.layout import Inputs, Layout
from cutaway.models.anatomy.norm_after import norm_after_encoder
from cutaway.models.anatomy.stack import counted_positions

FAMILIES = ("roberta",)


def layout(module: Any) -> Layout:
    """The layout of a `RobertaForMaskedLM` or a `RobertaModel`."""
    first: int = module.config.pad_token_id + 1

    def positions(mask: Tensor) -> Tensor:
        return counted_positions(mask) + first

    return norm_after_encoder(
        module,
        head="lm_head.decoder",
        head_norm="lm_head.layer_norm",
        n_ctx=module.config.max_position_embeddings - first,
        inputs=Inputs(names=("input_ids",), positions=positions),
    )
