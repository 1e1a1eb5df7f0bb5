"""One forward pass with some sites read and some edited: hooks go in, the model runs, hooks come out.

Numbers are the model's own. Without scores, patterns or rotated queries and keys the fused attention kernel
stays; with them the model's own eager attention runs. Whatever happens inside, the model is left as it was found.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from cutaway.errors.models import NestedRunError, RepeatedModuleError, SilentEditError
from cutaway.models.anatomy.tap import Call, Tap, When
from cutaway.models.attention_tap import Watched, watching
from cutaway.models.edits import Edit
from cutaway.models.passes import Passes
from cutaway.models.sites import Site

LOCKS: WeakKeyDictionary[nn.Module, RLock] = WeakKeyDictionary()
RUNNING: WeakKeyDictionary[nn.Module, bool] = WeakKeyDictionary()  # hooks sit on the module: one run at a time each


class EnoughError(Exception):
    """Raised inside a run when everything asked for has been read; never leaves this file."""


class Observer:
    """Reads and edits the sites of one run as the model passes them."""

    def __init__(
        self,
        taps: Mapping[Site, Tap],
        read: Sequence[Site],
        edits: Mapping[Site, Sequence[Edit]],
        passes: Passes,
        *,
        stop_early: bool = False,
        gradients: bool = False,
    ) -> None:
        self.taps, self.edits, self.passes = taps, edits, passes
        self.read, self.gradients = frozenset(read), gradients
        self.awaited = set(read) | set(edits) if stop_early else None
        self.values: dict[Site, Tensor] = {}
        self.pieces: dict[Site, list[Tensor]] = defaultdict(list)
        self.calls: dict[Site, int] = defaultdict(int)
        self.reached: set[Site] = set()
        self.made: set[int] = set()  # edits that found what they select, by identity

    def visit(self, sites: Sequence[Site], call: Call) -> Tensor | None:
        """Edit, then read, the sites of one call; the new input or output if an edit changed it."""
        new: Tensor | None = None
        for site in sites:
            tap = self.taps[site]
            if tap.once and not self.is_meant(site, tap):
                continue
            value = tap.get(call)
            changed = self.edited(site, tap, value) if site in self.edits else None
            if site in self.read and self.gradients:
                value, changed = rooted(tap, value, changed)
            elif changed is not None:
                value = changed
            if changed is not None:
                new = tap.put(call, changed)
                if tap.whole and not self.gradients:
                    value = new  # where it was written in place, this is the tensor that the model goes on with
                call = replace(call, input=new) if call.output is None else replace(call, output=new)
            if site in self.read:
                self.keep(site, value.clone() if tap.fleeting and not self.gradients else value)
            self.reached.add(site)
        if self.awaited is not None and self.reached >= self.awaited:
            raise EnoughError
        return new

    def is_meant(self, site: Site, tap: Tap) -> bool:
        """Whether this call of a module is the one that its site names.

        Raises: RepeatedModuleError at a second call if it names none.
        """
        self.calls[site] += 1
        if tap.number is None and self.calls[site] > 1 and not self.passes.growing:
            raise RepeatedModuleError(str(site))
        return tap.number is None or self.calls[site] == tap.number

    def edited(self, site: Site, tap: Tap, value: Tensor) -> Tensor | None:
        """The activation after all its edits; None if they select nothing in this pass.

        Out of reach of the softmax watch, which would take a softmax in a user's function for the model's own.
        """
        changed: Tensor | None = None
        with torch._C.DisableTorchFunction():
            for edit in self.edits[site]:
                found = self.passes.apply(edit, site, tap, value if changed is None else changed)
                if found is not None:
                    changed = found
                    self.made.add(id(edit))
        return changed

    def keep(self, site: Site, value: Tensor) -> None:
        if self.passes.growing:
            self.pieces[site].append(self.passes.fresh(site, value))
        else:
            self.values[site] = value


def rooted(tap: Tap, value: Tensor, changed: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """The tensor whose gradient is to be taken, and what to put in its place so that the model depends on it.

    Where the model uses the tensor itself, there is nothing to put.
    """
    if changed is None and tap.whole and not tap.fleeting:
        return (value if value.requires_grad else value.requires_grad_(True)), None
    root = (value if changed is None else changed).clone()
    if not root.requires_grad:
        root = root.detach().requires_grad_(True)
    return root, root.clone() if tap.fleeting else root


def first(value: Any, entry: tuple[int, ...] = ()) -> Any:
    """The tensor of a module's output, which some families wrap in a tuple or an output record."""
    for number in entry:
        value = value[number]
    while not isinstance(value, Tensor):
        value = value[0]
    return value


def with_first(value: Any, new: Tensor, entry: tuple[int, ...] = ()) -> Any:
    """The same output with that tensor replaced."""
    at, *rest = entry or (0,)
    if isinstance(value, tuple):
        return (*value[:at], with_first(value[at], new, tuple(rest)), *value[at + 1 :])
    if hasattr(value, "to_tuple"):
        name = list(value.keys())[at]
        value[name] = with_first(value[name], new, tuple(rest))
        return value
    return new


def before(observer: Observer, sites: list[Site]) -> Callable[..., Any]:
    """A hook that shows a module's input, however it was passed."""

    def hook(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        name = None if args else next(iter(kwargs))
        given = args[0] if name is None else kwargs[name]
        new = observer.visit(sites, Call(module, given, None, observer.passes.batch))
        if new is None or new is given:
            return None
        return ((new, *args[1:]), kwargs) if name is None else (args, {**kwargs, name: new})

    return hook


def after(observer: Observer, sites: list[Site], entry: tuple[int, ...]) -> Callable[..., Any]:
    """A hook that shows a module's output, or an entry of it."""

    def hook(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> Any:
        given = args[0] if args else next(iter(kwargs.values()), None)
        new = observer.visit(sites, Call(module, given, first(output, entry), observer.passes.batch))  # type: ignore[arg-type]
        return None if new is None else with_first(output, new, entry)

    return hook


def watch(observer: Observer, module: nn.Module, places: Mapping[When, list[Site]]) -> Watched:
    """The same for what exists only inside attention."""

    def shown(when: When) -> Callable[[Tensor], Tensor] | None:
        sites = places.get(when)
        if not sites:
            return None

        def see(value: Tensor) -> Tensor:
            new = observer.visit(sites, Call(module, value, None, observer.passes.batch))
            return value if new is None else new

        return see

    return Watched(query=shown("query"), key=shown("key"), scores=shown("scores"), pattern=shown("pattern"))


@contextmanager
def installed(module: nn.Module, observer: Observer, *, softmax: str) -> Iterator[None]:
    """Within the block, the module shows its sites to the observer; one run at a time for each module.

    Raises: NestedRunError if this thread is already inside a run of the same module.
    """
    places: dict[tuple[str, When, tuple[int, ...]], list[Site]] = defaultdict(list)
    inside: dict[str, dict[When, list[Site]]] = defaultdict(lambda: defaultdict(list))
    for site, tap in observer.taps.items():
        if tap.in_attention:
            inside[tap.path][tap.when].append(site)
        else:
            places[tap.path, tap.when, tap.entry].append(site)
    with ExitStack() as stack:
        stack.enter_context(LOCKS.setdefault(module, RLock()))
        if RUNNING.get(module):
            raise NestedRunError
        RUNNING[module] = True
        stack.callback(RUNNING.pop, module, None)
        for (path, when, entry), sites in places.items():
            part = module.get_submodule(path)
            if when == "before":
                handle = part.register_forward_pre_hook(before(observer, sites), with_kwargs=True)
            else:
                handle = part.register_forward_hook(after(observer, sites, entry), with_kwargs=True)
            stack.callback(handle.remove)
        parts = {path: module.get_submodule(path) for path in inside}
        watches = {part: watch(observer, part, inside[path]) for path, part in parts.items()}
        stack.enter_context(watching(module, watches, softmax=softmax))
        yield


def observe(
    module: nn.Module, call: Callable[[], Any], observer: Observer, *, name: str, softmax: str, graph: bool = False
) -> Any:
    """What `call`, which runs the module, returns under the observer; None if it stopped early.

    Raises: SilentEditError if a site was never reached, or an edit never found what it selects.
    """
    with installed(module, observer, softmax=softmax), torch.set_grad_enabled(graph):
        try:
            found = call()
        except EnoughError:
            found = None
    if missed := [str(site) for site in observer.taps if site not in observer.reached]:
        raise SilentEditError(name, missed, "it ran without reaching this site")
    every = [edit for edits in observer.edits.values() for edit in edits]
    if idle := [repr(edit) for edit in every if id(edit) not in observer.made]:
        raise SilentEditError(name, idle, "no position that it selects was ever computed")
    return found
