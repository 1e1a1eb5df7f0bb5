"""What the tables of `ladder.py` say: the best head of a kind, what heads cost by what they are, what cuts cost."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cutaway.lab.side_by_side import Tables
from cutaway.records import Measured
from cutaway.stats.intervals import from_stderr
from cutaway.stats.rank import shuffled_agreement, spearman

IS_ONE = 0.1  # of attention: a head of less on what a kind of head looks at is not of that kind
SLOTS = 3
TELLS = 0.9  # AUROC from which on a neuron is said to tell a tag


def best_head(tables: Tables, kind: str) -> Measured:
    """The head that scores highest on half of the rows, on the other half."""
    heads = tables["heads"]
    best = heads.sort_values(f"{kind}_chosen").iloc[-1]
    return from_stderr(float(best[kind]), float(best[f"{kind}_stderr"]), n=int(best["prompts"]))


def costs(tables: Tables) -> pd.DataFrame:
    """What each head costs, and which `kind` it is of: a row a turn and head."""
    table = tables["ablated"].merge(tables["heads"], on=["layer", "head"])
    kinds = ("induction", "previous_token", "current_token")
    is_one = [table[f"{kind}_chosen"] >= IS_ONE for kind in kinds]
    return table.assign(kind=np.select(is_one, [kind.replace("_", " ") for kind in kinds], "none of these"))


def costliest(tables: Tables) -> pd.Series:
    """The head whose ablation costs most on half of the rows."""
    table = costs(tables)
    return table[table["turn"] == -1].sort_values("chosen_nats").iloc[-1]


def by_costliest(tables: Tables, kinds: Sequence[str]) -> list[float]:
    """The cost of the costliest head of some kinds by that of the costliest of all: its own, then for each turn.

    Both heads are chosen on half of the rows and measured on the others; 0 where no head is of these kinds.
    """
    table = costs(tables)
    whole = float(costliest(tables)["cost_nats"])
    found = [
        float(some.sort_values("chosen_nats")["cost_nats"].iloc[-1]) / whole
        for _, some in table[table["kind"].isin(kinds)].groupby("turn")
    ]
    return found or [0.0] * table["turn"].nunique()


def added(tables: Tables, cut: str, on: str) -> list[float]:
    """What a set of edges costs when it is cut, once or for each draw, in nats a token."""
    sets = tables["sets"]
    return [float(value) for value in sets.loc[(sets["cut"] == cut) & (sets["on"] == on), "added_nats"]]


def shares(found: Sequence[Tables], wholes: Sequence[float], cut: str, on: str) -> list[list[float]]:
    """The same of several models, each by a number of its own: a list of models for each draw."""
    each = [[value / whole for value in added(one, cut, on)] for one, whole in zip(found, wholes, strict=True)]
    return [list(draw) for draw in zip(*each, strict=True)]


def tells(auroc: pd.Series) -> float:
    """The share of neurons that tell their tag."""
    return float((auroc >= TELLS).mean())


def neurons_of(found: Sequence[Tables]) -> tuple[list[float], list[float]]:
    """By seed, of the first layer: how many are active at a token, and the share that tells a tag."""
    layers = [one["neurons"][one["neurons"]["layer"] == 0] for one in found]
    return [float(one["active"].iloc[0]) for one in layers], [tells(one["auroc"]) for one in layers]


def within_slots(tables: Tables, *, seed: int) -> tuple[float, NDArray[np.float64]]:
    """Rank agreement of composition scores with what cuts cost, mean over slots, and the same shuffled in each slot."""
    slots = [
        (some["composition"].to_numpy(float), some["added_nats"].abs().to_numpy(float))
        for _, some in tables["pairs"].groupby("slot")
    ]
    shuffled = [shuffled_agreement(*slot, seed=SLOTS * seed + at) for at, slot in enumerate(slots)]
    return float(np.mean([spearman(*slot) for slot in slots])), np.mean(shuffled, axis=0)
