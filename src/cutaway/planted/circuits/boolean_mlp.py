"""A network on bits: three hidden units work out an XOR and an AND among distractors, and the class names both."""

from functools import partial

import torch

from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.planted.planted import Corrupted, Planted, random_ids
from cutaway.planted.stack import Weights, told_stack
from cutaway.planted.truth import Part

BITS = 8
XOR, AND = (1, 4), (2, 6)  # which bits each feature is of
SURE = 4.0  # logits between a feature that is there and one that is not
HIDDEN = {  # what each hidden unit adds up, and what it takes off before the ReLU
    "any": ({1: 1.0, 4: 1.0}, 0.0),
    "both": ({1: 1.0, 4: 1.0}, 1.0),
    "and": ({2: 1.0, 6: 1.0}, 1.0),
    "and again": ({2: 1.0, 6: 1.0}, 1.0),
    "other and": ({0: 1.0, 3: 1.0}, 1.0),
    "other or": ({5: 1.0, 7: 1.0}, 0.0),
}
FEATURES = {  # what each feature reads
    "xor feature": {"any": 1.0, "both": -2.0},
    "and feature": {"and": 1.0},
    "unread feature": {"and again": 1.0, "other and": 1.0},
    "even feature": {"other or": 1.0},
}


def bits(exchange: str, rows: int, seed: int) -> Pairs:
    """Random bits; right is the class 2 XOR + AND, wrong the other three.

    On the corrupted prompt the XOR is another because one of its bits is, or the AND because its bits are both 1 or
    no longer so.
    """
    clean, row = random_ids(rows, seed, BITS, below=2), torch.arange(rows)
    side = random_ids(rows, seed + 1, below=2)
    corrupted = clean.clone()
    if exchange == "xor":
        chosen = torch.tensor(XOR)[side]
        corrupted[row, chosen] = 1 - clean[row, chosen]
    else:
        is_one = clean[:, AND].all(dim=1)
        corrupted[:, AND] = 1
        corrupted[row[is_one], torch.tensor(AND)[side[is_one]]] = 0
    right = 2 * clean[:, XOR].sum(dim=1).remainder(2) + clean[:, AND].prod(dim=1)
    wrong = (right[:, None] + torch.arange(1, 4)) % 4
    answers = Answers(torch.zeros(rows, 1, dtype=torch.long), right[:, None, None], wrong[:, None])
    return Pairs(clean.float(), corrupted.float(), answers)


def weights() -> list[Weights]:
    """Hidden units, features, and the four classes."""
    hidden, features = torch.zeros(len(HIDDEN), BITS), torch.zeros(len(FEATURES), len(HIDDEN))
    for unit, (reads, _) in enumerate(HIDDEN.values()):
        for bit, weight in reads.items():
            hidden[unit, bit] = weight
    for feature, parts in enumerate(FEATURES.values()):
        for name, weight in parts.items():
            features[feature, list(HIDDEN).index(name)] = weight
    signs = torch.tensor([[2.0 * (number // 2) - 1, 2.0 * (number % 2) - 1] for number in range(4)])
    classes = torch.cat([SURE * signs, torch.zeros(4, 1), torch.ones(4, 1)], dim=1)
    return [
        Weights(hidden, -torch.tensor([threshold for _, threshold in HIDDEN.values()])),
        Weights(features, torch.zeros(len(FEATURES))),
        Weights(classes, -SURE / 2 * signs.sum(dim=1)),
    ]


def boolean_mlp(*, seed: int = 0) -> Planted:
    """XOR as `any` less twice `both`, and AND; beside them the same AND unread, other gates, and other bits.

    The seed says in which order the hidden units stand.
    """
    order = torch.randperm(len(HIDDEN), generator=torch.Generator().manual_seed(seed)).tolist()
    hidden, features, classes = weights()
    hidden = Weights(hidden.weight[order], hidden.bias[order])
    features = Weights(features.weight[:, order], features.bias)

    def part(name: str, layer: int, index: int, role: str, does: str, *, carries: bool) -> Part:
        return Part(name, "units", layer, (index,), role, does, carries)

    inputs = [part(f"bit {bit}", 0, bit, "input", "an input bit", carries=bit in (*XOR, *AND)) for bit in range(BITS)]
    units = [
        part(name, 1, place, "gate", in_words(name), carries=name in ("any", "both", "and"))
        for place, name in enumerate(list(HIDDEN)[index] for index in order)
    ]
    read = [
        part(name, 2, place, "feature", f"adds up {reads}", carries=name in ("xor feature", "and feature"))
        for place, (name, reads) in enumerate(FEATURES.items())
    ]
    of_xor = *(f"bit {bit}" for bit in XOR), "any", "both", "xor feature"
    of_and = *(f"bit {bit}" for bit in AND), "and", "and feature"
    return told_stack(
        "boolean-mlp",
        [hidden, features, classes],
        [*inputs, *units, *read],
        Corrupted("other-xor", partial(bits, "xor"), same=of_and),
        Corrupted("other-and", partial(bits, "and"), same=of_xor),
    )


def in_words(name: str) -> str:
    """A hidden unit in words."""
    reads, threshold = HIDDEN[name]
    return f"adds up bits {', '.join(map(str, reads))} and takes off {threshold:g}"


CIRCUITS = {"boolean-mlp": boolean_mlp}
