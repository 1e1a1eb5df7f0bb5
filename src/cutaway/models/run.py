"""One forward pass with some sites read and some edited: hooks go in, the model runs, hooks come out.

Numbers are the model's own. Without scores or patterns the fused attention kernel stays; with them the
model's own eager attention runs. Whatever happens inside, the model is left as it was found.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from cutaway.errors.models import SilentEditError
from cutaway.models.attention_tap import Watched, watching
from cutaway.models.edits import Edit
from cutaway.models.sites import Site
from cutaway.models.tap import Call, Tap, When

LOCKS: WeakKeyDictionary[nn.Module, Lock] = WeakKeyDictionary()  # hooks sit on the module, so one run at a time each


class EnoughError(Exception):
    """Raised inside a run when everything asked for has been read; never leaves this file."""


class Observer:
    """Reads and edits the sites of one run as the model passes them."""

    def __init__(
        self, taps: dict[Site, Tap], read: Sequence[Site], edits: dict[Site, list[Edit]], *, stop_early: bool
    ) -> None:
        self.taps, self.edits, self.stop_early = taps, edits, stop_early
        self.read = frozenset(read)
        self.values: dict[Site, Tensor] = {}
        self.reached: set[Site] = set()

    @property
    def wanted(self) -> list[Site]:
        """Every site that needs a tap, in the order of the computation."""
        return [site for site in self.taps if site in self.read or site in self.edits]

    def visit(self, sites: Sequence[Site], call: Call) -> Tensor | None:
        """Edit, then read, the sites of one call; the new input or output if an edit changed it."""
        new: Tensor | None = None
        for site in sites:
            tap = self.taps[site]
            value = tap.get(call)
            if site in self.edits:
                for edit in self.edits[site]:
                    value = edit.apply(value, site.axes)
                new = tap.put(call, value)
                call = Call(call.module, new) if call.output is None else Call(call.module, call.input, new)
            if site in self.read:
                self.values[site] = value
            self.reached.add(site)
        if self.stop_early and self.reached >= self.read | self.edits.keys():
            raise EnoughError
        return new


def first(value: Any) -> Tensor:
    """The tensor of a module's output, which some families wrap in a tuple."""
    tensor: Tensor = value[0] if isinstance(value, tuple) else value
    return tensor


def before(observer: Observer, sites: list[Site]) -> Callable[..., Any]:
    """A hook that shows a module's input, however it was passed."""

    def hook(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        name = None if args else next(iter(kwargs))
        new = observer.visit(sites, Call(module, args[0] if name is None else kwargs[name]))
        if new is None:
            return None
        return ((new, *args[1:]), kwargs) if name is None else (args, {**kwargs, name: new})

    return hook


def after(observer: Observer, sites: list[Site]) -> Callable[..., Any]:
    """A hook that shows a module's output."""

    def hook(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> Any:
        given = args[0] if args else next(iter(kwargs.values()))
        new = observer.visit(sites, Call(module, given, first(output)))
        if new is None:
            return None
        return (new, *output[1:]) if isinstance(output, tuple) else new

    return hook


def watch(observer: Observer, module: nn.Module, scores: list[Site], pattern: list[Site]) -> Watched:
    """The same for what goes into and comes out of a softmax."""

    def see_scores(value: Tensor) -> Tensor:
        new = observer.visit(scores, Call(module, value)) if scores else None
        return value if new is None else new

    def see_pattern(value: Tensor) -> Tensor:
        new = observer.visit(pattern, Call(module, value, value)) if pattern else None
        return value if new is None else new

    return Watched(scores=see_scores, pattern=see_pattern)


def observe(module: nn.Module, inputs: dict[str, Any], observer: Observer, *, name: str) -> Tensor | None:
    """Run the module under the observer; the logits, or None if it stopped early.

    Raises: SilentEditError if a site was never reached.
    """
    places: dict[tuple[str, When], list[Site]] = defaultdict(list)
    for site in observer.wanted:
        tap = observer.taps[site]
        places[tap.path, tap.when].append(site)
    softmaxes = {path for path, when in places if when in ("scores", "pattern")}
    watches = {}
    for path in softmaxes:
        attention = module.get_submodule(path)
        watches[attention] = watch(observer, attention, places[path, "scores"], places[path, "pattern"])
    logits: Tensor | None = None
    with ExitStack() as stack, torch.no_grad():
        stack.enter_context(LOCKS.setdefault(module, Lock()))
        for (path, when), sites in places.items():
            part = module.get_submodule(path)
            if when == "before":
                handle = part.register_forward_pre_hook(before(observer, sites), with_kwargs=True)
            elif when == "after":
                handle = part.register_forward_hook(after(observer, sites), with_kwargs=True)
            else:
                continue
            stack.callback(handle.remove)
        stack.enter_context(watching(module.config, watches))
        try:
            logits = module(**inputs, use_cache=False).logits
        except EnoughError:
            logits = None
    if missed := [str(site) for site in observer.wanted if site not in observer.reached]:
        raise SilentEditError(name, missed)
    return logits
