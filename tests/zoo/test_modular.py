"""The models modulo 53 as they ship: they memorise first and generalise later, and without weight decay never."""

import pytest
import torch

import cutaway
from cutaway.zoo.address import address
from cutaway.zoo.recipe import recipe_named
from cutaway.zoo.shipped import card_of, shipped_of


def ends(*names):
    """Every shipped seed at its last step."""
    return [one.name for name in names for one in shipped_of(recipe_named(name)) if one.step is None]


GROKKED = ends("mod-add", "mod-add-gelu", "mod-add-mlp", "mod-sub", "mod-add-sub")
UNDECAYED = ends("mod-add-no-decay")


def first(curve, measure, line):
    return next(row["step"] for row in curve if row[measure] >= line)


@pytest.mark.parametrize("name", GROKKED)
def test_what_was_not_trained_is_right_long_after_what_was(name):
    card = card_of(name)
    memorised = first(card["curve"], "trained_right", 0.99)
    assert memorised <= 200
    assert first(card["curve"], "unseen_right", 0.9) >= memorised + 300
    assert card["measured"]["unseen_right"] > 0.99


@torch.no_grad()
@pytest.mark.parametrize("name", UNDECAYED)
def test_without_weight_decay_only_pairs_that_were_trained_the_other_way_round_are_right(name):
    data, seed = recipe_named("mod-add-no-decay").data, address(name).seed
    trained = data.trained(seed).view(data.p, data.p)
    tokens, answers = data.rows
    right = (cutaway.load(name).run(tokens).logits[:, -1].argmax(dim=-1) == answers).view(data.p, data.p)
    mirrored = ~trained & trained.T
    neither = ~trained & ~trained.T
    assert int(neither.sum()) > 500
    assert float(right[trained].float().mean()) == 1.0
    assert float(right[mirrored].float().mean()) > 0.3
    assert float(right[neither].float().mean()) < 2 / data.p
