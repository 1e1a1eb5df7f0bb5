"""patch_windows, where MLPs add a quarter, nothing and three quarters of the answer, so that every window is a sum."""

import pytest
import torch

from cutaway.errors.patching import WindowError
from cutaway.models import Replace
from cutaway.techniques.patching.grid import patch_grid
from cutaway.techniques.patching.windows import patch_windows, window
from tests.conformance.families import build
from tests.techniques.patching import adding


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (1, [0.25, 0.0, 0.75]),
        (2, [0.25, 0.25, 0.75]),  # a layer and the one below it
        (3, [0.25, 1.0, 0.75]),  # a layer and both its neighbours
        (5, [1.0, 1.0, 1.0]),
    ],
)
@pytest.mark.parametrize("direction", ["denoising", "noising"])
@pytest.mark.parametrize("pads", [0, 1])
def test_the_share_of_a_window_is_the_sum_of_its_layers(width, expected, direction, pads):
    given = adding.pairs(pads)
    grid = patch_windows(adding.model(), given, site="mlp_out", width=width, per=("layer",), direction=direction)
    torch.testing.assert_close(
        torch.tensor(grid.frame.share.to_numpy()), torch.tensor(expected).double(), atol=1e-5, rtol=0
    )
    assert list(grid.frame.layer) == [0, 1, 2]


def test_a_window_is_patched_at_one_position_where_positions_are_named():
    frame = patch_windows(adding.model(), adding.pairs(), site="mlp_out", width=3).frame
    by_hand = torch.zeros(3, 4, dtype=torch.float64)
    by_hand[:, 3] = torch.tensor([0.25, 1.0, 0.75])  # the token that differs is the last
    torch.testing.assert_close(torch.tensor(frame.share.to_numpy()).view(3, 4), by_hand, atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    ("layer", "width", "layers"), [(4, 1, [4]), (4, 3, [3, 4, 5]), (4, 4, [2, 3, 4, 5]), (0, 3, [-1, 0, 1])]
)
def test_windows_stand_around_their_layer(layer, width, layers):
    assert list(window(layer, width)) == layers


@pytest.mark.parametrize("family", ["llama", "gpt2", "gpt_neox-parallel"])
def test_a_window_of_one_layer_is_the_plain_grid(family):
    model, given = build(family), adding.pairs()
    plain = patch_grid(model, clean=given.clean, corrupted=given.corrupted, site="mlp_out", metric=given.metric)
    found = patch_windows(model, given, site="mlp_out", width=1)
    assert list(found.frame.columns) == list(plain.frame.columns)
    torch.testing.assert_close(torch.tensor(found.frame.value.to_numpy()), torch.tensor(plain.frame.value.to_numpy()))


@pytest.mark.parametrize("family", ["llama", "gpt2"])
def test_values_are_those_of_single_runs_that_never_see_the_padding(family):
    model, given = build(family), adding.pairs(pads=1)
    frame = patch_windows(model, given, site="attn_out", width=2, per=("layer",)).frame
    there = model.run(given.clean, read="attn_out", mask=given.mask)
    edits = [Replace(f"attn_out.{layer}", there[f"attn_out.{layer}"]) for layer in (1, 2)]
    run = model.run(given.corrupted, edit=edits, mask=given.mask)
    assert frame.value[2] == pytest.approx(float(given.metric(run.logits).mean()), rel=1e-4)


def test_the_grid_says_how_wide_its_windows_are_and_can_be_drawn(tmp_path):
    grid = patch_windows(adding.model(), adding.pairs(), site="mlp_out", width=3)
    assert set(grid.frame.site) == {"mlp_out, 3 layers"}
    assert grid.figure.save(tmp_path / "windows.svg").read_text().startswith("<svg")


def test_a_window_without_layers_is_refused():
    with pytest.raises(WindowError, match="at least one layer"):
        patch_windows(adding.model(), adding.pairs(), site="mlp_out", width=0)
    with pytest.raises(WindowError, match="does not name the layer"):
        patch_windows(adding.model(), adding.pairs(), site="mlp_out", width=3, per=("position",))
