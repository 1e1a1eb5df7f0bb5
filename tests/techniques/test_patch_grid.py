"""patch_grid, where shares follow from how a decoder is built: all at the token that differs, all at the very end."""

import pandas as pd
import pytest
import torch

import cutaway
from cutaway.errors.sweep import NoGapError, UnequalPromptsError
from tests.conformance.families import build

LENGTH, DIFFERS = 7, 3
CLEAN = torch.tensor([[5, 9, 2, 11, 7, 3, 8], [4, 4, 2, 30, 7, 1, 8]])
CORRUPTED = CLEAN.clone()
CORRUPTED[:, DIFFERS] = torch.tensor([12, 31])
METRIC = cutaway.logit_difference(20, 21)


@pytest.fixture(scope="module")
def model():
    return build("llama")


def grid_of(model, **asked):
    given = {"clean": CLEAN, "corrupted": CORRUPTED, "site": "resid_pre", "metric": METRIC} | asked
    return cutaway.patch_grid(model, **given)


def cell(frame, **at):
    rows = frame
    for name, value in at.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.parametrize("direction", ["denoising", "noising"])
def test_the_first_stream_at_the_token_that_differs_is_the_whole_difference(model, direction):
    frame = grid_of(model, direction=direction).frame
    assert cell(frame, layer=0, position=DIFFERS).share == pytest.approx(1.0, abs=1e-5)
    others = frame[(frame.layer == 0) & (frame.position != DIFFERS)]
    expected = torch.zeros(LENGTH - 1, dtype=torch.float64)
    torch.testing.assert_close(torch.tensor(others.share.to_numpy()), expected, atol=1e-5, rtol=0)


def test_the_last_stream_carries_it_at_the_last_position_only(model):
    last = model.shape.n_layers - 1
    frame = grid_of(model, site=f"resid_post.{last}", per=("position",)).frame
    expected = torch.tensor([0.0] * (LENGTH - 1) + [1.0], dtype=torch.float64)
    torch.testing.assert_close(torch.tensor(frame.share.to_numpy()), expected, atol=1e-5, rtol=0)


def test_direction_says_which_run_is_patched(model):
    denoised, noised = (grid_of(model, direction=name).frame for name in ("denoising", "noising"))
    clean, corrupted = (float(METRIC(model.run(tokens).logits).mean()) for tokens in (CLEAN, CORRUPTED))
    assert denoised.base.unique() == pytest.approx([corrupted], rel=1e-5)
    assert noised.base.unique() == pytest.approx([clean], rel=1e-5)
    assert cell(denoised, layer=0, position=DIFFERS).value == pytest.approx(clean, rel=1e-4)
    assert set(denoised.direction) == {"denoising"}


def test_the_table_has_one_row_for_each_patch_and_metric(model):
    metrics = {"difference": METRIC, "sure": cutaway.log_prob(20)}
    frame = grid_of(model, site="z", per=("layer", "head"), metric=metrics).frame
    assert list(frame.columns) == [
        "site", "layer", "head", "position", "neuron", "token", "metric", "value", "base", "share", "direction",
    ]  # fmt: skip
    assert len(frame) == 2 * model.shape.n_layers * model.shape.n_heads
    assert frame.position.isna().all()
    assert not frame.duplicated(["layer", "head", "metric"]).any()


def test_values_are_those_of_single_runs(model):
    frame = grid_of(model, site="z", per=("layer", "head")).frame
    clean = model.run(CLEAN, read="z")
    for layer, head in ((0, 0), (1, 2), (2, 3)):
        run = model.run(CORRUPTED, edit=cutaway.Replace(f"z.{layer}", clean[f"z.{layer}"][:, :, head], head=head))
        assert cell(frame, layer=layer, head=head).value == pytest.approx(float(METRIC(run.logits).mean()), rel=1e-4)


def test_tokens_stand_beside_positions():
    model = cutaway.load("attn-only-2l")
    grid = cutaway.patch_grid(
        model, clean="a = b; c", corrupted="a = d; c", site="resid_pre", metric=cutaway.logit_difference(20, 21)
    )
    tokens = model.token_strings(model.tokens(["a = d; c"])[0])
    assert list(grid.frame.token[: len(tokens)]) == tokens
    labels = {row["position"] for row in grid.figure.spec["data"]["values"]}
    assert len(labels) == len(tokens)
    assert all(label.split(" ")[0].isdigit() for label in labels)


def test_where_prompts_differ_the_label_says_so(model):
    found = grid_of(model).frame
    assert found.token[0] == "[5]/[4]"
    assert found.token[2] == "[2]"


@pytest.mark.usefixtures("unchecked")
def test_prompts_of_unequal_length_are_refused(model):
    with pytest.raises(UnequalPromptsError, match="one pair a row"):
        grid_of(model, corrupted=CORRUPTED[:, :-1])


def test_prompts_without_a_gap_are_refused(model):
    with pytest.raises(NoGapError, match="another corruption"):
        grid_of(model, corrupted=CLEAN)


@pytest.mark.parametrize(
    ("site", "per"),
    [
        ("resid_pre", ("layer", "position")),
        ("z", ("layer", "head")),
        ("z", ("head",)),
        ("z", ("layer", "head", "position")),
        ("mlp_post", ("layer", "neuron")),
    ],
)
def test_every_grid_can_be_drawn(model, site, per, tmp_path):
    grid = grid_of(model, site=site, per=per)
    assert grid.figure.save(tmp_path / "grid.svg").read_text().startswith("<svg")
    assert isinstance(grid.frame, pd.DataFrame)
    assert len(grid.frame) == len(grid.product)
