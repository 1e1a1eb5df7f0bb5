"""One forward pass with some sites read and some edited: hooks go in, the model runs, hooks come out.

Numbers are the model's own. Without scores, patterns or rotated queries and keys the fused attention kernel
stays; with them the model's own eager attention runs. Whatever happens inside, the model is left as it was found.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

from cutaway.errors.models import NestedRunError, SilentEditError
from cutaway.models.anatomy.tap import Call, When
from cutaway.models.attention_tap import Watched, watching
from cutaway.models.entries import Entry, chosen, exchanged
from cutaway.models.observer import EnoughError, Observer, Spot

Place = tuple[str, When, Entry]  # a module, before or after it runs, and which of its inputs or outputs

LOCKS: WeakKeyDictionary[nn.Module, RLock] = WeakKeyDictionary()
RUNNING: WeakKeyDictionary[nn.Module, bool] = WeakKeyDictionary()  # hooks sit on the module: one run at a time each


def lock_of(module: nn.Module) -> RLock:
    """What a thread holds while it changes how a module runs."""
    return LOCKS.setdefault(module, RLock())


def before(observer: Observer, spots: list[Spot], entry: Entry) -> Callable[..., Any]:
    """A hook that shows a module's input, or an entry of its inputs, however they were passed."""
    return partial(enters, observer, spots, entry)


def enters(
    observer: Observer,
    spots: list[Spot],
    entry: Entry,
    module: nn.Module,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> Any:
    """What the hook `before` does."""
    usual = args and not entry and isinstance(args[0], Tensor)
    given = args[0] if usual else chosen((*args, *kwargs.values()), entry, str(spots[0].site))
    new = observer.visit(spots, Call(module, given, None, observer.passes.batch))
    if new is None or new is given:
        return None
    every = (*args, *kwargs.values())
    changed = exchanged(every, new, entry)
    return changed[: len(args)], dict(zip(kwargs, changed[len(args) :], strict=True))


def after(observer: Observer, spots: list[Spot], entry: Entry) -> Callable[..., Any]:
    """A hook that shows a module's output, or an entry of it."""
    return partial(leaves, observer, spots, entry)


def leaves(
    observer: Observer,
    spots: list[Spot],
    entry: Entry,
    module: nn.Module,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    output: Any,
) -> Any:
    """What the hook `after` does."""
    given = args[0] if args else next(iter(kwargs.values()), None)
    found = output if isinstance(output, Tensor) and not entry else chosen(output, entry, str(spots[0].site))
    new = observer.visit(spots, Call(module, given, found, observer.passes.batch))  # type: ignore[arg-type]
    return None if new is None else exchanged(output, new, entry)


def watch(observer: Observer, module: nn.Module, places: Mapping[When, list[Spot]]) -> Watched:
    """The same for what exists only inside attention."""

    def shown(when: When) -> Callable[[Tensor], Tensor] | None:
        spots = places.get(when)
        if not spots:
            return None

        def see(value: Tensor) -> Tensor:
            new = observer.visit(spots, Call(module, value, None, observer.passes.batch))
            return value if new is None else new

        return see

    return Watched(query=shown("query"), key=shown("key"), scores=shown("scores"), pattern=shown("pattern"))


@contextmanager
def installed(module: nn.Module, observer: Observer, *, softmax: str) -> Iterator[None]:
    """Within the block, the module shows its sites to the observer; one run at a time for each module.

    Raises: NestedRunError if this thread is already inside a run of the same module.
    """
    places: dict[Place, list[Spot]] = defaultdict(list)
    inside: dict[str, dict[When, list[Spot]]] = defaultdict(lambda: defaultdict(list))
    for spot in observer.spots:
        tap = spot.tap
        if tap.in_attention:
            inside[tap.path][tap.when].append(spot)
        else:
            places[tap.path, tap.when, tap.entry].append(spot)
    with ExitStack() as stack:
        stack.enter_context(lock_of(module))
        if RUNNING.get(module):
            raise NestedRunError
        RUNNING[module] = True
        stack.callback(RUNNING.pop, module, None)
        handles: list[RemovableHandle] = []
        stack.callback(remove, handles)
        for (path, when, entry), spots in edits_first(places.items(), observer):
            part = part_of(module, path)
            if when == "before":
                handles.append(part.register_forward_pre_hook(before(observer, spots, entry), with_kwargs=True))
            else:
                handles.append(part.register_forward_hook(after(observer, spots, entry), with_kwargs=True))
        parts = {path: part_of(module, path) for path in inside}
        watches = {part: watch(observer, part, inside[path]) for path, part in parts.items()}
        stack.enter_context(watching(module, watches, softmax=softmax))
        yield


def edits_first(places: Iterable[tuple[Place, list[Spot]]], observer: Observer) -> Iterable[tuple[Place, list[Spot]]]:
    """So that of two names of one tensor, what is read by the one is what was edited by the other."""
    if not any(spot.edits for spot in observer.spots):
        return places
    each = [(place, sorted(spots, key=lambda spot: not spot.edits)) for place, spots in places]
    return sorted(each, key=lambda pair: not pair[1][0].edits)


def part_of(module: nn.Module, path: str) -> nn.Module:
    """The module at a path that is known to be there; `get_submodule` asks more, at the cost of a whole read."""
    part: nn.Module | None = module
    for name in path.split(".") if path else ():
        part = None if part is None else part._modules.get(name)
    return module.get_submodule(path) if part is None else part


def remove(handles: list[RemovableHandle]) -> None:
    """Take every hook out again."""
    for handle in handles:
        handle.remove()


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
    if missed := [str(spot.site) for spot in observer.spots if not spot.reached]:
        raise SilentEditError(name, missed, "it ran without reaching this site")
    every = [edit for spot in observer.spots for edit in spot.edits]
    if idle := [repr(edit) for edit in every if id(edit) not in observer.made]:
        raise SilentEditError(name, idle, "no position that it selects was ever computed")
    return found
