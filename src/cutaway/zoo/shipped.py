"""The zoo's weights that come with the package, and the check that they are the ones on the card."""

import hashlib
import json
from pathlib import Path
from typing import Any

import torch

from cutaway.errors.zoo import DamagedZooModelError, UntrainedZooModelError
from cutaway.models.load import load_folder
from cutaway.models.model import Model
from cutaway.zoo.package import CARD, TEXT, WEIGHTS
from cutaway.zoo.recipe import recipe_named

SHIPPED = Path(__file__).parent / "weights"


def folder_of(name: str) -> Path:
    """Where a zoo model lies.

    Raises: UnknownZooModelError; UntrainedZooModelError if its weights do not come with the package.
    """
    recipe_named(name)
    folder = SHIPPED / name
    if not (folder / CARD).is_file():
        raise UntrainedZooModelError(name)
    return folder


def card_of(name: str) -> dict[str, Any]:
    """The model card: recipe, text, held-out losses, hashes."""
    card: dict[str, Any] = json.loads((folder_of(name) / CARD).read_text(encoding="utf-8"))
    return card


def pinned_text(name: str) -> dict[str, str]:
    """SHA-256 by path of the files that a shipped model was trained on; empty if none is shipped."""
    listing = SHIPPED / name / TEXT
    if not listing.is_file():
        return {}
    lines = (line.split("  ", 1) for line in listing.read_text(encoding="utf-8").splitlines())
    return {path: digest for digest, path in lines}


def load_shipped(name: str, **pretrained: Any) -> Model:
    """A zoo model, in float32 unless `pretrained`, which goes to `from_pretrained`, says otherwise.

    Raises: as `folder_of`; DamagedZooModelError if the weights are not those of the card.
    """
    folder = folder_of(name)
    weights = folder / WEIGHTS
    if not weights.is_file() or hashlib.sha256(weights.read_bytes()).hexdigest() != card_of(name)["weights_sha256"]:
        raise DamagedZooModelError(name, str(weights))
    return load_folder(folder, name=name, **({"dtype": torch.float32} | pretrained))
