"""BERT: an encoder with a norm after each half; ln_final_scale is the norm inside its masked language head."""

from typing import Any

from cutaway.models.anatomy.layout import Inputs, Layout
from cutaway.models.anatomy.norm_after import norm_after_encoder
from cutaway.models.anatomy.stack import counted_positions

FAMILIES = ("bert",)


def layout(module: Any) -> Layout:
    """The layout of a `BertForMaskedLM` or a `BertModel`."""
    return norm_after_encoder(
        module,
        head="cls.predictions.decoder",
        head_norm="cls.predictions.transform.LayerNorm",
        n_ctx=module.config.max_position_embeddings,
        inputs=Inputs(names=("input_ids",), positions=counted_positions),
    )
