"""An edge of a model's graph: something that one part writes and another reads."""

from dataclasses import dataclass
from typing import Literal

Slot = Literal["q", "k", "v", "in", "logits"]
EMBED, POSITIONS, LOGITS = "embed", "positions", "logits"


@dataclass(frozen=True)
class Edge:
    """Something that one part writes and another reads: at a head its query, key or value.

    `position`: where it is read, in a graph by position; None for all positions at once.
    """

    sender: str
    receiver: str
    slot: Slot
    position: int | None = None

    def __str__(self) -> str:
        slot = "" if self.slot in ("in", "logits") else f".{self.slot}"
        return f"{self.sender} -> {self.receiver}{slot}" + ("" if self.position is None else f" at {self.position}")

    @property
    def row(self) -> dict[str, str | int]:
        """Its fields, for a table; the position where it has one."""
        found: dict[str, str | int] = {"sender": self.sender, "receiver": self.receiver, "slot": self.slot}
        return found if self.position is None else {**found, "position": self.position}
