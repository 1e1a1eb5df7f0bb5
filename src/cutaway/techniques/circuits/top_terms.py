"""Of what earlier parts add to a head's query, key and value on a prompt, is the largest the one that matters?

The largest is read off the head's score, term by term, at the place where an answer is asked for and the key that the
head looks at most; and so is the term that differs most between the two prompts of a pair. What matters is what the
metric loses when the edge from that part is cut.
"""

import pandas as pd
import torch
from jaxtyping import Float
from torch import Tensor

from cutaway.models.graph import Edge, Graph, Node, Slot
from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.composition.on_input import OnInput, compose_on_input

MATTERS = 0.01  # of the gap, which the strongest edge into a slot must move
SLOTS: tuple[Slot, ...] = ("q", "k", "v")
WRITERS = ("embed", "positions", "head")


@torch.no_grad()
def top_terms(question: Question, effects: EdgeScores) -> pd.DataFrame:
    """One row for each head and slot into which some edge matters: which term is largest, differs most, matters most.

    `effects`: of `edge_effects`, or others on the same question. `writers`: how many terms there are. Terms of
    embeddings, positions and heads alone; slots that only one of them can reach are left out.
    Cost:   two forward passes for each head.
    Raises: those of `compose_on_input`.
    """
    graph, line = question.graph, MATTERS * abs(question.gap)
    effect = dict(zip(graph.edges, effects.values.tolist(), strict=True))
    rows = []
    for node in graph.nodes:
        if node.kind != "head" or sum(before(graph, one, node) for one in graph.senders) < 2:
            continue
        found, other = on_both(question, node)
        sizes, others = added(found), added(other)
        changes = {slot: sizes[slot] - others[slot] for slot in SLOTS}
        changes["v"] = (found.moved - other.moved).norm(dim=-1)  # shares of what is moved may stay as they are
        for slot in SLOTS:
            edges = {one: Edge(one.name, node.name, slot) for one in graph.senders if before(graph, one, node)}
            writers = [one for one, edge in edges.items() if edge in effect]
            moved = {one.name: abs(effect[edges[one]]) for one in writers}
            if len(writers) < 2 or max(moved.values()) < line:
                continue
            row = {"head": node.name, "slot": slot, "matters": max(moved, key=moved.__getitem__)}
            for name, each in (("largest", sizes), ("changed", changes)):
                mean = each[slot].abs().mean(dim=0)
                size = {one.name: float(mean[found.names.index(term_of(one))]) for one in writers}
                row[name] = max(size, key=size.__getitem__)
            rows.append(row | {"writers": len(writers)})
    return pd.DataFrame(rows, columns=["head", "slot", "matters", "largest", "changed", "writers"])


def on_both(question: Question, node: Node) -> list[OnInput]:
    """One head's terms on clean and on corrupted prompts, at the key that it looks at most on the clean ones."""
    pairs, model, site = question.pairs, question.graph.model, f"pattern.{node.layer}"
    asked = pairs.answers.at[:, 0]
    pattern = model.run(pairs.clean, read=[site], mask=pairs.mask, logits=False)[site]
    key = pattern[torch.arange(len(pairs)), node.head, asked].argmax(dim=-1)
    where = {"layer": node.layer, "head": node.head}
    return [
        compose_on_input(model, tokens, **where, query=asked, key=key, mask=pairs.mask)
        for tokens in (pairs.clean, pairs.corrupted)
    ]


def before(graph: Graph, writer: Node, reader: Node) -> bool:
    """Whether a head may read what an embedding or another head writes."""
    return writer.kind in WRITERS and graph.before(writer, reader)


def added(found: OnInput) -> dict[Slot, Float[Tensor, "batch term"]]:
    """What each term adds to the score by its query and by its key, and to what is carried by its value."""
    return {"q": found.table.sum(dim=2), "k": found.table.sum(dim=1), "v": found.carried}


def term_of(node: Node) -> str:
    """The name of the term that a node writes."""
    return f"{node.layer}.{node.head}" if node.kind == "head" else str(node.kind)
