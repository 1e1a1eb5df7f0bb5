"""One model of the language family on text and on repeats: its losses, its heads, and what they make of one another."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cutaway.lab.kinds_of_text import Text, row_losses, text
from cutaway.lab.side_by_side import Tables
from cutaway.models import Metric, Model, Replace, loss, sweep, untrained_twin
from cutaway.models.answers import Answers
from cutaway.models.graph import Graph
from cutaway.models.pairs import Pairs
from cutaway.stats.separation import aurocs
from cutaway.tasks.symbols.repeated_tokens import Repeats
from cutaway.techniques.ablation.mean import mean_z
from cutaway.techniques.ablation.turned import turned_ablations
from cutaway.techniques.circuits.between_heads import between_heads, without_chains
from cutaway.techniques.circuits.edge_effects import edge_effects
from cutaway.techniques.circuits.question import Question
from cutaway.techniques.composition.scores import composition_scores
from cutaway.techniques.detectors.scores import score_heads
from cutaway.techniques.detectors.texts import repeats_for
from cutaway.zoo.load import load

AT_ONCE = 16  # rows a sweep
SLOTS = ("q", "k", "v")
RARE = 40  # a tag that less than one token in so many has, or lacks, is not held against neurons


@dataclass(frozen=True)
class Rung:
    """One model to look at: by its name, on so many rows of text for losses, and so many for everything else.

    `length`: tokens of text that heads are asked about. `draws`: of every null.
    """

    model: str
    rows: int
    few: int
    length: int
    draws: int
    seed: int


def climb(job: Rung) -> Tables:
    """`losses` of every row; `heads`; with two layers or more `pairs` and `sets`; with an MLP `neurons`.

    Cost: some seconds, most of them edges cut one by one.
    """
    model = load(job.model)
    rows = text(job.rows, job.seed)
    repeats = repeats_for(model, rows=job.few, seed=job.seed)
    losses = row_losses(model, rows.tokens).double().numpy()
    tables = {"losses": pd.DataFrame({"row": np.arange(len(losses)), "kind": rows.kinds, "loss_nats": losses})}
    tables["heads"] = scored_heads(model, repeats)
    if model.shape.d_mlp:
        tables["neurons"] = neurons(model, rows, job.few)
        return tables
    shown = rows.tokens[:, : job.length]
    tables["ablated"] = ablated(model, shown[: 8 * job.few], job)
    if model.shape.n_layers > 1:
        tables["pairs"] = pairs_of_heads(model, shown[: job.few])
        on_text = cut_sets(model, shown[: job.few], job, twins=job.draws)
        on_repeats = cut_sets(model, repeats.tokens, job, repeats.repeated)
        tables["sets"] = pd.concat([on_text.assign(on="text"), on_repeats.assign(on="repeats")])
    return tables


def scored_heads(model: Model, repeats: Repeats) -> pd.DataFrame:
    """Every head's share of attention on what followed the same token before, on the previous token and its own.

    `chosen`: the score on the first half of the rows, by which a head may be chosen.
    """
    half, shape = len(repeats.tokens) // 2, model.shape
    first, second = score_heads(model, repeats.tokens[:half]), score_heads(model, repeats.tokens[half:])
    rows = []
    for layer in range(shape.n_layers):
        for head in range(shape.n_heads):
            row: dict[str, object] = {"layer": layer, "head": head}
            for name in ("induction", "previous_token", "current_token"):
                row[name] = float(second.of(name)[layer, head])
                row[f"{name}_stderr"] = float(second.stderr[second.index(name), layer, head])
                row[f"{name}_chosen"] = float(first.of(name)[layer, head])
            rows.append(row)
    return pd.DataFrame(rows).assign(prompts=len(repeats.tokens) - half)


def ablated(model: Model, tokens: Int[Tensor, "row pos"], job: Rung) -> pd.DataFrame:
    """What mean ablation of each head costs on either half of the rows, a row a head; and turned, so many times.

    Units: nats a token. `turn`: -1 for the ablation itself; others are of the first rows of either half.
    """
    shape, means = model.shape, mean_z(model, tokens)
    heads = [(layer, head) for layer in range(shape.n_layers) for head in range(shape.n_heads)]
    edits = [Replace(f"z.{layer}", means[layer][head], head=head) for layer, head in heads]
    costs = []
    for half in tokens.tensor_split(2):
        swept = [sweep(model, some, edits, loss(some)) for some in torch.split(half, AT_ONCE)]
        own = torch.cat([one.scores - one.base for one in swept], dim=1).mean(dim=1)
        turned = [
            turned_ablations(model, some, heads, means, loss(some), draws=job.draws, seed=job.seed)
            for some in torch.split(half[: job.few], AT_ONCE)
        ]
        costs.append(torch.cat([own[None], torch.cat(turned, dim=2).mean(dim=2)]).double())  # [turn, head]
    return pd.DataFrame(
        {
            "turn": np.repeat(np.arange(-1, job.draws), len(heads)),
            "layer": np.tile([layer for layer, _ in heads], job.draws + 1),
            "head": np.tile([head for _, head in heads], job.draws + 1),
            "chosen_nats": costs[0].flatten().numpy(),
            "cost_nats": costs[1].flatten().numpy(),
        }
    )


def asked_about(model: Model, tokens: Int[Tensor, "row pos"], score: Metric) -> Question:
    """A question about text: along a cut edge is heard what the sender says on average at that position."""
    last = torch.full((len(tokens), 1), tokens.shape[1] - 2)
    pairs = Pairs(tokens, tokens, Answers(last, tokens[:, -1][:, None, None]))
    return Question(Graph.of(model), pairs, "mean", score)


def pairs_of_heads(model: Model, tokens: Int[Tensor, "row pos"]) -> pd.DataFrame:
    """A row a pair of heads and slot: its composition score, and what cutting its edge alone adds to the loss."""
    effects = edge_effects(asked_about(model, tokens, loss(tokens)))
    cut = {
        (edge.sender, edge.receiver, edge.slot): value
        for edge, value in zip(effects.graph.edges, effects.values.tolist(), strict=True)
    }
    frame = composition_scores(model, draws=1).frame
    table = pd.DataFrame(
        {
            "slot": frame["slot"],
            "sender": frame["sender_layer"].astype(str) + "." + frame["sender_head"].astype(str),
            "receiver": frame["layer"].astype(str) + "." + frame["head"].astype(str),
            "composition": frame["value"].astype(float),
        }
    )
    return table.assign(
        added_nats=[cut[key] for key in zip(table["sender"], table["receiver"], table["slot"], strict=True)]
    )


def cut_sets(
    model: Model,
    tokens: Int[Tensor, "row pos"],
    job: Rung,
    counted: Bool[Tensor, "row pos"] | None = None,
    *,
    twins: int = 0,
) -> pd.DataFrame:
    """What cutting sets of edges between heads adds to the loss: a row a set, and a row a draw of what is by chance.

    `cut`: "q", "k", "v", "all", "chains" (only what takes three heads in a row), "random" sets as large as that of
    all keys, "twin" and "twin chains": all, and chains, in untrained twins.
    """
    question = asked_about(model, tokens, loss(tokens, of=counted))
    graph = question.graph
    every = between_heads(graph)
    sets = {slot: between_heads(graph, (slot,)) for slot in SLOTS} | {"all": every}
    generator, size = torch.Generator().manual_seed(job.seed), int(sets["k"].sum())
    places = every.nonzero().flatten()
    for number in range(job.draws):
        drawn = places[torch.randperm(len(places), generator=generator)[:size]]
        sets[f"random {number}"] = torch.zeros_like(every).scatter(0, drawn, True)
    kept = torch.stack([torch.ones(len(every)), *((~cut).float() for cut in sets.values())])
    scores = question.cut.scores(kept, question.metric)
    added = [float((one - scores[0]).mean()) for one in scores[1:]]
    rows = [{"cut": name.split()[0], "added_nats": value} for name, value in zip(sets, added, strict=True)]
    rows.append({"cut": "chains", "added_nats": float((without_chains(question) - scores[0]).mean())})
    for number in range(twins):
        twin = asked_about(untrained_twin(model, seed=job.seed + number), tokens, question.metric)
        base, cut = twin.cut.scores(kept[[0, 1 + list(sets).index("all")]], question.metric)
        rows.append({"cut": "twin", "added_nats": float((cut - base).mean())})
        rows.append({"cut": "twin chains", "added_nats": float((without_chains(twin) - base).mean())})
    return pd.DataFrame(rows)


def neurons(model: Model, rows: Text, few: int) -> pd.DataFrame:
    """A row a neuron: how well it tells tokens of its best tag from others, and how many are active beside it.

    The tag, a genre or a part of speech, and whether the neuron rises or falls at it, are chosen on the first rows;
    `auroc` is of as many others. `active`: of the layer, the same for all its neurons: to how many alike active ones
    the absolute activations of a token, each less its median, come, averaged over tokens.
    """
    first, second = slice(0, few), slice(len(rows.tokens) - few, len(rows.tokens))
    found = []
    for layer in range(model.shape.n_layers):
        choose, measure = (activations(model, rows.tokens[part], layer) for part in (first, second))
        given, asked = tags(rows, first), tags(rows, second)
        common = np.minimum.reduce([side.sum(axis=0) for side in (given, ~given, asked, ~asked)]) >= len(given) / RARE
        told = aurocs(choose, given[:, common]) - 0.5
        best = np.abs(told).argmax(axis=1)
        again = aurocs(measure, asked[:, common])[np.arange(len(best)), best] - 0.5
        auroc = 0.5 + again * np.sign(told[np.arange(len(best)), best])
        found.append(pd.DataFrame({"layer": layer, "neuron": np.arange(len(best)), "auroc": auroc}))
        found[-1]["active"] = active_at_once(measure)
    return pd.concat(found)


def activations(model: Model, tokens: Int[Tensor, "row pos"], layer: int) -> np.ndarray:
    """Every neuron of a layer at every token but the first of a row, as its nonlinearity leaves it.

    Of SoLU with a LayerNorm after it that is before the LayerNorm, in which every neuron hears of all others.
    """
    config: Any = model.module.config
    solu = config.activation.startswith("solu")
    site = f"mlp_pre.{layer}" if solu else f"mlp_post.{layer}"
    parts = [model.run(some, read=[site], logits=False)[site] for some in torch.split(tokens, AT_ONCE)]
    values = torch.cat(parts)[:, 1:].flatten(0, 1).double().cpu()
    return (values * values.softmax(dim=-1) if solu else values).numpy()


def tags(rows: Text, part: slice) -> np.ndarray:
    """Which tokens have each genre and each part of speech, [token, tag]."""
    columns = []
    for values in (rows.genre, rows.pos):
        tokens = values[part, 1:].flatten()
        columns.append((tokens[:, None] == torch.arange(1, int(values.max()) + 1)).numpy())
    return np.concatenate(columns, axis=1)


def active_at_once(values: Float[np.ndarray, "token neuron"]) -> float:
    """(sum |a|)^2 / sum a^2 over neurons: all of them if they are alike active, one if only one is."""
    size = np.abs(values - np.median(values, axis=0))
    return float((size.sum(axis=1) ** 2 / np.maximum((size**2).sum(axis=1), 1e-30)).mean())
