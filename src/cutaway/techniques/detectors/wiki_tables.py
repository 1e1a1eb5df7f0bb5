"""The tidy tables behind the pictures of a head wiki: scores, examples, and attention on real text."""

from collections.abc import Sequence

import pandas as pd
import torch

from cutaway.techniques.ablation.mean import Head
from cutaway.techniques.detectors.head_wiki import HeadWiki

CONTEXT = 24  # tokens shown before the earlier, and after the later, of an example's two tokens
SHOWN = 64  # tokens of text under an attention view
AFTER = 8  # tokens shown after the query of the example
FAINT = 0.01  # weights below this are left out of attention tables

Row = dict[str, object]


def score_rows(wiki: HeadWiki) -> list[Row]:
    """One row per head and detector: score on repeated random tokens, null, and whether it is beyond."""
    return [
        {
            "model": wiki.model.name,
            "head": f"{layer}.{head}",
            "detector": detector.name,
            "score": float(wiki.repeats.mean[at, layer, head]),
            "null": wiki.repeats_null.line(detector.name),
        }
        for at, detector in enumerate(wiki.repeats.detectors)
        for layer, head in wiki.heads
    ]


def effect_rows(wiki: HeadWiki) -> list[Row]:
    """One row per ablated head: its best score among detectors of heads that carry something, and its worth."""
    effects = wiki.effects["repeats"]
    carrying = [at for at, detector in enumerate(wiki.repeats.detectors) if detector.matters_on == "repeats"]
    rows: list[Row] = []
    for (layer, head), effect in zip(effects.heads, effects.mean.tolist(), strict=True):
        best = max(carrying, key=lambda at: float(wiki.repeats.mean[at, layer, head]))
        rows.append(
            {
                "model": wiki.model.name,
                "head": f"{layer}.{head}",
                "looks_like": wiki.repeats.detectors[best].name,
                "score": float(wiki.repeats.mean[best, layer, head]),
                "effect_nats": effect,
            }
        )
    return rows


def notable_heads(wiki: HeadWiki) -> list[Head]:
    """The best head of each kind whose role it is, the highest score first."""
    best: dict[Head, float] = {}
    for detector in wiki.repeats.detectors:
        scores = wiki.repeats.of(detector.name)
        head = divmod(int(scores.argmax()), scores.shape[1])
        if wiki.role(*head) == detector.name:
            best[head] = float(scores[head])
    return sorted(best, key=lambda head: -best[head])


def example_rows(wiki: HeadWiki, heads: Sequence[Head]) -> list[Row]:
    """One row per example, its text cut around query and key."""
    rows: list[Row] = []
    if wiki.natural_tokens is None:
        return rows
    for layer, head in heads:
        for rank, pair in enumerate(wiki.pairs[layer, head]):
            start = max(0, min(pair.query, pair.key) - CONTEXT)
            stop = max(pair.query, pair.key) + CONTEXT + 1
            tokens = wiki.natural_tokens[pair.text, start:stop].tolist()
            rows.append(
                {
                    "model": wiki.model.name,
                    "layer": layer,
                    "head": head,
                    "role": wiki.role(layer, head),
                    "rank": rank + 1,
                    "weight": pair.weight,
                    "strength": pair.strength,
                    "tokens": wiki.model.token_strings(tokens),
                    "query": pair.query - start,
                    "key": pair.key - start,
                }
            )
    return rows


def attention_rows(wiki: HeadWiki, heads: Sequence[Head]) -> tuple[list[Row], list[Row]]:
    """Attention of heads on the text of their strongest example, and the tokens of those texts."""
    cells: list[Row] = []
    tokens: list[Row] = []
    if wiki.natural_tokens is None:
        return cells, tokens
    for layer, head in heads:
        text = f"{wiki.model.name} {layer}.{head}"
        ids = text_of_strongest(wiki, layer, head)
        site = f"pattern.{layer}"
        pattern = wiki.model.run(torch.tensor([ids]), read=[site], logits=False)[site][0, head, :, : len(ids)]
        strings = wiki.model.token_strings(ids)
        tokens += [{"text": text, "position": at, "token": token} for at, token in enumerate(strings)]
        place: Row = {"model": wiki.model.name, "layer": layer, "head": head, "role": wiki.role(layer, head)}
        cells += [
            {**place, "text": text, "query": query, "key": key, "weight": round(float(pattern[query, key]), 4)}
            for query, key in (pattern > FAINT).nonzero().tolist()
        ]
    return cells, tokens


def text_of_strongest(wiki: HeadWiki, layer: int, head: int) -> list[int]:
    """The window, up to SHOWN tokens long, that holds the head's strongest example."""
    if wiki.natural_tokens is None:
        raise AssertionError("attention on text needs natural text")
    pair = wiki.pairs[layer, head][0]
    row: list[int] = wiki.natural_tokens[pair.text].tolist()
    first = row[:1] if wiki.model.bos is not None else []
    stop = min(len(row), max(SHOWN, pair.query + AFTER))
    return first + row[max(len(first), stop - SHOWN) : stop]


def wiki_tables(wikis: Sequence[HeadWiki]) -> dict[str, pd.DataFrame]:
    """Tables `heads scores effects examples attention attention_tokens` over several models."""
    rows: dict[str, list[Row]] = {
        name: [] for name in ("scores", "effects", "examples", "attention", "attention_tokens")
    }
    frames = []
    for wiki in wikis:
        notable = notable_heads(wiki)
        cells, tokens = attention_rows(wiki, notable)
        rows["scores"] += score_rows(wiki)
        rows["effects"] += effect_rows(wiki)
        rows["examples"] += example_rows(wiki, wiki.heads)
        rows["attention"] += cells
        rows["attention_tokens"] += tokens
        frames.append(wiki.frame.assign(model=wiki.model.name))
    heads = pd.concat(frames, ignore_index=True)
    heads = heads[["model", *(column for column in heads.columns if column != "model")]]
    return {"heads": heads} | {name: pd.DataFrame(found) for name, found in rows.items()}
