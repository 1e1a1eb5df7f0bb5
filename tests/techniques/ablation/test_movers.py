"""Movers and what makes up for them: worked by hand, and on planted models whose backups are known."""

import numpy as np
import pandas as pd
import pytest
import torch

from cutaway.lab.lab import SHARPNESS
from cutaway.planted import circuit
from cutaway.techniques.ablation.movers import (
    Repaired,
    doublings_apart,
    movers,
    repaired,
    repaired_heads,
    repaired_over_prompts,
)
from cutaway.techniques.ablation.planted_repairs import planted_repairs
from cutaway.techniques.ablation.self_repair import SelfRepair, self_repair
from cutaway.techniques.ablation.unit import head_at


def found(direct, base):
    """What self_repair says of so many heads and one prompt; all but direct effects and score is nothing."""
    rows, nothing = torch.tensor(direct, dtype=torch.float64)[:, None], torch.zeros(len(direct), 1, dtype=torch.float64)
    units = tuple(head_at(0, head) for head in range(len(direct)))
    changes = torch.zeros(len(direct), len(direct), 1, dtype=torch.float64)
    score = torch.tensor([base], dtype=torch.float64)
    metric = circuit("ioi").sample(1, 0).metric
    return SelfRepair(units, units, "zero", metric, nothing, rows, changes, nothing, score, None, 0)


def test_movers_are_the_fewest_heads_that_have_four_fifths_of_what_makes_the_score():
    assert movers(found([-5.0, 3.0, -3.0, -1.5, -0.5], base=2.0)).tolist() == [True, False, True, False, False]
    assert movers(found([-5.0, -2.9, -2.1], base=2.0)).tolist() == [True, True, True]
    assert movers(found([-5.0, 3.0, -3.0, 0.5], base=-2.0)).tolist() == [False, True, False, False]
    assert not movers(found([1.0, 0.0], base=2.0)).any()


def test_what_comes_back_is_told_apart_by_norm_and_later_parts():
    heads = pd.DataFrame({"mover": [True, True, False], "direct": [-3.0, -1.0, -9.0], "norm": [0.5, 0.5, 9.0]})
    found = repaired(heads.assign(later=[1.0, -0.5, 9.0]))
    assert found == Repaired(repaired=1.5 / 4, by_norm=1 / 4, by_later=0.5 / 4)
    assert np.isnan(repaired(heads.assign(later=0.0, mover=False)).repaired)


def test_ablations_are_so_many_doublings_apart_where_one_of_them_shows_something():
    one, other = np.array([-4.0, -4.0, -0.5, 0.0]), np.array([-1.0, 4.0, -0.1, -2.0])
    # 4 to 1; 4 to -4, whose sizes are the same; both under a tenth of ten; nothing counts as a hundredth of ten
    assert doublings_apart(one, other, base=10.0) == pytest.approx([2.0, 0.0, 0.0, np.log2(20)])


@pytest.fixture(scope="module")
def planted():
    made = circuit("ioi")
    return made, [self_repair(made.model, made.sample(16, seed), ablation="zero") for seed in (0, 1)]


def test_all_that_planted_movers_say_is_made_up_for_by_later_heads(planted):
    made, (choose, measure) = planted
    heads = repaired_heads(choose, measure)
    names = {f"{part.layer}.{part.head}" for part in made.truth.heads if part.role == "name_mover"}
    assert set(heads[heads["mover"]]["component"]) == names
    found = repaired(heads)
    assert (found.repaired, found.by_norm, found.by_later) == pytest.approx((1.0, 0.0, 1.0), abs=1e-4)
    for norm in (True, False):
        over_prompts = repaired_over_prompts(choose, measure, norm=norm, seed=0)
        assert (over_prompts.value, over_prompts.low, over_prompts.n) == pytest.approx((1.0, 1.0, 16), abs=1e-4)


def test_value_is_the_sum_of_the_direct_part_and_what_others_add(planted):
    heads = repaired_heads(*planted[1])
    assert (heads["direct"] + heads["later"] + heads["norm"]).tolist() == pytest.approx(heads["value"].tolist())


@pytest.mark.parametrize("sharpness", SHARPNESS)
def test_planted_backups_are_seen_and_a_mover_without_one_has_none(sharpness):
    table = planted_repairs([circuit("ioi", seed=3, sharpness=sharpness)], rows=16, seed=0).set_index("mover")
    assert table["backed_up"].to_dict() == {"mover 1": True, "mover 2": True, "negative": False}
    assert table["repaired"].tolist() == pytest.approx([1.0, 1.0, 0.0], abs=1e-2)
    assert table["named"].tolist() == [True, True, False]
    assert table["chance"].tolist() == [1 / 4] * 3  # two backups and two idle heads are in the last layer
    assert table["zero_by_mean"].iloc[2] == pytest.approx(1.0, abs=0.2)
    assert table["zero_by_mean"].iloc[:2].tolist() == pytest.approx([0.0, 0.0], abs=1e-2)
