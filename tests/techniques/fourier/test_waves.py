"""Waves over numbers modulo p, against sums worked by hand."""

import math

import pytest
import torch

from cutaway.techniques.fourier.waves import few_that_carry, only_these, power_by_frequency


def wave(frequency, p, phase=0.0):
    return (2 * math.pi * frequency * torch.arange(p, dtype=torch.float64) / p + phase).cos()


def test_power_of_a_cosine_is_half_its_length_at_its_own_frequency():
    power = power_by_frequency(3.0 * wave(4, 11, phase=0.7) + 2.0)
    by_hand = torch.zeros(5, dtype=torch.float64)
    by_hand[3] = 9 * 11 / 2
    torch.testing.assert_close(power, by_hand)


@pytest.mark.parametrize("p", [7, 8, 53])
def test_powers_add_up_to_the_sum_of_squares_around_the_mean(p):
    values = torch.randn(3, p, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    around = (values - values.mean(dim=1, keepdim=True)).square().sum(dim=1)
    torch.testing.assert_close(power_by_frequency(values).sum(dim=1), around)


def test_some_frequencies_are_kept_with_the_mean_and_all_others_go():
    values = 5.0 + wave(1, 13) + wave(2, 13, phase=1.0) + wave(6, 13, phase=2.0)
    torch.testing.assert_close(only_these(values, (2, 6)), 5.0 + wave(2, 13, phase=1.0) + wave(6, 13, phase=2.0))
    torch.testing.assert_close(only_these(values, ()), torch.full((13,), 5.0, dtype=torch.float64))


@pytest.mark.parametrize(
    ("power", "share", "carry"),
    [
        ([0.0, 5.0, 0.0, 4.0, 1.0], 0.9, (2, 4)),
        ([0.0, 5.0, 0.0, 4.0, 1.0], 0.91, (2, 4, 5)),
        ([1.0, 1.0, 1.0, 1.0], 0.5, (1, 2)),
        ([1.0, 2.0], 1.0, (2, 1)),
    ],
)
def test_the_fewest_frequencies_that_hold_a_share(power, share, carry):
    assert few_that_carry(torch.tensor(power, dtype=torch.float64), share) == carry
