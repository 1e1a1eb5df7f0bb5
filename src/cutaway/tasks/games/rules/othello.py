"""The rules of Othello on boards of 64 bits: the discs of the side to move and those of the other, a batch at once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
WIDTH = 8  # bits from one row of squares to the next, whatever the size of the board
AROUND = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if (down, right) != (0, 0)]


def stepped(bits: Bits, way: int) -> Bits:
    """All discs moved by so many bits."""
    return bits << np.uint64(way) if way > 0 else bits >> np.uint64(-way)


@dataclass(frozen=True)
class Position:
    """A batch of boards: the discs of who moves next and of the other side, and who that is (1 black, -1 white)."""

    own: Bits
    other: Bits
    mover: NDArray[np.int8]

    def swapped(self, where: NDArray[np.bool_]) -> "Position":
        """The other side to move, in some rows."""
        own, other = np.where(where, self.other, self.own), np.where(where, self.own, self.other)
        return Position(own, other, np.where(where, -self.mover, self.mover))


@dataclass(frozen=True)
class Rules:
    """The game on a square board. Symbol 0 is no square; then come those that are empty at the start, row by row."""

    size: int

    @cached_property
    def squares(self) -> tuple[tuple[int, int], ...]:
        middle = (self.size // 2 - 1, self.size // 2)
        every = [(row, column) for row in range(self.size) for column in range(self.size)]
        return tuple(one for one in every if not (one[0] in middle and one[1] in middle))

    @property
    def most(self) -> int:
        """Moves of the longest game."""
        return len(self.squares)

    @cached_property
    def bit(self) -> Bits:
        """The bit of each symbol; none for the first."""
        return np.array([0] + [1 << (WIDTH * row + column) for row, column in self.squares], dtype=np.uint64)

    @cached_property
    def board(self) -> np.uint64:
        return np.uint64(sum(1 << (WIDTH * row + column) for row in range(self.size) for column in range(self.size)))

    @cached_property
    def ways(self) -> tuple[tuple[int, np.uint64], ...]:
        """Each direction as a shift, and the squares that may be entered that way without going round the edge."""
        inside = {
            right: np.uint64(
                sum(1 << (WIDTH * row + column) for row in range(self.size) for column in range(self.size))
                & ~sum(1 << (WIDTH * row + {1: 0, -1: WIDTH - 1, 0: 64}[right]) for row in range(WIDTH))
            )
            for right in (-1, 0, 1)
        }
        return tuple((WIDTH * down + right, inside[right]) for down, right in AROUND)

    def begun(self, rows: int) -> Position:
        """Two discs of each side across the middle, black to move."""
        low, high = self.size // 2 - 1, self.size // 2
        black = (1 << (WIDTH * low + high)) | (1 << (WIDTH * high + low))
        white = (1 << (WIDTH * low + low)) | (1 << (WIDTH * high + high))
        own, other = (np.full(rows, discs, dtype=np.uint64) for discs in (black, white))
        return Position(own, other, np.ones(rows, dtype=np.int8))

    def line(self, start: Bits, through: Bits, way: int, inside: np.uint64) -> Bits:
        """All discs of `through` in one direction from `start` without a gap."""
        found = stepped(start, way) & inside & through
        for _ in range(self.size - 3):
            found |= stepped(found, way) & inside & through
        return found

    def legal(self, now: Position) -> Bits:
        """The empty squares at the end of a line of the other side's discs that begins at an own one."""
        ends = np.zeros_like(now.own)
        for way, inside in self.ways:
            ends |= stepped(self.line(now.own, now.other, way, inside), way) & inside
        return ends & self.board & ~(now.own | now.other)

    def after(self, now: Position, move: Bits) -> Position:
        """A disc put down and the lines it closes turned over; the side moves next that can. No bit, no change."""
        turned = np.zeros_like(move)
        for way, inside in self.ways:
            line = self.line(move, now.other, way, inside)
            closed = (stepped(line, way) & inside & now.own) != 0
            turned |= np.where(closed, line, np.uint64(0))
        put = Position(now.own | move | turned, now.other & ~turned, now.mover).swapped(move != 0)
        stuck = self.legal(put) == 0
        return put.swapped(stuck & (self.legal(put.swapped(stuck)) != 0)) if bool(stuck.any()) else put

    def spread(self, bits: Bits) -> NDArray[np.uint8]:
        """Bits as one column a square, in the order of the symbols."""
        columns = np.unpackbits(bits.astype("<u8").view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
        return columns[:, [WIDTH * row + column for row, column in self.squares]]
