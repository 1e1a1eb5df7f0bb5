"""The cases: named planted circuits, drawn ones with and without redundancy and softness, and a trained model."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from cutaway.models.graph import Edge, Graph
from cutaway.planted import Planted, circuit, named_circuits, random_circuit
from cutaway.planted.graph import graph_of
from cutaway.planted.stack import Stack
from cutaway.tasks.symbols.symbolic_ioi import symbolic_ioi
from cutaway.techniques.circuits.question import Question
from cutaway.zoo.load import load

DRAWN = 15  # of each kind
LAYERS = 2
ROWS = 32
TRAINED = ("ioi-2l", "ioi-2l-dropout")


@dataclass(frozen=True, eq=False)
class Case:
    """A question, and where the model is planted its truth. `held_out`: the same on other prompts."""

    name: str
    kind: str
    question: Question
    held_out: Question
    planted: Planted | None = None
    ablation: str = ""
    redundancy: float | None = None
    softness: float | None = None


def planted_case(
    planted: Planted, kind: str, *, redundancy: float | None = None, softness: float | None = None
) -> Case:
    """A planted model under its first corruption."""
    graph, name = graph_of(planted), planted.corruptions[0].name
    first, second = (Question(graph, planted.sample(ROWS, seed)) for seed in (0, 1))
    return Case(planted.name, kind, first, second, planted, name, redundancy, softness)


def named_cases() -> Iterator[Case]:
    """Every named transformer of whose edges something is known under its first corruption."""
    for name in named_circuits():
        planted = circuit(name)
        if isinstance(planted.model.module, Stack):
            continue
        alone = planted.truth.alone(planted.corruptions[0].name)
        edges = [moves for one, moves in alone.items() if isinstance(one, Edge)]
        if any(edges):
            yield planted_case(planted, "named")


def drawn_cases(count: int = DRAWN) -> Iterator[Case]:
    """So many random circuits of each kind: without and with redundancy, with saturated and with soft attention."""
    for redundancy, softness in product((0.0, 0.6), (0.0, 1.0)):
        for seed in range(count):
            planted = random_circuit(seed, layers=LAYERS, redundancy=redundancy, softness=softness, noise=0.0)
            yield planted_case(planted, "drawn", redundancy=redundancy, softness=softness)


def trained_cases() -> Iterator[Case]:
    """Symbolic IOI, learnt: nobody knows its truth, so that only what circuits do can be compared."""
    for name in TRAINED:
        model = load(name)
        task = symbolic_ioi(model.shape.d_vocab - 2)
        first, second = (Question(Graph.of(model), task.pairs(model, rows=2 * ROWS, seed=seed)) for seed in (0, 1))
        yield Case(name, "trained", first, second)


def all_cases(drawn: int = DRAWN) -> Iterator[Case]:
    """All of them."""
    yield from named_cases()
    yield from drawn_cases(drawn)
    yield from trained_cases()
