"""A stack of blocks with what comes before and after it: what most adapters have to say."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor, nn

from cutaway.errors.models import StructureError
from cutaway.models.anatomy import tap
from cutaway.models.anatomy.block import MLP, Block, Found, describe_layer
from cutaway.models.anatomy.heads import Heads, matrix
from cutaway.models.anatomy.layout import Inputs, Layout, Shape
from cutaway.models.anatomy.tap import Tap
from cutaway.models.sites import Site

ROTARY = "its positions are rotations of queries and keys"
ALIBI = "its positions are biases on the attention scores"
ENDS = ("embed", "pos_embed", "ln_final_scale", "logits")


@dataclass(frozen=True, kw_only=True)
class Stack:
    """Paths of a stack in its module. `embed`, `pos_embed`, `final_norm` and `unembed`: a path, or why there is none.

    `axes` of sites before and after the blocks where they are not those of the vocabulary.
    """

    blocks: str
    block: Block | Callable[[int], Block]
    embed: str
    pos_embed: str
    final_norm: str | None
    unembed: str
    n_ctx: int
    group: str = ""
    absent: Mapping[str, str] = field(default_factory=dict)
    axes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, layer: int) -> Block:
        return self.block if isinstance(self.block, Block) else self.block(layer)


def is_path(module: nn.Module, text: str) -> bool:
    """Whether a field holds the path of a module, rather than a reason."""
    try:
        module.get_submodule(text)
    except AttributeError:
        return False
    return True


def describe(module: nn.Module, stack: Stack) -> tuple[Found, Shape]:
    """Sites and weights of one stack, in the order of the computation."""
    found, blocks = Found(absent=dict(stack.absent)), module.get_submodule(stack.blocks)
    layers: list[nn.Module] = list(blocks)  # type: ignore[call-overload]
    if len(set(layers)) < len(layers):
        raise StructureError(stack.blocks, "one block stands in it several times, so layers have no numbers")

    def whole(name: str, path: str | None, made: Callable[[str], Tap]) -> None:
        site = Site(name, None, stack.group)
        if path is not None and is_path(module, path):
            found.taps[site] = replace(made(path), axes=stack.axes.get(name))
        else:
            found.absent[str(site)] = reason(name, path)

    whole("embed", stack.embed, tap.output_of)
    whole("pos_embed", stack.pos_embed, tap.output_of)
    for layer, part in enumerate(layers):
        describe_layer(found, f"{stack.blocks}.{layer}", part, stack.of(layer), layer, group=stack.group)
    whole("ln_final_scale", stack.final_norm, lambda path: tap.norm_scale(path, module.get_submodule(path)))
    whole("logits", stack.unembed, tap.output_of)
    weigh_ends(found, module, stack)
    if has_cross(stack):
        found.absent |= {f"cross.{name}": f"it is in no block: decoder.{name}" for name in ENDS}
        found.absent = gathered(found, len(layers), "cross")
    found.absent = gathered(found, len(layers), stack.group)
    return found, shape_of(module, stack, layers)


def has_cross(stack: Stack) -> bool:
    """Whether its blocks attend to an encoder."""
    return stack.of(0).cross is not None


def reason(name: str, path: str | None) -> str:
    """Why there is nothing before or after the blocks: what the adapter says, or that the module is not there."""
    if path is not None and " " in path:
        return path
    return "this model has no unembedding" if name == "logits" else "this model has no such part"


def weigh_ends(found: Found, module: nn.Module, stack: Stack) -> None:
    """W_E, W_pos, W_U and b_U."""
    for name, path in (("W_E", stack.embed), ("W_pos", stack.pos_embed)):
        if is_path(module, path):
            part = module.get_submodule(path)
            if isinstance(part, nn.Embedding):
                found.weights[Site(name, None, stack.group)] = lambda part=part: part.weight  # type: ignore[misc]
    if is_path(module, stack.unembed):
        last = module.get_submodule(stack.unembed)
        if isinstance(last, nn.Linear):
            found.weights[Site("W_U", None, stack.group)] = lambda: matrix(last)
            if last.bias is not None:
                found.weights[Site("b_U", None, stack.group)] = lambda: last.bias


def gathered(found: Found, n_layers: int, group: str) -> dict[str, str]:
    """Reasons by site; one entry where every layer gives the same reason."""
    kept = dict(found.absent)
    prefix = f"{group}." if group else ""
    for name in {site.removeprefix(prefix).rpartition(".")[0] for site in kept} - {""}:
        reasons = [kept.get(f"{prefix}{name}.{layer}") for layer in range(n_layers)]
        if n_layers and None not in reasons and len(set(reasons)) == 1:
            for layer in range(n_layers):
                del kept[f"{prefix}{name}.{layer}"]
            kept[f"{prefix}{name}"] = str(reasons[0])
    return kept


def shape_of(module: nn.Module, stack: Stack, layers: list[nn.Module]) -> Shape:
    """Sizes, read off the weights."""
    attention, mlp = stack.of(0).attention, stack.of(0).mlp
    n_heads, d_head = attention.heads.shape
    shared = n_heads if isinstance(attention.v, str) else count(attention.v.heads)
    d_mlp = matrix(layers[0].get_submodule(mlp.into)).shape[1] if isinstance(mlp, MLP) else 0
    unembed: Any = module.get_submodule(stack.unembed) if is_path(module, stack.unembed) else None
    embed: Any = module.get_submodule(stack.embed) if is_path(module, stack.embed) else None
    return Shape(
        n_layers=len(layers),
        n_heads=n_heads,
        n_key_value_heads=shared,
        d_model=matrix(layers[0].get_submodule(attention.out)).shape[1],
        d_head=d_head,
        d_mlp=d_mlp,
        d_vocab=int(getattr(embed, "num_embeddings", 0) or getattr(unembed, "out_features", 0)),
        n_ctx=stack.n_ctx,
    )


def count(heads: Heads) -> int:
    """How many heads a cut of keys or values holds."""
    first = heads.index[0] if heads.index else slice(None)
    return heads.shape[1] if isinstance(first, int) else len(range(heads.shape[0])[first])


def layout_of(
    module: nn.Module,
    *stacks: Stack,
    inputs: Inputs,
    main: str = "",
    softmax: str = "interface",
    output: str = "logits",
) -> Layout:
    """The layout of a module made of one or several stacks, in the order of the computation.

    `main` is the group whose shape is the model's, where there are several.
    """
    taps: dict[Site, Tap] = {}
    weights: dict[Site, Callable[[], Tensor]] = {}
    absent: dict[str, str] = {}
    shapes = {}
    for stack in stacks:
        found, shapes[stack.group] = describe(module, stack)
        if has_cross(stack):
            shapes["cross"] = shapes[stack.group]
        taps |= found.taps
        weights |= found.weights
        absent |= found.absent
    shapes = {main: shapes[main]} | shapes
    return Layout(
        shapes=shapes,
        taps=taps,
        weights=weights,
        absent=absent | absent_everywhere(absent, shapes),
        inputs=inputs,
        softmax=softmax,
        output=output,
    )


def absent_everywhere(absent: Mapping[str, str], groups: Collection[str]) -> dict[str, str]:
    """Reasons for names without a group: what no group has."""
    first = next(iter(groups))
    names = {site.removeprefix(f"{first}."): reason for site, reason in absent.items()}
    return {name: why for name, why in names.items() if all(f"{group}.{name}" in absent for group in groups)}


def root(module: Any) -> str:
    """The path of the stack inside a model with a head; nothing for a model without."""
    return "" if module.base_model is module else f"{module.base_model_prefix}."


def counted_positions(mask: Tensor) -> Tensor:
    """Position ids of a padded batch: the n-th token that is not padding is at n, from zero."""
    return (mask.long().cumsum(-1) - 1).clamp(min=0)


DECODER_INPUTS = Inputs(names=("input_ids",), always={"use_cache": False}, positions=counted_positions)
SELF_COUNTING = Inputs(names=("input_ids",), always={"use_cache": False})
