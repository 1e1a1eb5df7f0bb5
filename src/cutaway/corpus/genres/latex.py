"""Mathematical papers in LaTeX, and one in four as it looks in print: the same prose, numbers for labels."""

from cutaway.corpus.code.treatise import (
    NOUNS,
    PLURALS,
    QUALITIES,
    RESULTS,
    Label,
    Treatise,
    because,
    claim,
    display,
    environment,
    introduce,
    say,
    step,
)
from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre

SHORT = {
    "theorem": "thm",
    "lemma": "lem",
    "proposition": "prop",
    "corollary": "cor",
    "remark": "rem",
    "example": "ex",
}


def heading(p: Treatise, label: Label, quality: str, noun: str) -> None:
    """The heading of a section."""
    page = p.page
    if p.is_source:
        p.mark("\\")
        page.raw("section", "command")
        p.mark("{")
    else:
        p.numeral(label, is_new=True)
        page.raw(" ")
    page.tight, page.capital = True, True
    with page.span(part="heading"):
        page.word(quality, "adjective")
        page.word(PLURALS[noun], "noun", number="plural")
    if p.is_source:
        p.mark("}")
        p.braced("label", label.key, kind="label", entity=label.entity)
    page.raw("\n")


def sentences(p: Treatise, least: int, most: int) -> None:
    """Steps of an argument one after another."""
    for _ in range(p.draw.between(least, most)):
        step(p)


def result(p: Treatise) -> None:
    """A theorem or the like, and perhaps its proof."""
    draw, page = p.draw, p.page
    kind = draw.common(tuple(SHORT))
    count = 1 + sum(1 for one in p.labels if one.kind in SHORT and one.number.startswith(f"{p.section}."))
    label = p.new_label(kind, f"{SHORT[kind]}:{draw.common(QUALITIES)}-{draw.common(NOUNS)}", f"{p.section}.{count}")
    if p.is_source:
        environment(p, "begin", kind)
        p.braced("label", label.key, kind="label", entity=label.entity)
        page.raw("\n")
    else:
        page.word(kind.capitalize(), "noun", entity=label.entity)
        page.raw(" ")
        p.numeral(label, is_new=True)
        p.mark(".")
        page.raw(" ")
    for _ in range(draw.between(1, 2)):
        introduce(p)
    page.sentence()
    with page.span(sentence=page.sentences):
        say(page, "then.r")
        claim(p)
        page.glue(".")
    page.raw("\n")
    if p.is_source:
        environment(p, "end", kind)
        page.raw("\n")
    if kind in ("theorem", "lemma", "proposition") and draw.unit() < 0.65:
        proof(p)
    p.labels.append(label)


def proof(p: Treatise) -> None:
    """Sentences and formulas until it is done."""
    page, draw = p.page, p.draw
    if p.is_source:
        environment(p, "begin", "proof")
        page.raw("\n")
    else:
        page.word("Proof", "noun")
        p.mark(".")
        page.raw(" ")
    if draw.unit() < 0.5:
        introduce(p)
    sentences(p, 1, 3)
    if draw.unit() < 0.5:
        equation_sentence(p)
        if draw.unit() < 0.5:
            sentences(p, 1, 2)
            page.raw("\n")
    else:
        page.raw("\n")
    if p.is_source:
        environment(p, "end", "proof")
        page.raw("\n")


def equation_sentence(p: Treatise) -> None:
    """A sentence that ends with a displayed formula."""
    p.page.sentence()
    because(p)
    claim(p)
    p.page.glue(",")
    display(p)


def cases(p: Treatise) -> None:
    """A list of statements."""
    page, draw = p.page, p.draw
    page.sentence()
    say(
        page,
        draw.common(
            ("the.d following.n hold.v", "we.o distinguish.v these.d cases.n", "we.o need.v the.d following.n")
        ),
    )
    page.glue(":")
    page.raw("\n")
    name = draw.common(("itemize", "enumerate"))
    if p.is_source:
        environment(p, "begin", name)
        page.raw("\n")
    for place in range(draw.between(2, 4)):
        page.raw("  ")
        if p.is_source:
            p.mark("\\")
            page.raw("item", "command")
        elif name == "itemize":
            p.mark("-")
        else:
            p.mark("(")
            page.raw("abcd"[place], "name", choices=1)
            p.mark(")")
        page.raw(" ")
        page.sentence()
        with page.span(sentence=page.sentences, part="item"):
            claim(p)
            page.glue(".")
        page.raw("\n")
    if p.is_source:
        environment(p, "end", name)
        page.raw("\n")


def outlook(p: Treatise, sections: list[Label]) -> None:
    """What others did, and what comes in which section."""
    page, draw = p.page, p.draw
    for source in draw.some(p.sources, draw.between(1, 2)):
        page.sentence()
        say(page, draw.common(("the.d", "this.d", "a.d related.j")))
        page.word(draw.common(RESULTS), "noun", number="singular")
        say(page, draw.common(("was.x found.v by.p", "is.v due.j to.p", "goes.v back.r to.p", "was.x improved.v by.p")))
        p.cite(source)
        page.glue(".")
    for label in sections[1:]:
        page.sentence()
        page.word("in", "preposition")
        p.refer(label)
        say(page, draw.common(("we.o study.v", "we.o consider.v", "we.o turn.v to.p", "we.o describe.v")))
        quality, noun = label.key.partition(":")[2].split("-")[:2]
        page.word(quality, "adjective")
        page.word(PLURALS[noun], "noun", number="plural")
        page.glue(".")
    page.raw("\n")


def bibliography(p: Treatise) -> None:
    """The sources, in the order of their numbers."""
    page, draw = p.page, p.draw
    page.raw("\n")
    if p.is_source:
        environment(p, "begin", "thebibliography")
        p.mark("{")
        page.raw("9", "literal")
        p.mark("}")
    else:
        page.word("References", "noun", part="heading")
    for source in p.sources:
        page.raw("\n")
        with page.span(cites=source.number):
            if p.is_source:
                p.braced("bibitem", source.key, kind="key")
            else:
                p.mark("[")
                page.raw(str(source.number), "number", choices=1)
                p.mark("]")
            page.raw(" ")
            page.word(draw.one("ABCDEFGHJKLMNPRSTVW"), "proper")
            page.glue(".")
            page.word(source.author, "proper")
            page.glue(",")
            page.capital = True
            page.word("on", "preposition")
            page.word(draw.common(QUALITIES), "adjective")
            page.word(PLURALS[draw.common(NOUNS)], "noun", number="plural")
            page.glue(",")
            page.word(str(source.year), "number")
            page.glue(".")
    page.raw("\n")
    if p.is_source:
        environment(p, "end", "thebibliography")
        page.raw("\n")


def preamble(p: Treatise, quality: str, noun: str) -> None:
    """Everything until the text begins."""
    page = p.page
    p.braced("documentclass", "article", kind="key")
    page.raw("\n")
    for package in p.draw.some(("amsmath", "amsthm", "amssymb", "graphicx"), p.draw.between(1, 2)):
        p.braced("usepackage", package, kind="key")
        page.raw("\n")
    environment(p, "begin", "document")
    page.raw("\n")
    p.mark("\\")
    page.raw("title", "command")
    p.mark("{")
    page.tight, page.capital = True, True
    with page.span(part="title"):
        page.word("on", "preposition")
        page.word(quality, "adjective")
        page.word(PLURALS[noun], "noun", number="plural")
    p.mark("}")
    page.raw("\n")
    p.mark("\\")
    page.raw("maketitle", "command")
    page.raw("\n\n")


def write(page: Page, draw: Draw) -> None:
    """A paper or a part of one, in source or in print."""
    is_source = draw.unit() < 0.75
    p = Treatise(page, draw, is_source=is_source)
    if not is_source:
        page.language = "english"
    count = draw.between(1, 3)
    topics = list(zip(draw.some(QUALITIES[:20], count), draw.some(NOUNS[:14], count), strict=True))
    sections = [p.new_label("section", f"sec:{q}-{n}", str(place)) for place, (q, n) in enumerate(topics, 1)]
    is_whole = is_source and draw.unit() < 0.35
    if is_whole:
        preamble(p, *topics[0])
    target = draw.between(600, 1500) // count
    for label, (quality, noun) in zip(sections, topics, strict=True):
        p.section += 1
        p.forget()
        page.raw("\n" if p.section > 1 else "")
        begun = page.at
        heading(p, label, quality, noun)
        if p.section == 1 and draw.unit() < 0.5:
            outlook(p, sections)
        while page.at < begun + target:
            block(p)
    if draw.unit() < 0.5:
        bibliography(p)
    if is_whole:
        environment(p, "end", "document")
        page.raw("\n")


def block(p: Treatise) -> None:
    """A paragraph, a result or a list."""
    way = p.draw.unit()
    if way < 0.4 and p.symbols["map"]:
        result(p)
    elif way < 0.52 and p.symbols["map"]:
        cases(p)
    else:
        for _ in range(p.draw.between(1, 2) if p.symbols["map"] else 3):
            introduce(p)
        sentences(p, 0, 3)
        if p.draw.unit() < 0.35:
            equation_sentence(p)
        else:
            p.page.raw("\n")


GENRE = Genre("latex", "Mathematical papers, in LaTeX or as printed", 0.03, write, language="markup")
