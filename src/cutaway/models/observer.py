"""What a run does at each site as the model passes it: edit, then keep."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from cutaway.errors.models import RepeatedModuleError
from cutaway.models.anatomy.tap import Call, Tap
from cutaway.models.edits import Edit
from cutaway.models.passes import Passes
from cutaway.models.sites import Site


class EnoughError(Exception):
    """Raised inside a run when everything asked for has been read; `observe` catches it."""


class Spot:
    """One site in one run: where it is, what is to be done there, and what has been."""

    __slots__ = ("calls", "edits", "get", "is_plain", "is_read", "reached", "site", "tap")

    def __init__(self, site: Site, tap: Tap, edits: Sequence[Edit], *, is_read: bool) -> None:
        self.site, self.tap, self.edits, self.is_read = site, tap, edits, is_read
        self.get = tap.get
        self.is_plain = not (edits or tap.once or tap.fleeting)  # nothing to do but to keep what is there
        self.calls = 0
        self.reached = False

    def is_meant(self, *, growing: bool) -> bool:
        """Whether this call of a module is the one that its site names.

        Raises: RepeatedModuleError at a second call if it names none.
        """
        if not self.tap.once:
            return True
        self.calls += 1
        if self.tap.number is None and self.calls > 1 and not growing:
            raise RepeatedModuleError(str(self.site))
        return self.tap.number is None or self.calls == self.tap.number


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
        wanted = frozenset(read)
        self.spots = [Spot(site, tap, edits.get(site, ()), is_read=site in wanted) for site, tap in taps.items()]
        self.passes, self.gradients = passes, gradients
        self.awaited = len(self.spots) if stop_early else -1  # how many are still to come before the run may stop
        self.values: dict[Site, Tensor] = {}
        self.pieces: dict[Site, list[Tensor]] = defaultdict(list)
        self.made: set[int] = set()  # edits that found what they select, by identity

    def visit(self, spots: Sequence[Spot], call: Call) -> Tensor | None:
        """Edit, then read, the sites of one call; the new input or output if an edit changed it."""
        new: Tensor | None = None
        plainly = not (self.gradients or self.passes.growing)
        for spot in spots:
            if plainly and spot.is_plain:
                self.values[spot.site] = spot.get(call)
                if not spot.reached:
                    spot.reached = True
                    self.awaited -= 1
                continue
            if not spot.is_meant(growing=self.passes.growing):
                continue
            value = spot.get(call)
            if spot.edits or self.gradients:
                value, changed = self.changed(spot, value, call)
                if changed is not None:
                    new = changed
                    call = replace(call, input=new) if call.output is None else replace(call, output=new)
            if spot.is_read:
                self.keep(spot, value)
            if not spot.reached:
                spot.reached = True
                self.awaited -= 1
        if self.awaited == 0:
            raise EnoughError
        return new

    def changed(self, spot: Spot, value: Tensor, call: Call) -> tuple[Tensor, Tensor | None]:
        """The activation after its edits, and, if that is another tensor, the input or output that holds it."""
        tap = spot.tap
        changed = self.edited(spot, value)
        if spot.is_read and self.gradients:
            value, changed = rooted(tap, value, changed)
        elif changed is not None:
            value = changed
        if changed is None:
            return value, None
        new = tap.put(call, changed)
        if tap.whole and not self.gradients:
            value = new  # where it was written in place, this is the tensor that the model goes on with
        return value, new

    def edited(self, spot: Spot, value: Tensor) -> Tensor | None:
        """The activation after all its edits; None if they select nothing in this pass.

        Out of reach of the softmax watch, which would take a softmax in a user's function for the model's own.
        """
        changed: Tensor | None = None
        if spot.edits:
            with torch._C.DisableTorchFunction():
                for edit in spot.edits:
                    found = self.passes.apply(edit, spot.site, spot.tap, value if changed is None else changed)
                    if found is not None:
                        changed = found
                        self.made.add(id(edit))
        return changed

    def keep(self, spot: Spot, value: Tensor) -> None:
        if spot.tap.fleeting and not self.gradients:
            value = value.clone()
        if self.passes.growing:
            self.pieces[spot.site].append(self.passes.fresh(spot.site, value))
        else:
            self.values[spot.site] = value


def rooted(tap: Tap, value: Tensor, changed: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """The tensor whose gradient is to be taken, and what to put in its place so that the model depends on it.

    Where the model uses the tensor itself, there is nothing to put. Integers have no gradient: see `follow_back`.
    """
    numbers = value.is_floating_point()
    if changed is None and tap.whole and not tap.fleeting:
        return (value if value.requires_grad or not numbers else value.requires_grad_(True)), None
    root = (value if changed is None else changed).clone()
    if not root.requires_grad and numbers:
        root = root.detach().requires_grad_(True)
    return root, root.clone() if tap.fleeting else root
