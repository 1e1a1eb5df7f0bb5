"""The shipped weights are those of their cards, measured afresh; damage and absence are named."""

import json
import shutil

import pytest

import cutaway
from cutaway.errors.zoo import DamagedZooModelError, NoSuchWeightsError, OtherTextError, UntrainedZooModelError
from cutaway.zoo import shipped
from cutaway.zoo.address import Address
from cutaway.zoo.card import headline, told
from cutaway.zoo.recipe import all_recipes
from cutaway.zoo.shipped import card_of, check_data, folder_of, shipped_of
from cutaway.zoo.verify import Verified, verified

SHIPPED = [one for recipe in all_recipes().values() for one in shipped_of(recipe)]
SMALLEST = next(one for one in SHIPPED if one.name == "sort@seed=2")  # a file small enough to measure often


def test_what_ships_was_trained_by_its_recipe_and_the_smallest_two_of_the_family_do():
    assert {"attn-only-1l", "attn-only-2l"} <= {at.recipe.name for at in SHIPPED}
    for at in SHIPPED:
        now, then = json.loads(at.recipe.identity(at.seed)), card_of(at)["recipe"]
        library = {"library"}  # may be another on this machine
        assert now["config"] == then["config"], at.name
        assert now["schedule"] == then["schedule"], at.name
        assert {key: value for key, value in now["data"].items() if key not in library} == {
            key: value for key, value in then["data"].items() if key not in library
        }, at.name


def test_all_weights_together_are_under_120_megabytes():
    assert sum(file.stat().st_size for file in shipped.SHIPPED.rglob("*.safetensors")) < 120e6


@pytest.mark.parametrize("at", SHIPPED, ids=lambda at: at.name)
def test_weights_load_with_the_shape_of_their_recipe_and_their_hash(at):
    model = cutaway.load(at.name)
    assert model.name == at.name
    assert model.shape.n_layers == at.recipe.config.n_layers
    assert sum(weight.numel() for weight in model.module.parameters()) == card_of(at)["parameters"]


def test_a_card_is_told_from_its_record():
    at = SMALLEST
    text, card = told(at), card_of(at)
    assert text.startswith(at.name)
    assert f"{card['parameters']:,} weights" in text
    assert headline(card)[0] in text


def test_damaged_weights_are_found_by_loading_and_by_verifying(tmp_path, monkeypatch):
    folder_of_package = folder_of(SMALLEST)
    shutil.copytree(folder_of_package, tmp_path / SMALLEST.folder)
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path)
    weights = tmp_path / SMALLEST.folder / "model.safetensors"
    raw = bytearray(weights.read_bytes())
    raw[-1] ^= 1
    weights.write_bytes(bytes(raw))
    with pytest.raises(DamagedZooModelError, match=f"cutaway zoo train {SMALLEST.recipe.name}"):
        cutaway.load(SMALLEST.name)
    assert verified(SMALLEST).weights == "damaged"
    (tmp_path / SMALLEST.folder / "config.json").write_text("{")
    weights.write_bytes((folder_of_package / "model.safetensors").read_bytes())
    assert verified(SMALLEST).weights == "damaged"


def test_a_measure_that_differs_from_the_card_does_not_hold():
    assert Verified("x", "as on the card", "loss", 1.0, 1.001).holds
    assert Verified("x", "rebuilt", "loss", 1.0, 1.001).holds
    assert not Verified("x", "as on the card", "loss", 1.0, 1.01).holds
    assert not Verified("x", "damaged").holds


def test_recipe_without_weights_says_how_to_train_it(monkeypatch, tmp_path):
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path)
    with pytest.raises(UntrainedZooModelError, match=r"cutaway zoo train attn-only-1l@seed=2\n.*/attn-only-1l/seed-2"):
        cutaway.load("attn-only-1l@seed=2")


def test_a_step_that_does_not_ship_names_those_that_do():
    with pytest.raises(NoSuchWeightsError, match="attn-only-2l"):
        cutaway.load("attn-only-2l@step=17")


def test_other_data_than_the_card_says_are_refused(monkeypatch):
    at = Address(SMALLEST.recipe, SMALLEST.seed)
    check_data(at)
    card = card_of(at)
    card["recipe"]["data"] |= {"task": "another"}
    monkeypatch.setattr(shipped, "card_of", lambda _: card)
    with pytest.raises(OtherTextError, match="task"):
        check_data(at)


def test_two_layers_copy_what_they_never_saw_and_one_does_not():
    """Knowing nothing costs log 2048 = 7.62 nats."""
    two, one = (card_of(name)["measured"]["repeat_loss_nats"] for name in ("attn-only-2l", "attn-only-1l"))
    assert two < 2.0
    assert one > 5.0


@pytest.mark.parametrize(
    "at", [at for at in SHIPPED if at.recipe.dtype == "float32" and at.step is None], ids=lambda at: at.name
)
def test_task_models_do_what_their_cards_say_on_what_they_were_never_trained_on(at):
    measure, value = headline(card_of(at))
    here = at.recipe.data.measured(cutaway.load(at.name).module, seed=at.seed)[measure]
    assert here == pytest.approx(value, abs=2e-3)


def test_symbolic_ioi_is_solved():
    assert card_of("ioi-2l")["measured"]["rows_right"] > 0.99


def test_checkpoints_of_two_layers_are_dense_where_copying_is_learnt():
    steps = [at.step for at in SHIPPED if at.recipe.name == "attn-only-2l" and at.step is not None]
    assert len(steps) >= 10
    scores = {point["step"]: point["induction_layer_1"] for point in card_of("attn-only-2l")["curve"]}
    learnt = [step for step in steps if 0.1 < scores[step] < 0.7]
    assert learnt, scores


def test_every_seed_and_kept_step_of_every_recipe_ships():
    for recipe in all_recipes().values():
        steps = [None, *(step for step in recipe.kept if step != recipe.schedule.steps)]
        wanted = {Address(recipe, seed).name for seed in recipe.seeds}
        wanted |= {Address(recipe, recipe.seeds[0], step).name for step in steps}
        assert {at.name for at in shipped_of(recipe)} == wanted
