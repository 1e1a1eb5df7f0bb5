"""The zoo as one page: how every model came to what it is, what it measures, and how long it took."""

import re
from collections.abc import Iterator, Sequence
from html import escape

import pandas as pd

from cutaway.figures.body import Tables, drawn
from cutaway.figures.page import STYLES, page
from cutaway.records.figure import Figure, Lines, SortableTable
from cutaway.zoo.card import HEADLINES
from cutaway.zoo.table import Card, is_language, language_table, shipped_cards, task_table


def course(measure: str, says: str) -> Lines:
    """How one number of the language models went, a panel a family."""
    ends = {"low": f"{measure}_low", "high": f"{measure}_high"}
    return Lines(table="language", x="step", y=measure, group="layers", panel="family", log=("x",), says=says, **ends)


FIGURES: tuple[Figure, ...] = (
    course(
        "generated_loss_nats",
        "Loss on held-out generated text, nats a token, by step: the first seed, and a band that spans all.",
    ),
    course("induction", "The induction score of the best head, of any layer."),
    course("in_context_nats", "In-context score: loss late in the window less loss early, nats."),
    SortableTable(table="language models", says="What language models end at, on what training never showed."),
    Lines(
        table="tasks",
        x="step",
        y="share_right",
        group="seed",
        panel="model",
        log=("x",),
        says="Models of tasks: the share that is right on rows that training never showed, by step and seed.",
    ),
    SortableTable(table="models of tasks", says="What they end at; nats of the same rows."),
)


def zoo_page() -> str:
    """The whole page, from the cards alone; it needs nothing else.

    Cost: some seconds, for the pictures.
    """
    cards = list(shipped_cards())
    tables = tables_of(cards)
    hours = sum(card["training_minutes"] for card in cards) / 60
    figures = "".join(
        f"<figure><figcaption><h3>{escape(header.says)}</h3></figcaption>{drawn(number, header, tables)}</figure>"
        for number, header in enumerate(FIGURES, 1)
        if header.table in tables
    )
    models = len({card["address"].split("@")[0] for card in cards})
    summary = (
        f"{models} models, {len(cards)} with their further seeds, trained in {hours:.0f} hours of one thread. "
        "All of it is read from their cards; cutaway zoo show NAME prints one."
    )
    return page(
        title="The zoo. Cutaway",
        styles=STYLES,
        scripts=("report.js",),
        body=(
            '<main class="page">\n<div class="brand"><span><b>Cutaway</b> zoo</span>'
            '<button type="button" data-paper hidden>Dark paper</button></div>\n'
            f'<header><h1>The zoo</h1><p class="summary">{escape(summary)}</p></header>\n{figures}\n</main>'
        ),
    )


def tables_of(cards: Sequence[Card]) -> Tables:
    """What the figures show, by name; none without rows."""
    language, tasks = [card for card in cards if is_language(card)], [card for card in cards if not is_language(card)]
    found = {
        "language": banded(pd.DataFrame(point for card in language for point in language_course(card))),
        "language models": language_table(language),
        "tasks": pd.DataFrame(point for card in tasks for point in task_course(card)),
        "models of tasks": task_table(tasks),
    }
    return {name: table for name, table in found.items() if not table.empty}


def language_course(card: Card) -> Iterator[dict[str, str | float]]:
    """One run of the family; `attn-only-3l-dropout` is a 3l-dropout of attn-only."""
    model, _, seed = card["address"].partition("@seed=")
    family, layers = re.split(r"-(?=\d)", model, maxsplit=1)
    for point in card["curve"]:
        if point["step"]:
            yield {
                "family": family,
                "layers": layers,
                "seed": int(seed or 0),
                "step": point["step"],
                "generated_loss_nats": point["generated_loss_nats"],
                "induction": max(value for name, value in point.items() if name.startswith("induction")),
                "in_context_nats": point["in_context_nats"],
            }


def task_course(card: Card) -> Iterator[dict[str, str | float]]:
    """One run of a task."""
    model, _, seed = card["address"].partition("@seed=")
    for point in card["curve"]:
        right = next((point[name] for name in HEADLINES if name in point), None)
        if point["step"] and right is not None:
            yield {"model": model, "seed": f"seed {seed or 0}", "step": point["step"], "share_right": right}


def banded(points: pd.DataFrame) -> pd.DataFrame:
    """The first seed at each of its steps, with the least and the most of all seeds where all were looked at."""
    if points.empty:
        return points
    place = ["family", "layers", "step"]
    seeds = points.groupby(["family", "layers"])["seed"].transform("nunique")
    of_all = points[points.groupby(place)["seed"].transform("nunique") == seeds].groupby(place)
    least, most = of_all.min().add_suffix("_low"), of_all.max().add_suffix("_high")
    return points.groupby(place, sort=False).first().join(least).join(most).reset_index()
