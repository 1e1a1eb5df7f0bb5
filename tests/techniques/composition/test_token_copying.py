"""token_copying: ranks in the whole circuit, planted copying and its opposite, heads that raise one token always."""

import pytest
import torch

from cutaway.errors.composition import TooFewError
from cutaway.planted import circuit
from cutaway.techniques.composition import token_copying as module
from cutaway.techniques.composition.token_copying import token_copying
from tests.techniques.composition.by_hand import full_maps, row_of, toy


def test_shares_are_those_of_the_whole_circuit():
    model = toy()
    frame = token_copying(model, tokens=1000).frame
    assert (frame.tokens == 23).all()
    for layer, head in ((0, 0), (2, 1)):
        logits = model.W_E.detach().double() @ full_maps(model, layer, head)[0] @ model.W_U.detach().double()
        own = logits.diagonal()[:, None]
        row = row_of(frame, layer=layer, head=head)
        assert row.value == pytest.approx(float((logits < own).double().sum() / (23 * 22)))
        assert row["first"] == pytest.approx(float((logits.argmax(dim=1) == torch.arange(23)).double().mean()))


def test_planted_movers_copy_every_name_and_negative_ones_put_it_last():
    planted = circuit("ioi")
    found = token_copying(planted.model, tokens=14)
    names = torch.isin(found.tokens, torch.arange(1, 14))  # the first token is never carried
    for part in planted.truth.heads:
        own = found.own[part.layer, part.head][names]
        if part.role == "name_mover":
            assert (own == 1).all()
            assert (found.own_first[part.layer, part.head][names] == 1).all()
            assert (found.other_first[part.layer, part.head] == 0).all()
            assert (found.other[part.layer, part.head][names] < 1).all()
        if part.role == "negative_name_mover":
            assert (own == 0).all()


def test_a_head_that_raises_the_same_tokens_always_scores_alike_on_the_shuffled_control():
    model = toy(vocab_size=200)
    with torch.no_grad():
        model.module.embed.weight.copy_(model.module.embed.weight[:1] + 0.001 * model.module.embed.weight)
    frame = token_copying(model, tokens=200).frame
    for name in ("value", "first"):
        torch.testing.assert_close(
            torch.tensor(frame[name].to_numpy()), torch.tensor(frame[f"shuffled_{name}"].to_numpy()), atol=0.01, rtol=0
        )
    assert frame.value.between(0.4, 0.6).all()


def test_ties_count_half():
    model = toy()
    with torch.no_grad():
        for block in model.module.blocks:
            block.attn.v_proj.weight.zero_()
    frame = token_copying(model).frame
    assert (frame.value == 0.5).all()
    assert (frame["first"] == 0).all()


def test_chunks_of_any_size_and_a_seed_for_the_sample(monkeypatch):
    model = toy()
    whole = token_copying(model, tokens=10, seed=1)
    monkeypatch.setattr(module, "CHUNK", 3)
    again = token_copying(model, tokens=10, seed=1)
    assert whole.frame.equals(again.frame)
    assert not torch.equal(whole.tokens, token_copying(model, tokens=10, seed=2).tokens)
    assert "10 tokens" in repr(whole)
    with pytest.raises(TooFewError, match="tokens=1"):
        token_copying(model, tokens=1)
