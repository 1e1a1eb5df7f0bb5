"""Can heads that compose, and whole circuits, be found without a human looking, and is it right?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cutaway.lab import Lab
from cutaway.lab.circuit_search import (
    RANDOM,
    Hunt,
    Search,
    attributed,
    composing,
    exactness,
    hunt,
    joined_pairs,
    largest_terms,
    search,
)
from cutaway.lab.ioi_prompts import ioi_halves
from cutaway.lab.side_by_side import Tables
from cutaway.records import Claim, Control, Finding, Lines, Measured, Points, Remark, SortableTable, Study
from cutaway.stats.intervals import bootstrap, bootstrap_mean, mean_of_few, proportion
from cutaway.stats.over_seeds import over_seeds

STUDY = Study(
    slug="composition-and-automatic-circuits",
    problems=("6.11", "6.12", "6.13", "6.47"),
    question="Can heads that compose, and whole circuits, be found without a human looking, and is it right?",
    method=(
        "On random planted circuits, whose edges are known, ACDC, edge attribution with integrated gradients, and "
        "recursive path patching give every edge a score; no threshold is chosen. Composition scores read off weights "
        "are held against the pairs of heads that planted models join. A head's query, key and value on a prompt are "
        "split into what each earlier part wrote, and the largest part, and the one that differs most between the two "
        "prompts of a pair, are held against the edge whose loss costs most. Ten models of symbolic IOI, five of them "
        "trained with dropout, are then searched on prompts of some pairs of names, and circuits judged on pairs never "
        "shown: by the share of the gap between clean and corrupted prompts that stays when all other edges are cut. "
        "Path patching is checked, path by path, against runs in which everything but the path is held. Nulls: random "
        "edges, shuffled truth, random circuits of the same size."
    ),
    claims=(
        Claim(
            key="acdc-finds-planted-edges",
            sentence="ACDC tells the edges of random planted circuits from all others.",
            unit="AUROC, mean over circuits",
            tier="planted",
            above=0.95,
            problems=("6.13", "6.47"),
        ),
        Claim(
            key="eap-ig-finds-planted-edges",
            sentence="Edge attribution with integrated gradients does.",
            unit="AUROC, mean over circuits",
            tier="planted",
            above=0.95,
            problems=("6.13", "6.47"),
        ),
        Claim(
            key="recursive-paths-find-planted-edges",
            sentence="Recursive path patching does.",
            unit="AUROC, mean over circuits",
            tier="planted",
            above=0.95,
            problems=("6.13", "6.47"),
        ),
        Claim(
            key="weights-find-planted-pairs",
            sentence="Composition scores tell the pairs of heads that planted models join from all other pairs.",
            unit="AUROC, mean over models",
            tier="planted",
            above=0.9,
            problems=("6.11",),
        ),
        Claim(
            key="planted-terms-matter",
            sentence="In planted models the largest of what earlier parts add to a head is the one that matters most.",
            unit="share of queries, keys and values",
            tier="planted",
            above=0.8,
            problems=("6.12",),
        ),
        Claim(
            key="planted-changes-matter",
            sentence="And so is what differs most between the two prompts of a pair.",
            unit="share of queries, keys and values",
            tier="planted",
            above=0.8,
            problems=("6.12",),
        ),
        Claim(
            key="path-patching-is-exact",
            sentence="Path patching gives what brute force does, path by path.",
            unit="share of the gap, largest over paths and prompts",
            tier="trained",
            below=1e-5,
            problems=("6.13",),
        ),
        Claim(
            key="weights-foretell-paths",
            sentence="Composition scores agree in rank with what cutting the edge of a pair does.",
            unit="Spearman correlation over pairs, mean over models",
            tier="trained",
            above=0.3,
            problems=("6.11",),
        ),
        Claim(
            key="trained-terms-matter",
            sentence="In trained models the largest term is the one that matters most more often than not.",
            unit="share of queries, keys and values, mean over models",
            tier="trained",
            above=0.5,
            problems=("6.12",),
        ),
        Claim(
            key="trained-changes-matter",
            sentence="So is what differs most between the two prompts of a pair.",
            unit="share of queries, keys and values, mean over models",
            tier="trained",
            above=0.5,
            problems=("6.12",),
        ),
        Claim(
            key="recursive-circuits-are-faithful",
            sentence="With at most a fifth of all edges the circuits of recursive path patching keep 90 % of the gap.",
            unit="share of the gap on names never shown together, mean over models",
            tier="trained",
            above=0.9,
            problems=("6.13", "6.47"),
        ),
        Claim(
            key="two-methods-find-one-circuit",
            sentence="Recursive path patching and ACDC name mostly the same edges, as many each.",
            unit="overlap (Jaccard), mean over models",
            tier="trained",
            above=0.5,
            problems=("6.13", "6.47"),
        ),
        Claim(
            key="gpt2-in-few-edges",
            sentence="In GPT-2 a twentieth of all edges, found by themselves, keep three fifths of the gap on IOI.",
            unit="share of the gap on templates never shown",
            tier="real",
            above=0.6,
        ),
    ),
    figures=(
        Points(
            table="planted",
            x="auroc",
            y="method",
            group="attention",
            says="How well each method tells edges of planted circuits from others: a dot a circuit, 0.5 is chance.",
        ),
        Lines(
            table="curves",
            x="edges_share",
            y="faithfulness",
            group="method",
            low="low",
            high="high",
            log=("x",),
            says="The share of the gap that stays when only so many edges are kept, mean over ten models and 95 %.",
        ),
        Points(
            table="pairs",
            x="composition",
            y="effect",
            group="slot",
            panel="trained",
            says="What weights say of a pair of heads, and what the score loses when its edge is cut.",
        ),
        Points(
            table="agreement",
            x="share",
            y="subject",
            group="slot",
            says="How often the largest term, or the one that differs most, is the one that matters: a dot a model.",
        ),
        SortableTable(
            table="circuits", says="Every trained model's circuit: its size, what it keeps, what others keep."
        ),
        SortableTable(
            table="terms", says="Every head's largest term, the one that differs most, the one that matters."
        ),
    ),
    remarks=(
        Remark(
            claim="weights-foretell-paths",
            verdict="undecided",
            says=(
                "From 0.04 to 0.77 by model, higher after dropout. Most of it lies between slots: values score higher "
                "than keys and queries, and cutting a value's edge costs 1.5 logits in the mean, where a key's costs "
                "a thousandth."
            ),
        ),
        Remark(
            claim="trained-terms-matter",
            verdict="undecided",
            says=(
                "It is so for nine values of ten without dropout, and for six of ten with it; no query or key of a "
                "later head matters in these models. Ten models leave open whether it is more than half."
            ),
        ),
        Remark(
            claim="recursive-circuits-are-faithful",
            verdict="failed",
            says=(
                "With 8 to 16 of 81 edges circuits keep 14 to 81 % of the gap, random ones at most 13 %. All sixteen "
                "paths from heads of the first layer into values of the second matter, and half of all edges keep "
                "everything: the task has no small circuit here."
            ),
        ),
        Remark(
            claim="two-methods-find-one-circuit",
            verdict="failed",
            says=(
                "Overlaps go from 0.13 to 0.60. Where a task needs more edges than a circuit may have, which come "
                "first is a matter of the method: the one asks for each edge alone, the other for what is left when "
                "others are gone."
            ),
        ),
    ),
    limits=(
        "Planted circuits are drawn without redundancy: where parts stand in for one another, no method that cuts one "
        "edge at a time can find them.",
        "Symbols in six places and two layers; a language model has thousands of edges and several circuits at once.",
        "Heads of one planted model count as independent, and many of them have two writers to choose from.",
        "A circuit is judged by one score on one kind of corruption, on prompts of the same task.",
        "Composition scores and terms are of single heads; what several carry together is not seen.",
    ),
    next_steps=(
        "Ask GPT-2: cutaway run composition-and-automatic-circuits --model gpt2.",
        "Hold more methods against each other: cutaway bench circuits.",
        "Search a model of your own: cutaway circuit --help.",
    ),
    asks="real",
    minutes=4.0,
)

MOST = 0.2  # of all edges, that a circuit may have
FIRST = 100  # seed of the first random circuit: the scoreboard has those before
SHIPPED = {"ioi-2l": "without dropout", "ioi-2l-dropout": "with dropout"}
GUEST_PROMPTS, GUEST_EDGES = 32, 0.05


def run(lab: Lab) -> list[Finding]:
    """Known circuits side by side; then what weights and terms say of planted and of trained models; then circuits."""
    (count, most), rows = lab.size(smoke=(1, 1), full=(24, 5)), lab.size(smoke=8, full=64)
    jobs = [Hunt(FIRST + lab.seed + number, soft=number % 2 == 1, rows=rows) for number in range(count)]
    hunted = pd.concat([found["planted"] for found in lab.side_by_side(hunt, jobs, says="planted circuits")])
    lab.table("planted", hunted[hunted["method"] != RANDOM])
    models = [(model, trained) for role, trained in SHIPPED.items() for model in lab.seeds(role)[:most]]
    searches = [Search(model.name, MOST, rows, lab.seed) for model, _ in models]
    found = lab.side_by_side(search, searches, says="circuits of trained models")
    seen = [named(tables, model.name, trained) for tables, (model, trained) in zip(found, models, strict=True)]
    paths = exactness(models[0][0], ioi_halves(models[0][0], rows=rows, seed=lab.seed)[1])
    planted, planted_terms = on_planted(lab)
    findings = [*on_edges(hunted, seed=lab.seed), *planted, on_paths(paths), *on_trained(seen, seed=lab.seed)]
    write_tables(lab, seen, planted_terms)
    return [*findings, *on_guests(lab)]


def named(tables: Tables, model: str, trained: str) -> Tables:
    """The tables of one model, with what it is called in front."""
    return {key: table[[]].assign(model=model, trained=trained).join(table) for key, table in tables.items()}


def on_edges(hunted: pd.DataFrame, *, seed: int) -> list[Finding]:
    """Each method's AUROC over circuits; random scores of the same circuits are the null."""
    null = tuple(hunted.loc[hunted["method"] == RANDOM, "auroc"])
    findings = []
    for key, method in (
        ("acdc-finds-planted-edges", "ACDC"),
        ("eap-ig-finds-planted-edges", "EAP-IG"),
        ("recursive-paths-find-planted-edges", "recursive path patching"),
    ):
        found = hunted.loc[hunted["method"] == method, "auroc"].to_numpy(float)
        findings.append(Finding(bootstrap_mean(found, seed=seed), null=null).answers(key))
    return findings


def on_planted(lab: Lab) -> tuple[list[Finding], pd.DataFrame]:
    """What weights and terms say of different planted models in which heads compose."""
    named, drawn = lab.size(smoke=(2, 1), full=(5, 15))
    several = composing(seed=FIRST + lab.seed, named=named, drawn=drawn)
    scored = [joined_pairs(planted, seed=lab.seed + at) for at, planted in enumerate(several)]
    null = np.mean([shuffled for _, shuffled in scored], axis=0)
    terms = pd.concat(
        [
            largest_terms(planted, rows=32, seed=lab.seed).assign(model=planted.name, trained="planted")
            for planted in several
        ]
    )
    by_chance = agreement_by_chance(terms, seed=lab.seed)
    weights = Finding(bootstrap_mean([value for value, _ in scored], seed=lab.seed), null=tuple(null))
    findings = [weights.answers("weights-find-planted-pairs")]
    for key, column in (("planted-terms-matter", "largest"), ("planted-changes-matter", "changed")):
        hits = proportion(int((terms[column] == terms["matters"]).sum()), len(terms))
        findings.append(Finding(hits, null=by_chance).answers(key))
    return findings, terms


def agreement_by_chance(terms: pd.DataFrame, *, seed: int, draws: int = 1000) -> tuple[float, ...]:
    """How often a writer drawn at random is the one that matters most."""
    generator = np.random.default_rng(seed)
    hits = generator.random((draws, len(terms))) < 1 / terms["writers"].to_numpy(float)
    return tuple(hits.mean(axis=1).tolist())


def on_paths(paths: pd.DataFrame) -> Finding:
    """The path on which path patching is furthest from brute force."""
    off = float(paths["off"].max())
    control = Control("the head changed for all its readers, mean over paths", float(paths["everywhere"].mean()))
    return Finding(Measured(off, off, off, len(paths)), control=control).answers("path-patching-is-exact")


def on_trained(seen: Sequence[Tables], *, seed: int) -> list[Finding]:
    """Weights against paths, terms against edges, and circuits, over trained models."""
    models = pd.concat([tables["models"] for tables in seen])
    terms = [tables["terms"] for tables in seen if len(tables["terms"])]
    by_chance = np.mean([agreement_by_chance(one, seed=seed + at) for at, one in enumerate(terms)], axis=0)
    null = {name: np.mean(models[f"{name}_by_chance"].tolist(), axis=0) for name in ("foretold", "like_acdc")}
    over_models = {name: mean_of_few(models[name].tolist()) for name in ("foretold", "faithfulness", "like_acdc")}
    random = tuple(np.mean(models["random"].tolist(), axis=0))
    findings = [
        Finding(over_models["foretold"], null=tuple(null["foretold"])).answers("weights-foretell-paths"),
        Finding(over_models["faithfulness"], null=random).answers("recursive-circuits-are-faithful"),
        Finding(over_models["like_acdc"], null=tuple(null["like_acdc"])).answers("two-methods-find-one-circuit"),
    ]
    for key, column in (("trained-terms-matter", "largest"), ("trained-changes-matter", "changed")):
        hits = mean_of_few([float((one[column] == one["matters"]).mean()) for one in terms])
        findings.append(Finding(hits, null=tuple(by_chance)).answers(key))
    return findings


def on_guests(lab: Lab) -> list[Finding]:
    """What a twentieth of all edges keeps in the user's own models, and the finding where one of them is GPT-2."""
    gpt2, rows, findings = lab.published("gpt2"), [], []
    for guest in lab.subjects():
        pairs = ioi_halves(guest, rows=GUEST_PROMPTS, seed=lab.seed)
        kept, random = attributed(guest, *pairs, most=GUEST_EDGES, seed=lab.seed)
        share = bootstrap(kept.to_numpy(float), kept_of_gap, seed=lab.seed)
        rows.append({"model": guest.name, "faithfulness": share.value, "low": share.low, "high": share.high})
        if gpt2 is not None and guest.name == gpt2.name:
            findings.append(Finding(share, null=tuple(random)).answers("gpt2-in-few-edges"))
    lab.table("guests", pd.DataFrame(rows, columns=["model", "faithfulness", "low", "high"]))
    return findings


def kept_of_gap(rows: NDArray[np.float64]) -> float:
    """Of rows of `attributed`, the share of the gap that is kept."""
    kept, whole, empty = rows.mean(axis=0)
    return float((kept - empty) / (whole - empty))


def write_tables(lab: Lab, seen: Sequence[Tables], planted_terms: pd.DataFrame) -> None:
    """What the figures show."""
    circuits = pd.concat([tables["models"] for tables in seen])
    circuits["random"] = [max(values) for values in circuits["random"]]
    chance = [name for name in circuits if str(name).endswith("_by_chance")]
    lab.table("circuits", circuits.drop(columns=chance).rename(columns={"random": "best_of_random"}))
    lab.table("pairs", pd.concat([tables["pairs"] for tables in seen]))
    terms = pd.concat([planted_terms, *(tables["terms"] for tables in seen)])
    lab.table("terms", terms)
    rows = [
        {
            "subject": f"{trained}, {name}",
            "model": model,
            "slot": slot,
            "share": float((some[column] == some["matters"]).mean()),
        }
        for (trained, model, slot), some in terms.groupby(["trained", "model", "slot"])
        for name, column in (("by size", "largest"), ("by change", "changed"))
    ]
    lab.table("agreement", rows)
    curves = pd.concat([tables["curves"] for tables in seen])
    lab.table("curves", over_seeds(curves, ["method", "edges_share"], "faithfulness", seed="model"))
