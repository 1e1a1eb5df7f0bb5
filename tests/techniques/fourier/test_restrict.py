"""What is kept of logits and what goes, on tables made by a formula."""

import torch

from cutaway.techniques.fourier.restrict import excluded, restricted, silenced
from tests.techniques.fourier.by_hand import clock, pizza, table

P = 13


def junk(a, b, c):
    """Waves of a - b, which no answer of a + b has."""
    return clock(P, 2)(a, -b, c) + a * 0


def both(a, b, c):
    return clock(P, 3)(a, b, c) + clock(P, 5)(a, b, c) + junk(a, b, c)


def test_restricted_logits_are_the_waves_of_the_answer_at_these_frequencies():
    pairs = table(P, both)
    torch.testing.assert_close(restricted(pairs, (3,)), table(P, clock(P, 3)).logits)


def test_of_differences_the_waves_of_a_minus_b_are_kept():
    pairs = table(P, lambda a, b, c: both(a, b, c) + clock(P, 4)(a, -b, c), sign=-1)
    torch.testing.assert_close(restricted(pairs, (4,)), table(P, lambda a, b, c: clock(P, 4)(a, -b, c)).logits)


def test_excluded_logits_are_the_rest():
    pairs = table(P, both)
    rest = table(P, lambda a, b, c: clock(P, 5)(a, b, c) + junk(a, b, c)).logits
    torch.testing.assert_close(excluded(pairs, (3,)), rest)


def test_silencing_takes_what_a_pizza_keeps_when_waves_of_the_sum_are_excluded():
    pairs = table(P, pizza(P, 3))
    assert float(pairs.right().mean()) == 1.0
    assert float(excluded(pairs, (3,)).abs().max()) > 0.1
    torch.testing.assert_close(silenced(pairs, (3,)), torch.zeros(P, P, P, dtype=torch.float64))
    torch.testing.assert_close(silenced(pairs, (4,)), pairs.logits)


def test_trained_pairs_lend_a_memory_to_unseen_ones_unless_waves_are_fitted_over_those():
    trained = torch.rand(P, P, generator=torch.Generator().manual_seed(0)) < 0.5
    memory = table(P, lambda a, b, c: (((a + b) % P == c) & trained[..., None]).double())
    every = tuple(range(1, P // 2 + 1))
    lent = memory.right(restricted(memory, every))[~trained]
    own = restricted(memory, every, over=~trained)
    assert float(lent.mean()) == 1.0
    torch.testing.assert_close(own, torch.zeros(P, P, P, dtype=torch.float64))
