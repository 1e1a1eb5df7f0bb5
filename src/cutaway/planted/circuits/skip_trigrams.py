"""Skip trigrams, A ... X -> C and B ... Y -> D: by two heads, by one head with the crossed bug, and with it mended.

A head looks from the last token at an earlier one (QK) and raises what that one calls for (OV). When one head serves
both trigrams, its OV cannot know from where it was asked: it says D after B ... X as well, where nothing is meant.

Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits", section on bugs of one-layer models.
"""

from functools import partial

import torch

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import Compiled, compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Look, Move, Neuron, Neurons, Space
from cutaway.planted.heads import REST, offset
from cutaway.planted.looks import back, entries
from cutaway.planted.planted import Corrupted, Planted, random_ids, told
from cutaway.planted.truth import Subject

A, B, X, Y, C, D, NEITHER = range(1, 8)
FILLERS, VOCAB = range(8, 16), 16
CONTEXT, LENGTH = 14, 10
CALLED, USUAL = 6.0, 2.0  # logits: of what a trigram calls for, and of NEITHER after X and Y
ONE, OTHER = (X, A, C), (Y, B, D)  # from where, at what, and what is raised


def uncrossed(exchange: str, rows: int, seed: int, *, length: int = LENGTH) -> Pairs:
    """Fillers with A or B anywhere, X after A and Y after B at the end: right is C after A, D after B; wrong the other.

    Corrupted prompts are crossed, and NEITHER is meant there: the last token is the other (`exchange` "last"), or the
    earlier one ("earlier").
    """
    which = random_ids(rows, seed, below=2)
    clean = random_ids(rows, seed + 1, length, below=FILLERS.stop, above=FILLERS.start)
    place, row = random_ids(rows, seed + 2, below=length - 1, above=1), torch.arange(rows)
    clean[:, 0], clean[:, -1] = 0, X + which
    clean[row, place] = A + which
    corrupted = clean.clone()
    if exchange == "last":
        corrupted[:, -1] = Y - which
    else:
        corrupted[row, place] = B - which
    at = torch.full((rows, 1), length - 1)
    return Pairs(clean, corrupted, Answers(at, C + which[:, None, None], D - which[:, None, None]))


def skips(name: str, looks: Look, move: Move, role: str, does: str, *, matters: bool = True) -> Head:
    """Looks at an earlier token that the last one calls for."""
    return Head(name, (looks, REST), (move,), role, does, matters=matters)


def compiled(name: str, seed: int, sharpness: float, heads: tuple[Head, ...], neurons: tuple[Neurons, ...]) -> Compiled:
    """One layer of heads and neurons, with the head that says NEITHER after X and Y, and a decoy."""
    usual = Move("token", "logits", entries((X, NEITHER, USUAL), (Y, NEITHER, USUAL)))
    does = "looks at itself; raises NEITHER after X and Y, less than a trigram does"
    by_default = Head("by default", (back(0), REST), (usual,), "current_token", does, matters=False)
    decoy = offset("one back", 1, "unread", role="one_back_copying_nothing", matters=False)
    spaces = (Space("seen", 2), Space("unread", VOCAB)) if neurons else (Space("unread", VOCAB),)
    layers = (Layer((*heads, by_default, decoy), neurons),)
    return compile_circuit(Circuit(name, VOCAB, CONTEXT, spaces, layers, sharpness), seed=seed)


def crossing(*, last: tuple[Subject, ...], earlier: tuple[Subject, ...]) -> tuple[Corrupted, Corrupted]:
    """Both corruptions, with what is the same on uncrossed and crossed prompts."""
    return (
        Corrupted("crossed-last", partial(uncrossed, "last"), same=last),
        Corrupted("crossed-earlier", partial(uncrossed, "earlier"), same=earlier),
    )


def skip_trigrams(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """A head for each trigram: neither looks from the other's last token, nor at its earlier one."""

    def one_trigram(name: str, query: int, key: int, called: int) -> Head:
        look, move = Look("token", "token", entries((query, key, 1.0))), entries((key, called, CALLED))
        return skips(name, look, Move("token", "logits", move), "skip_trigram", "looks at its own earlier token")

    heads = one_trigram("A ... X", *ONE), one_trigram("B ... Y", *OTHER)
    both = [head.name for head in heads]
    same_last = tuple(Edge("embed", name, slot) for name in both for slot in ("k", "v"))
    same_earlier = tuple(Edge("embed", name, "q") for name in both)
    return told(compiled("skip-trigrams", seed, sharpness, heads, ()), *crossing(last=same_last, earlier=same_earlier))


def from_both_at_both() -> Look:
    """From X and Y alike at A and B alike: one direction for queries and one for keys is all that is compared."""
    return Look("token", "token", entries(*((query, key, 1.0) for query in (X, Y) for key in (A, B))))


def crossed_bug(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """One head for both: right on uncrossed prompts, and as sure of C and D on crossed ones, where it is wrong.

    That it is blind to the last token is stated: exchanging X and Y changes nothing anywhere.
    """
    move = entries(*((key, called, CALLED) for _, key, called in (ONE, OTHER)))
    does = "looks from X or Y at A or B; raises C for A, D for B, whoever asked"
    unread = "looks alike; writes where nobody reads"
    heads = (
        skips("crossed", from_both_at_both(), Move("token", "logits", move), "crossed_skip_trigrams", does),
        skips(
            "unheard", from_both_at_both(), Move("token", "unread", move), "skip_copying_nothing", unread, matters=False
        ),
    )
    read = (Edge("embed", "crossed", "q"), Edge("embed", "crossed", "k"))
    return told(
        compiled("crossed-skip-trigrams-bug", seed, sharpness, heads, ()),
        *crossing(last=("crossed", *read, Edge("embed", "crossed", "v")), earlier=read),
    )


def crossed_fixed(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """The same head writes which of A and B it saw, and a neuron for each trigram asks for X or Y as well."""

    def both_seen(axis: int, last: int, called: int, target: str) -> Neurons:
        # over 1, which one of the two reaches alone, and under 1.5, which is there where A and B share the attention
        neurons = (Neuron({("seen", axis): 1.0, ("token", last): 1.0}, 1.2, {(target, called): 2.5 * CALLED}),)
        name = f"{'AB'[axis]} and {'XY'[axis]}" + (" unread" if target == "unread" else "")
        does = f"fires where {'AB'[axis]} was seen and {'XY'[axis]} stands; raises token {called} in '{target}'"
        role = "skip_trigram" if target == "logits" else "skip_trigram_writing_nothing"
        return Neurons(name, neurons, role, does, matters=target == "logits")

    move = Move("token", "seen", entries((A, 0, 1.0), (B, 1, 1.0)))
    does = "looks from X or Y at A or B; writes which it saw"
    heads = (skips("seen", from_both_at_both(), move, "crossed_skip_trigrams", does),)
    neurons = tuple(both_seen(n, (X, Y)[n], (C, D)[n], target) for target in ("logits", "unread") for n in range(2))
    ands = [one.name for one in neurons if one.matters]
    looked = (Edge("embed", "seen", "q"), Edge("embed", "seen", "k"))
    return told(
        compiled("crossed-skip-trigrams-fixed", seed, sharpness, heads, neurons),
        *crossing(
            last=("seen", *looked, Edge("embed", "seen", "v")),
            earlier=(*looked, *(Edge("embed", name, "in") for name in ands)),
        ),
    )


CIRCUITS = {
    "skip-trigrams": skip_trigrams,
    "crossed-skip-trigrams-bug": crossed_bug,
    "crossed-skip-trigrams-fixed": crossed_fixed,
}
