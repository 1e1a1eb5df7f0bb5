"""patch_grid at queries, keys, values and patterns, on a planted lookup: it is known what each corruption changes."""

import pytest
import torch

import cutaway
from cutaway.planted import circuit
from tests.conformance.families import build


@pytest.fixture(scope="module")
def planted():
    return circuit("two-hop", sharpness=14.0)


def shares(planted, corruption, site):
    """Share that each head of the layer of the first lookup brings back, and which head that lookup is."""
    pairs, part = planted.sample(24, 3, corruption), planted.truth.part("first hop")
    grid = cutaway.patch_grid(
        planted.model,
        clean=pairs.clean,
        corrupted=pairs.corrupted,
        site=f"{site}.{part.layer}",
        metric=pairs.metric,
        per=("head",),
    )
    return grid.frame.set_index("head").share, part.head


@pytest.mark.parametrize(
    ("corruption", "site", "carries"),
    [
        ("other-start", "q", True),  # another question, asked of the same pairs
        ("other-start", "k", False),
        ("other-start", "v", False),
        ("other-start", "pattern", True),
        ("other-start", "z", True),
        ("other-link", "q", False),  # the same question; other tokens where it looks
        ("other-link", "k", False),
        ("other-link", "v", True),
        ("other-link", "pattern", False),
        ("other-link", "z", True),
    ],
)
def test_the_lookup_carries_the_difference_in_the_part_that_the_corruption_changes(planted, corruption, site, carries):
    found, head = shares(planted, corruption, site)
    assert found[head] == pytest.approx(float(carries), abs=0.02)
    assert found.drop(head).abs().max() < 0.02


def test_a_pattern_can_be_patched_at_one_query(planted):
    pairs, part = planted.sample(24, 3, "other-start"), planted.truth.part("first hop")
    frame = cutaway.patch_grid(
        planted.model,
        clean=pairs.clean,
        corrupted=pairs.corrupted,
        site=f"pattern.{part.layer}",
        metric=pairs.metric,
        per=("head", "position"),
    ).frame
    last = frame[(frame["head"] == part.head) & (frame["position"] == pairs.clean.shape[1] - 1)]
    assert float(last.share.iloc[0]) == pytest.approx(1.0, abs=0.02)
    assert frame.drop(index=last.index).share.abs().max() < 0.02


@pytest.mark.parametrize("site", ["q", "k", "v", "pattern", "scores"])
@pytest.mark.parametrize("family", ["llama", "gpt2", "gpt_neox-parallel", "toy-attention-only-learned"])
def test_values_are_those_of_single_runs(family, site):
    model = build(family)
    draw = torch.Generator().manual_seed(1)
    clean, corrupted = torch.randint(2, 60, (2, 3, 7), generator=draw)
    metric = cutaway.logit_difference(20, 21)
    frame = cutaway.patch_grid(
        model, clean=clean, corrupted=corrupted, site=site, metric=metric, per=("layer", "head")
    ).frame
    trace = model.run(clean, read=site)
    axis = 2 if site in "qkv" else 1
    for layer, head in ((0, 1), (2, 0)):
        there = trace[f"{site}.{layer}"].select(axis, head)
        run = model.run(corrupted, edit=cutaway.Replace(f"{site}.{layer}", there, head=head))
        cell = frame[(frame["layer"] == layer) & (frame["head"] == head)]
        assert float(cell.value.iloc[0]) == pytest.approx(float(metric(run.logits).mean()), rel=1e-4, abs=1e-5)
