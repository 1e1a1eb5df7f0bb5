"""What a head detector is: where a head of its kind would look, stated for every query of a text."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from cutaway.errors.choices import check_choice

Tokens = Int[Tensor, "batch pos"]
Targets = Bool[Tensor, "batch query key"]
Text = Literal["repeats", "natural"]

FIRST_QUERY = 2  # earlier queries see one or two keys, on which several detectors would agree


@dataclass(frozen=True)
class Detector:
    """A kind of head, by the keys that its queries look at.

    Score of a head: attention mass on its targets, averaged over the queries of a prompt that have one, then
    over prompts. Units: share of attention, 0 to 1; a head that spreads evenly scores targets / keys.
    `matters_on` names the text where taking such a head out should cost loss; `carries` says whether a head
    must move something to be of this kind, or is known by where it looks alone.
    """

    name: str
    targets: Callable[[Tokens], Targets]
    matters_on: Text
    carries: bool
    reference: str

    def __post_init__(self) -> None:
        check_choice("matters_on", self.matters_on, Text)


@cache
def all_detectors() -> tuple[Detector, ...]:
    """Every detector of this folder, in the order of their names."""
    package = __name__.rpartition(".")[0]
    folder = importlib.import_module(package)
    found = []
    for file in pkgutil.iter_modules(folder.__path__):
        declared = getattr(importlib.import_module(f"{package}.{file.name}"), "DETECTOR", None)
        if isinstance(declared, Detector):
            found.append(declared)
    if len({detector.name for detector in found}) < len(found):
        raise AssertionError("two detectors share a name")
    return tuple(found)


def earlier(tokens: Tokens) -> Bool[Tensor, "query key"]:
    """True where a key lies strictly before its query."""
    length = tokens.shape[1]
    return torch.ones(length, length, dtype=torch.bool, device=tokens.device).tril(-1)


def equal_tokens(tokens: Tokens) -> Targets:
    """True where query and key are the same token."""
    return tokens[:, :, None] == tokens[:, None, :]


def at_offset(tokens: Tokens, back: int) -> Targets:
    """True where the key lies `back` positions before its query."""
    rows, length = tokens.shape
    places = torch.arange(length, device=tokens.device)
    return (places[:, None] - places[None, :] == back).expand(rows, length, length)
