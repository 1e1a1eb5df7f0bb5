"""The naive loop: one full run for every edit, then the metric of its logits. What every sweep must equal."""

from dataclasses import replace

import torch

from cutaway.models import Edit, plan_sweep
from cutaway.models.sweep.check import FREE
from cutaway.models.sweep.sweep import by_name

SAME = 1e-5  # of the range of the effects
ROUNDING = 2**-21  # of the scores: four steps of single precision, in which they are given


def as_set(edits):
    """A set of edits, of which a single edit is one."""
    return [edits] if isinstance(edits, Edit) else list(edits)


def logits_of(model, inputs, edits, mask=None):
    """Logits [edit, batch, pos, token], those of the run without an edit first; of classes, as of one position."""
    runs = [model.run(inputs, edit=some, mask=mask).logits for some in [[], *map(as_set, edits)]]
    found = torch.stack([run[:, None] if run.ndim == 2 else run for run in runs])
    assert bool(found.isfinite().all())
    return found


def scores_of(logits, metric):
    """Scores [edit, batch] of runs, by their full logits."""
    return torch.stack([metric(run) for run in logits])


def assert_same(found, expected, base, *, labels=None, effect=None):
    """Scores are those of the naive loop, to a share of the largest effect and rounding; says which one is off."""
    found, expected, base = found.detach(), expected.detach(), base.detach()
    assert found.shape == expected.shape, f"{tuple(found.shape)} scores, {tuple(expected.shape)} expected"
    effect = float((expected - base).abs().max()) if effect is None else effect
    gap = (found - expected).abs()
    allowed = SAME * effect + ROUNDING * float(expected.abs().max())
    if not float(gap.max()) <= allowed:
        number, row = divmod(int(gap.flatten().argmax()), gap.shape[1])
        where = f"edit {number}, row {row}" if labels is None else f"{labels[number]}, row {row}"
        wrong = int((~(gap <= allowed)).sum())
        raise AssertionError(
            f"{where}: {float(found[number, row]):.7g}, where the naive loop has {float(expected[number, row]):.7g}"
            f" and the base {float(base[row]):.7g}; {wrong} of {gap.numel()} scores are off, the largest effect is"
            f" {effect:.3g}"
        )


def at_any_price(planned):
    """The scores if no call costs anything: of small models too, starts share no batch and narrow blocks pay."""
    again = replace(planned, kept_in=None)
    again.engine.prices = FREE
    return again.run()


def assert_equals_naive(model, inputs, edits, metric, *, mask=None, **options):
    """Sweep, and compare every metric with the naive loop, however runs are batched; returns both."""
    logits = logits_of(model, inputs, edits, mask)
    planned = plan_sweep(model, inputs, edits, metric, mask=mask, **options)
    swept, other = planned.run(), at_any_price(planned)
    labels = [str(as_set(some)) for some in edits]
    for number, (name, one) in enumerate(by_name(metric).items()):
        base, *expected = scores_of(logits, one.bind(model))
        expected = torch.stack(expected)
        effect = float((expected - base).abs().max())
        for found in (swept, other):
            assert_same(found.of(name), expected, base, labels=labels, effect=effect)
            assert_same(found.base_values[number][None], base[None], base, effect=effect)
    return planned, swept
