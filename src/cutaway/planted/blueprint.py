"""The drawing board for planted heads: named subspaces of the residual stream, and heads as maps between them.

The residual stream is a sum of orthogonal parts, each with one axis a token or a position, turned by a random
rotation so that no axis is privileged. A head's query and key spaces hold one axis a token, one a position,
and one that is constant; what a head should look at is written there as a score.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from jaxtyping import Float
from torch import Tensor

REST = 0.5  # share of the full score that the first position gets from every query: where idle heads rest


@dataclass(frozen=True)
class Rooms:
    """Sizes and places of the subspaces."""

    vocab: int
    context: int

    @property
    def sizes(self) -> dict[str, int]:
        """Token, position, previous token, place of an earlier copy, logits, and a room nobody reads."""
        v, t = self.vocab, self.context
        return {"token": v, "position": t, "previous": v, "copy_at": t, "logits": v, "unread": v}

    @property
    def d_model(self) -> int:
        return sum(self.sizes.values())

    @property
    def d_head(self) -> int:
        return self.vocab + self.context + 1

    def slice(self, room: str) -> slice:
        """Where a room lies in the unrotated residual stream."""
        start = 0
        for name, size in self.sizes.items():
            if name == room:
                return slice(start, start + size)
            start += size
        raise AssertionError(f"no room called {room}")

    def matrix(self, room: str) -> Float[Tensor, "d_model room"]:
        """Reads a room out of the residual stream."""
        size = self.sizes[room]
        reader = torch.zeros(self.d_model, size)
        reader[self.slice(room)] = torch.eye(size)
        return reader


@dataclass(frozen=True)
class HeadPlan:
    """One head in words: what it compares, what it carries, and where to.

    `query` and `key` give, by room, the map into the head's token or position axes. `value` maps one room into
    the head, `output` the head into one room.
    """

    kind: str
    mechanism: str
    query: Mapping[str, Tensor] = field(default_factory=dict)
    key: Mapping[str, Tensor] = field(default_factory=dict)
    carries: tuple[str, str, Tensor] | None = None
    rests: float = REST


def shift(context: int, by: int) -> Float[Tensor, "pos pos"]:
    """The map that sends the axis of position p to that of position p - by."""
    return torch.diag(torch.ones(context - abs(by)), -by)


def room_axes(rooms: Rooms, room: str) -> slice:
    """The axes of a head's query and key space that a room is compared on."""
    tokens = room in ("token", "previous")
    return slice(0, rooms.vocab) if tokens else slice(rooms.vocab, rooms.vocab + rooms.context)


def compile_head(plan: HeadPlan, rooms: Rooms, sharpness: float) -> dict[str, Tensor]:
    """W_Q, W_K, W_V [d_model, d_head] and W_O [d_head, d_model] of a plan.

    A query that finds what it looks for scores `sharpness`; the first position scores `rests * sharpness` for all.
    The first token and the first position have no value, so a head that rests on them moves nothing.
    """
    w = {name: torch.zeros(rooms.d_model, rooms.d_head) for name in ("W_Q", "W_K", "W_V")}
    for name, maps in (("W_Q", plan.query), ("W_K", plan.key)):
        for room, table in maps.items():
            w[name][rooms.slice(room), room_axes(rooms, room)] += table
    w["W_Q"][rooms.slice("position"), -1] = plan.rests
    w["W_K"][rooms.slice("position"), -1] = torch.eye(rooms.context)[0]
    w["W_Q"] *= sharpness
    w["W_O"] = torch.zeros(rooms.d_head, rooms.d_model)
    if plan.carries is not None:
        source, target, table = plan.carries
        width = table.shape[0]
        w["W_V"][rooms.slice(source), :width] = torch.eye(rooms.sizes[source])
        w["W_V"][rooms.slice(source).start] = 0.0
        w["W_O"][:width, rooms.slice(target)] = table
    return w


def shuffled(head: dict[str, Tensor], rooms: Rooms, generator: torch.Generator) -> dict[str, Tensor]:
    """The same entries in random places, so every norm is kept; it writes only into the room nobody reads."""

    def permuted(weight: Tensor) -> Tensor:
        order = torch.randperm(weight.numel(), generator=generator)
        return weight.flatten()[order].view_as(weight)

    out = torch.zeros_like(head["W_O"])
    room = out[:, rooms.slice("unread")]
    entries = head["W_O"][head["W_O"] != 0]
    places = torch.randperm(room.numel(), generator=generator)[: len(entries)]
    flat = torch.zeros(room.numel())
    flat[places] = entries
    out[:, rooms.slice("unread")] = flat.view_as(room)
    return {name: permuted(head[name]) for name in ("W_Q", "W_K", "W_V")} | {"W_O": out}


def random_rotation(size: int, generator: torch.Generator) -> Float[Tensor, "d_model d_model"]:
    """An orthogonal matrix drawn uniformly: QR of a Gaussian, signs fixed (Mezzadri 2007, arXiv:math-ph/0609050)."""
    q, r = torch.linalg.qr(torch.randn(size, size, generator=generator, dtype=torch.float64))
    rotation: Tensor = q * r.diagonal().sign()
    return rotation.float()
