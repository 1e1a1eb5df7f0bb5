"""Random tokens, then the same block again and again: text that can only be predicted by copying.

The period and the place where the repetition starts vary from row to row, because a fixed period can be
learnt by position alone, in one layer. What a model is trained on and what it is tested on share neither
periods nor offsets.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import NONE, Answers
from cutaway.tasks.shuffle import distinct, exchanged, places_below, reordered
from cutaway.tasks.split import Split
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption

TRAIN_PERIODS = tuple(period for period in range(8, 41) if period % 4 != 1)
TRAIN_OFFSETS = tuple(range(0, 20, 2))
TEST_PERIODS = (21, 25, 29, 33, 37)
TEST_OFFSETS = tuple(range(1, 20, 2))
LEAST = 12  # tokens of a row or a vocabulary, for periods and offsets to be held out


def test_sizes(length: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Periods and offsets to test rows of a given length with; short rows get short ones, shown at least twice."""
    if length >= 1 + max(TEST_OFFSETS) + 2 * max(TEST_PERIODS):
        return TEST_PERIODS, TEST_OFFSETS
    longest = max(2, length // 3)
    return tuple(range(max(2, longest // 2), longest + 1)), tuple(range(1, max(2, length // 6)))


@dataclass(frozen=True)
class Repeats:
    """Rows of repeated tokens; row i is `bos`, `offset[i]` free tokens, then a block of `period[i]` over and over."""

    tokens: Int[Tensor, "batch pos"]
    period: Int[Tensor, "batch"]
    offset: Int[Tensor, "batch"]

    @property
    def repeated(self) -> Bool[Tensor, "batch pos"]:
        """True where the token is a second or later showing."""
        places = torch.arange(self.tokens.shape[1], device=self.tokens.device)
        return places >= (1 + self.offset + self.period)[:, None]


def sample(
    *,
    rows: int,
    length: int,
    vocab: int,
    seed: int,
    periods: Sequence[int] = TEST_PERIODS,
    offsets: Sequence[int] = TEST_OFFSETS,
    bos: int | None = 0,
) -> Repeats:
    """Draw rows of `length` tokens; without a `bos` the first token is random as well.

    Every id of the vocabulary but `bos` is equally likely. A period longer than the row shows nothing twice.
    """
    generator = torch.Generator().manual_seed(seed)

    def draw(choices: Sequence[int]) -> Tensor:
        return torch.tensor(choices)[torch.randint(len(choices), (rows,), generator=generator)]

    period, offset = draw(periods), draw(offsets)
    free = torch.randint(vocab if bos is None else vocab - 1, (rows, length), generator=generator)
    if bos is not None:
        free += free >= bos
    tokens = shown_again(free, period, offset)
    if bos is not None:
        tokens[:, 0] = bos
    return Repeats(tokens=tokens, period=period, offset=offset)


def shown_again(
    tokens: Int[Tensor, "batch pos"], period: Int[Tensor, "batch"], offset: Int[Tensor, "batch"]
) -> Int[Tensor, "batch pos"]:
    """Rows of which, after the first token and `offset` more, a block of `period` tokens is shown over and over."""
    places = torch.arange(tokens.shape[1])[None]
    start = 1 + offset[:, None]
    return tokens.gather(1, torch.where(places < start, places, start + (places - start) % period[:, None]))


def next_token_loss(
    logits: Float[Tensor, "batch pos d_vocab"], tokens: Int[Tensor, "batch pos"]
) -> Float[Tensor, "batch pos"]:
    """Nats of surprise at each token; zero at the first, which nothing predicts."""
    surprise = -logits[:, :-1].log_softmax(-1).gather(-1, tokens[:, 1:, None])[..., 0]
    return torch.nn.functional.pad(surprise, (1, 0))


def repeat_loss(logits: Float[Tensor, "batch pos d_vocab"], repeats: Repeats) -> Float[Tensor, "batch"]:
    """Mean nats per repeated token, by row; log(vocab) is knowing nothing, 0 is copying without fail."""
    shown_again = repeats.repeated
    loss = next_token_loss(logits, repeats.tokens) * shown_again
    return loss.sum(-1) / shown_again.sum(-1)


@dataclass(frozen=True)
class Form:
    """Rows that a task asks about: in what comes before the second showing no token stands twice.

    So the token before is enough to know the next one. All of the second showing is asked for but its first token,
    which nothing announces. Token 0 stands first and only there.
    """

    vocab: int
    length: int

    def sizes(self, split: Split) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Periods and offsets of a split; small rows and vocabularies get smaller ones, cut in the same way."""
        train: tuple[tuple[int, ...], tuple[int, ...]]
        test: tuple[tuple[int, ...], tuple[int, ...]]
        most = 1 + max(TEST_OFFSETS)
        if self.length >= most + 2 * max(TEST_PERIODS) and self.vocab >= most + 2 * max(TRAIN_PERIODS):
            train, test = (TRAIN_PERIODS, TRAIN_OFFSETS), (TEST_PERIODS, TEST_OFFSETS)
        else:
            room = min(self.length, self.vocab)
            periods, offsets = tuple(range(max(2, room // 6), room // 3 + 1)), tuple(range(room // 6))
            train = tuple(one for at, one in enumerate(periods) if at % 3 != 1), offsets[::2]
            test = periods[1::3], offsets[1::2]
        both = train[0] + test[0], train[1] + test[1]
        return {"train": train, "test": test}.get(split, both)

    def finished(
        self,
        shown: Int[Tensor, "batch pos"],
        again: Int[Tensor, "batch"],
        period: Int[Tensor, "batch"],
    ) -> Rows:
        """Rows with their answers, of what stands before place `again`, where the second showing begins."""
        places = torch.arange(self.length)
        block = (again - period)[:, None]
        tokens = shown.gather(1, torch.where(places < block, places, block + (places - block) % period[:, None]))
        most = min(int(period.max()) - 1, self.length - 1 - int(again.min()))
        at = again[:, None] + torch.arange(most)
        asked = (at < (again + period - 1)[:, None]) & (at < self.length - 1)
        at = at.clamp(max=self.length - 2)
        right = torch.where(asked, tokens.gather(1, at + 1), NONE)
        return Rows(tokens, Answers(at, right[..., None], is_one=False))

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        """Periods and offsets of a split, each as likely as any other, and different tokens."""
        sizes = self.sizes(split)
        period, offset = (torch.tensor(one)[torch.randint(len(one), (rows,), generator=generator)] for one in sizes)
        fresh = sum(max(one) for one in sizes)
        free = 1 + distinct(rows, fresh, of=self.vocab - 1, generator=generator)
        shown = torch.nn.functional.pad(free, (1, self.length - 1 - fresh))
        return self.finished(shown, 1 + offset + period, period)

    def again(self, rows: Rows) -> tuple[Int[Tensor, "batch"], Int[Tensor, "batch"]]:
        """Where the second showing begins, and the period."""
        again = rows.answers.at[:, 0]
        first = (rows.tokens == rows.tokens.gather(1, again[:, None])).int().argmax(dim=1)
        return again, again - first

    def shuffled(self, rows: Rows, generator: torch.Generator) -> Rows:
        """The block in another order."""
        again, period = self.again(rows)
        return self.finished(reordered(rows.tokens, generator, start=again - period, count=period), again, period)

    def rotated(self, rows: Rows, generator: torch.Generator) -> Rows:
        """The block begun at another of its tokens."""
        again, period = self.again(rows)
        turn = (1 + places_below(period - 1, generator))[:, None]
        places, block = torch.arange(self.length), (again - period)[:, None]
        turned = block + (places - block + turn) % period[:, None]
        return self.finished(rows.tokens.gather(1, torch.where(places < block, places, turned)), again, period)

    def other_tokens(self, rows: Rows, generator: torch.Generator) -> Rows:
        """A block of tokens that the row has not."""
        again, period = self.again(rows)
        longest = int(period.max())
        fresh = 1 + distinct(len(period), longest, of=self.vocab - 1, generator=generator, taken=self.used(rows))
        places, block = torch.arange(self.length), (again - period)[:, None]
        new = fresh.gather(1, (places - block).clamp(0, longest - 1))
        return self.finished(torch.where(places < block, rows.tokens, new), again, period)

    def one_exchanged(self, rows: Rows, generator: torch.Generator) -> Rows:
        """One token of the block, but not its first, is one that the row has not."""
        again, period = self.again(rows)
        most = torch.minimum(period - 1, self.length - 1 - again)
        place = again - period + 1 + places_below(most, generator)
        fresh = 1 + distinct(len(period), 1, of=self.vocab - 1, generator=generator, taken=self.used(rows))
        return self.finished(exchanged(rows.tokens, place, fresh[:, 0]), again, period)

    def used(self, rows: Rows) -> Int[Tensor, "batch pos"]:
        """The tokens of each row, counted without the one that stands first."""
        return rows.tokens[:, 1:] - 1


def solve(ids: list[int]) -> list[set[int]]:
    """From the first token that was there before, once around: what followed the earlier copy."""
    again = next(place for place in range(1, len(ids)) if ids[place] in ids[:place])
    period = again - ids.index(ids[again])
    return [{ids[ids.index(ids[place]) + 1]} for place in range(again, min(again + period - 1, len(ids)))]


def guess(ids: list[int], rng: Random) -> list[int]:
    """At each place that is asked, any token that the row has."""
    shown = sorted(set(ids[1:]))
    again = next(place for place in range(1, len(ids)) if ids[place] in ids[:place])
    period = again - ids.index(ids[again])
    return [rng.choice(shown) for _ in range(again, min(again + period - 1, len(ids)))]


def repeated_tokens(vocab: int = 128, length: int = 96) -> SymbolicTask:
    """The task for a vocabulary and rows of a length, with the periods and offsets that fit both.

    Raises: TaskArgumentError.
    """
    if min(vocab, length) < LEAST:
        fault = f"vocab={vocab}, length={length} leave no room for blocks of several lengths"
        raise TaskArgumentError("repeated-tokens", fault, f"Type {LEAST} or more for both.")
    form = Form(vocab, length)
    shown = list(product(*form.sizes("any")))
    return SymbolicTask(
        name="repeated-tokens",
        says="Different tokens are shown again in the same order, and what comes next came next before.",
        asks=f"Any vocabulary of at least {LEAST} tokens and a context of {length}; tokens mean nothing.",
        chance=sum(1 / (period + offset) for period, offset in shown) / len(shown),
        symbols=("BOS", *(f"t{token}" for token in range(1, vocab))),
        length=length,
        draw=form.draw,
        corruptions=corruptions(form),
        solve=solve,
        guess=guess,
        sized=lambda d_vocab: repeated_tokens(d_vocab, length),
        source="Elhage et al. 2021; Olsson et al. 2022, arXiv:2209.11895.",
    )


def corruptions(form: Form) -> tuple[Corruption, ...]:
    """What is changed in the first showing; what is asked of the second stays in both prompts of a pair."""
    return (
        Corruption(
            "shuffled",
            "The first showing has its tokens in another order.",
            "Duplicate-token heads, and whatever knows which tokens were shown or where the second showing begins.",
            form.shuffled,
        ),
        Corruption(
            "other-tokens",
            "The first showing is of other tokens.",
            "Where a head looks by position alone; duplicate-token and induction heads are both seen, and not told "
            "apart.",
            form.other_tokens,
        ),
        Corruption(
            "rotated",
            "The first showing begins at another token of the block and goes around.",
            "Induction by content: but for the first question, the earlier copy and the token after it stand together "
            "on both prompts. It shows what copies from a fixed distance.",
            form.rotated,
        ),
        Corruption(
            "one-exchanged",
            "One token of the first showing is exchanged for one that the row has not.",
            "Every question but those of that token and the one after it.",
            form.one_exchanged,
        ),
    )


TASK = repeated_tokens()
