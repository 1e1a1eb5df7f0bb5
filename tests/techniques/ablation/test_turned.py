"""Ablations turned to a drawn direction: as large as the ablation, and the ablation itself where nothing is turned."""

import torch

from cutaway.models import Replace, loss, sweep
from cutaway.techniques.ablation.mean import mean_z
from cutaway.techniques.ablation.turned import TurnedEdits, turned_ablations
from cutaway.zoo.load import load

HEADS = [(0, 1), (1, 2)]


def asked():
    model = load("attn-only-2l")
    tokens = torch.randint(1, 2000, (3, 20), generator=torch.Generator().manual_seed(0))
    return model, tokens, mean_z(model, tokens)


def test_not_turned_it_is_mean_ablation():
    model, tokens, means = asked()
    same = TurnedEdits(model, tokens, HEADS, means, [torch.eye(model.shape.d_model)])
    edits = [Replace(f"z.{layer}", means[layer][head], head=head) for layer, head in HEADS]
    found, by_hand = (sweep(model, tokens, some, loss(tokens)).scores for some in (same, edits))
    torch.testing.assert_close(found, by_hand, rtol=1e-4, atol=1e-4)


def test_turned_every_change_is_as_long_as_before_and_points_elsewhere():
    model, tokens, means = asked()
    turn = torch.linalg.qr(torch.randn(128, 128, generator=torch.Generator().manual_seed(1))).Q
    (plain,), (turned,) = (
        TurnedEdits(model, tokens, HEADS, means, [one])[1] for one in (torch.eye(model.shape.d_model), turn)
    )
    torch.testing.assert_close(turned.value.norm(dim=-1), plain.value.norm(dim=-1))
    assert torch.nn.functional.cosine_similarity(turned.value, plain.value, dim=-1).abs().max() < 0.5


def test_draws_come_one_after_another_and_a_seed_repeats_them():
    model, tokens, means = asked()
    found = turned_ablations(model, tokens, HEADS, means, loss(tokens), draws=3, seed=4)
    assert found.shape == (3, len(HEADS), len(tokens))
    again = turned_ablations(model, tokens, HEADS, means, loss(tokens), draws=2, seed=4)
    torch.testing.assert_close(again, found[:2])
    assert not torch.allclose(found[0], found[1])
