"""The base run: everything about the unedited prompt that edited runs take over instead of computing it again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn
from transformers.cache_utils import DynamicCache

from cutaway.models.entries import chosen
from cutaway.models.model import Model
from cutaway.models.observer import EnoughError, Observer
from cutaway.models.passes import Passes
from cutaway.models.run import observe, part_of
from cutaway.models.sweep.blocks import Blocks, Factors, Form, Handed, Prompt, UnresumableError, form_of, paths_of
from cutaway.models.sweep.known import Pairs

REMEMBERED = 8  # stretches: masks grow with the square of the prompt


@dataclass
class Base:
    """One unedited run up to the last position that matters.

    `entering[layer]`: the stream [batch, pos, d_model] as it enters each block, and last as it leaves them.
    """

    prompt: Prompt
    blocks: Blocks
    entering: Sequence[Tensor]
    pairs: Pairs
    handed: dict[tuple[int, int, bool], Handed] = field(default_factory=dict)
    forms: dict[Form, Factors] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """How many positions there are."""
        return int(self.prompt.tokens.shape[1])

    def arguments(self, start: int, end: int, *, eager: bool) -> Handed:
        """What blocks are called with on a stretch; of the last few stretches it is remembered."""
        key = (start, end, eager)
        if key not in self.handed:
            while len(self.handed) >= REMEMBERED:
                self.handed.pop(next(iter(self.handed)))
            self.handed[key] = Handed.by(self.blocks, self.prompt, start, end, self.forms, eager=eager)
        return self.handed[key]

    def stream(self, layer: int, rows: Tensor, positions: slice) -> Tensor:
        """The stream [batch, pos, d_model] as it enters a block, of some rows, each as often as it is named."""
        whole = self.entering[layer]
        return whole[:, positions].index_select(0, rows.to(whole.device))

    @property
    def bytes(self) -> int:
        """Memory of what is kept."""
        kept = [*self.entering, *self.pairs.keys, *self.pairs.values]
        return sum(value.numel() * value.element_size() for value in kept)


def run_base(model: Model, prompt: Prompt) -> Base:
    """One forward pass through the blocks; the unembedding does not run.

    Raises: UnresumableError if the model keeps its keys and values otherwise than as one pair a layer.
    """
    paths = paths_of(model.layout)
    cache = DynamicCache()
    entering: list[Tensor] = []
    outputs: list[Any] = []

    def enters(_: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        entering.append(args[0] if args else next(iter(kwargs.values())))

    def leaves(_: nn.Module, __: tuple[Any, ...], output: Any) -> None:
        outputs.append(output)
        if len(outputs) == len(paths):
            entering.append(chosen(output, (), "the output of a block"))
            raise EnoughError

    parts = [part_of(model.module, path) for path in paths]
    # before a user's own hooks, which act again when a block is run by itself
    handles = [part.register_forward_pre_hook(enters, with_kwargs=True, prepend=True) for part in parts]
    handles += [part.register_forward_hook(leaves) for part in parts]
    batch, length = prompt.tokens.shape
    always = dict(model.layout.inputs.always)
    given = always | prompt.call(0, length) | {"past_key_values": cache, "use_cache": True}
    nothing = Observer({}, (), {}, Passes(batch, length))
    try:
        observe(model.module, lambda: model.module(**given), nothing, name=model.name, softmax=model.layout.softmax)
    finally:
        for handle in handles:
            handle.remove()
    if len(entering) != len(paths) + 1:
        raise UnresumableError("its blocks do not run once each, in order")
    pairs = kept(cache, len(paths), length)
    blocks = Blocks(model.module, paths, model.layout, [form_of(output) for output in outputs])
    return Base(prompt, blocks, [stream.detach() for stream in entering], pairs)


def kept(cache: Any, layers: int, length: int) -> Pairs:
    """Keys and values of every layer and position.

    Raises: UnresumableError if there are others.
    """
    keys = [getattr(layer, "keys", None) for layer in cache.layers]
    values = [getattr(layer, "values", None) for layer in cache.layers]
    found = [part for part in (*keys, *values) if isinstance(part, Tensor)]
    if len(found) != 2 * layers or any(part.ndim != 4 or part.shape[2] != length for part in found):
        raise UnresumableError("it does not keep one pair of keys and values for every layer and position")
    plain = [type(layer).__name__ for layer in cache.layers if type(layer).__name__ != "DynamicLayer"]
    if plain:
        raise UnresumableError(f"it keeps a state of its own between positions ({plain[0]})")
    return Pairs([part for part in keys if part is not None], [part for part in values if part is not None])
