"""The two texts every head is scored on: random tokens that repeat, and natural text."""

from collections.abc import Sequence
from dataclasses import dataclass

from jaxtyping import Int
from torch import Tensor

from cutaway.corpus import standard_library
from cutaway.corpus.windows import encode_all, even_windows
from cutaway.errors.models import NoTokenizerError, PromptError
from cutaway.models import Model
from cutaway.tasks.symbols import repeated_tokens

LENGTH = 128
ROWS = 64
FIRST_FILES = 12  # of the held-out standard library: enough text for some hundred windows


@dataclass(frozen=True)
class Texts:
    """What to score heads on; `natural` is missing for a model that came without a tokenizer."""

    repeats: repeated_tokens.Repeats
    natural: Int[Tensor, "batch pos"] | None


def texts_for(
    model: Model, *, rows: int = ROWS, seed: int = 0, own: Sequence[str] = (), random_only: bool = False
) -> Texts:
    """Both texts, `rows` prompts of each; `own` replaces the natural text, `random_only` does without any.

    Raises: NoTokenizerError; PromptError if `own` is shorter than one window.
    """
    natural = None if random_only else natural_for(model, rows=rows, texts=own)
    return Texts(repeats_for(model, rows=rows, seed=seed), natural)


def repeats_for(model: Model, *, rows: int, seed: int) -> repeated_tokens.Repeats:
    """Repeated random tokens that fit the model's context and vocabulary."""
    length = min(LENGTH, model.shape.n_ctx)
    periods, offsets = repeated_tokens.test_sizes(length)
    return repeated_tokens.sample(
        rows=rows,
        length=length,
        vocab=model.shape.d_vocab,
        seed=seed,
        periods=periods,
        offsets=offsets,
        bos=model.bos,
    )


def natural_for(model: Model, *, rows: int, texts: Sequence[str] = ()) -> Int[Tensor, "batch pos"]:
    """Windows of the user's `texts`, by default of held-out standard-library source.

    Raises: NoTokenizerError; PromptError if the texts are shorter than one window.
    """
    if model.tokenizer is None:
        raise NoTokenizerError(model.name)
    length = min(LENGTH, model.shape.n_ctx)
    if texts and not any(texts):
        raise PromptError(model.name, "the text is empty", "Give it a file with some text in it.")
    sources = list(texts) or standard_library.texts(held_out=True)[:FIRST_FILES]
    stream = encode_all(sources, model.tokenizer, bos=model.bos)
    if len(stream) < length:
        raise PromptError(model.name, f"the text has {len(stream)} tokens", f"Give at least {length}.")
    return even_windows(stream, rows=rows, length=length, bos=model.bos)
