"""A head that knows what comes next: its OV maps each ordinal to its successor, whichever list it is from.

Gould et al. 2023, "Successor Heads", arXiv:2312.09230. Theirs go round (December to January); this one does not.
"""

from functools import partial

import torch

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Move, Space, Table
from cutaway.planted.heads import REST, offset
from cutaway.planted.looks import entries, marked
from cutaway.planted.planted import Corrupted, Planted, random_ids, told

NUMBERS, DAYS, MONTHS = range(1, 9), range(9, 16), range(16, 28)
FILLERS, ASK, VOCAB = range(28, 34), 34, 35
CONTEXT, LENGTH = 14, 12
WITH_NEXT = tuple(token for some in (NUMBERS, DAYS, MONTHS) for token in some[:-1])  # the last of a list has none
NEXT, ITSELF = 5.0, 3.0  # logits: of the successor, and of the ordinal that the decoy copies


def ordinals(exchange: str, rows: int, seed: int) -> Pairs:
    """Fillers with one ordinal anywhere, then a token that asks; right is its successor, wrong that of another.

    On the corrupted prompt that other one, of the same list (`exchange` "ordinal") or another ("list"), stands there,
    or the same one stands elsewhere ("place"). Ordinal and other are no neighbours, so that a copy of either is
    neither right nor wrong.
    """
    generator = torch.Generator().manual_seed(seed)
    tokens = torch.tensor(WITH_NEXT)
    list_of = (tokens >= DAYS.start).long() + (tokens >= MONTHS.start)
    alike = list_of[:, None] == list_of
    wanted = {"ordinal": alike, "list": ~alike, "place": torch.ones_like(alike)}[exchange]
    allowed = (wanted & ((tokens[:, None] - tokens).abs() > 1)).float()
    chosen = random_ids(rows, seed + 1, below=len(tokens))
    other = tokens[torch.multinomial(allowed[chosen], 1, generator=generator)[:, 0]]
    ordinal, row = tokens[chosen], torch.arange(rows)
    clean = random_ids(rows, seed + 2, LENGTH, below=FILLERS.stop, above=FILLERS.start)
    clean[:, 0], clean[:, -1] = 0, ASK
    place = random_ids(rows, seed + 3, below=LENGTH - 1, above=1)
    elsewhere = 1 + (place - 1 + random_ids(rows, seed + 4, below=LENGTH - 2, above=1)) % (LENGTH - 2)
    corrupted = clean.clone()
    clean[row, place] = ordinal
    if exchange == "place":
        corrupted[row, elsewhere] = ordinal
    else:
        corrupted[row, place] = other
    at = torch.full((rows, 1), LENGTH - 1)
    return Pairs(clean, corrupted, Answers(at, ordinal[:, None, None] + 1, other[:, None, None] + 1))


def successor(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """The successor head, and three with its pattern: one copies the ordinal, one writes nowhere, one goes back."""

    def finder(name: str, target: str, table: Table, role: str, does: str, *, matters: bool = False) -> Head:
        looks = (marked("token", *NUMBERS, *DAYS, *MONTHS), REST)
        does = f"looks at ordinals, wherever they stand; {does}"
        return Head(name, looks, (Move("token", target, table),), role=role, does=does, matters=matters)

    one_on = entries(*((token, token + 1, NEXT) for token in WITH_NEXT))
    one_less = entries(*((token + 1, token, NEXT) for token in WITH_NEXT))
    itself = entries(*((token, token, ITSELF) for token in (*NUMBERS, *DAYS, *MONTHS)))
    nowhere = "writes the next one where nobody reads"
    circuit = Circuit(
        name="successor",
        vocab=VOCAB,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("unread", VOCAB),),
        layers=(
            Layer(
                heads=(
                    finder("successor", "logits", one_on, "successor", "raises the next one", matters=True),
                    finder("copies", "logits", itself, "copying", "raises the ordinal itself, less"),
                    finder("writes nowhere", "unread", one_on, "successor_writing_nothing", nowhere),
                    finder("goes back", "unread", one_less, "predecessor", "writes the one before, nowhere read"),
                    offset("one back", 1, "unread", role="one_back_copying_nothing", matters=False),
                )
            ),
        ),
    )
    found = Edge("embed", "successor", "k")  # one ordinal is found like another
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-ordinal", partial(ordinals, "ordinal"), same=(found,)),
        Corrupted("other-list", partial(ordinals, "list"), same=(found,)),
        Corrupted("other-place", partial(ordinals, "place"), same=("successor",)),
    )


CIRCUITS = {"successor": successor}
