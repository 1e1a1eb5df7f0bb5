"""Closing brackets: of those still open, the innermost is closed first, with a bracket of its own kind."""

from random import Random

from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

CLOSES = {"(": ")", "[": "]", "{": "}"}
OPEN, CLOSED = tuple(CLOSES), tuple(CLOSES.values())
SPOTS = ("a", "b", "d", "e")  # where words stand
VALUES = (
    "x", "y", "name", "size", "value", "index", "key", "item", "data", "text", "line", "word", "left", "right", "node",
    "count", "total", "first", "last", "path",
)  # fmt: skip


def answered(prompt: Prompt) -> Prompt:
    """The prompt with what closes its innermost open bracket; in templates `c` is what closes an inner pair."""
    right = CLOSES[prompt.slots["inner"]]
    wrong = tuple(bracket for bracket in CLOSED if bracket != right)
    answer, others = f" {right}", tuple(f" {bracket}" for bracket in wrong)
    return prompt.with_slots((answer,), others, c=CLOSES[prompt.slots["o"]])


def draw(rng: Random, words: Words) -> Prompt:
    """An outer and an inner bracket left open, and a pair that is opened and closed on the way."""
    slots = {slot: rng.choice(words["bracket"]) for slot in ("outer", "inner", "o")}
    slots |= dict(zip(SPOTS, words.some(rng, "value", 4), strict=True))
    return answered(Prompt(rng.choice(words.templates), slots, ()))


def other_inner(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The innermost open bracket is of another kind."""
    return answered(prompt.with_slots((), inner=words.another(rng, "bracket", prompt.slots["inner"])))


def other_outer(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The outer open bracket is of another kind, which is closed later."""
    return answered(prompt.with_slots((), outer=words.another(rng, "bracket", prompt.slots["outer"])))


def other_values(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Other words stand between the same brackets."""
    fresh = [value for value in words.some(rng, "value", 8) if value not in {prompt.slots[slot] for slot in SPOTS}]
    return answered(prompt.with_slots((), (), **dict(zip(SPOTS, fresh, strict=False))))


def solve(text: str) -> tuple[str, ...]:
    """With a stack."""
    stack: list[str] = []
    for character in text:
        if character in CLOSES:
            stack.append(CLOSES[character])
        elif character in CLOSED:
            assert stack.pop() == character
    return (f" {stack[-1]}",)


def guess(text: str, rng: Random) -> str:
    """Any closing bracket."""
    return f" {rng.choice(CLOSED)}"


TASK = WordedTask(
    name="closing-brackets",
    says="Brackets of three kinds are open inside one another, and what comes next closes the innermost.",
    asks="Brackets that are one token each beside a space and after a word.",
    chance=1 / 3,
    train_templates=(
        "{a} = {outer} {b} , {inner} {d} , {o} {e} {c}",
        "{outer} {a} {inner} {o} {b} {c} , {d}",
        "see {outer} {a} and {o} {b} {c} , or {inner} {d} , {e}",
        "{o} {a} {c} + {outer} {b} * {inner} {d} - {e}",
        "if {outer} {a} {o} {b} {c} and {inner} {d} or {e}",
        "list : {outer} {a} , {b} , {inner} {o} {d} , {e} {c}",
        "first {outer} {o} {a} , {b} {c} , then {inner} {d} , {e}",
    ),
    test_templates=(
        "note {outer} {a} : {b} , {inner} {d} or {o} {e} {c}",
        "{o} {a} , {b} {c} {outer} {d} {inner} {e}",
        "return {outer} {inner} {a} , {o} {b} {c} , {d}",
    ),
    lexicons={
        "bracket": Lexicon(OPEN, role="swapped", after="so", closed=True, least=3),
        "value": Lexicon(VALUES, role="swapped", after="(", closed=True, least=8),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "other-inner",
            "The innermost open bracket is of another kind.",
            "Whatever only counts how many brackets are open, and all that reads the other brackets.",
            other_inner,
        ),
        Corruption(
            "other-outer",
            "The outer open bracket is of another kind, and the innermost stays.",
            "Everything that finds the innermost bracket and carries its kind.",
            other_outer,
            changes_answer=False,
        ),
        Corruption(
            "other-values",
            "Other words stand between the same brackets, and the answer stays.",
            "Everything that reads brackets alone, as counting depth and carrying their kinds do.",
            other_values,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
)
