"""Models that say which name was said once, and what is seen of each when its heads are taken out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from cutaway.lab.ioi_prompts import ioi_halves
from cutaway.lab.side_by_side import Tables
from cutaway.models import Model, untrained_twin, wrap
from cutaway.models.pairs import Pairs
from cutaway.models.toy import ToyAttention, ToyConfig, ToyForCausalLM
from cutaway.records import Finding, Measured
from cutaway.records.progress import SILENT, Progress
from cutaway.tasks.symbols.symbolic_ioi import symbolic_ioi
from cutaway.techniques.ablation.ablate_each import ablate_each
from cutaway.techniques.ablation.ablate_joint import ablate_joint
from cutaway.techniques.ablation.movers import doublings_apart, repaired, repaired_heads, repaired_over_prompts
from cutaway.techniques.ablation.self_repair import self_repair
from cutaway.techniques.ablation.unit import every_head
from cutaway.zoo.live import live
from cutaway.zoo.recipe import Recipe, Schedule
from cutaway.zoo.recipes.symbolic_ioi import NAMES, SHAPE
from cutaway.zoo.symbols import Symbols

Kind = Literal["no dropout", "dropout", "dropped heads", "untrained"]

DROPPED = 0.1  # of what is written, or of whole heads
ABC, OUT = "third-actor", "corrupted"  # taken out, a head says what it says where no name is said twice
OTHERS = 10_000  # added to the seed of the prompts that show how far one ablation differs from itself

Halves = tuple[Pairs, Pairs]  # prompts to choose on, and prompts to measure on


@dataclass(frozen=True)
class NameMover:
    """One model of three attention-only layers to grow on `batch` prompts a step, and to look at on `rows`."""

    kind: Kind
    seed: int
    steps: int
    batch: int
    rows: int


def grow(job: NameMover) -> Tables:
    """Train one model and take its heads out.

    Cost: about half a minute on one core for 2000 steps.
    """
    config = ToyConfig(**(SHAPE | {"n_layers": 3}), dropout=DROPPED if job.kind == "dropout" else 0.0)
    steps = 0 if job.kind == "untrained" else job.steps
    recipe = Recipe(
        name=f"ioi-3l, {job.kind}",
        summary="symbolic IOI in three attention-only layers",
        config=config,
        data=Symbols(symbolic_ioi(NAMES), (("names", NAMES),)),
        schedule=Schedule(steps, job.batch, learning_rate=1e-3, warmup=min(100, steps // 10)),
    )
    drops_heads = job.kind == "dropped heads"
    *_, (_, module) = live(recipe, seed=job.seed, every=max(steps, 1), meddle=drop_heads if drops_heads else None)
    return look(wrap(module, name=recipe.name), rows=job.rows, seed=job.seed)


def drop_heads(module: ToyForCausalLM) -> None:
    """From now on, in training, each head says nothing for one prompt in ten, and the others that much more."""

    def some_heads(projection: nn.Module, given: tuple[Tensor, ...]) -> tuple[Tensor, ...] | None:
        if not projection.training:
            return None
        (z,) = given
        heads = z.view(*z.shape[:-1], module.config.n_heads, -1)
        stays = torch.rand(len(z), 1, module.config.n_heads, 1) >= DROPPED
        return ((heads * stays / (1 - DROPPED)).view_as(z),)

    for part in module.modules():
        if isinstance(part, ToyAttention) and not part.o_proj._forward_pre_hooks:
            part.o_proj.register_forward_pre_hook(some_heads)


def look(model: Model, *, rows: int, seed: int, progress: Progress = SILENT) -> Tables:
    """A row for each head, and one for the model: what the loss of heads costs, and what makes up for it.

    `stand_in`: of pairs of the early heads that cost most through others; `early_cost`: of the first of these alone.
    Cost: two runs of `self_repair`, four sweeps over all heads, and two over twelve pairs of heads.
    """
    pairs, others = (ioi_halves(model, rows=rows, seed=one, corruption=ABC) for one in (seed, seed + OTHERS))
    choose, measure = (self_repair(model, half, ablation=OUT, progress=progress) for half in pairs)
    heads, base = repaired_heads(choose, measure), float(measure.base.mean())
    own = [found.total.mean(dim=1).numpy() for found in (choose, measure)]
    zero, again = ([effects(model, half, kind) for half in some] for some, kind in ((pairs, "zero"), (others, OUT)))
    early = (heads["layer"] < model.shape.n_layers - 1).to_numpy()
    through_others = own[0] - choose.direct.mean(dim=1).numpy()
    heard = costliest(through_others, early)
    row = asdict(repaired(heads)) | right(model, pairs[1])
    row |= {
        "base": base,
        "doublings": furthest_apart(own, zero, base),
        "doublings_by_chance": furthest_apart(own, again, base),
        "stand_in": beyond_the_sum(model, pairs, heard),
        "stand_in_last": beyond_the_sum(model, pairs, costliest(own[0], ~early)),
        "early_cost": -float(own[1][heard[0]]) / base,
    }
    return {"heads": heads.assign(zero=zero[1]), "models": pd.DataFrame([row])}


def as_published(model: Model, *, norm: bool, rows: int, seed: int, twins: int, progress: Progress) -> Finding:
    """What a model makes up for of what its movers say, interval over prompts; untrained twins are the null.

    `norm`: whether what the last norm makes up for counts.
    Cost: as many runs of `self_repair` as twice the twins and the model; the twins on a quarter of the prompts.
    """

    def share(one: Model, rows: int) -> Measured:
        pairs = ioi_halves(one, rows=rows, seed=seed, corruption=ABC)
        choose, measure = (self_repair(one, half, ablation=OUT, progress=progress) for half in pairs)
        return repaired_over_prompts(choose, measure, norm=norm, seed=seed)

    null = [share(untrained_twin(model, seed=seed + number), max(rows // 4, 2)).value for number in range(twins)]
    return Finding(share(model, rows), null=tuple(null))


def right(model: Model, pairs: Pairs) -> dict[str, float]:
    """On how many different prompts a model prefers the right name, and how many there are."""
    with torch.no_grad():
        found = pairs.accuracy(model.run(pairs.clean, mask=pairs.mask).logits)
    _, first = np.unique(pairs.clean.numpy(), axis=0, return_index=True)
    return {"right": float(found[first].sum()), "prompts": float(len(first))}


def effects(model: Model, pairs: Pairs, ablation: str) -> NDArray[np.float64]:
    """What each head's ablation adds to the metric, mean over prompts."""
    found = ablate_each(model, pairs, every_head(model), ablation=ablation)
    return found.effects.mean(dim=1).numpy()


def furthest_apart(one: Sequence[NDArray[np.float64]], other: Sequence[NDArray[np.float64]], base: float) -> float:
    """By how many doublings two ablations disagree on the head where they did most on the prompts for choosing."""
    choose, measure = (doublings_apart(*each, base=base) for each in zip(one, other, strict=True))
    return float(measure[choose.argmax()])


def costliest(effect: NDArray[np.float64], among: NDArray[np.bool_], count: int = 4) -> list[int]:
    """The heads among some whose loss costs most, the costliest first."""
    order = np.argsort(np.where(among, effect, np.inf), kind="stable")
    return [int(at) for at in order[: min(count, int(among.sum()))]]


def beyond_the_sum(model: Model, pairs: Halves, heads: Sequence[int]) -> float:
    """What a pair costs together beyond what its heads cost alone, as a share of the clean score.

    The pair with the largest such share on the prompts for choosing.
    """
    units = every_head(model)
    sets = [(units[one], units[other]) for one, other in combinations(heads, 2)]
    choose, measure = (ablate_joint(model, half, sets, ablation=OUT).frame for half in pairs)
    at = int((choose["excess"]).argmin())
    return -float(measure["excess"].iloc[at] / measure["base"].iloc[at])
