"""Answers, on logits that are logarithms of small whole numbers, so that every probability is a fraction."""

from math import log

import pytest
import torch

from cutaway.models.answers import NONE, SURE, Answers, ids_of, spoken
from cutaway.models.pairs import Pairs

ONE_TWO_FOUR_ONE = torch.tensor([1.0, 2.0, 4.0, 1.0]).log()  # probabilities 1/8, 1/4, 1/2, 1/8
FOUR_ONE_ONE_TWO = torch.tensor([4.0, 1.0, 1.0, 2.0]).log()  # 1/2, 1/8, 1/8, 1/4


def logits(*rows):
    """Each row's logits at its positions."""
    return torch.stack([torch.stack(row) for row in rows])


def answers(at, right, wrong=None, **other):
    return Answers(torch.tensor(at), torch.tensor(right), None if wrong is None else torch.tensor(wrong), **other)


def test_one_right_and_one_wrong_token_are_compared_in_logits_at_their_own_position():
    found = answers([[1], [0]], [[[2]], [[0]]], [[[1]], [[2]]])
    rows = logits([FOUR_ONE_ONE_TWO, ONE_TWO_FOUR_ONE], [ONE_TWO_FOUR_ONE, FOUR_ONE_ONE_TWO])
    metric = found.metric()
    assert (metric.name, metric.unit) == ("logit_difference", "logits")
    torch.testing.assert_close(metric(rows), torch.tensor([log(2), -log(4)]))
    assert found.accuracy()(rows).tolist() == [1.0, 0.0]
    assert not metric.reads(2, 2).whole_vocabulary  # a sweep needs only the two logits


def test_a_tie_with_the_rival_is_not_right():
    found = answers([[0], [0]], [[[0]], [[3]]], [[[3]], [[2]]])
    rows = logits([ONE_TWO_FOUR_ONE], [ONE_TWO_FOUR_ONE])
    assert found.accuracy()(rows).tolist() == [0.0, 0.0]  # 1/8 against 1/8, and 1/8 against 1/2


def test_several_right_or_wrong_tokens_are_compared_in_probability_and_the_filling_counts_nothing():
    found = answers([[0], [0]], [[[0, 2]], [[3, NONE]]], [[[1, NONE]], [[0, 1]]])
    rows = logits([ONE_TWO_FOUR_ONE], [ONE_TWO_FOUR_ONE])
    assert found.metric().unit == "probability"
    by_hand = torch.tensor([5 / 8 - 2 / 8, 1 / 8 - 3 / 8])
    torch.testing.assert_close(found.metric()(rows), by_hand)
    assert found.accuracy()(rows).tolist() == [1.0, 0.0]


def test_one_right_token_alone_is_scored_by_its_log_probability_and_right_if_it_is_the_best_of_all():
    found = answers([[0], [0]], [[[2]], [[1]]])
    rows = logits([ONE_TWO_FOUR_ONE], [ONE_TWO_FOUR_ONE])
    assert (found.metric().name, found.metric().unit) == ("answer_log_prob", "nats")
    torch.testing.assert_close(found.metric()(rows), torch.tensor([log(1 / 2), log(1 / 4)]))
    assert found.accuracy()(rows).tolist() == [1.0, 0.0]


def test_pieces_of_one_answer_are_summed_and_right_only_together():
    found = answers([[0, 1], [1, 0], [0, NONE]], [[[2], [0]], [[0], [1]], [[2], [NONE]]])
    both = [ONE_TWO_FOUR_ONE, FOUR_ONE_ONE_TWO]
    rows = logits(both, both, both)
    by_hand = torch.tensor([log(1 / 4), log(1 / 8), log(1 / 2)])  # 1/2 * 1/2; 1/2 * 1/4; 1/2 and nothing else
    torch.testing.assert_close(found.metric()(rows), by_hand)
    assert found.accuracy()(rows).tolist() == [1.0, 0.0, 1.0]


def test_questions_of_their_own_are_averaged_over_those_that_a_row_has():
    found = answers([[0, 1], [1, NONE]], [[[2], [3]], [[0], [NONE]]], is_one=False)
    both = [ONE_TWO_FOUR_ONE, FOUR_ONE_ONE_TWO]
    torch.testing.assert_close(found.metric()(logits(both, both)), torch.tensor([log(1 / 8) / 2, log(1 / 2)]))
    assert found.accuracy()(logits(both, both)).tolist() == [0.5, 1.0]


def test_several_right_tokens_alone_are_scored_by_their_probability_averaged_over_questions():
    found = answers([[0, 1], [0, NONE]], [[[0, 2], [1, NONE]], [[1, 3], [NONE, NONE]]], is_one=False)
    both = [ONE_TWO_FOUR_ONE, FOUR_ONE_ONE_TWO]
    assert (found.metric().name, found.metric().unit) == ("right_probability", "probability")
    torch.testing.assert_close(found.metric()(logits(both, both)), torch.tensor([(5 / 8 + 1 / 8) / 2, 3 / 8]))
    assert found.accuracy()(logits(both, both)).tolist() == [0.5, 0.0]


@pytest.mark.parametrize(
    ("weights", "right"),
    [
        ([4.0, 4.0, 1.0, 1.0], 1.0),  # the two best are the two right ones
        ([4.0, 1.0, 4.0, 1.0], 0.0),  # one of the two best is wrong
        ([4.0, 4.0, 4.0, 1.0], 0.0),
        ([1.0, 4.0, 1.0, 1.0], 1.0),
        ([1.0, 1.0, 4.0, 1.0], 0.0),
    ],
)
def test_without_rivals_every_best_token_must_be_right(weights, right):
    found = answers([[0]], [[[0, 1]]])
    assert found.accuracy()(logits([torch.tensor(weights).log()])).tolist() == [right]


def test_ids_of_fills_rows_questions_and_sets_up_to_the_longest():
    found = ids_of([[[5], [6, 7]], [[8]]])
    assert found.tolist() == [[[5, NONE], [6, 7]], [[8, NONE], [NONE, NONE]]]


def test_somebody_who_is_sure_has_the_answer_and_whoever_says_nothing_is_never_right():
    at = torch.tensor([[0, 2], [1, 1]])
    said = spoken(ids_of([[[1], [0, 3]], []]), at, pos=3, d_vocab=4)
    by_hand = torch.zeros(2, 3, 4)
    by_hand[0, 0, 1] = by_hand[0, 2, 0] = by_hand[0, 2, 3] = SURE
    assert torch.equal(said, by_hand)
    assert answers([[0], [1]], [[[1]], [[1]]]).accuracy()(said).tolist() == [1.0, 0.0]


def test_pairs_score_either_prompt_by_the_answers_of_the_clean_one():
    pairs = Pairs(torch.zeros(1, 1).long(), torch.ones(1, 1).long(), answers([[0]], [[[2]]]))
    assert len(pairs) == 1
    assert float(pairs.metric(logits([FOUR_ONE_ONE_TWO]))) == pytest.approx(log(1 / 8))
    assert float(pairs.accuracy(logits([FOUR_ONE_ONE_TWO]))) == 0.0
