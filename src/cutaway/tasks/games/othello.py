"""Othello: random legal games, one square a token; after every move, which squares may be played next."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from string import ascii_lowercase

import numpy as np
import torch
from jaxtyping import Bool, Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import NONE, Answers
from cutaway.tasks.choose import one_of
from cutaway.tasks.games.rules.othello import WIDTH, Position, Rules
from cutaway.tasks.split import ROUNDS, Split, kept
from cutaway.tasks.symbolic import GameTask, Rows
from cutaway.tasks.task import Corruption

# Share of the empty squares that are legal, first over a game and then over random games, by size and start. It has no
# closed form: measured on 300,000 games of each size, standard errors under 0.0001.
CHANCE = {(6, True): 0.4358, (6, False): 0.4458, (8, True): 0.4030, (8, False): 0.4087}


@dataclass(frozen=True)
class Othello(Rules):
    """Games as rows: symbol 0 stands first and fills up, the others are squares.

    With `start` False the rows begin with the first move. The last move of a game is in no row, only the last answer.
    """

    start: bool = True

    def positions(self, moves: Int[Tensor, "batch n"]) -> Iterator[Position]:
        """The start and what follows each move."""
        now = self.begun(len(moves))
        yield now
        for move in moves.numpy().T:
            now = self.after(now, self.bit[move])
            yield now

    def played(
        self, moves: Int[Tensor, "batch n"], keep: Int[Tensor, "batch"], generator: torch.Generator
    ) -> tuple[Int[Tensor, "batch n"], Bool[Tensor, "batch n square"]]:
        """Games that keep so many moves, then play another one than the next, then any; and what was legal."""
        luck = torch.rand(moves.shape, generator=generator, dtype=torch.float64).numpy()
        known, stop = moves.numpy(), keep.numpy()
        made, allowed = np.zeros_like(known), np.zeros((*known.shape, self.most), dtype=np.bool_)
        now = self.begun(len(known))
        for ply in range(known.shape[1]):
            legal = self.legal(now)
            avoided = np.where(ply == stop, self.bit[known[:, ply]], np.uint64(0))
            allowed[:, ply] = self.spread(legal)
            upto = self.spread(legal & ~avoided).cumsum(axis=1, dtype=np.uint8)
            drawn = (upto > (luck[:, ply] * upto[:, -1])[:, None].astype(np.uint8)).argmax(axis=1) + 1
            made[:, ply] = np.where(ply < stop, known[:, ply], np.where(upto[:, -1] > 0, drawn, 0))
            now = self.after(now, self.bit[made[:, ply]])
        return torch.from_numpy(made), torch.from_numpy(allowed)

    def finished(self, moves: Int[Tensor, "batch n"], legal: Bool[Tensor, "batch n square"]) -> Rows:
        """Rows with the legal moves at every place, of which the one that was played is the first."""
        longest = int((moves > 0).sum(dim=1).max())
        moves, legal = moves[:, :longest], legal[:, :longest]
        asked = legal.any(dim=2) & (moves > 0)
        at, first = torch.arange(self.most), 0 if self.start else 1
        right = torch.full((*moves.shape, self.most), NONE)
        right[..., 0] = torch.where(asked, moves, NONE)
        others = legal.scatter(2, (moves - 1).clamp(min=0)[..., None], False) & asked[..., None]
        row, ply, square = others.nonzero(as_tuple=True)
        right[row, ply, others.cumsum(dim=2)[row, ply, square]] = square + 1
        before = torch.nn.functional.pad(moves[:, :-1], (1, 0))
        tokens, mask = torch.where(asked, before, 0)[:, first:], asked[:, first:]
        answers = Answers(at[: longest - first].expand(len(moves), -1), right[:, first:], is_one=False)
        return Rows(tokens, answers, answers_follow=False, mask=None if bool(mask.all()) else mask.long())

    def moves(self, rows: Rows) -> Int[Tensor, "batch n"]:
        """The whole games, last moves too, from rows with their answers."""
        moves = rows.answers.right[..., 0].clamp(min=0)
        moves = moves if self.start else torch.cat([rows.tokens[:, :1], moves], dim=1)
        return torch.nn.functional.pad(moves, (0, self.most - moves.shape[1]))

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        """Games in which every legal move is equally likely; one in five is held out."""

        def some(count: int) -> Int[Tensor, "batch n"]:
            nothing = torch.zeros(count, self.most, dtype=torch.long)
            return self.played(nothing, torch.zeros(count, dtype=torch.long), generator)[0]

        moves = kept(some, rows=rows, split=split, content=slice(0, self.most // 2))
        return self.replayed(moves, generator)

    def replayed(self, moves: Int[Tensor, "batch n"], generator: torch.Generator) -> Rows:
        return self.finished(*self.played(moves, torch.full((len(moves),), self.most), generator))

    def turned(self, rows: Rows, generator: torch.Generator) -> Rows:
        """The same game with the board turned half round or mirrored in a diagonal, which leaves the start as it is."""
        far, at = self.size - 1, {square: symbol for symbol, square in enumerate(self.squares, start=1)}
        images = torch.tensor(
            [
                [0, *(at[far - row, far - column] for row, column in self.squares)],
                [0, *(at[column, row] for row, column in self.squares)],
                [0, *(at[far - column, far - row] for row, column in self.squares)],
            ]
        )
        moves = self.moves(rows)
        return self.replayed(images[torch.randint(3, (len(moves), 1), generator=generator), moves], generator)

    def branched(self, rows: Rows, generator: torch.Generator) -> Rows:
        """The same game up to some move."""
        choices = torch.zeros(len(rows.tokens), self.most, dtype=torch.bool)
        choices[:, 0] = True
        counts = (rows.answers.right != NONE).sum(dim=2)
        first = 0 if self.start else 1
        choices[:, first : first + counts.shape[1]] |= counts > 1
        choices &= torch.arange(self.most) < (self.moves(rows) > 0).sum(dim=1, keepdim=True) - 1
        return self.continued(rows, choices, generator)

    def from_first(self, rows: Rows, generator: torch.Generator) -> Rows:
        """Another first move, and a game from there."""
        return self.continued(rows, torch.arange(self.most).expand(len(rows.tokens), -1) == 0, generator)

    def continued(self, rows: Rows, choices: Bool[Tensor, "batch n"], generator: torch.Generator) -> Rows:
        """Games that leave the given ones at one of some places, last as long, and allow other moves later on."""
        moves = self.moves(rows)
        long = (moves > 0).sum(dim=1)
        allowed = self.played(moves, torch.full_like(long, self.most), generator)[1]
        made, open_rows = torch.zeros_like(moves), torch.arange(len(moves))
        for _ in range(ROUNDS):
            keep = one_of(choices[open_rows], generator)
            new, legal = self.played(moves[open_rows], keep, generator)
            inside = torch.arange(self.most) < long[open_rows, None]
            asked = inside & (torch.arange(self.most) > keep[:, None])
            differs = ((legal != allowed[open_rows]).any(dim=2) & asked).any(dim=1)
            good = differs & ((new > 0) | ~inside).all(dim=1)
            made[open_rows[good]] = torch.where(inside, new, 0)[good]
            open_rows = open_rows[~good]
            if not len(open_rows):
                return self.replayed(made, generator)
        raise AssertionError("a game has no other game of its length beside it")

    def boards(self, tokens: Int[Tensor, "batch pos"]) -> Int[Tensor, "batch pos row column"]:
        """What stands on each square after each symbol of a row: 1 black, -1 white, 0 nothing.

        Times `movers`, it is 1 where a disc belongs to who moves next and -1 where it does not.
        """
        found = torch.zeros(*tokens.shape, self.size, self.size, dtype=torch.long)
        rows, columns = zip(*((row, column) for row in range(self.size) for column in range(self.size)), strict=True)
        places = np.array([WIDTH * row + column for row, column in zip(rows, columns, strict=True)], dtype=np.uint64)
        for at, now in enumerate(self.read(tokens)):
            discs = [((side[:, None] >> places) & np.uint64(1)).astype(np.int64) for side in (now.own, now.other)]
            board = (discs[0] - discs[1]) * now.mover[:, None]
            found[:, at] = torch.from_numpy(board).view(-1, self.size, self.size)
        return found

    def movers(self, tokens: Int[Tensor, "batch pos"]) -> Int[Tensor, "batch pos"]:
        """Who moves next after each symbol of a row: 1 black, -1 white."""
        return torch.stack([torch.from_numpy(now.mover).long() for now in self.read(tokens)], dim=1)

    def read(self, tokens: Int[Tensor, "batch pos"]) -> Iterator[Position]:
        """The position after each symbol of a row."""
        found = self.positions(tokens[:, 1:] if self.start else tokens)
        if not self.start:
            next(found)
        return found


@dataclass(frozen=True)
class Reader:
    """The rules again, on one board of rows and columns: what the solver reads a game with."""

    squares: tuple[tuple[int, int], ...]
    start: bool

    def solve(self, ids: list[int]) -> list[set[int]]:
        """Put every disc down in turn; a square is legal where that turns over at least one."""
        size = max(row for row, _ in self.squares) + 1
        grid = [[0] * size for _ in range(size)]
        for row, column in ((size // 2 - 1, size // 2), (size // 2, size // 2 - 1)):
            grid[row][column], grid[row][row] = 1, -1
        side, found = 1, [set(self.legal(grid, 1))]
        for symbol in ids[1:] if self.start else ids:
            row, column = self.squares[symbol - 1]
            for one, other in [(row, column), *caught(grid, self.rays[row, column], side)]:
                grid[one][other] = side
            side = -side if self.legal(grid, -side) else side
            found.append(set(self.legal(grid, side)))
        return found if self.start else found[1:]

    @cached_property
    def rays(self) -> dict[tuple[int, int], list[list[tuple[int, int]]]]:
        """From each square, the squares up to the edge in every direction."""
        side = range(max(row for row, _ in self.squares) + 1)
        ways = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if down or right]
        return {
            (row, column): [
                [
                    (row + far * down, column + far * right)
                    for far in side[1:]
                    if row + far * down in side and column + far * right in side
                ]
                for down, right in ways
            ]
            for row, column in self.squares
        }

    def legal(self, grid: list[list[int]], side: int) -> list[int]:
        return [
            symbol
            for symbol, (row, column) in enumerate(self.squares, start=1)
            if grid[row][column] == 0 and caught(grid, self.rays[row, column], side)
        ]

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """At each place, any square that is still empty."""
        left, found = set(range(1, len(self.squares) + 1)), []
        for symbol in ids:
            left.discard(symbol)
            found.append(rng.choice(sorted(left)))
        return found


def caught(grid: list[list[int]], rays: list[list[tuple[int, int]]], side: int) -> list[tuple[int, int]]:
    """The other side's discs that stand along rays without a gap, each time up to an own one."""
    found: list[tuple[int, int]] = []
    for ray in rays:
        line: list[tuple[int, int]] = []
        for row, column in ray:
            if grid[row][column] != -side:
                found += line if grid[row][column] == side else []
                break
            line.append((row, column))
    return found


def othello(size: int = 6, *, start: bool = True) -> GameTask:
    """Random games on a board of 6 or 8 squares a side; one game in five, by its first half, is held out.

    Without `start` no symbol stands before the first move, as in Li et al., and the first move is not asked for.
    Raises: TaskArgumentError.
    """
    if (size, start) not in CHANCE:
        raise TaskArgumentError("othello", f"there is no size={size}", "Type size=6 or size=8.")
    game = Othello(size, start)
    reader = Reader(game.squares, start)
    length = game.most - (not start)
    return GameTask(
        name="othello",
        says=f"Say a legal move in random games of Othello on {size} by {size} squares.",
        asks=f"A vocabulary of at least {game.most + 1} and a context of {length}.",
        chance=CHANCE[size, start],
        symbols=("-", *(f"{ascii_lowercase[column]}{row + 1}" for row, column in game.squares)),
        length=length,
        draw=game.draw,
        corruptions=corruptions(game),
        solve=reader.solve,
        guess=reader.guess,
        source="Li et al. 2022, arXiv:2210.13382.",
    )


def corruptions(game: Othello) -> tuple[Corruption, ...]:
    """Other games of the same length, or longer ones up to there."""
    return (
        Corruption(
            "turned",
            "The same game with the board turned half round or mirrored in a diagonal.",
            "Whatever is the same in every view of the board: whose move it is, how many discs each side has and how "
            "many moves are legal, which moves turn how many discs.",
            game.turned,
        ),
        Corruption(
            "branched",
            "The same game up to some place; there another legal move is played, and others after it.",
            "Every question up to that place, and the number of moves played. Where most of the game is shared, most "
            "of the score is.",
            game.branched,
        ),
        Corruption(
            "other-game",
            "Another game, from another first move on.",
            "The number of moves played, and with it, most often, whose move it is; discs that stand alike in both.",
            game.from_first,
        ),
    )


TASK = othello()
