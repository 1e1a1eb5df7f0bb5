"""An edge of a model's graph: something that one part writes and another reads."""

from dataclasses import dataclass
from typing import Literal

Slot = Literal["q", "k", "v", "in", "logits"]
EMBED, POSITIONS, LOGITS = "embed", "positions", "logits"


@dataclass(frozen=True)
class Edge:
    """Something that one part writes and another reads: at a head its query, key or value."""

    sender: str
    receiver: str
    slot: Slot

    def __str__(self) -> str:
        return f"{self.sender} -> {self.receiver}" + ("" if self.slot in ("in", "logits") else f".{self.slot}")
