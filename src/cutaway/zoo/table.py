"""The tables of all that ships, a row a model and seed, from their cards: what it cost and what came out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from cutaway.zoo.baselines import shipped as ngrams
from cutaway.zoo.card import headline
from cutaway.zoo.recipe import all_recipes
from cutaway.zoo.shipped import card_of, shipped_of

Card = Mapping[str, Any]
DIGITS = {"minutes": 0, "nats": 4}  # of a number in Markdown; all others have two


def shipped_cards() -> Iterator[Card]:
    """The cards of last steps, in the order of recipes and seeds, each with its `address`."""
    for recipe in all_recipes().values():
        for at in shipped_of(recipe):
            if at.step is None:
                yield {**card_of(at), "address": at.name}


def is_language(card: Card) -> bool:
    """Whether it is of the language family, or of a task."""
    return "generated_loss_nats" in card["measured"]


def language_table(cards: Sequence[Card]) -> pd.DataFrame:
    """Losses in nats a token, and the best head of any layer."""
    return pd.DataFrame([language_row(card) for card in cards if is_language(card)])


def task_table(cards: Sequence[Card]) -> pd.DataFrame:
    """The headline of each, and the loss of the same rows."""
    return pd.DataFrame([task_row(card) for card in cards if not is_language(card)])


def language_row(card: Card) -> dict[str, str | float]:
    """One language model."""
    measured = card["measured"]

    def best(kind: str) -> float:
        return max(float(value) for name, value in measured.items() if name.startswith(kind))

    return {
        "model": card["address"],
        "generated": measured["generated_loss_nats"],
        "under the 5-gram": ngrams()["5-gram"]["generated"] - measured["generated_loss_nats"],
        "library": measured["library_loss_nats"],
        "repeats": measured["repeat_loss_nats"],
        "previous token": best("previous"),
        "induction": best("induction"),
        "minutes": round(card["training_minutes"]),
    }


def task_row(card: Card) -> dict[str, str | float]:
    """One model of a task."""
    measured, (name, value) = card["measured"], headline(card)
    return {
        "model": card["address"],
        "measured": name.replace("_", " "),
        "value": value,
        "nats": measured["unseen_loss_nats" if name == "unseen_right" else "loss_nats"],
        "minutes": round(card["training_minutes"]),
    }


def markdown() -> str:
    """Both tables as they stand in docs/zoo.md, language models first."""
    cards = list(shipped_cards())
    return "\n\n".join(as_markdown(table) for table in (language_table(cards), task_table(cards)))


def as_markdown(frame: pd.DataFrame) -> str:
    """A table in Markdown."""
    shown: dict[str, Callable[[Any], str]] = {"model": "`{}`".format, "measured": str, "value": "{:.1%}".format}
    columns = [
        frame[name].map(shown.get(name, f"{{:.{DIGITS.get(name, 2)}f}}".format)) for name in map(str, frame.columns)
    ]
    rows = [tuple(map(str, frame.columns)), ("---",) * len(columns), *zip(*columns, strict=True)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
