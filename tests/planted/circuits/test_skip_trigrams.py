"""Skip trigrams, crossed and not: two heads keep them apart, one head crosses them, and neurons mend it."""

import pytest
import torch

from cutaway.planted import circuit
from tests.planted.circuits.watching import answer, fires, last_logits, looks_at, shuffled_share

A, B, X, Y, C, D, NEITHER = range(1, 8)
RIGHT, BUG, FIXED = "skip-trigrams", "crossed-skip-trigrams-bug", "crossed-skip-trigrams-fixed"
SHARP_AND_SOFT = pytest.mark.parametrize("sharpness", [5.0, 12.0])


def prompt(earlier, last):
    return [0, 8, 9, earlier, 10, 11, last]


@SHARP_AND_SOFT
@pytest.mark.parametrize("name", [RIGHT, BUG, FIXED])
def test_all_are_right_on_uncrossed_prompts(name, sharpness):
    planted = circuit(name, sharpness=sharpness)
    assert (answer(planted, prompt(A, X)), answer(planted, prompt(B, Y))) == (C, D)


@SHARP_AND_SOFT
@pytest.mark.parametrize(("name", "says"), [(RIGHT, (NEITHER, NEITHER)), (BUG, (C, D)), (FIXED, (NEITHER, NEITHER))])
def test_only_the_bug_says_something_on_crossed_prompts(name, says, sharpness):
    planted = circuit(name, sharpness=sharpness)
    assert (answer(planted, prompt(A, Y)), answer(planted, prompt(B, X))) == says


@pytest.mark.parametrize(("name", "share"), [(RIGHT, 1.0), (BUG, 0.0), (FIXED, 1.0)])
@pytest.mark.parametrize("corruption", ["crossed-last", "crossed-earlier"])
def test_on_the_crossed_prompts_of_the_sampler_the_bug_is_always_wrong(name, share, corruption):
    planted = circuit(name)
    said = planted.model.run(planted.sample(64, 0, corruption).corrupted).logits[:, -1].argmax(dim=-1)
    assert float((said == NEITHER).float().mean()) == share


@SHARP_AND_SOFT
def test_where_both_stand_the_bug_cannot_choose_and_the_others_can(sharpness):
    for last, right, wrong in ((X, C, D), (Y, D, C)):
        both = [0, A, 9, B, 10, 11, last]
        crossed = last_logits(circuit(BUG, sharpness=sharpness), both)
        torch.testing.assert_close(crossed[right], crossed[wrong], atol=1e-4, rtol=0)
        for name in (RIGHT, FIXED):
            assert answer(circuit(name, sharpness=sharpness), both) == right


@SHARP_AND_SOFT
def test_heads_of_their_own_rest_for_the_other_and_a_shared_head_does_not(sharpness):
    right, bug = circuit(RIGHT, sharpness=sharpness), circuit(BUG, sharpness=sharpness)
    assert looks_at(right, "A ... X", prompt(A, X)) == 3
    for other in (prompt(A, Y), prompt(B, X), prompt(B, Y)):
        assert looks_at(right, "A ... X", other) == 0
    for any_prompt in (prompt(A, X), prompt(A, Y), prompt(B, X), prompt(B, Y)):
        assert looks_at(bug, "crossed", any_prompt) == 3


@SHARP_AND_SOFT
def test_neurons_of_the_fix_need_both_tokens(sharpness):
    planted = circuit(FIXED, sharpness=sharpness)
    assert fires(planted, "A and X", prompt(A, X)) == [6]
    assert fires(planted, "B and Y", prompt(B, Y)) == [6]
    for other in (prompt(A, Y), prompt(B, X), prompt(8, X)):
        assert fires(planted, "A and X", other) == []


def test_truth_of_the_bug_is_that_the_last_token_changes_nothing():
    moved = {name: any(circuit(name).truth.alone("crossed-last").values()) for name in (RIGHT, BUG, FIXED)}
    assert moved == {RIGHT: True, BUG: False, FIXED: True}


@pytest.mark.parametrize("name", [RIGHT, BUG, FIXED])
def test_shuffled_twins_guess(name):
    assert shuffled_share(circuit(name)) < 0.65  # one of two
