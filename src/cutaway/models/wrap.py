"""From a loaded module to a `Model`: find its family's adapter, or name its sites by module."""

from collections.abc import Callable
from typing import Any

from torch import nn
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from cutaway.errors.models import StructureError
from cutaway.models.adapters import families, transformer_bridge
from cutaway.models.anatomy.layout import Layout
from cutaway.models.model import Model
from cutaway.models.sites import VOCABULARY
from cutaway.models.structure import layout as structure
from cutaway.models.verify.verify import verify


def wrap(module: nn.Module, *, name: str, tokenizer: PreTrainedTokenizerBase | None = None) -> Model:
    """A `Model` around an unmodified module, put into evaluation mode.

    A Hugging Face model gets the sites of its family, or, if no adapter knows it, those that a small copy of it
    shows. Where that shows none, and for any other module, there are the sites of its parts, `module:<path>`.
    A TransformerBridge gets the sites of its hook points, and its tokenizer if none is given.
    Raises: BridgeError if it is inside a TransformerBridge, or a bridge of no decoder.
    """
    if transformer_bridge.is_bridge(module):
        return wrap_bridge(module.eval(), name=name, tokenizer=tokenizer)
    if not isinstance(module, PreTrainedModel):
        return Model(name=name, module=module.eval(), layout=Layout(shapes={}, taps={}))
    transformer_bridge.refuse_bridged(name, module)
    config: Any = module.config
    describe: Callable[[nn.Module], Layout] = families().get(config.model_type, structure.layout)
    try:
        layout = describe(module.eval())
    except StructureError as fault:
        unknown = "" if config.model_type in families() else f"no adapter knows its family '{config.model_type}', and "
        reason = f"{unknown}{fault.reason}; module:<path> always works"
        return Model(name=name, module=module, layout=by_module_only(reason), tokenizer=tokenizer)
    return Model(name=name, module=module, layout=layout, tokenizer=tokenizer, describe=describe, verify=verify)


def by_module_only(reason: str) -> Layout:
    """No site has a name of the vocabulary, and this is why."""
    return Layout(shapes={}, taps={}, absent=dict.fromkeys(VOCABULARY, reason))


def wrap_bridge(bridge: Any, *, name: str, tokenizer: PreTrainedTokenizerBase | None) -> Model:
    """A `Model` around what a TransformerBridge runs, with the bridge's parts in it."""
    return Model(
        name=name,
        module=bridge.original_model,
        layout=transformer_bridge.layout(bridge),
        tokenizer=bridge.tokenizer if tokenizer is None else tokenizer,
    )
