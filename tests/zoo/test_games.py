"""A game's numbers: legal moves as Python reads the rules, and controls that notice other rules."""

from dataclasses import replace

import pytest
import torch

from cutaway.tasks.games.othello import othello
from cutaway.zoo.games import Games, by_the_rules
from cutaway.zoo.recipe import recipe_named
from cutaway.zoo.symbols import HELD_OUT

TASK = othello(6)
SQUARES = len(TASK.symbols)


class Says(torch.nn.Module):
    """Every row is looked up, and at every place one symbol of it said."""

    def __init__(self, said):
        super().__init__()
        self.said = said

    def forward(self, tokens):
        rows = [self.said(row) for row in tokens.tolist()]
        return type("Out", (), {"logits": 20.0 * torch.nn.functional.one_hot(torch.tensor(rows), SQUARES).float()})


def legal(row):
    """A legal move at every place, by the solver's rules; the first square where a row is over."""
    found = [min(moves, default=1) for moves in TASK.solve(row[: 1 + sum(symbol > 0 for symbol in row)])]
    return (found + [1] * len(row))[: len(row)]


def test_who_plays_by_the_rules_moves_legally_and_who_repeats_the_last_move_never_does():
    data = Games(TASK)
    good, bad = data.measured(Says(legal), seed=0), data.watched(Says(lambda row: row), seed=0)
    assert good["legal_moves"] == good["whole_games_legal"] == 1.0
    assert bad["legal_moves"] == bad["whole_games_legal"] == 0.0
    assert set(good) - set(bad) == {"legal_by_chance", "legal_by_the_rules"}


def test_one_illegal_move_spoils_its_game_only():
    slip = TASK.sample(rows=256, seed=HELD_OUT, split="test").tokens[7].tolist()

    def said(row):
        moves = legal(row)
        return [*moves[:3], 0, *moves[4:]] if row == slip else moves  # symbol 0 is no square

    found = Games(TASK).watched(Says(said), seed=0)
    assert found["whole_games_legal"] == pytest.approx(255 / 256, abs=1e-5)
    assert 0.999 < found["legal_moves"] < 1.0


def test_the_card_says_what_any_empty_square_and_what_the_rules_would_give():
    found = Games(TASK).measured(Says(legal), seed=0)
    assert found["legal_by_chance"] == TASK.chance
    assert found["legal_by_the_rules"] == 1.0


def test_rules_that_forbid_one_square_are_noticed():
    without = replace(TASK, solve=lambda row: [moves - {5} for moves in TASK.solve(row)])
    assert 0.5 < by_the_rules(without) < 1.0


def test_the_recipe_of_the_zoo_trains_on_games():
    assert isinstance(recipe_named("othello-6x6").data, Games)
