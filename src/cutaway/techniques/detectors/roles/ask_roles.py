"""Ask a model for every role that one of the package's tasks can be asked of it for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import torch

from cutaway.errors.base import in_short
from cutaway.errors.composition import NotStraightError
from cutaway.errors.detectors import NothingAskedError
from cutaway.errors.graph import UncuttableError
from cutaway.errors.models import AbsentSiteError, AbsentWeightError, NoTokenizerError
from cutaway.errors.tasks import MisfitPromptsError, SplitAnswerError, TaskArgumentError, TaskModelError
from cutaway.models import Model
from cutaway.models.pairs import Pairs
from cutaway.records.progress import SILENT, Progress
from cutaway.tasks.find import task
from cutaway.techniques.detectors.roles.role import ROLES, Role
from cutaway.techniques.detectors.roles.score_roles import COLUMNS, RoleScores, score_roles

ROWS = 64
DOES_IT = 0.7  # share of prompts on which the right answer leads, below which a model has no heads for a task
MISFITS = (
    NoTokenizerError,
    SplitAnswerError,
    TaskModelError,
    MisfitPromptsError,
    TaskArgumentError,
    NothingAskedError,
    NotStraightError,
    AbsentSiteError,
    AbsentWeightError,
    UncuttableError,
)


@dataclass(frozen=True, eq=False, repr=False)
class AskedRoles:
    """What was found by role, and why the others could not be asked for."""

    model: str
    scores: Mapping[str, RoleScores]
    unasked: Mapping[str, str]

    def __repr__(self) -> str:
        return f"AskedRoles({self.model}: {', '.join(self.scores) or 'none'}; .frame, .unasked)"

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The rows of every role that was asked for, below one another, as `RoleScores.frame`."""
        tables = [one.frame for one in self.scores.values()]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))


def ask_roles(
    model: Model, roles: Sequence[Role] = ROLES, *, rows: int = ROWS, seed: int = 0, progress: Progress = SILENT
) -> AskedRoles:
    """Score every head for each role on the first of its tasks that fits the model, if the model does that task.

    A model that puts the right answer first on less than 70 % of prompts is not asked: what its heads do there is no
    role. `unasked` says so.
    Cost:   `score_roles` for each role.
    """
    found, unasked = {}, {}
    for tasks in dict.fromkeys(role.tasks for role in roles):
        some = [role for role in roles if role.tasks == tasks]
        pairs, why = fitting(model, tasks, rows=rows, seed=seed)
        for role in some:
            if pairs is None:
                unasked[role.name] = why
                continue
            try:
                found[role.name] = score_roles(model, pairs, [role], progress=progress)[0]
            except MISFITS as fault:
                unasked[role.name] = in_short(fault)
    return AskedRoles(model.name, found, unasked)


@torch.no_grad()
def fitting(model: Model, tasks: Sequence[tuple[str, str]], *, rows: int, seed: int) -> tuple[Pairs | None, str]:
    """Pairs of the first task that the model can be asked and does; or why there are none."""
    reasons = []
    for name, corruption in tasks:
        try:
            pairs = task(name).pairs(model, rows=rows, corruption=corruption, seed=seed)
        except MISFITS as fault:
            reasons.append(in_short(fault))
            continue
        right = float(pairs.accuracy.bind(model)(model.run(pairs.clean, mask=pairs.mask).logits).mean())
        if right >= DOES_IT:
            return pairs, ""
        reasons.append(f"'{name}' is right on {right:.0%} of prompts only")
    return None, "; ".join(reasons)
