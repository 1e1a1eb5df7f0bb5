"""Tic-tac-toe: the moves of a game so far, and the best next moves, where some are better than others."""

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations
from random import Random

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from cutaway.models.answers import NONE, Answers
from cutaway.tasks.choose import one_of
from cutaway.tasks.shuffle import reordered
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import GameTask, Rows
from cutaway.tasks.task import Corruption

CELLS = 9
LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))
LEAST = 3  # marks on a board, so that their order may change
MAGIC = (2, 7, 6, 9, 5, 1, 4, 3, 8)  # three cells are a line exactly if they sum to 15
PLACES = 9  # symbols of the longest row: the first and eight moves


@dataclass(frozen=True)
class Table:
    """What is legal and what is best on each board; no move on one where the game is over or that cannot come about.

    A board is a number of nine digits in base three, from the lowest: 0 an empty cell, 1 a cross, 2 a nought.
    """

    legal: Bool[Tensor, "board cell"]
    best: Bool[Tensor, "board cell"]

    @cached_property
    def marks(self) -> Int[Tensor, "board cell"]:
        return torch.arange(3**CELLS)[:, None] // 3 ** torch.arange(CELLS) % 3

    @cached_property
    def moved(self) -> Bool[Tensor, "board cell cell"]:
        """Whether a mark that stands in another empty cell makes other moves the best, and not all of them."""
        decided = self.legal.any(dim=1) & (self.legal != self.best).any(dim=1)
        power = 3 ** torch.arange(CELLS)
        shift = self.marks[:, :, None] * (power - power[:, None])
        empty = (self.marks > 0)[:, :, None] & (self.marks == 0)[:, None]
        board = torch.where(empty, torch.arange(3**CELLS)[:, None, None] + shift, 0)
        other = (self.best[board] != self.best[:, None, None]).any(dim=3)
        return empty & other & decided[board] & decided[:, None, None]

    @cached_property
    def prompts(self) -> Int[Tensor, "prompt 3"]:
        """Every board to ask about, with a last move of the other side and one of the own that may be exchanged."""
        count = (self.marks > 0).sum(dim=1)
        may = self.moved.any(dim=2) & (count >= LEAST)[:, None]
        own = (1 + count % 2)[:, None]
        return ((may & (self.marks == 3 - own))[:, :, None] & (may & (self.marks == own))[:, None]).nonzero()

    @property
    def chance(self) -> float:
        """The mean share of legal moves that are best: how often any of them is."""
        board = self.prompts[:, 0]
        return float((self.best[board].sum(dim=1) / self.legal[board].sum(dim=1)).double().mean())


@cache
def table() -> Table:
    """Every board that can come about, from its ends back."""
    legal, best = torch.zeros(2, 3**CELLS, CELLS, dtype=torch.bool)
    known: dict[tuple[int, ...], int] = {}

    def value(board: tuple[int, ...]) -> int:
        """1 where the side to move wins, 0 for a draw, -1 where it loses."""
        if board not in known:
            empty = [cell for cell, mark in enumerate(board) if mark == 0]
            lost = any(board[a] == board[b] == board[c] > 0 for a, b, c in LINES)
            if lost or not empty:
                known[board] = -int(lost)
                return known[board]
            mark = 2 - len(empty) % 2
            after = {cell: -value((*board[:cell], mark, *board[cell + 1 :])) for cell in empty}
            known[board] = max(after.values())
            number = sum(mark * 3**cell for cell, mark in enumerate(board))
            legal[number, empty] = True
            best[number, [cell for cell in empty if after[cell] == known[board]]] = True
        return known[board]

    value((0,) * CELLS)
    return Table(legal, best)


def boards(moves: Int[Tensor, "batch pos"]) -> Int[Tensor, "batch"]:
    """The number of the board that the moves lead to."""
    mark = 1 + torch.arange(moves.shape[1]) % 2
    return torch.where(moves != NONE, mark * 3 ** moves.clamp(min=0), 0).sum(dim=1)


def finished(moves: Int[Tensor, "batch pos"]) -> Rows:
    """Rows with their answers, from cells in the order of play; NONE after the last."""
    count, board = (moves != NONE).sum(dim=1), boards(moves)
    right, legal, cells = table().best[board], table().legal[board], 1 + torch.arange(CELLS)
    sets = [torch.where(chosen, cells, NONE).sort(dim=1, descending=True).values for chosen in (right, legal & ~right)]
    answers = Answers(count[:, None], sets[0][:, None], sets[1][:, None])
    tokens = torch.nn.functional.pad(moves + 1, (1, 0))
    return Rows(tokens, answers, answers_follow=False, mask=(torch.arange(PLACES) <= count[:, None]).long())


def draw(rows: int, generator: torch.Generator, split: Split) -> Rows:
    """Any board that may be asked about, in any order of its moves; one board in five is held out."""

    def some(count: int) -> Int[Tensor, "batch n"]:
        prompts = table().prompts[torch.randint(len(table().prompts), (count,), generator=generator)]
        return torch.cat([table().marks[prompts[:, 0]], prompts[:, 1:]], dim=1)

    drawn = kept(some, rows=rows, split=split, content=slice(0, CELLS))
    marks, last = drawn[:, :CELLS], drawn[:, CELLS:]
    order = torch.rand(rows, CELLS, generator=generator).scatter(1, last, 1.0)
    moves = torch.full((rows, CELLS), NONE)
    for side in (1, 2):
        key = torch.where(marks == side, order, 2.0)
        cells = key.argsort(dim=1).masked_fill(key.sort(dim=1).values == 2.0, NONE)
        moves[:, side - 1 :: 2] = cells[:, : moves[:, side - 1 :: 2].shape[1]]
    return finished(moves[:, : PLACES - 1])


def moved(rows: Rows, generator: torch.Generator, *, back: int) -> Rows:
    """The last move, or the one so far back, in another cell that makes other moves the best."""
    moves = rows.tokens[:, 1:].clone() - 1
    row, place = torch.arange(len(moves)), rows.answers.at[:, 0] - 1 - back
    moves[row, place] = one_of(table().moved[boards(moves), moves[row, place]], generator)
    return finished(moves)


def other_order(rows: Rows, generator: torch.Generator) -> Rows:
    """The moves of the side that began in another order."""
    moves = rows.tokens[:, 1:].clone() - 1
    count = (rows.answers.at[:, 0] + 1) // 2
    moves[:, ::2] = reordered(moves[:, ::2], generator, start=torch.zeros_like(count), count=count)
    return finished(moves)


@cache
def outcome(own: frozenset[int], other: frozenset[int]) -> int:
    """How the game ends for the side to move, by trying everything."""
    if any(sum(three) == 15 for three in combinations(other, 3)):
        return -1
    return max((-outcome(other, own | {cell}) for cell in set(MAGIC) - own - other), default=0)


def solve(ids: list[int]) -> list[set[int]]:
    """The moves after which the other side does worst."""
    cells = [MAGIC[one - 1] for one in ids[1:]]
    own, other = frozenset(cells[len(cells) % 2 :: 2]), frozenset(cells[1 - len(cells) % 2 :: 2])
    after = {cell: outcome(other, own | {cell}) for cell in set(MAGIC) - own - other}
    return [{1 + MAGIC.index(cell) for cell, value in after.items() if value == min(after.values())}]


def guess(ids: list[int], rng: Random) -> list[int]:
    """Any empty cell."""
    return [rng.choice([cell for cell in range(1, CELLS + 1) if cell not in ids])]


def tic_tac_toe() -> GameTask:
    """Each board with three marks or more where the choice matters; the board is held out in any order of moves."""
    return GameTask(
        name="tic-tac-toe",
        says="Say a move of tic-tac-toe that is best against best play.",
        asks=f"A vocabulary of at least {CELLS + 1} and a context of {PLACES}.",
        chance=table().chance,
        symbols=("-", *(f"{column}{row}" for row in (1, 2, 3) for column in "abc")),
        length=PLACES,
        draw=draw,
        corruptions=(
            Corruption(
                "other-last-move",
                "The last move, which is the other side's, is in another cell, and other moves are best.",
                "Everything before the last symbol, and whatever reads the marks of the side to move alone.",
                lambda rows, generator: moved(rows, generator, back=0),
            ),
            Corruption(
                "other-own-move",
                "The last move of the side to move is in another cell, and other moves are best.",
                "Whatever reads the marks of the other side alone, the last symbol among them.",
                lambda rows, generator: moved(rows, generator, back=1),
            ),
            Corruption(
                "other-order",
                "The side that began made its moves in another order, and the board is the same.",
                "The board, and all that is worked out from it: only what goes by the order of the moves differs.",
                other_order,
                changes_answer=False,
            ),
        ),
        solve=solve,
        guess=guess,
    )


TASK = tic_tac_toe()
