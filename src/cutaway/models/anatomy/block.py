"""A block of a transformer, described by its module paths; sites and weights of every layer follow from it.

Paths are inside the block. A family is a `Block` (or one per layer, where layers differ) and a `Stack`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn

from cutaway.models.anatomy import tap
from cutaway.models.anatomy.heads import Heads, matrix, split_axis
from cutaway.models.anatomy.tap import Tap
from cutaway.models.sites import Site

Weight = Callable[[], Tensor]
PARALLEL = "attention and MLP read the same residual stream, in parallel"
MLP_SITES = ("ln2_scale", "mlp_pre", "mlp_linear", "mlp_post", "mlp_out")
MLP_WEIGHTS = ("W_in", "W_gate", "W_out", "b_in", "b_out")
NOT_CROSS = ("resid_pre", *MLP_SITES, "resid_post", *MLP_WEIGHTS)


@dataclass(frozen=True)
class Projection:
    """A linear map into heads; `norm` is applied to its output, whose layout is "flat", "cut" or "heads first"."""

    path: str
    heads: Heads
    norm: str | None = None
    normed: str = "flat"
    compressed: bool = False  # it works on [batch, 1, pos, rank], a latent shared by all heads


@dataclass(frozen=True, kw_only=True)
class Attention:
    """The attention half: `module` holds the softmax; `q`, `k`, `v` may be a reason for being absent."""

    module: str
    q: Projection | str
    k: Projection | str
    v: Projection | str
    out: str
    heads: Heads
    rotary: bool = False
    rotated: str = "its positions are not rotations of queries and keys"  # why q_rot and k_rot are absent
    adds: str | None = None  # whose output joins the stream, if not the attention module's own
    not_linear: Mapping[str, str] = field(default_factory=dict)  # why W_Q, W_K or W_V is absent though its site is not


@dataclass(frozen=True, kw_only=True)
class MLP:
    """The MLP half. `into` makes the neurons' inputs, or `gate` does where there is one; `out` reads the neurons."""

    into: str
    out: str
    module: str = "mlp"
    gate: str | None = None
    post: str | None = None  # whose output the neurons are, if not simply the input of `out`
    adds: str | None = None
    fleeting: bool = False  # the block adds to this half's output in place


@dataclass(frozen=True, kw_only=True)
class Experts:
    """An MLP half of experts: neurons differ from token to token, so only its output is a site."""

    module: str
    weights: Mapping[str, Callable[[Any], Tensor]] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Cross:
    """Attention from a decoder's block to an encoder; its sites are the group `cross`. `mid`: the stream after it."""

    attention: Attention
    ln1: str | None
    mid: Callable[[str], Tap]


@dataclass(frozen=True, kw_only=True)
class Block:
    """One layer. `mid` is a tap for the stream between the halves, or the reason why there is none.

    `ln1`, `ln2`: the norm of each half (before it; after it in families that norm afterwards). `cross` comes
    between the halves, after `mid`.
    """

    attention: Attention
    mlp: MLP | Experts | str
    ln1: str | None = None
    ln2: str | None = None
    mid: Callable[[str], Tap] | str = PARALLEL
    cross: Cross | None = None
    flat: bool = False  # the MLP half sees batch and position as one axis,
    flat_norm: bool = False  # and so does its norm


@dataclass
class Found:
    """Sites and weights as they are collected."""

    taps: dict[Site, Tap] = field(default_factory=dict)
    weights: dict[Site, Weight] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)


def describe_layer(found: Found, path: str, module: nn.Module, block: Block, layer: int, *, group: str = "") -> None:
    """Add one layer's sites, in the order of the computation, and its weights."""

    def site(name: str) -> Site:
        return Site(name, layer, group)

    def miss(name: str, reason: str) -> None:
        found.absent[str(site(name))] = reason

    found.taps[site("resid_pre")] = tap.input_of(path)
    scale(found, site("ln1_scale"), path, module, block.ln1)
    describe_attention(found, path, module, block.attention, site)
    if isinstance(block.mid, str):
        miss("resid_mid", block.mid)
    else:
        found.taps[site("resid_mid")] = block.mid(path)
    if block.cross is not None:
        describe_cross(found, path, module, block.cross, layer)
    describe_mlp(found, path, module, block, site)
    found.taps[site("resid_post")] = tap.output_of(path)


def describe_cross(found: Found, path: str, module: nn.Module, cross: Cross, layer: int) -> None:
    """Add what one layer attends to in the encoder: attention, its norm, and the stream after it."""

    def site(name: str) -> Site:
        return Site(name, layer, "cross")

    scale(found, site("ln1_scale"), path, module, cross.ln1)
    describe_attention(found, path, module, cross.attention, site)
    found.taps[site("resid_mid")] = cross.mid(path)
    found.absent |= {str(site(name)): f"it is in the rest of the block: decoder.{name}" for name in NOT_CROSS}


def scale(found: Found, site: Site, path: str, module: nn.Module, norm: str | None) -> None:
    """The divisor of one norm, if there is that norm."""
    if norm is None or " " in norm:
        found.absent[str(site)] = norm or "there is no norm here"
    else:
        found.taps[site] = tap.norm_scale(f"{path}.{norm}", module.get_submodule(norm))


def added(found: Found, site: Site, path: str, where: str) -> None:
    """What one half adds to the stream: the output of a module, or a reason why no module puts it out."""
    if " " in where:
        found.absent[str(site)] = where
    else:
        found.taps[site] = tap.output_of(f"{path}.{where}")


def flat_if(made: Tap, flat: bool) -> Tap:
    """The tap, unflattened where the model has merged batch and position."""
    return tap.unflattened(made) if flat else made


def describe_attention(
    found: Found, path: str, module: nn.Module, attention: Attention, site: Callable[[str], Site]
) -> None:
    """q, k, v, their rotated forms, scores, pattern, z, results and what is added; W_Q, W_K, W_V, W_O and biases."""
    at = f"{path}.{attention.module}"
    queries = attention.heads.shape[0]
    for name, projection in (("q", attention.q), ("k", attention.k), ("v", attention.v)):
        weight = f"W_{name.upper()}"
        if isinstance(projection, str):
            found.absent |= {str(site(name)): projection}
            found.absent |= {str(site(weight)): attention.not_linear.get(name, projection)}
        else:
            found.taps[site(name)] = projected(path, projection)
            if name in attention.not_linear:
                found.absent[str(site(weight))] = attention.not_linear[name]
                continue
            linear = module.get_submodule(projection.path)
            found.weights |= head_weights(site, name.upper(), linear, projection.heads, queries)
    for name in ("q", "k"):
        if attention.rotary:
            when: tap.When = "query" if name == "q" else "key"
            found.taps[site(f"{name}_rot")] = tap.inside_attention(at, when)
        else:
            found.absent[str(site(f"{name}_rot"))] = attention.rotated
    found.taps[site("scores")] = tap.inside_attention(at, "scores")
    found.taps[site("pattern")] = tap.inside_attention(at, "pattern")
    out: Any = module.get_submodule(attention.out)
    where = f"{path}.{attention.out}"

    def w_o() -> Tensor:
        return split_axis(matrix(out), 0, attention.heads.shape)

    found.weights[site("W_O")] = w_o
    if getattr(out, "bias", None) is not None:
        found.weights[site("b_O")] = lambda: out.bias
    found.taps[site("z")] = tap.heads_before(where, attention.heads)
    found.taps[site("result")] = tap.head_results(where, w_o)
    added(found, site("attn_out"), path, attention.adds or attention.module)


def projected(path: str, projection: Projection) -> Tap:
    """Queries, keys or values as they leave their projection, or the norm after it."""
    if projection.norm is None:
        made = tap.heads_after(f"{path}.{projection.path}", projection.heads)
        return tap.without_axis(made) if projection.compressed else made
    norm = f"{path}.{projection.norm}"
    if projection.normed == "heads first":
        return tap.heads_first(norm)
    return tap.heads_after(norm, projection.heads) if projection.normed == "flat" else tap.output_of(norm)


def head_weights(
    site: Callable[[str], Site], letter: str, linear: nn.Module, heads: Heads, queries: int
) -> dict[Site, Weight]:
    """[head, d_model, d_head] and [head, d_head]; heads that share keys or values get a copy each."""

    def expand(cut: Tensor) -> Tensor:
        return cut.repeat_interleave(queries // cut.shape[0], dim=0) if cut.shape[0] < queries else cut

    found: dict[Site, Weight] = {site(f"W_{letter}"): lambda: expand(heads.cut(matrix(linear)).transpose(0, 1))}
    if getattr(linear, "bias", None) is not None:
        found[site(f"b_{letter}")] = lambda: expand(heads.cut(linear.bias))  # type: ignore[arg-type]
    return found


def describe_mlp(found: Found, path: str, module: nn.Module, block: Block, site: Callable[[str], Site]) -> None:
    """The second norm, the neurons, and what they add."""
    mlp = block.mlp
    if isinstance(mlp, str):
        found.absent |= {str(site(name)): mlp for name in (*MLP_SITES, *MLP_WEIGHTS)}
        return
    scale(found, site("ln2_scale"), path, module, block.ln2)
    if block.flat_norm and site("ln2_scale") in found.taps:
        found.taps[site("ln2_scale")] = tap.unflattened(found.taps[site("ln2_scale")])
    if isinstance(mlp, Experts):
        reason = "its experts are chosen per token, so no neuron has an activation at every position"
        found.absent |= {str(site(name)): reason for name in ("mlp_pre", "mlp_linear", "mlp_post")}
        found.absent |= {str(site(name)): reason for name, reason in mlp.absent.items()}
        for name, weight in mlp.weights.items():
            found.weights[site(name)] = lambda weight=weight: weight(module)  # type: ignore[misc]
        added(found, site("mlp_out"), path, mlp.module)
        return
    found.taps[site("mlp_pre")] = flat_if(tap.output_of(f"{path}.{mlp.gate or mlp.into}"), block.flat)
    if mlp.gate:
        found.taps[site("mlp_linear")] = flat_if(tap.output_of(f"{path}.{mlp.into}"), block.flat)
    else:
        found.absent |= dict.fromkeys((str(site("mlp_linear")), str(site("W_gate"))), "its MLP has no gate")
    post = tap.output_of(f"{path}.{mlp.post}") if mlp.post else tap.input_of(f"{path}.{mlp.out}")
    found.taps[site("mlp_post")] = flat_if(post, block.flat)
    added(found, site("mlp_out"), path, mlp.adds or mlp.module)
    if site("mlp_out") in found.taps:
        adds = found.taps[site("mlp_out")]
        found.taps[site("mlp_out")] = flat_if(tap.fleeting(adds) if mlp.fleeting else adds, block.flat)
    for name, part in (("in", mlp.into), ("gate", mlp.gate), ("out", mlp.out)):
        if part:
            found.weights |= mlp_weights(site, name, module.get_submodule(part))


def mlp_weights(site: Callable[[str], Site], name: str, linear: Any) -> dict[Site, Weight]:
    """A linear map of the MLP as [in, out], and its bias."""
    found: dict[Site, Weight] = {site(f"W_{name}"): lambda: matrix(linear)}
    if getattr(linear, "bias", None) is not None:
        found[site(f"b_{name}")] = lambda: linear.bias
    return found
