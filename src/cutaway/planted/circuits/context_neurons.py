"""Neurons that are on through a whole context: one shifts what is predicted, one only takes predictions away.

Context neurons: Gurnee et al. 2023, arXiv:2305.01610. Suppression neurons: Gurnee et al. 2024, arXiv:2401.12181.
"""

from functools import partial

import torch

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Move, Neuron, Neurons, Space
from cutaway.planted.heads import REST, offset
from cutaway.planted.looks import entries, marked
from cutaway.planted.planted import Corrupted, Planted, random_ids, told

VOCAB, CONTEXT, LENGTH = 27, 16, 12
MARKERS = (1, 2)
CUES, ONE, OTHER = range(3, 9), range(9, 15), range(15, 21)  # each cue has a form of one kind and of the other
FILLERS = 21
SHIFT, EITHER = 6.0, 4.0  # logits: for each unit over the threshold of a context neuron; for both forms of a cue
PREFERRED, SECOND = 9.5, 8.0  # logits of a cue's two forms before anything is suppressed


def finder(name: str, target: str, cells: dict[int, int], *, matters: bool = True) -> Head:
    """Looks at a marker anywhere before, and carries which it is."""
    table = entries(*((marker, axis, 1.0) for marker, axis in cells.items()))
    role = "marker_finder" if matters else "marker_finder_copying_nothing"
    does = f"looks at the marker, wherever it stands; carries it to '{target}'"
    return Head(name, (marked("token", *cells), REST), (Move("token", target, table),), role, does, matters=matters)


def drawn(rows: int, seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Prompts of fillers that end in a cue; where a marker may stand; the number of the cue and of another one."""
    prompts = random_ids(rows, seed, LENGTH, below=VOCAB, above=FILLERS)
    cue = random_ids(rows, seed + 1, below=6)
    prompts[:, 0], prompts[:, -1] = 0, CUES.start + cue
    other = (cue + random_ids(rows, seed + 2, below=6, above=1)) % 6
    return prompts, random_ids(rows, seed + 3, below=8, above=1), cue, other


def two_languages(exchange: str, rows: int, seed: int) -> Pairs:
    """A marker says which language it is; the last token's form in that language is right.

    Its form in the other language is wrong, and so is another token's in that one. On the corrupted prompt the marker
    or the cue is another.
    """
    clean, place, cue, other = drawn(rows, seed)
    language, row = random_ids(rows, seed + 4, below=2), torch.arange(rows)
    clean[row, place] = MARKERS[0] + language
    corrupted = clean.clone()
    if exchange == "marker":
        corrupted[row, place] = MARKERS[1] - language
    else:
        corrupted[:, -1] = CUES.start + other
    start = torch.tensor([ONE.start, OTHER.start])
    wrong = torch.stack([start[1 - language] + cue, start[language] + other], dim=1)
    at = torch.full((rows, 1), LENGTH - 1)
    return Pairs(clean, corrupted, Answers(at, (start[language] + cue)[:, None, None], wrong[:, None]))


def context(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """A head that finds the marker, and for each language a neuron that is on wherever a marker has been seen."""

    def neuron(axis: int, ours: range, theirs: range) -> Neuron:
        raised, lowered = {("logits", form): SHIFT for form in ours}, {("logits", form): -SHIFT for form in theirs}
        return Neuron({("language", axis): 1.0}, 0.5, raised | lowered)

    def speaks(name: str, axis: int, ours: range, theirs: range) -> Neurons:
        does = "on through a whole context; raises every form of its language and lowers those of the other"
        return Neurons(name, (neuron(axis, ours, theirs),), "context", does)

    forms = tuple(
        Neuron({("token", cue): 1.0}, 0.0, {("logits", ONE[i]): EITHER, ("logits", OTHER[i]): EITHER})
        for i, cue in enumerate(CUES)
    )
    unheard = tuple(Neuron({("language", axis): 1.0}, 0.5, {("unread", axis): 1.0}) for axis in range(2))
    itself = tuple(
        Neuron({("token", marker): 1.0}, 0.5, {("logits", form): SHIFT for form in forms_of})
        for marker, forms_of in zip(MARKERS, (ONE, OTHER), strict=True)
    )
    on_marker = "fires on the marker itself, and is off through the rest of the context"
    circuit = Circuit(
        name="context",
        vocab=VOCAB,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("language", 2), Space("unread", VOCAB)),
        layers=(
            Layer(
                heads=(
                    finder("marker", "language", {1: 0, 2: 1}),
                    finder("copies nowhere", "unread", {1: 1, 2: 2}, matters=False),
                    offset("one back", 1, "unread", role="one_back_copying_nothing", matters=False),
                ),
                neurons=(
                    speaks("speaks one", 0, ONE, OTHER),
                    speaks("speaks other", 1, OTHER, ONE),
                    Neurons("forms", forms, "bigram", "raises both forms of the present cue alike"),
                    Neurons(
                        "unheard", unheard, "context_writing_nothing", "on like the context neurons", matters=False
                    ),
                    Neurons("marker itself", itself, "single_token", on_marker, matters=False),
                ),
            ),
        ),
    )
    # whichever marker it is, it is one, and is found alike
    found, carried = Edge("embed", "marker", "k"), Edge("embed", "marker", "v")
    alike = ("marker", "speaks one", "speaks other", found, carried)
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted(
            "other-language", partial(two_languages, "marker"), same=("forms", Edge("embed", "forms", "in"), found)
        ),
        Corrupted("other-cue", partial(two_languages, "cue"), same=alike),
    )


def formal_or_not(exchange: str, rows: int, seed: int) -> Pairs:
    """Half the prompts have a marker: there the second form of the cue is right, elsewhere the preferred one.

    On the corrupted prompt a marker is missing, or is there (`exchange` "marker"), and the other form is wrong; or the
    cue is another, and its form is wrong.
    """
    clean, place, cue, other = drawn(rows, seed)
    formal, row = random_ids(rows, seed + 4, below=2), torch.arange(rows)
    marked_there = clean.clone()
    marked_there[row, place] = MARKERS[0]
    with_or_without = formal[:, None] == 1
    swapped = torch.where(with_or_without, clean, marked_there)
    clean = torch.where(with_or_without, marked_there, clean)
    start = torch.tensor([OTHER.start, ONE.start])
    if exchange == "marker":
        corrupted, wrong = swapped, start[1 - formal] + cue
    else:
        corrupted, wrong = clean.clone(), start[formal] + other
        corrupted[:, -1] = CUES.start + other
    at = torch.full((rows, 1), LENGTH - 1)
    return Pairs(clean, corrupted, Answers(at, (start[formal] + cue)[:, None, None], wrong[:, None, None]))


def suppressor(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """A neuron that raises nothing: where a marker was seen it lowers a whole class, and what is left over wins."""
    forms = tuple(
        Neuron({("token", cue): 1.0}, 0.0, {("logits", ONE[i]): SECOND, ("logits", OTHER[i]): PREFERRED})
        for i, cue in enumerate(CUES)
    )

    def lowering(space: str, *classes: range) -> tuple[Neuron, ...]:
        return (Neuron({("formal", 0): 1.0}, 0.3, {(space, form): -SHIFT for some in classes for form in some}),)

    both = "fires like the suppressor; lowers both classes alike, so that no form gains on its rival"
    circuit = Circuit(
        name="suppressor",
        vocab=VOCAB,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("formal", 1), Space("unread", VOCAB)),
        layers=(
            Layer(
                heads=(
                    finder("marker", "formal", {1: 0}),
                    finder("copies nowhere", "unread", {1: 1}, matters=False),
                ),
                neurons=(
                    Neurons("forms", forms, "bigram", "raises both forms of the present cue, the preferred one more"),
                    Neurons("suppressor", lowering("logits", OTHER), "suppression", "lowers every preferred form"),
                    Neurons("lowers both", lowering("logits", ONE, OTHER), "even_suppression", both, matters=False),
                    Neurons("unheard", lowering("unread", OTHER), "suppression_of_nothing", matters=False),
                ),
            ),
        ),
    )
    alike = ("marker", "suppressor", Edge("embed", "marker", "k"), Edge("embed", "marker", "v"))
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-marker", partial(formal_or_not, "marker"), same=("forms", Edge("embed", "forms", "in"))),
        Corrupted("other-cue", partial(formal_or_not, "cue"), same=alike),
    )


CIRCUITS = {"context": context, "suppressor": suppressor}
