"""A previous-token head: the answer is the token before the last one."""

import torch

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Move, Space
from cutaway.planted.heads import offset
from cutaway.planted.looks import scaled
from cutaway.planted.planted import Corrupted, Planted, random_ids, told
from cutaway.planted.rotary import turned

VOCAB, CONTEXT = 16, 12


def sample(rows: int, seed: int, *, vocab: int = VOCAB, length: int = 8) -> Pairs:
    """Random tokens; on the corrupted prompt the last token but one is another."""
    clean = random_ids(rows, seed, length, below=vocab, above=1)
    clean[:, 0] = 0
    corrupted = clean.clone()
    corrupted[:, -2] = 1 + (clean[:, -2] - 1 + random_ids(rows, seed + 1, below=vocab - 1, above=1)) % (vocab - 1)
    at = torch.full((rows, 1), length - 1)
    return Pairs(clean, corrupted, Answers(at, clean[:, -2, None, None], corrupted[:, -2, None, None]))


def previous_token(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """One head that looks one back and copies into the logits, beside one that looks two back and copies nowhere."""
    circuit = Circuit(
        name="previous-token",
        vocab=VOCAB,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("unread", VOCAB),),
        layers=(
            Layer(
                heads=(
                    offset("previous", 1, "logits", role="previous_token", gain=4.0),
                    offset("two back", 2, "unread", role="two_back", matters=False),
                )
            ),
        ),
    )
    return told(compile_circuit(circuit, seed=seed), Corrupted("other-answer", sample))


def rotary_previous_token(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """The same by rotation: queries and keys are the same for every token, and agree most one position apart."""

    def head(name: str, by: int, target: str, gain: float, *, matters: bool) -> Head:
        moves = (Move("token", target, scaled(gain)),)
        role = "previous_token" if by == 1 else "two_back"
        return Head(name, (turned(by),), moves, role=role, does=f"looks {by} back by rotation", matters=matters)

    circuit = Circuit(
        name="rotary-previous-token",
        vocab=VOCAB,
        context=CONTEXT,
        sharpness=sharpness,
        positions="rotary",
        spaces=(Space("unread", VOCAB),),
        layers=(
            Layer(
                heads=(
                    head("previous", 1, "logits", 4.0, matters=True),
                    head("two back", 2, "unread", 1.0, matters=False),
                )
            ),
        ),
    )
    constant = Edge("embed", "previous", "q"), Edge("embed", "previous", "k")
    return told(compile_circuit(circuit, seed=seed), Corrupted("other-answer", sample, same=constant))


CIRCUITS = {"previous-token": previous_token, "rotary-previous-token": rotary_previous_token}
