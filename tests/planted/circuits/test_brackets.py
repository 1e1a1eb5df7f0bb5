"""The bracket counter against a stack, on every string of ten brackets, and inside three of them."""

from itertools import product

import pytest
import torch

from cutaway.planted import Planted, circuit
from tests.planted.circuits.watching import answer, fires, looks_at, pattern, shuffled_share, written

OPEN, CLOSE, END, WRONG = 1, 2, 3, 4


def prompt(text):
    return [0, *(OPEN if one == "(" else CLOSE for one in text)]


CLOSED, STILL_OPEN, DIPS = prompt("()(())()()"), prompt("(()()(()()"), prompt("())(()()()")


@pytest.fixture(scope="module", params=[5.0, 12.0])
def planted(request) -> Planted:
    return circuit("bracket-counter", sharpness=request.param, seed=1)


def by_a_stack(brackets):
    stack = []
    for one in brackets:
        if one == OPEN:
            stack.append(one)
        elif not stack:
            return WRONG
        else:
            stack.pop()
    return CLOSE if stack else END


def test_it_agrees_with_a_stack_on_every_string(planted):
    strings = list(product((OPEN, CLOSE), repeat=10))
    prompts = torch.tensor([[0, *one] for one in strings])
    said = planted.model.run(prompts).logits[:, -1].argmax(dim=-1).tolist()
    assert said == [by_a_stack(one) for one in strings]


@pytest.mark.parametrize(("text", "depth"), [(CLOSED, 0), (STILL_OPEN, 2), (DIPS, 0), (prompt("))))))))))"), -10)])
def test_count_at_the_end_is_the_depth(planted, text, depth):
    found = written(planted, "depth", "resid_mid.0", text)
    torch.testing.assert_close(found, torch.tensor([float(depth)]), atol=1e-4, rtol=0)


def test_counting_head_looks_everywhere_alike(planted):
    found = pattern(planted, "count", DIPS, query=4)
    torch.testing.assert_close(found, torch.tensor([1 / 5] * 5 + [0.0] * 6))


def test_neurons_are_on_where_the_depth_has_their_sign(planted):
    assert fires(planted, "below", DIPS) == [3]
    assert fires(planted, "open", DIPS) == [1, 5, 7, 9]
    assert fires(planted, "below", CLOSED) == []


def test_dip_is_found_where_it_happened_and_reported_at_the_end(planted):
    assert looks_at(planted, "dip", DIPS) == 3
    assert looks_at(planted, "dip", CLOSED) == 0  # it rests
    assert fires(planted, "wrong", DIPS)[-1] == 10
    assert fires(planted, "wrong", CLOSED) == []


@pytest.mark.parametrize(
    ("text", "removed", "said"),
    [(STILL_OPEN, "open", END), (DIPS, "below", END), (DIPS, "dip", END), (DIPS, "count", END), (DIPS, "open", WRONG)],
)
def test_without_a_part_just_its_own_reason_is_missing(planted, text, removed, said):
    assert answer(planted, text, removed) == said


def test_two_corruptions_are_blind_to_what_the_other_sees(planted):
    depth, dip = (planted.truth.alone(name) for name in ("open-or-closed", "dip-or-none"))
    assert (depth["open"], depth["below"], depth["wrong"]) == (True, False, False)
    assert (dip["open"], dip["below"], dip["wrong"]) == (False, True, True)


def test_shuffled_twins_do_not_count():
    assert shuffled_share(circuit("bracket-counter")) < 0.65  # of the two answers of a pair, either
