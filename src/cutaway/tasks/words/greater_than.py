"""Greater-than: something lasted from one year to another of the same century, which must come later."""

import re
from random import Random

from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

YEARS = tuple(f"{year:02}" for year in range(1, 100))
TURNED = {"from": "to", "to": "from", "began": "ended", "ended": "began", "starts": "ends", "ends": "starts"}
FIRST_YEAR = re.compile(r"(from|to|began in|ended in|starts in|ends in) the year 17(\d\d)")
EVENTS = (
    "war", "siege", "voyage", "trial", "journey", "rebellion", "famine", "drought", "reign", "alliance", "dispute",
    "campaign", "project", "expedition", "strike", "plague", "truce", "crisis", "occupation", "partnership", "debate",
    "festival", "mission", "blockade", "marriage", "experiment", "friendship", "feud", "boom", "contract", "exile",
    "inquiry", "lawsuit", "revolt", "pilgrimage", "embargo", "construction", "apprenticeship", "search", "treaty",
)  # fmt: skip


def draw(rng: Random, words: Words) -> Prompt:
    """A year that is neither the earliest nor the latest, so that some years are above it and some below."""
    years = words["year"]
    at = rng.randrange(1, len(years) - 1)
    slots = {word: word for word in TURNED} | {"event": rng.choice(words["event"]), "year": years[at]}
    return Prompt(rng.choice(words.templates), slots, years[at + 1 :], years[: at + 1])


def earliest_year(prompt: Prompt, _rng: Random, words: Words) -> Prompt:
    """The first year there is: every other one is above it."""
    years = words["year"]
    return prompt.with_slots(years[1:], years[:1], year=years[0])


def other_year(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Another year that is neither the earliest nor the latest."""
    years = words["year"]
    at = years.index(words.another(rng, "year", years[0], prompt.slots["year"], years[-1]))
    return prompt.with_slots(years[at + 1 :], years[: at + 1], year=years[at])


def turn_round(prompt: Prompt, _rng: Random, words: Words) -> Prompt:
    """The end is said first: what is right is now all that is below the year."""
    years = words["year"]
    at = years.index(prompt.slots["year"])
    return prompt.with_slots(years[:at], years[at:], **TURNED)


def solve(text: str) -> tuple[str, ...]:
    """Every year above the one that is said, or below it where that is the end."""
    ((word, year), *_) = FIRST_YEAR.findall(text)
    is_start = word.startswith(("from", "began", "starts"))
    return tuple(other for other in YEARS if other != year and (int(other) > int(year)) == is_start)


def guess(_text: str, rng: Random) -> str:
    """Any year of the century."""
    return rng.choice(YEARS)


TASK = WordedTask(
    name="greater-than",
    says="Something lasted from one year to another of the same century; any later year is right.",
    asks="Two-digit years that are one token each after '17', or as many as each other.",
    chance=49 / 99,  # 99 - year of the 99 are right, and the years 02 to 98 have the mean 50
    train_templates=(
        "The {event} lasted {from} the year 17{year} {to} the year 17",
        "The {event} went on {from} the year 17{year} {to} the year 17",
        "The {event} {began} in the year 17{year} and {ended} in the year 17",
        "In the story, the {event} {starts} in the year 17{year} and {ends} in the year 17",
        "Historians tell us that the {event} ran {from} the year 17{year} {to} the year 17",
        "Nobody here remembers that the {event} {began} in the year 17{year} and {ended} in the year 17",
        "People spoke of little but the {event} {from} the year 17{year} {to} the year 17",
    ),
    test_templates=(
        "The long {event} stretched {from} the year 17{year} {to} the year 17",
        "According to the museum, the {event} {began} in the year 17{year} and {ended} in the year 17",
        "Our first chapter, about the {event}, {starts} in the year 17{year} and {ends} in the year 17",
    ),
    lexicons={
        "event": Lexicon(EVENTS),
        "year": Lexicon(YEARS, role="answer", form="{}", after="the year 17", closed=True),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "earliest-year",
            "The first year is the earliest there is, so that every other one is right.",
            "Whatever only knows that a year of this century comes next, and heads that look at the first year "
            "without minding which it is.",
            earliest_year,
            changes_answer=False,
        ),
        Corruption(
            "other-year",
            "The first year is another one: the line between right and wrong moves, and the latest years stay right.",
            "Whatever says that something later is wanted, and all that happens to years on one side of both.",
            other_year,
            changes_answer=False,
        ),
        Corruption(
            "turned-round",
            "The end is said first and the beginning is asked for, so that the earlier years are right.",
            "Heads and neurons that carry the first year itself: it is the same, in the same place.",
            turn_round,
        ),
    ),
    solve=solve,
    guess=guess,
    source="Hanna et al. 2023, arXiv:2305.00586; the sentences are our own, and so is turning them round.",
)
