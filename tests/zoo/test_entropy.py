"""Known entropy: what is decided, what was drawn, against a model that knows and one that knows nothing."""

import math

import pytest
import torch

from cutaway.zoo.entropy import beside_entropy, choices


def test_decided_and_drawn_tokens_are_told_apart():
    drawn = torch.tensor([[0, 1, 10, 0], [0, 10, 1, 1]])
    losses = torch.tensor([[0.5, math.log(10) + 0.2, 9.0], [math.log(10), 0.25, 0.75]])
    found = beside_entropy(losses, drawn)
    assert found["decided_loss_nats"] == pytest.approx(0.5)
    assert found["drawn_excess_nats"] == pytest.approx(0.1)


def test_rows_have_tokens_of_both_kinds_and_their_choices():
    tokens, drawn = choices(128, documents=150)
    assert tokens.shape == drawn.shape
    assert (drawn[:, 0] == 0).all()
    assert int((drawn == 1).sum()) > 500
    assert int((drawn > 1).sum()) > 100


def test_who_says_every_token_is_as_likely_is_far_from_both():
    tokens, drawn = choices(128, documents=150)
    losses = torch.full((len(tokens), 127), math.log(2048))
    found = beside_entropy(losses, drawn)
    assert found["decided_loss_nats"] == pytest.approx(math.log(2048), abs=1e-3)
    assert found["drawn_excess_nats"] > 3
