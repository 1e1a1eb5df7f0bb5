"""Are the shipped weights those of their cards? Their hashes, and what the cards say they measure, measured again."""

from collections.abc import Iterator
from dataclasses import dataclass

from cutaway.errors.zoo import DamagedZooModelError
from cutaway.models.toy import ToyForCausalLM
from cutaway.zoo.address import Address
from cutaway.zoo.card import headline
from cutaway.zoo.recipe import Recipe
from cutaway.zoo.shipped import card_of, check_hash, load_shipped, shipped_of

TOLERANCE = 2e-3  # of a loss in nats or a share, between machines


@dataclass(frozen=True)
class Verified:
    """One set of weights: whether the hash is right, and its headline number on the card and here."""

    name: str
    hash_is_right: bool
    measure: str = ""
    on_card: float = float("nan")
    here: float = float("nan")

    @property
    def holds(self) -> bool:
        return self.hash_is_right and abs(self.on_card - self.here) <= TOLERANCE


def verify(recipe: Recipe) -> Iterator[Verified]:
    """Every set of weights of a recipe that ships.

    Cost: as the card's measurement, seconds a model.
    """
    for at in shipped_of(recipe):
        yield verified(at)


def verified(at: Address) -> Verified:
    """One set of weights."""
    try:
        check_hash(at)
    except DamagedZooModelError:
        return Verified(at.name, hash_is_right=False)
    name, on_card = headline(card_of(at))
    module = load_shipped(at.name).module
    assert isinstance(module, ToyForCausalLM)
    here = at.recipe.data.measured(module, seed=at.seed)[name]
    return Verified(at.name, True, name, on_card, here)
