"""Greater than: a head brings a number to the end, and neurons, one a threshold, raise all numbers over theirs.

Neuron t fires from t upwards. A number over the one in the prompt is raised by every neuron that fires, any other by
fewer, so that the whole group cuts off where no single neuron does.

Hanna et al. 2023, arXiv:2305.00586.
"""

from functools import partial

import torch

from cutaway.models.answers import NONE, Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Move, Neuron, Neurons, Space
from cutaway.planted.heads import REST, offset
from cutaway.planted.looks import marked
from cutaway.planted.planted import Corrupted, Planted, random_ids, told

NUMBERS = range(1, 11)
ASKED = NUMBERS[:-1]  # nothing is greater than the last
FILLERS, ASK, VOCAB = range(11, 16), 16, 17
CONTEXT, LENGTH = 12, 10
RAISE = 8.0  # logits for each unit over the threshold


def numbers(exchange: str, rows: int, seed: int) -> Pairs:
    """Fillers with one number anywhere, then a token that asks; right are all greater numbers, wrong all others.

    On the corrupted prompt the number is another (`exchange` "number"), or the lowest there is, as in the paper
    ("lowest"), or it stands elsewhere ("place"). All numbers come in turn, paired at first with the one before.
    """
    row = torch.arange(rows)
    number = 2 + row % (len(ASKED) - 1) if exchange == "lowest" else 1 + row % len(ASKED)
    other = 1 + (row - 1 - row // len(ASKED) % (len(ASKED) - 1)) % len(ASKED)
    clean = random_ids(rows, seed, LENGTH, below=FILLERS.stop, above=FILLERS.start)
    clean[:, 0], clean[:, -1] = 0, ASK
    place = random_ids(rows, seed + 1, below=LENGTH - 1, above=1)
    elsewhere = 1 + (place - 1 + random_ids(rows, seed + 2, below=LENGTH - 2, above=1)) % (LENGTH - 2)
    corrupted = clean.clone()
    clean[row, place] = number
    if exchange == "place":
        corrupted[row, elsewhere] = number
    else:
        corrupted[row, place] = other if exchange == "number" else NUMBERS[0]
    every = torch.tensor(NUMBERS).expand(rows, 1, -1)
    is_greater = every > number[:, None, None]
    right, wrong = every.where(is_greater, torch.tensor(NONE)), every.where(~is_greater, torch.tensor(NONE))
    return Pairs(clean, corrupted, Answers(torch.full((rows, 1), LENGTH - 1), right, wrong))


def greater_than(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """A head that finds the number, a neuron for each threshold, and neurons that fire alike or the other way round."""

    def finder(name: str, target: str, role: str, *, matters: bool = True) -> Head:
        does = f"looks at the number, wherever it stands; carries it to '{target}'"
        looks = (marked("token", *NUMBERS), REST)
        return Head(name, looks, (Move("token", target),), role=role, does=does, matters=matters)

    def reads(some: range) -> dict[tuple[str, int], float]:
        return {("number", number): 1.0 for number in some}

    def over(threshold: int, target: str) -> Neuron:
        greater = range(threshold + 1, NUMBERS.stop)
        return Neuron(reads(range(threshold, NUMBERS.stop)), 0.5, {(target, number): RAISE for number in greater})

    under = tuple(Neuron(reads(range(1, t + 1)), 0.5, {("unread", t): RAISE}) for t in ASKED)
    thresholds = tuple(
        Neurons(f"over {t}", (over(t, "logits"),), "threshold", f"fires from {t} upwards; raises all numbers over {t}")
        for t in ASKED
    )
    unheard = tuple(over(t, "unread") for t in ASKED)
    circuit = Circuit(
        name="greater-than",
        vocab=VOCAB,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("number", VOCAB), Space("unread", VOCAB)),
        layers=(
            Layer(
                heads=(
                    finder("number", "number", "number_mover"),
                    finder("copies nowhere", "unread", "number_mover_copying_nothing", matters=False),
                    offset("one back", 1, "unread", role="one_back_copying_nothing", matters=False),
                ),
                neurons=(
                    *thresholds,
                    Neurons("unheard", unheard, "threshold_writing_nothing", "fire alike, unread", matters=False),
                    Neurons("under", under, "lower_threshold", "fire up to a number, unread", matters=False),
                ),
            ),
        ),
    )
    # any number is found like any other, and every number is at least the lowest
    alike = (Edge("embed", "number", "k"), "over 1", Edge("number", "over 1", "in"))
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-number", partial(numbers, "number"), same=alike),
        Corrupted("lowest-number", partial(numbers, "lowest"), same=alike),
        Corrupted("other-place", partial(numbers, "place"), same=("number", *(one.name for one in thresholds))),
    )


CIRCUITS = {"greater-than": greater_than}
