"""HTML: of the tags still open, the innermost is closed first, by its name."""

import re
from random import Random

from cutaway.tasks.lexicon.things import PLACES, THINGS
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

TAGS = ("p", "b", "i", "a", "div", "span", "body", "table", "form", "title", "head", "button", "code", "strong", "em",
        "section", "nav", "main", "small", "label")  # fmt: skip
NAMED = re.compile(r"<(/?)(\w+)>")


def answered(prompt: Prompt, names: list[str]) -> Prompt:
    """The prompt with these tags: outer, inner, and one that is closed on the way; the inner one is to be closed."""
    outer, inner, done = names
    return prompt.with_slots((inner,), (outer, done), outer=outer, inner=inner, done=done)


def tags(prompt: Prompt) -> list[str]:
    """Its three tags."""
    return [prompt.slots[slot] for slot in ("outer", "inner", "done")]


def draw(rng: Random, words: Words) -> Prompt:
    """Three different tags around some words."""
    one, other = words.some(rng, "word", 2)
    return answered(Prompt(rng.choice(words.templates), {"one": one, "other": other}, ()), words.some(rng, "tag", 3))


def other_inner(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The innermost open tag is another one."""
    outer, inner, done = tags(prompt)
    return answered(prompt, [outer, words.another(rng, "tag", outer, inner, done), done])


def traded(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The two open tags change places: the same names, the other way round."""
    outer, inner, done = tags(prompt)
    return answered(prompt, [inner, outer, done])


def other_rest(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """All tags but the innermost open one are others."""
    outer, inner, done = tags(prompt)
    fresh = [name for name in words.some(rng, "tag", 5) if name not in (outer, inner, done)][:2]
    return answered(prompt, [fresh[0], inner, fresh[1]])


def solve(text: str) -> tuple[str, ...]:
    """With a stack."""
    stack: list[str] = []
    for closing, name in NAMED.findall(text):
        if closing:
            assert stack.pop() == name
        else:
            stack.append(name)
    return (stack[-1],)


def guess(text: str, rng: Random) -> str:
    """Any tag of the text."""
    names: list[str] = sorted({name for _, name in NAMED.findall(text)})
    return rng.choice(names)


TASK = WordedTask(
    name="html-tags",
    says="Tags are open inside one another, and what comes next is the name of the one that is closed first.",
    asks="Names of tags that are one token each after '</', and as many tokens as each other after '<'.",
    chance=1 / 3,
    train_templates=(
        "<{outer}><{done}>{one}</{done}><{inner}>{other}</",
        "<{outer}>{one}<{inner}><{done}>{other}</{done}></",
        "<{done}>{one}</{done}>\n<{outer}>\n<{inner}>{other}</",
        "<{outer}>\n  <{inner}>\n    <{done}>{one} and {other}</{done}>\n  </",
        "<{outer}>the {one} <{done}>of</{done}> <{inner}>the {other}</",
        "<{outer}><{inner}>{one}, <{done}>{other}</{done}>.</",
        "<{outer}>\n<{done}>{one}</{done}>\n<{inner}>{other}</",
    ),
    test_templates=(
        "<{done}>the {one}</{done}> <{outer}>a <{inner}>new {other}</",
        "<{outer}>\n\n<{inner}>{one}\n<{done}>{other}</{done}>\n</",
        "<{outer}>{one} <{done}>or</{done}> <{inner}>{other}?</",
    ),
    lexicons={
        "tag": Lexicon(TAGS, role="answer", form="{}", after="text</", closed=True, least=6),
        "word": Lexicon(THINGS + PLACES),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "other-inner",
            "The innermost open tag is another one.",
            "Whatever counts how deep the text stands, and all that reads the other tags.",
            other_inner,
        ),
        Corruption(
            "traded",
            "The two open tags change places.",
            "Whatever only knows which names are open: they are the same, in the other order.",
            traded,
        ),
        Corruption(
            "other-rest",
            "All tags but the innermost open one are others.",
            "Everything that finds the innermost tag and carries its name.",
            other_rest,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
)
