"""Functions and classes of a Python module, with docstrings that speak about their arguments."""

from cutaway.corpus.code import identifiers
from cutaway.corpus.code.listing import Name
from cutaway.corpus.code.python_expressions import call, flag, formatted, number, write
from cutaway.corpus.code.python_scope import Function, Parameter, Program
from cutaway.corpus.code.python_statements import block, statement

GIVES = ("things", "number", "nothing", "text", "flag", "numbers", "table", "texts")
WHAT = {
    "number": "number of",
    "text": "text for the",
    "numbers": "numbers of the",
    "texts": "texts of the",
    "things": "list of",
    "thing": "one of the",
    "table": "table of",
    "nothing": "nothing about",
}
TAKES = ("number", "text", "things", "numbers", "flag", "texts", "table", "thing")
DEFAULTS = {"number": ("0", "1", "10", "100", "5"), "flag": ("False", "True"), "text": ("None",)}


def function(p: Program, owner: Name | None = None) -> None:
    """`def`, a docstring, a body that ends with what the function gives."""
    draw = p.draw
    gives = draw.common(GIVES)
    title, said = function_name(p, gives)
    outer, taken = p.mark(), set(p.taken)
    hidden = hide_variables(p)
    p.put("def ")
    name = p.new(title)
    p.taken.add(title)
    taken.add(title)
    takes = parameters(p, owner)
    if p.typed:
        p.put(" -> ")
        if gives == "nothing":
            p.put("None")
        else:
            p.type_of(gives)
    p.put(":")
    p.indent += 4
    if draw.unit() < 0.65:
        docstring(p, said, takes, gives)
    p.indent -= 4
    block(p, 1, 4, lambda inner: result(inner, gives))
    p.reach = hidden
    p.forget(outer)
    p.taken = taken
    if owner is None:
        p.functions[gives].append(Function(name, takes, gives))


def hide_variables(p: Program) -> dict[str, list[Name]]:
    """Leave only the constants of the module in reach; hands back what was."""
    before = p.reach
    p.reach = {kind: [name for name in names if name.text.isupper()] for kind, names in before.items()}
    return before


def function_name(p: Program, gives: str) -> tuple[str, str]:
    """A name that is not in use, and what it says in words."""
    draw = p.draw
    while True:
        verb = draw.common(identifiers.VERBS)
        thing = draw.common(p.things)
        if draw.unit() < 0.3:
            thing = f"{draw.common(identifiers.QUALITIES)}_{thing}"
        if gives == "flag":
            title = f"has_{thing}" if draw.unit() < 0.6 else f"is_{draw.common(identifiers.QUALITIES)}"
        elif gives == "number":
            title = f"{verb}_{thing}_{draw.common(identifiers.QUANTITIES)}"
        elif gives in ("thing", "text"):
            title = f"{verb}_{thing}"
        else:
            title = f"{verb}_{identifiers.plural(thing)}"
        if title not in p.taken:
            return title, title.replace("_", " ")


def parameters(p: Program, owner: Name | None) -> tuple[Parameter, ...]:
    """The arguments in brackets; those with a default come last."""
    draw = p.draw
    p.put("(")
    if owner is not None:
        p.page.raw("self", "name", part="argument", entity=owner.entity, choices=1)
        p.enter(Name("self", owner.entity), "thing")
    takes: list[Parameter] = []
    count = draw.between(1, 3)
    for place in range(count):
        if place or owner is not None:
            p.put(", ")
        kind = "things" if not place and draw.unit() < 0.5 else draw.common(TAKES)
        has_default = kind in DEFAULTS and (draw.unit() < 0.3 or bool(takes and takes[-1].has_default))
        if takes and takes[-1].has_default and not has_default:
            kind, has_default = "number", True
        start = p.page.at
        name = p.define(kind, part="argument")
        if p.typed:
            p.put(": ")
            p.type_of(kind)
        if has_default:
            p.put(" = " if p.typed else "=")
            default(p, kind)
        p.part_from(start, "argument")
        takes.append(Parameter(name.text, kind, has_default))
        p.enter(name, kind)
    p.put(")")
    return tuple(takes)


def default(p: Program, kind: str) -> None:
    """The value that an argument has unless another is given."""
    if kind == "text":
        p.string(p.draw.common(identifiers.QUALITIES))
    else:
        p.put(p.draw.common(DEFAULTS[kind]))


def docstring(p: Program, said: str, takes: tuple[Parameter, ...], gives: str) -> None:
    """What the function does, its arguments in order, what it returns."""
    p.line()
    start = p.page.at
    p.put('"""')
    verb, rest = said.split(" ", 1)
    if gives == "flag":
        p.prose(f"Say whether it {said}", "comment")
    else:
        p.prose(f"{verb.capitalize()} the {rest}", "comment")
    if p.draw.unit() < 0.3:
        p.page.raw(" ")
        p.prose(
            p.draw.common(("in place", "if there are any", "in order", "one by one", "and tell the caller")), "comment"
        )
    p.put(".")
    if p.draw.unit() < 0.7:
        p.put("\n")
        p.line()
        p.prose("Args", "comment")
        p.put(":")
        for parameter in takes:
            p.line(4)
            name = next(name for name in reversed(p.reach[parameter.kind]) if name.text == parameter.text)
            p.sure(name)
            p.put(": ")
            p.prose(described(p, parameter), "comment")
            p.put(".")
        if gives != "nothing":
            p.put("\n")
            p.line()
            p.prose("Returns", "comment")
            p.put(":")
            p.line(4)
            p.prose(f"True if it {said}" if gives == "flag" else f"The {WHAT[gives]} {rest}", "comment")
            p.put(".")
        p.line()
    p.put('"""')
    p.part_from(start, "docstring")


def described(p: Program, parameter: Parameter) -> str:
    """A few words about an argument, taken from its name."""
    said = parameter.text.replace("_", " ")
    if parameter.kind == "flag":
        return f"Whether it {said}" if said.startswith(("is", "has")) else f"Whether to be {said}"
    return f"The {said} to {p.draw.common(identifiers.VERBS)}"


def result(p: Program, gives: str) -> None:
    """`return` and a value of the right kind."""
    draw = p.draw
    if gives == "nothing":
        p.put("print(" if draw.unit() < 0.5 else "return print(")
        formatted(p)
        p.put(")")
        return
    p.put("return ")
    name = p.recent(gives)
    if gives == "flag":
        flag(p, 2)
    elif name is not None and not name.text.isupper() and draw.unit() < 0.7:
        p.name(name)
    else:
        write(p, gives, 2)


def thing_class(p: Program) -> None:
    """The class of the document's things: its `__init__` keeps what it is given under the same names."""
    draw = p.draw
    p.put("class ")
    p.thing_class = p.new(identifiers.camel(p.thing))
    owner = Name("self", p.page.new_entity())
    p.put(":")
    p.indent += 4
    if draw.unit() < 0.6:
        p.line()
        start = p.page.at
        p.put('"""')
        p.prose(f"One {p.thing} with its {' and '.join(field.text for field in fields_of(p))}", "comment")
        p.put('."""')
        p.part_from(start, "docstring")
        p.put("\n")
    p.line()
    p.put("def ")
    p.page.raw("__init__", "name", part="definition")
    p.put("(")
    p.page.raw("self", "name", part="argument", entity=owner.entity, choices=1)
    given: list[tuple[Name, Name]] = []
    for kind in ("text", "number"):
        for field in p.fields[kind]:
            p.put(", ")
            name = p.new(field.text, "argument")
            given.append((field, name))
            if p.typed:
                p.put(": ")
                p.type_of(kind)
    p.put("):")
    p.indent += 4
    for field, name in given:
        p.line()
        p.name(owner)
        p.put(".")
        p.sure(field, "attribute")
        p.put(" = ")
        p.sure(name)
    p.indent -= 4
    for _ in range(draw.between(0, 2)):
        p.put("\n")
        p.line()
        function(p, owner)
    p.indent -= 4


def fields_of(p: Program) -> list[Name]:
    """The attributes of a thing, in the order in which it takes them."""
    return [*p.fields["text"], *p.fields["number"]]


def main(p: Program) -> None:
    """What runs when the module is called."""
    p.put("if __name__ == ")
    p.string("__main__")
    p.put(":")
    p.indent += 4
    mark = p.mark()
    if p.thing_class is not None:
        p.line()
        name = p.define("things")
        p.put(" = [")
        for place in range(p.draw.between(1, 2)):
            p.put(", " if place else "")
            construct(p)
        p.put("]")
        p.enter(name, "things")
    for kind in GIVES:
        for one in p.functions[kind][-2:]:
            p.line()
            if kind == "nothing":
                call(p, one, 1)
            else:
                p.put("print(")
                call(p, one, 1)
                p.put(")")
    if not any(p.functions.values()):
        p.line()
        statement(p)
    p.forget(mark)
    p.indent -= 4


def construct(p: Program) -> None:
    """`Order("first", 12)`."""
    assert p.thing_class is not None
    p.name(p.thing_class, "call")
    p.put("(")
    for place, field in enumerate(fields_of(p)):
        p.put(", " if place else "")
        if field in p.fields["text"]:
            p.string(p.draw.common(identifiers.QUALITIES))
        else:
            number(p, 0)
    p.put(")")
