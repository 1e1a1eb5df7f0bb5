"""Docstring: some arguments of a function are documented in order, and the next one is due."""

import re
from random import Random

from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

DEFINED = re.compile(r"def \w+\(\w+, ([^)]*)\)")
DOCUMENTED = re.compile(r":param (\w+):")
ARGUMENTS = (
    "load", "size", "files", "last", "port", "name", "path", "data", "index", "value", "user", "host", "key", "list",
    "model", "image", "text", "date", "time", "code", "color", "level", "limit", "group", "table", "field", "state",
    "page", "line", "word", "order", "price", "frame", "node", "link", "query", "event", "label", "block", "target",
    "version", "message", "address", "token", "string", "number", "length", "width", "height", "weight", "results",
    "options", "items", "shape", "root", "depth", "range", "mode", "style", "filter",
)  # fmt: skip
METHODS = (
    "update", "build", "send", "create", "check", "merge", "move", "render", "compare", "store", "fetch", "prepare",
    "clean", "resolve", "export", "attach", "report", "convert", "replace", "register",
)  # fmt: skip
CLASSES = ("Client", "Parser", "Worker", "Builder", "Cache", "Reader", "Engine", "Session", "Editor", "Manager")
PURPOSES = (
    "Do the work in one go.", "Bring both sides together.", "Make it ready for use.", "Try again until it works.",
    "Write down what was done.", "See whether anything changed.", "Put everything in its place.",
    "Take what is left over.", "Start from the beginning.", "Leave the old one alone.",
)  # fmt: skip
NOTES = (
    "what to begin with", "how much to keep", "where it comes from", "who asked for it", "when to stop",
    "the one to prefer", "as given before", "whether to ask first", "how far to go", "which of them counts",
    "nothing by default", "the same as above", "what the caller wants", "only for experts", "must not be empty",
    "how often to try", "whatever comes first", "the old behaviour", "rarely needed", "where to put it",
)  # fmt: skip


def page(head: str, arguments: int, documented: int, margin: str = "    ") -> str:
    """A function of so many arguments, of which the first few are documented."""
    names = ", ".join(f"{{arg{at}}}" for at in range(arguments))
    lines = "".join(f"{margin}:param {{doc{at}}}: {{note{at}}}\n" for at in range(documented))
    return f'{head}, {names}):\n{margin}"""{{purpose}}\n\n{lines}{margin}:param'


def sizes(template: str) -> tuple[int, int]:
    """How many arguments a template has, and how many of them are documented."""
    return template.count("{arg"), template.count("{doc")


def answered(prompt: Prompt, names: list[str]) -> Prompt:
    """The prompt with these arguments in its definition; right is the first that is not documented."""
    _, due = sizes(prompt.template)
    others = tuple(f" {name}" for at, name in enumerate(names) if at != due)
    return prompt.with_slots((f" {names[due]}",), others, **{f"arg{at}": name for at, name in enumerate(names)})


def defined(prompt: Prompt) -> list[str]:
    """The arguments of the definition."""
    return [prompt.slots[f"arg{at}"] for at in range(sizes(prompt.template)[0])]


def draw(rng: Random, words: Words) -> Prompt:
    """Different names for the arguments, the first few of them documented."""
    template = rng.choice(words.templates)
    count, due = sizes(template)
    names = words.some(rng, "argument", count)
    slots = {key: rng.choice(words[key]) for key in ("method", "class", "purpose")}
    slots |= {f"doc{at}": name for at, name in enumerate(names[:due])}
    slots |= {f"note{at}": note for at, note in enumerate(words.some(rng, "note", due))}
    return answered(Prompt(template, slots, ()), names)


def fresh(rng: Random, words: Words, old: list[str], count: int) -> list[str]:
    """Different names that are none of the old ones."""
    return [name for name in words.some(rng, "argument", len(old) + count) if name not in old][:count]


def other_answer(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The argument that is due has another name."""
    names = defined(prompt)
    _, due = sizes(prompt.template)
    return answered(prompt, [*names[:due], *fresh(rng, words, names, 1), *names[due + 1 :]])


def trade_answer(prompt: Prompt, rng: Random, _words: Words) -> Prompt:
    """The argument that is due trades places with a later one."""
    names = defined(prompt)
    _, due = sizes(prompt.template)
    later = rng.randrange(due + 1, len(names))
    names[due], names[later] = names[later], names[due]
    return answered(prompt, names)


def other_doc(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The docstring documents names that the definition lacks."""
    _, due = sizes(prompt.template)
    names = fresh(rng, words, defined(prompt), due)
    return prompt.with_slots((), (), **{f"doc{at}": name for at, name in enumerate(names)})


def other_def(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The definition has none of the documented names, nor the one that was due."""
    _, due = sizes(prompt.template)
    names = fresh(rng, words, defined(prompt), due + 1)
    return prompt.with_slots((), (), **{f"arg{at}": name for at, name in enumerate(names)})


def solve(text: str) -> tuple[str, ...]:
    """The argument after the last documented one, where the docstring follows the definition."""
    names, done = DEFINED.findall(text)[0].split(", "), DOCUMENTED.findall(text)
    return (f" {names[len(done)]}",) if names[: len(done)] == done else ()


def guess(text: str, rng: Random) -> str:
    """One of the arguments."""
    return f" {rng.choice(DEFINED.findall(text)[0].split(', '))}"


TASK = WordedTask(
    name="docstring",
    says="A docstring documents the arguments of a function in their order, and what comes next is the next one.",
    asks="Names of arguments that are one token each, or as many as each other.",
    chance=(5 / 4 + 4 / 5 + 1 / 6) / 10,  # five templates of four arguments, four of five and one of six
    train_templates=(
        page("def {method}(self", 4, 2),
        page("def {method}(self", 5, 2),
        page("def {method}(self", 4, 1),
        page("async def {method}(self", 5, 3),
        page("@classmethod\ndef {method}(cls", 4, 2),
        page("class {class}:\n    def {method}(self", 4, 2, margin="        "),
        page("class {class}:\n    def {method}(self", 5, 3, margin="        "),
    ),
    test_templates=(
        page("@cached\ndef {method}(self", 5, 2),
        page("class {class}(Base):\n    async def {method}(self", 4, 2, margin="        "),
        page("import logging\n\n\ndef {method}(self", 6, 3),
    ),
    lexicons={
        "argument": Lexicon(ARGUMENTS, role="answer", least=10),
        "method": Lexicon(METHODS),
        "class": Lexicon(CLASSES),
        "purpose": Lexicon(PURPOSES),
        "note": Lexicon(NOTES),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "random-answer",
            "The argument that is due has another name in the definition.",
            "Whatever finds the place: heads that match documented names with the definition, or count them, read the "
            "same on both prompts.",
            other_answer,
        ),
        Corruption(
            "traded",
            "The argument that is due trades places with a later one.",
            "Whatever carries which names the definition has, and all that reads the documented ones.",
            trade_answer,
        ),
        Corruption(
            "random-doc",
            "The docstring documents names that the definition lacks, so that none is due.",
            "Whatever reads the definition alone, and what counts documented lines without reading their names.",
            other_doc,
            changes_answer=False,
        ),
        Corruption(
            "random-def",
            "The definition lacks the documented names and the one that was due.",
            "Whatever reads the docstring alone, such as heads that say which name came last, and the other arguments.",
            other_def,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
    source="Heimersheim & Janiak 2023, 'A circuit for Python docstrings in a 4-layer attention-only transformer'.",
)
