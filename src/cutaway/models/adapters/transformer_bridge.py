"""A TransformerBridge of TransformerLens 4: its sites are the hook points that the bridge itself has.

A bridge puts modules of its own into the Hugging Face tree and works attention out by itself, so the adapter of
the family underneath would name modules that no longer run. What it computes passes through hook points, which
are modules: they are read and edited where they are, in the shape in which the bridge shows them. A hook point may
be there and never be called, or show a copy that nothing reads. So a new bridge is asked, with a few tokens, and
what does not answer is absent. Numbers are the bridge's, with weights folded if it has folded them.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers.pytorch_utils import Conv1D

from cutaway.errors.models import BridgeError
from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import Found, head_weights, mlp_weights
from cutaway.models.anatomy.heads import matrix, own, split_axis
from cutaway.models.anatomy.layout import Layout, Shape
from cutaway.models.anatomy.stack import DECODER_INPUTS, SELF_COUNTING, gathered
from cutaway.models.anatomy.tap import Call, Tap
from cutaway.models.edits import Add
from cutaway.models.observer import Observer
from cutaway.models.passes import Passes
from cutaway.models.run import installed
from cutaway.models.sites import Site
from cutaway.models.transformer_lens import BLOCK, IN_LAYER

FAMILIES: tuple[str, ...] = ()  # known by its class, in wrap.py: the config is that of the family underneath

BEFORE = {"embed": "embed.hook_out", "pos_embed": "pos_embed.hook_out"}
NORMED = {"q": "attn.hook_q_normed", "k": "attn.hook_k_normed"}
NORMS = {"ln1_scale": ("ln1", "ln1_post"), "ln2_scale": ("ln2", "ln2_post")}
NEURONS = ("mlp_pre", "mlp_linear", "mlp_post")
ROWS = 2
SAME = 1e-3  # share by which two slopes of one tensor may differ


def is_bridge(module: nn.Module) -> bool:
    """By the name of its class, so that TransformerLens need not be installed."""
    return type(module).__name__ == "TransformerBridge"


def is_bridged(module: nn.Module) -> bool:
    """Whether a bridge has put its parts into this module."""
    return any(type(part).__name__ == "HookPoint" for part in module.modules())


def refuse_bridged(name: str, module: nn.Module) -> None:
    """Raises: BridgeError for a module inside a bridge: the paths of its family lead to parts that no longer run."""
    if is_bridged(module):
        raise BridgeError(name, "a TransformerBridge has replaced its parts", "Load the bridge: cutaway.load(bridge)")


@dataclass(frozen=True)
class Points:
    """The hook points of a bridge by name, and where each part is in the model that runs.

    `writes_results`: it works out the results of heads itself, and no longer calls the output projection.
    """

    hooks: Mapping[str, nn.Module]
    paths: Mapping[nn.Module, str]
    writes_results: bool

    def place(self, found: Found, site: Site, hook: str, made: Callable[[str], Tap]) -> None:
        """Add the site of one hook point, or why there is none."""
        point = self.hooks.get(hook)
        if point is not None and point in self.paths:
            found.taps[site] = made(self.paths[point])
        else:
            found.absent[str(site)] = f"the bridge has no hook {in_any_layer(hook)}"


def in_any_layer(hook: str) -> str:
    """Its name without the number of the block, so that reasons of all layers are alike."""
    block = BLOCK.fullmatch(hook)
    return f"blocks.*.{block[2]}" if block else hook


def layout(bridge: Any) -> Layout:
    """The layout of `bridge.original_model`, which is what runs.

    Cost: one pass of a few tokens, forward and back.
    Raises: BridgeError if it is no decoder.
    """
    if "blocks" not in dict(bridge.named_children()) or bridge.cfg.attention_dir != "causal":
        fault = "only bridges of decoders have sites by name"
        raise BridgeError(bridge.cfg.model_name, fault, "Load the Hugging Face model before it gets a bridge.")
    module, shape, found = bridge.original_model, shape_of(bridge), Found()
    paths = {part: path for path, part in module.named_modules()}
    points = Points(bridge.hook_dict, paths, bridge.cfg.use_attn_result)
    for name, hook in BEFORE.items():
        points.place(found, Site(name), hook, shown)
    for layer, block in enumerate(bridge.blocks):
        describe_block(found, points, block, layer, shape)
    place_norm(found, points, Site("ln_final_scale"), bridge, ("ln_final",))
    points.place(found, Site("logits"), "unembed.hook_out", shown)
    weigh_ends(found, bridge)
    for site, reason in unusable(module, found.taps, shape).items():
        del found.taps[site]
        found.absent[str(site)] = reason
    counts = "position_ids" in inspect.signature(module.forward).parameters
    return Layout(
        shapes={"": shape},
        taps=found.taps,
        weights=found.weights,
        absent=gathered(found, shape.n_layers, ""),
        inputs=DECODER_INPUTS if counts else SELF_COUNTING,
    )


def shape_of(bridge: Any) -> Shape:
    """Sizes, as the bridge has them; the number of neurons off a weight, because its config may only suppose one."""
    config = bridge.cfg
    mlp = dict(bridge.blocks[0].named_children()).get("mlp")
    out = linear_in({} if mlp is None else dict(mlp.named_children()), "out")
    return Shape(
        n_layers=len(bridge.blocks),
        n_heads=config.n_heads,
        n_key_value_heads=config.n_key_value_heads or config.n_heads,
        d_model=config.d_model,
        d_head=config.d_head,
        d_mlp=0 if out is None else matrix(out).shape[0],
        d_vocab=config.d_vocab,
        n_ctx=config.n_ctx,
    )


def shown(path: str) -> Tap:
    """A hook point, in the shape in which the bridge shows it."""

    def get(call: Call) -> Tensor:
        rule: Any = getattr(call.module, "hook_conversion", None)
        value: Tensor = call.result if rule is None else rule.convert(call.result)
        return value

    def put(call: Call, new: Tensor) -> Tensor:
        rule: Any = getattr(call.module, "hook_conversion", None)
        value: Tensor = new if rule is None else rule.revert(new)
        return value

    return Tap(path=path, when="after", get=get, put=put)


def normed(path: str, d_head: int) -> Tap:
    """Queries or keys after a norm of their own, which sees [batch, head, pos, d_head] or [batch, pos, all heads]."""

    def get(call: Call) -> Tensor:
        return call.result.transpose(1, 2) if call.result.ndim > 3 else split_axis(call.result, -1, (-1, d_head))

    def put(call: Call, new: Tensor) -> Tensor:
        return new.transpose(1, 2) if call.result.ndim > 3 else new.flatten(-2)

    return Tap(path=path, when="after", get=get, put=put)


def place_norm(found: Found, points: Points, site: Site, parent: nn.Module, names: tuple[str, ...]) -> None:
    """The divisor of the first of these norms that is there."""
    parts = dict(parent.named_children())
    norm: Any = next((parts[name] for name in names if name in parts), None)
    inner: Any = getattr(norm, "original_component", None)
    if hasattr(inner, "eps") or hasattr(inner, "variance_epsilon"):
        found.taps[site] = tap.norm_scale(points.paths[norm], inner)
    else:
        found.absent[str(site)] = "the bridge has no norm here that divides"


def describe_block(found: Found, points: Points, block: nn.Module, layer: int, shape: Shape) -> None:
    """Add one layer's sites, in the order of the computation, and its weights."""
    parts = dict(block.named_children())
    attention, mlp = (dict(parts[name].named_children()) if name in parts else {} for name in ("attn", "mlp"))
    out = linear_in(attention, "o")
    for hook, name in IN_LAYER.items():
        site, at = Site(name, layer), f"blocks.{layer}."
        if name in NORMS:
            place_norm(found, points, site, block, NORMS[name])
        elif name == "result" and out is not None and not points.writes_results:
            found.taps[site] = tap.head_results(points.paths[out], heads_of(out, shape))
        elif name in NEURONS and linear_in(mlp, "out") is None:
            found.absent[str(site)] = "the bridge has no single MLP here with neurons to show"
        elif name in NORMED and f"{name}_norm" in attention:
            points.place(found, site, at + NORMED[name], lambda path: normed(path, shape.d_head))
        else:
            points.place(found, site, at + hook, tap.stream_before if name == "resid_mid" else shown)
    weigh_block(found, attention, mlp, layer, shape)


def linear_in(parts: Mapping[str, Any], name: str) -> Any:
    """The linear map that one of the bridge's parts stands around, if it is one."""
    inner = getattr(parts.get(name), "original_component", None)
    return inner if isinstance(inner, (nn.Linear, Conv1D)) else None


def heads_of(out: nn.Module, shape: Shape) -> Callable[[], Tensor]:
    """W_O [head, d_head, d_model]."""
    return lambda: split_axis(matrix(out), 0, (shape.n_heads, shape.d_head))


def weigh_block(found: Found, attention: Mapping[str, Any], mlp: Mapping[str, Any], layer: int, shape: Shape) -> None:
    """One layer's weights, as the bridge multiplies with them."""

    def site(name: str) -> Site:
        return Site(name, layer)

    for letter, heads in (("q", shape.n_heads), ("k", shape.n_key_value_heads), ("v", shape.n_key_value_heads)):
        linear = linear_in(attention, letter)
        if linear is not None and matrix(linear).shape[1] == heads * shape.d_head:
            found.weights |= head_weights(site, letter.upper(), linear, own(heads, shape.d_head), shape.n_heads)
    if (out := linear_in(attention, "o")) is not None:
        found.weights[site("W_O")] = heads_of(out, shape)
        if out.bias is not None:
            found.weights[site("b_O")] = lambda: out.bias
    for name in ("in", "gate", "out"):
        if (linear := linear_in(mlp, name)) is not None:
            found.weights |= mlp_weights(site, name, linear)


def weigh_ends(found: Found, bridge: nn.Module) -> None:
    """W_E, W_pos, W_U and b_U."""
    parts = dict(bridge.named_children())
    for name, part in (("W_E", "embed"), ("W_pos", "pos_embed")):
        inner = getattr(parts.get(part), "original_component", None)
        if isinstance(inner, nn.Embedding):
            found.weights[Site(name)] = lambda inner=inner: inner.weight  # type: ignore[misc]
    if (last := linear_in(parts, "unembed")) is not None:
        found.weights[Site("W_U")] = lambda: matrix(last)
        if last.bias is not None:
            found.weights[Site("b_U")] = lambda: last.bias


def unusable(module: Any, taps: Mapping[Site, Tap], shape: Shape) -> dict[Site, str]:
    """The sites that the bridge does not call, shows in another shape, or does not listen to, each with its reason.

    A zero is added at every site, and the slope of the logits along it is taken: there is one only if what stands
    at the site is what the bridge goes on with.
    """
    length = next(number for number in (5, 6, 7) if number not in (shape.n_heads, shape.n_key_value_heads))
    tokens = torch.arange(ROWS * length).view(ROWS, length) % shape.d_vocab
    pushes = {site: torch.zeros((), requires_grad=True) for site in taps}
    edits = {site: [Add(site, push)] for site, push in pushes.items()}
    observer = Observer(taps, list(taps), edits, Passes(ROWS, length))
    device = next(module.parameters()).device
    with torch.enable_grad(), installed(module, observer, softmax="interface"):
        logits = module(input_ids=tokens.to(device), use_cache=False).logits
    score = logits.float().square().sum()
    found = torch.autograd.grad(score, list(pushes.values()), allow_unused=True)
    slopes = dict(zip(pushes, found, strict=True))
    faults = {}
    for site in taps:
        if reason := unlike(site, observer.values.get(site), shape, length):
            faults[site] = reason
        elif slopes[site] is None:
            faults[site] = "the bridge shows it but does not compute with it, so that an edit would be lost"
        elif site.name == "resid_mid" and not goes_round(slopes[site], slopes.get(Site("attn_out", site.layer))):
            faults[site] = "what the bridge shows there does not also go round the MLP"
    return faults


def unlike(site: Site, value: Tensor | None, shape: Shape, length: int) -> str | None:
    """What is wrong with the value that was seen, by the axes of its site."""
    if value is None:
        return "the bridge has a hook for it and never calls it"
    sizes = {"batch": ROWS, "pos": length, "query": length, "key": length, "one": 1, "head": shape.n_heads}
    sizes |= {"d_head": shape.d_head, "d_model": shape.d_model, "d_mlp": shape.d_mlp, "d_vocab": shape.d_vocab}
    if site.name in ("k", "v", "k_rot"):
        sizes["head"] = shape.n_key_value_heads
    if site.name == "pos_embed":
        sizes["batch"] = value.shape[0]
    expected = [sizes[axis] for axis in site.axes]
    if list(value.shape) == expected:
        return None
    return f"the bridge shows it as {list(value.shape)} where {' '.join(site.axes)} is {expected}"


def goes_round(middle: Tensor | None, added: Tensor | None) -> bool:
    """Whether the middle of the stream has the slope of what attention adds to it."""
    return middle is not None and added is not None and torch.allclose(middle, added, rtol=SAME, atol=0.0)
