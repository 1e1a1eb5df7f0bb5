"""The table of all that ships, a row a model and seed, from their cards: what it cost and what came out."""

from collections.abc import Iterator, Mapping
from typing import Any

from cutaway.zoo.baselines import shipped as ngrams
from cutaway.zoo.card import headline
from cutaway.zoo.recipe import all_recipes
from cutaway.zoo.shipped import card_of, shipped_of

LANGUAGE = ("model", "generated", "under the 5-gram", "library", "repeats", "previous token", "induction", "minutes")
TASKS = ("model", "measured", "value", "nats", "minutes")


def markdown() -> str:
    """Both tables as they stand in docs/zoo.md, language models first."""
    cards = list(shipped_cards())
    language = [language_row(card) for card in cards if "generated_loss_nats" in card["measured"]]
    tasks = [task_row(card) for card in cards if "generated_loss_nats" not in card["measured"]]
    return "\n\n".join(table(head, rows) for head, rows in ((LANGUAGE, language), (TASKS, tasks)))


def shipped_cards() -> Iterator[Mapping[str, Any]]:
    """The cards of last steps, in the order of recipes and seeds, each with its `address`."""
    for recipe in all_recipes().values():
        for at in shipped_of(recipe):
            if at.step is None:
                yield {**card_of(at), "address": at.name}


def language_row(card: Mapping[str, Any]) -> tuple[str, ...]:
    """Losses in nats a token, and the best head of any layer."""
    measured = card["measured"]
    heads = (
        max(value for name, value in measured.items() if name.startswith(kind)) for kind in ("previous", "induction")
    )
    under = ngrams()["5-gram"]["generated"] - measured["generated_loss_nats"]
    losses = (measured["generated_loss_nats"], under, measured["library_loss_nats"], measured["repeat_loss_nats"])
    return f"`{card['address']}`", *(f"{value:.2f}" for value in (*losses, *heads)), minutes(card)


def task_row(card: Mapping[str, Any]) -> tuple[str, ...]:
    """The headline, and the loss of the same rows."""
    measured, (name, value) = card["measured"], headline(card)
    loss = measured["unseen_loss_nats" if name == "unseen_right" else "loss_nats"]
    return f"`{card['address']}`", name.replace("_", " "), f"{value:.1%}", f"{loss:.4f}", minutes(card)


def minutes(card: Mapping[str, Any]) -> str:
    """What the run took on one thread, whatever else the machine was doing."""
    return f"{card['training_minutes']:.0f}" if "training_minutes" in card else ""


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows))
