"""gradient_times_input: exact where the score is linear in the activation, the derivative of a rescaling elsewhere."""

import pytest
import torch

from cutaway.models import Scale, Zero, each, sweep
from cutaway.techniques.attribution.gradient_times_input import gradient_times_input
from tests.techniques.attribution import toys


@pytest.mark.parametrize(
    ("site", "per"), [("z.1", ("head", "position")), ("attn_out.1", ("position",)), ("v.1", ("head",))]
)
def test_where_the_score_is_linear_it_is_what_zeroing_takes(site, per):
    model, pairs = toys.toy(n_layers=2), toys.pairs()
    found = gradient_times_input(model, pairs.clean, metric=pairs.metric, site=site, per=per)
    exact = sweep(model, pairs.clean, each(model, site, Zero, per=per, length=6), pairs.metric)
    torch.testing.assert_close(found.scores, exact.base - exact.scores, atol=1e-4, rtol=1e-4)
    assert found.agreement.pearson.value == pytest.approx(1.0)
    assert found.agreement.slope == pytest.approx(1.0, abs=1e-3)


def test_elsewhere_it_is_the_derivative_of_making_the_place_larger():
    model, pairs, step = toys.gpt2(), toys.pairs(), 1e-3
    found = gradient_times_input(model, pairs.clean, metric=pairs.metric, site="z.0", per=("head",), sample=0)

    def score(head, factor):
        return pairs.metric(model.run(pairs.clean, edit=Scale("z.0", factor, head=head)).logits).double()

    slopes = torch.stack([(score(head, 1 + step) - score(head, 1 - step)) / (2 * step) for head in range(2)])
    torch.testing.assert_close(found.scores.double(), slopes, atol=1e-2, rtol=2e-2)


def test_padding_has_no_share():
    model, pairs = toys.gpt2(), toys.pairs()
    mask = torch.ones(3, 6, dtype=torch.long)
    mask[:, :2] = 0
    found = gradient_times_input(model, pairs.clean, metric=pairs.metric, mask=mask, sample=0)
    assert not found.scores[:2].any()
    assert found.scores[2:].any(dim=1).all()
