"""What a zoo model is made of: its shape, its data and its schedule, as one value."""

import importlib
import pkgutil
from dataclasses import dataclass

from cutaway.errors.zoo import UnknownZooModelError
from cutaway.models.toy import ToyConfig
from cutaway.zoo import recipes


@dataclass(frozen=True)
class Recipe:
    """Everything that `cutaway zoo train NAME` needs; the same recipe and text give the same weights.

    Training begins with `repeats_only` steps on repeated sequences alone: natural text from the start showed
    no induction in millions of tokens. Afterwards `repeat_share` of each batch stays repeated.
    """

    name: str
    summary: str
    config: ToyConfig
    seed: int = 0
    steps: int = 5000
    repeats_only: int = 900
    repeat_share: float = 0.15
    rows: int = 32
    learning_rate: float = 2e-3
    warmup: int = 100
    weight_decay: float = 0.01
    checkpoint_every: int = 250


def all_recipes() -> dict[str, Recipe]:
    """Every recipe of the folder by name."""
    found: dict[str, Recipe] = {}
    for file in pkgutil.iter_modules(recipes.__path__):
        recipe: Recipe = importlib.import_module(f"{recipes.__name__}.{file.name}").RECIPE
        if recipe.name in found:
            raise AssertionError(f"two recipes are called {recipe.name}")
        found[recipe.name] = recipe
    return found


def recipe_named(name: str) -> Recipe:
    """One recipe.

    Raises: UnknownZooModelError with the nearest names.
    """
    known = all_recipes()
    if name not in known:
        raise UnknownZooModelError(name, known)
    return known[name]
