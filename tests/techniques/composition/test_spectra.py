"""head_spectra: eigenvalues of full d_vocab x d_vocab circuits, planted copying and its opposite, and the null."""

import numpy as np
import pytest
import torch

from cutaway.errors.composition import NormBetweenError, TooFewError
from cutaway.planted import circuit
from cutaway.techniques.composition import spectra
from cutaway.techniques.composition.spectra import head_spectra
from tests.conformance.families import build
from tests.techniques.composition.by_hand import full_maps, row_of, toy


def circuits(model, layer, head):
    """The whole circuits over tokens, d_vocab x d_vocab."""
    ov, qk = full_maps(model, layer, head)
    embed, unembed = model.W_E.detach().double(), model.W_U.detach().double()
    return {"ov": embed @ ov @ unembed, "qk": embed @ qk @ embed.T}


def by_size(values, count):
    """The largest eigenvalues, in an order that conjugates share."""
    kept = sorted(np.asarray(values), key=lambda one: -abs(one))[:count]
    return np.array(sorted(kept, key=lambda one: (round(one.real, 6), one.imag)))


@pytest.mark.parametrize("model", [toy(), build("llama")], ids=["toy", "shared keys"])
@pytest.mark.parametrize("name", ["ov", "qk"])
def test_eigenvalues_over_tokens_are_those_of_the_whole_circuit(model, name):
    found = head_spectra(model, draws=1)
    size = model.shape.d_head
    for layer, head in ((0, 1), (2, 0)):
        full = torch.linalg.eigvals(circuits(model, layer, head)[name])
        ours = found.token_eigenvalues[name][layer, head]
        np.testing.assert_allclose(by_size(ours, size), by_size(full, size), atol=1e-6 * float(full.abs().max()))
        kept = full[full.abs() > 1e-9 * full.abs().max()]
        row = row_of(found.frame, layer=layer, head=head, circuit=name)
        assert row.value == pytest.approx(float(kept.real.sum() / kept.abs().sum()), abs=1e-6)
        assert row.positive == pytest.approx(float((kept.real > 0).double().mean()))


@pytest.mark.parametrize("name", ["ov", "qk"])
def test_spectra_over_the_stream_are_those_of_the_full_maps(name):
    model = toy()
    found = head_spectra(model, draws=1)
    full = dict(zip(("ov", "qk"), full_maps(model, 1, 1), strict=True))[name]
    expected = torch.linalg.svdvals(full)[:4]
    torch.testing.assert_close(found.singular[name][1, 1].double(), expected, atol=1e-5, rtol=1e-5)
    np.testing.assert_allclose(
        by_size(found.eigenvalues[name][1, 1], 4), by_size(torch.linalg.eigvals(full), 4), atol=1e-6
    )
    row = row_of(found.frame, layer=1, head=1, circuit=name)
    assert row["norm"] == pytest.approx(float(full.norm()), rel=1e-5)
    assert row["rank"] == pytest.approx(float(expected.square().sum() ** 2 / (expected**4).sum()), rel=1e-4)


def test_planted_heads_copy_suppress_or_do_nothing_over_tokens():
    planted = circuit("ioi")
    frame = head_spectra(planted.model, draws=10).frame
    expected = {"name_mover": 1.0, "backup_name_mover": 1.0, "negative_name_mover": -1.0, "s_inhibition": 0.0}
    seen = set()
    for part in planted.truth.heads:
        row = row_of(frame, layer=part.layer, head=part.head, circuit="ov")
        if part.role in expected:
            assert row.value == pytest.approx(expected[part.role], abs=1e-6)
            seen.add(part.role)
        if part.role == "name_mover":
            assert row.positive == 1.0
            assert row.value > row.largest_null
    assert seen == set(expected)


def test_a_planted_duplicate_token_head_looks_at_equal_tokens():
    planted = circuit("pointer-induction")
    frame = head_spectra(planted.model, draws=10).frame
    for part in planted.truth.heads:
        row = row_of(frame, layer=part.layer, head=part.head, circuit="qk")
        compares = part.layer == 0
        assert row.value == pytest.approx(1.0 if compares else 0.0, abs=1e-5)


def test_copying_a_permutation_of_tokens_is_no_copying():
    model = circuit("induction").model
    with torch.no_grad():
        model.module.unembed.weight.copy_(model.module.unembed.weight.roll(1, dims=0))
    frame = head_spectra(model, draws=10).frame
    assert frame[frame.circuit == "ov"].value.abs().max() < 0.2  # eigenvalues on a circle: they cancel


def test_null_is_of_this_models_embeddings_and_its_largest_is_over_all_heads():
    model = toy(n_heads=4)
    found = head_spectra(model, draws=30)
    assert found.null["ov"].shape == (30, 12)
    for _, row in found.frame.iterrows():
        draws = found.null[row.circuit]
        assert (draws > row.null).double().mean() == pytest.approx(0.05, abs=0.01)
        assert row.largest_null > row.null
    with torch.no_grad():  # tokens that are all one direction are copied by half of all heads
        model.module.embed.weight.copy_(torch.ones(23, 16))
        model.module.unembed.weight.copy_(torch.ones(23, 16))
    assert head_spectra(model, draws=30).frame.query("circuit == 'ov'").null.iloc[0] == pytest.approx(1.0, abs=1e-6)


def test_random_models_clear_the_largest_null_rarely():
    beaten = 0
    for seed in range(12):
        frame = head_spectra(toy(seed=seed), draws=20).frame.query("circuit == 'ov'")
        beaten += bool((frame.value > frame.largest_null).any())
    assert beaten <= 3


def test_tokens_go_through_in_chunks_of_any_size(monkeypatch):
    whole = head_spectra(toy(), draws=1).frame
    monkeypatch.setattr(spectra, "CHUNK", 5)
    found = head_spectra(toy(), draws=1).frame
    np.testing.assert_allclose(found.value, whole.value, atol=1e-4)


def test_refusals_and_figure():
    with pytest.raises(TooFewError, match="draws"):
        head_spectra(toy(), draws=0)
    with pytest.raises(NormBetweenError):
        head_spectra(build("qwen3"))
    found = head_spectra(toy(), draws=2)
    assert "copies tokens" in found.figure.svg
    assert "3 x 2 heads" in repr(found)
