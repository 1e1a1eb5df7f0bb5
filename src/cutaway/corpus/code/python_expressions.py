"""Expressions of Python by the kind of their value, nested to a depth."""

from collections.abc import Callable

from cutaway.corpus.code import identifiers
from cutaway.corpus.code.listing import Name
from cutaway.corpus.code.python_scope import Function, Program

NUMBERS = ("1", "0", "2", "10", "100", "3", "5", "4", "8", "20", "50", "12", "60", "1000", "16", "7", "24", "64", "255")
DIVISORS = ("2", "10", "3", "4", "100", "8", "5", "60", "7", "12")
Writer = Callable[[Program, int], None]


def write(p: Program, kind: str, depth: int) -> None:
    """An expression whose value is of this kind."""
    WRITERS[kind](p, depth)


def known(p: Program, kind: str, depth: int) -> bool:
    """A variable, an attribute of a thing, or a call; False, and nothing written, if there is none."""
    draw = p.draw
    functions = p.functions[kind]
    if functions and depth > 0 and draw.unit() < 0.25:
        call(p, draw.one(functions), depth - 1)
        return True
    if kind in p.fields and p.reach["thing"] and (not p.reach[kind] or draw.unit() < 0.4):
        field(p, kind)
        return True
    name = p.recent(kind)
    if name is None:
        return False
    p.name(name)
    return True


def field(p: Program, kind: str) -> None:
    """`order.size`."""
    p.name(p.recent("thing") or p.reach["thing"][-1])
    p.put(".")
    p.name(p.draw.common(p.fields[kind]), "attribute")


def call(p: Program, function: Function, depth: int) -> None:
    """A call with as many arguments as the function takes; those with a default may be left out or named."""
    p.name(function.name, "call")
    p.put("(")
    for place, parameter in enumerate(function.takes):
        if parameter.has_default and p.draw.unit() < 0.5:
            break
        if place:
            p.put(", ")
        start = p.page.at
        if parameter.has_default:
            p.page.raw(parameter.text, "name", choices=1)
            p.put("=")
        write(p, parameter.kind, depth)
        p.part_from(start, "argument")
    p.put(")")


def digits(p: Program) -> None:
    """A number as it is."""
    p.literal(p.draw.common(NUMBERS))


def number(p: Program, depth: int) -> None:
    """A number: sums and products of parts."""
    draw = p.draw
    if depth <= 0 or draw.unit() > 0.35:
        number_part(p, depth)
        return
    if draw.unit() < 0.3:
        number_operand(p, depth - 1)
    elif not known(p, "number", depth - 1):
        number_part(p, 0)
        return
    way = draw.unit()
    if way < 0.8:
        p.put(draw.common((" + ", " * ", " - ")))
        number_operand(p, depth - 1)
    else:
        p.put(draw.common((" // ", " % ")))
        p.literal(draw.common(DIVISORS))


def number_operand(p: Program, depth: int) -> None:
    """One side of an operator: brackets around what has an operator itself."""
    if depth > 0 and p.draw.unit() < 0.25:
        p.put("(")
        number_part(p, 0)
        p.put(p.draw.common((" + ", " - ")))
        number_part(p, depth - 1)
        p.put(")")
    else:
        number_part(p, depth)


def number_part(p: Program, depth: int) -> None:
    """A number without an operator at its top."""
    draw = p.draw
    way = draw.unit()
    if way < 0.6 or depth <= 0:
        if (way < 0.15 and p.indent) or not known(p, "number", depth):
            digits(p)
    elif way < 0.72:
        p.put("len(")
        sequence(p)
        p.put(")")
    elif way < 0.8:
        p.put(draw.common(("max(", "min(")))
        number(p, depth - 1)
        p.put(", ")
        number(p, depth - 1)
        p.put(")")
    elif way < 0.87:
        over_all(p)
    elif way < 0.92 and p.reach["table"]:
        p.name(p.reach["table"][-1])
        p.put(".get(")
        text_part(p)
        p.put(", 0)")
    elif way < 0.98 and p.imported:
        number_from_module(p)
    elif not known(p, "number", depth):
        digits(p)


def number_from_module(p: Program) -> None:
    """`math.floor(size / 3)`, and the like for other modules."""
    module = p.draw.one(list(p.imported))
    if module not in ("math", "random"):
        digits(p)
        return
    p.name(p.imported[module])
    p.put(p.draw.one((".floor(", ".ceil(")) if module == "math" else ".randint(0, ")
    number_part(p, 0)
    if module == "math":
        p.put(" / ")
        p.literal(p.draw.common(DIVISORS))
    p.put(")")


def text_from_module(p: Program) -> None:
    """`json.dumps(sizes)`, and the like for other modules."""
    module = p.draw.one(list(p.imported))
    if module not in ("json", "os", "time"):
        text_part(p)
        return
    p.name(p.imported[module])
    if module == "json":
        p.put(".dumps(")
        sequence(p)
        p.put(")")
    elif module == "time":
        p.put(".ctime()")
    else:
        p.put(".path.join(")
        text_part(p)
        p.put(", ")
        text_part(p)
        p.put(")")


def over_all(p: Program) -> None:
    """`sum(order.size for order in orders)` or `sum(sizes)`."""
    if not p.reach["things"]:
        numbers = p.recent("numbers")
        if numbers is None:
            digits(p)
            return
        p.put("sum(")
        p.name(numbers)
        p.put(")")
        return
    p.put(p.draw.common(("sum(", "max(", "min(")))
    each(p, "number")
    p.put(")")


def each(p: Program, kind: str) -> None:
    """`order.size for order in orders if order.name`: what stands in a comprehension over things."""
    things = p.recent("things") or p.reach["things"][-1]
    inner = Name(p.thing, p.page.new_entity())
    p.name(inner)
    if kind != "thing":
        p.put(".")
        p.name(p.draw.common(p.fields[kind]), "attribute")
    p.put(" for ")
    p.name(inner, "definition")
    p.put(" in ")
    p.name(things)
    if kind == "thing" or p.draw.unit() < 0.4:
        p.put(" if ")
        p.name(inner)
        p.put(".")
        p.name(p.draw.common(p.fields["number"]), "attribute")
        p.put(p.draw.common((" > ", " < ", " == ", " >= ", " != ")))
        name = p.recent("number")
        if name is not None:
            p.name(name)
        else:
            digits(p)


def known_simple(p: Program, kind: str) -> bool:
    """A variable, even if it was the last one too; False, and nothing written, if there is none."""
    if not p.reach[kind]:
        return False
    p.name(p.recent(kind) or p.reach[kind][-1])
    return True


def sequence(p: Program) -> None:
    """Anything that has a length."""
    for kind in ("things", "texts", "numbers", "text"):
        if p.reach[kind] and p.draw.unit() < 0.7:
            known_simple(p, kind)
            return
    if p.reach["thing"]:
        field(p, "text")
    elif not known_simple(p, "text"):
        label(p)


def label(p: Program) -> None:
    """A word or two in quotation marks."""
    draw = p.draw
    way = draw.unit()
    if way < 0.4:
        p.string(draw.common(identifiers.QUALITIES))
    elif way < 0.7:
        p.string(draw.common(p.things))
    else:
        p.string(f"{draw.common(identifiers.QUALITIES)} {draw.common(p.things)}")


def text(p: Program, depth: int) -> None:
    """A text: a variable, a literal, a formatted one."""
    draw = p.draw
    way = draw.unit()
    if depth <= 0 or way < 0.45:
        text_part(p)
    elif way < 0.75:
        formatted(p)
    elif way < 0.83:
        p.put("str(")
        number(p, depth - 1)
        p.put(")")
    elif way < 0.9 and p.reach["texts"]:
        p.put(p.quote + draw.common((", ", " ", "-", "; ", ": ")) + p.quote + ".join(")
        known_simple(p, "texts")
        p.put(")")
    elif way < 0.94 and p.imported:
        text_from_module(p)
    elif known(p, "text", depth):
        p.put(draw.common((".strip()", ".lower()", ".upper()", ".title()")))
    else:
        label(p)


def text_part(p: Program) -> None:
    """A text without an operator."""
    if p.draw.unit() < 0.3 or not known(p, "text", 0):
        label(p)


def formatted(p: Program) -> None:
    """`f"{name} has {count} orders"`."""
    draw = p.draw
    start = p.page.at
    p.put("f" + p.quote)
    if draw.unit() < 0.5:
        p.prose(f"{draw.common(identifiers.QUALITIES)} {draw.common(p.things)}", "literal")
        p.put(": ")
    inserted(p, "text")
    if draw.unit() < 0.6:
        p.put(" ")
        p.prose(draw.common(("has", "with", "at", "after", "of", "needs")), "literal")
        p.put(" ")
        inserted(p, "number")
        if draw.unit() < 0.5:
            p.put(" ")
            p.prose(identifiers.plural(draw.common(p.things)), "literal")
    p.put(p.quote)
    p.part_from(start, "string")


def inserted(p: Program, kind: str) -> None:
    """A variable in curly brackets; a word if there is none."""
    if not p.reach[kind] and not p.reach["thing"]:
        p.prose(p.draw.common(p.things), "literal")
        return
    p.put("{")
    if not known(p, kind, 0):
        known_simple(p, kind)
    p.put("}")


def flag(p: Program, depth: int) -> None:
    """Yes or no: comparisons, joined."""
    draw = p.draw
    way = draw.unit()
    if depth > 0 and way < 0.15:
        comparison(p, depth - 1)
        p.put(draw.common((" and ", " or ")))
        comparison(p, depth - 1)
    elif way < 0.3 and p.reach["flag"]:
        if draw.unit() < 0.4:
            p.put("not ")
        known_simple(p, "flag")
    elif way < 0.36 and p.functions["flag"] and depth > 0:
        call(p, draw.one(p.functions["flag"]), depth - 1)
    else:
        comparison(p, depth)


def comparison(p: Program, depth: int) -> None:
    """Two values compared, the first one a known one if there is one."""
    draw = p.draw
    way = draw.unit()
    if way < 0.15 and p.reach["things"]:
        p.put("not " if draw.unit() < 0.6 else "")
        known_simple(p, "things")
    elif way < 0.4 and (p.reach["text"] or p.reach["thing"]):
        if not known(p, "text", 0):
            known_simple(p, "text")
        if way < 0.22:
            p.put(".startswith(")
            label(p)
            p.put(")")
        elif way < 0.28 and p.reach["texts"]:
            p.put(draw.one((" in ", " not in ")))
            known_simple(p, "texts")
        else:
            p.put(draw.common((" == ", " != ")))
            text_part(p)
    else:
        if not known(p, "number", depth):
            sequence_length(p)
        p.put(draw.common((" > ", " < ", " == ", " >= ", " <= ", " != ")))
        number(p, depth - 1)


def sequence_length(p: Program) -> None:
    """`len(orders)`."""
    p.put("len(")
    sequence(p)
    p.put(")")


def numbers(p: Program, depth: int) -> None:
    """A list of numbers."""
    way = p.draw.unit()
    if way < 0.3 and known(p, "numbers", depth):
        return
    if way < 0.6 and p.reach["things"]:
        p.put("[")
        each(p, "number")
        p.put("]")
    elif way < 0.75:
        p.put("list(range(")
        number(p, depth - 1)
        p.put("))")
    else:
        p.put("[")
        for place in range(p.draw.between(2, 5)):
            if place:
                p.put(", ")
            digits(p)
        p.put("]")


def texts(p: Program, depth: int) -> None:
    """A list of texts."""
    way = p.draw.unit()
    if way < 0.3 and known(p, "texts", depth):
        return
    if way < 0.65 and p.reach["things"]:
        p.put("[")
        each(p, "text")
        p.put("]")
    elif way < 0.75 and p.reach["text"]:
        known_simple(p, "text")
        p.put(".split()")
    else:
        p.put("[")
        for place in range(p.draw.between(2, 4)):
            if place:
                p.put(", ")
            p.string(p.draw.common(identifiers.QUALITIES))
        p.put("]")


def things(p: Program, depth: int) -> None:
    """A list of things."""
    way = p.draw.unit()
    if depth > 0 and p.reach["things"] and way < 0.35:
        p.put("[")
        each(p, "thing")
        p.put("]")
    elif depth > 0 and p.reach["things"] and way < 0.5:
        p.put("sorted(")
        known_simple(p, "things")
        p.put(")" if way < 0.42 else ", reverse=True)")
    elif not known(p, "things", depth):
        if p.reach["thing"]:
            p.put("[")
            known_simple(p, "thing")
            p.put("]")
        else:
            p.put("[]")


def thing(p: Program, depth: int) -> None:
    """One thing."""
    if p.draw.unit() < 0.7 and known(p, "thing", depth):
        return
    if p.reach["things"]:
        known_simple(p, "things")
        p.put(p.draw.common(("[0]", "[-1]", ".pop()")))
    elif not known_simple(p, "thing"):
        p.put("None")


def table(p: Program, depth: int) -> None:
    """A dictionary from texts to numbers."""
    way = p.draw.unit()
    if way < 0.2 and known(p, "table", depth):
        return
    if way < 0.5 and p.reach["things"]:
        things_name = p.recent("things") or p.reach["things"][-1]
        inner = Name(p.thing, p.page.new_entity())
        p.put("{")
        p.name(inner)
        p.put(".")
        p.name(p.draw.common(p.fields["text"]), "attribute")
        p.put(": ")
        p.name(inner)
        p.put(".")
        p.name(p.draw.common(p.fields["number"]), "attribute")
        p.put(" for ")
        p.name(inner, "definition")
        p.put(" in ")
        p.name(things_name)
        p.put("}")
        return
    p.put("{")
    for place, key in enumerate(p.draw.some(identifiers.QUALITIES[:12], p.draw.between(1, 4))):
        if place:
            p.put(", ")
        p.string(key)
        p.put(": ")
        number_part(p, 0)
    p.put("}")


WRITERS: dict[str, Writer] = {
    "number": number,
    "text": text,
    "flag": flag,
    "numbers": numbers,
    "texts": texts,
    "things": things,
    "thing": thing,
    "table": table,
}
