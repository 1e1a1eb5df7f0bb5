"""Listings in the manner of C and of JavaScript: functions over numbers, texts and things, every bracket closed."""

from typing import NamedTuple

from cutaway.corpus.code import identifiers
from cutaway.corpus.code.listing import Dialect, Name
from cutaway.corpus.code.scope import Scoped
from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw

C = Dialect(
    """
    auto break case char const continue default do double else enum extern float for goto if int long register return
    short signed sizeof static struct switch typedef union unsigned void volatile while include define NULL
    """,
    comment="//",
)
SCRIPT = Dialect(
    """
    async await break case catch class const continue default delete do else export extends false finally for from
    function if import in instanceof let new null of package private public return static super switch this throw true
    try typeof undefined var void while yield
    """,
    comment="//",
)
NUMBERS = ("0", "1", "2", "10", "100", "5", "3", "8", "16", "20", "255", "1000", "50", "64", "12")
DEEPEST = 3


class Callee(NamedTuple):
    """A function that may be called."""

    name: Name
    takes: tuple[str, ...]
    gives: str


class Curly(Scoped):
    """A listing with curly brackets under way; `is_c` says in whose manner."""

    __slots__ = ("callees", "end", "is_c", "step")

    def __init__(self, page: Page, draw: Draw, *, is_c: bool) -> None:
        super().__init__(page, draw, C if is_c else SCRIPT, spell=str if is_c else identifiers.lower_camel)
        self.is_c = is_c
        self.end = ";" if is_c or draw.chance(0.75) else ""
        self.step = draw.one((2, 4, 4)) if is_c else draw.one((2, 2, 4))
        self.callees: list[Callee] = []
        if not is_c and draw.chance(0.5):
            self.quote = "'"

    def opened(self) -> None:
        """After an opening bracket: one step deeper."""
        self.indent += self.step
        self.depth += 1

    def closed(self) -> None:
        """A closing bracket on a line of its own, one step back."""
        self.indent -= self.step
        self.depth -= 1
        self.line()
        self.put("}")


def field(p: Curly, kind: str) -> None:
    """`order->size` or `order.size`."""
    p.name(p.recent("thing") or p.reach["thing"][-1])
    if p.is_c:
        p.put("->")
    else:
        p.put(".")
    p.name(p.draw.common(p.fields[kind]), "attribute")


def simple(p: Curly, kind: str) -> None:
    """A variable, an attribute or a literal."""
    draw = p.draw
    if p.reach["thing"] and draw.unit() < 0.45:
        field(p, kind)
        return
    name = p.recent(kind) if draw.unit() < 0.75 else None
    if name is not None:
        p.name(name)
    elif kind == "number":
        p.literal(draw.common(NUMBERS))
    elif draw.unit() < 0.6:
        p.string(draw.common(identifiers.QUALITIES))
    else:
        p.string(f"{draw.common(identifiers.QUALITIES)} {draw.common(p.things)}")


def call(p: Curly, callee: Callee) -> None:
    """A call with the arguments that the function takes."""
    p.name(callee.name, "call")
    p.put("(")
    for place, kind in enumerate(callee.takes):
        p.put(", " if place else "")
        start = p.page.at
        if kind in ("number", "text"):
            value(p, kind, 0)
        else:
            name = p.recent(kind)
            if name is not None:
                p.name(name)
            else:
                p.put("NULL" if p.is_c else "[]" if kind == "things" else "null")
        p.part_from(start, "argument")
    p.put(")")


def value(p: Curly, kind: str, depth: int) -> None:
    """A number or a text."""
    draw = p.draw
    way = draw.unit()
    fitting = [callee for callee in p.callees if callee.gives == kind]
    if depth > 0 and fitting and way < 0.25:
        call(p, draw.one(fitting))
    elif kind == "text":
        if not p.is_c and way < 0.5 and depth > 0:
            template(p)
        else:
            simple(p, "text")
    elif depth > 0 and way < 0.6:
        simple(p, "number")
        p.put(draw.common((" + ", " * ", " - ")))
        if draw.unit() < 0.25:
            p.put("(")
            simple(p, "number")
            p.put(draw.common((" + ", " - ")))
            simple(p, "number")
            p.put(")")
        else:
            simple(p, "number")
    elif not p.is_c and way < 0.75 and p.reach["things"]:
        p.name(p.recent("things") or p.reach["things"][-1])
        p.put(".length")
    else:
        simple(p, "number")


def template(p: Curly) -> None:
    """`${name} has ${count} orders` between backticks."""
    draw = p.draw
    start = p.page.at
    p.put("`")
    p.prose(f"{draw.common(identifiers.QUALITIES)} {draw.common(p.things)}", "literal")
    inserted(p, "text")
    if draw.unit() < 0.5:
        p.put(" ")
        p.prose(draw.common(("has", "with", "after", "of")), "literal")
        inserted(p, "number")
    p.put("`")
    p.part_from(start, "string")


def inserted(p: Curly, kind: str) -> None:
    """`${name}`; nothing if no such variable is there."""
    name = p.recent(kind)
    if name is None and not p.reach["thing"]:
        return
    p.put(" ${")
    if name is not None:
        p.name(name)
    else:
        field(p, kind)
    p.put("}")


def test(p: Curly, depth: int) -> None:
    """A condition."""
    draw = p.draw
    way = draw.unit()
    if depth > 0 and way < 0.2:
        test(p, 0)
        p.put(draw.common((" && ", " || ")))
        test(p, 0)
    elif way < 0.35 and p.reach["thing"]:
        p.put("!" if way < 0.28 else "")
        field(p, "number")
    elif way < 0.45 and (name := p.recent("text")) is not None and not p.is_c:
        p.name(name)
        p.put(draw.common((" === ", " !== ")))
        p.string(draw.common(identifiers.QUALITIES))
    else:
        if p.reach["number"] and draw.unit() < 0.8:
            p.name(p.recent("number") or p.reach["number"][-1])
        else:
            simple(p, "number")
        p.put(draw.common((" > ", " < ", " >= ", " <= ", " == " if p.is_c else " === ")))
        value(p, "number", 0)


def statement(p: Curly) -> None:
    """One statement on a line of its own; blocks are rarer the deeper it stands."""
    draw = p.draw
    if draw.unit() < 0.08:
        p.line()
        p.comment(f"{draw.common(identifiers.VERBS)} the {draw.common(identifiers.QUALITIES)} {draw.common(p.things)}")
    p.line()
    way = draw.unit()
    if p.depth < DEEPEST and way < 0.4 - 0.08 * p.depth:
        if way < 0.18:
            condition(p)
        elif way < 0.35:
            loop(p)
        else:
            attempt(p)
        return
    if way < 0.7:
        declare(p)
    elif way < 0.85 and (name := p.recent("number")) is not None and not name.text.isupper():
        p.name(name)
        p.put(draw.common((" += ", " = ", " -= ", " *= ")))
        value(p, "number", 1)
    else:
        say(p)
    p.put(p.end)


def declare(p: Curly) -> None:
    """A new variable with its value."""
    draw = p.draw
    kind = draw.common(("number", "text", "things"))
    if kind == "things" and (p.is_c or not p.reach["things"]):
        kind = "number"
    if p.is_c:
        p.put("int " if kind == "number" else "const char *")
    else:
        p.put("let " if kind == "number" else "const ")
    name = p.define(kind)
    p.put(" = ")
    if kind == "things":
        select(p)
    else:
        value(p, kind, 2)
    p.enter(name, kind)


def select(p: Curly) -> None:
    """`orders.filter((order) => order.size > 10)`."""
    draw = p.draw
    p.name(p.recent("things") or p.reach["things"][-1])
    p.put(draw.common((".filter((", ".map((", ".sort((")))
    mark = p.mark()
    p.enter(p.define("thing", p.free("thing", p.spell(p.thing)), "argument"), "thing")
    p.put(") => ")
    test(p, 1)
    p.put(")")
    p.forget(mark)


def say(p: Curly) -> None:
    """Tell the reader, or call a function for what it does."""
    draw = p.draw
    plain = [callee for callee in p.callees if callee.gives == "nothing"]
    if plain and draw.unit() < 0.5:
        call(p, draw.one(plain))
        return
    if not p.is_c:
        p.put(draw.common(("console.log(", "console.warn(")))
        template(p)
        p.put(")")
        return
    p.put("printf(")
    start = p.page.at
    p.put('"')
    p.prose(draw.common(p.things), "literal")
    p.put(": %s ")
    p.prose(draw.common(("has", "with", "after")), "literal")
    p.put(' %d\\n"')
    p.part_from(start, "string")
    p.put(", ")
    simple(p, "text")
    p.put(", ")
    simple(p, "number")
    p.put(")")


def block(p: Curly, least: int, most: int) -> None:
    """An opening bracket, statements, and the bracket that closes it."""
    p.put("{")
    mark = p.mark()
    p.opened()
    for _ in range(p.draw.between(least, most)):
        statement(p)
    p.closed()
    p.forget(mark)


def condition(p: Curly) -> None:
    """`if`, perhaps with `else`."""
    p.put("if (")
    test(p, 1)
    p.put(") ")
    block(p, 1, 2)
    if p.draw.unit() < 0.35:
        p.put(" else ")
        block(p, 1, 2)


def loop(p: Curly) -> None:
    """`for` with a counter, over things, or `while`."""
    draw = p.draw
    mark = p.mark()
    if p.reach["things"] and not p.is_c and draw.unit() < 0.7:
        p.put("for (const ")
        p.enter(p.define("thing", p.free("thing", p.spell(p.thing))), "thing")
        p.put(" of ")
        p.name(p.recent("things") or p.reach["things"][-1])
        p.put(") ")
    elif (name := p.recent("number")) is not None and not name.text.isupper() and draw.unit() < 0.25:
        p.put("while (")
        p.name(name)
        p.put("-- > 0) ")
    else:
        p.put("for (int " if p.is_c else "for (let ")
        counter = p.define("number", p.free("number", "i", "j", "k"))
        p.put(" = 0; ")
        p.sure(counter)
        p.put(" < ")
        simple(p, "number")
        p.put("; ")
        p.sure(counter)
        p.put("++) ")
        p.enter(counter, "number")
    block(p, 1, 3)
    p.forget(mark)


def attempt(p: Curly) -> None:
    """`try` and `catch`; in C, a `switch`."""
    if not p.is_c:
        p.put("try ")
        block(p, 1, 2)
        p.put(" catch (")
        error = p.new("error")
        p.put(") {")
        p.line(p.step)
        p.put("console.error(")
        p.name(error)
        p.put(")" + p.end)
        p.line()
        p.put("}")
        return
    p.put("switch (")
    simple(p, "number")
    p.put(") {")
    p.opened()
    for case in range(p.draw.between(1, 3)):
        p.line()
        p.put("case ")
        p.literal(str(case))
        p.put(":")
        p.indent += p.step
        p.line()
        p.put("return ")
        simple(p, "number")
        p.put(";")
        p.indent -= p.step
    p.closed()


def function(p: Curly) -> None:
    """A function: its arguments, statements, and what it gives."""
    draw = p.draw
    gives = draw.common(("number", "nothing", "text"))
    thing = draw.common(p.things)
    title = p.spell(f"{draw.common(identifiers.VERBS)}_{thing if draw.unit() < 0.5 else identifiers.plural(thing)}")
    if title in p.taken:
        title = p.spell(f"{title}_{draw.common(identifiers.QUANTITIES)}")
    mark, taken = p.mark(), set(p.taken)
    if draw.unit() < 0.35:
        p.comment(f"{draw.common(identifiers.VERBS).capitalize()} the {thing} and give a {gives} back")
        p.line()
    if p.is_c:
        p.put({"number": "int ", "nothing": "void ", "text": "const char *"}[gives])
    else:
        p.put("export function " if draw.unit() < 0.3 else "function ")
    name = p.new(title)
    p.put("(")
    takes: list[str] = []
    for place in range(draw.between(1, 3)):
        p.put(", " if place else "")
        takes.append(parameter(p))
    p.put(") {")
    p.opened()
    for _ in range(draw.between(1, 4)):
        statement(p)
    if gives != "nothing":
        p.line()
        p.put("return ")
        value(p, gives, 1)
        p.put(p.end)
    p.closed()
    p.forget(mark)
    p.taken = taken | {title}
    p.callees.append(Callee(name, tuple(takes), gives))


def parameter(p: Curly) -> str:
    """One argument of a function; hands back its kind."""
    kind = p.draw.common(("thing", "number", "text") if p.is_c else ("things", "number", "thing", "text"))
    start = p.page.at
    if p.is_c:
        if kind == "thing":
            p.put("struct ")
            p.page.raw(p.thing, "name")
            p.put(" *")
        else:
            p.put("int " if kind == "number" else "const char *")
    p.enter(p.define(kind, part="argument"), kind)
    p.part_from(start, "argument")
    return kind


def preamble(p: Curly) -> None:
    """What stands above the functions: includes and a struct, or imports and constants."""
    draw = p.draw
    if p.is_c:
        for header in draw.some(("stdio", "stdlib", "string", "math"), draw.between(1, 2)):
            p.put(f"#include <{header}.h>\n")
        p.put("\nstruct ")
        p.page.raw(p.thing, "name", part="definition")
        p.put(" {")
        for kind, fields in p.fields.items():
            for one in fields:
                p.line(p.step)
                p.put("int " if kind == "number" else "const char *")
                p.name(one, "definition")
                p.put(";")
        p.put("\n};\n\n")
        return
    if draw.unit() < 0.6:
        p.put("import { ")
        imported = p.new(p.spell(f"{draw.common(identifiers.VERBS)}_{draw.common(p.things)}"))
        p.put(" } from ")
        p.string(identifiers.plural(p.thing))
        p.put(p.end + "\n")
        p.taken.add(imported.text)
        p.callees.append(Callee(imported, ("number",), "number"))
    count = draw.between(0, 2)
    p.put("\n" if count and p.callees else "")
    for _ in range(count):
        p.put("const ")
        name = p.define("number", p.fresh("number", constant=True))
        p.put(" = ")
        p.literal(draw.common(NUMBERS))
        p.put(p.end + "\n")
        p.enter(name, "number")


def write_curly(page: Page, draw: Draw, *, is_c: bool) -> None:
    """A whole file."""
    p = Curly(page, draw, is_c=is_c)
    preamble(p)
    target = draw.between(500, 1300)
    while page.at < target:
        p.put("" if page.at == 0 or (p.is_c and not p.callees) else "\n")
        function(p)
        p.put("\n")
