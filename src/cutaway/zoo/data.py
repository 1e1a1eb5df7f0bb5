"""The batches a recipe trains on: a function of recipe, text and step, so that a resumed run is the same run."""

from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.corpus.windows import windows_at
from cutaway.tasks.symbols import repeated_tokens
from cutaway.zoo.recipe import Recipe


@dataclass(frozen=True)
class Batch:
    """Rows of text; the first `repeats` of them are repeated random tokens."""

    tokens: Int[Tensor, "batch pos"]
    repeats: int


def batch_at(step: int, recipe: Recipe, stream: Int[Tensor, "stream"]) -> Batch:
    """The batch of one step, drawn from a generator seeded by recipe and step."""
    config = recipe.config
    seed = recipe.seed * 1_000_003 + step
    generator = torch.Generator().manual_seed(seed)
    repeats = recipe.rows if step < recipe.repeats_only else round(recipe.rows * recipe.repeat_share)
    copied = repeated_tokens.sample(
        rows=repeats,
        length=config.n_ctx,
        vocab=config.vocab_size,
        seed=seed,
        periods=repeated_tokens.TRAIN_PERIODS,
        offsets=repeated_tokens.TRAIN_OFFSETS,
    )
    starts = torch.randint(len(stream) - config.n_ctx, (recipe.rows - repeats,), generator=generator)
    natural = windows_at(stream, starts, length=config.n_ctx, bos=0)
    return Batch(tokens=torch.cat([copied.tokens, natural]), repeats=repeats)
