"""A small vision network: line detectors, and curve detectors that read lines of neighbouring orientations on an arc.

Cammarata et al. 2021, "Curve Circuits", Distill; Olah et al. 2020, "Zoom In: An Introduction to Circuits", Distill.
"""

from math import cos, pi, sin

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.planted.planted import Corrupted, Planted, random_ids
from cutaway.planted.stack import Weights, told_stack
from cutaway.planted.truth import Part

LINES, CURVES = 8, 8  # line detectors every 22.5 degrees, curve detectors every 45
SIZE, LINE, ARC = 14, 5, 11  # pixels: an image, the kernel of a line detector, that of a curve detector
RADIUS, REACH = 5.0, 0.3 * pi  # of an arc in pixels, and how far it goes to either side of its middle
STRAY = 1.0  # pixels by which the middle of an arc may be off the middle of the image
POINTS = 9  # on an arc, at which a curve detector asks for a line
OPPOSED = 0.25  # how much the same points of the arc turned over count against it
FAINT_LINE, FAINT_CURVE = 0.2, 0.1  # what the detectors take off, so that they are off at most places
GAIN = 30.0  # logits for each unit that a curve detector is on


def arc(direction: Float[Tensor, "batch"], middle: Float[Tensor, "batch 2"]) -> Float[Tensor, "batch height width"]:
    """Thin arcs: `middle` is the row and column of their middle, `direction` the angle in which their centre lies."""
    lines = torch.arange(SIZE, dtype=torch.float32)
    inwards = torch.stack([direction.sin(), direction.cos()], dim=1)
    centre = middle + RADIUS * inwards
    away = torch.stack(torch.meshgrid(lines, lines, indexing="ij"), dim=-1) - centre[:, None, None]
    along = (away * -inwards[:, None, None]).sum(dim=-1) / away.norm(dim=-1).clamp(min=1e-6)
    near = (1 - (away.norm(dim=-1) - RADIUS).abs()).clamp(min=0)
    drawn: Tensor = near * (along.clamp(-1, 1).acos() <= REACH)
    return drawn


def arcs(rows: int, seed: int) -> Pairs:
    """An arc of one of eight directions, and a tint that says nothing; on the corrupted image both are others."""
    which = random_ids(rows, seed, below=CURVES)
    other = (which + random_ids(rows, seed + 1, below=CURVES, above=1)) % CURVES
    generator = torch.Generator().manual_seed(seed + 2)
    middle = (SIZE - 1) / 2 + 2 * STRAY * (torch.rand(rows, 2, generator=generator) - 0.5)
    tints = torch.rand(2, rows, SIZE, SIZE, generator=generator)
    clean, corrupted = (
        torch.stack([arc(2 * pi / CURVES * one.float(), middle), tint], dim=1)
        for one, tint in zip((which, other), tints, strict=True)
    )
    at = torch.zeros(rows, 1, dtype=torch.long)
    return Pairs(clean, corrupted, Answers(at, which[:, None, None], other[:, None, None]))


def line_kernel(angle: float) -> Float[Tensor, "height width"]:
    """Bright along a line through the middle at an angle, dark to either side of it; sums to nothing."""
    steps = torch.arange(LINE, dtype=torch.float32) - LINE // 2
    rows, columns = torch.meshgrid(steps, steps, indexing="ij")
    turned = torch.tensor(angle)
    along, across = columns * turned.cos() + rows * turned.sin(), rows * turned.cos() - columns * turned.sin()
    bright = (-across.square() / 0.8 - along.square() / 6).exp()
    kernel = bright - bright.mean()
    return kernel / kernel.clamp(min=0).sum()


def curve_kernels(direction: float) -> Float[Tensor, "line height width"]:
    """Lines tangent to an arc at points on it, each of the nearest orientation, less those of the arc turned over."""
    kernels = torch.zeros(LINES, ARC, ARC)
    places = torch.arange(ARC, dtype=torch.float32) - ARC // 2
    for turn in torch.linspace(-REACH, REACH, POINTS).tolist():
        for inwards, weight in ((direction, 1.0), (direction + pi, -OPPOSED)):
            outwards = inwards + pi + turn  # from the centre of the circle to the point
            row, column = RADIUS * (sin(inwards) + sin(outwards)), RADIUS * (cos(inwards) + cos(outwards))
            spread = (1 - (places - row).abs()).clamp(min=0)[:, None] * (1 - (places - column).abs()).clamp(min=0)
            tangent = round((outwards + pi / 2) / (pi / LINES)) % LINES
            kernels[tangent] += weight / POINTS * spread
    return kernels


def weights() -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The kernels of every line detector, [input, height, width], and every curve detector, [line, height, width]."""
    nothing = torch.zeros(LINE, LINE)
    lines = {
        f"line {180 / LINES * number:g}": torch.stack([line_kernel(pi / LINES * number), nothing])
        for number in range(LINES)
    }
    lines["tint spot"] = torch.stack([nothing, torch.full((LINE, LINE), 1 / LINE**2)])
    lines["line 0 unread"] = lines["line 0"]
    curves = {}
    for number in range(CURVES):
        kernels = torch.zeros(len(lines), ARC, ARC)
        kernels[:LINES] = curve_kernels(2 * pi / CURVES * number)
        curves[f"curve {360 / CURVES * number:g}"] = kernels
    curves["curve 0 unread"] = curves["curve 0"]
    spots = torch.zeros(len(lines), ARC, ARC)
    spots[LINES:, ARC // 2] = 0.1
    curves["tint row"] = spots
    return lines, curves


def curves(*, seed: int = 0) -> Planted:
    """Eight line detectors, eight curve detectors that are one another turned round, and a class for each of those.

    The seed says in which order the channels stand.
    """
    lines, bends = weights()
    generator = torch.Generator().manual_seed(seed)
    first = [list(lines)[place] for place in torch.randperm(len(lines), generator=generator)]
    second = [list(bends)[place] for place in torch.randperm(len(bends), generator=generator)]
    order = [list(lines).index(name) for name in first]
    classes = torch.zeros(CURVES, len(bends))
    for number, name in enumerate(list(bends)[:CURVES]):
        classes[number, second.index(name)] = GAIN

    def part(name: str, layer: int, index: int, role: str, does: str) -> Part:
        carries = name == "ink" or name in list(lines)[:LINES] or name in list(bends)[:CURVES]
        return Part(name, "channels", layer, (index,), role, does, carries)

    return told_stack(
        "curves",
        [
            Weights(torch.stack([lines[name] for name in first]), torch.full((len(lines),), -FAINT_LINE)),
            Weights(torch.stack([bends[name][order] for name in second]), torch.full((len(bends),), -FAINT_CURVE)),
            Weights(classes, torch.zeros(CURVES), "largest"),
        ],
        [
            part("ink", 0, 0, "input", "what is drawn"),
            part("tint", 0, 1, "input", "what lies under the drawing"),
            *(part(name, 1, at, "line_detector", "fires on lines of one orientation") for at, name in enumerate(first)),
            *(part(name, 2, at, "curve_detector", "fires on arcs of one direction") for at, name in enumerate(second)),
        ],
        Corrupted("other-arc", arcs),
    )


CIRCUITS = {"curves": curves}
