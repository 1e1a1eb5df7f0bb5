"""Numbered lists: a few lines, each with the next number before it, and then a new line."""

import re
from random import Random

from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

DIGITS = tuple("123456789")
MARKED = re.compile(r"^\W*(\d)\W", re.MULTILINE)
ITEMS = (
    "apples", "pears", "bread", "milk", "butter", "cheese", "rice", "beans", "carrots", "onions", "salt", "sugar",
    "flour", "coffee", "tea", "honey", "soap", "candles", "paper", "string", "nails", "paint", "brushes", "rope",
    "blankets", "pillows", "towels", "plates", "spoons", "glasses", "books", "pencils", "stamps", "envelopes", "maps",
    "boots", "gloves", "scarves", "buttons", "needles", "seeds", "flowers", "buckets", "brooms", "ladders", "hammers",
    "batteries", "matches", "tickets", "sandwiches", "lemons", "grapes", "walnuts", "olives", "eggs", "soup",
)  # fmt: skip


def listed(title: str, mark: str, lines: int) -> str:
    """A title and so many lines; `mark` says how a number and its item stand, and its start opens one line more."""
    opened = mark.split("#")[0]
    return title + "".join(mark.replace("#", f"{{n{at}}}").replace("*", f"{{i{at}}}") for at in range(lines)) + opened


def numbered(prompt: Prompt, first: int) -> Prompt:
    """The prompt with its lines numbered from `first` on."""
    due = first + prompt.template.count("{n")
    wrong = tuple(digit for digit in DIGITS if digit != str(due))
    return prompt.with_slots((str(due),), wrong, **{f"n{at - first}": str(at) for at in range(first, due)})


def draw(rng: Random, words: Words) -> Prompt:
    """Lines from any number on that leaves one digit for the next."""
    template = rng.choice(words.templates)
    lines = template.count("{n")
    slots = {f"i{at}": item for at, item in enumerate(words.some(rng, "item", lines))}
    return numbered(Prompt(template, slots, ()), rng.randint(1, len(DIGITS) - lines))


def other_start(prompt: Prompt, rng: Random, _words: Words) -> Prompt:
    """The lines are numbered from another number on."""
    starts = len(DIGITS) - prompt.template.count("{n")
    old = int(prompt.slots["n0"]) - 1
    return numbered(prompt, (old + rng.randrange(1, starts)) % starts + 1)


def shuffle(prompt: Prompt, rng: Random, _words: Words) -> Prompt:
    """The numbers stand in another order."""
    numbers = [prompt.slots[f"n{at}"] for at in range(prompt.template.count("{n"))]
    mixed = numbers[:]
    while mixed == numbers:
        rng.shuffle(mixed)
    return prompt.with_slots((), (), **{f"n{at}": number for at, number in enumerate(mixed)})


def other_items(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Other things stand in the lines."""
    lines = prompt.template.count("{n")
    old = {prompt.slots[f"i{at}"] for at in range(lines)}
    fresh = [item for item in words.some(rng, "item", 2 * lines) if item not in old][:lines]
    return prompt.with_slots(prompt.right, prompt.wrong, **{f"i{at}": item for at, item in enumerate(fresh)})


def solve(text: str) -> tuple[str, ...]:
    """How many lines there are, counted on from the first number, where the numbers rise by one."""
    numbers = "".join(MARKED.findall(text))
    return (str(int(numbers[0]) + len(numbers)),) if numbers in "".join(DIGITS) else ()


def guess(_text: str, rng: Random) -> str:
    """Any digit."""
    return rng.choice(DIGITS)


TASK = WordedTask(
    name="numbered-lists",
    says="Lines are numbered one after the other, and what opens the new line is the next number.",
    asks="Digits that are one token each at the start of a line.",
    chance=1 / 9,
    train_templates=(
        listed("", "#. *\n", 3),
        listed("What we need:\n", "#. *\n", 2),
        listed("Things to buy\n\n", "#. *\n", 4),
        listed("Shopping list:\n", "#) *\n", 3),
        listed("Do not forget:\n", "#: *\n", 2),
        listed("In the box:\n", "#) *\n", 4),
        listed("Found in the attic:\n", "(#) *\n", 3),
    ),
    test_templates=(
        listed("Packed so far:\n", "#. *\n", 3),
        listed("For the trip\n", "#) *\n", 2),
        listed("Sold today:\n", "# - *\n", 4),
    ),
    lexicons={"item": Lexicon(ITEMS, role="swapped", least=8)},
    draw=draw,
    corruptions=(
        Corruption(
            "other-start",
            "The same lines are numbered from another number on.",
            "Whatever finds the number of the line before, counts lines, or knows that a number is due.",
            other_start,
        ),
        Corruption(
            "shuffled",
            "The numbers stand in another order, so that none is due.",
            "Whatever carries which numbers were used in any order, or knows that a number opens the line.",
            shuffle,
            changes_answer=False,
        ),
        Corruption(
            "other-items",
            "Other things stand in the lines, and the answer stays: only what speaks of the things differs.",
            "Everything that carries numbers and their places; the metric hardly moves.",
            other_items,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
    source="After Lan et al. 2023, arXiv:2311.04131, with lines between the numbers.",
)
