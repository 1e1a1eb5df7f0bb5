"""Recall of facts: neurons look up two attributes of a subject, and for each relation a head brings one to the end.

Keys and values stand in the first MLP, a neuron for each subject and relation. The heads after it look at any subject;
which of them does, the relation decides that is asked for.

Geva et al. 2023, arXiv:2304.14767; the lookup by neurons as in Nanda et al. 2023, "Fact Finding".
"""

from functools import partial

import torch

from cutaway.models.answers import Answers
from cutaway.models.graph import Edge
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Move, Neuron, Neurons, Space
from cutaway.planted.heads import REST, offset
from cutaway.planted.looks import marked, only_from, scaled
from cutaway.planted.planted import Corrupted, Planted, random_ids, told

SUBJECTS, TRADES, TOWNS = range(1, 7), range(7, 13), range(13, 19)  # subject n has the nth trade and the nth town
ATTRIBUTES = {"trade": TRADES, "town": TOWNS}
FILLERS, ASKS, VOCAB = range(19, 24), {"trade": 24, "town": 25}, 26
CONTEXT, LENGTH = 12, 10
RAISE, AWAY = 5.0, 4.0  # logits of an attribute; what keeps a head off subjects when its relation is not asked for
MOVERS, LOOKUPS = ("trade mover", "town mover"), ("knows trades", "knows towns")


def facts(exchange: str, rows: int, seed: int) -> Pairs:
    """Fillers with one subject anywhere, then a relation: right is that attribute, wrong the subject's other one.

    On the corrupted prompt there is another subject (`exchange` "subject"), the other relation is asked for
    ("relation"), or the subject stands elsewhere ("place").
    """
    row = torch.arange(rows)
    subject = random_ids(rows, seed, below=len(SUBJECTS))
    other = (subject + random_ids(rows, seed + 1, below=len(SUBJECTS), above=1)) % len(SUBJECTS)
    asked = random_ids(rows, seed + 2, below=2)
    relations = torch.tensor(list(ASKS.values()))
    clean = random_ids(rows, seed + 3, LENGTH, below=FILLERS.stop, above=FILLERS.start)
    clean[:, 0], clean[:, -1] = 0, relations[asked]
    place = random_ids(rows, seed + 4, below=LENGTH - 1, above=1)
    elsewhere = 1 + (place - 1 + random_ids(rows, seed + 5, below=LENGTH - 2, above=1)) % (LENGTH - 2)
    corrupted = clean.clone()
    clean[row, place] = SUBJECTS.start + subject
    corrupted[row, elsewhere if exchange == "place" else place] = SUBJECTS.start + (
        other if exchange == "subject" else subject
    )
    if exchange == "relation":
        corrupted[:, -1] = relations[1 - asked]
    first = torch.tensor([one.start for one in ATTRIBUTES.values()])
    right, wrong = (first[which] + subject for which in (asked, 1 - asked))
    return Pairs(
        clean, corrupted, Answers(torch.full((rows, 1), LENGTH - 1), right[:, None, None], wrong[:, None, None])
    )


def fact_recall(*, seed: int = 0, sharpness: float = 12.0) -> Planted:
    """Neurons that know, heads that move, and some of both whose writing nobody reads."""

    def mover(relation: str, source: str, target: str, role: str, *, matters: bool = True) -> Head:
        (elsewhere,) = (token for name, token in ASKS.items() if name != relation)
        looks = (marked("token", *SUBJECTS), only_from("token", elsewhere, weight=AWAY), REST)
        does = f"looks at subjects when the {relation} is asked for; carries '{source}' to '{target}'"
        name = f"{relation} mover" if matters else f"{relation} to nowhere"
        return Head(name, looks, (Move(source, target, scaled(RAISE)),), role=role, does=does, matters=matters)

    def lookup(name: str, relation: str, target: str, role: str, *, matters: bool = True) -> Neurons:
        known = zip(SUBJECTS, ATTRIBUTES[relation], strict=True)
        neurons = tuple(Neuron({("token", one): 1.0}, 0.5, {(target, attribute): 2.0}) for one, attribute in known)
        return Neurons(name, neurons, role, f"each knows one subject's {relation}; writes it to '{target}'", matters)

    circuit = Circuit(
        name="fact-recall",
        vocab=VOCAB,
        context=CONTEXT,
        sharpness=sharpness,
        spaces=(Space("trade", VOCAB), Space("town", VOCAB), Space("unread", VOCAB)),
        layers=(
            Layer(
                heads=(offset("one back", 1, "unread", role="one_back_copying_nothing", matters=False),),
                neurons=(
                    lookup("knows trades", "trade", "trade", "lookup"),
                    lookup("knows towns", "town", "town", "lookup"),
                    lookup("knows unheard", "trade", "unread", "lookup_writing_nothing", matters=False),
                ),
            ),
            Layer(
                heads=(
                    mover("trade", "trade", "logits", "fact_mover"),
                    mover("town", "town", "logits", "fact_mover"),
                    mover("trade", "trade", "unread", "fact_mover_copying_nothing", matters=False),
                )
            ),
        ),
    )
    # a subject is found like any other
    found = tuple(Edge("embed", name, "k") for name in MOVERS)
    asked = tuple(Edge("embed", name, "q") for name in MOVERS)
    read_by = tuple(Edge("embed", name, "in") for name in LOOKUPS)
    told_by = tuple(Edge(one, other, "v") for one, other in zip(LOOKUPS, MOVERS, strict=True))
    return told(
        compile_circuit(circuit, seed=seed),
        Corrupted("other-subject", partial(facts, "subject"), same=(*found, *asked)),
        Corrupted("other-relation", partial(facts, "relation"), same=(*found, *LOOKUPS, *read_by, *told_by)),
        Corrupted("other-place", partial(facts, "place"), same=(*MOVERS, *asked)),
    )


CIRCUITS = {"fact-recall": fact_recall}
