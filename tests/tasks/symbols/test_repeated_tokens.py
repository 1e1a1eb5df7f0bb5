"""Repeated tokens: every row repeats as it says, and what is tested was never trained on."""

import math

import torch

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
