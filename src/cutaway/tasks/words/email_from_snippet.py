"""Email from a snippet: a name and a spoken recipe for its address, such as `last name dot first name k @ gmail`."""

import re
from random import Random

from cutaway.tasks.lexicon.names import NAMES
from cutaway.tasks.lexicon.surnames import SURNAMES
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

JOINTS = {"dot": ".", "dash": "-", "plus": "+", "underscore": "_", "star": "*", "hash": "#"}
SITES = ("gmail", "yahoo", "outlook", "hotmail", "proton", "icloud", "fastmail", "zoho")
LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")
RECIPES = {  # how it is said, and what is written
    "{one} name {joint} {two} name": "{a}{sign}{b}",
    "{one} name {joint} {two} name {letter}": "{a}{sign}{b}{letter}",
    "{one} name {letter} {joint} {two} name": "{a}{letter}{sign}{b}",
}
PERSON = re.compile(rf"\b({'|'.join(NAMES)}) ({'|'.join(SURNAMES)})\b")
SAID = re.compile(r"(first|last) name (?:(\w) )?(\w+) (first|last) name(?: (\w))? @ (\w+)")


def said(prompt: Prompt, **changed: str) -> Prompt:
    """The prompt with some parts changed: its recipe in words, and the address that follows from it."""
    slots = {**prompt.slots, **changed}
    a, b = slots[slots["one"]].lower(), slots[slots["two"]].lower()
    written = RECIPES[slots["recipe"]].format(a=a, b=b, sign=JOINTS[slots["joint"]], letter=slots["letter"])
    slots["said"] = f"{slots['recipe'].format_map(slots)} @ {slots['site']}"
    return prompt.with_slots((f" {written}@{slots['site']}.com",), (), **slots)


def draw(rng: Random, words: Words) -> Prompt:
    """A name, and one of the recipes with either name first."""
    one, two = rng.sample(("first", "last"), 2)
    slots = {key: rng.choice(words[key]) for key in ("first", "last", "joint", "letter", "site")}
    slots |= {"one": one, "two": two, "recipe": rng.choice(list(RECIPES))}
    return said(Prompt(rng.choice(words.templates), slots, ()))


def trade(prompt: Prompt, _rng: Random, _words: Words) -> Prompt:
    """The recipe takes the two names in the other order."""
    return said(prompt, one=prompt.slots["two"], two=prompt.slots["one"])


def other_joint(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Another sign between the names."""
    return said(prompt, joint=words.another(rng, "joint", prompt.slots["joint"]))


def other_person(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Somebody else's name, the same recipe."""
    return said(prompt, **{key: words.another(rng, key, prompt.slots[key]) for key in ("first", "last")})


def other_site(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Another provider."""
    return said(prompt, site=words.another(rng, "site", prompt.slots["site"]))


def solve(text: str) -> tuple[str, ...]:
    """The recipe, read from left to right."""
    ((first, last),) = PERSON.findall(text)
    ((one, before, joint, two, behind, site),) = SAID.findall(text)
    parts = {"first": first, "last": last}
    return (f" {parts[one].lower()}{before}{JOINTS[joint]}{parts[two].lower()}{behind}@{site}.com",)


def guess(text: str, rng: Random) -> str:
    """Everything right but the order, which is tossed."""
    said_first, said_last = ("first name", "last name") if rng.random() < 0.5 else ("last name", "first name")
    names = iter((said_first, said_last))
    return solve(re.sub(r"(first|last) name", lambda _: next(names), text))[0]


TASK = WordedTask(
    name="email-from-snippet",
    says="A name and a recipe in words for an address; what comes next is the address.",
    asks="Names, signs and providers that have as many tokens as each other; answers are whole addresses.",
    chance=0.5,
    train_templates=(
        "Name: {first} {last}, Email: {said}. Address:",
        "Name: {first} {last}\nEmail, as spoken: {said}\nEmail, as written:",
        "My name is {first} {last}. You can reach me at {said}, that is,",
        "The caller was {first} {last}, who gave us {said} as an address. We wrote down",
        'Contact: {first} {last} ("{said}") ->',
        "Question: {first} {last} has the email {said}. How is it spelled? Answer:",
        "For {first} {last}: {said} =",
    ),
    test_templates=(
        "Guest: {first} {last}. Mail to {said}. In full:",
        "Subscriber {first} {last} said that the email was {said}, so we send the news to",
        "Form 7\nWho: {first} {last}\nMail: {said}\nTyped:",
    ),
    lexicons={
        "first": Lexicon(NAMES, role="swapped"),
        "last": Lexicon(SURNAMES, role="swapped"),
        "joint": Lexicon(tuple(JOINTS), role="swapped", closed=True, least=2),
        "letter": Lexicon(LETTERS, closed=True),
        "site": Lexicon(SITES, role="swapped", closed=True, least=2),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "other-order",
            "The recipe takes the two names in the other order.",
            "Whatever carries the names, the sign, the letter and the provider: only where each name goes differs.",
            trade,
        ),
        Corruption(
            "other-joint",
            "Another sign stands between the names.",
            "Whatever writes the names, in whichever order: only the sign of the answer is another one.",
            other_joint,
        ),
        Corruption(
            "other-person",
            "Somebody else's name, with the same recipe.",
            "Whatever reads the recipe: order, sign, letter and provider are the same.",
            other_person,
        ),
        Corruption(
            "other-site",
            "Another provider.",
            "Everything before the @: only the provider at the end of the answer is another one.",
            other_site,
        ),
    ),
    solve=solve,
    guess=guess,
    usual_score="sequence",
    source="After Nanda 2022, '200 concrete open problems in mechanistic interpretability', 2.6.",
)
