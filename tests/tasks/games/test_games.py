"""Board games and openings: published counts, games by another program, and positions whose answers are known."""

import gzip
from collections import Counter
from itertools import permutations, product
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import NONE
from cutaway.tasks.games import chess_openings, connect_4, othello, tic_tac_toe
from cutaway.tasks.games.othello import Othello
from cutaway.tasks.othello_rules import Rules

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "games"
ROWS = 100
TICTACTOE = tic_tac_toe.TASK
OPENINGS = chess_openings.TASK
LINES = ((1, 2, 3), (4, 5, 6), (7, 8, 9), (1, 4, 7), (2, 5, 8), (3, 6, 9), (1, 5, 9), (3, 5, 7))


def shared(name):
    if not (FOLDER / name).is_file():
        pytest.skip(f"{FOLDER / name} is not here")
    return FOLDER / name


def ids(task, text):
    """A row that is written in words."""
    return [task.symbols.index(word) for word in text.split()]


def answered(task, text):
    """The solver's answers in words."""
    return [{task.symbols[one] for one in right} for right in task.solve(ids(task, text))]


def sets(answers):
    """The right answers of each row as a list of sets."""
    return [[set(one) - {NONE} for one in row if set(one) - {NONE}] for row in answers.right.tolist()]


def real(rows):
    """Rows without what fills them up."""
    counts = [rows.tokens.shape[1]] * len(rows.tokens) if rows.mask is None else rows.mask.sum(dim=1).tolist()
    return [row[:count] for row, count in zip(rows.tokens.tolist(), counts, strict=True)]


def both(task, corruption):
    """Clean and corrupted rows, as pairs of lists."""
    clean, other = task.both(rows=ROWS, corruption=corruption, seed=3)
    return list(zip(real(clean), real(other), strict=True))


def changed(one, other):
    """Where two rows differ."""
    return [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]


def test_othello_has_as_many_games_of_each_length_as_published():
    rules = Rules(8)
    now, counts = rules.begun(1), []
    for _ in range(6):
        row, square = np.nonzero(rules.spread(rules.legal(now)))
        now = rules.after(type(now)(now.own[row], now.other[row], now.mover[row]), rules.bit[square + 1])
        counts.append(len(row))
    assert counts == [4, 12, 56, 244, 1396, 8200]  # perft of Othello, as in the OEIS, A124004 from the second term on


def test_othello_calls_every_move_of_games_by_another_program_legal_and_no_game_goes_on():
    raw = gzip.decompress(shared("othello_random_50k.bin.gz").read_bytes())
    cells = torch.from_numpy(np.frombuffer(raw, dtype=np.uint8).reshape(-1, 60)[:3000].astype(np.int64))
    game = Othello(8)
    symbol = torch.zeros(256, dtype=torch.long)
    for number, (row, column) in enumerate(game.squares, start=1):
        symbol[8 * row + column] = number
    moves = symbol[cells]
    _, legal = game.played(moves, torch.full((len(moves),), 60), torch.Generator())
    played = moves > 0
    assert int(played.sum()) > 175_000
    assert bool(legal.gather(2, (moves - 1).clamp(min=0)[..., None])[..., 0][played].all())
    assert not bool(legal[~played].any())


def test_othello_answers_are_known_for_the_first_moves():
    for size, text, answers in [
        (8, "- f5", [{"d3", "c4", "f5", "e6"}, {"f4", "f6", "d6"}]),
        (8, "- d3 c3", [{"d3", "c4", "f5", "e6"}, {"c3", "e3", "c5"}, {"b3", "c4", "d5", "e6", "f5"} - {"d5"}]),
        (6, "- c2", [{"c2", "b3", "e4", "d5"}, {"b2", "d2", "b4"}]),
    ]:
        found = answered(othello.othello(size), text)
        assert found[: len(answers) - 1] == answers[: len(answers) - 1]
        assert found[0] == answers[0]
