"""A made-up record, as large and as varied as a real one: twelve heads, five detectors, two texts of Python."""

import io
import tokenize

import numpy as np
import pandas as pd
import pytest

from cutaway.records import (
    Answer,
    AttentionOnText,
    Bars,
    Claim,
    Control,
    ExamplesOnText,
    Finding,
    Heat,
    Measured,
    Points,
    RunRecord,
    SortableTable,
    Study,
)
from tests.browser import browser as browser

DETECTORS = ("previous_token", "duplicate_token", "induction", "first_token", "current_token")
MODELS = {"attn-only-1l": 1, "attn-only-2l": 2}
HEADS = [(model, layer, head) for model, layers in MODELS.items() for layer in range(layers) for head in range(4)]
TEXTS = {
    "counting": "def count(words):\n    seen = {}\n    for word in words:\n        seen[word] = seen.get(word, 0) + 1\n"
    "    return seen\n\ndef count_all(lines):\n    return [count(line) for line in lines]\n",
    "stack": "class Stack:\n    def __init__(self):\n        self.items = []\n\n    def push(self, item):\n"
    "        self.items.append(item)\n\n    def pop(self):\n        return self.items.pop()\n",
}
CLAIMS = {
    "planted": Claim(
        key="planted", sentence="On planted models every detector separates its true heads from all others.",
        unit="AUROC of the worst detector", tier="planted", above=0.99,
    ),
    "induction": Claim(
        key="induction", sentence="The trained two-layer model has an induction head.",
        unit="induction score of its best head", tier="trained", above=0.5,
    ),
    "one-layer": Claim(
        key="one-layer", sentence="The trained one-layer model has no induction head.",
        unit="induction score of its best head", tier="trained", below=0.1,
    ),
    "quiet": Claim(
        key="quiet", sentence="Of a hundred untrained twins at most 15 have a head beyond the null.",
        unit="twins of a hundred", tier="trained", below=15.5,
    ),
    "agreement": Claim(
        key="agreement", sentence="Scores agree in rank with the loss that ablation adds.",
        unit="Spearman correlation over heads", tier="trained",
    ),
}  # fmt: skip
STUDY = Study(
    slug="made-up-heads",
    problems=("6.18", "6.26"),
    question="Can previous-token, duplicate-token and induction heads be found automatically?",
    method="Heads are scored on repeated random tokens; the null is the best head of an untrained twin.",
    claims=tuple(CLAIMS.values()),
    figures=(
        Heat(table="scores", x="detector", y="head", value="score", panel="model", says="Who does what."),
        Points(
            table="scores", x="head", y="score", group="detector", panel="model", line="null", says="Scores and bars."
        ),
        Points(table="effects", x="score", y="effect_nats", group="looks_like", panel="model", says="Look and worth."),
        Bars(table="twins", x="detector", y="beyond", low="low", high="high", says="Untrained twins beyond the null."),
        SortableTable(table="heads", says="Every head."),
        AttentionOnText(table="attention", tokens_table="attention_tokens", says="Where heads look on real text."),
        ExamplesOnText(table="examples", says="Strongest places in real text."),
    ),
    asks="trained",
    minutes=1.0,
)


def pieces(text):
    """Python tokens with the white space before them, newlines with their indent."""
    lines, found, row, column = text.splitlines(keepends=True), [], 1, 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if not token.string.strip():
            continue
        gap = ""
        while row < token.start[0]:
            gap += lines[row - 1][column:]
            row, column = row + 1, 0
        gap += lines[row - 1][column : token.start[1]]
        found += [gap, token.string] if "\n" in gap else [gap + token.string]
        row, column = token.end
    return [*found, "\n"]


def pattern(tokens, role, rng):
    """Attention of a clean case of each role, with a little noise."""
    count = len(tokens)
    scores = rng.normal(size=(count, count)) * 0.7
    for query in range(count):
        scores[query, 0] += 1.5
        if role == "previous_token" and query:
            scores[query, query - 1] += 6
        for key in range(1, query):
            if role == "induction" and tokens[key - 1] == tokens[query]:
                scores[query, key] += 5
            if role == "duplicate_token" and tokens[key] == tokens[query]:
                scores[query, key] += 5
    scores[np.triu_indices(count, 1)] = -np.inf
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def attention_tables(rng):
    cells, tokens, examples = [], [], []
    words = {name: pieces(text) for name, text in TEXTS.items()}
    for name, found in words.items():
        tokens += [{"text": name, "position": at, "token": token} for at, token in enumerate(found)]
    for layer, head, role in ((0, 1, "previous_token"), (0, 3, "duplicate_token"), (1, 2, "induction")):
        place = {"model": "attn-only-2l", "layer": layer, "head": head, "role": role}
        pairs = []
        for name, found in words.items():
            weights = pattern(found, role, rng)
            for query, key in np.argwhere(weights > 0.01).tolist():
                cells.append({**place, "text": name, "query": query, "key": key, "weight": weights[query, key]})
                pairs.append((weights[query, key], found, query, key))
        for rank, (weight, found, query, key) in enumerate(sorted(pairs, key=lambda pair: -pair[0])[:6], 1):
            examples.append(
                {**place, "rank": rank, "weight": weight, "strength": 3 * weight, "tokens": found}
                | {"query": query, "key": key}
            )
    return {name: pd.DataFrame(rows) for name, rows in
            (("attention", cells), ("attention_tokens", tokens), ("examples", examples))}  # fmt: skip


def head_tables(rng):
    scores, heads, effects = [], [], []
    for model, layer, head in HEADS:
        row = {"model": model, "layer": layer, "head": head, "role": "none found"}
        for at, detector in enumerate(DETECTORS):
            strong = rng.random() < 0.25
            score, null = float(rng.uniform(0.5, 0.95) if strong else rng.uniform(0, 0.12)), 0.14 + 0.02 * at
            row |= {detector: score, f"{detector}_null": null}
            if strong:
                row["role"] = detector
            place = {"model": model, "head": f"{layer}.{head}", "detector": detector}
            scores.append(place | {"score": score, "null": null})
        best = max(DETECTORS[:3], key=row.__getitem__)
        worth = float(row[best] * rng.uniform(0, 1.2))
        heads.append(row | {"loss_added_nats": worth})
        effects.append(
            {"model": model, "head": f"{layer}.{head}", "looks_like": best, "score": row[best], "effect_nats": worth}
        )
    return {"heads": pd.DataFrame(heads), "scores": pd.DataFrame(scores), "effects": pd.DataFrame(effects)}


def make_tables():
    rng = np.random.default_rng(7)
    twins = [{"detector": name, "beyond": 3.0 + at, "low": 1.0 + at, "high": 9.0 + at}
             for at, name in enumerate(DETECTORS)]  # fmt: skip
    return head_tables(rng) | attention_tables(rng) | {"twins": pd.DataFrame(twins)}


def make_record(tables):
    findings = {
        "planted": Finding(Measured(1.0, 0.998, 1.0, 96), null=tuple(0.5 + 0.002 * at for at in range(40))),
        "induction": Finding(Measured(0.871, 0.852, 0.889, 256), null=tuple(0.1 + 0.003 * at for at in range(20))),
        "one-layer": Finding(Measured(0.214, 0.187, 0.242, 256), control=Control("the two-layer model", 0.871)),
        "quiet": Finding(Measured(9.0, 4.2, 16.4, 100), control=Control("planted models beyond their null", 100.0)),
        "agreement": Finding(Measured(0.57, 0.21, 0.79, 12), null=(0.1, -0.2, 0.3, 0.05), note="Two models only."),
    }
    return RunRecord(
        id="made-up-heads-20260102T030405Z",
        study=STUDY.slug,
        problems=STUDY.problems,
        question=STUDY.question,
        method=STUDY.method,
        command="cutaway run made-up-heads",
        seed=0,
        size="full",
        code_sha256="c0de" * 16,
        models=dict.fromkeys(MODELS, "5eed" * 16),
        answers=tuple(Answer(claim, findings[key].answers(key)) for key, claim in CLAIMS.items()),
        tables=tuple(tables),
        environment={
            "began": "2026-01-02T03:04:05+00:00", "wall_seconds": 61.5, "peak_memory_mb": 812, "threads": 2,
            "device": "cpu", "python": "3.11.9", "libraries": {"torch": "2.13.0", "pandas": "3.1.1"},
        },
    )  # fmt: skip


@pytest.fixture(scope="session")
def study():
    return STUDY


@pytest.fixture
def tables():
    return make_tables()


@pytest.fixture
def record(tables):
    return make_record(tables)
