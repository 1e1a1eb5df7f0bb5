"""virtual_weights: every kind of ends against products written out, in blocks of any size, and paths that are none."""

import pytest
import torch

from cutaway.errors.composition import NoPathError, NotStraightError, TooFewError, UnknownEndError
from cutaway.errors.models import AbsentSiteError
from cutaway.planted import circuit
from cutaway.techniques.composition import virtual_weights as module
from cutaway.techniques.composition.scores import composition_scores
from cutaway.techniques.composition.virtual_weights import virtual_weights
from tests.conformance import encoders
from tests.conformance.families import build
from tests.techniques.composition.by_hand import full_maps, readers, row_of, toy

ALL = 10_000


@pytest.fixture(scope="module")
def model():
    return toy(d_mlp=7)


def w(model, name, layer):
    return model.weight(name, layer).detach().double()


def test_neuron_to_neuron_is_the_signed_product_of_their_directions(model):
    found = virtual_weights(model, "mlp_post.0", "mlp_pre.2", keep=ALL)
    out, into = w(model, "W_out", 0), w(model, "W_in", 2)
    assert len(found.frame) == found.count == 49
    for _, row in found.frame.iterrows():
        one, other = out[row.sender_neuron], into[:, row.neuron]
        assert row.value == pytest.approx(float(one @ other), abs=1e-5)
        assert row.cosine == pytest.approx(float(one @ other / (one.norm() * other.norm())), abs=1e-5)
    assert found.frame.value.min() < 0 < found.frame.value.max()


def test_head_to_neuron_is_the_length_of_what_the_head_lets_through(model):
    for _, row in virtual_weights(model, "z.1", "mlp_pre.1", keep=ALL).frame.iterrows():
        ov, _ = full_maps(model, 1, row.sender_head)
        assert row.value == pytest.approx(float((ov @ w(model, "W_in", 1)[:, row.neuron]).norm()), abs=1e-5)
        assert row.slot == "in"


@pytest.mark.parametrize("slot", ["q", "k", "v"])
def test_neuron_to_head_is_the_length_of_what_the_head_makes_of_it(model, slot):
    frame = virtual_weights(model, "mlp_post.0", f"{slot}.1", keep=ALL).frame
    assert len(frame) == 14
    for _, row in frame.iterrows():
        expected = (w(model, "W_out", 0)[row.sender_neuron] @ readers(model, 1, row["head"])[slot]).norm()
        assert row.value == pytest.approx(float(expected), abs=1e-5)


def test_head_to_head_has_the_composition_score_as_its_cosine(model):
    scores = composition_scores(model, draws=1).frame
    for _, row in virtual_weights(model, "z.0", "k.2", keep=ALL).frame.iterrows():
        at = {"slot": "k", "layer": 2, "head": row["head"], "sender_layer": 0, "sender_head": row.sender_head}
        assert row.cosine == pytest.approx(row_of(scores, **at).value, abs=1e-6)


@pytest.mark.parametrize(
    ("writes", "reads"), [("mlp_post.0", "mlp_pre.1"), ("z.0", "mlp_pre.1"), ("mlp_post.0", "v.1")]
)
def test_blocks_of_any_size_keep_the_same_entries_largest_first(model, writes, reads, monkeypatch):
    whole = virtual_weights(model, writes, reads, keep=ALL)
    assert whole.value.abs().tolist() == sorted(whole.value.abs().tolist(), reverse=True)
    monkeypatch.setattr(module, "BLOCK", 20)
    few = virtual_weights(model, writes, reads, keep=5)
    torch.testing.assert_close(few.value, whole.value[:5])
    assert torch.equal(few.sender, whole.sender[:5])
    assert torch.equal(few.reader, whole.reader[:5])
    assert few.spread == pytest.approx(whole.spread)


def test_spread_is_the_root_mean_square_of_all_cosines_and_at_random_one_in_root_d_model(model):
    found = virtual_weights(model, "mlp_post.0", "mlp_pre.2", keep=ALL)
    assert found.spread == pytest.approx(float(found.cosine.square().mean().sqrt()), rel=1e-5)
    wide = virtual_weights(toy(d_mlp=200, d_model=32), "mlp_post.0", "mlp_pre.1", keep=1)
    assert wide.spread == pytest.approx(wide.chance, rel=0.05)
    assert wide.chance == pytest.approx(32**-0.5)


def test_the_gate_of_a_gated_mlp_and_its_linear_side_are_two_readers():
    model = build("llama")
    for reads, name in (("mlp_pre.1", "W_gate"), ("mlp_linear.1", "W_in")):
        row = virtual_weights(model, "mlp_post.0", reads).frame.iloc[0]
        expected = w(model, "W_out", 0)[row.sender_neuron] @ w(model, name, 1)[:, row.neuron]
        assert row.value == pytest.approx(float(expected), abs=1e-4)


def test_planted_neurons_hear_the_head_that_they_read_and_no_other():
    planted = circuit("crossed-skip-trigrams-fixed")
    frame = virtual_weights(planted.model, "z.0", "mlp_pre.0", keep=ALL).frame
    seen = planted.truth.part("seen").head
    assert (frame[frame.sender_head == seen].value > 0.9).all()
    assert (frame[frame.sender_head != seen].value < 1e-5).all()


def test_ends_without_a_path_between_them_are_refused(model):
    for writes, reads in (("z.1", "q.1"), ("z.2", "q.1"), ("mlp_post.1", "mlp_pre.1"), ("mlp_post.1", "v.1")):
        with pytest.raises(NoPathError, match="later reader"):
            virtual_weights(model, writes, reads)
    with pytest.raises(NoPathError, match="side by side"):
        virtual_weights(build("gpt_neox-parallel"), "z.1", "mlp_pre.1")
    assert len(virtual_weights(build("gpt_neox-sequential"), "z.1", "mlp_pre.1").frame) == 50


@pytest.mark.parametrize("reads", ["mlp_pre.2", "mlp_linear.1", "v.1"])
def test_neurons_behind_whose_matrix_a_norm_stands_are_refused(reads):
    for family in ("gemma2", "olmo2"):
        with pytest.raises(NotStraightError, match="mlp_post times W_out"):
            virtual_weights(build(family), "mlp_post.0", reads)


def test_neurons_of_a_stream_that_is_normed_are_refused_and_those_of_images_are_not():
    with pytest.raises(NotStraightError, match="resid_post"):
        virtual_weights(build("opt-norm-after"), "mlp_post.0", "mlp_pre.1")
    assert len(virtual_weights(encoders.build("vit"), "mlp_post.0", "mlp_pre.1").frame) == 50


def test_sites_that_are_no_ends_are_refused(model):
    with pytest.raises(UnknownEndError, match="nothing writes"):
        virtual_weights(model, "q.0", "q.1")
    with pytest.raises(UnknownEndError, match="nothing reads"):
        virtual_weights(model, "z.0", "pattern.1")
    with pytest.raises(AbsentSiteError, match="attention only"):
        virtual_weights(toy(), "mlp_post.0", "q.1")
    with pytest.raises(TooFewError, match="keep=0"):
        virtual_weights(model, "z.0", "q.1", keep=0)
