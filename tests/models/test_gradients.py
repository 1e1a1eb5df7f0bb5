"""Gradients at sites: a closed form, autograd by hand, and every family against finite differences."""

import pytest
import torch
from torch import nn

import cutaway
from cutaway.errors.models import GradientError, SiteNotReadError
from cutaway.models import Add, ProjectOut, Scale
from tests.conformance.families import BUILDERS, build

TOKENS = torch.tensor([[0, 5, 9, 5, 9, 33], [0, 7, 7, 1, 12, 40]])


def score(logits):
    """A difference of two logits at the last position of each row."""
    return logits[:, -1, 7] - logits[:, -1, 20]


class Chain(nn.Module):
    """x -> 3x -> (3x)^2, whose slope at x is 18x and at 3x is 6x."""

    def __init__(self):
        super().__init__()
        self.triple, self.square = nn.Linear(1, 1, bias=False), Square()
        nn.init.constant_(self.triple.weight, 3.0)

    def forward(self, x):
        return self.square(self.triple(x))


class Square(nn.Module):
    def forward(self, x):
        return x * x


def test_slopes_of_a_chain_are_those_worked_out_by_hand():
    x = torch.tensor([[2.0], [5.0]])
    model = cutaway.load(Chain())
    trace = model.run(x, read=["module:triple", "module:triple:in"], gradient_of=lambda out: out[:, 0])
    torch.testing.assert_close(trace.grad["module:triple"], 6 * x)
    torch.testing.assert_close(trace.grad["module:triple:in"], 18 * x)
    torch.testing.assert_close(trace.score, torch.tensor([36.0, 225.0]))


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_gradient_at_every_site_is_the_slope_found_by_moving_it(name):
    """Moved both ways along the gradient, so far that each row's score should change by a thousandth of its size."""
    model = build(name)
    sites = [site for site in model.sites if site.name not in ("logits", "pos_embed")]
    trace = model.run(TOKENS, read=sites, gradient_of=score)
    size = trace.score.abs().mean()
    for site in sites:
        value, slope = trace[site], trace.grad[site]
        assert slope.shape == value.shape, site
        squares = slope.square().flatten(1).sum(1)
        step = slope * (0.001 * size / squares).view(-1, *[1] * (slope.ndim - 1))
        up, down = (score(model.run(TOKENS, edit=Add(site, sign * step)).logits) for sign in (1, -1))
        torch.testing.assert_close((up - down) / 2, (0.001 * size).expand(2), rtol=0.03, atol=0, msg=str(site))


def test_gradients_leave_weights_and_trace_free_of_any_graph():
    model = build("gpt2")
    trace = model.run(TOKENS, read="resid_pre", gradient_of=score)
    assert all(weight.grad is None for weight in model.module.parameters())
    assert not trace["resid_pre.1"].requires_grad
    assert not trace.logits.requires_grad


def test_frozen_weights_are_no_obstacle():
    model = build("llama")
    expected = model.run(TOKENS, read=["z", "attn_out"], gradient_of=score)
    model.module.requires_grad_(False)
    found = model.run(TOKENS, read=["z", "attn_out"], gradient_of=score)
    for site in found:
        torch.testing.assert_close(found.grad[site], expected.grad[site])


def test_a_value_being_trained_receives_its_gradient_through_an_edit():
    """d score / d steer equals the sum over rows and positions of the gradient at the site it is added to."""
    model = build("gpt2")
    steer = torch.zeros(model.shape.d_model, requires_grad=True)
    score(model.run(TOKENS, edit=Add("resid_pre.1", steer)).logits).sum().backward()
    trace = model.run(TOKENS, read="resid_pre.1", gradient_of=score)
    torch.testing.assert_close(steer.grad, trace.grad["resid_pre.1"].sum((0, 1)))


def test_weights_can_be_trained_through_a_run_that_keeps_its_graph():
    model = build("gpt2")
    trace = model.run(TOKENS, read="resid_mid.0", edit=Scale("z.1", 0.5, head=0), graph=True)
    score(trace.logits).sum().backward()
    plain = [weight.grad is not None for weight in model.module.parameters()]
    assert all(plain)


def test_a_direction_being_trained_receives_its_gradient():
    model = build("gpt2")
    direction = torch.randn(model.shape.d_model, requires_grad=True)
    score(model.run(TOKENS, edit=ProjectOut("resid_pre.1", direction)).logits).sum().backward()
    assert direction.grad is not None
    torch.testing.assert_close(
        direction.grad @ direction.detach(), torch.tensor(0.0), atol=1e-5, rtol=0
    )  # length does not matter


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"gradient_of": lambda logits: logits, "read": "z.0"}, "one number per row"),
        ({"gradient_of": score}, "no site was read"),
        ({"gradient_of": score, "read": "z.0", "logits": False}, "no logits"),
    ],
)
def test_what_has_no_gradient_is_refused(settings, words):
    with pytest.raises(GradientError, match=words):
        build("gpt2").run(TOKENS, **settings)


def test_a_site_the_metric_does_not_see_is_refused_rather_than_zero():
    model = build("gpt2")
    with pytest.raises(GradientError, match="does not depend"):
        model.run(
            TOKENS,
            read="resid_pre",
            gradient_of=lambda logits: torch.ones(2, requires_grad=True) + 0 * logits.detach()[:, 0, 0],
        )


def test_a_metric_that_names_its_tokens_as_text_is_bound_to_the_model():
    """The gradient of a difference of two logits at the logits themselves is plus one and minus one."""
    model = cutaway.load("attn-only-1l")
    tokens = model.tokens(["def f(x):"])
    right, wrong = (model.token_strings([number])[0] for number in tokens[0, -2:].tolist())
    trace = model.run(tokens, read="logits", gradient_of=cutaway.logit_difference(right, wrong))
    expected = torch.zeros_like(trace.logits)
    expected[0, -1, tokens[0, -2]], expected[0, -1, tokens[0, -1]] = 1.0, -1.0
    torch.testing.assert_close(trace.grad["logits"], expected)


def test_gradients_that_were_not_taken_are_refused():
    with pytest.raises(SiteNotReadError, match="gradient_of"):
        _ = build("gpt2").run(TOKENS, read="z.0").grad
