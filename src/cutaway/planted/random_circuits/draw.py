"""Draw a program: how deep, how wide, which inputs each step has, and where it is redundant."""

from dataclasses import dataclass, field

import numpy as np

from cutaway.planted.random_circuits.program import (
    Backed,
    Either,
    Gate,
    Gather,
    Local,
    Lookup,
    Program,
    Step,
    Vote,
    evaluate,
)

REUSED = 0.15  # how often an input is a variable that is there already
TRIES = 200  # programs drawn until one depends on every token that it reads


@dataclass(frozen=True, kw_only=True)
class Size:
    """What a random circuit may be like; every field None is drawn."""

    layers: int
    values: int
    fan_in: int
    leaves: int
    redundancy: float


@dataclass
class Drawer:
    """Draws one program from the answer down to the tokens. Attention of layer l is stage 2 l, its neurons 2 l + 1."""

    size: Size
    rng: np.random.Generator
    steps: list[Step] = field(default_factory=list)
    ready: dict[str, int] = field(default_factory=dict)  # the stage at which a variable is there
    used: int = 0  # positions that are taken; the first holds no value

    def draw(self) -> Program:
        """A program whose answer stands in the last layer."""
        last = 2 * self.size.layers - 1
        root = self.rng.random()
        if self.size.layers > 1 and root < 0.3:
            self.lookup(last - 1)
        else:
            self.gate(last)
        return Program(tuple(self.steps), self.size.values, self.used + 1)

    def variable(self, stage: int) -> str:
        """A variable that is there after a stage, drawn or used again."""
        there = [name for name, when in self.ready.items() if when <= stage]
        if there and self.rng.random() < REUSED:
            return str(self.rng.choice(there))
        if self.used >= self.size.leaves:
            return self.gather(stage)
        kinds = [self.gather]
        if stage >= 1:
            kinds += [self.gate, self.gate]
            if self.rng.random() < self.size.redundancy:
                kinds = [self.vote, self.either]
        if stage >= 2:
            kinds += [self.lookup, self.local]
        if stage >= 3 and self.rng.random() < self.size.redundancy:
            kinds = [self.backed]
        return kinds[int(self.rng.integers(len(kinds)))](stage)

    def leaf(self, count: int = 1) -> list[int]:
        """New positions side by side."""
        self.used += count
        return list(range(self.used - count + 1, self.used + 1))

    def at_most(self, stage: int, kind: int, least: int = 0) -> int:
        """A layer whose attention (0) or neurons (1) come no later than a stage."""
        return int(self.rng.integers(least, (stage - kind) // 2 + 1))

    def keep(self, step: Step, stage: int) -> str:
        """Add a step."""
        self.steps.append(step)
        self.ready[step.name] = stage
        return step.name

    def name(self, kind: str) -> str:
        """A name that is not taken."""
        return f"{kind} {len(self.steps) + 1}"

    def gather(self, stage: int) -> str:
        layer = self.at_most(stage, 0)
        return self.keep(Gather(self.name("gather"), layer, self.leaf()[0]), 2 * layer)

    def vote(self, stage: int) -> str:
        layer = self.at_most(stage, 1)
        places = tuple(self.leaf(3))
        layers = tuple(self.at_most(2 * layer, 0) for _ in range(3))
        return self.keep(Vote(self.name("vote"), layers, places, layer), 2 * layer + 1)  # type: ignore[arg-type]

    def either(self, stage: int) -> str:
        layer = self.at_most(stage, 1)
        one, other = self.leaf(2)
        layers = self.at_most(2 * layer, 0), self.at_most(2 * layer, 0)
        return self.keep(Either(self.name("either"), layers, (one, other), layer), 2 * layer + 1)

    def backed(self, stage: int) -> str:
        layer = self.at_most(stage, 1, least=1)
        second = int(self.rng.integers(1, layer + 1))
        first = int(self.rng.integers(0, second))
        return self.keep(Backed(self.name("backed"), (first, second), self.leaf()[0], layer), 2 * layer + 1)

    def gate(self, stage: int) -> str:
        layer = self.at_most(stage, 1) if self.steps or stage < 2 * self.size.layers - 1 else self.size.layers - 1
        count = int(self.rng.integers(2, self.size.fan_in + 1)) if self.size.fan_in > 1 else 1
        inputs = list(dict.fromkeys(self.variable(2 * layer) for _ in range(count)))
        step = Gate(self.name("gate"), layer, tuple(inputs), self.table(len(inputs)), bool(self.rng.random() < 0.5))
        return self.keep(step, 2 * layer + 1)

    def lookup(self, stage: int) -> str:
        layer = self.at_most(stage, 0, least=1)
        address = self.variable(2 * layer - 1)
        step = Lookup(self.name("lookup"), layer, address, tuple(self.leaf(self.size.values)))
        return self.keep(step, 2 * layer)

    def local(self, stage: int) -> str:
        layer = self.at_most(stage, 0, least=1)
        return self.keep(Local(self.name("local"), layer, self.leaf(2)[1], self.table(2)), 2 * layer)

    def table(self, inputs: int) -> tuple[int, ...]:
        """A random table that gives every value, and in which every input can make a difference."""
        shape = (self.size.values,) * inputs
        while True:
            table = self.rng.integers(self.size.values, size=shape)
            sensitive = all(bool((table != np.roll(table, 1, axis=axis)).any()) for axis in range(inputs))
            if sensitive and len(np.unique(table)) == self.size.values:
                return tuple(int(value) for value in table.flatten())


def draw_program(size: Size, seed: int) -> Program:
    """A program of a size, drawn again until its answer depends on every token that it reads."""
    for attempt in range(TRIES):
        program = Drawer(size, np.random.default_rng((seed, attempt))).draw()
        if depends_on_all(program, seed):
            return program
    raise AssertionError(f"no program of {size} depends on all its tokens")


def draw_tokens(program: Program, rows: int, rng: np.random.Generator) -> np.ndarray:
    """Random values at every position but the first, copies where the program wants them."""
    tokens = rng.integers(program.values, size=(rows, program.positions))
    tokens[:, 0] = -1
    for tie in program.ties:
        tokens[:, tie[1:]] = tokens[:, [tie[0]]]
    return tokens


def depends_on_all(program: Program, seed: int, rows: int = 256) -> bool:
    """Whether another token at any position, or tie of positions, changes the answer of some prompt."""
    rng = np.random.default_rng(seed)
    tokens = draw_tokens(program, rows, rng)
    answer = evaluate(program, tokens).answer
    ties = {position: tie for tie in program.ties for position in tie}
    for position in range(1, program.positions):
        changed = tokens.copy()
        places = list(ties.get(position, (position,)))
        changed[:, places] = (
            changed[:, places] + 1 + rng.integers(program.values - 1, size=(rows, 1))
        ) % program.values
        if bool((evaluate(program, changed).answer == answer).all()):
            return False
    return len(np.unique(answer)) > 1
