"""The rules of Connect Four on boards of 64 bits: the discs of the side to move and those of the other, for a batch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
FOUR = 4


@dataclass(frozen=True)
class Position:
    """A batch of boards: the discs of who moves next and of the other side, and how high each column is."""

    own: Bits
    other: Bits
    high: NDArray[np.int64]


@dataclass(frozen=True)
class Rules:
    """The game with columns of some height. A column has one bit more, which stays empty and keeps columns apart."""

    columns: int
    height: int

    @property
    def most(self) -> int:
        """Moves of the longest game."""
        return self.columns * self.height

    def begun(self, rows: int) -> Position:
        empty = np.zeros(rows, dtype=np.uint64)
        return Position(empty, empty, np.zeros((rows, self.columns), dtype=np.int64))

    def after(self, now: Position, column: NDArray[np.int64]) -> Position:
        """A disc dropped into an open column of each board, and the other side to move."""
        rows = np.arange(len(column))
        place = column * (self.height + 1) + now.high[rows, column]
        high = now.high.copy()
        high[rows, column] += 1
        return Position(now.other, now.own | np.uint64(1) << place.astype(np.uint64), high)

    def won(self, discs: Bits) -> NDArray[np.bool_]:
        """Whether four of them stand in a line."""
        found = np.zeros(discs.shape, dtype=np.bool_)
        for way in (1, self.height, self.height + 1, self.height + 2):
            pairs = discs & discs >> np.uint64(way)
            found |= (pairs & pairs >> np.uint64(2 * way)) != 0
        return found

    def winning(self, now: Position) -> NDArray[np.bool_]:
        """The open columns that win at once, for each board."""
        place = np.arange(self.columns) * (self.height + 1) + now.high
        dropped = now.own[:, None] | np.uint64(1) << place.astype(np.uint64)
        return self.won(dropped) & (now.high < self.height)
