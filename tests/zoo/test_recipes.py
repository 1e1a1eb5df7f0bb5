"""Recipes: what the family has in common, where checkpoints stand, and what names mean."""

import dataclasses

import pytest
import torch

from cutaway.errors.zoo import NoSuchWeightsError, UnknownZooModelError, ZooAddressError
from cutaway.zoo.address import address
from cutaway.zoo.recipe import all_recipes, recipe_named, spaced
from cutaway.zoo.start import fresh

FAMILY = [recipe for recipe in all_recipes().values() if recipe.dtype == "float16"]


def test_the_language_family_shares_data_schedule_and_tokenizer():
    first = FAMILY[0]
    assert len(FAMILY) >= 16
    for recipe in FAMILY[1:]:
        assert recipe.data == first.data
        assert recipe.schedule == first.schedule
        assert recipe.config.vocab_size == 2048
        assert recipe.config.n_ctx == recipe.data.length


def test_models_of_a_family_begin_with_the_same_numbers():
    models = {name: dict(fresh(recipe_named(name).config, seed=0).named_parameters()) for name in
              ("attn-only-1l", "attn-only-3l", "gelu-2l", "solu-2l")}  # fmt: skip
    for one in models.values():
        for other in models.values():
            for name in one.keys() & other.keys():
                torch.testing.assert_close(one[name], other[name])
    assert "blocks.2.attn.q_proj.weight" in models["attn-only-3l"]


def test_another_seed_begins_elsewhere_and_two_layers_differ():
    config = recipe_named("attn-only-2l").config
    zero, one = (dict(fresh(config, seed=seed).named_parameters()) for seed in (0, 1))
    name = "blocks.0.attn.q_proj.weight"
    assert not torch.equal(zero[name], one[name])
    assert not torch.equal(zero[name], zero["blocks.1.attn.q_proj.weight"])
    assert float(zero[name].detach().std()) == pytest.approx(config.initializer_range, rel=0.05)


def test_seeds_and_checkpoints_are_those_that_were_asked_for():
    seeds = {name: len(recipe.seeds) for name, recipe in all_recipes().items()}
    for name in (
        "attn-only-1l",
        "attn-only-2l",
        "attn-only-3l",
        "attn-only-4l",
        "gelu-1l",
        "gelu-2l",
        "solu-1l",
        "solu-2l",
    ):
        assert seeds[name] == 3, name
    assert seeds["ioi-2l"] == seeds["ioi-2l-dropout"] == 5
    assert len(recipe_named("attn-only-2l").kept) >= 10
    assert len(recipe_named("gelu-2l").kept) >= 10
    assert len(recipe_named("mod-add").kept) == 12


def test_spaced_steps_grow_by_factors_and_are_dense_where_asked():
    assert spaced(1000, 5) == (0, 1, 10, 100, 1000)
    assert spaced(16, 9) == (0, 1, 2, 3, 4, 5, 7, 11, 16)
    assert all(len(spaced(15_000, count)) == count for count in (3, 20, 60, 200))
    assert spaced(4, 5) == (0, 1, 2, 3, 4)
    steps = spaced(4000, 12, dense=(300, 1500))
    assert steps[0] == 0
    assert steps[-1] == 4000
    assert sum(300 <= step <= 1500 for step in steps) >= 6


def test_everything_that_changes_weights_is_in_the_identity():
    recipe = recipe_named("ioi-2l")
    same = dataclasses.replace(recipe, summary="other words", seeds=(0,), kept=(5,), watch_every=1)
    assert same.identity(0) == recipe.identity(0)
    assert recipe.identity(1) != recipe.identity(0)
    slower = dataclasses.replace(recipe, schedule=dataclasses.replace(recipe.schedule, learning_rate=1e-4))
    assert slower.identity(0) != recipe.identity(0)


def test_addresses_name_seeds_and_steps():
    at = address("gelu-2l@seed=2,step=400")
    assert (at.recipe.name, at.seed, at.step) == ("gelu-2l", 2, 400)
    assert at.folder == "gelu-2l/seed-2/step-400"
    assert at.name == "gelu-2l@seed=2,step=400"
    assert address("gelu-2l@step=400").folder == "gelu-2l/step-400"
    assert address("gelu-2l@seed=0").name == "gelu-2l"
    assert address("gelu-2l@step=15000") == address("gelu-2l")


@pytest.mark.parametrize(
    "text", ["gelu-2l@", "gelu-2l@step", "gelu-2l@step=x", "gelu-2l@layer=1", "gelu-2l@step=1@seed=1"]
)
def test_an_address_that_cannot_be_read_shows_the_forms(text):
    with pytest.raises(ZooAddressError, match="gelu-2l@step=400"):
        address(text)


def test_a_seed_that_there_is_not_names_those_that_there_are():
    with pytest.raises(NoSuchWeightsError, match="0, 1, 2"):
        address("gelu-2l@seed=7")


def test_unknown_recipe_names_the_nearest():
    with pytest.raises(UnknownZooModelError, match="nearest: attn-only-1l"):
        recipe_named("attn-only-1")
