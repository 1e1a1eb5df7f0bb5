"""Two layers of nine heads: two kinds of induction, and everything that a careless detector takes for it.

Layer 0 holds a previous-token head and a duplicate-token head. Layer 1 holds an induction head that finds the
token after an earlier copy by what the previous-token head wrote (K-composition), and one that finds it by the
place that the duplicate-token head wrote (a pointer, moved one on). Both copy what they see into the logits.
Beside them are heads that look like them: fixed offsets of two, three and four, heads with the true patterns that
copy nothing, and same-norm shuffles.

Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits"; Olsson et al. 2022, arXiv:2209.11895.
"""

from functools import partial

import torch
from torch import Tensor

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted import language
from cutaway.planted.circuits.induction import repeats
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Move, Space, Table
from cutaway.planted.heads import after_copy, duplicate, offset, one_past_pointer, resting
from cutaway.planted.looks import back, permuted
from cutaway.planted.planted import Corrupted, Planted, told

COPY_LOGIT = 4.0  # added to the copied token's logit by each induction head
BIGRAM_LOGIT = 2.0  # added to the usual successor's logit by the current-token head


def bigram(successor: list[int]) -> Head:
    """Looks at itself and raises the logit of its token's usual successor: of no use for copying."""
    moves = (Move("token", "logits", permuted(successor, BIGRAM_LOGIT)),)
    does = "looks at itself; raises the logit of the usual successor"
    return Head("bigram", (back(0),), moves, role="current_token", does=does, matters=False)


def shuffled(head: Head) -> Head:
    """A head whose entries stand in random places and that writes where nobody reads."""
    moves = tuple(Move(move.source, "unread", folded(move.table)) for move in head.moves)
    role, does = f"shuffled_{head.role}", "the same entries in random places"
    return Head(f"shuffled {head.name}", head.looks, moves, role=role, does=does, matters=False, shuffled=True)


def folded(table: Table) -> Table:
    """The entries of a square map within fewer columns, each row's entry kept."""

    def made(n: int, m: int) -> Tensor:
        padded = torch.nn.functional.pad(table(n, n), (0, -n % m))
        return padded.view(n, -1, m).sum(dim=1)

    return made


def first_layer(successor: list[int]) -> tuple[Head, ...]:
    """Two true heads, a bigram head, and six decoys."""
    previous = offset("previous", 1, "previous", role="previous_token")
    same = duplicate("duplicate", "position", "copy_at")
    return (
        previous,
        same,
        offset("two back", 2, "unread", role="two_back", matters=False),
        offset("four back", 4, "unread", role="four_back", matters=False),
        duplicate("equal 0", "token", "unread", role="equal_tokens_copying_nothing", matters=False),
        bigram(successor),
        resting("resting 0", "unread"),
        shuffled(previous),
        shuffled(same),
    )


def second_layer() -> tuple[Head, ...]:
    """Two true heads and seven decoys."""
    induction, pointer = after_copy("induction", "logits", COPY_LOGIT), one_past_pointer("pointer", COPY_LOGIT)
    return (
        induction,
        pointer,
        after_copy("copies nowhere", "unread", COPY_LOGIT, role="after_copy_copying_nothing", matters=False),
        offset("three back", 3, "unread", role="three_back", matters=False),
        offset("one back", 1, "unread", role="one_back_copying_nothing", matters=False),
        duplicate("equal 1", "token", "unread", role="equal_tokens_copying_nothing", matters=False),
        resting("resting 1", "unread"),
        shuffled(induction),
        shuffled(pointer),
    )


def two_layer(*, seed: int = 0, sharpness: float = 12.0, vocab: int = 40, context: int = 64) -> Planted:
    """Two layers of nine heads in random order; `sharpness` is the score of a match, before the softmax."""
    return lined_up(2, seed=seed, sharpness=sharpness, vocab=vocab, context=context)


def one_layer(*, seed: int = 0, sharpness: float = 12.0, vocab: int = 40, context: int = 64) -> Planted:
    """The first of the two layers alone: it can look back, but no head can be an induction head."""
    return lined_up(1, seed=seed, sharpness=sharpness, vocab=vocab, context=context)


def lined_up(layers: int, *, seed: int, sharpness: float, vocab: int, context: int) -> Planted:
    """Compile the layers, with a successor of every token that is drawn at random."""
    generator = torch.Generator().manual_seed(seed)
    successor = [0, *(torch.randperm(vocab - 1, generator=generator) + 1).tolist()]
    sizes = {"previous": vocab, "copy_at": context, "unread": vocab}
    circuit = Circuit(
        name=f"planted-{layers}l-{seed}",
        vocab=vocab,
        context=context,
        sharpness=sharpness,
        spaces=tuple(Space(name, size) for name, size in sizes.items()),
        layers=tuple(Layer(heads) for heads in (first_layer(successor), second_layer())[:layers]),
    )
    found = Edge("embed", "induction", "q")
    compared = Edge("embed", "duplicate", "q"), Edge("embed", "duplicate", "k")
    values = Edge("embed", "induction", "v"), Edge("embed", "pointer", "v")
    alike = ("previous", "duplicate", Edge("embed", "previous", "v"), found, *compared)
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-answer", partial(copies, successor, 1), same=alike),
        Corrupted("no-match", partial(copies, successor, 0), same=(found, compared[0], *values)),
        unsaid=(Edge("positions", "duplicate", "q"), Edge("positions", "duplicate", "k")),
        tolerance=0.05,  # the bigram head, made to look elsewhere, raises a rival now and then
        text=partial(language.sample, successor),
    )


def copies(successor: list[int], exchange: int, rows: int, seed: int) -> Pairs:
    """Repeats in which neither the right nor the wrong token is the usual successor, which the bigram head raises."""
    pairs = repeats(4 * rows, seed, vocab=len(successor), exchange=exchange)
    assert pairs.answers.wrong is not None
    right, wrong = pairs.answers.right[:, 0, 0], pairs.answers.wrong[:, 0, 0]
    usual = torch.tensor(successor)[pairs.clean[:, -1]]
    kept = ((right != usual) & (wrong != usual)).nonzero().flatten()[:rows]
    answers = Answers(pairs.answers.at[kept], right[kept, None, None], wrong[kept, None, None])
    return Pairs(pairs.clean[kept], pairs.corrupted[kept], answers)


CIRCUITS = {"line-up": partial(two_layer, vocab=20, context=16)}
