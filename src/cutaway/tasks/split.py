"""What is held out: a part of every task's prompts that training never shows, decided by their content alone."""

from collections.abc import Callable, Sequence
from typing import Literal

import torch
from jaxtyping import Bool, Int
from torch import Tensor

Split = Literal["train", "test", "any"]
SPLITS = ("train", "test", "any")
ONE_IN = 5  # share of symbolic prompts, and of words, that is held out
MIX = (0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35)  # odd constants of multiplicative hashing (Knuth 1998, 6.4; MurmurHash3)
ROUNDS = 200  # times that rows are drawn before a split is taken to be empty
BITS = (1 << 32) - 1


def held_out(content: Int[Tensor, "batch n"]) -> Bool[Tensor, "batch"]:
    """Whether each row's content belongs to the test split: one in five, the same in every run."""
    mixed = torch.full((len(content),), MIX[2], dtype=torch.long)
    for column in content.long().T:
        mixed = ((mixed ^ column) * MIX[0]) & BITS
        mixed = ((mixed ^ (mixed >> 15)) * MIX[1]) & BITS
    return (mixed ^ (mixed >> 13)) % ONE_IN == 0


def words_of(words: Sequence[str], split: Split) -> tuple[str, ...]:
    """The words of a split: every fifth is held out."""
    if split == "any":
        return tuple(words)
    return tuple(word for at, word in enumerate(words) if (at % ONE_IN == ONE_IN - 1) == (split == "test"))


def kept(
    draw: Callable[[int], Int[Tensor, "batch n"]], *, rows: int, split: Split, content: slice = slice(None)
) -> Int[Tensor, "rows n"]:
    """Rows of a split: what `draw(count)` makes, again and again, until enough of it is on the right side.

    `content`: the columns that decide, where not the whole row does.
    """
    if split == "any":
        return draw(rows)
    found: list[Tensor] = []
    have = 0
    for _ in range(ROUNDS):
        share = 1 / ONE_IN if split == "test" else 1 - 1 / ONE_IN
        drawn = draw(int((rows - have) / share * 1.1) + 8)
        right = drawn[held_out(drawn[:, content]) == (split == "test")]
        found.append(right)
        have += len(right)
        if have >= rows:
            return torch.cat(found)[:rows]
    raise AssertionError(f"the task is too small to have a '{split}' split: its factory must refuse the size")
