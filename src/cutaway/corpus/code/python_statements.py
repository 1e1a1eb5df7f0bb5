"""Statements of Python: assignments, loops, conditions, attempts, nested in one another."""

from collections.abc import Callable

from cutaway.corpus.code import identifiers
from cutaway.corpus.code.python_expressions import (
    call,
    digits,
    each,
    flag,
    formatted,
    known,
    known_simple,
    label,
    number,
    text,
    write,
)
from cutaway.corpus.code.python_scope import Program

DEEPEST = 3
ERRORS = ("ValueError", "KeyError", "TypeError", "IndexError", "OSError", "RuntimeError")
Statement = Callable[[Program], None]


def block(p: Program, least: int, most: int, ending: Statement | None = None) -> None:
    """An indented block of statements; what it defines is out of reach after it."""
    mark = p.mark()
    p.indent += 4
    p.depth += 1
    count = p.draw.between(least, most)
    for _ in range(count):
        p.line()
        statement(p)
    if ending is not None:
        p.line()
        ending(p)
    p.depth -= 1
    p.indent -= 4
    p.forget(mark)


def statement(p: Program) -> None:
    """One statement; compound ones are rarer the deeper it stands."""
    draw = p.draw
    if draw.unit() < 0.06:
        remark(p)
    if p.depth < DEEPEST and draw.unit() < 0.42 - 0.1 * p.depth:
        draw.one(COMPOUND)(p)
    else:
        draw.one(SIMPLE)(p)


def remark(p: Program) -> None:
    """A comment on what is in reach, on a line of its own."""
    draw = p.draw
    name = p.recent(draw.common(("things", "number", "text")))
    what = name.text.replace("_", " ") if name is not None else identifiers.plural(p.thing)
    p.comment(
        draw.common(
            (
                f"{draw.common(identifiers.VERBS)} the {what}",
                f"the {what} may be {draw.common(identifiers.QUALITIES)}",
                f"skip {draw.common(identifiers.QUALITIES)} {identifiers.plural(p.thing)}",
                f"keep the {what} {draw.common(identifiers.QUALITIES)}",
                f"the {what} will be needed later",
            )
        )
    )
    p.line()


def assign(p: Program) -> None:
    """A new variable and its value."""
    kind = p.draw.common(("number", "text", "things", "numbers", "flag", "texts", "table", "thing"))
    if kind == "thing" and not p.reach["things"]:
        kind = "number"
    name = p.define(kind)
    p.put(" = ")
    write(p, kind, 2)
    p.enter(name, kind)


def change(p: Program) -> None:
    """A number becomes larger or smaller; a new one is made if there is none."""
    name = p.recent("number")
    if name is None or name.text.isupper():
        assign(p)
        return
    p.name(name)
    p.put(p.draw.common((" += ", " -= ", " *= ")))
    number(p, 1)


def append(p: Program) -> None:
    """A list becomes longer."""
    draw = p.draw
    kind = draw.one(("things", "texts", "numbers"))
    item = {"things": "thing", "texts": "text", "numbers": "number"}[kind]
    name = p.recent(kind)
    if name is None or (item == "thing" and not p.reach["thing"]):
        assign(p)
        return
    p.name(name)
    p.put(".append(")
    if item == "thing":
        known_simple(p, "thing")
    else:
        write(p, item, 1)
    p.put(")")


def store(p: Program) -> None:
    """An entry of a dictionary, or an attribute, gets a value."""
    if p.reach["table"]:
        p.name(p.reach["table"][-1])
        p.put("[")
        if not known(p, "text", 0):
            label(p)
        p.put("] = ")
        number(p, 2)
    elif p.reach["thing"]:
        p.name(p.reach["thing"][-1])
        p.put(".")
        p.name(p.draw.common(p.fields["number"]), "attribute")
        p.put(p.draw.common((" = ", " += ")))
        number(p, 2)
    else:
        assign(p)


def show(p: Program) -> None:
    """Say something to the reader or the log."""
    if "logging" in p.imported and p.draw.unit() < 0.7:
        p.name(p.imported["logging"])
        p.put(p.draw.common((".info(", ".warning(", ".debug(")))
    else:
        p.put("print(")
    formatted(p)
    p.put(")")


def perform(p: Program) -> None:
    """Call a function for what it does."""
    functions = p.functions["nothing"]
    if functions:
        call(p, p.draw.one(functions), 2)
    else:
        change(p)


def check(p: Program) -> None:
    """`assert`."""
    p.put("assert ")
    flag(p, 1)
    if p.draw.unit() < 0.4:
        p.put(", ")
        label(p)


def complain(p: Program) -> None:
    """`raise`."""
    p.put(f"raise {p.draw.common(ERRORS)}(")
    if p.draw.unit() < 0.5:
        label(p)
    else:
        formatted(p)
    p.put(")")


def leave(p: Program) -> None:
    """`continue` or `break`."""
    p.put(p.draw.common(("continue", "break")))


def condition(p: Program) -> None:
    """`if`, perhaps with `elif` and `else`."""
    p.put("if ")
    flag(p, 2)
    p.put(":")
    block(p, 1, 2, complain if p.draw.unit() < 0.08 else None)
    if p.draw.unit() < 0.2:
        p.line()
        p.put("elif ")
        flag(p, 1)
        p.put(":")
        block(p, 1, 2)
    if p.draw.unit() < 0.4:
        p.line()
        p.put("else:")
        block(p, 1, 2)


def loop(p: Program) -> None:
    """`for order in orders:` and the like."""
    draw = p.draw
    way = draw.unit()
    mark = p.mark()
    p.put("for ")
    if p.reach["things"] and way < 0.65:
        loop_over_things(p, counted=way < 0.15)
    elif p.reach["table"] and way < 0.75:
        key, value = p.define("text"), None
        p.put(", ")
        p.enter(key, "text")
        value = p.define("number")
        p.enter(value, "number")
        p.put(" in ")
        p.name(p.reach["table"][-1])
        p.put(".items()")
    elif p.reach["texts"] and way < 0.85:
        name = p.define("text")
        p.put(" in ")
        p.name(p.reach["texts"][-1])
        p.enter(name, "text")
    else:
        name = p.define("number", p.free("number", p.draw.common(("index", "step", "place")), "turn"))
        p.put(" in range(")
        if not known(p, "number", 0):
            digits(p)
        p.put("):")
        p.enter(name, "number")
        block(p, 1, 3)
        p.forget(mark)
        return
    p.put(":")
    block(p, 1, 3, skip_some if draw.unit() < 0.1 else None)
    p.forget(mark)


def loop_over_things(p: Program, *, counted: bool) -> None:
    """The head of a loop over things; the item is called by the list's name in the singular."""
    things = p.recent("things") or p.reach["things"][-1]
    if counted:
        place = p.define("number", p.free("number", "index" if p.draw.unit() < 0.7 else "place", "number"))
        p.put(", ")
        p.enter(place, "number")
    item = p.define("thing", p.free("thing", p.thing))
    p.put(" in enumerate(" if counted else " in ")
    p.name(things)
    p.put(")" if counted else "")
    p.enter(item, "thing")


def skip_some(p: Program) -> None:
    """`if ...: continue` at the end of a loop."""
    p.put("if ")
    flag(p, 1)
    p.put(":")
    p.line(4)
    leave(p)


def repeat(p: Program) -> None:
    """`while`, with a counter that moves."""
    name = p.recent("number")
    if name is None or name.text.isupper():
        loop(p)
        return
    p.put("while ")
    p.name(name)
    p.put(" > 0:")

    def down(p: Program) -> None:
        p.name(name)
        p.put(" -= 1")

    block(p, 1, 2, down)


def attempt(p: Program) -> None:
    """`try` and `except`."""
    p.put("try:")
    block(p, 1, 2)
    p.line()
    p.put(f"except {p.draw.common(ERRORS)}")
    caught = None
    if p.draw.unit() < 0.4:
        p.put(" as ")
        caught = p.new("error")
    p.put(":")
    if caught is None:
        block(p, 0, 1, p.draw.one((complain, show, assign)))
        return

    def tell(p: Program) -> None:
        p.put("print(")
        label(p)
        p.put(", ")
        p.name(caught)
        p.put(")")

    block(p, 0, 0, tell)


def read_file(p: Program) -> None:
    """`with open(...) as handle:`."""
    p.put("with open(")
    if not known(p, "text", 0):
        label(p)
    p.put(") as ")
    handle = p.new(p.draw.common(("handle", "stream", "file")))
    p.put(":")

    def use(p: Program) -> None:
        name = p.define("texts", "lines" if "lines" not in p.taken else "")
        p.put(" = ")
        p.name(handle)
        p.put(p.draw.common((".readlines()", ".read().split()", ".read().splitlines()")))
        p.enter(name, "texts")

    p.indent += 4
    p.depth += 1
    p.line()
    use(p)
    p.depth -= 1
    p.indent -= 4


def gather(p: Program) -> None:
    """Begin with nothing, go through the things, keep what is asked for: the result is in reach after it."""
    draw = p.draw
    kind = draw.common(("number", "things", "texts", "table"))
    if not p.reach["things"]:
        assign(p)
        return
    result = p.define(kind)
    p.put({"number": " = 0", "things": " = []", "texts": " = []", "table": " = {}"}[kind])
    p.line()
    mark = p.mark()
    p.put("for ")
    loop_over_things(p, counted=False)
    p.put(":")

    def keep(p: Program) -> None:
        item = p.reach["thing"][-1]
        if kind == "table":
            p.name(result)
            p.put("[")
            p.name(item)
            p.put(".")
            p.name(p.fields["text"][0], "attribute")
            p.put("] = ")
            number(p, 1)
            return
        p.name(result)
        if kind == "number":
            p.put(" += ")
            number(p, 1)
            return
        p.put(".append(")
        if kind == "things":
            p.name(item)
        else:
            text(p, 1)
        p.put(")")

    def chosen(p: Program) -> None:
        p.put("if ")
        flag(p, 2)
        p.put(":")
        block(p, 0, 1, keep)

    block(p, 0, 1, chosen if draw.unit() < 0.5 else keep)
    p.forget(mark)
    p.enter(result, kind)


def select(p: Program) -> None:
    """A comprehension that gets a name."""
    if not p.reach["things"]:
        assign(p)
        return
    kind = p.draw.common(("things", "numbers", "texts"))
    name = p.define(kind)
    p.put(" = [")
    each(p, {"things": "thing", "numbers": "number", "texts": "text"}[kind])
    p.put("]")
    p.enter(name, kind)


SIMPLE: tuple[Statement, ...] = (
    *(assign,) * 9,
    *(change,) * 4,
    *(append,) * 3,
    *(store,) * 3,
    *(show,) * 3,
    *(perform,) * 3,
    *(select,) * 2,
    check,
)
COMPOUND: tuple[Statement, ...] = (
    *(condition,) * 7,
    *(loop,) * 5,
    *(gather,) * 4,
    repeat,
    attempt,
    read_file,
)
