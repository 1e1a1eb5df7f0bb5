"""Curves whose half-way step, width and shape are known."""

import numpy as np
import pytest

from cutaway.stats.transitions import abruptness, power_law, reached, sigmoid, sudden_or_gradual

STEPS = np.arange(0.0, 401.0, 10.0)
NOISE = np.random.default_rng(0).normal(0, 0.01, len(STEPS))


def test_half_way_is_read_between_two_looks():
    assert reached([0, 10, 20, 30, 40, 50], [4, 4, 4, 1, 1, 1], 0.5) == pytest.approx(25.0)
    assert reached([0, 10, 20, 30, 40, 50], [0, 0, 3, 4, 4, 4], 0.9) == pytest.approx(26.0)


def test_an_early_peak_that_passes_is_not_the_change():
    assert reached([0, 10, 20, 30, 40, 50, 60], [0, 1, 0, 0, 1, 1, 1], 0.5) == pytest.approx(35.0)


def test_a_curve_that_goes_nowhere_is_refused():
    with pytest.raises(ValueError, match="no way"):
        reached([0, 1, 2, 3], [1, 1, 1, 1], 0.5)


def test_a_sigmoid_takes_as_long_as_its_logits_say():
    values = sigmoid(STEPS, 4.0, 0.0, 200.0, 10.0)
    assert abruptness(STEPS, values) == pytest.approx(2 * np.log(9) * 10 / 200, rel=0.05)


def test_a_power_law_takes_longer_than_it_waits():
    assert abruptness(STEPS, power_law(STEPS, 4.0, 0.0, 20.0, 1.5)) > 3


def test_a_sigmoid_is_told_from_a_power_law_by_noisy_values():
    sudden, _ = sudden_or_gradual(STEPS, sigmoid(STEPS, 4.0, 0.2, 150.0, 15.0) + NOISE)
    gradual, curve = sudden_or_gradual(STEPS, power_law(STEPS, 4.0, 0.0, 20.0, 1.5) + NOISE)
    assert sudden > 10
    assert gradual < -10
    np.testing.assert_allclose(curve, power_law(STEPS, 4.0, 0.0, 20.0, 1.5), atol=0.02)
