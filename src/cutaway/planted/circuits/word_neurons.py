"""Neurons that know words: each fires where one token follows another, and what it writes is used at once or later.

Trigrams: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits". Words put together from pieces:
Elhage et al. 2022, "Softmax Linear Units"; Gurnee et al. 2023, arXiv:2305.01610.
"""

from functools import partial

import torch

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Move, Neuron, Neurons, Space
from cutaway.planted.gates import follows
from cutaway.planted.heads import REST, offset
from cutaway.planted.looks import entries, marked
from cutaway.planted.planted import Corrupted, Planted, random_ids, told

VOCAB, CONTEXT = 24, 16
FIRSTS, SECONDS = range(1, 5), range(5, 9)  # tokens that come first, and that follow
THIRDS = range(9, 17)  # what a pair of them leads to
ASK, FILLERS = 17, 18  # the token that asks for the word, and the first of those that mean nothing
LEADS = 8.0  # logits for each unit by which a neuron is over its threshold
WORDS = [(i, (i + step) % 4) for i in range(4) for step in range(2)]  # half of all pairs of pieces


def third(first: int, second: int) -> int:
    """What the i-th of the firsts and the j-th of the seconds lead to: neither decides it alone."""
    return THIRDS[(first + 2 * second) % 8]


def trigrams(exchange: int, rows: int, seed: int, *, length: int = 10) -> Pairs:
    """The last two tokens lead to a third; earlier a pair stands in the reversed order, and a second on its own.

    On the corrupted prompt the first of the two (`exchange` 0) or the second (1) is another.
    """
    both = random_ids(rows, seed, 2, below=4)
    other = both.clone()
    other[:, exchange] = (both[:, exchange] + random_ids(rows, seed + 1, below=4, above=1)) % 4
    clean = random_ids(rows, seed + 2, length, below=VOCAB, above=FILLERS)
    clean[:, 0] = 0
    clean[:, 2] = SECONDS.start + random_ids(rows, seed + 3, below=4)
    clean[:, 3] = FIRSTS.start + random_ids(rows, seed + 4, below=4)
    clean[:, 5] = SECONDS.start + random_ids(rows, seed + 5, below=4)
    corrupted = clean.clone()
    for prompt, pair in ((clean, both), (corrupted, other)):
        prompt[:, -2], prompt[:, -1] = FIRSTS.start + pair[:, 0], SECONDS.start + pair[:, 1]
    right, wrong = (THIRDS.start + (pair[:, 0] + 2 * pair[:, 1]) % 8 for pair in (both, other))
    at = torch.full((rows, 1), length - 1)
    return Pairs(clean, corrupted, Answers(at, right[:, None, None], wrong[:, None, None]))


def trigram(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """A previous-token head, and a neuron for each pair of a first and a second that raises what they lead to."""
    pairs = [(i, j) for i in range(4) for j in range(4)]

    def neurons(target: str, *, reversed_order: bool = False) -> tuple[Neuron, ...]:
        made = []
        for i, j in pairs:
            before, now = (SECONDS[j], FIRSTS[i]) if reversed_order else (FIRSTS[i], SECONDS[j])
            made.append(follows(("previous", before), ("token", now), {(target, third(i, j)): LEADS}))
        return tuple(made)

    circuit = Circuit(
        name="trigram",
        vocab=VOCAB,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("previous", VOCAB), Space("unread", VOCAB)),
        layers=(
            Layer(
                heads=(
                    offset("previous", 1, "previous", role="previous_token"),
                    offset("two back", 2, "unread", role="two_back", matters=False),
                ),
                neurons=(
                    Neurons(
                        "trigram",
                        neurons("logits"),
                        does="neuron 4 i + j fires where second j follows first i; raises what they lead to",
                    ),
                    Neurons(
                        "reversed",
                        neurons("logits", reversed_order=True),
                        role="reversed_trigram",
                        does="fires where a first follows a second, which the task never asks about",
                        matters=False,
                    ),
                    Neurons(
                        "unheard",
                        neurons("unread"),
                        role="trigram_writing_nothing",
                        does="fires like the trigram neurons; writes where nobody reads",
                        matters=False,
                    ),
                ),
            ),
        ),
    )
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-first", partial(trigrams, 0), same=(Edge("embed", "trigram", "in"),)),
        Corrupted("other-second", partial(trigrams, 1), same=("previous", Edge("embed", "previous", "v"))),
    )


def words(exchange: int, rows: int, seed: int, *, length: int = 12) -> Pairs:
    """Somewhere stands a word of two pieces, elsewhere two pieces that are no word; the last token asks which word.

    On the corrupted prompt the first piece (`exchange` 0) or the second (1) is that of another word. The pieces that
    are no word belong neither to the clean nor to the corrupted one.
    """
    number = random_ids(rows, seed, below=len(WORDS))
    i, step = number // 2, number % 2
    j = (i + step) % 4
    stray_first, stray_second = (i + torch.where(step == 0, 1, 3)) % 4, (i + torch.where(step == 0, 3, 2)) % 4
    if exchange == 0:  # the other first piece that goes with this second one
        other_first, other_second = (j - 1 + step) % 4, j
    else:
        other_first, other_second = i, (i + 1 - step) % 4
    clean = random_ids(rows, seed + 1, length, below=VOCAB, above=FILLERS)
    clean[:, 0], clean[:, -1] = 0, ASK
    row, slots = torch.arange(rows), torch.tensor([1, 4, 7])
    at = random_ids(rows, seed + 2, below=3)
    away = slots[(at + random_ids(rows, seed + 3, below=3, above=1)) % 3]
    clean[row, away], clean[row, away + 1] = FIRSTS.start + stray_first, SECONDS.start + stray_second
    corrupted = clean.clone()
    clean[row, slots[at]], clean[row, slots[at] + 1] = FIRSTS.start + i, SECONDS.start + j
    corrupted[row, slots[at]], corrupted[row, slots[at] + 1] = FIRSTS.start + other_first, SECONDS.start + other_second
    asked = torch.full((rows, 1), length - 1)
    right, wrong = THIRDS.start + number, THIRDS.start + 2 * other_first + (other_second - other_first) % 4
    return Pairs(clean, corrupted, Answers(asked, right[:, None, None], wrong[:, None, None]))


def detokeniser(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """A previous-token head, a neuron for each word that writes it at its second piece, and a head that finds it."""

    def neurons(target: str) -> tuple[Neuron, ...]:
        return tuple(
            follows(("previous", FIRSTS[i]), ("token", SECONDS[j]), {(target, word): 2.0})
            for word, (i, j) in enumerate(WORDS)
        )

    def reader(name: str, target: str, role: str, *, matters: bool) -> Head:
        table = entries(*((word, THIRDS[word], 5.0) for word in range(len(WORDS))))
        does = f"looks where a word was written, whichever; carries it to '{target}'"
        looks = (marked("word", *range(len(WORDS))), REST)
        return Head(name, looks, (Move("word", target, table),), role=role, does=does, matters=matters)

    alone = tuple(Neuron({("token", second): 1.0}, 0.5, {("unread", second): 2.0}) for second in SECONDS)
    circuit = Circuit(
        name="detokeniser",
        vocab=VOCAB,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("previous", VOCAB), Space("word", len(WORDS)), Space("unread", VOCAB)),
        layers=(
            Layer(
                heads=(offset("previous", 1, "previous", role="previous_token"),),
                neurons=(
                    Neurons("words", neurons("word"), "detokeniser", "a neuron a word; writes it at its second piece"),
                    Neurons("pieces", alone, "piece", "fires on a second piece, whatever is before it", matters=False),
                    Neurons("unheard", neurons("unread"), "word_read_by_nobody", "fires on the words", matters=False),
                ),
            ),
            Layer(
                heads=(
                    reader("reader", "logits", "word_reader", matters=True),
                    reader("copies nowhere", "unread", "word_reader_copying_nothing", matters=False),
                )
            ),
        ),
    )
    # there is a word, and no less so if it is another: where the reader looks stays as it is
    found = Edge("words", "reader", "k")
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-first-piece", partial(words, 0), same=(Edge("embed", "words", "in"), found)),
        Corrupted("other-second-piece", partial(words, 1), same=("previous", Edge("embed", "previous", "v"), found)),
    )


CIRCUITS = {"trigram": trigram, "detokeniser": detokeniser}
