"""Closing brackets: of those still open, the innermost is closed first, with a bracket of its own kind."""

from random import Random

from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

CLOSES = {"(": ")", "[": "]", "{": "}", "<": ">"}
OPEN, CLOSED = tuple(CLOSES), tuple(CLOSES.values())
SPOTS = tuple("abdef")  # where words stand
BOTH_WAYS = "{0}({0} {0}"  # twice behind a bracket and once behind a space: as many tokens only if both are as many
VALUES = (
    "name", "size", "value", "index", "key", "item", "data", "text", "line", "word", "node", "count", "total", "path",
    "list", "table", "price", "order", "date", "time", "page", "file", "user", "group", "code", "color", "level",
    "limit", "field", "state", "event", "label", "block", "target", "model", "image", "number", "length", "width",
    "height", "weight", "result", "option", "root", "range", "mode", "style", "filter", "map", "point", "score",
    "title", "story", "letter", "window", "door", "box", "note", "part", "row",
)  # fmt: skip


def answered(prompt: Prompt) -> Prompt:
    """The prompt with what closes its innermost open bracket; in templates `c` is what closes an inner pair."""
    right = CLOSES[prompt.slots["inner"]]
    wrong = tuple(bracket for bracket in CLOSED if bracket != right)
    return prompt.with_slots((right,), wrong, c=CLOSES[prompt.slots["o"]])


def draw(rng: Random, words: Words) -> Prompt:
    """An outer and an inner bracket left open, and a pair that is opened and closed on the way."""
    slots = {slot: rng.choice(words["bracket"]) for slot in ("outer", "inner", "o")}
    slots |= dict(zip(SPOTS, words.some(rng, "value", len(SPOTS)), strict=True))
    return answered(Prompt(rng.choice(words.templates), slots, ()))


def other_inner(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The innermost open bracket is of another kind."""
    return answered(prompt.with_slots((), inner=words.another(rng, "bracket", prompt.slots["inner"])))


def other_outer(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The outer open bracket is of another kind, which is closed later."""
    return answered(prompt.with_slots((), outer=words.another(rng, "bracket", prompt.slots["outer"])))


def other_values(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Other words stand between the same brackets, of as many letters where there are such."""
    used = {prompt.slots[slot] for slot in SPOTS}
    fresh: dict[str, str] = {}
    for slot in SPOTS:
        others = [value for value in words["value"] if value not in used]
        alike = [value for value in others if len(value) == len(prompt.slots[slot])]
        fresh[slot] = rng.choice(alike or others)
        used.add(fresh[slot])
    return answered(prompt.with_slots((), (), **fresh))


def solve(text: str) -> tuple[str, ...]:
    """With a stack."""
    stack: list[str] = []
    for character in text:
        if character in CLOSES:
            stack.append(CLOSES[character])
        elif character in CLOSED:
            assert stack.pop() == character
    return (stack[-1],)


def guess(text: str, rng: Random) -> str:
    """Any closing bracket."""
    return rng.choice(CLOSED)


TASK = WordedTask(
    name="closing-brackets",
    says="Brackets of four kinds are open inside one another, and what comes next closes the innermost.",
    asks="Brackets that are one token each, before and after a word.",
    chance=1 / 4,
    train_templates=(
        "{a} = {outer}{b}, {o}{d}{c}, {inner}{e}",
        "{a}{outer}{b}{inner}{d}, {o}{e}{c} + {f}",
        "return {outer}{a} * {inner}{b} - {d}",
        "if {a}{o}{b}{c} and {outer}{d} or {inner}{e}",
        "print{outer}{a}, {b}{o}{d}{c}, {e}{inner}{f}",
        "The {a} {outer}not the {b} {inner}nor the {d} {o}or {e}{c} but the {f}",
        "We took the {a} {o}the old {b}{c} and the {d} {outer}see the {e} {inner}and its {f}",
    ),
    test_templates=(
        "for {a} in {outer}{b}{o}{d}{c}, {e} + {inner}{f}",
        "assert {outer}{a}{inner}{b} / {o}{d} - {e}{c} + {f}",
        "Note {outer}on the {a} {o}the {b}{c} and the {d} {inner}all of the {e}",
    ),
    lexicons={
        "bracket": Lexicon(OPEN, role="swapped", after="so", closed=True),
        "value": Lexicon(VALUES, role="swapped", form=BOTH_WAYS, after="(", least=2 * len(SPOTS)),
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
    source="After Gao et al. 2025, arXiv:2511.13653, who count the depth of brackets; here their kind is asked for.",
)
