"""Copy suppression in text: the planted suppressor alone, and the places that are asked about, by hand."""

import pytest
import torch

from cutaway.errors import CutawayError
from cutaway.planted import circuit
from cutaway.techniques.detectors.roles.suppression_in_text import predicted_again, suppression_in_text


@pytest.mark.parametrize("seed", [0, 1])
def test_only_the_suppressor_is_found(seed):
    planted = circuit("copy-suppression", seed=seed)
    found = suppression_in_text(planted.model, planted.sample(64, seed).clean)
    suppressor = planted.truth.part("suppressor")
    assert found.found == [(suppressor.layer, suppressor.head)]


def test_asked_is_where_a_said_token_is_predicted_again_before_the_layer():
    planted = circuit("copy-suppression")
    said, unsaid = [0, 19, 20, 7, 21, 22, 1], [0, 19, 20, 8, 21, 22, 1]  # the cue 1 goes on with 7
    pairs = predicted_again(planted.model, torch.tensor([said, unsaid]), 1, seed=0)
    assert pairs.clean.tolist() == [said]
    assert pairs.answers.at.tolist() == [[6]]
    assert pairs.answers.right.tolist() == [[[7]]]
    assert int(pairs.answers.wrong) in (0, 19, 20, 21, 22)


def test_text_that_never_predicts_what_it_said_is_refused():
    planted = circuit("copy-suppression")
    unsaid = torch.tensor([[0, 19, 20, 8, 21, 22, 1]]).repeat(20, 1)
    with pytest.raises(CutawayError, match="need 8"):
        suppression_in_text(planted.model, unsaid)
