"""Finite automata: a word is read symbol by symbol, and the answer is the state that it leads to."""

from dataclasses import dataclass
from functools import cached_property
from random import Random

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.errors.tasks import TaskArgumentError
from cutaway.models.answers import Answers
from cutaway.tasks.choose import one_of, suitable
from cutaway.tasks.split import Split, kept
from cutaway.tasks.symbolic import Rows, SymbolicTask
from cutaway.tasks.task import Corruption

NAME = "automata"
KINDS = ("flip-flop", "parity", "counter", "cyclic-group", "random")
ASKS = ("every", "end")  # after every symbol, or at the end of the word
LETTERS = ("x", "y", "z")  # alphabet of a random automaton
LEAST = 4  # shortest word


@dataclass(frozen=True)
class Automaton:
    """An automaton that begins in state 0; symbols of words come first in the vocabulary, then its states."""

    kind: str
    states: int
    length: int
    ask: str
    seed: int

    @cached_property
    def alphabet(self) -> tuple[str, ...]:
        numbers = tuple(map(str, range(self.states)))
        if self.kind == "flip-flop":
            return ("hold", *(f"set{state}" for state in numbers))
        if self.kind == "cyclic-group":
            return numbers
        return LETTERS if self.kind == "random" else ("0", "1")

    @cached_property
    def table(self) -> Int[Tensor, "state letter"]:
        """The next state; no state leads to the same one whatever comes, so that a last symbol can always matter."""
        now = torch.arange(self.states)
        if self.kind == "flip-flop":
            return torch.cat([now[:, None], now.repeat(self.states, 1)], dim=1)
        if self.kind == "random":
            generator = torch.Generator().manual_seed(self.seed)
            return suitable(
                lambda count: torch.randint(self.states, (count, len(LETTERS)), generator=generator),
                lambda row: (row != row[:, :1]).any(dim=1),
                self.states,
            )
        return (now[:, None] + torch.arange(len(self.alphabet))) % self.states

    @cached_property
    def asked(self) -> Int[Tensor, "question"]:
        """After which symbols the state is asked for."""
        return torch.arange(self.length) if self.ask == "every" else torch.tensor([self.length - 1])

    def run(self, word: Int[Tensor, "batch pos"]) -> Int[Tensor, "batch state"]:
        """The state before the first symbol and after each."""
        passed = [torch.zeros(len(word), dtype=torch.long)]
        for letter in word.T:
            passed.append(self.table[passed[-1], letter])
        return torch.stack(passed, dim=1)

    def ends_if(
        self, word: Int[Tensor, "batch pos"], passed: Int[Tensor, "batch state"]
    ) -> Int[Tensor, "batch pos letter"]:
        """The last state, were one symbol another: for every place and every symbol."""
        found = []
        end_from = torch.arange(self.states).expand(len(word), self.states)
        for place in reversed(range(self.length)):
            found.append(end_from.gather(1, self.table[passed[:, place]]))
            end_from = end_from.gather(1, self.table.T[word[:, place]])
        return torch.stack(found[::-1], dim=1)

    def finished(self, word: Int[Tensor, "batch pos"]) -> Rows:
        """Words with the states that are asked for, which do not stand in the row."""
        answers = len(self.alphabet) + self.run(word)[:, self.asked + 1]
        at = self.asked.repeat(len(word), 1)
        return Rows(word, Answers(at, answers[:, :, None], is_one=False), answers_follow=False)

    def draw(self, rows: int, generator: torch.Generator, split: Split) -> Rows:
        def words(count: int) -> Int[Tensor, "batch pos"]:
            return torch.randint(len(self.alphabet), (count, self.length), generator=generator)

        return self.finished(kept(words, rows=rows, split=split))

    def other_symbol(self, rows: Rows, generator: torch.Generator, *, first: int) -> Rows:
        """One symbol from a place on is another, such that the last state is another."""
        passed = self.run(rows.tokens)
        matters = self.ends_if(rows.tokens, passed) != passed[:, -1, None, None]
        matters[:, :first] = False
        chosen = one_of(matters.flatten(1), generator)[:, None]
        return self.finished(rows.tokens.scatter(1, chosen // len(self.alphabet), chosen % len(self.alphabet)))

    def solve(self, ids: list[int]) -> list[set[int]]:
        """Join the symbols from the last to the first, each as a map of states."""
        step: list[list[int]] = self.table.tolist()

        def state_after(word: list[int]) -> int:
            whole = list(range(self.states))
            for letter in reversed(word):
                whole = [whole[after[letter]] for after in step]
            return len(self.alphabet) + whole[0]

        return [{state_after(ids[: place + 1])} for place in self.asked.tolist()]

    def guess(self, _word: list[int], rng: Random) -> list[int]:
        """Any state."""
        return [len(self.alphabet) + rng.randrange(self.states) for _ in self.asked]


def automaton(
    kind: str = "flip-flop", *, states: int = 2, length: int = 16, ask: str = "every", seed: int = 0
) -> SymbolicTask:
    """Words of a given length; asked after every symbol, or only at the end. One word in five is held out.

    `flip-flop`: hold, or set one of the states. `parity`: of the ones. `counter`: ones modulo `states`.
    `cyclic-group`: the sum modulo `states`. `random`: a table of transitions drawn with `seed`.
    Raises: TaskArgumentError.
    """
    if kind not in KINDS or ask not in ASKS:
        fault = f"there is no kind={kind!r} with ask={ask!r}"
        advice = f"Type a kind of {', '.join(KINDS)}, and ask='every' or 'end'."
        raise TaskArgumentError(NAME, fault, advice)
    if states < 2 or length < LEAST or (kind == "parity" and states > 2):
        fault = f"there is no {kind} with states={states}, length={length}"
        advice = f"Type states >= 2 (parity has 2: more are a 'counter') and length >= {LEAST}."
        raise TaskArgumentError(NAME, fault, advice)
    machine = Automaton(kind, states, length, ask, seed)
    return SymbolicTask(
        name=NAME,
        says=f"Say the state of an automaton ({kind}) with {states} states as it reads a word of {length} symbols.",
        asks=f"A vocabulary of at least {len(machine.alphabet) + states} and a context of {length}.",
        chance=1 / states,
        symbols=(*machine.alphabet, *(f"q{state}" for state in range(states))),
        length=length,
        draw=machine.draw,
        corruptions=(
            Corruption(
                "other-symbol",
                "One symbol somewhere in the word is another, such that the last state is another.",
                "All other symbols, and every state before that place: only those from there to the end can differ.",
                lambda rows, generator: machine.other_symbol(rows, generator, first=0),
            ),
            Corruption(
                "other-last-symbol",
                "The last symbol is another, such that the last state is another.",
                "Everything that happens before the last symbol: the state that was reached by then is the same.",
                lambda rows, generator: machine.other_symbol(rows, generator, first=length - 1),
            ),
        ),
        solve=machine.solve,
        guess=machine.guess,
        source="Liu et al. 2022, arXiv:2210.10749.",
    )


TASK = automaton()
