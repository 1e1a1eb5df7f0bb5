"""Factual recall: facts of an invented world are stated, and one of them, or one that follows from two, is asked."""

import re
from functools import cache
from itertools import chain, combinations, pairwise
from random import Random

from cutaway.errors.tasks import TaskArgumentError
from cutaway.tasks.lexicon.world import COUNTRIES, PEOPLE, TOWNS, TRADES
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask
from cutaway.tasks.words.forms.read_facts import from_file

KINDS = dict.fromkeys(TRADES, "trade") | dict.fromkeys(TOWNS, "town") | dict.fromkeys(COUNTRIES, "country")
KNOWN = re.compile(rf"\b({'|'.join((*PEOPLE, *KINDS))})\b")
OF_EACH = ("p", "trade", "town")  # what is said of each of three people, in this order
TRAIN = (
    "Here is what we know: {p0}, a {trade0}, lives in {town0}; {p1}, a {trade1}, lives in {town1}; {p2}, a {trade2}, "
    "lives in {town2}. So the job of {asked} is that of a",
    "At the party {p0} said that being a {trade0} was fun, {p1} preferred to be a {trade1}, and {p2} was a {trade2}. "
    "Everybody now knows that {asked} works as a",
    "Our guests are {p0} (a {trade0} from {town0}), {p1} (a {trade1} from {town1}) and {p2} (a {trade2} from {town2}). "
    "After dinner {asked} goes home to the town of",
    "On Monday {p0} moved to {town0}, {p1} moved to {town1} and {p2} moved to {town2}. If you want to visit {asked}, "
    "travel to the town of",
    "In our team {p0} lives in {town0}, {p1} lives in {town1} and {p2} lives in {town2}. The map says that {place0} is "
    "in {land0}, {place1} is in {land1} and {place2} is in {land2}. So {asked} lives in the country of",
    "The map puts {place0} in {land0}, {place1} in {land1} and {place2} in {land2}. Of our friends, {p0} comes from "
    "{town0}, {p1} comes from {town1} and {p2} comes from {town2}. To see {asked}, fly to the country of",
)
TEST = (
    "From the register: {p0}, {trade0}, {town0}. Then {p1}, {trade1}, {town1}. Then {p2}, {trade2}, {town2}. The entry "
    "shows that {asked} earns a living as a",
    "A letter for {p0} goes to {town0}, one for {p1} goes to {town1}, and one for {p2} goes to {town2}. The mail for "
    "{asked} is taken to the town of",
    "We asked where everybody was born: {p0} in {town0}, {p1} in {town1}, {p2} in {town2}. And of the towns, {place0} "
    "belongs to {land0}, {place1} to {land1} and {place2} to {land2}. The passport of {asked} is from the country of",
)


def kind_of(text: str) -> str:
    """What the last sentence asks for."""
    found = re.search(r"(town|country) of$", text)
    return found[1] if found else "trade"


def told(name: str) -> dict[str, str]:
    """What is true of somebody."""
    trade, town = PEOPLE[name]
    return {"p": name, "trade": trade, "town": town, "country": TOWNS[town]}


@cache
def threes(people: tuple[str, ...], values: tuple[str, ...], kind: str) -> list[tuple[dict[str, str], ...]]:
    """Every three people who share nothing and whose answers are among the values.

    Raises: TaskArgumentError if there are none.
    """
    if strangers := [name for name in people if name not in PEOPLE]:
        advice = f"Pass some of these, words={{'person': [...]}}: {', '.join(PEOPLE)}"
        raise TaskArgumentError("factual-recall", f"nobody called {strangers[0]!r} lives in its world", advice)
    known = set(values)
    fitting = [one for one in map(told, people) if one[kind] in known]
    found: list[tuple[dict[str, str], ...]] = [
        three
        for three in combinations(fitting, 3)
        if len({*chain(*(one.values() for one in three))}) == 12  # no word twice
    ]
    if not found:
        fault = f"no three of the people who fit live and work apart, each with a {kind} that fits"
        raise TaskArgumentError("factual-recall", fault, "Pass more people and words, or score='sequence'.")
    return found


def draw(rng: Random, words: Words) -> Prompt:
    """Three people who share nothing, the facts of each, and a question about one of them."""
    template = rng.choice(words.templates)
    kind = kind_of(template)
    three = rng.sample(rng.choice(threes(words["person"], words[kind], kind)), 3)
    slots = {f"{key}{at}": one[key] for at, one in enumerate(three) for key in OF_EACH}
    for at, one in enumerate(rng.sample(three, 3)):
        slots |= {f"place{at}": one["town"], f"land{at}": one["country"]}
    return asking(Prompt(template, slots, ()), rng.choice(three)["p"])


def asking(prompt: Prompt, name: str, **slots: str) -> Prompt:
    """The prompt with some facts otherwise and a question about somebody, answered from its own slots."""
    slots = {**prompt.slots, **slots, "asked": name}
    kind = kind_of(prompt.template)
    lands = {slots[f"place{at}"]: slots[f"land{at}"] for at in range(3)}
    held = [slots[f"{kind}{at}"] if kind != "country" else lands[slots[f"town{at}"]] for at in range(3)]
    values = {slots[f"p{at}"]: value for at, value in enumerate(held)}
    right = values.pop(name)
    return prompt.with_slots((f" {right}",), tuple(f" {value}" for value in values.values()), **slots)


def place_of(prompt: Prompt, key: str, value: str) -> int:
    """Which of three slots holds a value."""
    return next(at for at in range(3) if prompt.slots[f"{key}{at}"] == value)


def other_attribute(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The statement that holds the answer holds a word that nobody else has."""
    kind, old = kind_of(prompt.template), prompt.right[0].strip()
    key = "land" if kind == "country" else kind
    stated = [prompt.slots[f"{key}{at}"] for at in range(3)]
    new = {f"{key}{stated.index(old)}": words.another(rng, kind, *stated)}
    return asking(prompt, prompt.slots["asked"], **new)


def other_subject(prompt: Prompt, rng: Random, _words: Words) -> Prompt:
    """The question is about another of the three."""
    others = [prompt.slots[f"p{at}"] for at in range(3) if prompt.slots[f"p{at}"] != prompt.slots["asked"]]
    return asking(prompt, rng.choice(others))


def exchanged(prompt: Prompt, rng: Random, keys: tuple[str, ...]) -> Prompt:
    """The one asked about and another one change places in some slots."""
    name = prompt.slots["asked"]
    here = place_of(prompt, "p", name)
    there = rng.choice([at for at in range(3) if at != here])
    slots = {f"{key}{one}": prompt.slots[f"{key}{two}"] for key in keys for one, two in ((here, there), (there, here))}
    return asking(prompt, name, **slots)


def swap_facts(prompt: Prompt, rng: Random, _words: Words) -> Prompt:
    """What is said of the one asked about and of another one changes places; the names stay."""
    return exchanged(prompt, rng, ("trade", "town"))


def swap_order(prompt: Prompt, rng: Random, _words: Words) -> Prompt:
    """The one asked about and another one change places with all that is said of them."""
    return exchanged(prompt, rng, OF_EACH)


def solve(text: str) -> tuple[str, ...]:
    """By reading: what follows a name is said of it, and a country after a town is where that lies."""
    *found, asked = KNOWN.findall(text)
    said: dict[tuple[str, str], str] = {}
    person = ""
    for word, following in pairwise((*found, asked)):
        kind = KINDS.get(word, "person")
        if kind == "person":
            person = word
        elif kind == "town" and following in COUNTRIES:
            said[word, "country"] = following
        elif kind != "country":
            said[person, kind] = word
    kind = kind_of(text)
    answer = said.get((said.get((asked, "town"), ""), kind) if kind == "country" else (asked, kind))
    return (f" {answer}",) if answer else ()


def guess(text: str, rng: Random) -> str:
    """One of the three of the right kind that are stated."""
    stated = {word: None for word in KNOWN.findall(text) if KINDS.get(word) == kind_of(text)}
    return f" {rng.choice(list(stated))}"


TASK = WordedTask(
    name="factual-recall",
    says="Facts about three people are stated; one of them is asked, or the country of somebody's town, over two.",
    asks="Names of as many tokens as each other; trades, towns and countries that are one token each.",
    chance=1 / 3,  # three people, three different answers, and nothing but the facts tells them apart
    train_templates=TRAIN,
    test_templates=TEST,
    lexicons={
        "person": Lexicon(tuple(PEOPLE), role="swapped"),
        "trade": Lexicon(TRADES, role="answer", closed=True),
        "town": Lexicon(tuple(TOWNS), role="answer", closed=True),
        "country": Lexicon(COUNTRIES, role="answer", closed=True),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "other-attribute",
            "The statement that holds the answer holds another word, which nobody else has.",
            "Whatever finds where the answer stands: who is asked about, what is asked, the person's town on the way "
            "to a country, and all that is said of the two others.",
            other_attribute,
        ),
        Corruption(
            "other-subject",
            "The question is about another of the three people.",
            "Whatever reads and stores the facts, which are the same in the same places, and what knows which kind of "
            "thing is asked.",
            other_subject,
        ),
        Corruption(
            "swapped-facts",
            "What is said of the person asked about and of another one changes places.",
            "Who is asked about and what is asked, which words are stated, and which town lies in which country: only "
            "the tie between a person and what is said of her differs.",
            swap_facts,
        ),
        Corruption(
            "other-order",
            "Two people change places with all that is said of them, and the answer stays.",
            "Everything that carries a person, a fact or the tie between them; the metric hardly moves unless what "
            "says where a fact stands is patched.",
            swap_order,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
    from_file=from_file,
    source="After Meng et al. 2022, arXiv:2202.05262, and, for two facts, Yang et al. 2024, arXiv:2402.16837; "
    "the world and the sentences are our own, and the facts stand in the prompt.",
)
