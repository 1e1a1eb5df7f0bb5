"""From a loaded module to a `Model`: find its family's adapter, or name its sites by module."""

from typing import Any

from torch import nn
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from cutaway.errors.models import UnsupportedFamilyError
from cutaway.models.adapters import families
from cutaway.models.anatomy.layout import Layout
from cutaway.models.model import Model
from cutaway.models.verify.verify import verify


def wrap(module: nn.Module, *, name: str, tokenizer: PreTrainedTokenizerBase | None = None) -> Model:
    """A `Model` around an unmodified module, put into evaluation mode.

    A Hugging Face model gets the sites of its family; any other module those of its parts, `module:<path>`.
    Raises: UnsupportedFamilyError if it is a Hugging Face model that no adapter knows.
    """
    if not isinstance(module, PreTrainedModel):
        return Model(name=name, module=module.eval(), layout=Layout(shapes={}, taps={}))
    config: Any = module.config
    adapter = families().get(config.model_type)
    if adapter is None:
        raise UnsupportedFamilyError(config.model_type, name, families())
    return Model(
        name=name, module=module.eval(), layout=adapter(module), tokenizer=tokenizer, describe=adapter, verify=verify
    )
