"""The constant that a unit can be replaced by at the least loss, fitted by gradient.

Zero and the mean are constants somebody chose, and part of what they cost is that the rest of the model has never seen
them. The best constant carries nothing about the prompt either, and costs the least: what is lost even so is what
the unit's changes from prompt to prompt were worth.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Literal

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.errors.ablation import NothingElseError, NoUnitsError
from cutaway.errors.choices import check_choice
from cutaway.figures.inline import Chart, Shown, show
from cutaway.models import Metric, Model, sweep
from cutaway.models.pairs import Pairs
from cutaway.records.figure import Points
from cutaway.techniques.ablation.losses import Loss, loss_on
from cutaway.techniques.ablation.measure import Resamples
from cutaway.techniques.ablation.unit import Unit, checked
from cutaway.techniques.ablation.values import Values, mean, nothing, reals

RATE = 0.1  # of Adam at the first step, in units of the activation's spread; it falls to zero
OPTIMAL = "optimal"

Per = Literal["all", "position"]
Constants = Mapping[Unit, Float[Tensor, "_ _ _"]]  # [1, pos or 1, feature], the features those of each unit
Losses = Mapping[str, Float[Tensor, "set _"]]


@dataclass(frozen=True)
class Fit:
    """How constants are fitted.

    `per`: one constant for all positions, or one for each. `loss`: "kl", the divergence of the ablated from the clean
    predictions where the metric reads, or "metric", how far the metric falls. `draws`: other prompts' values that
    are tried as constants; `seed` of these.
    """

    per: Per = "all"
    loss: Loss = "kl"
    steps: int = 60
    draws: int = 16
    seed: int = 0

    def __post_init__(self) -> None:
        check_choice("per", self.per, Per)
        check_choice("loss", self.loss, Loss)


@dataclass(frozen=True, eq=False, repr=False)
class OptimalConstants:
    """The loss of every prompt under each ablation by a constant, where it was fitted and elsewhere."""

    sets: tuple[tuple[Unit, ...], ...]
    fit: Fit
    unit: str
    fitted: Losses
    held_out: Losses
    constants: tuple[Constants, ...]

    def __repr__(self) -> str:
        return f"OptimalConstants(of {len(self.sets)} sets, {self.unit}; .frame, .figure, .values)"

    @property
    def values(self) -> Values:
        """The constants, for `ablate_each` and the others to put in."""
        return Values(OPTIMAL, [{unit: value for some in self.constants for unit, value in some.items()}])

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row for each set, ablation and half of the prompts: the mean loss `value` with its 95 % interval.

        `half`: "fitted" on, or "held-out". `resample` is the expectation over independent draws.
        """
        tables = []
        for half, losses in (("fitted", self.fitted), ("held-out", self.held_out)):
            for name, each in losses.items():
                low, high = Resamples.of(each.shape[1], seed=self.fit.seed).interval(each)
                rows = [some[0].row if len(some) == 1 else {"component": joined(some)} for some in self.sets]
                table = pd.DataFrame(rows).reindex(columns=["component", "site", "layer", "head", "neuron", "position"])
                table["per"], table["ablation"], table["half"] = self.fit.per, name, half
                table["value"], table["low"], table["high"] = each.mean(dim=1).numpy(), low, high
                table["unit"], table["n"] = self.unit, each.shape[1]
                tables.append(table)
        whole = pd.concat(tables, ignore_index=True)
        places = ["layer", "head", "neuron", "position"]
        whole[places] = whole[places].astype("Int64")
        return whole

    @cached_property
    def figure(self) -> Chart | Shown:
        """The loss of every part under each ablation, on the prompts it was fitted on and on others."""
        says = f"Loss in {self.unit} when a part is a constant: the optimal one is the least, where it was fitted."
        return show(
            Points(table="losses", x="component", y="value", group="ablation", panel="half", says=says), self.frame
        )


def fit_optimal(
    model: Model,
    pairs: Pairs,
    units: Sequence[Unit],
    *,
    held_out: Pairs,
    together: bool = False,
    fit: Fit | None = None,
) -> OptimalConstants:
    """Find for each unit alone, or for all `together`, the constant whose ablation loses least on the clean prompts.

    Every fit starts from the best of zero, the mean and some drawn values of other prompts, at the same granularity,
    and keeps the best it has seen, so that on `pairs` it is no worse than any of them, nor than the expectation of
    resampling with these draws. Nothing of that is promised on `held_out`, which is why its losses are reported.
    Units:  nats, or those of the metric, of loss above the clean run's; 0 is no loss.
    Cost:   fit.steps sweeps of an edit for each unit, forward and backward; as much as fit.draws + 3 more without.
        Memory of all units' runs at once: pass some units at a time where a model is large.
    Raises: NoUnitsError, OverlapError; NothingElseError; OtherPromptsError for held-out prompts of another length
        where per is "position"; what `sweep` raises.
    Reference: Li & Janson 2024, arXiv:2409.09951; there draws are no starting points.
    """
    if not units:
        raise NoUnitsError
    asked = fit or Fit()
    sets = [checked(units)] if together else [(unit,) for unit in units]
    worker = Fitter(model, pairs, tuple(units), tuple(sets), asked)
    starts = worker.starts()
    losses = worker.losses(starts, pairs)
    means = torch.stack([each.mean(dim=1) for each in losses.values()])  # [start, set]
    best = [list(starts.values())[at] for at in means.argmin(dim=0).tolist()]
    begun = [{unit: found[unit] for unit in some} for found, some in zip(best, sets, strict=True)]
    constants = worker.climbed(begun)
    reached, floor = worker.losses({OPTIMAL: merged(constants)}, pairs)[OPTIMAL], means.min(dim=0).values
    worse = (reached.mean(dim=1) > floor).tolist()  # by rounding: batches of another size add up differently
    constants = [start if lost else found for lost, start, found in zip(worse, begun, constants, strict=True)]
    losses[OPTIMAL] = torch.where(
        torch.tensor(worse)[:, None], torch.stack(list(losses.values()))[means.argmin(0), range(len(sets))], reached
    )
    elsewhere = worker.losses({**starts, OPTIMAL: merged(constants)}, held_out)
    unit = "nats" if asked.loss == "kl" else pairs.metric.unit
    return OptimalConstants(tuple(sets), asked, unit, expected(losses), expected(elsewhere), tuple(constants))


@dataclass(frozen=True, eq=False)
class Fitter:
    """Losses and fits of constants for some sets of units on some prompts."""

    model: Model
    pairs: Pairs
    units: tuple[Unit, ...]
    sets: tuple[tuple[Unit, ...], ...]
    fit: Fit

    @cached_property
    def activations(self) -> dict[str, Float[Tensor, "batch pos ..."]]:
        """Of every site, on the prompts fitted on."""
        sites = list(dict.fromkeys(unit.site for unit in self.units))
        trace = self.model.run(self.pairs.clean, read=sites, mask=self.pairs.mask, logits=False)
        return {site: trace[site] for site in sites}

    def starts(self) -> dict[str, Constants]:
        """Constants somebody might choose, of this granularity, by name; draws are numbered."""
        real = reals(self.pairs).to(self.model.device)
        whole = {"mean": self.made(lambda value: mean(value, real, per_position=False))}
        if self.fit.per == "position":
            whole["mean-per-position"] = self.made(lambda value: mean(value, real, per_position=True))
        generator = torch.Generator().manual_seed(self.fit.seed)
        every = real.nonzero().cpu() if self.fit.per == "all" else real.all(dim=1).nonzero().cpu()
        if not len(every):
            raise NothingElseError("resample", [], "no prompt has a token at every position")
        for draw in range(self.fit.draws):
            row, *place = every[int(torch.randint(len(every), (), generator=generator))].tolist()
            at = slice(place[0], place[0] + 1) if place else slice(None)
            whole[f"resample {draw}"] = self.made(partial(at_place, row=row, at=at))
        return {"zero": {unit: nothing(unit) for unit in self.units}, **whole}

    def made(self, of: Callable[[Tensor], Tensor]) -> Constants:
        """A constant of every unit from its site's activations."""
        whole = {site: of(value) for site, value in self.activations.items()}
        return {unit: unit.part_of(whole[unit.site]) for unit in self.units}

    @cached_property
    def metrics(self) -> dict[int, Metric]:
        """The losses by which they are measured, made once for every group of prompts."""
        return {}

    def scores(self, asked: Sequence[tuple[Sequence[Unit], Constants]], pairs: Pairs) -> Float[Tensor, "set batch"]:
        """The loss of every prompt with each set of units at its constants; differentiable in these."""
        if id(pairs) not in self.metrics:
            self.metrics[id(pairs)] = loss_on(self.model, pairs, self.fit.loss)
        edits = [one for some, found in asked for one in Values(OPTIMAL, [found]).edits(some, pairs.clean)]
        return sweep(self.model, pairs.clean, edits, self.metrics[id(pairs)], mask=pairs.mask).scores

    def losses(self, named: Mapping[str, Constants], pairs: Pairs) -> dict[str, Float[Tensor, "set batch"]]:
        """The same of every set under each of some settled constants, by their names."""
        asked = [(some, constants) for constants in named.values() for some in self.sets]
        with torch.no_grad():
            found = self.scores(asked, pairs).double().view(len(named), len(self.sets), -1)
        return dict(zip(named, found, strict=True))

    def spread(self, unit: Unit) -> float:
        """How much a unit's activations differ from prompt to prompt, or how large they are if they never do."""
        value = unit.part_of(self.activations[unit.site])
        varies, size = float((value - value.mean(dim=(0, 1))).square().mean()), float(value.square().mean())
        return next((number**0.5 for number in (varies, size) if number > 0), 1.0)

    def climbed(self, begun: Sequence[Constants]) -> list[Constants]:
        """The best constants that gradient descent passes through, set by set."""
        starts = [{unit: self.room(value, unit) for unit, value in some.items()} for some in begun]
        moves = [{unit: torch.zeros_like(value, requires_grad=True) for unit, value in some.items()} for some in starts]
        scales = {unit: self.spread(unit) for unit in self.units}
        free = [move for some in moves for move in some.values()]
        adam = torch.optim.Adam(free, lr=RATE)
        falling = torch.optim.lr_scheduler.LinearLR(adam, 1.0, 0.0, max(self.fit.steps, 1))
        best: list[Constants] = list(starts)
        least = torch.full((len(self.sets),), torch.inf)
        for _ in range(self.fit.steps):
            now = [
                {unit: value + scales[unit] * move[unit] for unit, value in some.items()}
                for some, move in zip(starts, moves, strict=True)
            ]
            each = self.scores(list(zip(self.sets, now, strict=True)), self.pairs).mean(dim=1)
            for at in (each.detach().cpu() < least).nonzero().flatten().tolist():
                least[at] = each[at].detach()
                best[at] = {unit: value.detach() for unit, value in now[at].items()}
            adam.zero_grad()
            torch.autograd.backward(each.sum(), inputs=free)  # the model's own gradients are left as they are
            adam.step()
            falling.step()
        return best

    def room(self, value: Float[Tensor, "1 #pos #feature"], unit: Unit) -> Float[Tensor, "1 #pos feature"]:
        """A start as a tensor with an entry for every number that is fitted."""
        whole = unit.part_of(self.activations[unit.site])
        length = whole.shape[1] if self.fit.per == "position" else 1
        return value.to(whole.device, whole.dtype).expand(1, length, whole.shape[-1]).clone()


def at_place(value: Float[Tensor, "batch pos *rest"], *, row: int, at: slice) -> Float[Tensor, "1 some *rest"]:
    """What an activation is in one row, at some positions."""
    return value[row : row + 1, at]


def merged(constants: Sequence[Constants]) -> Constants:
    """The constants of all sets."""
    return {unit: value for some in constants for unit, value in some.items()}


def expected(losses: Losses) -> Losses:
    """The draws as one ablation, each prompt's loss averaged over them: what independent draws cost on average."""
    drawn = [each for name, each in losses.items() if name.startswith("resample")]
    kept = {name: each for name, each in losses.items() if not name.startswith("resample")}
    order = [name for name in kept if name != OPTIMAL]
    averaged = {"resample": torch.stack(drawn).mean(dim=0)} if drawn else {}
    return {name: kept[name] for name in order} | averaged | {OPTIMAL: kept[OPTIMAL]}


def joined(units: Sequence[Unit]) -> str:
    """Several units as one name."""
    return " + ".join(map(str, units))
