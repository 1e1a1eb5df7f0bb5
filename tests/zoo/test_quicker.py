"""What makes training quicker changes nothing but rounding, and is left where it would."""

from contextlib import nullcontext, suppress
from dataclasses import replace

import pytest
import torch

from cutaway.zoo import quicker, train
from cutaway.zoo.recipe import recipe_named
from cutaway.zoo.train import begin

MATMUL = torch.backends.mkldnn.matmul
NAME = "attn-only-1l"


def first_step(tmp_path, *, quick, monkeypatch):
    """The loss of a first step and its gradients, before they were clipped to one length."""
    monkeypatch.setattr(train, "worthwhile", lambda config, rows: quick)
    if not quicker.is_exact():  # it would not be used here, and what is left to compare is attention written out
        monkeypatch.setattr(train, "by_onednn", nullcontext)
    recipe = recipe_named(NAME)
    recipe = replace(recipe, schedule=replace(recipe.schedule, clip=None))
    training = begin(recipe, seed=0, folder=tmp_path, kept=(), report=lambda _: None)
    assert training.quick is quick
    tokens = torch.randint(0, 2048, (2, 128), generator=torch.Generator().manual_seed(0))
    training.one_step(train.Batch(tokens, tokens.roll(-1, 1)))
    return training.loss, {name: weight.grad for name, weight in training.model.named_parameters()}


def test_a_quick_step_has_the_gradients_of_a_plain_one_but_for_rounding(tmp_path, monkeypatch):
    loss, quick = first_step(tmp_path / "quick", quick=True, monkeypatch=monkeypatch)
    other, plain = first_step(tmp_path / "plain", quick=False, monkeypatch=monkeypatch)
    assert loss == pytest.approx(other, rel=1e-6)
    for name, gradient in plain.items():
        assert float((quick[name] - gradient).norm()) < 1e-4 * float(gradient.norm()), name


def test_products_are_as_exact_as_before_or_are_refused():
    one, other = torch.randn(64, 128), torch.randn(128, 96)
    exact = one.double() @ other.double()
    with quicker.by_onednn():
        error = float((one @ other - exact).abs().max())
    assert (error < 1e-4) == quicker.is_exact()


def test_the_setting_is_as_it_was_after_a_block_and_after_an_error():
    before = MATMUL.fp32_precision
    with quicker.by_onednn():
        assert MATMUL.fp32_precision == "bf16"
    assert MATMUL.fp32_precision == before
    with suppress(KeyboardInterrupt), quicker.by_onednn():
        raise KeyboardInterrupt
    assert MATMUL.fp32_precision == before


def test_small_models_and_other_machines_are_left_alone(monkeypatch):
    recipe = recipe_named(NAME)
    for amd, exact, expected in ((True, True, True), (False, True, False), (True, False, False)):
        monkeypatch.setattr(quicker, "is_amd", lambda amd=amd: amd)
        monkeypatch.setattr(quicker, "is_exact", lambda exact=exact: exact)
        assert quicker.worthwhile(recipe.config, recipe.schedule.rows) is expected
    small = recipe_named("ioi-2l")
    monkeypatch.setattr(quicker, "is_exact", lambda: True)
    assert not quicker.worthwhile(small.config, small.schedule.rows)
