"""direct_logits_stream: what direct_logits finds for every prediction alone, however the corpus is cut."""

import pytest
import torch

from cutaway.errors.attribution import NoExamplesError
from cutaway.errors.models import PromptError
from cutaway.models import as_metric
from cutaway.techniques.attribution.direct_logits import direct_logits
from cutaway.techniques.attribution.direct_logits_stream import direct_logits_stream
from tests.techniques.attribution import toys


def one_by_one(model, tokens, by):
    """Labels, and shares [part, batch, pos] of the next token's logit at every position but the last."""
    rows = torch.arange(len(tokens))[:, None]
    places = torch.arange(tokens.shape[1] - 1)[None]
    metric = as_metric(lambda logits: logits[rows, places, tokens[:, 1:]].sum(dim=1))
    found = direct_logits(model, tokens, metric=metric, by=by, sample=0)
    return found.labels, found.values[:, :, :-1]


def of_kind(labels, values, kind):
    return values[torch.tensor((labels["component"] == kind).to_numpy(dtype=bool))]


@pytest.mark.parametrize("make", [toys.gpt2, toys.llama, lambda: toys.toy(n_layers=2, positions="learned")])
def test_means_ranges_and_spreads_are_those_of_all_predictions(make):
    model, tokens = make(), toys.tokens(rows=4)
    found = direct_logits_stream(model, [tokens[:1], tokens[1:]])
    kinds = {"head": "head"} | ({"neuron": "neuron"} if "mlp_post.0" in map(str, model.sites) else {})
    for kind, by in kinds.items():
        labels, values = one_by_one(model, tokens, by)
        shares = of_kind(labels, values, kind).flatten(1).double()
        table = found.frame[found.frame["component"] == kind]
        assert table["value"].to_numpy() == pytest.approx(shares.mean(dim=1).numpy(), abs=1e-5)
        assert table["spread"].to_numpy() == pytest.approx(shares.std(dim=1, unbiased=False).numpy(), abs=1e-4)
        assert table["low"].to_numpy() == pytest.approx(shares.amin(dim=1).numpy(), abs=1e-5)
        assert table["high"].to_numpy() == pytest.approx(shares.amax(dim=1).numpy(), abs=1e-5)
    assert found.predictions == 4 * 5


def test_all_mean_shares_add_up_to_the_mean_logit():
    model, tokens = toys.gpt2(), toys.tokens(rows=4)
    found = direct_logits_stream(model, [tokens])
    with torch.no_grad():
        logits = model.module(tokens).logits[:, :-1].gather(-1, tokens[:, 1:, None])
    assert found.frame["value"].sum() == pytest.approx(float(logits.mean()), abs=1e-4)


def test_examples_are_where_each_neuron_says_most_and_least():
    model, tokens = toys.gpt2(), toys.tokens(rows=4)
    labels, values = one_by_one(model, tokens, "neuron")
    shares = of_kind(labels, values, "neuron").flatten(1)
    found = direct_logits_stream(model, [tokens[:2], tokens[2:]], k=2).examples
    table = found[found["component"] == "neuron"]
    for end, best in (("strongest", shares.argmax(dim=1)), ("weakest", shares.argmin(dim=1))):
        first = table[(table["end"] == end) & (table["rank"] == 1)]
        assert (first["row"].to_numpy() * 5 + first["position"].to_numpy()).tolist() == best.tolist()
        assert first["token"].tolist() == tokens[:, :-1].flatten()[best].tolist()


def test_memory_changes_nothing_but_the_chunks():
    model, tokens = toys.gpt2(), toys.tokens(rows=4)
    small, large = (direct_logits_stream(model, [tokens], memory_mb=size).frame for size in (0.001, 256))
    assert small["value"].to_numpy() == pytest.approx(large["value"].to_numpy(), abs=1e-6)


def test_padding_is_no_prediction():
    model, tokens = toys.gpt2(), toys.tokens(rows=2)
    padded = torch.cat([tokens, torch.zeros(2, 3, dtype=torch.long)], dim=1)
    mask = torch.cat([torch.ones(2, 6), torch.zeros(2, 3)], dim=1).long()
    plain, found = direct_logits_stream(model, [tokens]), direct_logits_stream(model, [(padded, mask)])
    assert found.predictions == plain.predictions == 10
    assert found.frame["value"].to_numpy() == pytest.approx(plain.frame["value"].to_numpy(), abs=1e-5)


def test_nothing_to_predict_and_no_examples_are_refused():
    with pytest.raises(PromptError, match="nothing to predict"):
        direct_logits_stream(toys.gpt2(), [toys.tokens(length=1)])
    with pytest.raises(NoExamplesError, match="k=5"):
        _ = direct_logits_stream(toys.gpt2(), [toys.tokens()]).examples
