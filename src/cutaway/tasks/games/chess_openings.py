"""Chess openings: the first moves of some, and the moves that go on in one of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from random import Random

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import NONE, Answers, ids_of
from cutaway.tasks.choose import one_of
from cutaway.tasks.games.rules.read_chess import read_lines
from cutaway.tasks.shuffle import places_below
from cutaway.tasks.split import ROUNDS, Split, held_out
from cutaway.tasks.symbolic import GameTask, Rows
from cutaway.tasks.task import Corruption

NAME = "chess-openings"
MOVES = 20  # of both sides together, that are read of each line unless another number is asked for
CLASSICAL = """
e4 e5 Nf3 Nc6 Bb5 a6 Ba4 Nf6 O-O Be7 Re1 b5 Bb3 d6 c3 O-O h3
e4 e5 Nf3 Nc6 Bb5 a6 Ba4 Nf6 O-O Be7 Re1 b5 Bb3 O-O c3 d5
e4 e5 Nf3 Nc6 Bb5 a6 Ba4 Nf6 O-O Nxe4 d4 b5 Bb3 d5 dxe5 Be6
e4 e5 Nf3 Nc6 Bb5 a6 Bxc6 dxc6 O-O f6 d4
e4 e5 Nf3 Nc6 Bb5 Nf6 O-O Nxe4 d4 Nd6 Bxc6 dxc6 dxe5 Nf5
e4 e5 Nf3 Nc6 Bc4 Bc5 c3 Nf6 d4 exd4 cxd4 Bb4+
e4 e5 Nf3 Nc6 Bc4 Bc5 b4 Bxb4 c3 Ba5 d4
e4 e5 Nf3 Nc6 Bc4 Nf6 Ng5 d5 exd5 Na5 Bb5+ c6
e4 e5 Nf3 Nc6 d4 exd4 Nxd4 Nf6 Nxc6 bxc6 e5 Qe7
e4 e5 Nf3 Nc6 d4 exd4 Nxd4 Bc5 Be3 Qf6 c3
e4 e5 Nf3 Nc6 Nc3 Nf6 Bb5 Bb4 O-O O-O d3 d6
e4 e5 Nf3 Nf6 Nxe5 d6 Nf3 Nxe4 d4 d5 Bd3
e4 e5 Nf3 d6 d4 exd4 Nxd4 Nf6 Nc3 Be7
e4 e5 Nc3 Nf6 f4 d5 fxe5 Nxe4 Nf3 Be7
e4 e5 f4 exf4 Nf3 g5 h4 g4 Ne5 Nf6
e4 e5 f4 d5 exd5 e4 d3 Nf6
e4 c5 Nf3 d6 d4 cxd4 Nxd4 Nf6 Nc3 a6 Bg5 e6 f4 Be7
e4 c5 Nf3 d6 d4 cxd4 Nxd4 Nf6 Nc3 g6 Be3 Bg7 f3 O-O Qd2 Nc6
e4 c5 Nf3 Nc6 d4 cxd4 Nxd4 Nf6 Nc3 e5 Ndb5 d6 Bg5 a6
e4 c5 Nf3 Nc6 d4 cxd4 Nxd4 g6 c4 Bg7 Be3 Nf6
e4 c5 Nf3 e6 d4 cxd4 Nxd4 a6 Bd3 Nf6 O-O Qc7
e4 c5 Nf3 e6 d4 cxd4 Nxd4 Nc6 Nc3 Qc7 Be3 a6
e4 c5 Nc3 Nc6 g3 g6 Bg2 Bg7 d3 d6
e4 c5 c3 Nf6 e5 Nd5 d4 cxd4 Nf3 Nc6
e4 e6 d4 d5 Nc3 Bb4 e5 c5 a3 Bxc3+ bxc3 Ne7
e4 e6 d4 d5 Nc3 Nf6 Bg5 Be7 e5 Nfd7 Bxe7 Qxe7
e4 e6 d4 d5 Nd2 Nf6 e5 Nfd7 Bd3 c5 c3 Nc6
e4 e6 d4 d5 e5 c5 c3 Nc6 Nf3 Qb6
e4 c6 d4 d5 Nc3 dxe4 Nxe4 Bf5 Ng3 Bg6 h4 h6
e4 c6 d4 d5 e5 Bf5 Nf3 e6 Be2 c5
e4 c6 d4 d5 exd5 cxd5 c4 Nf6 Nc3 e6
e4 d5 exd5 Qxd5 Nc3 Qa5 d4 Nf6 Nf3 c6
e4 d6 d4 Nf6 Nc3 g6 f4 Bg7 Nf3 O-O
e4 Nf6 e5 Nd5 d4 d6 Nf3 Bg4 Be2 e6
d4 d5 c4 e6 Nc3 Nf6 Bg5 Be7 e3 O-O Nf3 Nbd7
d4 d5 c4 e6 Nc3 Nf6 cxd5 exd5 Bg5 c6
d4 d5 c4 e6 Nc3 c5 cxd5 exd5 Nf3 Nc6 g3 Nf6
d4 d5 c4 c6 Nf3 Nf6 Nc3 dxc4 a4 Bf5 e3 e6
d4 d5 c4 c6 Nf3 Nf6 Nc3 e6 e3 Nbd7 Bd3 dxc4
d4 d5 c4 dxc4 Nf3 Nf6 e3 e6 Bxc4 c5 O-O a6
d4 Nf6 c4 e6 Nc3 Bb4 e3 O-O Bd3 d5 Nf3 c5
d4 Nf6 c4 e6 Nc3 Bb4 Qc2 O-O a3 Bxc3+ Qxc3 b6
d4 Nf6 c4 e6 Nf3 b6 g3 Bb7 Bg2 Be7 O-O O-O
d4 Nf6 c4 e6 Nf3 d5 g3 Be7 Bg2 O-O O-O dxc4
d4 Nf6 c4 e6 Nf3 Bb4+ Bd2 Qe7 g3 Nc6
d4 Nf6 c4 g6 Nc3 Bg7 e4 d6 Nf3 O-O Be2 e5 O-O Nc6 d5 Ne7
d4 Nf6 c4 g6 Nc3 Bg7 e4 d6 f3 O-O Be3 e5
d4 Nf6 c4 g6 Nc3 d5 cxd5 Nxd5 e4 Nxc3 bxc3 Bg7 Bc4 c5
d4 Nf6 c4 g6 Nc3 d5 Nf3 Bg7 Qb3 dxc4 Qxc4 O-O
d4 Nf6 c4 c5 d5 e6 Nc3 exd5 cxd5 d6 e4 g6
d4 Nf6 c4 c5 d5 b5 cxb5 a6 bxa6 g6 Nc3 Bxa6
d4 f5 c4 Nf6 g3 e6 Bg2 Be7 Nf3 O-O
c4 e5 Nc3 Nf6 Nf3 Nc6 g3 d5 cxd5 Nxd5
c4 c5 Nf3 Nf6 Nc3 Nc6 g3 d5 cxd5 Nxd5
c4 Nf6 Nc3 e6 e4 d5 e5 d4
Nf3 d5 g3 Nf6 Bg2 c6 O-O Bg4
Nf3 d5 c4 e6 g3 Nf6 Bg2 Be7
"""


Beginning = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Beginnings(Rows):
    """Rows that know which beginnings of a book they are."""

    number: Int[Tensor, "batch"]


@dataclass(frozen=True)
class Book:
    """Openings by symbol; 0 stands first and fills up, then come the moves."""

    lines: tuple[Beginning, ...]

    @cached_property
    def next_moves(self) -> dict[Beginning, frozenset[int]]:
        """What follows each beginning of an opening."""
        found: dict[Beginning, set[int]] = defaultdict(set)
        for line in self.lines:
            for count, move in enumerate(line):
                found[line[:count]].add(move)
        return {beginning: frozenset(moves) for beginning, moves in found.items()}

    @cached_property
    def at_place(self) -> list[list[int]]:
        """The moves that some opening has at each place."""
        longest = max(map(len, self.lines))
        return [sorted({line[at] for line in self.lines if len(line) > at}) for at in range(longest)]

    def beside(self, beginning: Beginning) -> list[Beginning]:
        """The beginnings that differ from one in the last move, and in what follows."""
        follows = self.next_moves[beginning]
        others = [(*beginning[:-1], move) for move in self.next_moves[beginning[:-1]]] if beginning else []
        return [one for one in others if self.next_moves.get(one, follows) != follows]

    @cached_property
    def asked(self) -> tuple[Beginning, ...]:
        """The beginnings with others beside them, which are asked about too, the shortest first."""
        return tuple(sorted((one for one in self.next_moves if self.beside(one)), key=len))

    @cached_property
    def tokens(self) -> Int[Tensor, "prompt pos"]:
        longest = max(map(len, self.asked))
        return torch.tensor([[0, *one] + [0] * (longest - len(one)) for one in self.asked])

    @cached_property
    def lengths(self) -> Int[Tensor, "prompt"]:
        return torch.tensor([len(one) for one in self.asked])

    @cached_property
    def right(self) -> Int[Tensor, "prompt 1 k"]:
        return ids_of([[sorted(self.next_moves[one])] for one in self.asked])

    @cached_property
    def siblings(self) -> Int[Tensor, "prompt k"]:
        """The numbers of those beside each."""
        numbers = {beginning: number for number, beginning in enumerate(self.asked)}
        return ids_of([[[numbers[other] for other in self.beside(one)]] for one in self.asked])[:, 0]

    @cached_property
    def held_out(self) -> Bool[Tensor, "prompt"]:
        return held_out(self.tokens)

    @property
    def chance(self) -> float:
        """How often a move that is played at that place goes on: worked out over all beginnings."""
        return sum(len(self.next_moves[one]) / len(self.at_place[len(one)]) for one in self.asked) / len(self.asked)

    def rows(self, number: Int[Tensor, "batch"]) -> Beginnings:
        at = self.lengths[number][:, None]
        mask = (torch.arange(self.tokens.shape[1]) <= at).long()
        return Beginnings(
            self.tokens[number], Answers(at, self.right[number]), answers_follow=False, mask=mask, number=number
        )

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Beginnings:
        """Any beginning as often as any other; one in five is held out."""
        kind = torch.ones_like(self.held_out) if split == "any" else self.held_out == (split == "test")
        choices = kind.nonzero()[:, 0]
        return self.rows(choices[torch.randint(len(choices), (rows,), generator=generator)])

    def other_last(self, rows: Beginnings, generator: torch.Generator) -> Beginnings:
        siblings = self.siblings[rows.number]
        return self.rows(siblings.gather(1, one_of(siblings != NONE, generator)[:, None])[:, 0])

    def other_opening(self, rows: Beginnings, generator: torch.Generator) -> Beginnings:
        """Any beginning of the same length that goes on otherwise; one beside it if none is met for long."""
        number = self.other_last(rows, generator).number
        length = self.lengths[rows.number]
        first, last = torch.searchsorted(self.lengths, torch.stack([length, length + 1]))
        left = torch.arange(len(number))
        for _ in range(ROUNDS):
            drawn = first[left] + places_below((last - first)[left], generator)
            differs = (self.right[drawn] != self.right[rows.number[left]]).flatten(1).any(dim=1)
            number[left[differs]] = drawn[differs]
            left = left[~differs]
        return self.rows(number)

    def solve(self, ids: list[int]) -> list[set[int]]:
        """Go through all openings for those that begin like this."""
        begun = tuple(ids[1:])
        return [{line[len(begun)] for line in self.lines if line[: len(begun)] == begun and len(line) > len(begun)}]

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """Any move that some opening has at this place."""
        return [rng.choice(self.at_place[len(ids) - 1])]


def chess_openings(lines: Sequence[Sequence[str]], *, moves: int = MOVES) -> GameTask:
    """The task for some openings, each up to so many moves of both sides together.

    Asked is after every beginning for which some other last move would make other moves the right ones. One in five
    beginnings is held out; longer ones that go on from it are not.
    Raises: TaskArgumentError.
    """
    symbols = ("-", *dict.fromkeys(move for line in lines for move in line[:moves]))
    numbers = {symbol: number for number, symbol in enumerate(symbols)}
    book = Book(tuple(dict.fromkeys(tuple(numbers[move] for move in line[:moves]) for line in lines)))
    if not book.asked or bool(book.held_out.all()) or not bool(book.held_out.any()):
        fault = f"{len(lines)} openings of {moves} moves or less have too few places where they part"
        raise TaskArgumentError(NAME, fault, "Give more of them, or type a larger moves=.")
    length = book.tokens.shape[1]
    return GameTask(
        name=NAME,
        says=f"Say a move with which one of {len(book.lines)} chess openings goes on.",
        asks=f"A vocabulary of at least {len(symbols)} and a context of {length}.",
        chance=book.chance,
        symbols=symbols,
        length=length,
        draw=book.draw,
        corruptions=(
            Corruption(
                "other-last-move",
                "The last move is another that is in the book, and other moves go on from there.",
                "All that is worked out before the last symbol: the opening up to there is the same.",
                book.other_last,
            ),
            Corruption(
                "other-opening",
                "Another opening of as many moves, from which other moves go on.",
                "The number of moves and whose move it is, and first moves where both openings share them.",
                book.other_opening,
            ),
        ),
        solve=book.solve,
        guess=book.guess,
        from_file=from_file,
    )


def from_file(path: Path, *, moves: int = MOVES) -> GameTask:
    """The task for the openings or games of a file, each up to so many moves of both sides together.

    Raises: TaskArgumentError with the number of the line that is wrong, or if the file has too little.
    """
    return chess_openings(read_lines(path, task=NAME), moves=moves)


TASK = chess_openings([line.split() for line in CLASSICAL.strip().splitlines()])
