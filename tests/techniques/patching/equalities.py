"""A planted model of two variables, whether a equals b and whether c equals d, that answers whether they agree."""

from functools import cache

import torch

from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Head, Layer, Move, Neuron, Neurons, Space
from cutaway.planted.looks import at
from cutaway.techniques.patching.interchange import Place, Variable

SYMBOLS, SAME, OTHER = 4, 5, 6  # symbols are tokens 1 to 4; the answers; 7 asks
HERE = Place("resid_post.0", position=-1)


@cache
def compiled(seed=0):
    """Heads bring four symbols to the end; neurons set one axis for each pair that is equal; others compare the two."""
    heads = tuple(
        Head(f"bring {name}", (at(place),), (Move("token", name),)) for place, name in enumerate("abcd", start=1)
    )
    equal = {
        pair: Neurons(
            pair,
            tuple(
                Neuron({(pair[0], symbol): 1.0, (pair[1], symbol): 1.0}, 1.0, {(pair, 0): 1.0})
                for symbol in range(1, SYMBOLS + 1)
            ),
        )
        for pair in ("ab", "cd")
    }
    both = {("ab", 0): 1.0, ("cd", 0): 1.0}
    compare = Neurons(
        "compare",
        (
            Neuron({}, -1.0, {("logits", SAME): 4.0}),
            Neuron(both, 0.0, {("logits", SAME): -8.0}),
            Neuron(both, 1.0, {("logits", SAME): 16.0}),
        ),
    )
    spaces = (*(Space(name, 8) for name in "abcd"), Space("ab", 1), Space("cd", 1))
    return compile_circuit(
        Circuit(
            "equalities",
            vocab=8,
            context=6,
            spaces=spaces,
            layers=(Layer(heads, tuple(equal.values())), Layer(neurons=(compare,))),
            sharpness=14.0,
        ),
        seed=seed,
    )


def prompts(rows, seed):
    """The start, four symbols, the end; each pair is equal half of the time."""
    generator = torch.Generator().manual_seed(seed)
    symbols = torch.randint(1, SYMBOLS + 1, (rows, 4), generator=generator)
    for second in (1, 3):
        same = torch.rand(rows, generator=generator) < 0.5
        symbols[:, second] = torch.where(same, symbols[:, second - 1], symbols[:, second])
    ends = torch.full((rows, 1), 7)
    return torch.cat([torch.zeros_like(ends), symbols, ends], dim=1)


def equality(one, other, third, fourth):
    """The variable 'these two are equal', in a causal model that compares it with the equality of two others."""

    def answer(tokens, value):
        return torch.where(value == (tokens[:, third] == tokens[:, fourth]).long(), SAME, OTHER)

    return Variable(f"equal {one} {other}", lambda tokens: (tokens[:, one] == tokens[:, other]).long(), answer)


TRUE = equality(1, 2, 3, 4)
WRONG = equality(1, 3, 2, 4)
