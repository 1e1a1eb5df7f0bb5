"""What makes training quicker changes nothing but rounding, and is left where it would."""

from contextlib import suppress

import pytest
import torch

from cutaway.zoo import quicker, train
from cutaway.zoo.recipe import recipe_named
from cutaway.zoo.train import begin

MATMUL = torch.backends.mkldnn.matmul
NAME = "attn-only-1l"


def trained(tmp_path, *, quick, monkeypatch):
    """The loss of three steps, and the weights."""
    monkeypatch.setattr(train, "worthwhile", lambda config, rows: quick)
    recipe = recipe_named(NAME)
    training = begin(recipe, seed=0, folder=tmp_path, kept=(), report=lambda _: None)
    generator, losses = torch.Generator().manual_seed(0), []
    for _ in range(3):
        tokens = torch.randint(0, 2048, (2, 128), generator=generator)
        training.one_step(train.Batch(tokens, tokens.roll(-1, 1)))
        losses.append(training.loss)
    return losses, training.model.state_dict()


def test_quick_steps_are_the_plain_ones_but_for_rounding(tmp_path, monkeypatch):
    losses, weights = trained(tmp_path / "quick", quick=True, monkeypatch=monkeypatch)
    plain, others = trained(tmp_path / "plain", quick=False, monkeypatch=monkeypatch)
    assert losses == pytest.approx(plain, abs=1e-4)
    assert max(losses) - min(losses) > 0.001
    for name, weight in weights.items():
        torch.testing.assert_close(weight, others[name], atol=2e-3, rtol=0)


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
