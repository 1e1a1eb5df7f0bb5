"""A planted model whose MLPs add up: one writes a quarter of the answer, one nothing, one the rest."""

from functools import cache

import torch

from cutaway.models.answers import Answers
from cutaway.models.pairs import Pairs
from cutaway.planted.compile import compile_circuit
from cutaway.planted.description import Circuit, Layer, Neuron, Neurons

ASKED, ELSE, RIGHT, WRONG = 1, 2, 3, 4
GAINS = (1.0, 0.0, 3.0)  # logits that each layer writes where the last token is ASKED


@cache
def model():
    layers = tuple(
        Layer(neurons=(Neurons(f"gain {n}", (Neuron({("token", ASKED): 1.0}, 0.0, {("logits", RIGHT): gain}),)),))
        for n, gain in enumerate(GAINS)
    )
    return compile_circuit(Circuit("adding", vocab=6, context=5, spaces=(), layers=layers)).model


def pairs(pads=0):
    """Two pairs whose last token alone differs; with `pads`, the first ends that much earlier."""
    clean = torch.tensor([[0, 5, 5, ASKED], [0, 2, 5, ASKED]])
    mask = None
    at = torch.full((2, 1), 3)
    if pads:
        clean = torch.cat([clean, torch.full((2, pads), 5)], dim=1)
        clean[1] = clean[1].roll(pads)
        mask = torch.ones_like(clean)
        mask[0, 4:], mask[1, :pads] = 0, 0
        at[1] += pads
    corrupted = clean.clone()
    corrupted[torch.arange(2), at[:, 0]] = ELSE
    right, wrong = torch.full((2, 1, 1), RIGHT), torch.full((2, 1, 1), WRONG)
    return Pairs(clean, corrupted, Answers(at, right, wrong), mask)
