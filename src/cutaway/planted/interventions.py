"""What every exact intervention on a planted model needs, whatever kind of network it is."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.models import Edit, Model
from cutaway.models.pairs import Pairs
from cutaway.models.trace import Trace
from cutaway.planted.truth import Ablation, Subject, Truth


@dataclass(frozen=True, eq=False)
class Interventions(ABC):
    """Builds and scores the edits that ablate parts and edges of one model on some pairs of prompts."""

    model: Model
    truth: Truth
    pairs: Pairs

    @property
    @abstractmethod
    def sites(self) -> list[str]:
        """What every ablation needs to know."""

    @abstractmethod
    def of(self, subject: Subject, ablation: Ablation) -> list[Edit]:
        """The edits that ablate a part where it writes, or an edge where it is read."""

    @abstractmethod
    def moved(self, edits: Sequence[Sequence[Edit]]) -> Float[Tensor, "subject batch"]:
        """How the metric of each pair moves under each set of edits of the clean prompts, in units of the metric."""

    @cached_property
    def clean(self) -> Trace:
        return self.model.run(self.pairs.clean, read=self.sites, mask=self.pairs.mask)

    @cached_property
    def corrupted(self) -> Trace:
        return self.model.run(self.pairs.corrupted, read=self.sites, mask=self.pairs.mask)

    def other(self, value: Tensor, site: str, ablation: Ablation) -> Tensor:
        """What takes an activation's place: nothing, its mean over prompts at each position, or the corrupted one."""
        if ablation == "zero":
            return torch.zeros_like(value)
        return value.mean(dim=0, keepdim=True).expand_as(value) if ablation == "mean" else self.corrupted[site]

    @torch.no_grad()
    def effects(self, subjects: Sequence[Iterable[Subject]], ablation: Ablation) -> Float[Tensor, "subject batch"]:
        """How the metric of each pair moves when each set is ablated on the clean prompts, in units of the metric."""
        edits = [[edit for subject in some for edit in self.of(subject, ablation)] for some in subjects]
        return self.moved(edits) if edits else torch.zeros(0, len(self.pairs))
