"""subspace_overlap: principal angles set by hand, bases by full decompositions, and the chance level rank / d_model."""

import math

import pytest
import torch

from cutaway.errors.composition import TooFewError
from cutaway.planted import circuit
from cutaway.techniques.composition.subspace import subspace_overlap
from tests.conformance.families import build
from tests.techniques.composition.by_hand import bare, full_maps, pairs_of_heads, readers, row_of, toy


def full_overlap(model, rank, slot, layer, head, sender_layer, sender):
    """From full decompositions of d_model x d_model matrices."""
    ov, _ = full_maps(model, sender_layer, sender)
    written = torch.linalg.svd(ov).Vh[:rank]
    read = torch.linalg.svd(readers(model, layer, head)[slot]).U[:, :rank]
    return float((written @ read).square().sum() / rank)


@pytest.mark.parametrize("model", [toy(), build("llama")], ids=["toy", "shared keys"])
@pytest.mark.parametrize("rank", [1, 3])
def test_overlaps_are_those_of_full_decompositions(model, rank):
    for _, row in subspace_overlap(model, rank=rank, draws=1).frame.iterrows():
        at = [row[name] for name in ("slot", "layer", "head", "sender_layer", "sender_head")]
        assert row.value == pytest.approx(full_overlap(model, rank, *at), abs=1e-4)


def test_angles_set_by_hand_are_averaged_as_squared_cosines_whatever_the_strengths():
    model, axes, angle = bare(n_layers=2, n_heads=1), torch.eye(16), 0.9
    first, second = (model.module.get_submodule(f"blocks.{layer}.attn") for layer in range(2))
    with torch.no_grad():
        first.v_proj.weight[:2] = axes[8:10]
        first.o_proj.weight[:, 0], first.o_proj.weight[:, 1] = 100 * axes[0], axes[1]
        second.k_proj.weight[0] = 0.1 * axes[0]
        second.k_proj.weight[1] = 7 * (math.cos(angle) * axes[1] + math.sin(angle) * axes[2])
        second.q_proj.weight[:2] = axes[12:14]
    frame = subspace_overlap(model, rank=2, draws=1).frame
    assert row_of(frame, slot="k").value == pytest.approx((1 + math.cos(angle) ** 2) / 2, abs=1e-6)
    assert row_of(frame, slot="q").value == pytest.approx(0, abs=1e-6)


def test_maps_of_unequal_rank_are_compared_on_the_smaller_and_chance_is_of_the_larger():
    model, axes = bare(n_layers=2, n_heads=1), torch.eye(16)
    first, second = (model.module.get_submodule(f"blocks.{layer}.attn") for layer in range(2))
    with torch.no_grad():
        first.v_proj.weight[0], first.o_proj.weight[:, 0] = axes[8], axes[0]
        second.k_proj.weight[:3], second.q_proj.weight[:3] = axes[:3], axes[12:15]
    row = row_of(subspace_overlap(model, rank=4, draws=1).frame, slot="k")
    assert row.value == pytest.approx(1.0, abs=1e-6)  # the one direction lies in the three
    assert row.chance == pytest.approx(3 / 16)
    assert row_of(subspace_overlap(model, rank=4, draws=1).frame, slot="v").value == 0.0  # nothing reads
    assert row_of(subspace_overlap(model, rank=4, draws=1).frame, slot="v").chance == 0.0


def test_random_subspaces_overlap_as_much_as_chance_says():
    found = subspace_overlap(toy(d_model=24), rank=3, draws=300)
    draws = found.rotated.draws.double().mean(dim=1)
    assert float(draws.mean()) == pytest.approx(3 / 24, abs=4 * float(draws.std()) / 300**0.5)
    assert (found.frame.chance == 3 / 24).all()


def test_planted_edges_overlap_above_the_largest_by_chance_and_nothing_else_at_all():
    planted = circuit("two-hop")
    edges = pairs_of_heads(planted.truth)
    for _, row in subspace_overlap(planted.model, draws=50).frame.iterrows():
        edge = (row.slot, row.layer, row["head"], row.sender_layer, row.sender_head) in edges
        assert row.value > row.largest_rotated if edge else row.value < 1e-5


def test_a_rank_that_no_head_has_is_refused():
    for rank in (0, 5):
        with pytest.raises(TooFewError, match=f"rank={rank}.*1 to 4"):
            subspace_overlap(toy(), rank=rank)


def test_same_seed_same_table_and_the_figure_shows_slots():
    one, again = (subspace_overlap(toy(), rank=2, draws=2, seed=3) for _ in range(2))
    assert one.frame.equals(again.frame)
    assert "reader" in one.figure.svg
    assert "rank 2" in repr(one)
