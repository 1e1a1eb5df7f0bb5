"""What is true of a planted model, as data, with the ablation under which it is true."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from cutaway.models import Model

ROLES = ("previous_token", "duplicate_token", "induction", "current_token", "first_token")


@dataclass(frozen=True)
class PlantedHead:
    """One head: where it is, what it does, and by which mechanism.

    `kind` is one of ROLES for a head that plays the role, or names the decoy it is.
    """

    layer: int
    head: int
    kind: str
    mechanism: str

    @property
    def is_decoy(self) -> bool:
        return self.kind not in ROLES


@dataclass(frozen=True)
class Truth:
    """Every head of a planted model.

    `ablation` says what must replace a head's output for `matters` to hold: heads in `matters` change the loss
    on repeated tokens when replaced by their mean, all others write only where nothing reads.
    """

    heads: tuple[PlantedHead, ...]
    matters: tuple[tuple[int, int], ...]
    ablation: str = "mean over prompts and positions"

    def playing(self, role: str) -> list[PlantedHead]:
        """The heads that truly play a role."""
        return [head for head in self.heads if head.kind == role]

    @property
    def frame(self) -> pd.DataFrame:
        """One row a head: layer, head, kind, mechanism, matters."""
        return pd.DataFrame([vars(head) | {"matters": (head.layer, head.head) in self.matters} for head in self.heads])


@dataclass(frozen=True)
class Planted:
    """A model compiled by hand, and the truth about it."""

    model: Model
    truth: Truth
    successor: tuple[int, ...]


def described(kinds: Iterable[tuple[str, str]], layer: int) -> list[PlantedHead]:
    """The heads of one layer in order."""
    return [PlantedHead(layer, head, kind, mechanism) for head, (kind, mechanism) in enumerate(kinds)]
