"""composition_scores: against products written out, planted edges, an angle set by hand, and the law of its nulls."""

import math

import numpy as np
import pytest
import torch

import cutaway
from cutaway.errors.composition import (
    NoEarlierLayerError,
    NormBetweenError,
    TooFewError,
    UnknownPreparationError,
    UnknownSlotError,
)
from cutaway.errors.transforms import TransformRefusedError
from cutaway.planted import circuit, random_circuit
from cutaway.stats.separation import auroc
from cutaway.techniques.composition.scores import composition_scores
from tests.conformance.families import build
from tests.techniques.composition.by_hand import bare, full_maps, pairs_of_heads, readers, row_of, toy

KEY = ["slot", "layer", "head", "sender_layer", "sender_head"]


def written_out(model):
    """Every pair's score from products of d_model x d_model matrices."""
    layers, heads = model.shape.n_layers, model.shape.n_heads
    found = {}
    for layer in range(1, layers):
        for head in range(heads):
            for slot, map_ in readers(model, layer, head).items():
                for sender_layer in range(layer):
                    for sender in range(heads):
                        ov, _ = full_maps(model, sender_layer, sender)
                        score = (ov @ map_).norm() / (ov.norm() * map_.norm())
                        found[slot, layer, head, sender_layer, sender] = float(score)
    return found


def scored(frame):
    return {tuple(row[name] for name in KEY): row["value"] for _, row in frame.iterrows()}


@pytest.mark.parametrize("model", [toy(), build("llama"), build("gpt2")], ids=["toy", "shared keys", "gpt2"])
def test_scores_are_those_of_the_full_products(model):
    found, expected = scored(composition_scores(model, draws=1).frame), written_out(model)
    assert found.keys() == expected.keys()
    numbers = torch.tensor([[found[key], expected[key]] for key in expected])
    torch.testing.assert_close(numbers[:, 0], numbers[:, 1], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("slot", ["q", "k", "v"])
def test_one_direction_read_at_an_angle_scores_its_cosine_in_that_slot_only(slot):
    model, angle = bare(n_layers=2, n_heads=1), 0.6
    write, read, other = torch.eye(16)[:3]
    seen = math.cos(angle) * write + math.sin(angle) * read
    first, second = (model.module.get_submodule(f"blocks.{layer}.attn") for layer in range(2))
    with torch.no_grad():
        first.v_proj.weight[0], first.o_proj.weight[:, 0] = 3 * other, 5 * write
        for name in ("q_proj", "k_proj", "v_proj"):
            getattr(second, name).weight[0] = 2 * (seen if name[0] == slot else other)
        second.o_proj.weight[:, 0] = other
    frame = composition_scores(model, draws=1).frame
    for name in ("q", "k", "v"):
        expected = math.cos(angle) if name == slot else 0.0
        assert row_of(frame, slot=name).value == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name", ["induction", "two-hop", "ioi"])
def test_planted_edges_between_heads_are_told_from_all_other_pairs(name):
    planted = circuit(name)
    found = composition_scores(planted.model, draws=10)
    scores, edges = scored(found.frame), pairs_of_heads(planted.truth)
    true = np.array([key in edges for key in scores])
    values = np.array(list(scores.values()))
    assert auroc(values, true) == 1.0
    assert values[~true].max() < 1e-5  # spaces are orthogonal
    assert sum(true) == len(edges) > 0


def test_planted_induction_composes_by_keys_with_the_previous_token_head_above_both_nulls():
    planted = circuit("induction")
    frame = composition_scores(planted.model, slots=("k",)).frame
    truth = planted.truth
    row = row_of(frame, head=truth.part("induction").head, sender_head=truth.part("previous").head)
    for line in ("rotated", "gaussian", "largest_rotated", "largest_gaussian"):
        assert row.value > 1.5 * row[line]
    silent = frame[frame.sender_head != truth.part("previous").head]
    assert (silent.value < silent.rotated).all()


def test_edges_of_random_circuits_score_above_pairs_without_an_edge():
    tried = 0
    for seed in range(8):
        planted = random_circuit(seed, noise=0.0)
        edges = pairs_of_heads(planted.truth)
        if not edges or planted.model.shape.n_layers < 2:
            continue
        scores = scored(composition_scores(planted.model, draws=1).frame)
        inside = [scores[key] for key in edges]
        outside = [value for key, value in scores.items() if key not in edges]
        assert min(inside) > 1e-3 > max(outside)
        tried += 1
    assert tried >= 3


def test_by_chance_the_mean_square_is_one_in_d_model_whatever_the_spectra():
    model = toy(d_model=24, n_layers=2)
    with torch.no_grad():  # of very uneven spectra
        model.module.get_submodule("blocks.0.attn.o_proj").weight[:, 1:4] *= 0.01
        model.module.get_submodule("blocks.1.attn.k_proj").weight[:3] *= 0.01
    found = composition_scores(model, draws=400)
    for null in (found.rotated, found.gaussian):
        square = null.draws.double().square().mean(dim=1)
        error = float(square.std()) / len(square) ** 0.5
        assert float(square.mean()) == pytest.approx(1 / 24, abs=4 * error)
        assert error < 0.05 / 24


def test_rotation_keeps_singular_values_so_that_a_pair_of_rank_one_strays_further():
    model = toy(d_model=24, n_layers=2, n_heads=1)
    with torch.no_grad():
        for layer in range(2):
            attn = model.module.get_submodule(f"blocks.{layer}.attn")
            attn.v_proj.weight[1:] = 0
    found = composition_scores(model, slots=("v",), draws=400)
    # the square of one coordinate of a random direction: variance 2 (n - 1) / (n^2 (n + 2))
    expected = (2 * 23 / (24**2 * 26)) ** 0.5
    assert float(found.rotated.draws.square().std()) == pytest.approx(expected, rel=0.2)
    assert float(found.gaussian.draws.square().std()) < 0.6 * expected


def test_the_gaussian_null_strays_as_far_as_models_whose_weights_are_drawn():
    shape = {"d_model": 16, "d_head": 12, "n_layers": 2, "n_heads": 3}  # so that factors are far from products
    squares = torch.stack([composition_scores(toy(seed=seed, **shape), draws=1).value.square() for seed in range(60)])
    null = composition_scores(toy(**shape), draws=300).gaussian.draws.square()
    for one, other in zip(null.chunk(3, dim=1), squares.chunk(3, dim=1), strict=True):  # q, k, v
        assert float(one.std()) == pytest.approx(float(other.std()), rel=0.12)


def test_a_random_model_clears_the_line_of_a_pair_one_time_in_twenty_and_that_of_the_largest_as_rarely():
    above, best = [], []
    for seed in range(12):
        frame = composition_scores(toy(seed=seed, d_model=24, n_layers=2, n_heads=3), draws=40).frame
        above += (frame.value > frame.rotated).tolist()
        best += (frame.groupby("slot").value.max() > frame.groupby("slot").largest_rotated.max()).tolist()
    assert 0.02 < np.mean(above) < 0.1
    assert np.mean(best) < 0.25


def test_the_best_of_many_pairs_has_a_higher_line_than_one_of_them():
    frame = composition_scores(toy(n_heads=4), draws=40).frame
    assert (frame.largest_gaussian > frame.gaussian).all()
    assert frame.largest_rotated.min() > frame.rotated.mean()


def test_heads_without_weights_score_nothing():
    frame = composition_scores(bare(n_layers=2), draws=2).frame
    assert (frame.value == 0).all()
    assert (frame.rotated == 0).all()


def test_folding_is_asked_for_by_name_and_told():
    model = toy(positions="learned")
    plain, folded = composition_scores(model, draws=1), composition_scores(model, draws=1, prepare=["fold_layer_norm"])
    by_hand = toy(positions="learned")
    with torch.no_grad():
        for block in by_hand.module.blocks:
            for name in ("q_proj", "k_proj", "v_proj"):
                getattr(block.attn, name).weight.mul_(block.ln1.weight)
    expected = composition_scores(by_hand, draws=1)
    torch.testing.assert_close(folded.value, expected.value, atol=1e-5, rtol=1e-5)
    assert not torch.allclose(plain.value, folded.value, atol=1e-3)
    assert folded.prepare == ("fold_layer_norm",)
    assert "after fold_layer_norm" in repr(folded)
    assert "as they are" in repr(plain)


def test_centring_takes_out_what_no_norm_would_let_through():
    model = toy(positions="learned")
    with torch.no_grad():
        for block in model.module.blocks:
            block.attn.o_proj.weight += 2.0  # into the mean, which a LayerNorm subtracts
    by_hand = toy(positions="learned")
    with torch.no_grad():
        for block in by_hand.module.blocks:
            block.attn.o_proj.weight -= block.attn.o_proj.weight.mean(dim=0, keepdim=True)
    found = composition_scores(model, draws=1, prepare=["centre"])
    torch.testing.assert_close(found.value, composition_scores(by_hand, draws=1).value, atol=1e-4, rtol=1e-4)


def test_same_seed_same_numbers_and_another_seed_another_null():
    one, again, other = (composition_scores(toy(), draws=3, seed=seed) for seed in (0, 0, 1))
    assert one.frame.equals(again.frame)
    assert torch.equal(one.value, other.value)
    assert not torch.equal(one.rotated.draws, other.rotated.draws)


def test_trained_induction_heads_compose_by_keys_with_the_previous_token_head():
    model = cutaway.load("attn-only-2l")
    tokens = torch.randint(1, 2048, (4, 40), generator=torch.Generator().manual_seed(0))
    pattern = model.run(torch.cat([tokens, tokens], dim=1), read=["pattern"], logits=False)
    behind = pattern["pattern.0"].diagonal(-1, 2, 3).mean(dim=(0, 2))
    induction = pattern["pattern.1"].diagonal(-39, 2, 3).mean(dim=(0, 2))
    frame = composition_scores(model, slots=("k",)).frame
    row = row_of(frame, head=int(induction.argmax()), sender_head=int(behind.argmax()))
    assert row.value > row.largest_rotated
    assert row.value > row.largest_gaussian


def test_what_cannot_be_scored_is_refused_by_name():
    with pytest.raises(NoEarlierLayerError, match="1 layer"):
        composition_scores(toy(n_layers=1))
    with pytest.raises(UnknownSlotError, match="nearest"):
        composition_scores(toy(), slots=("query",))
    with pytest.raises(UnknownPreparationError, match="centre"):
        composition_scores(toy(), prepare=("center",))
    with pytest.raises(TooFewError, match="draws=0"):
        composition_scores(toy(), draws=0)
    with pytest.raises(TransformRefusedError):
        composition_scores(toy(positions="shortformer"), prepare=("fold_layer_norm",))


@pytest.mark.parametrize(("family", "site"), [("qwen3", "q"), ("gemma2", "attn_out"), ("opt-norm-after", "resid_post")])
def test_norms_between_the_maps_are_refused(family, site):
    with pytest.raises(NormBetweenError, match=f"'{site}'"):
        composition_scores(build(family), draws=1)


def test_norms_of_queries_and_keys_leave_values_to_be_scored():
    model = build("qwen3")
    found, expected = scored(composition_scores(model, slots=("v",), draws=1).frame), written_out(model)
    for key, value in found.items():
        assert value == pytest.approx(expected[key], abs=1e-5)


def test_the_figure_has_a_panel_for_each_slot():
    found = composition_scores(toy(), draws=1)
    assert all(name in found.figure.svg for name in ("reader", "sender"))
    assert len(found.frame) == 3 * (2 * 2 + 2 * 4)  # three slots, layers 1 and 2, two heads each
