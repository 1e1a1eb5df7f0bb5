"""Regression in context: examples `x1 x2 : y ;` of one linear function, then other inputs, whose y is the answer."""

from collections import Counter
from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import Answers
from cutaway.tasks.choose import one_of, suitable
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption

NAME = "in-context-linear-regression"


@dataclass(frozen=True)
class Regression:
    """Linear functions of whole numbers; symbol n is the number n - most, and after these come `:` and `;`."""

    dims: int
    examples: int
    weight: int
    size: int

    @property
    def most(self) -> int:
        """The largest y."""
        return self.dims * self.weight * self.size

    @property
    def width(self) -> int:
        """Symbols of an example."""
        return self.dims + 3

    def points(self, count: int, generator: torch.Generator) -> Int[Tensor, "batch n"]:
        """Inputs of all examples, one after another, that determine the weights."""

        def determines(x: Int[Tensor, "batch n"]) -> Bool[Tensor, "batch"]:
            found: Tensor = torch.linalg.det(gram(x.view(-1, self.examples, self.dims))) > 0.5
            return found

        numbers, wide = whole_numbers(self.size), self.examples * self.dims
        return suitable(lambda n: any_of(numbers, n, wide, generator), determines, count)

    def finished(self, w: Int[Tensor, "batch dim"], x: Int[Tensor, "batch n"], query: Int[Tensor, "batch dim"]) -> Rows:
        """Examples and question in symbols, with the answer."""
        every = torch.cat([x, query], dim=1).view(len(x), self.examples + 1, self.dims)
        y = (every * w[:, None]).sum(dim=2, keepdim=True)
        colon = torch.full_like(y, self.most + 1)
        tokens = (torch.cat([every, colon, y, colon + 1], dim=2) + self.most).flatten(1)[:, :-1]
        return Rows(tokens, Answers(torch.full((len(x), 1), tokens.shape[1] - 2), tokens[:, -1:, None]))

    def read(self, tokens: Int[Tensor, "batch pos"]) -> tuple[Tensor, Tensor, Tensor]:
        """The weights, the inputs of the examples and those of the question."""
        body = self.width * self.examples
        lines = tokens[:, :body].view(-1, self.examples, self.width) - self.most
        x, y = lines[:, :, : self.dims], lines[:, :, self.dims + 1, None]
        w = torch.linalg.solve(gram(x), (x.mT @ y).double())[:, :, 0].round().long()
        return w, x.flatten(1), tokens[:, body : body + self.dims] - self.most

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        def some(count: int) -> Int[Tensor, "batch n"]:
            w = any_of(whole_numbers(self.weight), count, self.dims, generator)
            query = any_of(whole_numbers(self.size), count, self.dims, generator)
            return torch.cat([w, query, self.points(count, generator)], dim=1)

        found = kept(some, rows=rows, split=split)
        return self.finished(found[:, : self.dims], found[:, 2 * self.dims :], found[:, self.dims : 2 * self.dims])

    def other_query(self, rows: Rows, generator: torch.Generator) -> Rows:
        w, x, query = self.read(rows.tokens)
        return self.finished(w, x, one_other(query, whole_numbers(self.size), generator))

    def other_weight(self, rows: Rows, generator: torch.Generator) -> Rows:
        w, x, query = self.read(rows.tokens)
        return self.finished(one_other(w, whole_numbers(self.weight), generator), x, query)

    def mirrored(self, rows: Rows, generator: torch.Generator) -> Rows:
        """Some of the examples, at least one, with all signs turned."""
        w, x, query = self.read(rows.tokens)
        turned = torch.rand(len(x), self.examples, generator=generator) < 0.5
        turned[:, 0] |= ~turned.any(dim=1)
        return self.finished(w, x * (1 - 2 * turned.long()).repeat_interleave(self.dims, dim=1), query)

    def solve(self, ids: list[int]) -> list[set[int]]:
        """Least squares."""
        body = self.width * self.examples
        lines = np.array(ids[:body]).reshape(self.examples, self.width) - self.most
        query = np.array(ids[body : body + self.dims]) - self.most
        found = np.linalg.lstsq(lines[:, : self.dims], lines[:, self.dims + 1], rcond=None)[0]
        return [{round(float(found @ query)) + self.most}]

    def guess(self, ids: list[int], rng: Random) -> list[int]:
        """What some function of that kind makes of the last inputs."""
        query = ids[self.width * self.examples :][: self.dims]
        weights: list[int] = whole_numbers(self.weight).tolist()
        return [self.most + sum((one - self.most) * rng.choice(weights) for one in query)]


def linear_regression(dims: int = 2, examples: int = 4, weight: int = 3, size: int = 5) -> SymbolicTask:
    """y = w . x without noise, in whole numbers: weights up to `weight`, inputs up to `size`, neither of them zero.

    The examples determine w. One row in five is held out. Chance is to answer by another function of that kind.
    Raises: TaskArgumentError.
    """
    if dims < 1 or examples < dims or weight < 1 or size < 1:
        fault = f"there are no rows with dims={dims}, examples={examples}, weight={weight}, size={size}"
        raise TaskArgumentError(NAME, fault, "Type dims, weight and size >= 1, examples >= dims.")
    task = Regression(dims, examples, weight, size)
    length = task.width * (examples + 1) - 1
    return SymbolicTask(
        name=NAME,
        says=f"Go on with a linear function of {dims} whole numbers after {examples} examples.",
        asks=f"A vocabulary of at least {2 * task.most + 3} and a context of {length}.",
        chance=agreement(dims, weight, size),
        symbols=(*map(str, range(-task.most, task.most + 1)), ":", ";"),
        length=length,
        draw=task.draw,
        corruptions=(
            Corruption(
                "other-query",
                "One of the last inputs is another number.",
                "The examples and whatever is worked out from them: the weights are the same on both prompts.",
                task.other_query,
            ),
            Corruption(
                "other-weight",
                "One weight is another number, and with it y in every example.",
                "All inputs, of the examples and of the question, and whatever is worked out from those alone.",
                task.other_weight,
            ),
            Corruption(
                "mirrored",
                "In some examples all inputs and y change their signs, and the answer stays.",
                "The weights once they are known, the last inputs and their product: it shows what is tied to single "
                "examples. Products of x and y of an example, and of x with x, stay as well.",
                task.mirrored,
                changes_answer=False,
            ),
        ),
        solve=task.solve,
        guess=task.guess,
        source="Garg et al. 2022, arXiv:2208.01066, who read real numbers (see `continuous`).",
    )


def whole_numbers(most: int) -> Int[Tensor, "number"]:
    """From -most to most without 0."""
    return torch.cat([torch.arange(-most, 0), torch.arange(1, most + 1)])


def any_of(numbers: Int[Tensor, "number"], rows: int, n: int, generator: torch.Generator) -> Int[Tensor, "rows n"]:
    """Numbers drawn evenly."""
    return numbers[torch.randint(len(numbers), (rows, n), generator=generator)]


def one_other(
    vectors: Int[Tensor, "batch dim"], numbers: Int[Tensor, "number"], generator: torch.Generator
) -> Int[Tensor, "batch dim"]:
    """Each vector with one entry replaced by another of the numbers."""
    place = torch.randint(vectors.shape[1], (len(vectors), 1), generator=generator)
    new = numbers[one_of(numbers != vectors.gather(1, place), generator)]
    return vectors.scatter(1, place, new[:, None])


def gram(x: Int[Tensor, "batch example dim"]) -> Float[Tensor, "batch dim dim"]:
    """Products of all pairs of inputs; the determinant is a whole number, 0 where weights are not determined."""
    return (x.mT @ x).double()


def agreement(dims: int, weight: int, size: int) -> float:
    """How often two independent functions agree on an input: how often the sum of (w - v) * x over dims is 0."""
    ws, xs = whole_numbers(weight).tolist(), whole_numbers(size).tolist()
    one = Counter((w - v) * x for w in ws for v in ws for x in xs)
    total = Counter({0: 1})
    for _ in range(dims):
        added: Counter[int] = Counter()
        for so_far, times in total.items():
            for more, count in one.items():
                added[so_far + more] += times * count
        total = added
    return total[0] / total.total()


def continuous(
    *, rows: int, dims: int, examples: int, seed: int
) -> tuple[Float[Tensor, "rows example dim"], Float[Tensor, "rows example"]]:
    """Inputs and outputs of random linear functions for models that read vectors; after the examples one question.

    Units:     inputs and weights are normal with variance 1, so that the variance of an output is `dims`.
    Reference: Garg et al. 2022, arXiv:2208.01066.
    Raises:    TaskArgumentError.
    """
    if rows < 1 or dims < 1 or examples < dims:
        fault = f"there are no rows={rows} with dims={dims}, examples={examples}"
        raise TaskArgumentError(NAME, fault, "Type rows and dims >= 1, examples >= dims.")
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(rows, examples + 1, dims, generator=generator)
    w = torch.randn(rows, dims, 1, generator=generator)
    return x, (x @ w)[..., 0]


TASK = linear_regression()
