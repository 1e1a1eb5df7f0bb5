"""The zoo's weights that come with the package, and the check that they are the ones on the card."""

import hashlib
import json
from pathlib import Path
from typing import Any

from cutaway.errors.zoo import DamagedZooModelError, NoSuchWeightsError, OtherTextError, UntrainedZooModelError
from cutaway.zoo.address import Address, address
from cutaway.zoo.checkpoint import WEIGHTS
from cutaway.zoo.package import CARD
from cutaway.zoo.recipe import Recipe, recipe_named

SHIPPED = Path(__file__).parent / "weights"


def folder_of(at: Address) -> Path:
    """Where these weights lie.

    Raises: UntrainedZooModelError if none of the model come with the package; NoSuchWeightsError if others do.
    """
    folder = SHIPPED / at.folder
    if (folder / CARD).is_file():
        return folder
    others = [one.name for one in shipped_of(at.recipe)]
    if not others:
        end = Address(at.recipe, at.seed)
        raise UntrainedZooModelError(end.name, end.folder)
    raise NoSuchWeightsError(at.name, ", ".join(others))


def shipped_of(recipe: Recipe) -> list[Address]:
    """Every set of weights of a recipe that comes with the package: seeds in order, then steps."""
    found = [Address(recipe, seed) for seed in recipe.seeds]
    for seed in recipe.seeds:
        folders = (SHIPPED / Address(recipe, seed).folder).glob("step-*")
        steps = sorted(int(folder.name.removeprefix("step-")) for folder in folders)
        found += [Address(recipe, seed, step) for step in steps]
    return [one for one in found if (SHIPPED / one.folder / CARD).is_file()]


def seeds_of(name: str) -> list[str]:
    """The names of a model with every seed that comes with the package, as they stand at the end of training."""
    return [one.name for one in shipped_of(recipe_named(name)) if one.step is None]


def steps_of(name: str) -> dict[str, int]:
    """A model at every step of its first seed that comes with the package, the end last: its names, with the steps."""
    recipe = recipe_named(name)
    own = [one for one in shipped_of(recipe) if one.seed == recipe.seeds[0]]
    steps = {one.name: recipe.schedule.steps if one.step is None else one.step for one in own}
    return dict(sorted(steps.items(), key=lambda entry: entry[1]))


def card_of(name: str | Address) -> dict[str, Any]:
    """The model card: recipe, what was measured, curve, hash."""
    at = address(name) if isinstance(name, str) else name
    card: dict[str, Any] = json.loads((folder_of(at) / CARD).read_text(encoding="utf-8"))
    return card


def check_hash(at: Address) -> None:
    """Raises: DamagedZooModelError if the weights are not those of the card."""
    weights = folder_of(at) / WEIGHTS
    if not weights.is_file() or hashlib.sha256(weights.read_bytes()).hexdigest() != card_of(at)["weights_sha256"]:
        end = Address(at.recipe, at.seed)
        raise DamagedZooModelError(at.name, str(weights), end.name, end.folder)


def check_data(at: Address) -> None:
    """Compare what this machine would train on with what the shipped weights were trained on, where they ship.

    Raises: OtherTextError if they differ.
    """
    end = Address(at.recipe, at.seed)
    if end not in shipped_of(at.recipe):
        return
    then, here = card_of(end)["recipe"]["data"], json.loads(at.recipe.identity(at.seed))["data"]
    changed = sorted(key for key in then.keys() | here.keys() if then.get(key) != here.get(key))
    if changed:
        raise OtherTextError(at.name, changed)
