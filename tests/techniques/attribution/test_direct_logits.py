"""direct_logits: shares add up to the model's own logits, and each is what its part wrote, along the frozen norm."""

import pytest
import torch

from cutaway import load, log_prob, logit_difference
from cutaway.errors.attribution import NotLinearMetricError, SumError, UnknownSplitError
from cutaway.errors.models import AbsentSiteError
from cutaway.models import as_metric
from cutaway.planted import circuit
from cutaway.techniques.attribution.direct_logits import direct_logits
from tests.techniques.attribution import toys

SPLITS = ("component", "head", "source", "neuron")
DIFFERENCE = logit_difference(3, 5)


def plain_difference(model, tokens, position=-1):
    """From the module itself, without any of our code."""
    with torch.no_grad():
        logits = model.module(tokens).logits
    return logits[:, position, 3] - logits[:, position, 5]


@pytest.mark.parametrize("by", SPLITS)
@pytest.mark.parametrize("make", [toys.gpt2, toys.llama, toys.neox], ids=["layer norm", "rms norm", "parallel"])
def test_shares_add_up_to_the_plain_logit_difference(make, by):
    model, tokens = make(), toys.tokens()
    found = direct_logits(model, tokens, metric=DIFFERENCE, by=by, sample=0)
    torch.testing.assert_close(found.per_prompt.sum(dim=0), plain_difference(model, tokens), atol=1e-4, rtol=0)


@pytest.mark.parametrize("by", ["component", "head", "source"])
def test_shares_of_a_trained_model_add_up(by):
    model = load("attn-only-2l")
    tokens = model.tokens(["When Mary saw John, John saw"])
    found = direct_logits(model, tokens, metric=DIFFERENCE, by=by, sample=0)
    torch.testing.assert_close(found.per_prompt.sum(dim=0), plain_difference(model, tokens), atol=1e-4, rtol=0)


def test_a_heads_share_is_what_it_wrote_centred_scaled_and_unembedded():
    model, tokens = toys.gpt2(), toys.tokens()
    found = direct_logits(model, tokens, metric=DIFFERENCE, by="head", sample=0)
    with torch.no_grad():
        trace = model.run(tokens, read=["z.1", "resid_post.2"])
        norm = model.module.transformer.ln_f
        stream = trace["resid_post.2"][:, -1]
        written = trace["z.1"][:, -1, 1] @ model.weight("W_O", 1)[1]
        divisor = (stream.var(dim=-1, unbiased=False) + norm.eps).sqrt()
        seen = (written - written.mean(dim=-1, keepdim=True)) / divisor[:, None] * norm.weight
        by_hand = seen @ (model.W_U[:, 3] - model.W_U[:, 5])
    where = (found.labels["component"] == "head") & (found.labels["layer"] == 1) & (found.labels["head"] == 1)
    torch.testing.assert_close(found.per_prompt[torch.tensor(where.to_numpy(dtype=bool))][0], by_hand)


def test_sources_add_up_to_their_head_and_none_is_after_the_query():
    model, tokens = toys.llama(), toys.tokens()
    metric = logit_difference(3, 5, position=2)
    heads = direct_logits(model, tokens, metric=metric, by="head", sample=0).frame
    sources = direct_logits(model, tokens, metric=metric, by="source", sample=0).frame
    added = sources[sources["component"] == "head"].groupby(["layer", "head"])["value"].sum()
    whole = heads[heads["component"] == "head"].set_index(["layer", "head"])["value"]
    assert added.to_numpy() == pytest.approx(whole.to_numpy(), abs=1e-5)
    assert (sources.loc[sources["source"] > 2, "value"] == 0).all()
    assert (sources.loc[sources["source"] <= 2, "value"] != 0).all()


@pytest.mark.parametrize(
    ("positions", "enter"), [("learned", ["embed", "pos_embed"]), ("shortformer", ["embed"]), ("rotary", ["embed"])]
)
def test_positions_are_a_part_only_where_they_enter_the_stream(positions, enter):
    found = direct_logits(toys.toy(positions=positions), toys.tokens(), metric=DIFFERENCE, sample=0)
    names = found.labels["component"]
    assert [name for name in names if name in ("embed", "pos_embed", "resid_pre")] == enter


def test_biases_are_parts_by_name():
    found = direct_logits(toys.gpt2(), toys.tokens(), metric=DIFFERENCE, by="neuron", sample=0)
    names = found.frame.groupby("component")["value"].count()
    assert dict(names) == {
        "embed": 1, "pos_embed": 1, "attn_out": 3, "neuron": 3 * 64, "b_out": 3, "ln_final_bias": 1, "b_U": 1,
    }  # fmt: skip


def test_padding_changes_no_share():
    model, tokens = toys.gpt2(), toys.tokens(rows=1)
    padded = torch.cat([torch.zeros(1, 2, dtype=torch.long), tokens], dim=1)
    mask = torch.tensor([[0, 0, 1, 1, 1, 1, 1, 1]])
    plain = direct_logits(model, tokens, metric=DIFFERENCE, sample=0)
    found = direct_logits(model, padded, metric=DIFFERENCE, mask=mask, sample=0)
    torch.testing.assert_close(found.per_prompt, plain.per_prompt, atol=1e-5, rtol=1e-4)


def test_each_position_that_the_metric_reads_has_shares_of_its_own():
    model, tokens = toys.gpt2(), toys.tokens()
    metric = as_metric(lambda logits: logits[:, 1, 3] + 2 * logits[:, 4, 5])
    found = direct_logits(model, tokens, metric=metric, sample=0)
    with torch.no_grad():
        logits = model.module(tokens).logits
    expected = torch.zeros(3, 6)
    expected[:, 1], expected[:, 4] = logits[:, 1, 3], 2 * logits[:, 4, 5]
    torch.testing.assert_close(found.values.sum(dim=0), expected, atol=1e-4, rtol=0)
    assert set(found.frame["position"]) == set(range(6))


def test_in_the_last_layer_without_a_norm_a_share_is_what_zeroing_takes():
    planted = circuit("induction")
    pairs = planted.sample(8, 0)
    found = direct_logits(planted.model, pairs.clean, metric=pairs.metric, sample=100)
    checked = found.agreement.frame
    last = checked[checked["layer"] == planted.model.shape.n_layers - 1]
    assert len(last) == planted.model.shape.n_heads
    assert last["value"].to_numpy() == pytest.approx(last["exact"].to_numpy(), abs=1e-4)


def test_a_part_that_only_speaks_to_later_parts_has_no_share_though_zeroing_it_costs_all():
    planted = circuit("induction")
    pairs = planted.sample(8, 0)
    found = direct_logits(planted.model, pairs.clean, metric=pairs.metric, sample=100)
    previous = planted.truth.playing("previous_token")[0]
    row = found.agreement.frame.set_index(["layer", "head"]).loc[(previous.layer, previous.head)]
    assert abs(row["value"]) < 1e-4 < abs(row["exact"])


def test_a_log_probability_has_no_direction():
    with pytest.raises(NotLinearMetricError, match="log_prob"):
        direct_logits(toys.gpt2(), toys.tokens(), metric=log_prob(3))


def test_a_norm_behind_the_heads_is_refused_by_head_and_fine_by_component():
    model, tokens = toys.gemma(), toys.tokens()
    soft = model.module.config.final_logit_softcapping = None
    assert soft is None
    with pytest.raises(SumError, match="by='component'"):
        direct_logits(model, tokens, metric=DIFFERENCE, by="head")
    found = direct_logits(model, tokens, metric=DIFFERENCE, by="component", sample=0)
    torch.testing.assert_close(found.per_prompt.sum(dim=0), plain_difference(model, tokens), atol=1e-4, rtol=0)


def test_unknown_splits_and_absent_neurons_are_refused():
    with pytest.raises(UnknownSplitError, match="nearest: head"):
        direct_logits(toys.gpt2(), toys.tokens(), metric=DIFFERENCE, by="heads")
    with pytest.raises(AbsentSiteError, match="attention only"):
        direct_logits(toys.toy(), toys.tokens(), metric=DIFFERENCE, by="neuron")


@pytest.mark.parametrize("by", SPLITS)
def test_the_figure_draws_and_says_that_the_divisor_is_frozen(by):
    found = direct_logits(toys.gpt2(), toys.tokens(), metric=DIFFERENCE, by=by)
    assert "frozen" in repr(found)
    assert "Pearson" in repr(found)
    assert "frozen" in found.figure.spec["description"]
    assert found.figure.svg.startswith("<svg")
