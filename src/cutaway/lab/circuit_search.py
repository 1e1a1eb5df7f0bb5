"""What several methods find of circuits that are known, and of circuits that were learnt."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
import torch
from jaxtyping import Bool, Float
from torch import Tensor

from cutaway.lab.ioi_prompts import ioi_halves
from cutaway.lab.side_by_side import Tables
from cutaway.models import Model, Replace
from cutaway.models.graph import Graph
from cutaway.models.pairs import Pairs
from cutaway.planted import Planted, circuit, named_circuits, random_circuit
from cutaway.planted.graph import graph_of
from cutaway.stats.overlap import jaccard, jaccard_by_chance
from cutaway.stats.rank import shuffled_agreement, spearman
from cutaway.stats.separation import auroc
from cutaway.techniques.circuits.acdc_scores import acdc_scores
from cutaway.techniques.circuits.against_truth import against_truth
from cutaway.techniques.circuits.curves import faithfulness_curve
from cutaway.techniques.circuits.edge_attribution_ig import edge_attribution_ig
from cutaway.techniques.circuits.edge_effects import edge_effects
from cutaway.techniques.circuits.edge_scores import EdgeScores
from cutaway.techniques.circuits.faithfulness import share
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.circuits.random_edges import of_this_size, random_edges
from cutaway.techniques.circuits.recursive import recursive_scores
from cutaway.techniques.circuits.top_terms import top_terms
from cutaway.techniques.composition.scores import composition_scores
from cutaway.techniques.patching.path import patch_paths
from cutaway.techniques.patching.splice import splice
from cutaway.zoo.load import load

FINE = tuple(0.5 * 0.8**step for step in range(28))  # shares of the gap, down to a thousandth
RANDOM = "random"
METHODS: Mapping[str, Callable[[Question], EdgeScores]] = {
    "ACDC": acdc_scores,
    "EAP-IG": edge_attribution_ig,
    "recursive path patching": lambda question: recursive_scores(question, shares=FINE),
}


@dataclass(frozen=True)
class Hunt:
    """One random circuit to look for: its seed, whether its attention is soft, and how many prompts are shown."""

    seed: int
    soft: bool
    rows: int


def hunt(job: Hunt) -> Tables:
    """How well each method's scores tell the edges that matter from all others, a row a method.

    Cost: some seconds, most of them ACDC's.
    """
    planted = random_circuit(job.seed, layers=2, redundancy=0.0, softness=float(job.soft), noise=0.0)
    corruption = planted.corruptions[0].name
    question = Question(graph_of(planted), planted.sample(job.rows, job.seed))
    scores = {name: method(question) for name, method in METHODS.items()}
    rows = []
    for name, one in {**scores, RANDOM: random_edges(question, seed=job.seed)}.items():
        found = against_truth(one, planted, ablation=corruption)
        told = {"auroc": found.auroc, "auprc": found.auprc, "edges": found.edges, "true": found.true}
        rows.append({"method": name} | told)
    attention = "soft" if job.soft else "saturated"
    return {"planted": pd.DataFrame(rows).assign(circuit=planted.name, attention=attention)}


def composing(*, seed: int, named: int, drawn: int) -> list[Planted]:
    """Planted models in which a head reads what another wrote: so many of the named ones, and random ones."""
    found = [model for name in named_circuits() if composes(model := circuit(name, seed=seed))]
    random: list[Planted] = []
    while len(random) < drawn:
        seed += 1
        model = random_circuit(seed, layers=3, redundancy=0.0, softness=0.0, noise=0.0)
        random += [model] if composes(model) else []
    return [*found[:named], *random]


def composes(planted: Planted) -> bool:
    """Whether the truth has an edge between two heads."""
    heads = {part.name for part in planted.truth.heads}
    return any({edge.sender, edge.receiver} <= heads for edge in planted.truth.edges)


def joined_pairs(planted: Planted, *, seed: int) -> tuple[float, list[float]]:
    """The AUROC of composition scores for pairs of heads that are joined in the truth, and with truth shuffled.

    Reads weights alone. Pairs by slot; heads that are no part of the truth do not count.
    """
    heads = {(part.layer, part.head): part.name for part in planted.truth.heads}
    joined = {(edge.sender, edge.receiver, edge.slot) for edge in planted.truth.edges}
    frame = composition_scores(planted.model, draws=1).frame
    sender = pd.Series(list(zip(frame["sender_layer"], frame["sender_head"], strict=True))).map(heads)
    reader = pd.Series(list(zip(frame["layer"], frame["head"], strict=True))).map(heads)
    known = (sender.notna() & reader.notna()).to_numpy()
    is_true = pd.Series(list(zip(sender, reader, frame["slot"], strict=True))).isin(joined).to_numpy()[known]
    value = frame["value"].to_numpy(float)[known]
    generator = torch.Generator().manual_seed(seed)
    orders = (torch.randperm(len(is_true), generator=generator).numpy() for _ in range(100))
    return auroc(value, is_true), [auroc(value, is_true[order]) for order in orders]


def largest_terms(planted: Planted, *, rows: int, seed: int) -> pd.DataFrame:
    """`top_terms` of a planted model on its own task."""
    question = Question(graph_of(planted), planted.sample(rows, seed))
    return top_terms(question, edge_effects(question))


@dataclass(frozen=True)
class Search:
    """One zoo model of symbolic IOI to search, and the largest share of edges that its circuit may have."""

    model: str
    most: float
    rows: int
    seed: int


def search(job: Search) -> Tables:
    """Circuits found on some names and judged on others: `models` a row, `curves`, `pairs` of heads, `terms`.

    The circuit is what recursive path patching finds at the lowest share of the gap with at most `most` of all edges.
    Cost: some seconds, most of them ACDC's.
    """
    model, seed = load(job.model), job.seed
    find, judge = ioi_halves(model, rows=job.rows, seed=seed)
    question, held_out = Question(Graph.of(model), find), Question(Graph.of(model), judge)
    effects = edge_effects(question)
    scores = {name: method(question) for name, method in METHODS.items()}
    kept = at_most(scores["recursive path patching"], job.most)
    size, count = int(kept.sum()), len(kept)
    others = {name: first_of(scores[name], size) for name in ("ACDC", "EAP-IG")}
    chosen = {name: kept.nonzero().flatten().tolist() for name, kept in {"": kept, **others}.items()}
    pairs, terms = head_pairs(model, effects), top_terms(question, effects)
    row = {
        "edges": size,
        "share_of_edges": size / count,
        "faithfulness": kept_share(kept[None], held_out)[0],
        "random": kept_share(of_this_size(kept, 20, seed=seed), held_out),
        "like_acdc": jaccard(chosen[""], chosen["ACDC"]),
        "like_acdc_by_chance": jaccard_by_chance((size, size), of=count, seed=seed),
        "foretold": spearman(pairs["composition"].to_numpy(float), pairs["effect"].to_numpy(float)),
        "foretold_by_chance": shuffled_agreement(
            pairs["composition"].to_numpy(float), pairs["effect"].to_numpy(float), seed=seed
        ),
    }
    every = scores | {RANDOM: random_edges(question, seed=seed)}
    curves = pd.concat([faithfulness_curve(one, held_out).frame.assign(method=name) for name, one in every.items()])
    return {"models": pd.DataFrame([row]), "curves": curves, "pairs": pairs, "terms": terms}


def attributed(model: Model, find: Pairs, judge: Pairs, *, most: float, seed: int) -> tuple[pd.DataFrame, list[float]]:
    """What a share of all edges keeps, chosen by EAP-IG: a row a prompt, `kept whole empty`; and what random ones keep.

    For models of any size. Cost: some forward and backward passes, and two dozen runs.
    """
    question, held_out = Question(Graph.of(model), find), Question(Graph.of(model), judge)
    scores = edge_attribution_ig(question, along="activations")
    kept = first_of(scores, max(1, round(most * len(scores.values))))
    with torch.no_grad():
        each = torch.stack([held_out.cut.scores(kept[None], held_out.metric)[0], *held_out.ends])
    table = pd.DataFrame(each.T.double().numpy(), columns=["kept", "whole", "empty"])
    return table, kept_share(of_this_size(kept, 20, seed=seed), held_out)


def at_most(scores: EdgeScores, most: float) -> Bool[Tensor, "edge"]:
    """The edges above the lowest score above which there are at most a share of all edges."""
    values = scores.values.abs()
    room = int(most * len(values) + 1e-6)
    lines = [line for line in sorted(set(values.tolist())) if line > 0 and int((values >= line).sum()) <= room]
    return values >= min(lines, default=float("inf"))


def first_of(scores: EdgeScores, count: int) -> Bool[Tensor, "edge"]:
    """So many edges with the largest scores."""
    return torch.zeros(len(scores.values), dtype=torch.bool).scatter(0, scores.order()[:count], True)


@torch.no_grad()
def kept_share(kept: Bool[Tensor, "run edge"], question: Question) -> list[float]:
    """The share of the gap that each circuit keeps."""
    found: Float[Tensor, run] = share(question.cut.scores(kept, question.metric).mean(dim=1), question.ends)
    return [float(one) for one in found]


def head_pairs(model: Model, effects: EdgeScores) -> pd.DataFrame:
    """One row a pair of heads and slot: its composition score, and the size of the effect of cutting its edge."""
    graph, values = effects.graph, effects.values.abs().tolist()
    cut = {(edge.sender, edge.receiver, edge.slot): value for edge, value in zip(graph.edges, values, strict=True)}
    frame = composition_scores(model, draws=1).frame
    names = [
        (f"{row['sender_layer']}.{row['sender_head']}", f"{row['layer']}.{row['head']}", row["slot"])
        for row in frame.to_dict("records")
    ]
    table = pd.DataFrame(names, columns=["sender", "receiver", "slot"])
    return table.assign(composition=frame["value"].to_numpy(float), effect=[cut[name] for name in names])


@torch.no_grad()
def exactness(model: Model, pairs: Pairs) -> pd.DataFrame:
    """One row a path from a head: by how much path patching is off brute force, largest over prompts, by the gap.

    `everywhere`: by how much it is off when the head changes for all that read it, and not for one.
    Cost: for each path four forward passes, beside `patch_paths` for each reader.
    """
    graph, rows = Graph.of(model), []
    sites = sorted({node.site for node in graph.senders if node.kind == "head"})
    said = model.run(pairs.corrupted, read=sites, mask=pairs.mask, logits=False)
    for reader in graph.readers:
        found = patch_paths(model, pairs, receiver=reader.node.name, slot=reader.slot)
        gap = abs(float((found.base - found.other).mean()))
        for at, sender in enumerate(found.senders):
            if sender.kind != "head":
                continue
            exact = splice(model, pairs, sender, reader.node, reader.slot)
            edit = Replace(sender.site, said[sender.site][:, :, sender.head], head=sender.head)
            everywhere = pairs.metric(model.run(pairs.clean, edit=[edit], mask=pairs.mask).logits)
            off = {"off": found.scores[at] - exact, "everywhere": everywhere - exact}
            path = {"sender": sender.name, "receiver": reader.node.name, "slot": reader.slot}
            rows.append(path | {name: float(each.abs().max()) / gap for name, each in off.items()})
    return pd.DataFrame(rows)
