"""Line and curve detectors: what each fires on most, by images drawn for it."""

from math import pi

import pytest
import torch

from cutaway.planted import Planted, circuit
from cutaway.planted.circuits.curves import CURVES, LINES, RADIUS, SIZE, STRAY, arc


@pytest.fixture(scope="module", params=[0, 2])
def network(request) -> Planted:
    return circuit("curves", seed=request.param)


def inked(ink):
    """Images of some drawings over no tint."""
    return torch.stack([ink, torch.zeros_like(ink)], dim=1)


def largest(network, images, kind):
    """The largest response of each detector of a kind anywhere, by name."""
    parts = [part for part in network.truth.parts if part.role == kind]
    site = parts[0].site
    found = network.model.run(images, read=[site])[site].amax(dim=(2, 3))
    return {part.name: found[:, part.indices[0]] for part in parts}


def weight(network, name, layer):
    return network.model.module.layer(layer).map.weight[network.truth.part(name).indices[0]].detach()


def test_arc_lies_one_radius_from_its_centre_on_the_side_of_its_middle():
    middle = torch.tensor([[4.0, 6.0]])
    drawn = arc(torch.tensor([pi / 2]), middle)[0]  # the centre is below the middle
    rows, columns = drawn.nonzero().T
    away = ((rows - 4.0 - RADIUS) ** 2 + (columns - 6.0) ** 2).sqrt()
    assert float(drawn[4, 6]) == pytest.approx(1.0, abs=1e-5)
    assert bool(((away - RADIUS).abs() < 1).all())
    assert bool((rows < 4 + RADIUS).all())
    assert int(columns.min()) <= 3
    assert int(columns.max()) >= 9


@pytest.mark.parametrize(("name", "at"), [("line 0", (7, slice(None))), ("line 90", (slice(None), 7))])
def test_line_detector_prefers_lines_of_its_own_orientation(network, name, at):
    ink = torch.zeros(1, SIZE, SIZE)
    ink[(0, *at)] = 1.0
    found = {one: float(value) for one, value in largest(network, inked(ink), "line_detector").items()}
    lines = {one: value for one, value in found.items() if not one.endswith("unread") and one != "tint spot"}
    assert max(lines, key=lines.__getitem__) == name
    across = "line 90" if name == "line 0" else "line 0"
    assert lines[across] < 0.2 * lines[name]


def test_line_detector_of_a_diagonal_prefers_that_diagonal(network):
    found = largest(network, inked(torch.eye(SIZE)[None]), "line_detector")  # down and to the right
    assert float(found["line 45"]) > 2 * float(found["line 135"])


def test_every_direction_is_told_wherever_the_arc_stands(network):
    steps = torch.linspace(-STRAY, STRAY, 7) + (SIZE - 1) / 2
    middles = torch.cartesian_prod(steps, steps)
    for number in range(CURVES):
        direction = torch.full((len(middles),), 2 * pi / CURVES * number)
        images = inked(arc(direction, middles))
        assert bool((network.model.run(images).logits[:, 0].argmax(dim=-1) == number).all())
        found = largest(network, images, "curve_detector")
        own = found[f"curve {360 / CURVES * number:g}"]
        opposite = found[f"curve {(360 / CURVES * number + 180) % 360:g}"]
        assert bool((own > 2 * opposite).all())


def test_curve_detectors_are_one_another_turned_by_a_right_angle(network):
    lines = [network.truth.part(f"line {180 / LINES * number:g}").indices[0] for number in range(LINES)]
    first, second = (weight(network, name, 2)[lines] for name in ("curve 0", "curve 90"))
    turned = torch.rot90(first, -1, dims=(1, 2)).roll(LINES // 2, dims=0)  # from rightwards to downwards
    torch.testing.assert_close(second, turned, atol=1e-5, rtol=0)


def test_curve_detector_reads_only_lines_near_the_tangent_of_its_middle(network):
    senders = {edge.sender for edge in network.truth.edges if edge.receiver == "curve 0"}
    assert senders == {"line 45", "line 67.5", "line 90", "line 112.5", "line 135"}


def test_tint_changes_what_decoys_see_and_no_score(network):
    pairs = network.sample(8, 0)
    plain = pairs.clean.clone()
    plain[:, 1] = 0.0
    torch.testing.assert_close(network.model.run(plain).logits, network.model.run(pairs.clean).logits)
    names = [one.name for one in network.truth.parts if one.name.startswith("tint ")]
    for name in names:
        part = network.truth.part(name)
        seen, unseen = (
            network.model.run(images, read=[part.site])[part.site][:, part.indices[0]]
            for images in (pairs.clean, plain)
        )
        assert not torch.allclose(seen, unseen)
    assert len(names) == 2


def test_shuffled_twins_tell_no_directions(network):
    pairs = network.sample(64, 0)
    right = [pairs.accuracy(network.twin(seed=seed).run(pairs.clean).logits).mean() for seed in range(8)]
    assert float(torch.stack(right).mean()) < 0.65  # one of two: 0.5
