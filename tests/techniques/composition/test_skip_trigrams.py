"""skip_trigrams: against every triple of a tiny vocabulary written out, and the trigrams that were planted."""

import math

import pytest
import torch

from cutaway.errors.composition import NoSuchHeadError, TooFewError, UnevenScoresError
from cutaway.planted import circuit
from cutaway.planted.circuits.skip_trigrams import ONE, OTHER
from cutaway.techniques.composition import skip_trigrams as module
from cutaway.techniques.composition.skip_trigrams import skip_trigrams
from tests.conformance.families import build
from tests.techniques.composition.by_hand import full_maps, toy


def every_triple(model, layer, head, context, stream):
    """Value [source, destination, output] from whole tables; norms are the caller's."""
    ov, qk = full_maps(model, layer, head)
    scores = stream @ qk @ stream.T / math.sqrt(model.shape.d_head)  # [destination, source]
    others = scores.exp().mean(dim=1, keepdim=True)
    pattern = scores.exp() / (scores.exp() + (context - 1) * others)
    logits = stream @ ov @ model.W_U.detach().double()
    raised = logits - logits.mean(dim=1, keepdim=True)
    return pattern.T[:, :, None] * raised[:, None, :]


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("block", [1 << 22, 40])
def test_the_strongest_are_those_of_the_whole_table(norm, block, monkeypatch):
    monkeypatch.setattr(module, "BLOCK", block)
    model = toy(layer_norm=norm, spread=0.5)
    stream = model.W_E.detach()
    if norm:
        stream = model.module.blocks[1].ln1(stream).detach()
    table = every_triple(model, 1, 1, 5, stream.double())
    found = skip_trigrams(model, layer=1, head=1, keep=40, context=5)
    expected = table.flatten().sort(descending=True).values[:40]
    torch.testing.assert_close(found.value.double(), expected, atol=1e-5, rtol=1e-4)
    for (source, destination, output), value in zip(found.tokens.tolist(), found.value.tolist(), strict=True):
        assert float(table[source, destination, output]) == pytest.approx(value, rel=1e-4)
    assert len({tuple(row) for row in found.tokens.tolist()}) == 40
    torch.testing.assert_close(found.pattern * found.raised, found.value)


def test_only_triples_that_raise_are_kept_when_more_are_asked_for_than_there_are():
    model = toy(layer_norm=False, vocab_size=5)
    table = every_triple(model, 0, 0, 3, model.W_E.detach().double())
    found = skip_trigrams(model, layer=0, head=0, keep=1000, context=3)
    assert len(found.value) == int((table > 1e-12).sum())
    assert float(found.value.min()) > 0


def test_alone_a_source_gets_all_attention():
    assert torch.equal(skip_trigrams(toy(), layer=0, head=0, keep=9, context=1).pattern, torch.ones(9))


@pytest.mark.parametrize(("name", "trigram"), [("A ... X", ONE), ("B ... Y", OTHER)])
def test_planted_trigrams_come_first_with_full_attention_and_their_logits(name, trigram):
    planted = circuit("skip-trigrams")
    part = planted.truth.part(name)
    found = skip_trigrams(planted.model, layer=0, head=part.head, keep=5)
    destination, source, output = trigram
    first = found.frame.iloc[0]
    assert (first.source_id, first.destination_id, first.output_id) == (source, destination, output)
    # a score of 12 beside fifteen of 0, its own share in their mean included; 6 logits to one of 16 outputs
    others = (math.exp(12) + 15) / 16 * 15
    assert first.pattern == pytest.approx(math.exp(12) / (math.exp(12) + others), rel=1e-3)
    assert first.raised == pytest.approx(6 * 15 / 16, rel=1e-5)


def test_the_crossed_bug_shows_as_crossed_trigrams_among_the_strongest():
    planted = circuit("crossed-skip-trigrams-bug")
    found = skip_trigrams(planted.model, layer=0, head=planted.truth.part("crossed").head, keep=4)
    (x, a, c), (y, b, d) = ONE, OTHER
    assert {tuple(row) for row in found.tokens.tolist()} == {(a, x, c), (b, y, d), (a, y, c), (b, x, d)}


def test_biases_of_queries_count():
    model = build("qwen2")
    found = skip_trigrams(model, layer=0, head=3, keep=1)
    norm = model.module.model.layers[0].input_layernorm
    stream = norm(model.W_E).detach().double()
    read = {}
    for name in "QKV":
        map_, bias = model.weight(f"W_{name}", 0)[3], model.weight(f"b_{name}", 0)[3]
        read[name] = stream @ map_.detach().double() + bias.detach().double()
    scores = read["Q"] @ read["K"].T / math.sqrt(8)
    pattern = scores.exp() / (scores.exp() + 15 * scores.exp().mean(dim=1, keepdim=True))
    logits = read["V"] @ model.weight("W_O", 0)[3].detach().double() @ model.W_U.detach().double()
    table = pattern.T[:, :, None] * (logits - logits.mean(dim=1, keepdim=True))[:, None, :]
    assert float(found.value[0]) == pytest.approx(float(table.max()), rel=1e-4)


def test_refusals():
    with pytest.raises(NoSuchHeadError, match=r"no head 3\.0"):
        skip_trigrams(toy(), layer=3, head=0)
    with pytest.raises(TooFewError, match="keep=0"):
        skip_trigrams(toy(), layer=0, head=0, keep=0)
    with pytest.raises(UnevenScoresError, match="ALiBi"):
        skip_trigrams(build("bloom"), layer=0, head=0)
