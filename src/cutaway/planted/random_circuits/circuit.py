"""`random_circuit(seed)`: a transformer whose circuit was drawn, and the truth that its program implies."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import torch

from cutaway.errors.planted import DescriptionError
from cutaway.models.answers import Answers
from cutaway.models.graph import POSITIONS, Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import Compiled, compile_circuit
from cutaway.planted.planted import Corrupted, Planted
from cutaway.planted.random_circuits.build import Builder
from cutaway.planted.random_circuits.draw import Size, draw_program, draw_tokens
from cutaway.planted.random_circuits.program import Backed, Either, Program, Run, Values, Vote, evaluate
from cutaway.planted.truth import Statement, Subject, Truth

SHARPEST, SOFTEST = 0.9995, 0.89  # share of a head's attention that goes where it should
SURELY = 0.15  # share of prompts whose answer must change before a statement says so
PROMPTS = 512  # prompts on which the program is asked what an intervention does
MOST_NOISE = 5e-4
EXACTLY, ROUGHLY = 1e-3, 0.05  # shares of the clean score that count as nothing, without noise and with it
CORRUPTION = "other-answer"


def random_circuit(
    seed: int,
    *,
    layers: int | None = None,
    values: int | None = None,
    fan_in: int | None = None,
    redundancy: float = 0.3,
    decoys: int | None = None,
    softness: float | None = None,
    noise: float | None = None,
) -> Planted:
    """A circuit drawn from a seed: gates, moves, lookups, local computations, votes and backups over random tokens.

    `layers` 1 to 4; `values` of each variable, 2 to 4; `fan_in` of a gate, 1 to 3; `redundancy`, how often an input
    is voted or backed; `decoys`, heads and groups of neurons that carry what the task does not need; `softness`,
    0 (attention saturated) to 1; `noise`, the standard deviation of what is added to every weight, which makes
    statements approximate and from 0.003 on false. What is None is drawn too, noise for every second circuit.
    Without noise it is right on every prompt by construction: thresholds follow from bounds, not from trials.
    Cost: about 20 milliseconds.
    Raises: DescriptionError for sizes that cannot be.
    """
    rng = np.random.default_rng((seed, 0))
    drawn = int(rng.integers(2, 5)), int(rng.integers(2, 4)), int(rng.integers(1, 4)), int(rng.integers(2, 7))
    size = Size(
        layers=checked("layers", layers, drawn[0], 1, 4),
        values=checked("values", values, drawn[1], 2, 4),
        fan_in=checked("fan_in", fan_in, drawn[2], 1, 3),
        leaves=int(rng.integers(3, 9)),
        redundancy=redundancy,
    )
    beside = checked("decoys", decoys, drawn[3], 0, 64)
    soft = float(rng.random()) if softness is None else softness
    if not 0 <= soft <= 1:
        raise DescriptionError("random", "random_circuit(...)", f"softness={soft}", "softness is between 0 and 1")
    if noise is None:
        noise = float(max(rng.uniform(-MOST_NOISE, MOST_NOISE), 0.0))
    program = draw_program(size, seed)
    length = program.positions + int(rng.integers(0, 4)) + 1
    builder = Builder(program, size.layers, length, SHARPEST + soft * (SOFTEST - SHARPEST), rng)
    described = builder.build(f"random-{seed}", decoy_heads=(beside + 1) // 2, decoy_neurons=beside // 2, noise=noise)
    compiled = compile_circuit(described, seed=seed)
    task = Task(program, length)
    truth = Truth(
        compiled.parts,
        compiled.edges,
        compiled.idle,
        tuple(implied(compiled, task, seed)),
        compiled.stream.directions,
        compiled.features,
        tolerance=ROUGHLY if noise else EXACTLY,
    )
    return Planted(compiled.model, truth, (Corrupted(CORRUPTION, task.pairs),))


def checked(name: str, given: int | None, drawn: int, least: int, most: int) -> int:
    """What was asked for, or what was drawn.

    Raises: DescriptionError for what is out of bounds.
    """
    if given is None:
        return drawn
    if not least <= given <= most:
        advice = f"{name} is between {least} and {most}"
        raise DescriptionError("random", "random_circuit(...)", f"{name}={given}", advice)
    return given


@dataclass(frozen=True)
class Task:
    """The prompts of a program: a start, its tokens, some that mean nothing, and an end that asks."""

    program: Program
    length: int

    def drawn(self, rows: int, seed: int) -> tuple[Values, Values]:
        """Tokens of clean and corrupted prompts, all drawn anew until the answers differ."""
        rng = np.random.default_rng((seed, 1))
        clean = draw_tokens(self.program, rows, rng)
        corrupted = draw_tokens(self.program, rows, rng)
        answer = evaluate(self.program, clean).answer
        while bool((same := evaluate(self.program, corrupted).answer == answer).any()):
            corrupted[same] = draw_tokens(self.program, int(same.sum()), rng)
        return clean, corrupted

    def pairs(self, rows: int, seed: int) -> Pairs:
        """Prompts for the model: the first token is 0, value v is token 1 + v, the last asks."""
        rng = np.random.default_rng((seed, 2))
        tokens = self.drawn(rows, seed)
        clean, corrupted = (torch.from_numpy(self.framed(one, rng)) for one in tokens)
        right, wrong = (torch.from_numpy(evaluate(self.program, one).answer + 1)[:, None, None] for one in tokens)
        return Pairs(clean, corrupted, Answers(torch.full((rows, 1), self.length - 1), right, wrong))

    def framed(self, tokens: Values, rng: np.random.Generator) -> Values:
        """Symbols for tokens, with those that mean nothing and the end."""
        rows = len(tokens)
        spare = rng.integers(self.program.values, size=(rows, self.length - 1 - self.program.positions))
        return np.concatenate([tokens, spare, np.full((rows, 1), self.program.values)], axis=1) + 1


def implied(compiled: Compiled, task: Task, seed: int) -> Iterator[Statement]:
    """What the program says of ablating every part and edge, and every set of redundant parts.

    That nothing happens is only said of decoys, of positions under a corruption, and of redundant parts, where it
    holds exactly. An answer that changes rarely is left unsaid, and so is one that is contradicted: of two copies that
    disagree the reader writes both.
    """
    clean, corrupted = (evaluate(task.program, tokens) for tokens in task.drawn(PROMPTS, seed + 1))
    carriers = {part.name for part in compiled.parts if part.carries}
    contradicted = {f"{step.name}.{n}" for step in task.program.steps if isinstance(step, Either) for n in range(2)}
    redundant, blinded = dict(groups(task.program)), set(lookers(compiled, task.program))
    subjects: list[Subject] = [*(part.name for part in compiled.parts), *compiled.edges]
    for subject in subjects:
        ends = {subject.sender, subject.receiver} if isinstance(subject, Edge) else {subject}
        inside = ends & {part.name for part in compiled.parts}
        for ablation, other in (("zero", None), (CORRUPTION, corrupted)):
            if other is None and isinstance(subject, Edge) and subject.sender == POSITIONS and ends & blinded:
                continue
            if not inside <= carriers or (subject in compiled.idle and other is not None):
                yield Statement(frozenset([subject]), ablation, False, "a decoy")
            elif isinstance(subject, Edge) and subject.sender == POSITIONS and other is not None:
                yield Statement(frozenset([subject]), ablation, False, "positions are the same on both prompts")
            elif subject not in compiled.idle and not (other is not None and ends & contradicted):
                why = next((why for member, why in redundant.items() if member in ends), "")
                yield from judged(frozenset([subject]), ablation, share(task.program, clean, {subject}, other), why)
    yield from averaged(compiled, task.program, clean)
    for members in sets(task.program):
        for ablation, other in (("zero", None), (CORRUPTION, corrupted)):
            yield from judged(members, ablation, share(task.program, clean, set(members), other), "")


def averaged(compiled: Compiled, program: Program, clean: Run) -> Iterator[Statement]:
    """What replacing a part by its mean over prompts does.

    The mean is all values at once, and none of them enough, or one that is common enough to pass for the value. That
    the metric moves is said where either would change the answer. A vote outnumbers a mean; a backup sees that
    something was written, and does not step in.
    """
    redundant = dict(groups(program))
    for part in compiled.parts:
        whole: frozenset[Subject] = frozenset([part.name])
        if not part.carries:
            yield Statement(whole, "mean", False, "a decoy")
        elif part.role in ("voter", "either", "backup"):
            yield Statement(whole, "mean", False, redundant[part.name])
        else:
            behind = {part.name.replace(".first", ".backup")} if part.role == "primary" else set()
            lost = share(program, clean, {part.name, *behind}, None)
            constant = [share(program, clean, {part.name}, always(clean, part.name, v)) for v in range(program.values)]
            if min(lost, *constant) >= SURELY:
                yield Statement(whole, "mean", True)


def always(run: Run, part: str, value: int) -> Run:
    """A run in which a part always writes one value."""
    return Run(run.tokens, {part: np.full_like(run.answer, value)}, run.answer)


def judged(members: frozenset[Subject], ablation: str, changed: float, redundant: str) -> Iterator[Statement]:
    """The statement that a share of changed answers allows, if any."""
    if changed >= SURELY:
        yield Statement(members, ablation, True)
    elif changed == 0 and redundant:
        yield Statement(members, ablation, False, redundant)


def share(program: Program, clean: Run, ablated: set[Subject], other: Run | None) -> float:
    """On how many of the prompts the answer is another one."""
    return float((evaluate(program, clean.tokens, ablated, other).answer != clean.answer).mean())


def groups(program: Program) -> Iterator[tuple[str, str]]:
    """Every redundant part, and why ablating it alone shows nothing."""
    for step in program.steps:
        if isinstance(step, Vote):
            yield from ((f"{step.name}.{number}", "the two others outvote it") for number in range(3))
        elif isinstance(step, Either):
            yield from ((f"{step.name}.{number}", "the other one brings the same") for number in range(2))
        elif isinstance(step, Backed):
            yield f"{step.name}.first", "its backup takes over"
            yield f"{step.name}.backup", "it rests while the first head writes"


def sets(program: Program) -> Iterator[frozenset[Subject]]:
    """Sets of redundant parts that are worth ablating together."""
    for step in program.steps:
        if isinstance(step, Vote):
            yield from (frozenset(pair) for pair in combinations([f"{step.name}.{n}" for n in range(3)], 2))
        elif isinstance(step, Either):
            yield frozenset(f"{step.name}.{number}" for number in range(2))
        elif isinstance(step, Backed):
            yield frozenset([f"{step.name}.first", f"{step.name}.backup"])


def lookers(compiled: Compiled, program: Program) -> Iterator[str]:
    """Heads that write a mixture, which no value stands for, once they do not know where to look.

    Zeroing what a resting decoy knows of positions makes it matter: an artefact of the ablation, left unsaid.
    """
    yield from (part.name for part in compiled.parts if part.role == "resting")
    for step in program.steps:
        if isinstance(step, Backed):
            yield from (f"{step.name}.first", f"{step.name}.backup")
        elif isinstance(step, Either):
            yield from (f"{step.name}.0", f"{step.name}.1")
