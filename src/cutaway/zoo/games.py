"""Training data from a game: whole random games, a move a token, scored by whether the likeliest move is legal."""

from dataclasses import dataclass, field

from cutaway.models.answers import NONE
from cutaway.models.toy import ToyForCausalLM
from cutaway.tasks.symbolic import GameTask
from cutaway.zoo.recipe import Measures
from cutaway.zoo.symbols import HELD_OUT, Symbols

JUDGED = 256  # games whose every move the rules are asked about


@dataclass(frozen=True)
class Games(Symbols):
    """As `Symbols`, with the names that a game gives its numbers, and the two controls beside them."""

    task: GameTask = field(repr=False)

    def watched(self, model: ToyForCausalLM, *, seed: int) -> Measures:
        return named(super().watched(model, seed=seed))

    def measured(self, model: ToyForCausalLM, *, seed: int) -> Measures:
        """Of moves the share that is legal, and of games the share in which all are.

        Beside them: any empty square, whose share the task knows, and the rules written a second time.
        """
        controls = {"legal_by_chance": self.task.chance, "legal_by_the_rules": by_the_rules(self.task)}
        return {**named(super().measured(model, seed=seed)), **controls}


def named(found: Measures) -> dict[str, float]:
    """A game's answers are its moves."""
    names = {"answers_right": "legal_moves", "rows_right": "whole_games_legal"}
    return {names.get(name, name): value for name, value in found.items()}


def by_the_rules(task: GameTask) -> float:
    """Of the places in held-out games, the share where the rules written again allow what is legal and no more."""
    rows = task.sample(rows=JUDGED, seed=HELD_OUT, split="test")
    same = []
    for row, (tokens, right) in enumerate(zip(rows.tokens.tolist(), rows.answers.right.tolist(), strict=True)):
        length = len(tokens) if rows.mask is None else int(rows.mask[row].sum())
        same += [said == set(legal) - {NONE} for said, legal in zip(task.solve(tokens[:length]), right, strict=False)]
    return sum(same) / len(same)
