"""From a loaded module to a `Model`: find its family's adapter."""

from typing import Any

from transformers import PreTrainedTokenizerBase

from cutaway.errors.models import UnsupportedFamilyError
from cutaway.models.adapters import families
from cutaway.models.model import Model


def wrap(module: Any, *, name: str, tokenizer: PreTrainedTokenizerBase | None = None) -> Model:
    """A `Model` around an unmodified Hugging Face decoder.

    Raises: UnsupportedFamilyError if no adapter knows it, or it has no attention and no unembedding.
    """
    family = getattr(getattr(module, "config", None), "model_type", type(module).__name__)
    layout = families().get(family)
    if layout is None or module.get_output_embeddings() is None:
        raise UnsupportedFamilyError(family, name, families())
    return Model(name=name, module=module.eval(), layout=layout(module), tokenizer=tokenizer)
