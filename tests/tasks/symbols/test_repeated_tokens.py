"""Repeated tokens: every row repeats as it says, and what is tested was never trained on."""

import math

import pytest
import torch

from cutaway.errors.tasks import TaskArgumentError
from cutaway.tasks.symbols import repeated_tokens as task


def test_every_row_repeats_with_its_own_period_from_its_own_offset():
    repeats = task.sample(rows=50, length=128, vocab=500, seed=0)
    for tokens, period, offset, again in zip(
        repeats.tokens, repeats.period.tolist(), repeats.offset.tolist(), repeats.repeated, strict=True
    ):
        assert tokens[0] == 0
        first = 1 + offset + period
        assert again.tolist() == [place >= first for place in range(128)]
        for place in range(first, 128):
            assert tokens[place] == tokens[place - period]


def test_nothing_is_shown_twice_before_it_should_be():
    repeats = task.sample(rows=200, length=128, vocab=50_000, seed=1)
    for tokens, period, offset in zip(repeats.tokens, repeats.period.tolist(), repeats.offset.tolist(), strict=True):
        fresh = tokens[: 1 + offset + period]
        assert len(fresh.unique()) >= len(fresh) - 1  # two of at most 58 in 50,000 may agree by luck


def test_periods_and_offsets_of_the_test_were_never_trained_on():
    assert not set(task.TEST_PERIODS) & set(task.TRAIN_PERIODS)
    assert not set(task.TEST_OFFSETS) & set(task.TRAIN_OFFSETS)


def test_ids_are_drawn_evenly_and_the_first_token_only_at_the_start():
    tokens = task.sample(rows=400, length=64, vocab=11, seed=2, periods=(64,), offsets=(0,), bos=4).tokens
    assert tokens[:, 0].eq(4).all()
    counts = tokens[:, 1:].flatten().bincount(minlength=11)
    assert counts[4] == 0
    expected = 400 * 63 / 10
    others = torch.cat([counts[:4], counts[5:]])
    assert (others - expected).abs().max() < 5 * math.sqrt(expected)


def test_model_without_a_first_token_gets_rows_without_one():
    tokens = task.sample(rows=300, length=40, vocab=5, seed=3, periods=(9,), offsets=(1,), bos=None).tokens
    assert set(tokens[:, 0].tolist()) == {0, 1, 2, 3, 4}


def test_knowing_nothing_costs_log_vocab_and_copying_costs_nothing():
    repeats = task.sample(rows=8, length=128, vocab=40, seed=4)
    ignorant = torch.zeros(8, 128, 40)
    torch.testing.assert_close(task.repeat_loss(ignorant, repeats), torch.full((8,), math.log(40)))
    copier = ignorant.clone()
    copier[:, :-1].scatter_(-1, repeats.tokens[:, 1:, None], 50.0)
    torch.testing.assert_close(task.repeat_loss(copier, repeats), torch.zeros(8))


def test_loss_is_of_the_token_it_stands_on():
    logits = torch.zeros(1, 3, 2)
    logits[0, 0, 1] = 100.0  # after the first token, sure of 1
    loss = task.next_token_loss(logits, torch.tensor([[0, 1, 0]]))
    torch.testing.assert_close(loss, torch.tensor([[0.0, 0.0, math.log(2)]]))


def test_short_contexts_get_periods_that_still_show_something_twice():
    for length in (8, 16, 31, 48, 64, 96):
        periods, offsets = task.test_sizes(length)
        assert 1 + max(offsets) + max(periods) < length, length


def test_what_is_asked_is_the_second_showing_but_its_first_token():
    form = task.repeated_tokens(vocab=40, length=30)
    assert form.solve([0, 5, 7, 8, 9, 7, 8, 9, 7]) == [{8}, {9}]  # free token 5, then 7 8 9 over and over
    rows = form.sample(rows=200, seed=3)
    for ids, at, right in zip(
        rows.tokens.tolist(), rows.answers.at.tolist(), rows.answers.right[..., 0].tolist(), strict=True
    ):
        again = next(place for place in range(30) if ids[place] in ids[:place])
        period = again - ids.index(ids[again])
        asked = [place for place in range(again + 1, again + period) if place < 30]
        assert [place + 1 for place, one in zip(at, right, strict=True) if one >= 0] == asked
        assert [one for one in right if one >= 0] == [ids[place - period] for place in asked]
        assert ids[0] == 0
        assert 0 not in ids[1:]


def test_splits_of_the_task_share_neither_periods_nor_offsets_at_any_size():
    for vocab, length in ((128, 96), (50, 30), (12, 12), (20, 32), (1000, 93)):
        form = task.Form(vocab, length)
        for train, test, both in zip(*(form.sizes(split) for split in ("train", "test", "any")), strict=True):
            assert train
            assert test
            assert not set(train) & set(test)
            assert set(train) | set(test) == set(both)
    assert task.Form(128, 96).sizes("test") == (task.TEST_PERIODS, task.TEST_OFFSETS)
    assert task.Form(128, 96).sizes("train") == (task.TRAIN_PERIODS, task.TRAIN_OFFSETS)


def test_corruptions_change_the_first_showing_as_they_say():
    form = task.repeated_tokens(vocab=60, length=40)
    for name in ("shuffled", "other-tokens", "rotated", "one-exchanged"):
        clean, other = form.both(rows=200, seed=1, corruption=name)
        for one, changed in zip(clean.tokens.tolist(), other.tokens.tolist(), strict=True):
            again = next(place for place in range(40) if one[place] in one[:place])
            start = one.index(one[again])
            period, before, after = again - start, one[start:again], changed[start:again]
            assert one[:start] == changed[:start]
            assert all(changed[place] == changed[place - period] for place in range(again, 40))
            assert before != after
            if name in ("shuffled", "rotated"):
                assert sorted(before) == sorted(after)
            if name == "rotated":
                turn = after.index(before[0])
                assert after[turn:] + after[:turn] == before
            if name == "other-tokens":
                assert not set(after) & set(one)
            if name == "one-exchanged":
                assert before[0] == after[0]
                assert len(set(after) - set(one)) == sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_task_fits_any_vocabulary_and_refuses_one_without_room():
    small = task.TASK.sized(2048)
    assert len(small.symbols) == 2048
    assert int(small.sample(rows=20).tokens.max()) > 1000
    for tight in (task.repeated_tokens(vocab=12, length=12), task.repeated_tokens(vocab=20, length=96)):
        for corruption in tight.corruptions:
            for rows in tight.both(rows=50, corruption=corruption.name):
                assert int(rows.tokens.max()) < len(tight.symbols)
                for ids, right in zip(rows.tokens.tolist(), rows.answers.right[..., 0].tolist(), strict=True):
                    assert tight.solve(ids[:-1]) == [{one} for one in right if one >= 0]
    with pytest.raises(TaskArgumentError, match="Type 12 or more"):
        task.repeated_tokens(vocab=11)


def test_chance_is_one_of_the_tokens_shown():
    periods, offsets = (2, 4, 3), (0, 1)  # of rows of 12: twelfths and sixths
    by_hand = (1 / 2 + 1 / 3 + 1 / 4 + 1 / 5 + 1 / 3 + 1 / 4) / 6
    assert task.Form(12, 12).sizes("any") == (periods, offsets)
    assert math.isclose(task.repeated_tokens(vocab=12, length=12).chance, by_hand)
