"""Which frequencies a model of arithmetic modulo p uses, read off its weights alone."""

import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.models import Model
from cutaway.techniques.fourier.waves import few_that_carry, power_by_frequency

SHARE = 0.9  # of what neurons add to the logits


@torch.no_grad()
def neuron_to_answer(model: Model, p: int) -> Float[Tensor, "d_mlp p"]:
    """What each neuron of the last layer adds to the logits of the p numbers, norms left aside."""
    return model.W_out[-1].double() @ model.W_U[:, :p].double()


def key_frequencies(model: Model, *, p: int, share: float = SHARE) -> tuple[int, ...]:
    """The fewest frequencies that make up `share` of what neurons add to the logits, the strongest first.

    Nothing is run: pairs that were never trained on have no part in the choice.
    Reference: Nanda et al. 2023, arXiv:2301.05217, who choose them by eye from the same weights.
    """
    return few_that_carry(power_by_frequency(neuron_to_answer(model, p)).sum(dim=0), share)
