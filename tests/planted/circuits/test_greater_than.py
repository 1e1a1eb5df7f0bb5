"""Greater than: which thresholds fire on which number, and what they add up to."""

import pytest
import torch

from cutaway.planted import Planted, circuit
from tests.planted.circuits.watching import fires, last_logits, looks_at, shuffled_share


def prompt(number):
    return [0, 11, 12, number, 13, 14, 16]


@pytest.fixture(scope="module", params=[5.0, 12.0])
def planted(request) -> Planted:
    return circuit("greater-than", sharpness=request.param, seed=1)


def test_head_brings_the_number_and_the_decoy_looks_alike(planted):
    assert looks_at(planted, "number", prompt(4)) == 3
    assert looks_at(planted, "copies nowhere", prompt(4)) == 3


def test_thresholds_up_to_the_number_fire_at_the_end(planted):
    firing = [t for t in range(1, 10) if 6 in fires(planted, f"over {t}", prompt(4))]
    assert firing == [1, 2, 3, 4]


@pytest.mark.parametrize("number", range(1, 10))
def test_logits_climb_to_the_number_step_outside_it_and_stay(planted, number):
    logits = last_logits(planted, prompt(number))[1:11]
    steps = logits.diff()
    torch.testing.assert_close(steps[number:], torch.zeros(9 - number), atol=1e-4, rtol=0)
    torch.testing.assert_close(steps[:number], steps[0].expand(number), atol=1e-4, rtol=0)
    assert 2.5 < float(steps[0]) <= 4.0


def test_the_cutoff_at_a_number_is_the_work_of_its_own_threshold(planted):
    four, six = (last_logits(planted, prompt(number), "over 4") for number in (4, 6))
    torch.testing.assert_close(four[4], four[10], atol=1e-4, rtol=0)  # 4 ties with what is greater
    assert float(six[7] - six[6]) > 2.5  # at 6 nothing is lost
    assert float(four[4] - four[3]) > 2.5


def test_lower_thresholds_fire_the_other_way_round_and_are_not_heard(planted):
    assert 6 in fires(planted, "under", prompt(9))
    torch.testing.assert_close(last_logits(planted, prompt(4), "under"), last_logits(planted, prompt(4)))


def test_right_are_all_greater_numbers_and_wrong_all_others():
    pairs = circuit("greater-than").sample(9, 0)
    for row, number in enumerate(range(1, 10)):
        assert int(pairs.clean[row].clamp(max=11).where(pairs.clean[row] < 11, 0).max()) == number
        right, wrong = (set(ids[row, 0].tolist()) - {-1} for ids in (pairs.answers.right, pairs.answers.wrong))
        assert right == set(range(number + 1, 11))
        assert wrong == set(range(1, number + 1))


def test_the_lowest_number_hides_the_threshold_that_everything_passes(planted):
    alone = planted.truth.alone("lowest-number")
    assert [t for t in range(1, 10) if not alone[f"over {t}"]] == [1]


def test_shuffled_twins_guess():
    assert shuffled_share(circuit("greater-than")) < 0.65  # the larger set wins more often than not: 5 in 9 and more
