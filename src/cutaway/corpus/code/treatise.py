"""Mathematical prose: things are introduced by a letter and spoken of by it, results are cited by label."""

from typing import NamedTuple

from cutaway.corpus.code.formulas import Paper, Symbol, formula, letter, relation
from cutaway.corpus.code.identifiers import plural
from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.kinds import words

QUALITIES = words(
    """
    compact finite closed bounded open smooth regular complete connected convex normal simple dense free linear
    positive cyclic discrete measurable separable abelian planar bipartite stable minimal maximal proper local perfect
    flat reduced irreducible nilpotent symmetric unitary ergodic uniform hereditary rigid
    """
)
NOUNS = words(
    """
    space group set graph ring field module algebra manifold lattice tree category measure sequence cone polytope
    variety sheaf complex matroid code semigroup order ideal cover
    """
)
MAPS = words("map function operator morphism homomorphism embedding projection functional action flow")
MAP_QUALITIES = words(
    "continuous bounded linear injective surjective smooth compact monotone measurable proper finite open closed convex"
)
RESULTS = words("bound estimate construction argument method result approach inequality criterion technique reduction")
SIZES = words("positive real large small rational negative")
PLURALS = {noun: plural(noun) for noun in NOUNS}
SURNAMES = words(
    """
    Harven Ostrel Miklen Torvald Brandis Quellmar Zindel Ferrow Lindqar Ashbel Vorsten Cadwin Pellar Orimoto Salvek
    Dunmere Keltan Ruvasky Ilvane Tamsin Grabner Wexford Nordahl Bellamor Castiel
    """
)
CODES = {
    "n": "noun", "v": "verb", "x": "auxiliary", "j": "adjective", "r": "adverb", "o": "pronoun", "d": "determiner",
    "p": "preposition", "c": "conjunction", "t": "complementizer", "i": "particle", "u": "number",
}  # fmt: skip
PARSED: dict[str, tuple[tuple[str, str], ...]] = {}


class Label(NamedTuple):
    """Something with a number that later text may name: its kind, its key in the source, its number in print."""

    kind: str
    key: str
    number: str
    entity: int


class Source(NamedTuple):
    """A publication that is cited; `number` is its place in the list."""

    author: str
    year: int
    key: str
    number: int


class Treatise(Paper):
    """A paper with labels and sources."""

    __slots__ = ("labels", "section", "sources", "taken")

    def __init__(self, page: Page, draw: Draw, *, is_source: bool) -> None:
        super().__init__(page, draw, is_source=is_source)
        self.labels: list[Label] = []
        self.taken: set[str] = set()
        self.section = 0
        authors = sorted(draw.some(SURNAMES, draw.between(2, 5)))
        self.sources = []
        for number, author in enumerate(authors, 1):
            year = draw.between(1950, 2019)
            self.sources.append(Source(author, year, f"{author.lower()}{year}", number))

    def braced(self, command: str, text: str, *, kind: str, entity: int = 0, cites: int = 0) -> None:
        r"""`\ref{thm:compact-space}` with tags on the key."""
        page = self.page
        self.mark("\\")
        page.raw(command, "command")
        self.mark("{")
        start = page.at
        self.key(text)
        page.spans.append(("part", start, page.at, kind))
        if entity:
            page.spans.append(("entity", start, page.at, entity))
        if cites:
            page.spans.append(("cites", start, page.at, cites))
        self.mark("}")

    def key(self, text: str) -> None:
        """A key of words and marks."""
        head, colon, rest = text.partition(":")
        self.page.raw(head, "name")
        if colon:
            self.mark(":")
            for place, word in enumerate(rest.split("-")):
                self.mark("-" if place else "")
                self.page.raw(word, "name")

    def refer(self, label: Label) -> None:
        r"""`Theorem~\ref{thm:compact-space}`, or `Theorem 2.1` in print."""
        page = self.page
        if label.kind == "equation":
            if not page.tight:
                page.raw(" ")
            if self.is_source:
                self.braced("eqref", label.key, kind="label", entity=label.entity)
            else:
                self.mark("(")
                self.numeral(label)
                self.mark(")")
        else:
            page.word(label.kind.capitalize(), "noun", entity=label.entity)
            if self.is_source:
                self.mark("~")
                self.braced("ref", label.key, kind="label", entity=label.entity)
            else:
                page.raw(" ")
                self.numeral(label)
        page.tight = False
        page.capital = False

    def numeral(self, label: Label, *, is_new: bool = False) -> None:
        """`3.2`; where it is given for the first time, it is certain."""
        page = self.page
        start = page.at
        first, dot, second = label.number.partition(".")
        page.raw(first, "number")
        if dot:
            self.mark(".")
            page.raw(second, "number")
        page.spans.append(("entity", start, page.at, label.entity))
        page.spans.append(("part", start, page.at, "label"))
        if is_new:
            page.spans.append(("choices", start, page.at, 1))

    def cite(self, source: Source) -> None:
        r"""`Harven \cite{harven1987}`, or `Harven [2]` in print."""
        page = self.page
        if self.draw.unit() < 0.7:
            page.word(source.author, "proper", cites=source.number)
        page.raw("" if page.tight else " ")
        if self.is_source:
            self.braced("cite", source.key, kind="key", cites=source.number)
        else:
            self.mark("[")
            page.raw(str(source.number), "number", cites=source.number)
            self.mark("]")
        page.tight = False

    def new_label(self, kind: str, key: str, number: str) -> Label:
        """A label that is not there yet."""
        plain, count = key, 2
        while key in self.taken:
            key = f"{plain}-{'abcdefghijklmnopqrstuvwxyz'[count - 1]}"
            count += 1
        self.taken.add(key)
        return Label(kind, key, number, self.page.new_entity())


def say(page: Page, text: str) -> None:
    """Words with the letter of their part of speech: `it.o follows.v that.t`."""
    if text not in PARSED:
        PARSED[text] = tuple((word, CODES[code]) for word, _, code in (one.rpartition(".") for one in text.split()))
    for word, pos in PARSED[text]:
        page.word(word, pos)


def a(page: Page, quality: str, noun: str) -> None:
    """`an open set`."""
    page.word("an" if quality[0] in "aeiou" and not quality.startswith("uni") else "a", "determiner")
    page.word(quality, "adjective")
    page.word(noun, "noun", number="singular")


def let_space(p: Treatise) -> None:
    """`Let $X$ be a compact space.`"""
    draw, page = p.draw, p.page
    symbol = p.introduce("space", draw.common(NOUNS), draw.common(QUALITIES))
    is_let = draw.unit() < 0.6
    say(page, "let.v" if is_let else draw.common(("suppose.v that.t", "assume.v that.t")))
    letter(p, symbol, "definition")
    page.word("be" if is_let else "is", "verb")
    a(page, symbol.quality, symbol.noun)
    if draw.unit() < 0.25:
        page.word("with", "preposition")
        start = p.begin_formula()
        p.command("dim")
        p.mark(" ")
        p.symbol(symbol)
        p.mark(" = ", "operator")
        number = p.known("integer")
        if number is None:
            page.raw(draw.common(("2", "1", "3", "4")), "literal")
        else:
            p.symbol(number)
        p.end_formula(start)


def let_map(p: Treatise) -> None:
    r"""`Let $f : X \to Y$ be a continuous map.`"""
    draw, page = p.draw, p.page
    source, target = p.known("space"), p.known("space")
    symbol = p.introduce("map", draw.common(MAPS), draw.common(MAP_QUALITIES))
    page.word("let", "verb")
    start = p.begin_formula()
    p.symbol(symbol, "definition")
    if source is not None and target is not None:
        p.mark(" : ")
        p.symbol(source)
        p.mark(" ")
        p.command("to")
        p.mark(" ")
        p.symbol(target)
    p.end_formula(start)
    page.word("be", "verb")
    a(page, symbol.quality, symbol.noun)


def let_number(p: Treatise) -> None:
    r"""`Fix $\epsilon > 0$.`, `Let $n$ be a positive integer.`"""
    draw, page = p.draw, p.page
    if draw.unit() < 0.5:
        symbol = p.introduce("integer")
        quality = draw.common(("positive", "even", "odd", "large"))
        if draw.unit() < 0.4:
            page.word("fix", "verb")
            a(page, quality, "integer")
            letter(p, symbol, "definition")
        else:
            page.word("let", "verb")
            letter(p, symbol, "definition")
            page.word("be", "verb")
            a(page, quality, "integer")
        return
    symbol = p.introduce("real")
    page.word(draw.common(("let", "fix", "choose")), "verb")
    start = p.begin_formula()
    p.symbol(symbol, "definition")
    space = p.known("space")
    if space is not None and draw.unit() < 0.5:
        p.mark(" ")
        p.command("in")
        p.mark(" ")
        p.symbol(space)
    else:
        p.mark(" > ", "operator")
        page.raw("0", "literal")
    p.end_formula(start)


def introduce(p: Treatise) -> None:
    """One sentence that introduces a letter; more of them if little is known yet."""
    way = p.draw.unit()
    p.page.sentence()
    with p.page.span(sentence=p.page.sentences):
        if not p.symbols["space"] or way < 0.3:
            let_space(p)
        elif not p.symbols["real"] and not p.symbols["integer"]:
            let_number(p)
        elif not p.symbols["map"] or way < 0.6:
            let_map(p)
        else:
            let_number(p)
        p.page.glue(".")


def claim(p: Treatise) -> None:
    """A statement about what is known, without its end."""
    draw, page = p.draw, p.page
    symbol = p.known("space") if draw.unit() < 0.5 else p.known("map")
    way = draw.unit()
    if symbol is None or way < 0.3:
        formula(p)
        return
    if way < 0.62:
        letter(p, symbol)
        is_(p, symbol)
        if draw.unit() < 0.3:
            say(page, draw.common(("if.c and.c only.r if.c", "whenever.c", "if.c")))
            formula(p, 0)
    elif way < 0.8:
        say(page, "there.o is.v")
        found = p.introduce("space" if draw.unit() < 0.5 else "real", draw.common(NOUNS))
        if found.kind == "space":
            a(page, draw.common(QUALITIES), found.noun)
        else:
            a(page, draw.common(SIZES), "number")
        letter(p, found, "definition")
        say(page, "such.j that.t")
        formula(p, 0)
    else:
        say(page, "the.d")
        page.word(symbol.noun, "noun", number="singular", entity=symbol.entity)
        letter(p, symbol)
        page.word(draw.common(("contains", "has", "admits")), "verb", number="singular", tense="present")
        a(page, draw.common(QUALITIES), draw.common(NOUNS))


def is_(p: Treatise, symbol: Symbol) -> None:
    """`is compact and convex`."""
    draw, page = p.draw, p.page
    known = QUALITIES if symbol.kind == "space" else MAP_QUALITIES
    page.word("is", "verb", number="singular", tense="present")
    page.word(draw.common(known), "adjective")
    if draw.unit() < 0.2:
        page.word("and", "conjunction")
        page.word(draw.common(known), "adjective")


def because(p: Treatise) -> None:
    """A reason that was given before: a quality of something introduced, a result, a source."""
    draw, page = p.draw, p.page
    way = draw.unit()
    symbol = p.known("space") or p.known("map")
    if way < 0.4 and symbol is not None and symbol.quality:
        page.word("since", "conjunction")
        letter(p, symbol)
        page.word("is", "verb", number="singular", tense="present")
        page.word(symbol.quality, "adjective", entity=symbol.entity)
        page.glue(",")
    elif way < 0.8 and p.labels:
        page.word("by", "preposition")
        p.refer(p.labels[-int((len(p.labels) + 1) ** draw.unit())])
        page.glue(",")
    elif way < 0.9:
        page.word("by", "preposition")
        page.word("the", "determiner")
        page.word(draw.common(RESULTS), "noun", number="singular")
        page.word("of", "preposition")
        p.cite(draw.common(p.sources))
        page.glue(",")
    else:
        say(page, draw.common(("hence.r", "therefore.r", "moreover.r", "in.p particular.n")))
        page.glue(",")


def step(p: Treatise) -> None:
    """One sentence of an argument."""
    draw, page = p.draw, p.page
    page.sentence()
    with page.span(sentence=page.sentences):
        way = draw.unit()
        if way < 0.4:
            because(p)
            claim(p)
        elif way < 0.55:
            say(page, draw.common(("then.r", "thus.r", "we.o see.v that.t", "note.v that.t", "it.o follows.v that.t")))
            claim(p)
        elif way < 0.68:
            say(page, draw.common(("for.p every.d", "for.p each.d", "for.p some.d")))
            page.word(draw.common(QUALITIES), "adjective")
            page.word(draw.common(NOUNS), "noun", number="singular")
            symbol = p.introduce("space", draw.common(NOUNS))
            letter(p, symbol, "definition")
            say(page, "we.o have.v")
            formula(p)
            p.symbols["space"].remove(symbol)
        elif way < 0.8 and p.labels:
            say(page, draw.common(("this.o follows.v from.p", "this.o is.v a.d consequence.n of.p", "compare.v")))
            p.refer(draw.one(p.labels))
        else:
            say(page, draw.common(("a.d similar.j", "this.d", "the.d same.j")))
            page.word(draw.common(RESULTS), "noun", number="singular")
            say(page, draw.common(("shows.v that.t", "implies.v that.t", "is.x used.v to.i show.v that.t")))
            claim(p)
        page.glue(".")


def display(p: Treatise, start_of_line: str = "\n") -> None:
    """A formula on lines of its own, with a label when later text may name it."""
    draw, page = p.draw, p.page
    numbered = draw.unit() < 0.55
    say(page, draw.common(("so.c that.t", "namely.r", "and.c therefore.r", "which.o means.v that.t")))
    page.raw(start_of_line)
    count = 1 + sum(1 for label in p.labels if label.kind == "equation" and label.number.startswith(f"{p.section}."))
    label = p.new_label("equation", f"eq:{draw.common(QUALITIES)}", f"{p.section}.{count}") if numbered else None
    if p.is_source:
        if label is not None:
            environment(p, "begin", "equation")
            p.braced("label", label.key, kind="label", entity=label.entity)
        else:
            p.mark("\\[")
        page.raw("\n  ")
    else:
        page.raw("    ")
    start = page.at
    relation(p, 2)
    page.spans.append(("part", start, page.at, "formula"))
    p.mark(".")
    if label is not None and not p.is_source:
        page.raw("    ")
        p.mark("(")
        p.numeral(label, is_new=True)
        p.mark(")")
    if p.is_source:
        page.raw("\n")
        if label is not None:
            environment(p, "end", "equation")
        else:
            p.mark("\\]")
    page.raw("\n")
    if label is not None:
        p.labels.append(label)


def environment(p: Treatise, command: str, name: str) -> None:
    r"""`\begin{theorem}`; the name after `\end` is certain."""
    p.mark("\\")
    p.page.raw(command, "command")
    p.mark("{")
    p.page.raw(name, "markup", part="element")
    if command == "end":
        p.page.spans.append(("choices", p.page.at - len(name), p.page.at, 1))
    p.mark("}")
