"""Strings shown twice, with everything in them that induction heads are said to get wrong.

A row is filler, a string between two marks, filler, and the string again. Of its units one letter stands in two
places with different followers. Two are words, which share their second half and are written in halves or as one token:
in both showings alike, or not. The first mark of a showing is followed by the string, which goes on as before; the last
one is followed by something that did not follow it before.
"""

from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import torch
from jaxtyping import Bool, Int
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from cutaway.models.toy import ToyForCausalLM
from cutaway.tasks.shuffle import distinct
from cutaway.tasks.symbolic import NOTHING
from cutaway.zoo.recipe import Batch, Measures
from cutaway.zoo.symbols import HELD_OUT, STRIDE, label_loss

LETTERS, HALVES = 24, 5  # of each kind; first halves, second halves, whole words and the mark come after the letters
FIRST, SECOND, WHOLE = LETTERS, LETTERS + HALVES, LETTERS + 2 * HALVES
MARK = WHOLE + HALVES**2
VOCABULARY = MARK + 1
SINGLE = 7  # letters that stand once in a string
UNITS = SINGLE + 4
BETWEEN = 6  # letters of filler between the showings, at most
LENGTH = 2 * (UNITS + 2) + 4 + BETWEEN + 1  # of a row: two words of two halves, four marks, what comes in the end
LETTER, TWICE, WORD = range(3)  # what a unit is
HOLE = -1
KINDS = (
    "plain",
    "after one of these",
    "one follower",
    "two followers",
    "same spelling",
    "other spelling",
    "opening mark",
    "closing mark",
)
PLAIN, AFTER, ONE, TWO, SAME, OTHER, OPENING, CLOSING = range(len(KINDS))


@dataclass(frozen=True, eq=False)
class Shown:
    """Rows, at each place the kind of question, or NOTHING, and what would misfire there, or HOLE."""

    tokens: Int[Tensor, "batch pos"]
    kinds: Int[Tensor, "batch pos"]
    rivals: Int[Tensor, "batch pos"]

    @property
    def labels(self) -> Int[Tensor, "batch pos"]:
        """The token that follows, where something is asked."""
        return torch.where(self.kinds == NOTHING, NOTHING, self.tokens.roll(-1, dims=1))


@cache
def forms() -> Int[Tensor, "form unit"]:
    """Every order of units in which words, and both places of the double letter, stand between single letters."""
    found = []
    for places in combinations(range(1, UNITS - 1), 4):
        if all(later - one > 1 for one, later in pairwise(places)):
            for words in combinations(places, 2):
                found.append([WORD if at in words else TWICE if at in places else LETTER for at in range(UNITS)])
    return torch.tensor(found)


def strings(rows: int, generator: torch.Generator, *, hard: float = 1.0) -> Shown:
    """Fresh rows, a share of which is hard; the four ways to spell their words are equally likely.

    In the others, of the same form, no letter stands twice, words share nothing and are spelled alike, and nothing is
    asked in the end.
    """
    is_hard = torch.rand(rows, 1, generator=generator) < hard
    form = forms()[torch.randint(len(forms()), (rows,), generator=generator)]
    letters = distinct(rows, LETTERS, of=LETTERS, generator=generator)
    letters[:, SINGLE : SINGLE + 2] = torch.where(
        is_hard, letters[:, SINGLE : SINGLE + 1], letters[:, SINGLE : SINGLE + 2]
    )
    free = letters[:, SINGLE + 2 :]  # none of these is in the string
    first = distinct(rows, 2, of=HALVES, generator=generator)
    second = distinct(rows, 2, of=HALVES, generator=generator)
    second = torch.where(is_hard, second[:, :1], second)
    is_whole = torch.rand(rows, 2, generator=generator) < 0.5
    is_whole = torch.where(is_hard, is_whole, is_whole[:, :1])
    one, again = (spelled(form, letters, first, second, is_whole[:, showing]) for showing in range(2))
    size = torch.randint(1, BETWEEN + 1, (rows, 1), generator=generator)
    between = torch.where(torch.arange(BETWEEN) < size, free[:, :BETWEEN], HOLE)
    mark = torch.full((rows, 1), MARK)
    slots = torch.cat([mark, one, mark, between, mark, again, mark, free[:, BETWEEN : BETWEEN + 1]], dim=1)
    kinds, rivals = torch.full_like(slots, NOTHING), torch.full_like(slots, HOLE)
    units = torch.arange(UNITS) * 2 + slots.shape[1] - 1 - 2 * UNITS  # the last slot of each unit, shown again
    kinds[:, units] = questions(form, is_whole[:, 0] == is_whole[:, 1])
    rivals[:, units] = followers_elsewhere(form, letters)
    kinds[:, units[0] - 2], kinds[:, -2] = OPENING, CLOSING
    rivals[:, [int(units[0]) - 2, -2]] = free[:, :1]
    easy = ~is_hard[:, 0]
    rivals[easy], kinds[easy, -2] = HOLE, NOTHING
    kinds[easy] = torch.where(kinds[easy] == TWO, ONE, kinds[easy])
    return packed(Shown(slots, kinds, rivals), free[:, BETWEEN + 1 :], generator)


def single_letters(form: Int[Tensor, "batch unit"], letters: Int[Tensor, "batch n"]) -> Int[Tensor, "batch unit"]:
    """The letter of each unit: single ones in turn, and those of the double places; of words it means nothing."""
    number = ((form == LETTER).cumsum(dim=1) - 1).clamp(min=0)
    number = torch.where(form == TWICE, SINGLE + (form == TWICE).cumsum(dim=1) - 1, number)
    return letters.gather(1, number)


def spelled(
    form: Int[Tensor, "batch unit"],
    letters: Int[Tensor, "batch n"],
    first: Int[Tensor, "batch two"],
    second: Int[Tensor, "batch two"],
    is_whole: Bool[Tensor, "batch"],
) -> Int[Tensor, "batch slot"]:
    """Two slots a unit: of a letter or a whole word the first is a hole."""
    number = ((form == WORD).cumsum(dim=1) - 1).clamp(min=0)
    first, second = first.gather(1, number), second.gather(1, number)
    in_halves = (form == WORD) & ~is_whole[:, None]
    whole = torch.where(form == WORD, WHOLE + first * HALVES + second, single_letters(form, letters))
    slots = [torch.where(in_halves, FIRST + first, HOLE), torch.where(in_halves, SECOND + second, whole)]
    return torch.stack(slots, dim=2).flatten(1)


def questions(form: Int[Tensor, "batch unit"], same: Bool[Tensor, "batch"]) -> Int[Tensor, "batch unit"]:
    """What is asked after each unit: nothing before a word, nor before the closing mark."""
    words = torch.where(same, SAME, OTHER)[:, None]
    letter = torch.where(torch.cat([form[:, :1], form[:, :-1]], dim=1) == LETTER, PLAIN, AFTER)
    asked = torch.where(form == TWICE, TWO, torch.where(form == WORD, words, letter))
    nothing = torch.cat([form[:, 1:] == WORD, torch.ones_like(same)[:, None]], dim=1)
    return torch.where(nothing, NOTHING, asked)


def followers_elsewhere(form: Int[Tensor, "batch unit"], letters: Int[Tensor, "batch n"]) -> Int[Tensor, "batch unit"]:
    """What follows the same letter, or a word with the same second half, in its other place; HOLE after single ones."""
    after, found = single_letters(form, letters).roll(-1, dims=1), torch.full_like(form, HOLE)
    for kind in (TWICE, WORD):
        at = (form == kind).nonzero()[:, 1].view(-1, 2)
        found = found.scatter(1, at, after.gather(1, at.flip(1)))
    return found


def packed(slots: Shown, filler: Int[Tensor, "batch n"], generator: torch.Generator) -> Shown:
    """Rows without holes: what is asked ends every row, and letters of no meaning fill its front."""
    order = (slots.tokens != HOLE).long().argsort(dim=1, stable=True)[:, -LENGTH:]
    tokens, kinds, rivals = (part.gather(1, order) for part in (slots.tokens, slots.kinds, slots.rivals))
    drawn = filler.gather(1, torch.randint(filler.shape[1], tokens.shape, generator=generator))
    return Shown(torch.where(tokens == HOLE, drawn, tokens), kinds, rivals)


@dataclass(frozen=True)
class Strings:
    """Endless fresh rows, a share of them hard, to train on."""

    hard: float

    @property
    def says(self) -> str:
        return "strings shown twice, between marks, some letters and words of which stand in two places"

    def identity(self) -> dict[str, Any]:
        return {
            "data": "strings shown twice",
            "single": SINGLE,
            "letters": LETTERS,
            "halves": HALVES,
            "hard": self.hard,
        }

    def batch(self, step: int, *, rows: int, seed: int) -> Batch:
        drawn = strings(rows, torch.Generator().manual_seed(seed * STRIDE + step), hard=self.hard)
        return Batch(drawn.tokens, drawn.labels)

    @torch.no_grad()
    def measured(self, model: ToyForCausalLM, *, seed: int) -> Measures:
        shown = strings(256, torch.Generator().manual_seed(seed + HELD_OUT), hard=self.hard)
        return {"loss_nats": float(label_loss(model(shown.tokens).logits, shown.labels))}

    watched = measured

    def tokenizer(self) -> PreTrainedTokenizerBase | None:
        return None
