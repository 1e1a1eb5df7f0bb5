"""Programs without branches: `a = 3 ; b = a + 2 ; c = b - a ; print b` and then the value of b, modulo p."""

from collections import Counter
from dataclasses import dataclass
from random import Random
from string import ascii_lowercase

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import Answers
from cutaway.tasks.choose import one_of, suitable
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption

NAME = "code-evaluation"
NUMBER = 2  # place of the number in the first line
FIRST, LINE = 4, 6  # symbols of the first line and of every other one
UNSET = -1  # value of a variable that no line has assigned


@dataclass(frozen=True)
class Programs:
    """The language: numbers are symbols 0 to p - 1, then come the variables, then `= + - ; print`."""

    p: int
    variables: int
    depth: int

    @property
    def equals(self) -> int:
        return self.p + self.variables

    @property
    def plus(self) -> int:
        return self.equals + 1

    @property
    def stop(self) -> int:
        return self.equals + 3

    @property
    def show(self) -> int:
        return self.equals + 4

    def written(self, count: int, generator: torch.Generator) -> Int[Tensor, "batch pos"]:
        """Programs whose lines only read what has been assigned."""

        def any_of(n: int) -> Int[Tensor, "batch"]:
            return torch.randint(n, (count,), generator=generator)

        equals, stop, show = (torch.full((count,), symbol) for symbol in (self.equals, self.stop, self.show))
        target = self.p + any_of(self.variables)
        known = torch.zeros(count, self.equals, dtype=torch.bool).scatter(1, target[:, None], True)
        parts = [target, equals, any_of(self.p), stop]
        for _ in range(self.depth):
            read, other = one_of(known, generator), one_of(known, generator)
            other = torch.where(any_of(2) == 0, any_of(self.p), other)
            target = self.p + any_of(self.variables)
            parts += [target, equals, read, self.plus + any_of(2), other, stop]
            known = known.scatter(1, target[:, None], True)
        return torch.stack([*parts, show, one_of(known, generator)], dim=1)

    def values(self, program: Int[Tensor, "batch pos"]) -> Int[Tensor, "batch operand"]:
        """What every number and every variable is worth in the end."""
        start = torch.cat([torch.arange(self.p), torch.full((self.variables,), UNSET)])
        worth = start.repeat(len(program), 1).scatter(1, program[:, :1], program[:, NUMBER : NUMBER + 1])
        for at in range(FIRST, FIRST + LINE * self.depth, LINE):
            left, right = worth.gather(1, program[:, [at + 2, at + 4]]).unbind(dim=1)
            result = (left + torch.where(program[:, at + 3] == self.plus, right, -right)) % self.p
            worth = worth.scatter(1, program[:, at : at + 1], result[:, None])
        return worth

    def printed(self, program: Int[Tensor, "batch pos"]) -> Int[Tensor, "batch"]:
        return self.values(program).gather(1, program[:, -1:])[:, 0]

    def moved(self, program: Int[Tensor, "batch pos"], by: Int[Tensor, "batch"]) -> Int[Tensor, "batch pos"]:
        """The first line assigns a number so much higher."""
        program = program.clone()
        program[:, NUMBER] = (program[:, NUMBER] + by) % self.p
        return program

    def slope(self, program: Int[Tensor, "batch pos"]) -> Int[Tensor, "batch"]:
        """How often the first number is in what is printed: programs are linear in it."""
        one_more = self.moved(program, torch.ones(len(program), dtype=torch.long))
        return (self.printed(one_more) - self.printed(program)) % self.p

    def others(self, program: Int[Tensor, "batch pos"]) -> Bool[Tensor, "batch variable"]:
        """Which variables have another value than the printed one."""
        worth = self.values(program)
        variables = worth[:, self.p :]
        return (variables != worth.gather(1, program[:, -1:])) & (variables != UNSET)

    def suits(self, program: Int[Tensor, "batch pos"]) -> Bool[Tensor, "batch"]:
        return (self.slope(program) != 0) & self.others(program).any(dim=1)

    def finished(self, program: Int[Tensor, "batch pos"]) -> Rows:
        """Programs with their answers."""
        answer = self.printed(program)
        at = torch.full((len(program), 1), program.shape[1] - 1)
        return Rows(torch.cat([program, answer[:, None]], dim=1), Answers(at, answer[:, None, None]))

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        def some(count: int) -> Int[Tensor, "batch pos"]:
            return suitable(lambda n: self.written(n, generator), self.suits, count)

        return self.finished(kept(some, rows=rows, split=split))

    def other_number(self, rows: Rows, generator: torch.Generator) -> Rows:
        program = rows.tokens[:, :-1]
        changes = (self.slope(program)[:, None] * torch.arange(self.p)) % self.p != 0
        return self.finished(self.moved(program, one_of(changes, generator)))

    def other_print(self, rows: Rows, generator: torch.Generator) -> Rows:
        program = rows.tokens[:, :-1].clone()
        program[:, -1] = self.p + one_of(self.others(program), generator)
        return self.finished(program)

    def renamed(self, rows: Rows, generator: torch.Generator) -> Rows:
        program = rows.tokens[:, :-1]
        by = torch.randint(1, self.variables, (len(program), 1), generator=generator)
        is_name = (program >= self.p) & (program < self.equals)
        return self.finished(torch.where(is_name, self.p + (program - self.p + by) % self.variables, program))

    def solve(self, ids: list[int]) -> list[set[int]]:
        """Put in what each variable stands for, from the last line to the first."""
        needed, total = Counter({ids[-1]: 1}), 0
        for at in [*reversed(range(FIRST, len(ids) - 2, LINE)), 0]:
            target, _, *value = ids[at : ids.index(self.stop, at)]
            times = needed.pop(target, 0)
            needed[value[0]] += times
            if len(value) == 3:
                needed[value[2]] += times if value[1] == self.plus else -times
            total += sum(number * needed.pop(number, 0) for number in range(self.p))
        return [{total % self.p}]

    def guess(self, _: list[int], rng: Random) -> list[int]:
        """Any number."""
        return [rng.randrange(self.p)]


def code_evaluation(p: int = 10, variables: int = 4, depth: int = 3) -> SymbolicTask:
    """Programs of one line with a number and `depth` lines that add or subtract; a variable may be assigned again.

    What is printed depends on the number of the first line, and some other variable has another value. One program
    in five is held out.
    Raises: TaskArgumentError.
    """
    if p < 2 or not 2 <= variables <= len(ascii_lowercase) or depth < 1:
        fault = f"there are no programs with p={p}, variables={variables}, depth={depth}"
        raise TaskArgumentError(NAME, fault, f"Type p >= 2, variables from 2 to {len(ascii_lowercase)}, depth >= 1.")
    programs, length = Programs(p, variables, depth), FIRST + LINE * depth + 3
    return SymbolicTask(
        name=NAME,
        says=f"Run {depth + 1} lines over at most {variables} variables, modulo {p}, and print one of these.",
        asks=f"A vocabulary of at least {p + variables + 5} and a context of {length}.",
        chance=1 / p,
        symbols=(*map(str, range(p)), *ascii_lowercase[:variables], "=", "+", "-", ";", "print"),
        length=length,
        draw=programs.draw,
        corruptions=(
            Corruption(
                "other-number",
                "The first line assigns another number, and so another value is printed.",
                "Which line reads which variable, the signs and all other numbers: whatever finds its way through the "
                "lines does the same on both prompts, and only the values that flow along it differ.",
                programs.other_number,
            ),
            Corruption(
                "other-print",
                "Another variable is printed, one with another value.",
                "Everything that happens before the last symbol: values that are worked out line by line are the same.",
                programs.other_print,
            ),
            Corruption(
                "renamed",
                "The variables have other names throughout, and the answer stays.",
                "Numbers, signs and which line reads which: it shows only what goes by the name of a variable.",
                programs.renamed,
                changes_answer=False,
            ),
        ),
        solve=programs.solve,
        guess=programs.guess,
    )


TASK = code_evaluation()
