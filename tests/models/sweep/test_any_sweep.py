"""Whatever edits of whatever prompt under whatever metric: a sweep equals the naive loop."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutaway.models import (
    Add,
    Apply,
    Mean,
    Patch,
    Replace,
    Resample,
    Scale,
    Site,
    Zero,
    kl_divergence,
    log_prob,
    logit_difference,
    loss,
    wrap,
)
from tests.conformance.families import build
from tests.models.sweep.naive import assert_equals_naive
from tests.models.sweep.prompts import pair

LENGTH, ROWS, LAYERS = 8, 3, 3
FAMILIES = ("gpt2", "llama", "gemma3", "bloom")
KINDS = ["resid_pre", "resid_mid", "resid_post", "attn_out", "mlp_out", "mlp_post", "ln1_scale"]
HEADED = ["z", "q", "k", "v", "q_rot", "k_rot", "pattern", "result"]
SIGNED = {"pattern", "ln1_scale"}  # what must stay positive to be what it is
METRICS = ["difference", "by row", "log_prob", "loss", "kl"]

spans = st.tuples(st.integers(0, LENGTH - 1), st.integers(1, LENGTH), st.integers(1, 2))
places = st.one_of(
    st.none(),
    st.integers(-LENGTH, LENGTH - 1),
    st.lists(st.integers(0, LENGTH - 1), min_size=1, max_size=3, unique=True),
    spans.map(lambda it: slice(it[0], min(it[0] + it[1], LENGTH), it[2])),
)
edits = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["patch", "patch", "bare", "mean", "by place", "resample", "scale", "zero", "turn"]),
        "site": st.sampled_from(KINDS + HEADED),
        "layer": st.integers(0, LAYERS - 1),
        "position": places,
        "head": st.one_of(st.none(), st.integers(-2, 1)),
        "row": st.one_of(st.none(), st.none(), st.integers(0, ROWS - 1)),
    }
)
sweeps = st.fixed_dictionaries(
    {
        "family": st.sampled_from(FAMILIES),
        "shared": st.tuples(*[st.integers(0, LENGTH)] * ROWS),
        "sets": st.lists(st.lists(edits, min_size=1, max_size=3), min_size=1, max_size=6),
        "metrics": st.lists(st.sampled_from(METRICS), min_size=1, max_size=2, unique=True),
        "place": st.integers(-LENGTH, LENGTH - 1),
        "by_row": st.tuples(*[st.integers(0, LENGTH - 1)] * ROWS),
        "memory_mb": st.sampled_from([1e-9, 0.03, 0.3, 64.0]),
        "seed": st.integers(0, 9),
    }
)


@cache
def subject(name):
    """A family in double precision, so that a difference is a fault and never rounding."""
    return wrap(build(name).module.double(), name=name)


def made(model, trace, others, asked):
    """The edit that was asked for, at the nearest site that this model has."""
    site = Site(asked["site"], asked["layer"])
    site = site if site in model.taps else Site("z" if asked["site"] in HEADED else "attn_out", asked["layer"])
    value, kind = trace[site], asked["kind"]
    kind = "scale" if site.name in SIGNED and kind in ("zero", "turn") else kind
    where = {"position": asked["position"], "row": asked["row"]}
    where |= {"head": asked["head"]} if site.name in HEADED else {}
    kinds = {
        "patch": lambda: Patch(site, value, tokens=others, **where),
        "bare": lambda: Patch(site, value, **where),
        "mean": lambda: Mean(site, value, **where),
        "by place": lambda: Mean(site, value, per_position=True, **where),
        "resample": lambda: Resample(site, value, seed=1, **where),
        "scale": lambda: Scale(site, 0.5, **where),
        "zero": lambda: Zero(site, **where) if asked["row"] is None else Add(site, 0.3, **where),
        "turn": lambda: Replace(site, 0.2, **where) if kind == "zero" else Apply(site, turned, **where),
    }
    return kinds[kind]()


def turned(part):
    """The part with its first axis, rows or positions, the other way round."""
    return part.flip(0) * 0.9 if part.ndim else part * 0.9


def metrics_of(model, tokens, others, asked):
    """The metrics by name."""
    place, by_row = asked["place"], list(asked["by_row"])
    every = {
        "difference": logit_difference(5, 7, position=place),
        "by row": logit_difference([5, 60, 7], [8, 9, 10], position=by_row),
        "log_prob": log_prob(3, position=place),
        "loss": loss(tokens),
        "kl": kl_divergence(model.run(others).logits, position=by_row),
    }
    return {name: every[name] for name in asked["metrics"]}


@pytest.mark.slow
@pytest.mark.usefixtures("trusting")
@settings(max_examples=40, deadline=None, derandomize=True)
@given(asked=sweeps)
def test_any_sweep_equals_the_naive_loop(asked):
    model = subject(asked["family"])
    tokens, others = pair(shared=asked["shared"], length=LENGTH, seed=asked["seed"])
    trace = model.run(others, read=[site for site in model.sites if site.name in KINDS + HEADED])
    sets = [[made(model, trace, others, one) for one in some] for some in asked["sets"]]
    metrics = metrics_of(model, tokens, others, asked)
    assert_equals_naive(model, tokens, sets, metrics, memory_mb=asked["memory_mb"])
