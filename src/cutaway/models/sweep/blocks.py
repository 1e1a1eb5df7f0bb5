"""A model's own forward with its blocks taken out: what it hands to them, and what it makes of what they return.

Masks, positions and their phases, norms, caps and the unembedding are the model's own: it is called as ever, and in
place of each block stands one that gives back what it was given. So the arguments of every block are known for any
stretch of positions, and blocks can then be run alone, some of them, on as many rows as there is work for.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers.cache_utils import Cache

from cutaway.models.anatomy.heads import split_axis
from cutaway.models.anatomy.layout import Layout
from cutaway.models.attention_tap import borrow, configs, give_back
from cutaway.models.run import lock_of, part_of
from cutaway.models.sites import Site
from cutaway.models.sweep.known import lengths

Form = tuple[tuple[int, int], ...]  # axes and first size of every tensor among the arguments of the blocks
Factors = Sequence[Sequence[int]]
Given = tuple[tuple[Any, ...], dict[str, Any]]  # what a block is called with


class UnresumableError(Exception):
    """This model's blocks cannot be run apart from it; the reason is the text."""


class StopError(Exception):
    """Raised in place of the last block once every block's arguments are known."""


def paths_of(layout: Layout) -> list[str]:
    """The paths of the blocks, in order.

    Raises: UnresumableError if the model has no plain row of blocks.
    """
    if layout.inputs.names != ("input_ids",):
        reads = " and ".join(layout.inputs.names) or "what nobody has described"
        raise UnresumableError(f"it reads {reads}; only a decoder that reads input_ids alone can be resumed")
    taps = [layout.taps.get(Site("resid_pre", layer)) for layer in range(layout.shape.n_layers)]
    paths = [tap.path for tap in taps if tap is not None and tap.when == "before" and tap.whole]
    if not paths or len(paths) != layout.shape.n_layers:
        raise UnresumableError("it has no row of blocks whose first input is the residual stream")
    return paths


@dataclass(frozen=True)
class Prompt:
    """The base prompt: token ids, and where it is padded the mask and the positions [batch, pos]."""

    tokens: Tensor
    mask: Tensor | None = None
    positions: Tensor | None = None

    def until(self, end: int) -> "Prompt":
        """Its first positions."""
        mask, positions = (None if part is None else part[:, :end] for part in (self.mask, self.positions))
        return Prompt(self.tokens[:, :end], mask, positions)

    def call(self, start: int, end: int, rows: Tensor | None = None) -> dict[str, Any]:
        """Arguments of a model that reads positions `start` to `end` after those before."""

        def some(value: Tensor) -> Tensor:
            return value if rows is None else value.index_select(0, rows)

        found: dict[str, Any] = {"input_ids": some(self.tokens[:, start:end])}
        if self.mask is not None:
            found["attention_mask"] = some(self.mask[:, :end])
        if self.positions is not None:
            found["position_ids"] = some(self.positions[:, start:end])
        return found


@dataclass(frozen=True)
class Blocks:
    """The blocks of one model; `forms` holds, by layer, what a block returns beside the stream."""

    module: nn.Module
    paths: Sequence[str]
    layout: Layout
    forms: Sequence[Any]

    @property
    def parts(self) -> list[nn.Module]:
        return [part_of(self.module, path) for path in self.paths]

    def __len__(self) -> int:
        return len(self.paths)

    def form(self, layer: int, hidden: Tensor) -> Any:
        """What the block of a layer would return if its stream were this."""
        form = self.forms[layer]
        return hidden if form is None else (hidden, *form)

    def handed(self, prompt: Prompt, start: int, end: int, *, eager: bool, rows: Tensor | None = None) -> list[Given]:
        """What every block is called with for positions `start` to `end`, apart from the stream itself.

        Raises: UnresumableError if the model calls its blocks otherwise than once each, in order.
        """
        found: list[Given] = []

        def stand_in(layer: int) -> Callable[..., Any]:
            def forward(*args: Any, **kwargs: Any) -> Any:
                if layer != len(found):
                    raise UnresumableError("its blocks do not run once each, in order")
                found.append(without_stream(args, kwargs))
                if layer == len(self) - 1:
                    raise StopError
                return self.form(layer, args[0] if args else next(iter(kwargs.values())))

            return forward

        stand_ins = [stand_in(layer) for layer in range(len(self))]
        with lock_of(self.module), replaced(self.parts, stand_ins), chosen(self.module, eager=eager), torch.no_grad():
            try:
                self.call(prompt.call(start, end, rows), start)
            except StopError:
                return found
        raise UnresumableError("its blocks do not all run")

    def finish(self, hidden: Tensor, prompt: Prompt, start: int, end: int, rows: Tensor) -> Tensor:
        """The logits that follow from the stream [batch, pos, d_model] after the last block."""
        last = len(self) - 1

        def stand_in(layer: int) -> Callable[..., Any]:
            def forward(*args: Any, **kwargs: Any) -> Any:
                return self.form(layer, hidden if layer == last else (args[0] if args else next(iter(kwargs.values()))))

            return forward

        with lock_of(self.module), replaced(self.parts, [stand_in(layer) for layer in range(len(self))]):
            output = self.call(prompt.call(start, end, rows), start)
        found = self.layout.logits(output)
        if found is None:
            raise UnresumableError("it has no logits")
        return found

    def call(self, given: Mapping[str, Any], start: int) -> Any:
        """The model's forward, told that it has already read `start` positions."""
        cache = lengths(len(self), start)
        always = dict(self.layout.inputs.always)
        return self.module(**always | dict(given) | {"past_key_values": cache, "use_cache": True})


def form_of(output: Any) -> Any:
    """The form of what a block returns: None for the stream alone, otherwise what follows it in a tuple.

    Patterns and caches beside the stream are for the caller of the model, so they are left out; where a block does
    hand something to the next (the position biases of T5), the trial on a small copy finds out.
    Raises: UnresumableError if blocks return something else.
    """
    if isinstance(output, Tensor):
        return None
    if not isinstance(output, tuple) or not isinstance(output[0], Tensor):
        raise UnresumableError(f"its blocks return a {type(output).__name__}")
    return tuple(None if isinstance(entry, (Cache, Tensor)) else entry for entry in output[1:])


HOOKS = ("_forward_pre_hooks", "_forward_hooks")


@contextmanager
def replaced(parts: Sequence[nn.Module], forwards: Sequence[Callable[..., Any]]) -> Iterator[None]:
    """Within the block, other functions run in place of the modules' own, and nobody's hooks see them."""
    before = [(part.__dict__.get("forward"), [getattr(part, name) for name in HOOKS]) for part in parts]
    try:
        for part, forward in zip(parts, forwards, strict=True):
            part.forward = forward
            for name in HOOKS:
                setattr(part, name, OrderedDict())
        yield
    finally:
        for part, (own, hooks) in zip(parts, before, strict=True):
            part.__dict__.pop("forward", None)
            if own is not None:
                part.forward = own
            for name, held in zip(HOOKS, hooks, strict=True):
                setattr(part, name, held)


@contextmanager
def chosen(module: nn.Module, *, eager: bool) -> Iterator[None]:
    """Within the block, masks are made for the attention that will run: the model's own eager one, or the usual."""
    found = configs(module) if eager else []
    borrow(found)
    try:
        yield
    finally:
        give_back(found)


@contextmanager
def unembedding(module: nn.Module, layout: Layout, ids: Tensor | None) -> Iterator[None]:
    """Within the block, the unembedding makes the logits of only these tokens, in this order."""
    with ExitStack() as stack:
        if ids is not None:
            last = module.get_submodule(layout.taps[Site("logits")].path)
            weight, bias = last.weight[ids], None if last.bias is None else last.bias[ids]  # type: ignore[index]
            stack.enter_context(replaced([last], [lambda hidden: nn.functional.linear(hidden, weight, bias)]))
        yield


def can_choose(module: nn.Module, layout: Layout) -> bool:
    """Whether the unembedding is a plain linear map in memory, of which some rows can be taken."""
    tap = layout.taps.get(Site("logits"))
    last = None if tap is None or tap.when != "after" else module.get_submodule(tap.path)
    if type(last) is not nn.Linear or last.weight.is_meta:
        return False
    return not (last._forward_hooks or last._forward_pre_hooks)  # of a user, who would see other logits


def leaves(value: Any) -> list[Tensor]:
    """Every tensor in a nest of tuples, lists and dicts, in order."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, Mapping):
        return [leaf for entry in value.values() for leaf in leaves(entry)]
    if isinstance(value, (tuple, list)):
        return [leaf for entry in value for leaf in leaves(entry)]
    return []


def without_stream(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Given:
    """A block's arguments with nothing in the place of the stream, which is their first tensor."""
    if args:
        return (args[0].new_empty(0), *args[1:]), kwargs
    first = next(iter(kwargs))
    return args, kwargs | {first: kwargs[first].new_empty(0)}


def mapped(value: Any, change: Callable[[Tensor], Tensor], cache: Cache) -> Any:
    """The same nest with every tensor changed, in the order of `leaves`, and every cache replaced."""
    if isinstance(value, Tensor):
        return change(value)
    if isinstance(value, Cache):
        return cache
    if isinstance(value, dict):
        return {name: mapped(entry, change, cache) for name, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(mapped(entry, change, cache) for entry in value)
    return value


@dataclass
class Handed:
    """What every block is called with on one stretch of the base prompt, and how to say the same for other rows.

    `factors`: for every tensor among a block's arguments, how many entries of its first axis belong to one row of
    the prompt; 0 where it has no rows.
    """

    given: Sequence[Given]
    factors: Factors

    @classmethod
    def by(
        cls, blocks: Blocks, prompt: Prompt, start: int, end: int, known: dict[Form, Factors], *, eager: bool
    ) -> "Handed":
        """Ask the model once, and, where `known` has no such form yet, again with every row doubled.

        A tensor that grows with the rows is one of rows.
        """
        batch = prompt.tokens.shape[0]
        given = blocks.handed(prompt, start, end, eager=eager)
        form = tuple((leaf.ndim, leaf.shape[0] if leaf.ndim else 0) for one in given for leaf in leaves(one))
        if form not in known:
            twice = torch.arange(batch, device=prompt.tokens.device).repeat_interleave(2)
            doubled = blocks.handed(prompt, start, end, eager=eager, rows=twice)
            known[form] = [factors(one, two, batch) for one, two in zip(given, doubled, strict=True)]
        return cls(given, known[form])

    def to(self, layer: int, hidden: Tensor, rows: Tensor, cache: Cache) -> Given:
        """The arguments of a block for some rows of the prompt, each as often as it is named."""
        (args, kwargs), shares = self.given[layer], iter(self.factors[layer])
        first = [True]

        def change(value: Tensor) -> Tensor:
            share = next(shares)
            if first[0]:
                first[0] = False
                return hidden
            if not share:
                return value
            if share == 1:
                return value.index_select(0, rows.to(value.device))
            return split_axis(value, 0, (-1, share)).index_select(0, rows.to(value.device)).flatten(0, 1)

        return mapped(args, change, cache), mapped(kwargs, change, cache)


def factors(one: Given, two: Given, batch: int) -> list[int]:
    """By tensor: how many entries of the first axis belong to a row, 0 if it did not grow with the rows."""
    found = []
    for single, double in zip(leaves(one), leaves(two), strict=True):
        grows = bool(single.ndim) and double.shape[0] == 2 * single.shape[0]
        found.append(single.shape[0] // batch if grows else 0)
    return found
