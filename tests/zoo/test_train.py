"""Training: the same weights whether or not it was interrupted, the weights of kept steps, and what the card says."""

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest
import torch

import cutaway
from cutaway.errors.zoo import InterruptedTrainingError, PassedStepsError
from cutaway.models.toy import ToyConfig
from cutaway.tasks.symbols.symbolic_ioi import symbolic_ioi
from cutaway.zoo import checkpoint
from cutaway.zoo import train as training
from cutaway.zoo.recipe import Recipe, Schedule
from cutaway.zoo.symbols import Symbols

NAMES = 6
SHAPE = {"vocab_size": NAMES + 2, "n_ctx": 6, "d_model": 16, "d_head": 8, "n_heads": 2, "n_layers": 1}
TINY = Recipe(
    name="tiny",
    summary="for tests",
    config=ToyConfig(**SHAPE, dropout=0.1),
    data=Symbols(symbolic_ioi(NAMES), (("names", NAMES),)),
    schedule=Schedule(steps=12, rows=8, learning_rate=1e-2, warmup=2),
    seeds=(0, 1),
    kept=(0, 6),
    watch_every=4,
    save_every=4,
)


def train(tmp_path, name, recipe=TINY, *, seed=0, **more):
    return training.train(recipe, seed=seed, folder=tmp_path / name, into=tmp_path / f"{name}-out", **more)


def weights(folder):
    return (folder / "model.safetensors").read_bytes()


def test_killed_and_resumed_run_gives_the_same_bytes_as_an_unbroken_one(tmp_path, monkeypatch):
    # with dropout, so that the random state must go on too
    unbroken = train(tmp_path, "unbroken")
    steps = []
    real = Symbols.batch

    def die_at_seven(self, step, *, rows, seed):
        steps.append(step)
        if step == 7 and steps.count(7) == 1:
            raise KeyboardInterrupt
        return real(self, step, rows=rows, seed=seed)

    monkeypatch.setattr(Symbols, "batch", die_at_seven)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, "broken")
    torch.manual_seed(99)
    resumed = train(tmp_path, "broken")
    assert steps == [0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7, 8, 9, 10, 11]
    assert weights(resumed) == weights(unbroken)
    assert weights(resumed / "step-6") == weights(unbroken / "step-6")
    told, whole = (json.loads((folder / "card.json").read_text()) for folder in (resumed, unbroken))
    assert told["curve"] == whole["curve"]
    assert told["training_tokens"] == whole["training_tokens"]


def test_a_card_has_the_whole_curve_and_what_it_cost(tmp_path):
    full = json.loads((train(tmp_path, "run") / "card.json").read_text())
    assert [point["step"] for point in full["curve"]] == [0, 4, 6, 8, 12]
    assert "training_loss" not in full["curve"][0]
    assert full["training_tokens"] == 12 * 8 * 6


def test_kept_steps_are_what_training_had_then(tmp_path):
    folder = train(tmp_path, "run", seed=1, kept=(0, 6))
    half = dataclasses.replace(TINY, kept=())
    begun = training.begin(half, seed=1, folder=tmp_path / "half", kept=(), report=lambda _: None)
    first = cutaway.load(folder / "step-0").module.state_dict()
    torch.testing.assert_close(first, begun.model.state_dict())
    for step in range(6):
        begun.one_step(half.data.batch(step, rows=8, seed=1))
    sixth = cutaway.load(folder / "step-6").module.state_dict()
    torch.testing.assert_close(sixth, begun.model.state_dict())
    card = json.loads((folder / "step-6" / "card.json").read_text())
    assert card["name"] == "tiny@seed=1,step=6"
    assert card["step"] == 6


def test_until_mlps_join_a_model_is_its_attention_only_twin():
    shape = dataclasses.replace(TINY.schedule, mlps_from=5)
    plain = dataclasses.replace(TINY, schedule=shape, config=ToyConfig(**SHAPE))
    with_mlps = dataclasses.replace(plain, config=ToyConfig(**SHAPE, d_mlp=32))
    runs = [training.begin(one, seed=0, folder=Path(), kept=(), report=lambda _: None) for one in (plain, with_mlps)]
    for step in range(7):
        alike = {
            name: torch.equal(weight, runs[1].model.get_parameter(name))
            for name, weight in runs[0].model.named_parameters()
        }
        assert all(alike.values()) == (step <= 5), step
        for run in runs:
            run.one_step(TINY.data.batch(step, rows=8, seed=0))
    assert bool((runs[1].model.blocks[0].mlp.down.weight != 0).any())


def test_looking_on_the_way_changes_no_weight(tmp_path):
    often = dataclasses.replace(TINY, watch_every=1)
    assert weights(train(tmp_path, "often", often)) == weights(train(tmp_path, "seldom"))


def test_half_written_checkpoint_is_not_looked_at(tmp_path):
    train(tmp_path, "run")
    (tmp_path / "run" / ".step-0000099.partial").mkdir()
    assert checkpoint.newest(tmp_path / "run").name == "step-0000012"


def test_only_the_newest_checkpoints_are_kept(tmp_path):
    train(tmp_path, "run", kept=())
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["step-0000008", "step-0000012"]


def test_folder_of_another_recipe_or_seed_is_refused_and_restart_forgets_it(tmp_path):
    train(tmp_path, "run")
    other = dataclasses.replace(TINY, schedule=dataclasses.replace(TINY.schedule, learning_rate=0.5))
    with pytest.raises(InterruptedTrainingError, match="--restart"):
        train(tmp_path, "run", other)
    with pytest.raises(InterruptedTrainingError, match="cutaway zoo train tiny@seed=1 --restart"):
        train(tmp_path, "run", seed=1)
    assert weights(train(tmp_path, "run", other, restart=True)) != weights(train(tmp_path, "first"))


def test_steps_that_a_run_has_passed_are_not_forgotten_in_silence(tmp_path):
    train(tmp_path, "run")
    with pytest.raises(PassedStepsError, match=r"past 2 of the steps to keep \(3, 9\).*\n.*--checkpoints 4 --restart"):
        train(tmp_path, "run", kept=(3, 6, 9))
    assert train(tmp_path, "run").is_dir()  # as the error advises: on without them
    folder = train(tmp_path, "run", kept=(3, 9), restart=True)
    assert sorted(one.name for one in folder.glob("step-*")) == ["step-3", "step-9"]  # those of before are gone
    assert (train(tmp_path, "run") / "step-3").is_dir()  # of the recipe's steps nothing is demanded afterwards


def test_log_tells_step_loss_and_speed(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "LOG_SECONDS", 0.0)
    said = []
    train(tmp_path, "run", report=said.append)
    assert [report.step for report in said] == list(range(1, 13))
    assert all(report.tokens_per_second > 0 and 0 < report.loss < 7 for report in said)
    assert said[-1].seconds_left == 0


def test_training_lowers_the_loss_and_the_card_says_so(tmp_path):
    schedule = dataclasses.replace(TINY.schedule, steps=400, rows=64, learning_rate=3e-3)
    config = ToyConfig(vocab_size=22, n_ctx=6, d_model=32, d_head=16, n_heads=2, n_layers=1)
    longer = dataclasses.replace(TINY, schedule=schedule, config=config, data=Symbols(symbolic_ioi(20)), kept=())
    card = json.loads((train(tmp_path, "run", longer) / "card.json").read_text())
    assert card["measured"]["loss_nats"] < card["curve"][0]["loss_nats"] - 0.5
    assert card["measured"]["loss_nats"] == pytest.approx(card["curve"][-1]["loss_nats"], abs=0.1)


def test_card_pins_the_weights_and_the_recipe(tmp_path):
    folder = train(tmp_path, "run")
    card = json.loads((folder / "card.json").read_text())
    assert card["weights_sha256"] == hashlib.sha256(weights(folder)).hexdigest()
    assert card["recipe"]["data"] == {"task": "symbolic-ioi", "symbols": NAMES + 2, "names": NAMES}
    assert cutaway.load(folder).run(torch.tensor([[0, 1, 2]])).logits.shape == (1, 3, NAMES + 2)


def test_rounding_is_what_the_recipe_says_and_the_card_measures_the_rounded_model(tmp_path):
    rounded = dataclasses.replace(TINY, dtype="float16")
    folder = train(tmp_path, "run", rounded)
    model = cutaway.load(folder).module
    assert all(weight.dtype == torch.float16 for weight in model.parameters())
    measured = rounded.data.measured(model.float().eval(), seed=0)
    assert json.loads((folder / "card.json").read_text())["measured"] == measured


def test_transformers_alone_loads_a_finished_folder_once_the_class_is_registered(tmp_path):
    from transformers import AutoConfig, AutoModelForCausalLM

    from cutaway.models.toy import ToyForCausalLM

    AutoConfig.register("cutaway_toy", ToyConfig, exist_ok=True)
    AutoModelForCausalLM.register(ToyConfig, ToyForCausalLM, exist_ok=True)
    folder = train(tmp_path, "run")
    theirs = AutoModelForCausalLM.from_pretrained(folder)
    tokens = torch.tensor([[0, 1, 2, 1]])
    torch.testing.assert_close(theirs(tokens).logits, cutaway.load(folder).run(tokens).logits)


def test_learning_rate_warms_up_and_falls():
    schedule = Schedule(steps=1000, rows=1, learning_rate=3.0, warmup=100, falls_to=0.1)
    rates = [training.rate_at(step, schedule) for step in (0, 99, 500, 1000)]
    assert rates[0] == pytest.approx(0.03, rel=1e-2)
    assert max(rates) == rates[1]
    assert rates[2] == pytest.approx(1.65, rel=1e-6)
    assert rates[3] == pytest.approx(0.3, rel=1e-6)
    flat = dataclasses.replace(schedule, falls_to=1.0)
    assert training.rate_at(900, flat) == 3.0
