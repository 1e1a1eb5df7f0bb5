"""atp_star: exact through one softmax, which the gradient misses; what cancels is found again; brute force agrees."""

import pytest
import torch

from cutaway.errors.attribution import UndroppableSiteError
from cutaway.models import logit_difference, patches, sweep
from cutaway.models.pairs import Pairs
from cutaway.techniques.attribution.atp_star import atp_star
from cutaway.techniques.attribution.attribution_patching import attribution_patching
from cutaway.techniques.attribution.softmax_fix import keys_exchanged, queries_exchanged
from tests.techniques.attribution import toys

PER = ("layer", "head", "position")


@pytest.mark.parametrize("site", ["q", "k"])
@pytest.mark.parametrize("positions", ["rotary", "shortformer"])
def test_in_one_layer_without_a_norm_every_query_and_key_is_exact(site, positions):
    model, pairs = toys.toy(positions=positions), toys.pairs()
    found = atp_star(model, pairs, site=site, per=PER, sample=0)
    exact = sweep(model, pairs.corrupted, patches(model, pairs.clean, site, per=PER), pairs.metric)
    torch.testing.assert_close(found.scores, exact.scores - exact.base, atol=1e-4, rtol=1e-3)
    first_order = attribution_patching(model, pairs, site=site, per=PER, sample=0).scores
    assert (first_order - found.scores).abs().max() > 0.05 * found.scores.abs().max()


def brute(scores, turned, slope, at, kind):
    """With a loop: exchange one row or one column of scores, take the softmax, weigh what changed."""
    new = scores.clone()
    if kind == "query":
        new[:, :, at] = turned[:, :, at]
    else:
        new[:, :, :, at] = turned[:, :, :, at]
    return ((new.softmax(-1) - scores.softmax(-1)) * slope).sum(dim=(-1, -2))


@pytest.mark.parametrize("sink", [0, 1])
@pytest.mark.parametrize("size", [1.0, 60.0])
def test_one_exchanged_entry_is_the_softmax_worked_out_anew(size, sink):
    draw = torch.Generator().manual_seed(0)
    scores, turned, slope = (torch.randn(2, 3, 5, 5 + sink, generator=draw).double() for _ in range(3))
    later = torch.ones(5, 5 + sink).triu(1).bool()
    later[:, 5:] = False
    scores, turned = (size * one.masked_fill(later, -torch.inf) for one in (scores, turned))
    keys = torch.stack([brute(scores, turned, slope, at, "key") for at in range(5)], dim=-1)
    queries = torch.stack([brute(scores, turned, slope, at, "query") for at in range(5)], dim=-1)
    found = [one.double() for one in (keys_exchanged(scores, turned, slope), queries_exchanged(scores, turned, slope))]
    torch.testing.assert_close(found[0], keys, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(found[1], queries, atol=1e-4, rtol=1e-4)


def test_a_key_shared_by_heads_gathers_what_each_of_them_sees():
    model = toys.llama()
    assert (model.shape.n_heads, model.shape.n_key_value_heads) == (4, 2)
    with torch.no_grad():  # the other prompt is nearly the same one, so that the first order is all there is
        embed = model.module.model.embed_tokens.weight
        embed[1] = embed[2] + 1e-3 * embed[3]
    base = torch.tensor([[2, 5, 2, 7, 2, 9]])
    close = Pairs(base.where(base != 2, 1), base, toys.pairs(1).answers)
    exact, first = (
        method(model, close, site="k", per=PER, sample=0).scores for method in (atp_star, attribution_patching)
    )
    assert exact.shape == (2 * 2 * 6, 1)
    torch.testing.assert_close(exact, first, atol=2e-2 * float(first.abs().max()), rtol=0)


def test_what_a_later_layer_takes_back_has_no_score_but_a_size():
    model, metric = toys.saturating(strength=0.25, undone=True), logit_difference(1, 2)
    pairs = Pairs(torch.tensor([[3]]), torch.tensor([[1]]), toys.pairs(1, 1).answers)  # writes 0.75 and 0.25
    found = atp_star(model, pairs, site="mlp_out", per=("layer",), metric=metric, sample=0)
    torch.testing.assert_close(found.scores[0], torch.zeros(1))
    torch.testing.assert_close(found.sizes[0], torch.tensor([0.5]))  # one other layer; with it dropped, 0.75 - 0.25


def test_sizes_leave_out_a_places_own_layer_and_are_means_of_sizes():
    model, pairs = toys.toy(n_layers=3), toys.pairs()
    found = atp_star(model, pairs, site="z", per=("layer", "head"), sample=6)
    last = found.frame["layer"] == 2
    plain = attribution_patching(model, pairs, site="z.2", per=("head",), sample=0).scores
    # nothing comes after the last layer, so that dropping one of the two others leaves its estimate as it is
    torch.testing.assert_close(found.sizes[torch.tensor(last.to_numpy())], plain.abs(), atol=1e-5, rtol=1e-4)
    assert "AtP*" in repr(found)
    assert found.size_agreement is not None


def test_with_one_layer_a_size_is_the_size_of_the_score():
    found = atp_star(toys.toy(), toys.pairs(), site="v", per=PER, sample=0)
    torch.testing.assert_close(found.sizes, found.scores.abs())


def test_the_stream_belongs_to_no_layer_that_could_be_dropped():
    with pytest.raises(UndroppableSiteError, match="attribution_patching"):
        atp_star(toys.toy(), toys.pairs(), site="resid_pre")
