"""A bracket counter: a head that looks everywhere alike counts opens less closes, and neurons compare the count.

The count at the end says whether something is still open. Whether a bracket was ever closed that nobody had opened
shows at the place where it happened: neurons mark such places, and a later head finds a mark.

Balanced brackets by an average over all positions and by dips below zero: Chan et al. 2022, "Causal Scrubbing".
"""

from functools import partial

import torch
from jaxtyping import Int
from torch import Tensor

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Move, Neuron, Neurons, Space
from cutaway.planted.gates import saturating
from cutaway.planted.heads import REST, offset
from cutaway.planted.looks import entries, marked
from cutaway.planted.planted import Corrupted, Planted, random_ids, told

OPEN, CLOSE, END, WRONG = range(1, 5)  # two brackets; CLOSE, END and WRONG are also the answers
VOCAB, BRACKETS = 6, 10
LENGTH = BRACKETS + 1
BY_DEFAULT, STILL_OPEN, BROKEN = 3.0, 6.0, 12.0  # logits: each answer outdoes those before it
ANSWERS = torch.tensor([END, CLOSE, WRONG])


def kind(prompts: Int[Tensor, "batch pos"]) -> Int[Tensor, "batch"]:
    """The number of the answer: 0 all closed, 1 something still open, 2 closed more than was open somewhere."""
    depth = ((prompts == OPEN).long() - (prompts == CLOSE).long()).cumsum(dim=1)
    return torch.where(depth.amin(dim=1) < 0, 2, (depth[:, -1] > 0).long())


def brackets(exchange: str, rows: int, seed: int) -> Pairs:
    """Random brackets: right is the answer that their kind has, wrong the corrupted prompt's.

    On the corrupted prompt one bracket is turned round, so that the kind is another (`exchange` "any"), or so that
    nothing dips on either prompt ("open"); or two neighbours are exchanged, so that there is a dip in one of both
    ("dip"). Kinds that can come take turns.
    """
    many = 300 * rows
    clean = random_ids(many, seed, LENGTH, below=CLOSE + 1, above=OPEN)
    clean[:, 0] = 0
    row, at = torch.arange(many), random_ids(many, seed + 1, below=BRACKETS, above=1)
    corrupted = clean.clone()
    if exchange == "dip":
        corrupted[row, at], corrupted[row, at + 1] = clean[row, at + 1], clean[row, at]
    else:
        corrupted[row, at] = OPEN + CLOSE - clean[row, at]
    before, after = kind(clean), kind(corrupted)
    good = before != after
    if exchange == "open":
        good &= (before < 2) & (after < 2)
    of_kind = [(good & (before == number)).nonzero().flatten() for number in range(3)]
    present = [some for some in of_kind if len(some)]
    kept = torch.stack([present[n % len(present)][n // len(present)] for n in range(rows)])
    right, wrong = ANSWERS[before[kept], None, None], ANSWERS[after[kept], None, None]
    return Pairs(clean[kept], corrupted[kept], Answers(torch.full((rows, 1), LENGTH - 1), right, wrong))


def bracket_counter(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """A counting head, neurons for both signs of the count, and a head and a neuron that report a dip at the end."""

    def counts(name: str, target: str, role: str, does: str, *, matters: bool = True) -> Head:
        # at the last position the mean of LENGTH times this is the depth; before, it is the depth and more
        move = Move("token", target, entries((OPEN, 0, float(LENGTH)), (CLOSE, 0, -float(LENGTH))))
        return Head(name, (), (move,), role, does, matters=matters)

    def step(sign: float, writes: dict[tuple[str, int], float]) -> tuple[Neuron, ...]:
        return saturating({("depth", 0): sign}, 0.25, 0.75, writes)

    finder = (marked("dip", 0), REST)
    says_wrong = saturating({("broken", 0): 1.0}, 0.3, 0.8, {("logits", WRONG): BROKEN})
    always = Neuron({}, -1.0, {("logits", END): BY_DEFAULT})
    circuit = Circuit(
        name="bracket-counter",
        vocab=VOCAB,
        context=LENGTH,
        sharpness=sharpness,
        spaces=(Space("depth", 1), Space("dip", 1), Space("broken", 1), Space("unread", VOCAB)),
        layers=(
            Layer(
                heads=(
                    counts("count", "depth", "counter", "looks everywhere alike; opens less closes, averaged"),
                    counts(
                        "counts nowhere", "unread", "counter_writing_nothing", "counts alike, unread", matters=False
                    ),
                    offset("one back", 1, "unread", role="one_back_copying_nothing", matters=False),
                ),
                neurons=(
                    Neurons("open", step(1, {("logits", CLOSE): STILL_OPEN}), "is_open", "on where depth is above 0"),
                    Neurons("below", step(-1, {("dip", 0): 1.0}), "is_below_zero", "on where depth is below 0"),
                    Neurons("by default", (always,), "constant", "always on; raises END"),
                    Neurons("open unread", step(1, {("unread", 0): 1.0}), "is_open_writing_nothing", matters=False),
                ),
            ),
            Layer(
                heads=(
                    Head("dip", finder, (Move("dip", "broken"),), "dip_finder", "looks at any dip; reports it"),
                    Head("dip nowhere", finder, (Move("dip", "unread"),), "dip_finder_copying_nothing", matters=False),
                ),
                neurons=(Neurons("wrong", says_wrong, "is_broken", "on if a dip was reported; raises WRONG"),),
            ),
        ),
    )
    no_dip = ("below", "dip", "wrong", Edge("count", "below", "in"))
    same_end = ("open", Edge("count", "open", "in"))
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-kind", partial(brackets, "any"), same=("by default",)),
        Corrupted("open-or-closed", partial(brackets, "open"), same=("by default", *no_dip)),
        Corrupted("dip-or-none", partial(brackets, "dip"), same=("by default", *same_end)),
    )


CIRCUITS = {"bracket-counter": bracket_counter}
