"""Score every head for a role in a task: it must look where the role looks and do what the role does."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float
from scipy import stats
from torch import Tensor

from cutaway.errors.detectors import NothingAskedError
from cutaway.models import Model
from cutaway.models.pairs import Pairs
from cutaway.models.trace import Trace
from cutaway.records.progress import SILENT, Progress
from cutaway.techniques.detectors.roles.asked import Asked
from cutaway.techniques.detectors.roles.evidence import ByHead, Evidence, Head
from cutaway.techniques.detectors.roles.role import NAME_MOVER, Role

LEVEL = 0.05  # of a head that has no role to be given one, over all heads together
FLOOR = 0.02  # of the lead, or of attention: less than that is no role, however sure
MOVERS = 3  # the strongest name movers, which backups stand in for and S-inhibition heads steer
COLUMNS = ("layer", "head", "role", "value", "control", "p", "has_role", "looks", "does", "lead", "n")
PROMPTS = 8  # fewer prompts with two different answers are not judged


@dataclass(frozen=True, eq=False, repr=False)
class RoleScores:
    """A head's score is attention on the role's keys times what it does, prompt by prompt.

    Units: logits of the lead; of `steers`, shares of attention. `control`: the score if the rival were the right
    answer; of roles that look at what differs between the prompts, that of as many tokens that are the same. `lead`: of
    the right answer on the clean prompts. `movers`: the name movers that the role is about, empty if it is about none,
    or none was found: then there are no scores, only NaN.
    """

    role: Role
    own: ByHead
    control: ByHead
    looks: Float[Tensor, "layer head"]
    does: Float[Tensor, "layer head"]
    lead: Float[Tensor, "batch"]
    movers: tuple[Head, ...] = ()

    def __repr__(self) -> str:
        names = ", ".join(f"{layer}.{head}" for layer, head in self.found) or "no head"
        return f"RoleScores({self.role.name}: {names}; {self.own.shape[2]} prompts; .frame)"

    @property
    def floor(self) -> float:
        """The least score that counts."""
        return FLOOR if self.role.does == "steers" else FLOOR * float(self.lead.mean().abs())

    @cached_property
    def p(self) -> Float[Tensor, "layer head"]:
        """Larger of two one-sided t tests, above zero and above `control`, times the number of heads (Bonferroni)."""
        each = torch.maximum(above_zero(self.own), above_zero(self.own - self.control))
        return (each * each.numel()).clamp(max=1.0)

    @cached_property
    def has_role(self) -> Tensor:
        """Heads with a score from the floor up that is above the control's beyond doubt."""
        return (self.p < LEVEL) & (self.own.mean(dim=2) >= self.floor)

    @property
    def found(self) -> list[Head]:
        """The heads that have the role, the strongest first."""
        scores = self.own.mean(dim=2)
        heads = [(int(layer), int(head)) for layer, head in self.has_role.nonzero()]
        return sorted(heads, key=lambda head: -float(scores[head]))

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row a head: `layer head role value control p has_role looks does lead n`, means over prompts."""
        layers, heads, rows = self.own.shape
        return pd.DataFrame(
            {
                "layer": np.repeat(np.arange(layers), heads),
                "head": np.tile(np.arange(heads), layers),
                "role": self.role.name,
                "value": self.own.mean(dim=2).flatten().numpy(),
                "control": self.control.mean(dim=2).flatten().numpy(),
                "p": self.p.flatten().numpy(),
                "has_role": self.has_role.flatten().numpy(),
                "looks": self.looks.flatten().numpy(),
                "does": self.does.flatten().numpy(),
                "lead": float(self.lead.mean()),
                "n": rows,
            }
        )


def score_roles(
    model: Model,
    pairs: Pairs,
    roles: Sequence[Role],
    *,
    knock_out: Literal["zero", "mean-per-position"] = "zero",
    progress: Progress = SILENT,
) -> list[RoleScores]:
    """Score every head for some roles, on pairs with a right answer and a rival.

    What stands in for name movers is seen with the three strongest gone: at zero, because a mean can go on saying that
    something was moved; or at their mean for each position, which stays closer to what the model knows.
    Units:  as `RoleScores`.
    Cost:   one forward and one backward pass; one more run without the movers; and of `steers`, for each mover a run of
        every earlier head. Memory: patterns and z of one batch of all prompts.
    Raises: NothingAskedError if fewer than 8 prompts have two different answers; NotStraightError for a norm behind
        heads; AbsentSiteError, AbsentWeightError; UncuttableError (`steers`).
    Reference: each role names its own; a score in one number is ours.
    """
    evidence = Evidence(model, Asked(pairs))
    usable = evidence.asked.usable
    if int(usable.sum()) < PROMPTS:
        raise NothingAskedError(model.name, int(usable.sum()), PROMPTS)
    needs_movers = any(role.does in ("stands_in", "steers") for role in roles)
    movers = tuple(plain(evidence, NAME_MOVER).found[:MOVERS]) if needs_movers else ()
    found = []
    for role in roles:
        if role.does in ("raises", "lowers"):
            found.append(plain(evidence, role))
        elif not movers:
            found.append(unknown(evidence, role))
        elif role.does == "stands_in":
            found.append(standing_in(evidence, role, movers, knock_out))
        else:
            does = evidence.steering(movers, progress=progress)
            found.append(scored(evidence, role, does, evidence.clean, movers))
    return found


def above_zero(each: ByHead) -> Float[Tensor, "layer head"]:
    """How likely a mean as large is if the true one is zero: Student's t over prompts, one-sided."""
    rows = each.shape[2]
    mean, stderr = each.mean(dim=2).numpy(), each.std(dim=2).numpy() / np.sqrt(rows)
    t = np.divide(mean, stderr, out=np.copysign(np.inf, mean), where=stderr != 0)
    return torch.from_numpy(stats.t.sf(np.where(mean == 0, 0.0, t), rows - 1))


def scored(evidence: Evidence, role: Role, does: ByHead, trace: Trace, movers: tuple[Head, ...] = ()) -> RoleScores:
    """Looks times effects, beside the control: with the answers exchanged, every effect has the other sign."""
    usable = evidence.asked.usable
    own, other = (evidence.looks(trace, role.looks, control=control)[:, :, usable] for control in (False, True))
    does = does[:, :, usable]
    control = other * does if role.looks == "changed" else -other * does
    return RoleScores(role, own * does, control, own.mean(dim=2), does.mean(dim=2), evidence.lead[usable], movers)


def plain(evidence: Evidence, role: Role) -> RoleScores:
    """A role that raises or lowers the lead straight."""
    writes = evidence.writes(evidence.clean)
    return scored(evidence, role, writes if role.does == "raises" else -writes, evidence.clean)


def standing_in(evidence: Evidence, role: Role, movers: tuple[Head, ...], knock_out: str) -> RoleScores:
    """What other heads add to the lead once the movers are gone, beyond what they added before."""
    without = evidence.without(movers, knock_out)
    gained = evidence.writes(without) - evidence.writes(evidence.clean)
    for layer, head in movers:
        gained[layer, head] = 0.0
    return scored(evidence, role, gained, without, movers)


def unknown(evidence: Evidence, role: Role) -> RoleScores:
    """No name mover was found, so nothing can stand in for one."""
    shape, rows = evidence.model.shape, int(evidence.asked.usable.sum())
    nothing = torch.full((shape.n_layers, shape.n_heads, rows), torch.nan, dtype=torch.float64)
    flat = nothing.mean(dim=2)
    return RoleScores(role, nothing, nothing, flat, flat, evidence.lead[evidence.asked.usable])
