"""What is lost without some of the neurons, such as all those of one frequency?"""

from jaxtyping import Bool
from torch import Tensor

from cutaway.models import Model, Replace
from cutaway.techniques.fourier.all_pairs import AllPairs, all_pairs, neurons_of


def without_neurons(model: Model, pairs: AllPairs, neurons: Bool[Tensor, "d_mlp"]) -> AllPairs:
    """All pairs again with these neurons of the last layer at their means over all pairs.

    Cost: one forward pass of p * p rows of three tokens.
    """
    means = pairs.neurons.mean(dim=(0, 1))[neurons]
    ablated = Replace(neurons_of(model), means.float(), position=-1, neuron=neurons.nonzero().flatten().tolist())
    return all_pairs(model, p=pairs.p, ask=pairs.ask, sign=pairs.sign, edit=[ablated])
