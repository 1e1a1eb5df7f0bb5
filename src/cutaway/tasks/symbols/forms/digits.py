"""Two numbers, written as digits, and what they come to: `1 2 3 + 9 8 9 = 1 1 1 2`."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import Answers
from cutaway.tasks.symbolic import Rows

BASE = 10
SIGN, EQUALS = 10, 11
MOST = 18  # digits that a 64-bit number can hold in full


def digits_of(numbers: Int[Tensor, "batch"], places: int) -> Int[Tensor, "batch places"]:
    """Decimal digits with leading zeros, the most significant first."""
    return numbers[:, None] // BASE ** torch.arange(places - 1, -1, -1) % BASE


def numbers_of(digits: Int[Tensor, "batch places"]) -> Int[Tensor, "batch"]:
    """What some digits say, the most significant first."""
    return (digits * BASE ** torch.arange(digits.shape[1] - 1, -1, -1)).sum(dim=1)


def unequal(count: int, most: int, generator: torch.Generator) -> Int[Tensor, "count 2"]:
    """Two different numbers below `most`: equal ones could not be traded."""
    first = torch.randint(most, (count,), generator=generator)
    by = torch.randint(1, most, (count,), generator=generator)
    return torch.stack([first, (first + by) % most], dim=1)


@dataclass(frozen=True)
class Written:
    """`a sign b = c` with so many digits of each number; digit d is symbol d, the sign 10 and `=` 11.

    `backwards` writes the digits of c from the units up, in the order in which carries go.
    Raises: TaskArgumentError for sizes that cannot be.
    """

    name: str
    sign: str
    combine: Callable[[Tensor, Tensor], Tensor]
    digits: int
    answer_digits: int
    backwards: bool
    least: int = 1

    def __post_init__(self) -> None:
        if self.digits < self.least or self.answer_digits > MOST:
            fault = f"numbers of {self.digits} digits with answers of {self.answer_digits} cannot be made"
            raise TaskArgumentError(self.name, fault, f"Type digits={self.least} or more, answers of at most {MOST}.")

    @property
    def symbols(self) -> tuple[str, ...]:
        return (*map(str, range(BASE)), self.sign, "=")

    @property
    def length(self) -> int:
        return 2 * self.digits + 2 + self.answer_digits

    @property
    def asks(self) -> str:
        return f"A vocabulary of at least {len(self.symbols)} and a context of {self.length}."

    def finished(self, operands: Int[Tensor, "batch 2"]) -> Rows:
        """Rows with their answers, which are one answer in pieces."""
        first, second = (digits_of(one, self.digits) for one in operands.T)
        answer = digits_of(self.combine(*operands.T), self.answer_digits)
        answer = answer.flip(1) if self.backwards else answer
        sign, equals = (torch.full((len(operands), 1), one) for one in (SIGN, EQUALS))
        at = 2 * self.digits + 1 + torch.arange(self.answer_digits)
        tokens = torch.cat([first, sign, second, equals, answer], dim=1)
        return Rows(tokens, Answers(at.expand(len(operands), -1), answer[..., None]))

    def parts(self, rows: Rows) -> Int[Tensor, "batch 2 places"]:
        """The digits of both numbers."""
        first, second = rows.tokens[:, : self.digits], rows.tokens[:, self.digits + 1 : 2 * self.digits + 1]
        return torch.stack([first, second], dim=1)

    def operands(self, rows: Rows) -> Int[Tensor, "batch 2"]:
        """Both numbers."""
        return torch.stack([numbers_of(self.parts(rows)[:, which]) for which in (0, 1)], dim=1)

    def with_digit(self, rows: Rows, allowed: Bool[Tensor, "batch 2 places 10"], generator: torch.Generator) -> Rows:
        """One digit exchanged, by any of the allowed changes: which number, which place and which new digit."""
        parts = self.parts(rows)
        chosen = torch.rand(allowed.shape, generator=generator).masked_fill(~allowed, -1.0).flatten(1).argmax(dim=1)
        new = parts.flatten(1).scatter(1, chosen[:, None] // BASE, chosen[:, None] % BASE).view(parts.shape)
        return self.finished(torch.stack([numbers_of(new[:, 0]), numbers_of(new[:, 1])], dim=1))

    def traded(self, rows: Rows, generator: torch.Generator) -> Rows:
        """The numbers change places."""
        return self.finished(self.operands(rows)[:, [1, 0]])

    def solved(self, ids: list[int], combine: Callable[[int, int], int]) -> list[set[int]]:
        """The digits of the answer, from the text of the prompt."""
        text = "".join(self.symbols[one] for one in ids[: 2 * self.digits + 1])
        said = str(combine(*map(int, text.split(self.sign)))).zfill(self.answer_digits)
        return [{int(digit)} for digit in (reversed(said) if self.backwards else said)]

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """Any digits."""
        return [rng.randrange(BASE) for _ in range(self.answer_digits)]


def carry_changes(
    parts: Int[Tensor, "batch 2 places"], *, minus: bool = False
) -> tuple[Bool[Tensor, "batch 2 places 10"], Bool[Tensor, "batch 2 places 10"]]:
    """Which exchanges of one digit (number, place, new digit) alter the carry out of its place, and which do not.

    With `minus` a carry is what a place borrows from the one above it.
    """
    sign = -1 if minus else 1
    into = torch.zeros(len(parts), dtype=torch.long)
    alters, leaves = (torch.zeros((*parts.shape, BASE), dtype=torch.bool) for _ in range(2))
    any_digit = torch.arange(BASE)
    for place in range(parts.shape[2] - 1, -1, -1):
        one, other = parts[:, 0, place], parts[:, 1, place]
        total = one + sign * (other + into)
        out = overflows(total)
        without_one, without_other = (total - one)[:, None], (total - sign * other)[:, None]
        new = torch.stack([without_one + any_digit, without_other + sign * any_digit], dim=1)
        same = parts[:, :, place, None] == any_digit
        alters[:, :, place] = overflows(new) != out[:, None, None]
        leaves[:, :, place] = ~alters[:, :, place] & ~same
        into = out.long()
    return alters, leaves


def overflows(total: Tensor) -> Tensor:
    """Whether the sum or difference of a place needs the place above it."""
    return (total < 0) | (total >= BASE)
