"""Training: the same weights whether or not it was interrupted, and nothing trained on by mistake."""

import dataclasses
import json

import pytest
import torch

import cutaway
from cutaway.corpus import standard_library
from cutaway.errors.zoo import InterruptedTrainingError, OtherTextError, UnknownZooModelError, UntrainedZooModelError
from cutaway.models.toy import ToyConfig
from cutaway.zoo import checkpoint, shipped
from cutaway.zoo import train as training
from cutaway.zoo.data import batch_at
from cutaway.zoo.recipe import Recipe, all_recipes, recipe_named

TINY = Recipe(
    name="tiny",
    summary="for tests",
    config=ToyConfig(vocab_size=300, n_ctx=48, d_model=16, d_head=8, n_heads=2, n_layers=1),
    steps=12,
    repeats_only=4,
    rows=4,
    checkpoint_every=4,
)
STORIES = [f"value_{n} = compute(value_{n - 1})\n" * 20 for n in range(6)]


@pytest.fixture(autouse=True)
def little_text(monkeypatch):
    """A corpus of a few lines instead of megabytes; hashes as the real one gives them."""
    monkeypatch.setattr(standard_library, "texts", lambda *, held_out: STORIES[:1] if held_out else STORIES[1:])
    monkeypatch.setattr(standard_library, "hashes", lambda: {f"{n}.py": str(hash(s)) for n, s in enumerate(STORIES)})


def train(tmp_path, name, recipe=TINY, report=lambda _: None, **more):
    return training.train(recipe, folder=tmp_path / name, into=tmp_path / f"{name}-out", report=report, **more)


def weights(folder):
    return (folder / "model.safetensors").read_bytes()


def test_killed_and_resumed_run_gives_the_same_bytes_as_an_unbroken_one(tmp_path, monkeypatch):
    unbroken = train(tmp_path, "unbroken")
    steps = []

    def die_at_seven(step, recipe, stream):
        steps.append(step)
        if step == 7 and steps.count(7) == 1:
            raise KeyboardInterrupt
        return batch_at(step, recipe, stream)

    monkeypatch.setattr(training, "batch_at", die_at_seven)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, "broken")
    resumed = train(tmp_path, "broken")
    assert steps == [0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7, 8, 9, 10, 11]
    assert weights(resumed) == weights(unbroken)


def test_half_written_checkpoint_is_not_looked_at(tmp_path):
    train(tmp_path, "run")
    (tmp_path / "run" / ".step-000099.partial").mkdir()
    assert checkpoint.newest(tmp_path / "run").name == "step-000012"


def test_only_the_newest_checkpoints_are_kept(tmp_path):
    train(tmp_path, "run")
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["step-000008", "step-000012"]


def test_folder_of_another_recipe_is_refused_and_restart_forgets_it(tmp_path):
    train(tmp_path, "run")
    other = dataclasses.replace(TINY, learning_rate=0.5)
    with pytest.raises(InterruptedTrainingError, match="--restart"):
        train(tmp_path, "run", other)
    assert weights(train(tmp_path, "run", other, restart=True)) != weights(train(tmp_path, "first"))


def test_log_tells_step_losses_and_speed(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "LOG_EVERY", 6)
    said = []
    train(tmp_path, "run", report=said.append)
    assert [report.step for report in said] == [6, 12]
    assert all(report.tokens_per_second > 0 and 0 < report.natural_loss < 7 for report in said)


def test_training_lowers_the_loss(tmp_path):
    said = []
    train(tmp_path, "run", dataclasses.replace(TINY, steps=250, learning_rate=0.01, repeats_only=0), report=said.append)
    assert said[-1].natural_loss < said[0].natural_loss - 0.5


def test_card_pins_the_text_and_the_weights(tmp_path):
    import hashlib

    folder = train(tmp_path, "run")
    card = json.loads((folder / "card.json").read_text())
    assert card["weights_sha256"] == hashlib.sha256(weights(folder)).hexdigest()
    assert card["text"]["fingerprint"] == standard_library.fingerprint(standard_library.hashes())
    assert len((folder / "text.sha256").read_text().splitlines()) == len(STORIES)
    assert cutaway.load(folder).run(torch.tensor([[0, 1, 2]])).logits.shape == (1, 3, 300)


def test_batches_begin_with_repeats_alone_and_then_mix():
    stream = torch.arange(300).repeat(4)
    assert batch_at(3, TINY, stream).repeats == 4
    later = batch_at(4, TINY, stream)
    assert later.repeats == round(4 * 0.15)
    assert later.tokens.shape == (4, 48)
    torch.testing.assert_close(later.tokens, batch_at(4, TINY, stream).tokens)
    assert not torch.equal(later.tokens, batch_at(5, TINY, stream).tokens)


def test_learning_rate_warms_up_and_falls_to_a_tenth():
    rates = [training.learning_rate_at(step, dataclasses.replace(TINY, steps=1000)) for step in (0, 99, 500, 1000)]
    assert rates[0] == pytest.approx(TINY.learning_rate / 100, rel=1e-2)
    assert max(rates) == rates[1]
    assert rates[2] == pytest.approx(TINY.learning_rate * 0.55, rel=1e-6)
    assert rates[3] == pytest.approx(TINY.learning_rate * 0.1, rel=1e-6)


def test_text_that_differs_from_the_card_is_refused(monkeypatch):
    monkeypatch.setattr(training, "pinned_text", lambda _: {"0.py": "another hash"})
    with pytest.raises(OtherTextError, match="--accept-other-text"):
        training.check_text("attn-only-2l")


def test_unknown_recipe_names_the_nearest():
    with pytest.raises(UnknownZooModelError, match="nearest: attn-only-1l"):
        recipe_named("attn-only-1")


def test_every_recipe_ships_weights_under_two_megabytes_that_load():
    for name in all_recipes():
        path = shipped.folder_of(name) / "model.safetensors"
        assert path.stat().st_size < 2_000_000
        model = cutaway.load(name)
        assert model.shape.n_layers == recipe_named(name).config.n_layers


def test_recipe_without_weights_says_how_to_train_it(monkeypatch, tmp_path):
    monkeypatch.setattr(shipped, "SHIPPED", tmp_path)
    with pytest.raises(UntrainedZooModelError, match="cutaway zoo train attn-only-1l"):
        cutaway.load("attn-only-1l")


def test_held_out_text_is_never_trained_on_and_is_what_the_card_is_measured_on(tmp_path, monkeypatch):
    """The held-out side is one word that the other side never has: its token must never be in a batch."""
    from cutaway.corpus.windows import encode_all, even_windows
    from cutaway.tasks.symbols import repeated_tokens

    seen = []
    kept = ["zq" * 4000]
    monkeypatch.setattr(standard_library, "texts", lambda *, held_out: kept if held_out else STORIES[1:])
    monkeypatch.setattr(
        training, "batch_at", lambda step, recipe, stream: seen.append(stream) or batch_at(step, recipe, stream)
    )
    folder = train(tmp_path, "run")
    model = cutaway.load(folder)
    z = model.tokenizer.convert_tokens_to_ids("z")
    assert not any((stream == z).any() for stream in seen)
    tokens = even_windows(encode_all(kept, model.tokenizer, bos=0), rows=128, length=48, bos=0)
    loss = repeated_tokens.next_token_loss(model.run(tokens).logits.float(), tokens)[:, 1:].mean()
    card = json.loads((folder / "card.json").read_text())
    assert card["measured_on_held_out"]["natural_loss_nats"] == pytest.approx(float(loss), abs=2e-2)
