"""Tasks in symbols: rows of ids of a vocabulary of their own, made all at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import ClassVar

import pandas as pd
import torch
from jaxtyping import Float, Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError, TaskModelError
from cutaway.models import Model
from cutaway.models.answers import NONE, Answers, ids_of, spoken
from cutaway.models.pairs import Pairs
from cutaway.tasks.split import SPLITS, Split
from cutaway.tasks.task import Control, Task

NOTHING = -100  # a label that is not scored, as in torch's cross entropy


@dataclass(frozen=True, eq=False)
class Rows:
    """A batch of symbolic prompts, answers included where they follow one another: `tokens[at + 1]` is the answer.

    With `answers_follow` False the rows end before their answers, or the answers are sets, as legal moves are.
    `mask` is 1 at symbols and 0 at padding, None where all rows are full.
    """

    tokens: Int[Tensor, "batch pos"]
    answers: Answers
    answers_follow: bool = True
    mask: Int[Tensor, "batch pos"] | None = None

    @property
    def labels(self) -> Int[Tensor, "batch pos"]:
        """For training: at each scored position the token that follows it; NOTHING elsewhere."""
        labels = torch.full_like(self.tokens, NOTHING)
        row, place = self.answers.counts.nonzero(as_tuple=True)
        labels[row, self.answers.at[row, place]] = self.answers.right[row, place, 0]
        return labels


@dataclass(frozen=True, kw_only=True)
class SymbolicTask(Task):
    """Prompts in a vocabulary of the task's own, of which `symbols` are the words in the order of their ids.

    `draw(rows, generator, split)` makes clean rows; a corruption's `change(rows, generator)` the corrupted ones with
    the answers that are right for them. `solve(ids)` gives the set of right answers at every scored position of one
    row, `guess(ids, rng)` one answer for each. `length` is the longest row. `sized(d_vocab)`, where given, makes the
    task for any vocabulary: its symbols mean nothing.
    """

    symbols: tuple[str, ...]
    length: int
    draw: Callable[[int, torch.Generator, Split], Rows]
    solve: Callable[[list[int]], list[set[int]]]
    guess: Callable[[list[int], Random], list[int]]
    sized: Callable[[int], "SymbolicTask"] | None = None
    kind: ClassVar[str] = "symbols"

    def sample(self, *, rows: int, seed: int = 0, split: Split = "any") -> Rows:
        """Clean rows, to train on or to score.

        Raises: TaskArgumentError.
        """
        if rows < 1 or split not in SPLITS:
            raise TaskArgumentError(self.name, f"rows={rows}, split={split!r}", f"rows >= 1; {', '.join(SPLITS)}")
        return self.draw(rows, torch.Generator().manual_seed(seed), split)

    def both(
        self, *, rows: int, corruption: str | None = None, seed: int = 0, split: Split = "any"
    ) -> tuple[Rows, Rows]:
        """Clean rows and, row by row, the corrupted ones with their own answers."""
        clean = self.sample(rows=rows, seed=seed, split=split)
        return clean, self.corruption(corruption).change(clean, torch.Generator().manual_seed(seed + 1))

    def pairs(
        self,
        model: Model,
        *,
        rows: int,
        corruption: str | None = None,
        seed: int = 0,
        split: Split = "any",
        ids: Sequence[int] | None = None,
    ) -> Pairs:
        """Pairs for a model whose ids are this task's symbols; or name the id of each symbol with `ids`.

        Where answers follow one another in the row, both prompts contain the clean ones, so that the metric asks the
        same of both. Rows are cut after their last scored position.
        Raises: TaskModelError, UnknownCorruptionError, TaskArgumentError.
        """
        if self.sized is not None and ids is None:
            return self.sized(model.shape.d_vocab).pairs(
                model, rows=rows, corruption=corruption, seed=seed, split=split, ids=range(model.shape.d_vocab)
            )
        self.check_model(model, ids)
        clean, other = self.both(rows=rows, corruption=corruption, seed=seed, split=split)
        answers, corrupted = clean.answers, other.tokens
        if clean.answers_follow:
            at = (answers.positions + 1).clamp(max=clean.tokens.shape[1] - 1)
            corrupted = corrupted.scatter(1, at, clean.tokens.gather(1, at))
        ends = answers.positions.amax(dim=1) + 1
        stop = int(ends.max())
        if stop > model.shape.n_ctx:
            fault = f"its context of {model.shape.n_ctx} is shorter than a prompt of {stop} symbols"
            raise TaskModelError(self.name, model.name, fault, "Make the task smaller, where its file has a size.")
        frame = pd.DataFrame(
            {
                "clean": [self.words(row[:end]) for row, end in zip(clean.tokens.tolist(), ends.tolist(), strict=True)],
                "corrupted": [
                    self.words(row[:end]) for row, end in zip(corrupted.tolist(), ends.tolist(), strict=True)
                ],
            }
        )
        mask = (torch.arange(stop) < ends[:, None]).long() if bool((ends < stop).any()) else None
        if ids is not None:
            named = torch.tensor(list(ids))
            wrong = None if answers.wrong is None else renamed(answers.wrong, named)
            translated = Answers(answers.at, renamed(answers.right, named), wrong, answers.is_one)
            return Pairs(named[clean.tokens[:, :stop]], named[corrupted[:, :stop]], translated, mask, frame)
        return Pairs(clean.tokens[:, :stop], corrupted[:, :stop], answers, mask, frame)

    def check_model(self, model: Model, ids: Sequence[int] | None) -> None:
        """Raises: TaskModelError if the model cannot read these rows."""
        shape, count = model.shape, len(self.symbols)
        if ids is not None:
            if len(set(ids)) != count or not all(0 <= one < shape.d_vocab for one in ids):
                fault = f"ids must name {count} different tokens below {shape.d_vocab}"
                raise TaskModelError(
                    self.name, model.name, fault, f"in the order of: {' '.join(self.symbols[:12])} ..."
                )
            return
        if shape.d_vocab < count:
            fault = f"its vocabulary of {shape.d_vocab} is smaller than the task's {count} symbols"
            raise TaskModelError(self.name, model.name, fault, "Train a model on it, or choose another task.")
        if model.tokenizer is not None and model.token_strings(range(count)) != list(self.symbols):
            fault = "its tokens are words, and the ids of this task are symbols"
            advice = "Say which token stands for each symbol, in their order: pairs(model, ids=[...])"
            raise TaskModelError(self.name, model.name, fault, advice)

    def spoken(self, pairs: Pairs, control: Control, *, d_vocab: int, seed: int = 0) -> Float[Tensor, "batch pos v"]:
        """As `Task.spoken`; for pairs in the task's own ids."""
        rng, answers = Random(seed), pairs.answers
        sets: list[list[list[int]]] = []
        for row, length in zip(pairs.clean.tolist(), lengths(pairs), strict=True):
            said = self.solve(row[:length]) if control == "perfect" else self.guess(row[:length], rng)
            sets.append([sorted(one) if isinstance(one, set) else [one] for one in said])
        chosen = ids_of(sets)
        places = answers.positions[:, : chosen.shape[1]]
        return spoken(chosen, places, pos=pairs.clean.shape[1], d_vocab=d_vocab)

    def examples(self, *, rows: int, seed: int = 0, corruption: str | None = None) -> list[dict[str, str]]:
        clean, other = self.both(rows=rows, corruption=corruption, seed=seed)
        found = []
        for row in range(rows):
            answers = clean.answers
            right = [[self.symbols[one] for one in ids if one != NONE] for ids in answers.right[row].tolist()]
            wrong = [] if answers.wrong is None else answers.wrong[row].tolist()
            found.append(
                {
                    "clean": self.words(shown(clean, row)),
                    "right": " ".join("|".join(ids) for ids in right if ids),
                    "wrong": " ".join("|".join(self.symbols[one] for one in ids if one != NONE) for ids in wrong),
                    "corrupted": self.words(shown(other, row)),
                }
            )
        return found

    def words(self, row: Sequence[int]) -> str:
        """A row as text."""
        return " ".join(self.symbols[one] if one < len(self.symbols) else f"[{one}]" for one in row)

    @property
    def counts(self) -> dict[str, int]:
        return {"symbols": len(self.symbols), "positions": self.length}


@dataclass(frozen=True, kw_only=True)
class GameTask(SymbolicTask):
    """A symbolic task whose rows are whole games, one move a token."""

    kind: ClassVar[str] = "game"


def shown(rows: Rows, row: int) -> list[int]:
    """The symbols of a row without padding."""
    ids: list[int] = rows.tokens[row].tolist()
    return ids if rows.mask is None else [one for one, real in zip(ids, rows.mask[row].tolist(), strict=True) if real]


def lengths(pairs: Pairs) -> list[int]:
    """How many symbols each prompt has; padding stands on the right."""
    if pairs.mask is None:
        return [pairs.clean.shape[1]] * len(pairs)
    return [int(length) for length in pairs.mask.sum(dim=1)]


def renamed(ids: Int[Tensor, "batch n k"], named: Int[Tensor, "symbol"]) -> Int[Tensor, "batch n k"]:
    """Answers in other ids; the filling stays."""
    return torch.where(ids == NONE, ids, named[ids.clamp(min=0)])
