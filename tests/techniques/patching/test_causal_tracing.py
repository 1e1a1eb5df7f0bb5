"""causal_trace, on a planted memory of facts: an MLP looks the subject up, a head brings what it found to the end."""

from dataclasses import replace
from functools import cache

import pytest
import torch

import cutaway
from cutaway.errors.patching import NoSubjectError
from cutaway.models import Add, Replace
from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Move, Neuron, Neurons, Space
from cutaway.planted.looks import at, entries
from cutaway.techniques.patching.causal_tracing import NOISE, TOKENS, Noise, causal_trace, drawn
from tests.conformance.families import build

SUBJECTS, ASKS, ANSWERS = 4, 5, 6  # subject s is token s; its answer is token ANSWERS + s - 1
FEW = Noise(draws=3, seed=1)


@cache
def model():
    """The subject stands at position 1; the answer is read at the end, three positions on."""
    recall = tuple(Neuron({("token", one): 1.0}, 0.0, {("fact", one): 1.0}) for one in range(1, SUBJECTS + 1))
    answers = entries(*((one, ANSWERS + one - 1, 4.0) for one in range(1, SUBJECTS + 1)))
    bring = Head("bring", (at(1),), (Move("fact", "logits", answers),))
    circuit = Circuit(
        "facts", vocab=11, context=6, spaces=(Space("fact", SUBJECTS + 1),), sharpness=14.0,
        layers=(Layer(neurons=(Neurons("recall", recall),)), Layer(heads=(bring,))),
    )  # fmt: skip
    return compile_circuit(circuit).model


def pairs(pads=0):
    clean = torch.tensor([[0, 1, ASKS, 10], [0, 3, ASKS, 10], [0, 2, ASKS, 10]])
    corrupted = clean.clone()
    corrupted[:, 1] = torch.tensor([2, 4, 1])
    right, wrong = (ANSWERS + tokens[:, 1] - 1 for tokens in (clean, corrupted))
    mask = None
    if pads:
        clean, corrupted = (torch.cat([one, torch.full((3, pads), 10)], dim=1) for one in (clean, corrupted))
        mask = torch.ones_like(clean)
        mask[:, 4:] = 0
    return Pairs(clean, corrupted, Answers(torch.full((3, 1), 3), right[:, None, None], wrong[:, None, None]), mask)


@pytest.fixture(scope="module")
def found():
    return causal_trace(model(), pairs(), noise=FEW)


def shares(found, corruption):
    some = found.frame[found.frame.corruption == corruption]
    return {(one.site, one.layer, one.position): one.share for one in some.itertuples()}


WHOLE = {
    ("resid_post", 0, 1): 1.0,  # the subject, looked up
    ("resid_post", 1, 3): 1.0,  # what was brought to the end
    ("attn_out", 1, 3): 1.0,
}


def test_with_other_tokens_the_states_on_the_path_bring_all_of_it_back_and_others_nothing(found):
    states = {
        (site, layer, at) for site in ("resid_post", "mlp_out", "attn_out") for layer in (0, 1) for at in range(4)
    }
    by_hand = dict.fromkeys(states, 0.0) | WHOLE | {("mlp_out", 0, 1): 1.0}
    assert shares(found, TOKENS) == pytest.approx(by_hand, abs=1e-3)


def test_with_noise_a_whole_state_brings_it_back_and_the_mlp_alone_does_not(found):
    some = shares(found, NOISE)
    assert {place: some[place] for place in WHOLE} == pytest.approx(WHOLE, abs=1e-3)
    lookup = some.pop(("mlp_out", 0, 1))
    assert not 0.9 < lookup < 1.1  # the noise itself, beside the MLP, reaches the head too
    assert {place: share for place, share in some.items() if place not in WHOLE} == pytest.approx(
        {place: 0.0 for place in some if place not in WHOLE}, abs=1e-3
    )


def test_where_they_disagree_most_comes_first(found):
    table = found.disagreement
    assert tuple(table.loc[0, ["site", "layer", "position"]]) == ("mlp_out", 0, 1)
    first = table.iloc[0]
    assert first.difference == pytest.approx(first.noise - first.tokens)
    assert bool((table.difference.abs().diff().dropna() <= 1e-12).all())
    assert first.rank_tokens == 1
    assert len(table) == 24


@pytest.mark.parametrize("family", ["llama", "gpt2", "gpt_neox-parallel"])
def test_noisy_scores_are_those_of_single_runs_averaged_over_draws(family):
    subject_model, given = build(family), pairs()
    metric = cutaway.log_prob(7)
    found = causal_trace(subject_model, given, metric=metric, noise=FEW, width=3)
    trace = subject_model.run(given.clean, read=["embed", "mlp_out", "resid_post"])
    stream = Replace("resid_post.1", trace["resid_post.1"][:, 2], position=2)
    noise = drawn(trace["embed"], given.clean != given.corrupted, FEW).chunk(FEW.draws)
    spoiled, restored, streams = [], [], []
    for one in noise:
        spoil = Add("embed", one)
        back = [Replace(f"mlp_out.{at}", trace[f"mlp_out.{at}"][:, 1], position=1) for at in (0, 1)]  # 0 is an edge
        spoiled.append(metric(subject_model.run(given.clean, edit=spoil).logits))
        streams.append(metric(subject_model.run(given.clean, edit=[spoil, stream]).logits))
        restored.append(metric(subject_model.run(given.clean, edit=[spoil, *back]).logits))
    torch.testing.assert_close(found.spoiled[NOISE], torch.stack(spoiled).mean(0), atol=1e-5, rtol=1e-4)
    for where, width, expected in ((("mlp_out", 0, 1), 3, restored), (("resid_post", 1, 2), 1, streams)):
        number = [(one["site"], one["layer"], one["position"]) for one in found.labels].index(where)
        assert found.labels[number]["window"] == width
        torch.testing.assert_close(found.restored[NOISE][number], torch.stack(expected).mean(0), atol=1e-5, rtol=1e-4)


def test_effects_are_gains_and_totals_are_what_was_lost(found):
    whole = found.totals.set_index("corruption")
    assert whole.total[TOKENS] == pytest.approx(8.0, abs=0.05)  # 4 for the right answer, then 4 for the wrong one
    for one in found.frame.itertuples():
        assert one.effect == pytest.approx(one.share * whole.total[one.corruption], abs=1e-6)


def test_noise_is_at_the_subject_and_three_times_as_wide_as_its_embeddings():
    embedded = torch.tensor([1.0, -1.0]).repeat(2, 3, 500)  # deviation 1
    where = torch.zeros(2, 3, dtype=torch.bool)
    where[0, 1] = where[1, 2] = True
    noise = drawn(embedded, where, Noise(draws=4))
    assert noise.shape == (8, 3, 1000)
    both = where.repeat(4, 1)
    assert float(noise[~both].abs().max()) == 0.0
    assert float(noise[both].std()) == pytest.approx(3.0, rel=0.05)
    assert not torch.equal(noise[0, 1], noise[2, 1])  # another draw


def test_padding_changes_nothing():
    plain, padded = causal_trace(model(), pairs(), noise=FEW), causal_trace(model(), pairs(pads=2), noise=FEW)
    one, other = shares(plain, TOKENS), shares(padded, TOKENS)
    assert {place: other[place] for place in one} == pytest.approx(one, abs=1e-4)
    assert other["resid_post", 1, 5] == pytest.approx(0.0, abs=1e-4)


def test_an_attention_only_model_has_no_mlps_to_restore():
    found = causal_trace(build("toy-attention-only-learned"), pairs(), noise=Noise(draws=1))
    assert {one["site"] for one in found.labels} == {"resid_post", "attn_out"}


def test_it_can_be_drawn(found, tmp_path):
    assert found.figure.save(tmp_path / "trace.svg").read_text().startswith("<svg")
    assert len({row["panel"] for row in found.figure.spec["data"]["values"]}) == 6


@pytest.mark.usefixtures("unchecked")
def test_a_prompt_without_a_subject_is_refused():
    with pytest.raises(NoSubjectError, match="row 0 has none"):
        causal_trace(model(), replace(pairs(), corrupted=pairs().clean))
    with pytest.raises(NoSubjectError, match="shape"):
        causal_trace(model(), pairs(), subject=torch.ones(3, 2, dtype=torch.bool))
