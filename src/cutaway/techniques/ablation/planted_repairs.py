"""Planted name movers that have backups, and a negative one that has none: is what makes up for them seen?"""

from collections.abc import Sequence

import pandas as pd

from cutaway.planted import Planted
from cutaway.techniques.ablation.ablate_each import ablate_each
from cutaway.techniques.ablation.self_repair import self_repair
from cutaway.techniques.ablation.unit import every_head, head_at


def planted_repairs(planted: Sequence[Planted], *, rows: int, seed: int) -> pd.DataFrame:
    """One row for each name mover of each model of `planted.circuit("ioi")`.

    `backed_up`: whether it has a backup. `repaired`: share of its direct effect that zero ablation does not show.
    `named`: whether the part said to make up for it is its backup; `chance`: how often one of the later heads, drawn
    at random, is. `zero_by_mean`: its effect when it is set to zero, by that of its mean at each position.
    """
    found = []
    for case in planted:
        heads = {part.name: head_at(part.layer, part.head) for part in case.truth.heads}
        backups = {name: name.replace("mover", "backup") for name in heads if name.startswith("mover ")}
        movers = [*backups, "negative"]
        units, pairs = [heads[name] for name in movers], case.sample(rows, seed)
        zero = self_repair(case.model, pairs, units, ablation="zero").frame
        mean = ablate_each(case.model, pairs, units, ablation="mean-per-position").frame
        later = sum(unit.layer == case.model.shape.n_layers - 1 for unit in every_head(case.model))
        for at, name in enumerate(movers):
            row, backup = zero.iloc[at], backups.get(name)
            found.append(
                {
                    "model": case.name,
                    "mover": name,
                    "backed_up": backup is not None,
                    "repaired": float(row["repaired"]),
                    "named": backup is not None and row["compensator"] == str(heads[backup]),
                    "chance": 1 / later,
                    "zero_by_mean": float(row["value"] / mean["value"].iloc[at]),
                }
            )
    return pd.DataFrame(found)
