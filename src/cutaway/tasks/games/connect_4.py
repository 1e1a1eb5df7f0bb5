"""Connect Four: random legal games, one column a token; which columns are open, or which one wins.

As long as no column is full every move is legal, so the open columns are asked for from when one is full until another
is or the game is over. In the other form the side to move has one column that wins.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from random import Random
from string import ascii_lowercase

import numpy as np
import torch
from jaxtyping import Bool, Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import NONE, Answers
from cutaway.tasks.choose import one_of, suitable
from cutaway.tasks.games.rules.connect import FOUR, Position, Rules
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import GameTask, Rows
from cutaway.tasks.task import Corruption

NAME = "connect-4"
BITS = 64


@dataclass(frozen=True)
class Games(Rules):
    """Games as rows of moves: symbol 0 stands first and fills up, the others are columns."""

    def positions(self, moves: Int[Tensor, "batch n"]) -> Iterator[Position]:
        """The start and what follows each move; a board stays as it is where a row is filled up."""
        now = self.begun(len(moves))
        yield now
        for column in moves.numpy().T:
            moved = self.after(now, np.maximum(column - 1, 0))
            on = column > 0
            high = np.where(on[:, None], moved.high, now.high)
            now = Position(np.where(on, moved.own, now.own), np.where(on, moved.other, now.other), high)
            yield now

    def random(self, rows: int, generator: torch.Generator) -> Int[Tensor, "batch n"]:
        """Games in which every open column is equally likely, until four stand in a line or the board is full."""
        luck = torch.rand(self.most, rows, self.columns, generator=generator).numpy()
        made, now = np.zeros((rows, self.most), dtype=np.int64), self.begun(rows)
        on = np.ones(rows, dtype=np.bool_)
        for ply, keys in enumerate(luck):
            column = np.where(now.high < self.height, keys, -1.0).argmax(axis=1)
            made[:, ply] = np.where(on, column + 1, 0)
            now = self.after(now, column)
            on &= ~self.won(now.other)
        return torch.from_numpy(made)

    def fills(self, moves: Int[Tensor, "batch n"]) -> Int[Tensor, "batch n1"]:
        """How many columns are full, at the start and after each move; -1 where the game is over."""
        found, on = [], np.ones(len(moves), dtype=np.bool_)
        for ply, now in enumerate(self.positions(moves)):
            on = on & ~self.won(now.other) & ((moves[:, ply - 1] > 0).numpy() if ply else True)
            found.append(torch.from_numpy(np.where(on, (now.high == self.height).sum(axis=1), -1)))
        return torch.stack(found, dim=1)

    def boards(self, tokens: Int[Tensor, "batch pos"]) -> Int[Tensor, "batch pos row column"]:
        """What stands in each cell after each symbol of a row, the top row first.

        1 for the side that began, -1 for the other, 0 for nothing; who moves next follows from the place.
        """
        found = torch.zeros(*tokens.shape, self.height, self.columns, dtype=torch.long)
        places = np.arange(self.height)[::-1, None] + np.arange(self.columns) * (self.height + 1)
        for ply, now in enumerate(self.positions(tokens[:, 1:])):
            moves = (tokens[:, 1 : ply + 1] > 0).sum(dim=1).numpy()
            own, other = (
                (side[:, None, None] >> places.astype(np.uint64)) & np.uint64(1) for side in (now.own, now.other)
            )
            sign = (1 - 2 * (moves % 2))[:, None, None]
            found[:, ply] = torch.from_numpy((own.astype(np.int64) - other.astype(np.int64)) * sign)
        return found

    def moves(self, rows: Rows) -> Int[Tensor, "batch n"]:
        return torch.nn.functional.pad(rows.tokens[:, 1:], (0, 1))

    def rows(self, moves: Int[Tensor, "batch n"], answers: Answers) -> Rows:
        count = (moves > 0).sum(dim=1, keepdim=True)
        tokens = torch.nn.functional.pad(moves[:, :-1], (1, 0))
        return Rows(tokens, answers, answers_follow=False, mask=(torch.arange(self.most) <= count).long())


@dataclass(frozen=True)
class Open(Games):
    """Rows that end with the last move before which exactly one column is full."""

    @cached_property
    def trades(self) -> Int[Tensor, "trade symbol"]:
        """What each symbol becomes where two columns change places, for every two."""
        images = torch.arange(self.columns + 1).repeat(len(self.two), 1)
        for row, (one, other) in enumerate(self.two):
            images[row, [one, other]] = torch.tensor([other, one])
        return images

    @cached_property
    def two(self) -> list[tuple[int, int]]:
        return list(combinations(range(1, self.columns + 1), 2))

    def full(self, moves: Int[Tensor, "batch n"]) -> Int[Tensor, "batch"]:
        """The one column that is full."""
        counts = (moves[..., None] == torch.arange(1, self.columns + 1)).sum(dim=1)
        return counts.argmax(dim=1) + 1

    def tradable(
        self, moves: Int[Tensor, "batch n"]
    ) -> tuple[Bool[Tensor, "batch trade"], Bool[Tensor, "batch trade"]]:
        """The trades of columns after which nobody has won: those of the full one, and those of others."""
        images = self.trades[:, moves].transpose(0, 1)
        on = (self.fills(images.flatten(0, 1)) >= 0).sum(dim=1).view(images.shape[:2])
        legal = (on > (moves > 0).sum(dim=1, keepdim=True)) & (images != moves[:, None]).any(dim=2)
        own = (torch.tensor(self.two) == self.full(moves)[:, None, None]).any(dim=2)
        return legal & own, legal & ~own

    def cut(self, moves: Int[Tensor, "batch n"]) -> Int[Tensor, "batch n"]:
        """Games up to the last question; nothing left of those without one."""
        asked = self.fills(moves)[:, :-1] == 1
        last = (asked * torch.arange(asked.shape[1])).amax(dim=1, keepdim=True)
        return torch.where(torch.arange(moves.shape[1]) < last, moves, 0)

    def suits(self, moves: Int[Tensor, "batch n"]) -> Bool[Tensor, "batch"]:
        """Whether something is asked, and both kinds of trade are there."""
        found = moves[:, 0] > 0
        own, others = self.tradable(moves[found])
        found[found.clone()] = own.any(dim=1) & others.any(dim=1)
        return found

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        """Random games in which a column is filled; one row in five is held out."""

        def some(count: int) -> Int[Tensor, "batch n"]:
            moves = self.cut(self.random(4 * count, generator))
            return moves[moves[:, 0] > 0]

        return self.finished(kept(lambda count: suitable(some, self.suits, count), rows=rows, split=split))

    def traded(self, rows: Rows, generator: torch.Generator, *, full: bool) -> Rows:
        """The full column, or any but it, changes places with another."""
        moves = self.moves(rows)
        trade = one_of(self.tradable(moves)[0 if full else 1], generator)
        return self.finished(self.trades[trade].gather(1, moves))

    def finished(self, moves: Int[Tensor, "batch n"]) -> Rows:
        asked, count = self.fills(moves)[:, :-1] == 1, (moves > 0).sum(dim=1)
        first, most = asked.int().argmax(dim=1), int(asked.sum(dim=1).max())
        at = first[:, None] + torch.arange(most)
        full = self.full(moves)[:, None, None]
        columns = torch.arange(1, self.columns + 1)
        right = columns[None, None].expand(len(moves), most, -1)
        right = torch.where(right == full, NONE, right).sort(dim=2, descending=True).values
        on = (at <= count[:, None])[..., None]
        at = at.clamp(max=self.most - 1)
        answers = Answers(at, torch.where(on, right, NONE), torch.where(on, full, NONE), is_one=False)
        return self.rows(moves, answers)

    def solve(self, ids: list[int]) -> list[set[int]]:
        """Drop the discs one by one, and see after each whether one column has as many as it is high."""
        columns: list[list[int]] = [[] for _ in range(self.columns + 1)]
        found = []
        for symbol in ids:
            columns[symbol].append(symbol)
            still = {column for column in range(1, self.columns + 1) if len(columns[column]) < self.height}
            if len(still) == self.columns - 1:
                found.append(still)
        return found

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """Any column, at each place that is asked."""
        return [rng.randint(1, self.columns) for _ in self.solve(ids)]


@dataclass(frozen=True)
class Win(Games):
    """Rows that end where one column wins for the side to move, none is full, and the last move was in another."""

    def last(self, moves: Int[Tensor, "batch n"], back: int = 0) -> Position:
        """The position so many moves before the end of each row."""
        count = (moves > 0).sum(dim=1, keepdim=True) - back
        *_, now = self.positions(torch.where(torch.arange(moves.shape[1]) < count, moves, 0))
        return now

    def right(self, now: Position) -> Bool[Tensor, "batch column"]:
        """The winning columns; where there is none, the open ones."""
        wins = self.winning(now)
        return torch.from_numpy(np.where(wins.any(axis=1, keepdims=True), wins, now.high < self.height))

    def cut(self, moves: Int[Tensor, "batch n"], generator: torch.Generator) -> Int[Tensor, "batch n"]:
        """Games up to one of the places that may be asked about; nothing left of those without one."""
        asked = torch.zeros(len(moves), self.most, dtype=torch.bool)
        before = torch.nn.functional.pad(moves, (1, 0))
        for ply, now in enumerate(self.positions(moves[:, :-1])):
            wins, on = torch.from_numpy(self.winning(now)), moves[:, ply] > 0
            apart = wins.int().argmax(dim=1) + 1 != before[:, ply]
            asked[:, ply] = on & apart & (wins.sum(dim=1) == 1) & torch.from_numpy((now.high < self.height).all(axis=1))
        stop = torch.where(asked.any(dim=1), one_of(asked, generator), 0)
        return torch.where(torch.arange(self.most) < stop[:, None], moves, 0)

    def blocked(self, moves: Int[Tensor, "batch n"]) -> Bool[Tensor, "batch column"]:
        """The winning column, where the other side can take it and other moves are right then."""
        now, before = self.last(moves), self.last(moves, back=1)
        right = self.right(now)
        taken = self.after(before, right.int().argmax(dim=1).numpy())
        good = ~torch.from_numpy(self.won(taken.other)) & (self.right(taken) != right).any(dim=1)
        return right & good[:, None]

    def elsewhere(self, moves: Int[Tensor, "batch n"]) -> Bool[Tensor, "batch column"]:
        """Where the side to move could have moved instead, with other moves right after the same last move."""
        now, before, count = self.last(moves), self.last(moves, back=2), (moves > 0).sum(dim=1, keepdim=True)
        right, found = self.right(now), []
        own, answer = (moves.gather(1, (count - back).clamp(min=0))[:, 0].numpy() - 1 for back in (2, 1))
        for column in range(self.columns):
            first = self.after(before, np.full_like(own, column))
            second = self.after(first, answer)
            legal = (second.high <= self.height).all(axis=1) & ~self.won(first.other) & ~self.won(second.other)
            found.append((self.right(second) != right).any(dim=1) & torch.from_numpy(legal & (own != column)))
        return torch.stack(found, dim=1)

    def suits(self, moves: Int[Tensor, "batch n"]) -> Bool[Tensor, "batch"]:
        return self.blocked(moves).any(dim=1) & self.elsewhere(moves).any(dim=1)

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        """Random games up to a place with a win, of which one is as likely as another; one row in five is held out."""

        def some(count: int) -> Int[Tensor, "batch n"]:
            moves = self.cut(self.random(2 * count, generator), generator)
            return moves[moves[:, 0] > 0]

        return self.finished(kept(lambda count: suitable(some, self.suits, count), rows=rows, split=split))

    def finished(self, moves: Int[Tensor, "batch n"]) -> Rows:
        now = self.last(moves)
        right, still = self.right(now), torch.from_numpy(now.high < self.height)
        columns = torch.arange(1, self.columns + 1)
        sets = [torch.where(one, columns, NONE).sort(dim=1, descending=True).values for one in (right, still & ~right)]
        return self.rows(moves, Answers((moves > 0).sum(dim=1, keepdim=True), sets[0][:, None], sets[1][:, None]))

    def other(self, rows: Rows, generator: torch.Generator, *, back: int) -> Rows:
        """The last move, or the last but one, in another column."""
        moves = self.moves(rows).clone()
        columns = self.blocked(moves) if back == 1 else self.elsewhere(moves)
        moves[torch.arange(len(moves)), rows.answers.at[:, 0] - back] = one_of(columns, generator) + 1
        return self.finished(moves)

    def solve(self, ids: list[int]) -> list[set[int]]:
        """Try each open column, and look along every line from the disc that was dropped."""
        cells: dict[tuple[int, int], int] = {}
        high = [0] * (self.columns + 1)
        for ply, column in enumerate(ids[1:]):
            cells[column, high[column]] = ply % 2
            high[column] += 1
        side = (len(ids) - 1) % 2
        still = {column for column in range(1, self.columns + 1) if high[column] < self.height}
        wins = {
            column
            for column in still
            for across, up in ((1, 0), (0, 1), (1, 1), (1, -1))
            if 1 + sum(reach(cells, side, (column, high[column]), (way * across, way * up)) for way in (1, -1)) >= FOUR
        }
        return [wins or still]

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """Any column but the one of the last move."""
        return [rng.choice([column for column in range(1, self.columns + 1) if column != ids[-1]])]


def reach(cells: dict[tuple[int, int], int], side: int, start: tuple[int, int], step: tuple[int, int]) -> int:
    """How many discs of a side stand in one direction from a cell without a gap."""
    count, (column, row) = 0, (start[0] + step[0], start[1] + step[1])
    while cells.get((column, row)) == side:
        count, column, row = count + 1, column + step[0], row + step[1]
    return count


def check(name: str, columns: int, height: int) -> None:
    """Raises: TaskArgumentError for a board on which nobody can win both ways, or that has too many cells."""
    if min(columns, height) < FOUR or columns * (height + 1) > BITS:
        fault = f"there is no board with columns={columns}, height={height}"
        raise TaskArgumentError(name, fault, f"Type {FOUR} or more for both, with columns * (height + 1) <= {BITS}.")


def connect_4(columns: int = 7, height: int = 6) -> GameTask:
    """Which columns are open, in random games in which one is full.

    Raises: TaskArgumentError.
    """
    check(NAME, columns, height)
    games = Open(columns, height)
    return GameTask(
        name=NAME,
        says=f"Say an open column in random games of Connect Four, {columns} columns of {height}, where one is full.",
        asks=f"A vocabulary of at least {columns + 1} and a context of {games.most}.",
        chance=(columns - 1) / columns,
        symbols=("-", *ascii_lowercase[:columns]),
        length=games.most,
        draw=games.draw,
        corruptions=(
            Corruption(
                "traded",
                "The full column and another change places throughout the game.",
                "Which moves were made when, and how high the columns are, as long as it does not matter which column "
                "is which; columns that are not traded.",
                lambda rows, generator: games.traded(rows, generator, full=True),
            ),
            Corruption(
                "others-traded",
                "Two columns that are not full change places throughout the game, and the full one stays.",
                "Whatever counts the discs of the full column, and so all that the answer needs.",
                lambda rows, generator: games.traded(rows, generator, full=False),
                changes_answer=False,
            ),
        ),
        solve=games.solve,
        guess=games.guess,
    )


def connect_4_win(columns: int = 7, height: int = 6) -> GameTask:
    """The column that wins, in random games up to a place where there is one.

    Raises: TaskArgumentError.
    """
    name = f"{NAME}-win"
    check(name, columns, height)
    games = Win(columns, height)
    return GameTask(
        name=name,
        says=f"Say the column that wins in random games of Connect Four, {columns} columns of {height}.",
        asks=f"A vocabulary of at least {columns + 1} and a context of {games.most}.",
        chance=1 / (columns - 1),
        symbols=("-", *ascii_lowercase[:columns]),
        length=games.most,
        draw=games.draw,
        corruptions=(
            Corruption(
                "blocked",
                "The other side's last move is in the winning column instead.",
                "Everything before the last symbol, the discs of the side to move among it.",
                lambda rows, generator: games.other(rows, generator, back=1),
            ),
            Corruption(
                "other-own-move",
                "The last move of the side to move is in another column, and what wins is another column or none.",
                "Everything before the last move but one, and the last symbol itself.",
                lambda rows, generator: games.other(rows, generator, back=2),
            ),
        ),
        solve=games.solve,
        guess=games.guess,
    )


TASK = connect_4()
