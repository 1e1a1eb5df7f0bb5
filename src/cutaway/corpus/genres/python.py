"""Modules of Python that parse: names are defined before they are used, calls fit their functions."""

from cutaway.corpus.code import identifiers
from cutaway.corpus.code.python_definitions import function, main, thing_class
from cutaway.corpus.code.python_expressions import digits, label
from cutaway.corpus.code.python_scope import MODULES, Program
from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre


def write(page: Page, draw: Draw) -> None:
    """A module: imports, constants, perhaps a class, functions, perhaps a main part."""
    p = Program(page, draw)
    if draw.unit() < 0.35:
        p.put('"""')
        p.prose(f"{draw.common(identifiers.VERBS).capitalize()} {identifiers.plural(p.thing)}", "comment")
        p.put('."""')
        p.part_from(0, "docstring")
        p.put("\n\n")
    for module in draw.some(MODULES, draw.common((1, 2, 0, 3))):
        p.put("import ")
        p.imported[module] = p.new(module)
        p.put("\n")
    constants(p)
    begun = page.at > 0
    target = draw.between(400, 1400)
    if draw.unit() < 0.5:
        p.put("\n\n" if begun else "")
        thing_class(p)
        p.put("\n")
        begun = True
    while page.at < target:
        p.put("\n\n" if begun else "")
        function(p)
        p.put("\n")
        begun = True
    if draw.unit() < 0.4:
        p.put("\n\n")
        main(p)
        p.put("\n")


def constants(p: Program) -> None:
    """`MAX_SIZE = 100`."""
    count = p.draw.between(0, 3)
    if count and p.imported:
        p.put("\n")
    for _ in range(count):
        kind = "number" if p.draw.unit() < 0.65 else "text"
        text = p.fresh(kind, constant=True)
        name = p.define(kind, text)
        p.put(" = ")
        if kind == "number":
            digits(p)
        else:
            label(p)
        p.put("\n")
        p.enter(name, kind)


GENRE = Genre("python", "Modules of Python: functions, classes, loops", 0.07, write, language="python")
