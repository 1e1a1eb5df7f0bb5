"""Sequence continuation: a few members of a known order, one after the other, and then the next."""

import re
from functools import cache
from itertools import pairwise
from random import Random

from cutaway.errors.tasks import TaskArgumentError
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

ORDERS = {
    "number": tuple(str(number) for number in range(1, 21)),
    "number word": (
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
        "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
    ),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "month": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ),
    "letter": tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
}  # fmt: skip
TURNING = ("day", "month")  # the last of them is followed by the first
KINDS = {member: kind for kind, members in ORDERS.items() for member in members}


@cache
def starts(kind: str, fitting: tuple[str, ...], count: int) -> tuple[int, ...]:
    """Where in an order so many members, all of which fit, stand in a row."""
    order, known = ORDERS[kind], set(fitting)
    last = len(order) if kind in TURNING else len(order) - count + 1
    return tuple(start for start in range(last) if known.issuperset(row(kind, start, count)))


def row(kind: str, start: int, count: int) -> list[str]:
    """So many members of an order in a row."""
    order = ORDERS[kind]
    return [order[(start + at) % len(order)] for at in range(count)]


def begun(prompt: Prompt, kind: str, start: int, words: Words) -> Prompt:
    """The prompt with members of an order from a start."""
    *shown, due = row(kind, start, prompt.template.count("{") + 1)
    wrong = tuple(f" {member}" for member in words[kind] if member != due)
    slots = {"kind": kind, "start": str(start)} | {f"m{at}": member for at, member in enumerate(shown)}
    return prompt.with_slots((f" {due}",), wrong, **slots)


def draw(rng: Random, words: Words) -> Prompt:
    """Any order of which two rows or more fit, from any start.

    Raises: TaskArgumentError if there is none.
    """
    prompt = Prompt(rng.choice(words.templates), {}, ())
    count = prompt.template.count("{") + 1
    kinds = [kind for kind in ORDERS if len(starts(kind, words[kind], count)) > 1]
    if not kinds:
        fault = f"too few members of its orders fit to stand {count} in a row"
        raise TaskArgumentError(
            "sequence-continuation", fault, "Score whole answers, score='sequence', or keep words=."
        )
    kind = rng.choice(kinds)
    return begun(prompt, kind, rng.choice(starts(kind, words[kind], count)), words)


def other_start(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The same order from another member on."""
    kind, old = prompt.slots["kind"], int(prompt.slots["start"])
    choices = starts(kind, words[kind], prompt.template.count("{") + 1)
    return begun(prompt, kind, rng.choice([start for start in choices if start != old]), words)


def shuffle(prompt: Prompt, rng: Random, _words: Words) -> Prompt:
    """All but the last member in another order."""
    *before, _ = said(prompt)
    mixed = before[:]
    while mixed == before:
        rng.shuffle(mixed)
    return prompt.with_slots((), (), **{f"m{at}": member for at, member in enumerate(mixed)})


def other_last(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The last member is one that does not follow."""
    members = said(prompt)
    stray = words.another(rng, prompt.slots["kind"], *members, prompt.right[0].strip())
    return prompt.with_slots((), (), **{f"m{len(members) - 1}": stray})


def said(prompt: Prompt) -> list[str]:
    """The members that a prompt shows."""
    return [prompt.slots[f"m{at}"] for at in range(prompt.template.count("{"))]


def solve(text: str) -> tuple[str, ...]:
    """What follows the last member, where every other one is followed too."""
    found = [word for word in re.findall(r"\w+", text) if word in KINDS]
    kind = KINDS[found[0]]
    follows = dict(pairwise(ORDERS[kind] + (ORDERS[kind][:1] if kind in TURNING else ())))
    in_order = all(follows.get(one) == other for one, other in pairwise(found))
    due = follows.get(found[-1])
    return (f" {due}",) if in_order and due else ()


def guess(text: str, rng: Random) -> str:
    """Any member of the order."""
    kind = next(KINDS[word] for word in re.findall(r"\w+", text) if word in KINDS)
    return f" {rng.choice(ORDERS[kind])}"


TASK = WordedTask(
    name="sequence-continuation",
    says="Numbers, days, months or letters stand in their order, and what comes next is the next one.",
    asks="Numbers up to 20, days, months and capital letters that are one token each, or as many as each other.",
    chance=(1 / 20 + 1 / 20 + 1 / 7 + 1 / 12 + 1 / 26) / 5,  # five orders as often as each other, any member of each
    train_templates=(
        "In order: {m0}, {m1}, {m2},",
        "In order: {m0}, {m1}, {m2}, {m3},",
        "The list goes {m0} {m1} {m2} {m3}",
        "We had to say them aloud: {m0}, {m1}, {m2}, {m3}, {m4},",
        "First came {m0}, then {m1}, then {m2}, then",
        "Please continue: {m0} {m1} {m2}",
        "The boxes were marked {m0}, {m1}, {m2}, {m3} and",
    ),
    test_templates=(
        "The children sang: {m0}, {m1}, {m2}, {m3},",
        "On the wall it said {m0}, {m1}, {m2} and",
        "After {m0} and {m1} and {m2} and {m3} there is always",
    ),
    lexicons={kind: Lexicon(members, role="answer", closed=True, least=2) for kind, members in ORDERS.items()},
    draw=draw,
    corruptions=(
        Corruption(
            "other-start",
            "The same order from another member on.",
            "Whatever finds that members follow one another, and of which kind they are.",
            other_start,
        ),
        Corruption(
            "shuffled",
            "All but the last member stand in another order, so that nothing says what comes next.",
            "Successor heads and whatever else reads the last member alone; what carries the kind of the members.",
            shuffle,
            changes_answer=False,
        ),
        Corruption(
            "other-last",
            "The last member is one that does not follow, so that nothing says what comes next.",
            "Whatever reads the members before the last, and what carries their kind.",
            other_last,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
    source="Lan et al. 2023, arXiv:2311.04131; Gould et al. 2023, arXiv:2312.09230; the sentences are our own.",
)
