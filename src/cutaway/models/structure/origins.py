"""Which module's output holds the queries, keys or values, and how: the one whose numbers attention then uses."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor, nn

from cutaway.models.anatomy.block import Projection
from cutaway.models.anatomy.heads import EVERY, Heads, grouped, matrix, own
from cutaway.models.structure.recording import Part, proportional, same

Kind = Literal["own", "stacked", "grouped", "cut", "heads first"]
KINDS: tuple[Kind, ...] = ("own", "stacked", "grouped", "cut", "heads first")
QUERY, KEY, VALUE = 0, 1, 2


@dataclass(frozen=True)
class Counts:
    """How many heads, and how many of them have keys and values of their own."""

    heads: int
    shared: int

    def of(self, role: int) -> int:
        return self.heads if role == QUERY else self.shared

    @property
    def joint(self) -> int:
        """Of a projection that makes all three."""
        return self.heads + 2 * self.shared


@dataclass(frozen=True)
class Cut:
    """How a module's output holds the heads of one role."""

    kind: Kind
    role: int

    def heads(self, width: int, counts: Counts) -> Heads:
        """The cut of a projection `width` wide."""
        mine = counts.of(self.role)
        if self.kind not in ("stacked", "grouped"):
            return own(mine, width // mine)
        if self.kind == "grouped":
            return grouped(self.role, counts.shared, counts.heads, width // counts.joint)
        start = (0, counts.heads, counts.heads + counts.shared)[self.role]
        return Heads((counts.joint, width // counts.joint), (slice(start, start + mine), EVERY))

    def of(self, value: Tensor, counts: Counts) -> Tensor | None:
        """[batch, pos, head, d] out of a module's output; None if it is not of this kind."""
        mine = counts.of(self.role)
        if self.kind == "cut":
            return value if value.ndim == 4 and value.shape[2] == mine else None
        if self.kind == "heads first":
            return value.transpose(1, 2) if value.ndim == 4 and value.shape[1] == mine else None
        pieces = mine if self.kind == "own" else counts.joint
        fits = value.ndim == 3 and value.shape[-1] % pieces == 0
        return self.heads(value.shape[-1], counts).cut(value) if fits else None


def cuts(parts: Iterable[Part], role: int, counts: Counts) -> Iterable[tuple[Part, Cut, Tensor]]:
    """Every way to take the heads of one role out of some module's output."""
    for part in parts:
        for kind in KINDS:
            cut = Cut(kind, role)
            value = cut.of(part.output, counts)
            if value is not None:
                yield part, cut, value


@dataclass(frozen=True)
class Origin:
    """The last module that queries, keys or values leave, and the linear map behind it where that is a norm."""

    path: str
    cut: Cut
    linear: str | None
    linear_cut: Cut
    everywhere: bool = True  # attention uses it as it is, not only at the first position

    def projection(self, block: nn.Module, counts: Counts) -> Projection | str:
        """The same in a block of any size."""
        if self.linear is None:
            return "what attention uses leaves a module that is neither a linear map nor a norm right after one"
        heads = self.linear_cut.heads(matrix(block.get_submodule(self.linear)).shape[1], counts)
        if self.linear == self.path:
            return Projection(self.path, heads)
        return Projection(self.linear, heads, self.path, "flat" if self.cut.kind == "own" else self.cut.kind)


def origin_of(seen: Tensor, parts: list[Part], role: int, counts: Counts, at: str) -> Origin | None:
    """Where queries or keys [batch, head, pos, d] come from: at the first position, a rotation changes nothing."""
    seen = seen[:, :: seen.shape[1] // counts.of(role)]  # keys that were copied for every query head
    start = seen[:, :, 0]
    for part, cut, value in cuts(parts, role, counts):
        if proportional(value[:, 0], start):
            found = traced(part, cut, parts, role, counts, at)
            return replace(found, everywhere=proportional(value.transpose(1, 2), seen))
    return None


def traced(part: Part, cut: Cut, parts: list[Part], role: int, counts: Counts, at: str) -> Origin:
    """The origin with the linear map behind it: the module itself, or the one whose output it takes."""
    path = part.path.removeprefix(f"{at}.")
    if part.is_linear:
        return Origin(path, cut, path, cut)
    into = Cut(cut.kind, role).of(part.input, counts)
    if into is not None:
        for other, other_cut, value in cuts((other for other in parts if other.is_linear), role, counts):
            if same(value, into):
                return Origin(path, cut, other.path.removeprefix(f"{at}."), other_cut)
    return Origin(path, cut, None, cut)


@dataclass(frozen=True)
class Values:
    """Where values come from, and the linear map that reads the mixture of them."""

    origin: Origin
    out: Part


def values_of(pattern: Tensor, parts: list[Part], counts: Counts, at: str) -> Values | None:
    """The pair whose mixture under the pattern [batch, head, query, key] is what the linear map reads."""
    for part, cut, value in cuts(parts, VALUE, counts):
        if value.shape[:2] != (pattern.shape[0], pattern.shape[2]):
            continue
        each = value.repeat_interleave(counts.heads // counts.shared, dim=2).float()
        mixed = torch.einsum("bhqk,bkhd->bqhd", pattern[..., : each.shape[1]].float(), each).flatten(2)
        for other in parts:
            if other.is_linear and same(other.input, mixed):
                return Values(traced(part, cut, parts, VALUE, counts, at), other)
    return None
