"""Prompts of indirect object identification for any model, in two parts that share no names or no templates."""

from cutaway.models import Model
from cutaway.models.pairs import Pairs
from cutaway.tasks.find import task


def ioi_halves(model: Model, *, rows: int, seed: int, corruption: str | None = None) -> tuple[Pairs, Pairs]:
    """Prompts to choose on, and prompts to measure on: in words, or in symbols where the model has no tokenizer.

    Raises: the errors of tasks where the model's vocabulary does not do.
    """
    asked = task("symbolic-ioi" if model.tokenizer is None else "ioi")
    choose, measure = (
        asked.pairs(model, rows=rows, corruption=corruption, seed=seed, split=split) for split in ("train", "test")
    )
    return choose, measure
