"""Name to email: a person is named, and an address opens that starts with both names in small letters."""

import re
from random import Random

from cutaway.tasks.lexicon.names import NAMES
from cutaway.tasks.lexicon.surnames import SURNAMES
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

PERSON = re.compile(rf"\b({'|'.join(NAMES)}) ({'|'.join(SURNAMES)})\b")


def addressed(prompt: Prompt, one: str, two: str) -> Prompt:
    """The prompt with these two names in this order."""
    return prompt.with_slots((f"{one}_{two}".lower(),), (), one=one, two=two)


def draw(rng: Random, words: Words) -> Prompt:
    """A person, and another who is named before in some templates."""
    (first, other_first), (last, other_last) = words.some(rng, "first", 2), words.some(rng, "last", 2)
    slots = {"other": f"{other_first} {other_last}", "other_address": f"{other_first}_{other_last}".lower()}
    return addressed(Prompt(rng.choice(words.templates), slots, ()), first, last)


def other_first(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Another first name."""
    one, two = prompt.slots["one"], prompt.slots["two"]
    bystander, _ = prompt.slots["other"].split()
    return addressed(prompt, words.another(rng, "first", one, bystander), two)


def other_last(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Another last name."""
    one, two = prompt.slots["one"], prompt.slots["two"]
    _, bystander = prompt.slots["other"].split()
    return addressed(prompt, one, words.another(rng, "last", two, bystander))


def trade(prompt: Prompt, _rng: Random, _words: Words) -> Prompt:
    """The last name comes first."""
    return addressed(prompt, prompt.slots["two"], prompt.slots["one"])


def solve(text: str) -> tuple[str, ...]:
    """The two words before the bracket."""
    *_, one, two, _ = text.split(" ")
    return (f"{one}_{two}".lower(),)


def guess(text: str, rng: Random) -> str:
    """Somebody who is named, with one name or the other first."""
    return "_".join(rng.sample(rng.choice(PERSON.findall(text)), 2)).lower()


TASK = WordedTask(
    name="name-to-email",
    says="A person is named and a bracket opens; the address in it is both names in small letters, joined by '_'.",
    asks="Names that have as many tokens as each other; answers are whole addresses.",
    chance=(5 / 2 + 5 / 4) / 10,  # two orders; half of the templates also name somebody else
    train_templates=(
        "From: {one} {two} <",
        "Write to {one} {two} <",
        "This page is looked after by {one} {two} <",
        "Please send all questions to {one} {two} <",
        "To: {other}\nCc: {one} {two} <",
        "{other} is away until Monday, so please ask {one} {two} <",
        "The list is run by {other} <{other_address}> and {one} {two} <",
    ),
    test_templates=(
        "Reported by {one} {two} <",
        "Instead of {other}, you may now call {one} {two} <",
        "Author: {other} <{other_address}>\nEditor: {one} {two} <",
    ),
    lexicons={"first": Lexicon(NAMES, role="swapped"), "last": Lexicon(SURNAMES, role="swapped")},
    draw=draw,
    corruptions=(
        Corruption(
            "other-first",
            "The first name is another one.",
            "Whatever writes '_' and the last name: it stands in both prompts, and so do the pieces of the answer that "
            "were written already.",
            other_first,
        ),
        Corruption(
            "other-last",
            "The last name is another one.",
            "Whatever writes the first name and '_', and what finds the person whose address it is.",
            other_last,
        ),
        Corruption(
            "traded",
            "The last name comes first, in the text and so in the address.",
            "Whatever carries the two names in any order, and turns capitals into small letters.",
            trade,
        ),
    ),
    solve=solve,
    guess=guess,
    usual_score="sequence",
    source="After Nanda 2022, '200 concrete open problems in mechanistic interpretability', 2.5.",
)
