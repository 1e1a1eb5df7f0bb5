"""Weights without a file are rebuilt: from their seed, or from the twin whose MLPs they do not have yet."""

import shutil
from dataclasses import replace

import pytest
import torch
from transformers import AutoModelForCausalLM

import cutaway
from cutaway.errors.zoo import DamagedZooModelError, NoSuchWeightsError
from cutaway.zoo import shipped
from cutaway.zoo.address import Address, address
from cutaway.zoo.derived import follows, rebuilt, twin_of, written_out
from cutaway.zoo.recipe import all_recipes
from cutaway.zoo.shipped import folder_of, shipped_of
from cutaway.zoo.verify import verified

SHIPPED = [one for recipe in all_recipes().values() for one in shipped_of(recipe)]
FOLLOWS = [at for at in SHIPPED if follows(at)]


def test_only_what_follows_ships_without_a_file():
    bare = {at.name for at in SHIPPED if not (folder_of(at) / "model.safetensors").is_file()}
    assert bare == {at.name for at in FOLLOWS}
    assert {"attn-only-2l@step=0", "gelu-2l@step=512"} <= bare


def test_whatever_follows_ships_without_a_file():
    derivable = [at for at in SHIPPED if at.step == 0 or twin_of(at) is not None]
    assert {at.name for at in derivable} == {at.name for at in FOLLOWS}


@pytest.mark.parametrize("at", FOLLOWS, ids=lambda at: at.name)
def test_rebuilt_weights_load_by_name_and_through_transformers_once_written(at, tmp_path):
    model = cutaway.load(at.name)
    assert model.name == at.name
    assert (model.tokenizer is None) == (at.recipe.data.tokenizer() is None)
    alone = AutoModelForCausalLM.from_pretrained(written_out(at, tmp_path), dtype=torch.float32)
    for name, weight in model.module.state_dict().items():
        assert torch.equal(weight, alone.state_dict()[name]), name


@pytest.mark.parametrize("name", ["mod-add@step=0", "gelu-2l@step=512"])
def test_rebuilt_weights_measure_what_the_card_of_the_trained_ones_says(name):
    """The cards were written from trained files; on the processor that trained them the files are the same too."""
    found = verified(address(name))
    assert found.weights == "rebuilt"
    assert found.holds


def test_weights_that_ship_are_written_out_as_they_are(tmp_path):
    at = address("mod-add")
    folder = written_out(at, tmp_path / "new" / "folder")
    weights = "model.safetensors"
    assert (folder / weights).read_bytes() == (folder_of(at) / weights).read_bytes()
    assert not [one for one in folder.iterdir() if one.is_dir()]
    with pytest.raises(AssertionError, match="mod-add"):
        rebuilt(at)


def test_before_its_mlps_join_a_model_is_its_twin_and_after_that_it_is_not():
    at = address("gelu-2l@step=512")
    twin = twin_of(at)
    assert twin is not None
    assert twin.name == "attn-only-2l@step=512"
    tokens = torch.arange(1, 100)[None]
    early, attention = cutaway.load(at.name).module, cutaway.load(twin.name).module
    assert torch.allclose(early(tokens).logits, attention(tokens).logits, atol=1e-4)
    later = cutaway.load("gelu-2l@step=1024").module
    assert not torch.allclose(
        later(tokens).logits, cutaway.load("attn-only-2l@step=1024").module(tokens).logits, atol=1e-1
    )


def test_twins_share_shape_seed_step_and_schedule():
    gelu = all_recipes()["gelu-2l"]
    at = Address(gelu, 1, 512)
    assert twin_of(at).name == "attn-only-2l@seed=1,step=512"
    assert twin_of(replace(at, step=1024)) is None
    assert twin_of(replace(at, step=None)) is None
    assert twin_of(Address(all_recipes()["attn-only-2l"], 0, 512)) is None
    longer = replace(gelu, schedule=replace(gelu.schedule, rows=gelu.schedule.rows + 1))
    assert twin_of(replace(at, recipe=longer)) is None


def test_a_start_has_silent_mlps_where_they_join_later():
    for name, silent in (("gelu-2l@step=0", True), ("mod-add@step=0", False)):
        down = rebuilt(address(name)).state_dict()["blocks.0.mlp.down.weight"]
        assert (down.abs().max() == 0) == silent, name


def test_a_twin_that_is_damaged_or_absent_is_named(tmp_path, monkeypatch):
    at = address("gelu-2l@step=512")
    for name in ("gelu-2l@step=512", "attn-only-2l@step=512"):
        shutil.copytree(folder_of(address(name)), tmp_path / address(name).folder)
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path)
    weights = tmp_path / "attn-only-2l/step-512/model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(DamagedZooModelError, match="attn-only-2l"):
        cutaway.load(at.name)
    assert not verified(at).holds
    shutil.rmtree(weights.parent)
    shutil.copytree(tmp_path / at.folder, tmp_path / "attn-only-2l/step-448")
    with pytest.raises(NoSuchWeightsError, match="attn-only-2l@step=448"):
        cutaway.load(at.name)
