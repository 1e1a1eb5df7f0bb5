"""The lab: a study asks it for models and hands it tables, and never sees a path, a device or a plot."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import torch

from cutaway.lab.published import is_published
from cutaway.lab.side_by_side import Job, Tables, side_by_side
from cutaway.models import Model, untrained_twin
from cutaway.planted import Planted, two_layer
from cutaway.records.progress import SILENT, Progress
from cutaway.zoo.load import load
from cutaway.zoo.shipped import seeds_of, steps_of

T = TypeVar("T")

SHARPNESS = (8.0, 12.0, 20.0)  # from soft to saturated attention


class Lab:
    """One run's surroundings.

    `smoke` asks for the smallest size that still exercises everything. `unfinished`: where finished parts of a long run
    are kept until all of it is done.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        smoke: bool = False,
        guests: Sequence[Model] = (),
        progress: Progress = SILENT,
        unfinished: Path | None = None,
    ) -> None:
        self.seed, self.smoke, self.progress, self.unfinished = seed, smoke, progress, unfinished
        self.guests = tuple(guests)
        self.tables: dict[str, pd.DataFrame] = {}
        self.models: dict[str, str] = {}
        self.missing: list[str] = []

    def size(self, *, smoke: T, full: T) -> T:
        """The size that fits this run."""
        return smoke if self.smoke else full

    def model(self, role: str) -> Model:
        """A model by role; the record remembers the hash of its weights."""
        guest = next((guest for guest in self.guests if guest.name == role), None)
        model = guest or load(role)
        self.models[role] = weights_hash(model)
        return model

    def seeds(self, role: str) -> list[Model]:
        """A zoo model with every seed that ships; a smoke run looks at two of them."""
        names = seeds_of(role)
        return [self.model(name) for name in (names[:2] if self.smoke else names)]

    def checkpoints(self, role: str) -> list[tuple[int, Model]]:
        """A zoo model at every step that ships, with the step; a smoke run looks at four of them."""
        steps = steps_of(role)
        if self.smoke:
            steps = dict(list(steps.items())[:: max(1, len(steps) // 4)])
        return [(step, self.model(name)) for name, step in steps.items()]

    def subjects(self, *roles: str) -> list[Model]:
        """The study's own models, and after them those the user added to the run."""
        return [self.model(name) for name in dict.fromkeys((*roles, *(guest.name for guest in self.guests)))]

    def published(self, name: str) -> Model | None:
        """The published model of that name, if the user added it to the run; otherwise the record says that it lacked.

        A model that only has its shape, or its name, is not it: see `published.py`.
        """
        for guest in self.guests:
            if is_published(guest, name):
                return guest
        self.lacks(name)
        return None

    def untrained_twins(self, model: Model, *, count: int, first: int = 0) -> Iterator[Model]:
        """Untrained twins of a model, one at a time; `first` keeps sets of twins apart."""
        for number in range(first, first + count):
            yield untrained_twin(model, seed=self.seed + number)

    def planted_two_layer(self, count: int) -> list[Planted]:
        """Planted induction circuits, each with its own order of heads, rotation and sharpness."""
        return [
            two_layer(seed=self.seed + number, sharpness=SHARPNESS[number % 3], vocab=24, context=48)
            for number in range(count)
        ]

    def side_by_side(self, work: Callable[[Job], Tables], jobs: Sequence[Job], *, says: str) -> list[Tables]:
        """The tables that `work(job)` gives, for each job: several at once where there are cores, in a smoke run here.

        What is finished is kept until the run is over, so that the same run, begun again, goes on. See
        `side_by_side.py`.
        """
        with self.progress.phase(says, len(jobs)) as tick:
            return side_by_side(work, jobs, kept_in=self.unfinished, at_once=1 if self.smoke else None, tick=tick)

    def lacks(self, subject: str) -> None:
        """Note that a subject the study needs is not on this machine, so that its problems stand as blocked."""
        self.missing.append(subject)

    def table(self, name: str, rows: pd.DataFrame | Sequence[dict[str, Any]]) -> None:
        """Keep a tidy table under a name that the header's figures use."""
        self.tables[name] = pd.DataFrame(rows).reset_index(drop=True)


def weights_hash(model: Model) -> str:
    """SHA-256 over all weights by name."""
    digest = hashlib.sha256()
    for name, weight in sorted(model.module.state_dict().items()):
        digest.update(name.encode())
        digest.update(weight.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
