"""Induction across a split: a word that was seen as two tokens comes again as one, and what followed it is the answer.

So " Claire" after "Cl" "aire": the current token has to be matched with two earlier ones. Every half that a row shows
stands in two of its words, so that neither half by itself says which word it was.
"""

from dataclasses import dataclass
from random import Random

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import Answers
from cutaway.tasks.shuffle import distinct
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption

NAME = "split-token-induction"
SHOWN = 4  # words of a row: two first halves with two second halves
WIDTH = 3  # tokens of a word and what follows it
BODY = SHOWN * WIDTH


@dataclass(frozen=True)
class Spelling:
    """Words in halves and whole: first halves, second halves, `_`, whole words and followers, in this order.

    Word n has first half n // seconds and second half n % seconds.
    """

    firsts: int
    seconds: int
    followers: int

    @property
    def blank(self) -> int:
        """Stands before a whole word, in place of its second token."""
        return self.firsts + self.seconds

    @property
    def whole(self) -> int:
        """The first whole word."""
        return self.blank + 1

    @property
    def follower(self) -> int:
        """The first of the followers."""
        return self.whole + self.firsts * self.seconds

    def spelled(self, words: Int[Tensor, "batch n"], is_whole: Bool[Tensor, "batch"]) -> Int[Tensor, "batch n two"]:
        """Two tokens for each word."""
        halves = torch.stack([words // self.seconds, self.firsts + words % self.seconds], dim=2)
        ones = torch.stack([torch.full_like(words, self.blank), self.whole + words], dim=2)
        return torch.where(is_whole[:, None, None], ones, halves)

    def read(self, pieces: Int[Tensor, "batch n two"]) -> Int[Tensor, "batch n"]:
        """The words that pairs of tokens spell."""
        one, two = pieces.unbind(dim=2)
        return torch.where(one == self.blank, two - self.whole, one * self.seconds + two - self.firsts)

    def finished(
        self,
        words: Int[Tensor, "batch n"],
        after: Int[Tensor, "batch n"],
        asked: Int[Tensor, "batch one"],
        turned: Bool[Tensor, "batch"],
    ) -> Rows:
        """Words with what follows them, then one of the words in the other form."""
        lines = torch.cat([self.spelled(words, turned), after[:, :, None]], dim=2).flatten(1)
        answer = after.gather(1, (words == asked).long().argmax(dim=1, keepdim=True))
        tokens = torch.cat([lines, self.spelled(asked, ~turned)[:, 0], answer], dim=1)
        return Rows(tokens, Answers(torch.full_like(asked, BODY + 1), answer[:, :, None]))

    def parts(self, rows: Rows) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Words, what follows them, the word asked for, and whether the row is turned round."""
        lines = rows.tokens[:, :BODY].view(-1, SHOWN, WIDTH)
        asked = self.read(rows.tokens[:, None, BODY : BODY + 2])
        return self.read(lines[:, :, :2]), lines[:, :, 2], asked, lines[:, 0, 0] == self.blank

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        def below(most: int, least: int = 0, count: int = rows) -> Int[Tensor, "batch one"]:
            return torch.randint(least, most, (count, 1), generator=generator)

        def any_word(count: int) -> Int[Tensor, "batch one"]:
            return below(self.firsts * self.seconds, count=count)

        turned = torch.rand(rows, generator=generator) < (0.5 if split == "train" else 0.0)
        asked = torch.where(turned[:, None], any_word(rows), kept(any_word, rows=rows, split=split))
        first, second = asked // self.seconds, asked % self.seconds
        first = torch.cat([first, (first + below(self.firsts, 1)) % self.firsts], dim=1)
        second = torch.cat([second, (second + below(self.seconds, 1)) % self.seconds], dim=1)
        square = (first[:, :, None] * self.seconds + second[:, None]).flatten(1)
        words = square.gather(1, distinct(rows, SHOWN, of=SHOWN, generator=generator))
        after = self.follower + distinct(rows, SHOWN, of=self.followers, generator=generator)
        return self.finished(words, after, asked, turned)

    def other_follower(self, rows: Rows, generator: torch.Generator) -> Rows:
        words, after, asked, turned = self.parts(rows)
        new = self.follower + distinct(
            len(words), 1, of=self.followers, generator=generator, taken=after - self.follower
        )
        return self.finished(words, torch.where(words == asked, new, after), asked, turned)

    def other_half(self, rows: Rows, *, first: bool) -> Rows:
        """The word asked for exchanges one half with the word that shares the other."""
        words, after, asked, turned = self.parts(rows)
        shares = (
            words % self.seconds == asked % self.seconds if first else words // self.seconds == asked // self.seconds
        )
        partner = words.gather(1, (shares & (words != asked)).long().argmax(dim=1, keepdim=True))
        traded = torch.where(words == asked, partner, torch.where(words == partner, asked, words))
        return self.finished(traded, after, asked, turned)

    def solve(self, ids: list[int]) -> list[set[int]]:
        """Write every word out in halves and look for the last one."""
        text = []
        for one, two in zip(ids[::WIDTH], ids[1::WIDTH], strict=True):
            halves = divmod(two - self.whole, self.seconds) if one == self.blank else (one, two - self.firsts)
            text.append(halves)
        return [{ids[WIDTH * place + 2] for place, halves in enumerate(text[:-1]) if halves == text[-1]}]

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """Anything that followed a word."""
        return [rng.choice(ids[2:BODY:WIDTH])]


def split_token_induction(firsts: int = 8, seconds: int = 8, followers: int = 16) -> SymbolicTask:
    """Every first half goes with every second half, and each of those words is also one token.

    One word in five is held out: 'test' asks only for those, 'train' only for the others, except that half of the
    rows of 'train' are turned round (first as one token, then in halves) and ask for any word. From these a model can
    know what a held-out word is made of.
    Raises: TaskArgumentError.
    """
    if firsts < 3 or seconds < 3 or followers <= SHOWN:
        fault = f"there are no rows with firsts={firsts}, seconds={seconds}, followers={followers}"
        raise TaskArgumentError(NAME, fault, f"Type firsts and seconds >= 3, followers > {SHOWN}.")
    task = Spelling(firsts, seconds, followers)
    return SymbolicTask(
        name=NAME,
        says="Say what followed a word before, where it was two tokens and now is one.",
        asks=f"A vocabulary of at least {task.follower + followers} and a context of {BODY + 3}.",
        chance=1 / SHOWN,
        symbols=(
            *(f"{first}-" for first in range(firsts)),
            *(f"-{second}" for second in range(seconds)),
            "_",
            *(f"{first}-{second}" for first in range(firsts) for second in range(seconds)),
            *(f"t{number}" for number in range(followers)),
        ),
        length=BODY + 3,
        draw=task.draw,
        corruptions=(
            Corruption(
                "other-follower",
                "Something that the row does not show follows the word where it stands first.",
                "The match of the two halves with the word: where one has to look is the same on both prompts, and "
                "only what stands there differs.",
                task.other_follower,
            ),
            Corruption(
                "other-first-half",
                "The word exchanges its first half, where it stands first, with a word that has the same second half.",
                "The second halves, what follows each word, and the word that is asked for.",
                lambda rows, _: task.other_half(rows, first=True),
            ),
            Corruption(
                "other-second-half",
                "The word exchanges its second half, where it stands first, with a word that has the same first half.",
                "The first halves, what follows each word, and the word that is asked for.",
                lambda rows, _: task.other_half(rows, first=False),
            ),
        ),
        solve=task.solve,
        guess=task.guess,
        source="After Nanda 2022, '200 concrete open problems in mechanistic interpretability', 1.19.",
    )


TASK = split_token_induction()
