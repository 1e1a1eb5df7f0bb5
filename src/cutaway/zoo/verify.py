"""Are the shipped weights those of their cards? Their hashes, and what the cards say they measure, measured again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cutaway.errors.models import ModelFolderError
from cutaway.errors.zoo import DamagedZooModelError
from cutaway.models.toy import ToyForCausalLM
from cutaway.zoo.address import Address
from cutaway.zoo.card import headline
from cutaway.zoo.derived import follows
from cutaway.zoo.load import load_shipped
from cutaway.zoo.recipe import Recipe
from cutaway.zoo.shipped import card_of, folder_of, shipped_of

TOLERANCE = 2e-3  # of a loss in nats or a share, between machines


@dataclass(frozen=True)
class Verified:
    """One set of weights, and its headline number on the card and here; none where the weights do not load.

    Weights that are `rebuilt` (`derived.py`) have no hash to compare: another processor may round them otherwise.
    """

    name: str
    weights: Literal["as on the card", "rebuilt", "damaged"]
    measure: str = ""
    on_card: float | None = None
    here: float | None = None

    @property
    def holds(self) -> bool:
        return self.on_card is not None and self.here is not None and abs(self.on_card - self.here) <= TOLERANCE


def verify(recipe: Recipe) -> Iterator[Verified]:
    """Every set of weights of a recipe that ships.

    Cost: as the card's measurement, seconds a model. Raises: UntrainedZooModelError if none ships.
    """
    for at in shipped_of(recipe) or [Address(recipe, recipe.seeds[0])]:
        folder_of(at)
        yield verified(at)


def verified(at: Address) -> Verified:
    """One set of weights."""
    try:
        module = load_shipped(at.name).module
    except (DamagedZooModelError, ModelFolderError):
        return Verified(at.name, "damaged")
    assert isinstance(module, ToyForCausalLM)
    name, on_card = headline(card_of(at))
    here = at.recipe.data.measured(module, seed=at.seed)[name]
    return Verified(at.name, "rebuilt" if follows(at) else "as on the card", name, on_card, here)
