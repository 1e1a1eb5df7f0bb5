"""What must hold of a site, whatever the family: shape, sums, and that the model listens to it."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from cutaway.models.edits import Apply, Replace
from cutaway.models.model import Model
from cutaway.models.sites import Site
from cutaway.models.verify.small import CONTEXT

ROWS, LENGTH = 2, 9  # longer than the sliding window of a small copy
FUSED = 1e-5  # of the size of the output: what another order of the same sums may cost
ROUNDING = 1e-5  # of a row's sum
AGAIN = 1e-4  # of the size of the output: writing back what was read may take another path
LISTENS = 1e-6  # of the size of the output: noise changes it by more

Failure = str | None


def prompt(model: Model) -> dict[str, Tensor]:
    """Random inputs of every kind the model takes, the same at every call."""
    draw = torch.Generator().manual_seed(1)
    config: Any = model.module.config
    given: dict[str, Tensor] = {}
    for name in model.layout.inputs.names:
        if name == "pixel_values":
            vision = getattr(config, "vision_config", config)
            size = getattr(vision, "image_size", CONTEXT // 2)
            given[name] = torch.randn(ROWS, getattr(vision, "num_channels", 3), size, size, generator=draw)
        else:
            given[name] = torch.randint(2, model.shape.d_vocab, (ROWS, LENGTH), generator=draw)
            given[name][:, -1] = 0  # the end of the text, which is where CLIP looks for its meaning
    return given


def final(model: Model, given: Mapping[str, Tensor], **asked: Any) -> Tensor:
    """What the model puts out: logits, or all that leaves a model without a head."""
    trace = model.run(dict(given), **asked)
    found = model.layout.logits(trace.output)
    if found is not None:
        return found
    return torch.cat([part.flatten() for part in trace.output.values() if isinstance(part, Tensor)])


def distance(one: Tensor, other: Tensor) -> float:
    """The largest difference, as a share of the size of the first."""
    return float((one - other).abs().max() / one.abs().max().clamp(min=1e-30))


def has_its_axes(site: Site, value: Tensor, model: Model) -> Failure:
    """The sizes that the layout promises; positions, keys and a sink are free."""
    axes = model.taps[site].axes or site.axes
    if value.ndim != len(axes):
        return f"it has {value.ndim} axes where {' '.join(axes)} are expected"
    shape = model.layout.shapes[site.group if site.group in model.layout.shapes else ""]
    known = {"d_model": shape.d_model, "d_mlp": shape.d_mlp, "d_vocab": shape.d_vocab, "one": 1}
    for axis, size in zip(axes, value.shape, strict=True):
        if axis in known and size != known[axis]:
            return f"its axis {axis} is {size} long where {known[axis]} is expected"
        if axis == "head" and size not in (shape.n_heads, shape.n_key_value_heads):
            return f"it has {size} heads where {shape.n_heads} are expected"
    return None


def sums_to_one(site: Site, value: Tensor) -> Failure:
    """Every row of a pattern, a sink's column included."""
    if site.name != "pattern":
        return None
    worst = float((value.float().sum(-1) - 1).abs().max())
    return None if worst <= ROUNDING else f"rows of the pattern sum to one only within {worst:.2g}"


def check_reading(site: Site, model: Model, given: Mapping[str, Tensor], plain: Tensor) -> Failure:
    """Reading a site leaves the output alone: bit for bit, or within rounding where the kernel is another."""
    found = final(model, given, read=[site])
    exact = not model.taps[site].in_attention
    if exact and not torch.equal(found, plain):
        return f"reading it changes the output by {distance(plain, found):.2g} of its size"
    if distance(plain, found) > FUSED:
        return f"reading it changes the output by {distance(plain, found):.2g} of its size"
    return None


def check_kept(site: Site, value: Tensor, model: Model, given: Mapping[str, Tensor]) -> Failure:
    """What a read holds at the end of a run is what was there when the model passed: nothing wrote over it."""
    seen: list[Tensor] = []

    def look(part: Tensor) -> Tensor:
        seen.append(part.clone())
        return part

    model.run(dict(given), edit=Apply(site, look))
    same = torch.equal(seen[0], value) or distance(seen[0], value) <= AGAIN
    return None if same else "the model writes over it after it was read"


def check_writing(site: Site, value: Tensor, model: Model, given: Mapping[str, Tensor], plain: Tensor) -> Failure:
    """Writing back what was read changes nothing; noise changes the output."""
    same = final(model, given, edit=Replace(site, value.clone()))
    if distance(plain, same) > AGAIN:
        return f"writing back what was read changes the output by {distance(plain, same):.2g} of its size"
    draw = torch.Generator().manual_seed(2)
    noise = torch.randn(value.shape, generator=draw) + 1.0
    if distance(plain, final(model, given, edit=Replace(site, noise))) <= LISTENS:
        return "noise in its place does not change the output"
    return None


def check_skip(site: Site, model: Model, given: Mapping[str, Tensor]) -> Failure:
    """What is written into the middle of the stream also goes round the MLP: resid_post - mlp_out is the new value."""
    out, post = Site("mlp_out", site.layer, site.group), Site("resid_post", site.layer, site.group)
    if site.name != "resid_mid" or out not in model.taps or post not in model.taps:
        return None
    before = model.run(dict(given), read=[site, out, post])
    if distance(before[post], before[site] + before[out]) > AGAIN:
        return None  # a norm comes after, so the sum is not what leaves the block
    new = before[site].flip(1)
    after = model.run(dict(given), read=[out, post], edit=Replace(site, new))
    return None if distance(new, after[post] - after[out]) <= AGAIN else "an edit of it does not reach the skip"
