"""Induction in two ways: by K-composition with a previous-token head, and by a pointer from a duplicate-token head."""

from functools import partial

import torch

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Layer, Space
from cutaway.planted.heads import after_copy, duplicate, offset, one_past_pointer
from cutaway.planted.planted import Corrupted, Planted, told

VOCAB, CONTEXT, COPY = 20, 16, 4.0


def repeats(rows: int, seed: int, *, vocab: int = VOCAB, length: int = 12, exchange: int = 1) -> Pairs:
    """A row of different tokens whose last one was seen before; the answer is what followed it then.

    On the corrupted prompt another token stands after the first showing (`exchange` 1), or in its place (0).
    """
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.stack([torch.randperm(vocab - 1, generator=generator)[: length + 2] + 1 for _ in range(rows)])
    clean, new, row = drawn[:, :length].clone(), drawn[:, length], torch.arange(rows)
    clean[:, 0] = 0
    first = torch.randint(1, length - 3, (rows,), generator=generator)
    clean[:, -1] = clean[row, first]
    right = clean[row, first + 1]
    corrupted = clean.clone()
    corrupted[row, first + exchange] = new
    wrong = new if exchange else drawn[:, length + 1]
    at = torch.full((rows, 1), length - 1)
    return Pairs(clean, corrupted, Answers(at, right[:, None, None], wrong[:, None, None]))


def induction(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """A previous-token head, and an induction head whose keys read what it wrote."""
    circuit = Circuit(
        name="induction",
        vocab=VOCAB,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("previous", VOCAB), Space("unread", VOCAB)),
        layers=(
            Layer(
                heads=(
                    offset("previous", 1, "previous", role="previous_token"),
                    offset("two back", 2, "unread", role="two_back", matters=False),
                )
            ),
            Layer(
                heads=(
                    after_copy("induction", "logits", COPY),
                    after_copy("copies nowhere", "unread", COPY, role="after_copy_copying_nothing", matters=False),
                )
            ),
        ),
    )
    found = Edge("embed", "induction", "q")
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-answer", repeats, same=("previous", Edge("embed", "previous", "v"), found)),
        Corrupted("no-match", partial(repeats, exchange=0), same=(found, Edge("embed", "induction", "v"))),
    )


def pointer_induction(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """A duplicate-token head that writes where the copy was, and a head that looks one past that place."""
    circuit = Circuit(
        name="pointer-induction",
        vocab=VOCAB,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("copy_at", CONTEXT), Space("unread", VOCAB)),
        layers=(
            Layer(
                heads=(
                    duplicate("duplicate", "position", "copy_at"),
                    duplicate("copies nowhere", "token", "unread", role="equal_tokens_copying_nothing", matters=False),
                )
            ),
            Layer(
                heads=(
                    one_past_pointer("pointer", COPY),
                    offset("three back", 3, "unread", role="three_back", matters=False),
                )
            ),
        ),
    )
    compared = Edge("embed", "duplicate", "q"), Edge("embed", "duplicate", "k")
    itself = Edge("positions", "duplicate", "q"), Edge("positions", "duplicate", "k")
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-answer", repeats, same=("duplicate", *compared)),
        Corrupted("no-match", partial(repeats, exchange=0), same=(Edge("embed", "pointer", "v"), compared[0])),
        unsaid=itself,  # a head that also looks at itself still points at the copy, at half the strength
    )


CIRCUITS = {"induction": induction, "pointer-induction": pointer_induction}
