"""Listings of the shell: variables that are set and then used, pipes, loops, functions."""

from cutaway.corpus.code import identifiers
from cutaway.corpus.code.listing import Dialect, Listing, Name
from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw

SHELL = Dialect(
    "if then else elif fi for in do done while case esac function return local export exit set",
    comment="#",
    commands="""
    echo grep sort uniq head tail wc cut sed awk cat ls cp mv rm mkdir find tar curl chmod date sleep test read touch
    basename dirname xargs tee cd tr
    """,
)
FILTERS = (
    " | sort",
    " | head -n 10",
    " | grep -v ",
    " | wc -l",
    " | uniq -c",
    " | cut -d , -f 2",
    " | tail -n 5",
    " | tr a-z A-Z",
)
ENDINGS = ("txt", "log", "csv", "json", "tar", "conf", "tmp")


class Shell(Listing):
    """A script under way: the variables that are set, the functions that are defined."""

    __slots__ = ("functions", "known", "things", "variables")

    def __init__(self, page: Page, draw: Draw) -> None:
        super().__init__(page, draw, SHELL)
        self.things = identifiers.things_of(draw)
        self.variables: list[Name] = []
        self.functions: list[Name] = []
        self.known: dict[str, Name] = {}

    def variable(self, text: str) -> Name:
        """A variable where it is set, for the first time or again."""
        if text not in self.known:
            self.known[text] = Name(text, self.page.new_entity())
        self.name(self.known[text], "definition")
        return self.known[text]


def variable(p: Shell) -> None:
    """`"$NAME"` or `"${NAME}"`; a path if nothing is set yet."""
    if not p.variables:
        path(p)
        return
    name = p.variables[-int((len(p.variables) + 1) ** p.draw.unit())]
    start = p.page.at
    braced = p.draw.unit() < 0.25
    p.put('"${' if braced else '"$')
    p.name(name)
    p.put("}" if braced else "")
    if p.draw.unit() < 0.2:
        p.put("/")
        p.prose(p.draw.common(p.things), "literal")
    p.put('"')
    p.part_from(start, "string")


def path(p: Shell) -> None:
    """`orders/old.txt`."""
    draw = p.draw
    if draw.unit() < 0.6:
        p.prose(identifiers.plural(draw.common(p.things)), "literal")
        p.put("/")
    p.prose(draw.common(identifiers.QUALITIES), "literal")
    p.put(".")
    p.prose(draw.common(ENDINGS), "literal")


def assign(p: Shell) -> None:
    """`OLD_ORDERS="orders/old.txt"`."""
    draw = p.draw
    if draw.unit() < 0.4:
        text = identifiers.several(draw, draw.common(p.things))
    else:
        text = identifiers.wording(draw, p.things[0])
    name = p.variable(text.upper() if p.indent == 0 else text)
    p.put("=")
    way = draw.unit()
    if way < 0.2:
        p.literal(draw.common(("1", "10", "100", "5", "2", "30", "60")))
    elif way < 0.4:
        p.put("$(")
        pipe(p)
        p.put(")")
    elif way < 0.55 and p.variables:
        variable(p)
    else:
        start = p.page.at
        p.put('"')
        path(p)
        p.put('"')
        p.part_from(start, "string")
    if name not in p.variables:
        p.variables.append(name)


def pipe(p: Shell) -> None:
    """A command that reads, and filters after it."""
    draw = p.draw
    p.put(draw.common(("cat ", "ls ", "grep -i ", "find ", "cut -f 1 ", "sort -n ", "curl -s ")))
    variable(p)
    for _ in range(draw.common((1, 0, 2, 3))):
        one = draw.one(FILTERS)
        p.put(one)
        if one.endswith(" "):
            p.prose(draw.common(identifiers.QUALITIES), "literal")


def act(p: Shell) -> None:
    """A command on files."""
    draw = p.draw
    way = draw.unit()
    if way < 0.3:
        p.put("echo ")
        start = p.page.at
        p.put('"')
        p.prose(f"{draw.common(identifiers.VERBS)} the {draw.common(p.things)}", "literal")
        if p.variables and draw.unit() < 0.6:
            p.put(" $")
            p.name(draw.common(p.variables))
        p.put('"')
        p.part_from(start, "string")
    elif way < 0.5:
        p.put(draw.common(("cp ", "mv ", "cp -r ")))
        variable(p)
        p.put(" ")
        path(p)
    elif way < 0.65:
        p.put(draw.common(("mkdir -p ", "rm -f ", "rm -rf ", "touch ", "chmod +x ", "ls -l ")))
        variable(p)
    elif way < 0.8 and p.functions:
        p.name(draw.one(p.functions), "call")
        p.put(" ")
        variable(p)
    else:
        pipe(p)
        if draw.unit() < 0.5:
            p.put(draw.common((" > ", " >> ")))
            path(p)


def test(p: Shell) -> None:
    """What stands between the square brackets of a condition."""
    draw = p.draw
    p.put("[ ")
    if draw.unit() < 0.6:
        p.put(draw.common(("-f ", "-d ", "-z ", "-n ", "! -e ")))
        variable(p)
    else:
        variable(p)
        p.put(draw.common((" = ", " != ", " -gt ", " -lt ")))
        if draw.unit() < 0.5:
            p.string(draw.common(identifiers.QUALITIES))
        else:
            p.literal(draw.common(("0", "1", "10", "100")))
    p.put(" ]")


def block(p: Shell, depth: int) -> None:
    """Lines, one step deeper."""
    p.indent += 2
    for _ in range(p.draw.between(1, 3)):
        p.line()
        statement(p, depth + 1)
    p.indent -= 2
    p.line()


def statement(p: Shell, depth: int) -> None:
    """One command, assignment, condition or loop."""
    draw = p.draw
    way = draw.unit()
    if depth < 3 and way < 0.16:
        p.put("if ")
        test(p)
        p.put("; then")
        block(p, depth)
        if draw.unit() < 0.4:
            p.put("else")
            block(p, depth)
        p.put("fi")
    elif depth < 3 and way < 0.3:
        p.put("for ")
        name = p.variable(draw.common(p.things))
        p.put(" in ")
        if draw.unit() < 0.5:
            variable(p)
            p.put("/*")
        else:
            p.prose(" ".join(draw.some(identifiers.QUALITIES[:16], draw.between(2, 4))), "literal")
        p.put("; do")
        kept = len(p.variables)
        p.variables.append(name)
        block(p, depth)
        del p.variables[kept:]
        p.put("done")
    elif way < 0.5:
        assign(p)
    else:
        act(p)


def function(p: Shell) -> None:
    """`load_orders() {`."""
    draw = p.draw
    name = p.new(f"{draw.common(identifiers.VERBS)}_{identifiers.several(draw, draw.common(p.things))}")
    p.put("() {")
    kept = len(p.variables)
    p.indent += 2
    p.line()
    p.put("local ")
    given = p.variable(draw.common(identifiers.TEXTS))
    p.put('="$1"')
    p.variables.append(given)
    p.indent -= 2
    block(p, 1)
    p.put("}")
    del p.variables[kept:]
    p.functions.append(name)


def write_shell(page: Page, draw: Draw) -> None:
    """A script."""
    p = Shell(page, draw)
    if draw.unit() < 0.6:
        p.put("#!/bin/sh\n")
        if draw.unit() < 0.5:
            p.put("set -e\n")
        p.put("\n")
    for _ in range(draw.between(1, 3)):
        assign(p)
        p.put("\n")
    target = draw.between(450, 1200)
    while page.at < target:
        way = draw.unit()
        if way < 0.12:
            p.put("\n")
            function(p)
            p.put("\n\n")
            continue
        if way < 0.4:
            what = identifiers.several(draw, draw.common(p.things)).replace("_", " ")
            p.put("\n")
            p.comment(f"{draw.common(identifiers.VERBS)} the {what}")
            p.put("\n")
        statement(p, 0)
        p.put("\n")
