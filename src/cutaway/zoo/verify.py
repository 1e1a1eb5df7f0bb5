"""Are the shipped weights those of their cards? Their hashes, and what the cards say they measure, measured again."""

from collections.abc import Iterator
from dataclasses import dataclass

from cutaway.errors.zoo import DamagedZooModelError
from cutaway.models.toy import ToyForCausalLM
from cutaway.zoo.address import Address
from cutaway.zoo.card import headline
from cutaway.zoo.derived import follows
from cutaway.zoo.load import load_shipped
from cutaway.zoo.recipe import Recipe
from cutaway.zoo.shipped import card_of, shipped_of

TOLERANCE = 2e-3  # of a loss in nats or a share, between machines


@dataclass(frozen=True)
class Verified:
    """One set of weights: whether the hash is right, and its headline number on the card and here.

    `hash_is_right` is None for weights that are rebuilt (`derived.py`): another processor may round them otherwise.
    """

    name: str
    hash_is_right: bool | None
    measure: str = ""
    on_card: float = float("nan")
    here: float = float("nan")

    @property
    def holds(self) -> bool:
        return self.hash_is_right is not False and abs(self.on_card - self.here) <= TOLERANCE


def verify(recipe: Recipe) -> Iterator[Verified]:
    """Every set of weights of a recipe that ships.

    Cost: as the card's measurement, seconds a model.
    """
    for at in shipped_of(recipe):
        yield verified(at)


def verified(at: Address) -> Verified:
    """One set of weights."""
    try:
        module = load_shipped(at.name).module
    except DamagedZooModelError:
        return Verified(at.name, hash_is_right=False)
    assert isinstance(module, ToyForCausalLM)
    name, on_card = headline(card_of(at))
    here = at.recipe.data.measured(module, seed=at.seed)[name]
    return Verified(at.name, None if follows(at) else True, name, on_card, here)
