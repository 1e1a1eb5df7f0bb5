"""Edge attribution patching: what cutting each edge would change, to first order, for all edges at once."""

from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.slopes import Slopes, gaps_of, products


def edge_attribution(question: Question) -> EdgeScores:
    """The slope of the metric in what each reader hears, times what would be said instead, for every edge (EAP).

    First order: exact where everything behind the edge is linear, blind where a softmax or a neuron is saturated.
    Units:  as `edge_effects`, of which it is an estimate.
    Cost:   two forward passes and one backward. Memory: senders x batch x pos x d_model numbers, and as many for
        each of a layer's queries, keys and values.
    Raises: UncuttableError; GradientError.
    Reference: Syed, Rager & Conmy 2023, arXiv:2310.10348.
    """
    values = products(Slopes(question), gaps_of(question))
    return EdgeScores(question.graph, "eap", question.ablation, values, 3.0)
