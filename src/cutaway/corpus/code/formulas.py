"""Mathematics on a page, as LaTeX or as it looks in print: symbols that were introduced, used in nested formulas."""

from typing import NamedTuple

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.kinds import words

GREEK = frozenset(words("alpha beta gamma delta epsilon lambda mu phi psi rho sigma tau theta"))
LETTERS = {
    "space": words("X Y Z M A B G H V W K E"),
    "map": words("f g h phi psi T S sigma"),
    "integer": words("n m k d p q"),
    "real": words("x y t epsilon delta alpha beta lambda c s"),
}
PRINTED = {"leq": "<=", "geq": ">=", "neq": "!=", "to": "->", "infty": "infinity"}
RELATIONS = ("=", "leq", "<", "geq", "=", "neq", ">")
FUNCTIONS = ("log", "max", "sup", "dim")


class Symbol(NamedTuple):
    """A letter that was introduced: what kind of thing it stands for, and its number in the document."""

    text: str
    kind: str
    noun: str
    quality: str
    entity: int


class Paper:
    """A paper under way, in source or in print, and the symbols that its readers know."""

    __slots__ = ("draw", "is_source", "last", "page", "symbols")

    def __init__(self, page: Page, draw: Draw, *, is_source: bool) -> None:
        self.page, self.draw, self.is_source = page, draw, is_source
        self.symbols: dict[str, list[Symbol]] = {kind: [] for kind in LETTERS}
        self.last: Symbol | None = None

    def mark(self, text: str, pos: str = "punctuation") -> None:
        """Marks, each with a tag of its own, and spaces between them."""
        page = self.page
        at = page.at
        for character in text:
            if character != " ":
                page.spans.append(("pos", at, at + 1, pos))
            at += 1
        page.parts.append(text)
        page.at = at

    def command(self, name: str, pos: str = "operator") -> None:
        r"""`\leq`, or `<=` in print."""
        if self.is_source:
            self.mark("\\")
            self.page.raw(name, "command")
            return
        text = PRINTED.get(name, name)
        if text.isalpha():
            self.page.raw(text, pos)
        else:
            self.mark(text, pos)

    def forget(self) -> None:
        """No symbol is known any more: a new section begins."""
        for known in self.symbols.values():
            known.clear()

    def introduce(self, kind: str, noun: str = "", quality: str = "") -> Symbol:
        """A letter that is not in use, for something of this kind; written by `symbol`."""
        used = {symbol.text for known in self.symbols.values() for symbol in known}
        free = [text for text in LETTERS[kind] if text not in used] or list(LETTERS[kind])
        symbol = Symbol(self.draw.common(free), kind, noun, quality, self.page.new_entity())
        known = self.symbols[kind]
        known[:] = [one for one in known if one.text != symbol.text]
        known.append(symbol)
        return symbol

    def symbol(self, symbol: Symbol, part: str = "") -> None:
        """The letter of something that was introduced."""
        page = self.page
        if self.is_source and symbol.text in GREEK:
            self.mark("\\")
        page.raw(symbol.text, "name", entity=symbol.entity)
        if part:
            page.spans.append(("part", page.at - len(symbol.text), page.at, part))

    def known(self, kind: str) -> Symbol | None:
        """A symbol of this kind, the later ones likelier."""
        known = self.symbols[kind]
        return known[-int((len(known) + 1) ** self.draw.unit())] if known else None

    def begin_formula(self) -> int:
        """Begin a formula within a sentence."""
        page = self.page
        if not page.tight:
            page.raw(" ")
        page.capital = False
        if self.is_source:
            self.mark("$")
        return page.at

    def end_formula(self, start: int) -> None:
        """End it again."""
        page = self.page
        page.spans.append(("part", start, page.at, "formula"))
        if self.is_source:
            self.mark("$")
        page.tight = False


def atom(p: Paper) -> None:
    """A number or the letter of one."""
    draw = p.draw
    kind = "integer" if draw.unit() < 0.4 else "real"
    symbol = p.known(kind)
    if symbol is None or symbol is p.last:
        symbol = p.known("real") or p.known("integer")
    if symbol is None or symbol is p.last or draw.unit() < 0.15:
        p.last = None
        p.page.raw(draw.common(("1", "2", "0", "3", "4", "10")), "literal")
    else:
        p.last = symbol
        p.symbol(symbol)


def applied(p: Paper, depth: int) -> None:
    """`f(x)`; a letter if no map is known."""
    symbol = p.known("map")
    if symbol is None:
        atom(p)
        return
    p.symbol(symbol)
    p.mark("(")
    if depth > 0 and p.draw.unit() < 0.3:
        term(p, depth - 1)
    else:
        atom(p)
    p.mark(")")


def group(p: Paper, depth: int) -> None:
    """Something in curly brackets, which are not seen in print."""
    if p.is_source:
        p.mark("{")
        expression(p, depth)
        p.mark("}")
    else:
        p.mark("(")
        expression(p, depth)
        p.mark(")")


def term(p: Paper, depth: int) -> None:
    """A product, a power, a fraction, a sum over an index."""
    draw = p.draw
    way = draw.unit()
    if depth <= 0 or way < 0.3:
        atom(p)
    elif way < 0.5:
        applied(p, depth - 1)
    elif way < 0.62:
        atom(p)
        p.mark("^", "operator")
        power(p)
    elif way < 0.74:
        fraction(p, depth - 1)
    elif way < 0.84:
        total(p, depth - 1)
    elif way < 0.92:
        norm(p, depth - 1)
    else:
        p.command(draw.common(FUNCTIONS))
        p.mark(" ")
        applied(p, 0)


def power(p: Paper) -> None:
    """An exponent: `2`, `n`, `{n-1}`."""
    symbol = p.known("integer")
    if symbol is None or p.draw.unit() < 0.5:
        p.page.raw(p.draw.common(("2", "3", "4")), "literal")
    elif symbol.text in GREEK or p.draw.unit() < 0.3:
        p.mark("{" if p.is_source else "(")
        p.symbol(symbol)
        p.mark(p.draw.common(("-", "+")), "operator")
        p.page.raw("1", "literal")
        p.mark("}" if p.is_source else ")")
    else:
        p.symbol(symbol)


def fraction(p: Paper, depth: int) -> None:
    r"""`\frac{x}{2}`, or `x / 2` in print."""
    if p.is_source:
        p.command("frac")
        group(p, depth)
        group(p, 0)
    else:
        atom(p)
        p.mark(" / ", "operator")
        atom(p)


def total(p: Paper, depth: int) -> None:
    r"""`\sum_{i=1}^{n} f(x_i)`: the index is used under the sum."""
    draw = p.draw
    index = Symbol(draw.common(("i", "j", "l")), "integer", "", "", p.page.new_entity())
    last = p.known("integer")
    p.command("sum")
    p.mark("_", "operator")
    p.mark("{" if p.is_source else "(")
    p.symbol(index, "definition")
    p.mark("=", "operator")
    p.page.raw(draw.common(("1", "0")), "literal")
    p.mark("}" if p.is_source else ")")
    p.mark("^", "operator")
    if last is None:
        p.command("infty", "name")
    else:
        p.symbol(last)
    p.mark(" ")
    base = p.known("map") if depth > 0 else None
    if base is not None and draw.unit() < 0.5:
        p.symbol(base)
        p.mark("(")
        indexed(p, index)
        p.mark(")")
    else:
        indexed(p, index)


def indexed(p: Paper, index: Symbol) -> None:
    """`x_i`."""
    symbol = p.known("real")
    if symbol is None:
        p.page.raw("a", "name")
    else:
        p.symbol(symbol)
    p.mark("_", "operator")
    p.symbol(index)


def norm(p: Paper, depth: int) -> None:
    """`|f(x) - 1|`."""
    p.mark("|")
    if p.draw.unit() < 0.6:
        applied(p, depth)
    else:
        atom(p)
    if p.draw.unit() < 0.5:
        p.mark(" - ", "operator")
        atom(p)
    p.mark("|")


def expression(p: Paper, depth: int) -> None:
    """Terms, added and subtracted."""
    term(p, depth)
    if p.draw.unit() < 0.4:
        p.mark(p.draw.common((" + ", " - ")), "operator")
        term(p, depth - 1)


def relation(p: Paper, depth: int) -> None:
    """Two expressions compared; a chain of three sometimes."""
    draw = p.draw
    if draw.unit() < 0.7:
        applied(p, depth)
        if draw.unit() < 0.3:
            p.mark(draw.common((" + ", " - ")), "operator")
            atom(p)
    else:
        expression(p, depth)
    for _ in range(draw.common((1, 1, 1, 2))):
        sign = draw.common(RELATIONS)
        p.mark(" ")
        if len(sign) == 1:
            p.mark(sign, "operator")
        else:
            p.command(sign)
        p.mark(" ")
        expression(p, depth)


def formula(p: Paper, depth: int = 1) -> None:
    """A relation within a sentence."""
    start = p.begin_formula()
    relation(p, depth)
    p.end_formula(start)


def letter(p: Paper, symbol: Symbol, part: str = "") -> None:
    """One symbol within a sentence."""
    start = p.begin_formula()
    p.symbol(symbol, part)
    p.end_formula(start)
