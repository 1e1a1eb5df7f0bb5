"""Jobs at once: the same results in the same order, failures that are told, and one thread each."""

import pytest
import torch

from cutaway.lab.side_by_side import side_by_side


def squared(number):
    if number < 0:
        raise ValueError(f"{number} is below zero")
    return number * number, torch.get_num_threads()


@pytest.mark.slow
def test_results_are_in_the_order_of_the_jobs_and_each_process_has_one_thread():
    ticks = []
    results = side_by_side(squared, [3, 1, 2], at_once=2, tick=lambda: ticks.append(1))
    assert results == [(9, 1), (1, 1), (4, 1)]
    assert len(ticks) == 3
    with pytest.raises(ValueError, match="-1 is below zero"):
        side_by_side(squared, [-1, 2], at_once=2, tick=lambda: None)


def test_one_at_a_time_is_done_here():
    ticks = []
    assert [value for value, _ in side_by_side(squared, [3, 1], at_once=1, tick=lambda: ticks.append(1))] == [9, 1]
    assert len(ticks) == 2
