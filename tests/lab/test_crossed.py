"""Skip trigrams by name, the bound of sums on models of random weights, and a head by hand that needs no MLP."""

import math

import pytest
import torch

from cutaway.lab import crossed
from cutaway.lab.crossed import (
    MIXED,
    SIZE,
    Skipper,
    by_square,
    four,
    held_pattern,
    mixed_skip_trigrams,
    nats,
    parted,
    said,
)
from cutaway.models import wrap
from cutaway.models.toy import ToyForCausalLM

ROWS = 64


def made(kind, seed=0, large=1.0):
    """A model of random weights, too large for it to be unsure."""
    torch.manual_seed(seed)
    module = ToyForCausalLM(Skipper(kind, 0, 0, 0, 0, 8).config).eval()
    with torch.no_grad():
        for weight in module.parameters():
            weight.normal_(0.0, large)
    return wrap(module, name=kind)


def rows(seed=0):
    return MIXED.draw(ROWS, torch.Generator().manual_seed(seed), "any")


def test_crossed_squares_are_crossed_and_in_straight_ones_the_earlier_token_decides():
    names = mixed_skip_trigrams().symbols
    follows = {("A", "X"): "C", ("A", "Y"): "D", ("B", "X"): "D", ("B", "Y"): "C"}
    for _, some in parted(rows()):
        for tokens, wrong in zip(some.tokens.tolist(), some.answers.wrong.flatten().tolist(), strict=True):
            words = [names[token] for token in tokens]
            earlier = next(word for word in words if word[0] in "AB")
            square = int(earlier[1:])
            straight = {"A": "C", "B": "D"}[earlier[0]]
            right = follows[earlier[0], words[-2][0]] if square < crossed.CROSSED else straight
            assert words[-1] == f"{right}{square}"
            assert {words[-1], names[wrong]} == {f"C{square}", f"D{square}"}


def test_four_corners_have_each_answer_twice_and_the_same_filler():
    corners = four(rows())
    tokens = corners.tokens.unflatten(0, (4, -1))
    assert torch.equal(
        (tokens[0] != tokens[3]).sum(dim=1) - (tokens[0, :, -1] != tokens[3, :, -1]).long(), torch.full((ROWS,), 2)
    )
    right = corners.answers.right[:, 0, 0].view(4, -1) % SIZE
    assert torch.equal((right == crossed.C).sum(dim=0), torch.full((ROWS,), 2))


@pytest.mark.parametrize("seed", range(3))
def test_of_logits_that_are_sums_one_corner_is_wrong_at_least_and_the_loss_is_log_2(seed):
    for kind in ("even attention", "attention only"):
        model = made(kind, seed)
        _, some = parted(rows(seed))[0]
        corners = four(some)
        logits = said(model, corners, held_pattern(model, corners))
        right, wrong = (part[:, 0] for part in (corners.answers.right, corners.answers.wrong))
        ahead = (logits.gather(1, right) - logits.gather(1, wrong))[:, 0].double().view(4, -1)
        torch.testing.assert_close(ahead.sum(dim=0), torch.zeros(ahead.shape[1]).double(), atol=2e-2, rtol=0)
        assert ((ahead <= 0).sum(dim=0) >= 1).all()
        assert (torch.nn.functional.softplus(-ahead).mean(dim=0) >= math.log(2) - 1e-6).all()
        if kind == "even attention":  # held or not, it is the same
            torch.testing.assert_close(logits, said(model, corners), rtol=1e-4, atol=1e-2)
            assert nats(model, corners) >= math.log(2)


def test_one_head_by_hand_is_right_on_every_crossed_square_and_held_it_is_wrong_on_half():
    model = one_head()
    table = by_square(model, Skipper("attention only", 0, 0, 0, ROWS, 8))
    assert [row["wrong"] for row in table if row["squares"] == "crossed"] == [0]
    assert [row["share_held"] >= 0.25 for row in table if row["squares"] == "crossed"] == [True]


@torch.no_grad()
def one_head():
    """Looks at A from X and at B from Y, else at itself; where it finds one it says C, and D where it does not."""
    module = ToyForCausalLM(Skipper("attention only", 0, 0, 0, 0, 8).config).eval()
    for weight in module.parameters():
        weight.zero_()
    attention = module.blocks[0].attn
    for token in range(MIXED.named):
        square, role = divmod(token, SIZE)
        sign = 1.0 if role % 2 == 0 else -1.0  # A and X, against B and Y
        module.embed.weight[token, square] = 1.0
        if role < 2:
            module.embed.weight[token, 16] = sign
            module.embed.weight[token, 18] = 1.0
        elif role < 4:
            module.embed.weight[token, 17] = sign
            module.embed.weight[token, 19] = 1.0
    attention.q_proj.weight[0, 17] = attention.k_proj.weight[0, 16] = 10.0  # agree, or do not
    attention.v_proj.weight[0, 18] = 1.0
    attention.o_proj.weight[20, 0] = 1.0
    for square in range(16):
        module.unembed.weight[SIZE * square + crossed.C, [square, 20, 19]] = torch.tensor([40.0, 40.0, 0.0])
        module.unembed.weight[SIZE * square + crossed.D, [square, 20, 19]] = torch.tensor([40.0, 0.0, 20.0])
    return wrap(module, name="one head by hand")
