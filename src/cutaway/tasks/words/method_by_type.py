"""Methods: a variable was made a list, a dictionary, a string or a set, and its method must be one of this type."""

import re
from random import Random

from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

METHODS_OF = {  # those that no other of the four types has
    "list": ("append", "extend", "insert", "sort", "reverse"),
    "dict": ("items", "keys", "values", "get"),
    "str": ("split", "join", "replace", "strip", "upper", "lower", "find", "format", "title"),
    "set": ("add", "union", "difference", "discard"),
}
TYPES = {kind.__name__: kind for kind in (list, dict, str, set)}
METHODS = tuple(method for methods in METHODS_OF.values() for method in methods)
VARIABLES = (
    "data", "result", "values", "names", "words", "lines", "items", "things", "box", "bag", "found", "seen", "left",
    "right", "old", "new",
)  # fmt: skip
SOURCES = ("rows", "source", "given", "raw", "this", "all_of_it", "args", "reader", "page", "record")
MADE = re.compile(r"(\w+) = (\w+)\(")


def answered(prompt: Prompt, words: Words) -> Prompt:
    """The prompt with the methods of its variable's type, against those of the other types."""
    has = METHODS_OF[prompt.slots["type"]]
    right = tuple(method for method in words["method"] if method in has)
    return prompt.with_slots(right, tuple(method for method in words["method"] if method not in has))


def draw(rng: Random, words: Words) -> Prompt:
    """Two variables of different types, one of which is used; a type is as likely as any other."""
    kind, spare = words.some(rng, "type", 2)
    name, beside = words.some(rng, "variable", 2)
    one, other = words.some(rng, "source", 2)
    slots = {"name": name, "beside": beside, "type": kind, "spare": spare, "one": one, "other": other}
    return answered(Prompt(rng.choice(words.templates), slots, ()), words)


def other_type(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The variable is made another type."""
    return answered(prompt.with_slots((), type=words.another(rng, "type", prompt.slots["type"])), words)


def traded(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The two variables change types."""
    return answered(prompt.with_slots((), type=prompt.slots["spare"], spare=prompt.slots["type"]), words)


def other_spare(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The variable that is not used is made another type."""
    return answered(prompt.with_slots((), spare=words.another(rng, "type", prompt.slots["spare"])), words)


def solve(text: str) -> tuple[str, ...]:
    """Make what the text makes, and ask Python what it can do."""
    name = re.findall(r"(\w+)\.$", text)[0]
    made = TYPES[dict(MADE.findall(text))[name]]
    others = [kind for kind in TYPES.values() if kind is not made]
    return tuple(m for m in METHODS if hasattr(made, m) and not any(hasattr(kind, m) for kind in others))


def guess(text: str, rng: Random) -> str:
    """A method of any type."""
    return rng.choice(METHODS_OF[rng.choice(list(METHODS_OF))])


TASK = WordedTask(
    name="method-by-type",
    says="A variable is made a list, a dictionary, a string or a set, and a method is called that only this type has.",
    asks="Names of types with as many tokens as each other, and names of methods that are one token each after a dot.",
    chance=1 / 4,
    train_templates=(
        "{name} = {type}({one})\n{beside} = {spare}({other})\n{name}.",
        "{beside} = {spare}({other})\n{name} = {type}({one})\n\n{name}.",
        "def main({one}, {other}):\n    {name} = {type}({one})\n    {beside} = {spare}({other})\n    return {name}.",
        "# what is given\n{beside} = {spare}({one})\n{name} = {type}({other})\nprint({beside})\n{name}.",
        "if {one}:\n    {name} = {type}({one})\n    {beside} = {spare}({other})\n    {name}.",
        "{name} = {type}({one})\n{beside} = {spare}({name})\nprint({beside}, {other})\n{name}.",
        "import sys\n\n{beside} = {spare}(sys.argv)\n{name} = {type}({one})\n{name}.",
    ),
    test_templates=(
        "for {other} in {one}:\n    {beside} = {spare}({other})\n    {name} = {type}({other})\n    {name}.",
        "{name} = {type}({one})\nassert {name}\n{beside} = {spare}({other})\n{name}.",
        "with open({one}) as {other}:\n    {name} = {type}({other})\n    {beside} = {spare}({name})\n{name}.",
    ),
    lexicons={
        "type": Lexicon(tuple(TYPES), role="swapped", after="x =", closed=True, least=2),
        "method": Lexicon(METHODS, role="answer", form="{}", after="x.", closed=True, least=8),
        "variable": Lexicon(VARIABLES, least=4),
        "source": Lexicon(SOURCES),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "other-type",
            "The variable is made another type.",
            "Whatever reads the other variable, and what finds where this one was made.",
            other_type,
        ),
        Corruption(
            "traded",
            "The two variables change types.",
            "Whatever only knows which types there are: both are there on both prompts.",
            traded,
        ),
        Corruption(
            "other-spare",
            "The variable that is not used is made another type, and the answer stays.",
            "Everything that finds this variable's type and carries it.",
            other_spare,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
)
