"""Copy suppression on two prompts: one has said the likeliest continuation, the other has said another's."""

import pytest

from cutaway.planted import Planted, circuit
from tests.planted.circuits.watching import answer, last_logits, looks_at, shuffled_share

# the cue 1 goes on with 7, or else 13; 8 is how the cue 2 goes on
SAID, UNSAID = [0, 19, 20, 7, 21, 22, 1], [0, 19, 20, 8, 21, 22, 1]


@pytest.fixture(scope="module", params=[5.0, 12.0])
def planted(request) -> Planted:
    return circuit("copy-suppression", sharpness=request.param, seed=1)


def test_what_was_said_is_not_said_again(planted):
    assert (answer(planted, SAID), answer(planted, UNSAID)) == (13, 7)


def test_suppressor_looks_where_the_predicted_token_stood(planted):
    for head in ("suppressor", "lowers nothing"):
        assert looks_at(planted, head, SAID) == 3
        assert looks_at(planted, head, UNSAID) == 0  # it rests


def test_without_a_prediction_there_is_nothing_to_look_for(planted):
    assert looks_at(planted, "suppressor", SAID, "predicts") == 0


def test_suppressor_lowers_the_predicted_token_and_leaves_the_other_continuation(planted):
    change = last_logits(planted, SAID) - last_logits(planted, SAID, "suppressor")
    assert -6.0 <= float(change[7]) < -4.5
    assert float(change[13]) == pytest.approx(0, abs=1e-4)
    assert answer(planted, SAID, "suppressor") == 7


def test_decoy_looks_at_the_cue_and_lowers_the_cue_alone(planted):
    assert looks_at(planted, "lowers itself", SAID) == 6
    change = last_logits(planted, SAID) - last_logits(planted, SAID, "lowers itself")
    assert float(change[1]) < -4.5
    change[1] = 0
    assert float(change.abs().max()) == pytest.approx(0, abs=1e-4)


def test_shuffled_twins_guess():
    assert shuffled_share(circuit("copy-suppression")) < 0.6  # one of two
