"""Every metric, alone and with others, at any position; what it cannot see; and its gradients."""

import pytest
import torch

from cutaway.models import (
    Add,
    Patch,
    Replace,
    Scale,
    Zero,
    accuracy,
    each,
    kl_divergence,
    last_positions,
    log_prob,
    logit_difference,
    loss,
    probability,
    sweep,
)
from cutaway.models.sweep.sweep import WINDOW
from tests.conformance.families import build
from tests.models.sweep.naive import assert_equals_naive, assert_same, logits_of, scores_of
from tests.models.sweep.prompts import LENGTH, draw, padding, pair

TOKENS, OTHERS = pair()
LAST = logit_difference(5, 7)

pytestmark = pytest.mark.usefixtures("trusting")


@pytest.fixture(scope="module")
def gpt2():
    return build("gpt2")


def share_of_first(logits):
    return logits.softmax(-1)[:, 3:9, 2].mean(1)


METRICS = {
    "last": LAST,
    "middle": logit_difference(5, 7, position=6),
    "from the end": log_prob(4, position=-4),
    "first": probability(3, position=0),
    "by row": logit_difference([5, 6, 7], [8, 9, 10], position=[11, 3, 7]),
    "tokens out of order": logit_difference(60, 2),
    "loss": loss(TOKENS),
    "accuracy": accuracy([4, 5, 6]),
    "bare": share_of_first,
}


@pytest.mark.parametrize("name", [*METRICS, "kl", "kl everywhere", "all in a dict", "a list", "two of one name"])
def test_metrics(gpt2, name):
    trace = gpt2.run(OTHERS, read=["resid_pre", "z", "mlp_out"])
    kl = {"kl": kl_divergence(trace.logits), "kl everywhere": kl_divergence(trace.logits, position=None)}
    several = {
        "all in a dict": METRICS | kl,
        "a list": [LAST, loss(TOKENS), kl["kl"], share_of_first],
        "two of one name": [LAST, METRICS["middle"], METRICS["by row"]],
    }
    edits = [Patch(site, trace[site].roll(1, 0), position=place) for site in trace for place in (0, 6, 8, 11)]
    assert_equals_naive(gpt2, TOKENS, edits, (METRICS | kl | several)[name])


def test_a_tied_guess_is_counted_as_the_naive_loop_does(gpt2):
    best = gpt2.run(TOKENS).logits[:, -1].argmax(-1)
    edits = [Zero("resid_pre.1", position=11), Zero("z.0", head=0), Scale("mlp_out.2", -9.0)]
    _, swept = assert_equals_naive(gpt2, TOKENS, edits, accuracy(best))
    assert swept.base.tolist() == [1.0, 1.0, 1.0]
    assert 0 < float(swept.scores.mean()) < 1


def test_several_positions_of_right_padding(gpt2):
    mask = padding("right")
    metrics = [logit_difference(5, 7, position=last_positions(mask)), loss(TOKENS, mask=mask)]
    edits = each(gpt2, "mlp_out", Zero, per=("layer", "position"), length=LENGTH)
    _, swept = assert_equals_naive(gpt2, TOKENS, edits, metrics, mask=mask)
    after = swept.of("logit_difference")[[edits.axes["position"].index(11)], 0]
    assert after.tolist() == [swept.base_values[0, 0].item()]


def test_what_no_metric_can_see_scores_exactly_as_the_base(gpt2):
    unseen = [Zero("resid_pre.0", position=place) for place in (7, 8, 11, slice(9, None), [7, 10])]
    unseen += [Zero("attn_out.2", position=3), Zero("pattern.2", position=4), Zero("z.2", position=[0, 8])]
    seen = [Zero("resid_pre.2", position=3), Zero("k.2", position=3), Zero("attn_out.1", position=3), Zero("z.2")]
    planned, swept = assert_equals_naive(gpt2, TOKENS, [*unseen, *seen], logit_difference(5, 7, position=6))
    assert torch.equal(swept.scores[: len(unseen)], swept.base.expand(len(unseen), -1))
    assert bool((swept.scores[len(unseen) :] != swept.base).all())
    assert planned.explain().answered == len(unseen) * len(TOKENS)


@pytest.mark.parametrize("metric", [LAST, loss(TOKENS)], ids=["last", "loss"])
@pytest.mark.parametrize(
    ("site", "where"),
    [("z.1", {"head": 2}), ("resid_pre.1", {"position": 9}), ("mlp_out.2", {}), ("resid_post.2", {}), ("v.0", {})],
)
def test_gradients_of_the_scores_are_those_of_the_naive_loop(gpt2, site, where, metric):
    size = 8 if site[0] in "zv" else 32
    one, other = draw(size).requires_grad_(), draw(size).requires_grad_()
    edits = [Replace(site, one, **where), Add(site, other, **where), [Replace(site, one, **where), Zero("z.2", head=0)]]
    swept = sweep(gpt2, TOKENS, edits, metric)
    found = torch.autograd.grad(swept.scores.sum(), (one, other))
    logits = logits_of(gpt2, TOKENS, edits)
    base, *scores = scores_of(logits, metric)
    expected = torch.autograd.grad(torch.stack(scores).sum(), (one, other))
    assert_same(swept.scores, torch.stack(scores), base)
    for left, right in zip(found, expected, strict=True):
        assert float(right.abs().max()) > 0
        torch.testing.assert_close(left, right, rtol=1e-4, atol=1e-5 * float(right.abs().max()))


def test_no_graph_is_kept_where_no_value_asks_for_one(gpt2):
    swept = sweep(gpt2, TOKENS, [Replace("z.1", draw(8))], LAST)
    assert not swept.scores.requires_grad


def test_a_value_that_is_trained_is_found_at_the_end_of_a_long_sweep(gpt2):
    value = torch.zeros(32, requires_grad=True)
    edits = [*[Zero("z.0", head=0)] * WINDOW, Replace("resid_pre.1", value, position=4)]
    sweep(gpt2, TOKENS, edits, LAST).scores[-1].sum().backward()
    again = torch.zeros(32, requires_grad=True)
    LAST(gpt2.run(TOKENS, edit=Replace("resid_pre.1", again, position=4)).logits).sum().backward()
    torch.testing.assert_close(value.grad, again.grad, atol=1e-5, rtol=1e-4)
