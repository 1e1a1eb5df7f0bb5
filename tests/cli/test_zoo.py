"""`cutaway zoo`: the list, a card, training that goes on, and the check of what ships."""

import dataclasses
import json

import pytest
from click.testing import CliRunner

from cutaway.cli import zoo as cli
from cutaway.models.toy import ToyConfig
from cutaway.tasks.symbols.symbolic_ioi import symbolic_ioi
from cutaway.zoo import address, derived, load, recipe, shipped, table
from cutaway.zoo.recipe import Recipe, Schedule
from cutaway.zoo.symbols import Symbols

TINY = Recipe(
    name="tiny",
    summary="a model for tests",
    config=ToyConfig(vocab_size=8, n_ctx=6, d_model=16, d_head=8, n_heads=2, n_layers=1),
    data=Symbols(symbolic_ioi(6), (("names", 6),)),
    schedule=Schedule(steps=20, rows=8, learning_rate=1e-2, warmup=2),
    seeds=(0, 1),
    watch_every=10,
    save_every=10,
)


@pytest.fixture
def zoo(tmp_path, monkeypatch):
    """A zoo of one model, in a folder of its own, with a way to type commands there."""
    monkeypatch.chdir(tmp_path)
    known = {"tiny": TINY}
    for module in (address, derived, load, recipe, table):  # all that ask for it by a name of their own
        monkeypatch.setattr(module, "all_recipes", lambda: known, raising=False)
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path / "zoo-training" / "finished")
    return lambda *words: CliRunner().invoke(cli.command, words)


def test_a_model_is_trained_listed_shown_and_verified(zoo):
    done = zoo("train", "tiny", "--checkpoints", "4")
    assert done.exit_code == 0, done.output
    assert "step     20/20" in done.output
    assert "cutaway heads" in done.output
    row = json.loads(zoo("--json").output)[0]
    assert (row["name"], row["seeds"], row["measured"]) == ("tiny", 1, "rows_right")
    assert row["checkpoints"] == 3
    shown = zoo("show", "tiny").output
    assert shown.startswith("tiny: a model for tests")
    assert "tiny@step=" in shown
    card = json.loads(zoo("show", "tiny@step=0", "--json").output)
    assert card["step"] == 0
    verified = zoo("verify", "--json")
    assert verified.exit_code == 0
    assert all(one["holds"] for one in json.loads(verified.stdout))


def test_a_seed_is_trained_beside_and_a_finished_run_is_not_trained_again(zoo, tmp_path):
    assert zoo("train", "tiny", "--seed", "1").exit_code == 0
    assert (tmp_path / "zoo-training" / "finished" / "tiny" / "seed-1" / "card.json").is_file()
    again = zoo("train", "tiny", "--seed", "1")
    assert "going on from" in again.output
    assert "step     20/20" not in again.output


def test_a_step_is_no_run_and_no_run_has_more_checkpoints_than_steps(zoo):
    assert "passes step 5 on its way" in zoo("train", "tiny@step=5").output
    assert "a run of 20 steps has no 22 checkpoints" in zoo("train", "tiny", "--checkpoints", "22").output
    assert json.loads(zoo("--json").output)[0]["seeds"] == 0


def test_to_verify_a_model_without_weights_is_a_mistake_and_all_without_any_is_not(zoo):
    refused = zoo("verify", "tiny")
    assert "do not come with the package" in str(refused.exception)
    assert zoo("verify").exit_code == 0


def test_verify_finds_a_changed_weight_and_fails(zoo, tmp_path):
    zoo("train", "tiny")
    weights = tmp_path / "zoo-training" / "finished" / "tiny" / "model.safetensors"
    raw = bytearray(weights.read_bytes())
    raw[-1] ^= 1
    weights.write_bytes(bytes(raw))
    found = zoo("verify", "--json")
    assert found.exit_code == 1
    assert json.loads(found.stdout)[0]["weights"] == "damaged"


def test_a_recipe_without_weights_is_listed_and_says_how_to_train_it(zoo):
    row = json.loads(zoo("--json").output)[0]
    assert (row["name"], row["seeds"], row["value"]) == ("tiny", 0, None)
    failed = zoo("show", "tiny")
    assert "cutaway zoo train tiny" in str(failed.exception)


def test_other_data_than_the_card_says_need_consent(zoo, monkeypatch):
    zoo("train", "tiny")
    other = dataclasses.replace(TINY, data=Symbols(symbolic_ioi(6), (("names", 7),)))
    for module in (address, recipe):
        monkeypatch.setattr(module, "all_recipes", lambda: {"tiny": other}, raising=False)
    refused = zoo("train", "tiny", "--restart")
    assert "--accept-other-text" in str(refused.exception)
    assert zoo("train", "tiny", "--restart", "--accept-other-text").exit_code == 0


def test_the_page_of_what_ships_is_written_and_an_absent_folder_refused(zoo, tmp_path):
    zoo("train", "tiny")
    done = zoo("page", "all.html")
    assert done.output == "written to all.html\n"
    assert ">tiny<" in (tmp_path / "all.html").read_text(encoding="utf-8")
    assert "1 models, 1 with" in (tmp_path / "all.html").read_text(encoding="utf-8")
    refused = zoo("page", "nowhere/all.html")
    assert refused.exit_code == 2
    assert "there is no folder" in refused.output
