"""The methods that are compared, by name: each gives every edge of a question a score."""

from collections.abc import Callable, Mapping
from zlib import crc32

from cutaway.techniques.circuits.acdc_scores import acdc_scores
from cutaway.techniques.circuits.changed_edges import changed_edges
from cutaway.techniques.circuits.edge_attribution import edge_attribution
from cutaway.techniques.circuits.edge_attribution_ig import edge_attribution_ig
from cutaway.techniques.circuits.edge_effects import edge_effects
from cutaway.techniques.circuits.edge_masks import Pruning, edge_masks
from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.node_scores import by_nodes, node_scores
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.random_edges import random_edges
from cutaway.techniques.circuits.recursive import recursive_scores

Method = Callable[[Question], EdgeScores]


def node_attribution(question: Question) -> EdgeScores:
    """Edges by the lesser of their ends, ends by the sum of what EAP gives their edges."""
    scores = edge_attribution(question)
    values = by_nodes(question.graph, node_scores(scores))
    return EdgeScores(question.graph, "nap", question.ablation, values, scores.passes, directed=False)


def drawn_edges(question: Question) -> EdgeScores:
    """Scores drawn at random, anew for every model."""
    return random_edges(question, seed=crc32(question.graph.model.name.encode()))


METHODS: Mapping[str, Method] = {
    "edge-patching": edge_effects,
    "acdc-kl": acdc_scores,
    "acdc-metric": lambda question: acdc_scores(question, objective="metric"),
    "recursive-paths": recursive_scores,
    "eap": edge_attribution,
    "eap-ig-inputs": edge_attribution_ig,
    "eap-ig-activations": lambda question: edge_attribution_ig(question, along="activations"),
    "nap": node_attribution,
    "edge-masks-kl": lambda question: edge_masks(question, Pruning(steps=100)),
    "changed": changed_edges,
    "random": drawn_edges,
}
