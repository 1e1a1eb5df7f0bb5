"""Neurons that tend the residual stream: one clears what was written and used, one boosts what was written faintly.

Clearing: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits"; Janiak et al. 2023, arXiv:2310.07325.
"""

from functools import partial

import torch

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Layer, Neuron, Neurons, Space
from cutaway.planted.gates import saturating
from cutaway.planted.heads import offset
from cutaway.planted.planted import Corrupted, Planted, told
from cutaway.planted.truth import Exceptions

CONTEXT = 12
SYMBOLS, KINDS = range(1, 9), 2  # the kind of a symbol is its parity
ANSWERS, ASK = 9, 25  # the first answer, one for each symbol and kind, and the token that asks
FAINT, BOOST, USUAL = 0.5, 10.0, 1.5  # logits: what the head writes; for each unit over the threshold; the rival's
TOKENS = range(1, 16)


def answer(symbol: int, kind: int) -> int:
    """The token that names a symbol and a kind."""
    return ANSWERS + KINDS * (symbol - 1) + kind


def two_symbols(exchange: str, rows: int, seed: int, *, length: int = 9) -> Pairs:
    """The last two symbols before the end decide: the answer names the earlier one and the kind of the later one.

    Wrong are the earlier one with the other kind, and the later or the new one in its place. On the corrupted prompt
    the new one, of the other kind, stands for the later symbol, or, of any kind, for the earlier.
    """
    generator = torch.Generator().manual_seed(seed)
    order = torch.stack([torch.randperm(8, generator=generator) + 1 for _ in range(rows)])
    earlier, later, row = order[:, 0], order[:, 1], torch.arange(rows)
    spare = order[:, 2:]
    other_kind = spare[row, (spare % 2 != later[:, None] % 2).float().argmax(dim=1)]
    new = other_kind if exchange == "later" else order[:, -1]
    clean = torch.randint(1, 9, (rows, length), generator=generator)
    clean[:, 0], clean[:, -3], clean[:, -2], clean[:, -1] = 0, earlier, later, ASK
    corrupted = clean.clone()
    corrupted[:, -2 if exchange == "later" else -3] = new
    kind = later % 2
    named = [ANSWERS + KINDS * (symbol - 1) + kind for symbol in (earlier, later, new)]
    wrong = torch.stack([ANSWERS + KINDS * (earlier - 1) + 1 - kind, named[1], named[2]], dim=1)
    at = torch.full((rows, 1), length - 1)
    return Pairs(clean, corrupted, Answers(at, named[0][:, None, None], wrong[:, None]))


def memory_clearing(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """Two heads write into one slot, one after the other; in between neurons use what the first wrote and clear it."""

    def of_kind(kind: int) -> tuple[Neuron, ...]:
        reads = {("slot", symbol): 1.0 for symbol in SYMBOLS if symbol % KINDS == kind}
        return saturating(reads, 0.3, 0.8, {("kind", kind): 1.0})

    def combined(symbol: int, kind: int) -> tuple[Neuron, ...]:
        reads = {("slot", symbol): 1.0, ("kind", kind): 1.0}
        return saturating(reads, 1.3, 1.8, {("logits", answer(symbol, kind)): 5.0})

    def clearing(space: str) -> tuple[Neuron, ...]:
        return tuple(Neuron({("slot", symbol): 1.0}, 0.0, {(space, symbol): -1.0}) for symbol in SYMBOLS)

    kinds = tuple(one for kind in range(KINDS) for one in of_kind(kind))
    both = tuple(one for symbol in SYMBOLS for kind in range(KINDS) for one in combined(symbol, kind))
    vocab = ASK + 1
    circuit = Circuit(
        name="memory-clearing",
        vocab=vocab,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("slot", vocab), Space("kind", KINDS), Space("unread", vocab)),
        layers=(
            Layer(
                heads=(offset("one back", 1, "slot", role="previous_token"),),
                neurons=(
                    Neurons("kinds", kinds, "first_reader", "finds the kind of the symbol in the slot"),
                    Neurons("clear", clearing("slot"), "memory_clearing", "writes minus what is in the slot"),
                    Neurons("clears elsewhere", clearing("unread"), "clearing_of_nothing", matters=False),
                ),
            ),
            Layer(
                heads=(
                    offset("two back", 2, "slot", role="two_back"),
                    offset("three back", 3, "unread", role="three_back", matters=False),
                ),
                neurons=(Neurons("answer", both, "second_reader", "joins the symbol in the slot with the kind"),),
            ),
        ),
    )
    left_over = Edge("one back", "answer", "in")
    exceptions: Exceptions = {
        (left_over, "zero"): (False, "it is cleared: less than nothing is in the slot, and no neuron fires at that"),
        (frozenset([left_over, "clear"]), "zero"): (False, "what the later reader does not see need not be cleared"),
        ("clear", "zero"): (
            True,
            "the later reader finds two symbols in the slot, and their answers tie: no lead is left",
        ),
    }
    first, second = Edge("embed", "one back", "v"), Edge("embed", "two back", "v")
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-later", partial(two_symbols, "later"), same=("two back", second)),
        Corrupted("other-earlier", partial(two_symbols, "earlier"), same=("one back", "kinds", "clear", first)),
        exceptions=exceptions,
    )


def faint_copies(exchange: str, rows: int, seed: int, *, length: int = 9) -> Pairs:
    """The token before the last is right, and the usual successor of the last one is wrong.

    All tokens differ, and that successor is not among them. On the corrupted prompt the token before the last, or the
    last, is another.
    """
    generator = torch.Generator().manual_seed(seed)
    order = torch.stack([torch.randperm(len(TOKENS), generator=generator) + 1 for _ in range(rows)])
    usual, row = order[:, length - 1] % len(TOKENS) + 1, torch.arange(rows)
    place, spare = (order == usual[:, None]).int().argmax(dim=1), order[:, -1].clone()
    order[:, -1], order[row, place] = usual, spare  # out of the prompt
    clean = order[:, :length].clone()
    clean[:, 0] = 0
    corrupted = clean.clone()
    corrupted[:, -2 if exchange == "before" else -1] = order[:, length]
    at = torch.full((rows, 1), length - 1)
    return Pairs(clean, corrupted, Answers(at, clean[:, -2, None, None], usual[:, None, None]))


def signal_boosting(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """A head writes the answer too faintly to win; neurons make it louder along the very direction that it wrote."""

    def along(space: str, threshold: float) -> tuple[Neuron, ...]:
        return tuple(Neuron({("logits", token): 1.0}, threshold, {(space, token): BOOST}) for token in TOKENS)

    successors = tuple(
        Neuron({("token", token): 1.0}, 0.0, {("logits", token % len(TOKENS) + 1): USUAL}) for token in TOKENS
    )
    vocab = len(TOKENS) + 1
    circuit = Circuit(
        name="signal-boosting",
        vocab=vocab,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("unread", vocab),),
        layers=(
            Layer(
                heads=(
                    offset("previous", 1, "logits", role="previous_token", gain=FAINT),
                    offset("two back", 2, "unread", role="two_back", matters=False),
                ),
            ),
            Layer(
                neurons=(
                    Neurons("boost", along("logits", 0.1), "signal_boosting", "makes any logit over 0.1 louder"),
                    Neurons("rival", successors, "bigram", "raises the usual successor of the present token", False),
                    Neurons("never reached", along("logits", 2.0), "boosting_of_louder_signals", matters=False),
                    Neurons("boosts elsewhere", along("unread", 0.1), "boosting_of_nothing", matters=False),
                )
            ),
        ),
    )
    why = "it works against the answer, whose lead grows or shrinks with it"
    rival = ("rival", Edge("embed", "rival", "in"), Edge("rival", "logits", "logits"))
    exceptions: Exceptions = {(one, ablation): (True, why) for one in rival for ablation in ("zero", "other-last")}
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-answer", partial(faint_copies, "before")),
        Corrupted(
            "other-last",
            partial(faint_copies, "last"),
            same=("previous", "boost", Edge("embed", "previous", "v")),
        ),
        exceptions=exceptions,
    )


CIRCUITS = {"memory-clearing": memory_clearing, "signal-boosting": signal_boosting}
