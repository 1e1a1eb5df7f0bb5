"""Are there few units without which a bug is back? Ranked on some prompts, taken out on others, beside others."""

from collections.abc import Mapping, Sequence

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.models import Model
from cutaway.models.pairs import Pairs
from cutaway.techniques.ablation.ablate_each import ablate_each
from cutaway.techniques.ablation.alike import sets_alike
from cutaway.techniques.ablation.measure import scores_under
from cutaway.techniques.ablation.unit import Unit, neurons_at
from cutaway.techniques.ablation.values import values_of

DRAWS = 10  # sets of other units, for each share
SHARES = (0.1, 0.2, 0.4)  # of the units that are taken out together


def every_neuron(model: Model) -> tuple[Unit, ...]:
    """All neurons, layer by layer."""
    shape = model.shape
    return tuple(neurons_at(layer, (neuron,)) for layer in range(shape.n_layers) for neuron in range(shape.d_mlp))


def order(
    model: Model, choose: Pairs, units: Sequence[Unit], *, beside: Pairs | None = None, misfires: bool = False
) -> list[int]:
    """Units by what mean ablation of each alone does to the metric: what lowers it most comes first.

    `beside`: prompts with nothing to get wrong, where what is lowered counts against a unit. `misfires`: what counts as
    the answer is what should not be said, so that what raises it comes first.
    Cost: a sweep of as many edits as there are units over either set of prompts.
    """
    effects = ablate_each(model, choose, units, ablation="mean").effects.mean(dim=1)
    if beside is not None:
        effects = effects - ablate_each(model, beside, units, ablation="mean").effects.mean(dim=1)
    ranked: list[int] = (-effects if misfires else effects).argsort(stable=True).tolist()
    return ranked


def taken_out(
    model: Model,
    ranked: Sequence[int],
    measure: Mapping[str, Pairs],
    units: Sequence[Unit],
    *,
    misfires: bool = False,
    seed: int = 0,
) -> pd.DataFrame:
    """How often a model is wrong without the first units of an order: a row for each set of prompts and of units.

    `out`: "none", the "chosen", or "others" as active, DRAWS times; `share` of the units.
    Cost: a sweep of 33 edits over each of `measure`, and a forward pass for each.
    """
    varies = activity(model, next(iter(measure.values())), units)
    named: list[tuple[str, float, list[int]]] = []
    for share in SHARES:
        chosen = list(ranked[: max(1, round(share * len(units)))])
        others = sets_alike(varies, chosen, draws=DRAWS, seed=seed)
        named += [("chosen", share, chosen), *(("others", share, some) for some in others)]
    rows = []
    for prompts, pairs in measure.items():
        values = values_of(model, pairs, units, "mean")
        sets = [[units[at] for at in some] for _, _, some in named]
        found = scores_under(model, pairs, sets, values, pairs.accuracy)
        shares = [("none", 0.0, found.base), *((*one[:2], hit) for one, hit in zip(named, found.ablated, strict=True))]
        for out, share, hit in shares:
            said = float(hit.mean())
            rows.append({"prompts": prompts, "out": out, "share": share, "wrong": said if misfires else 1 - said})
    return pd.DataFrame(rows).assign(n=min(len(pairs) for pairs in measure.values()))


def activity(model: Model, pairs: Pairs, units: Sequence[Unit]) -> Float[Tensor, "unit"]:
    """How much each unit varies where answers are read: the root of its variance over prompts, summed over features."""
    trace = model.run(pairs.clean, read=list({unit.site: None for unit in units}), mask=pairs.mask, logits=False)
    row, at = torch.arange(len(pairs))[:, None], pairs.answers.positions
    read = [unit.part_of(trace[unit.site])[row, at].flatten(0, 1).var(dim=0).sum().sqrt() for unit in units]
    return torch.stack(read)
