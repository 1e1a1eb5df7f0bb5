"""What models are trained on: never what they are measured on, and the same at every step whoever asks."""

import math

import pytest
import torch

from cutaway.models.toy import ToyConfig
from cutaway.tasks.split import held_out
from cutaway.tasks.symbolic import NOTHING
from cutaway.tasks.symbols import repeated_tokens
from cutaway.tasks.symbols.sorting import sorting
from cutaway.zoo import language, streams
from cutaway.zoo.language import Language
from cutaway.zoo.lookups import Lookups
from cutaway.zoo.modular import Modular
from cutaway.zoo.start import fresh
from cutaway.zoo.symbols import Symbols, scores


def test_modular_rows_are_every_pair_once_with_the_right_answer():
    data = Modular(7, ("add", "subtract"))
    tokens, answers = data.rows
    assert len({tuple(row) for row in tokens.tolist()}) == 2 * 49
    for (a, b, sign), answer in zip(tokens.tolist(), answers.tolist(), strict=True):
        assert answer == ((a + b) % 7 if sign == 7 else (a - b) % 7)


def test_modular_training_takes_its_share_and_nothing_that_the_task_holds_out():
    data = Modular(53)
    trained = data.trained(0)
    assert int(trained.sum()) == round(0.5 * 53 * 53)
    assert not held_out(data.rows[0][trained][:, :2]).any()
    assert not torch.equal(trained, data.trained(1))
    batch = data.batch(0, rows=0, seed=0)
    assert len(batch.tokens) == int(trained.sum())
    assert (batch.labels[:, :-1] == NOTHING).all()


def test_symbolic_batches_are_of_the_training_split_and_differ_by_step_and_seed():
    task = sorting(20, 4)
    data = Symbols(task)
    one, again = (data.batch(3, rows=32, seed=0) for _ in range(2))
    torch.testing.assert_close(one.tokens, again.tokens)
    for other in (data.batch(4, rows=32, seed=0), data.batch(3, rows=32, seed=1)):
        assert not torch.equal(one.tokens, other.tokens)
    held = {tuple(sorted(row[1:5])) for row in task.sample(rows=400, seed=0, split="test").tokens.tolist()}
    trained = {
        tuple(sorted(row[1:5])) for step in range(20) for row in data.batch(step, rows=32, seed=0).tokens.tolist()
    }
    assert not held & trained


def test_a_model_that_says_the_answers_is_right_everywhere_and_one_that_does_not_is_not():
    task = sorting(10, 3)
    rows = task.sample(rows=64, seed=0)

    class Told(torch.nn.Module):
        def __init__(self, shift):
            super().__init__()
            self.shift = shift

        def forward(self, tokens):
            following = torch.roll(tokens, -1, dims=1) + self.shift
            return type("Out", (), {"logits": 20.0 * torch.nn.functional.one_hot(following % 12, 12).float()})

    right, wrong = scores(Told(0), rows), scores(Told(1), rows)
    assert right["answers_right"] == right["rows_right"] == 1.0
    assert right["loss_nats"] < 1e-3
    assert wrong["rows_right"] == 0.0


@pytest.fixture
def little(monkeypatch, tmp_path):
    """Shards of a few documents, in a cache of their own."""
    monkeypatch.setenv("CUTAWAY_CACHE", str(tmp_path))
    monkeypatch.setattr(streams, "DOCUMENTS", 40)
    monkeypatch.setattr(language, "ROWS_A_SHARD", 96)
    for kept in (streams.shard, language.shard_windows, language.held_out_rows):
        kept.cache_clear()
    yield Language()
    for kept in (streams.shard, language.shard_windows, language.held_out_rows):
        kept.cache_clear()


def test_language_batches_mix_the_three_texts_by_their_shares(little):
    batch = little.batch(1, rows=8, seed=0)
    assert batch.tokens.shape == (32, 128)
    assert (batch.tokens[:, 0] == streams.BOS).all()
    torch.testing.assert_close(batch.labels[:, :-1], batch.tokens[:, 1:])
    assert (batch.labels[:, -1] == NOTHING).all()
    torch.testing.assert_close(batch.tokens, little.batch(1, rows=8, seed=0).tokens)


def test_a_sixth_of_the_rows_of_text_is_library_and_a_tenth_of_all_rows_repeats(little, monkeypatch):
    real = language.generated
    monkeypatch.setattr(language, "generated", lambda seed, read, rows, length: real(0, 0, rows, length))
    rows = little.batch(2000, rows=90, seed=0).tokens
    library = {tuple(row) for row in language.library_windows(128, held_out=False).tolist()}
    assert sum(tuple(row) in library for row in rows.tolist()) == 13  # 16 % of the 81 that do not repeat
    assert torch.equal(rows[81:], little.repeats(9, seed=2000))
    assert torch.equal(rows[:68], real(0, 0, 68, 128))


def test_steps_read_on_where_the_last_one_ended_wide_or_not(little, monkeypatch):
    asked = []
    real = language.generated

    def spy(seed, read, rows, length):
        asked.append((read, rows))
        return real(0, 0, rows, length)

    monkeypatch.setattr(language, "generated", spy)
    for step in (998, 999, 1000, 1001):
        little.batch(step, rows=8, seed=0)
    assert [read + rows for read, rows in asked[:-1]] == [read for read, _ in asked[1:]]
    assert [rows for _, rows in asked] == [32, 32, 8, 8]


def test_no_generated_row_is_read_twice_in_a_shard(little):
    rows = [tuple(row) for read in (0, 32, 64) for row in language.generated(0, read, 32, 128).tolist()]
    assert len(set(rows)) == len(rows)
    assert rows[0] != tuple(language.generated(0, 96, 32, 128)[0].tolist())


def test_repeats_are_nearly_all_rows_at_first_and_settle(little):
    def share(step):
        rows = little.batch(step, rows=8, seed=0).tokens.tolist()
        assert len(rows) == (32 if step < 1000 else 8)
        sizes = repeated_tokens.TRAIN_PERIODS
        return sum(any(row[-size:] == row[-2 * size : -size] for size in sizes) for row in rows) / len(rows)

    assert share(0) > 0.9
    assert share(699) > 0.9
    assert share(850) == pytest.approx(0.525, abs=0.07)
    assert share(1000) == share(4000) == pytest.approx(0.1, abs=0.07)


def test_the_text_that_is_measured_on_is_of_other_seeds_and_files(little):
    held = {tuple(row) for row in language.held_out_rows(128, 32)["generated"].tolist()}
    trained = {tuple(row) for row in language.generated(0, 0, 20, 128).tolist()}
    assert not held & trained
    ours, theirs = streams.library(held_out=False), streams.library(held_out=True)
    assert len(theirs) < len(ours) / 6


def test_shards_come_from_the_cache_the_second_time(little, monkeypatch):
    first = streams.shard(0, 0)
    streams.shard.cache_clear()
    monkeypatch.setattr(streams, "encoded", lambda documents: pytest.fail("made again"))
    torch.testing.assert_close(streams.shard(0, 0), first)


def test_a_fresh_model_knows_nothing_in_every_measure(little):
    config = ToyConfig(n_layers=2, d_model=32, d_head=8)
    found = little.watched(fresh(config, seed=0), seed=0)
    for name in ("generated_loss_nats", "library_loss_nats", "repeat_loss_nats"):
        assert found[name] == pytest.approx(math.log(2048), abs=0.2)
    assert abs(found["in_context_nats"]) < 0.05
    assert found["induction_layer_0"] < 0.1
    assert {"previous_token_layer_0", "previous_token_layer_1", "induction_layer_1"} <= found.keys()


LOOKUPS = Lookups(hops=(1, 2), pairs=6, vocabulary=26, questions=5, copies=10, follows_one=20)


def test_questions_about_a_list_have_the_answers_that_following_its_arrows_gives():
    batch = LOOKUPS.batch(30, rows=40, seed=3)
    body, line = LOOKUPS.form.body, 4
    scored = 0
    for tokens, labels in zip(batch.tokens.tolist(), batch.labels.tolist(), strict=True):
        leads = {tokens[at]: tokens[at + 2] for at in range(0, body, line)}
        for at in range(body, len(tokens), line):
            start, *arrows = [one for one in tokens[at : at + 3] if one <= 26]
            for _ in arrows:
                start = leads[start]
            assert tokens[at + 3] == start
            assert labels[at + 2] in (start, NOTHING)
            scored += labels[at + 2] != NOTHING
        assert all(label == NOTHING for at, label in enumerate(labels) if at < body or (at - body) % line != 2)
    assert 0.7 < scored / (40 * 5) < 0.9  # one question in five is held out


def test_no_question_that_the_task_holds_out_is_scored():
    held = LOOKUPS.task.sample(rows=400, seed=5, split="test")
    for split, scored in (("test", 0), ("train", 400)):
        rows = LOOKUPS.task.sample(rows=400, seed=5, split=split).tokens
        start, k = LOOKUPS.form.asked(rows[:, :-1])
        leads = torch.full((400, 26), -1)
        leads.scatter_(1, rows[:, 0:24:4], rows[:, 2:24:4])
        ring = [start]
        for _ in range(5):
            ring.append(leads.gather(1, ring[-1][:, None])[:, 0])
        never = LOOKUPS.never(torch.stack(ring, dim=1), torch.zeros(400, 1, dtype=torch.long), k[:, None])
        assert int((~never).sum()) == scored
    assert len(held.tokens) == 400


def test_copying_comes_first_then_one_arrow_then_all():
    copied = LOOKUPS.batch(0, rows=4, seed=0)
    labelled = copied.labels != NOTHING
    assert torch.equal(copied.tokens[:, 1:][labelled[:, :-1]], copied.labels[labelled])
    one = LOOKUPS.batch(11, rows=50, seed=0).tokens[:, LOOKUPS.form.body :].view(50, 5, 4)
    two = LOOKUPS.batch(21, rows=50, seed=0).tokens[:, LOOKUPS.form.body :].view(50, 5, 4)
    assert (one[..., 0] == 27).all()  # a separator in front: a single arrow
    assert 0.3 < float((two[..., 0] == 27).float().mean()) < 0.7


def test_lookups_are_measured_on_questions_of_the_task_and_by_hops():
    model = fresh(ToyConfig(vocab_size=28, n_ctx=LOOKUPS.length, n_layers=1), seed=0)
    found = LOOKUPS.on_held_out(model, rows=64)
    assert {"answers_right", "1_hops_right", "2_hops_right"} <= set(found)
    assert found["answers_right"] < 0.3
