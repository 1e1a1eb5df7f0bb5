"""Pages of HTML: a menu that leads to sections, sections with prose, lists, tables and forms."""

from cutaway.corpus.code import phrases
from cutaway.corpus.code.hypertext import Hypertext
from cutaway.corpus.code.phrases import Thing
from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre

CLASSES = (
    "card",
    "main",
    "note",
    "box",
    "wide",
    "small",
    "menu",
    "row",
    "panel",
    "list",
    "item",
    "hint",
    "intro",
    "price",
)
FIELDS = (
    "name",
    "email",
    "phone",
    "address",
    "city",
    "date",
    "message",
    "password",
    "quantity",
    "color",
    "size",
    "code",
)
TYPES = {"email": "email", "phone": "tel", "date": "date", "password": "password", "quantity": "number"}


class Site:
    """What a page keeps to: the class of each element, and the things that it speaks of."""

    __slots__ = ("classes", "draw", "hyper", "page", "things")

    def __init__(self, page: Page, draw: Draw) -> None:
        self.page, self.draw = page, draw
        self.hyper = Hypertext(page, step=draw.one((0, 2, 2, 4)))
        self.classes = {
            name: draw.common(CLASSES)
            for name in ("section", "ul", "table", "p", "div", "a", "form")
            if draw.unit() < 0.4
        }
        self.things: list[Thing] = []
        for _ in range(draw.between(2, 4)):
            thing = phrases.a_thing(page, draw)
            if all(thing.noun != known.noun for known in self.things):
                self.things.append(thing)

    def tag(self, name: str, *attributes: tuple[str, str], entity: int = 0) -> None:
        """An opening tag, with the class that such elements have on this page."""
        if name in self.classes:
            attributes = (("class", self.classes[name]), *attributes)
        self.hyper.tag(name, attributes, entity=entity)

    def slug(self, thing: Thing) -> str:
        """The name of the thing's section."""
        return phrases.MANY[thing.noun]

    def plain(self, name: str, *texts: tuple[str, str]) -> None:
        """An element with words only, on a line of its own."""
        self.hyper.line()
        self.tag(name)
        for text, pos in texts:
            self.page.word(text, pos)
        self.hyper.close()


def link(s: Site, thing: Thing) -> None:
    """`<a href="#lamps">Lamps</a>`."""
    s.tag("a", ("href", "#" + s.slug(thing)), entity=thing.entity)
    s.page.word(s.slug(thing).capitalize(), "noun", entity=thing.entity, number="plural", choices=1)
    s.hyper.close()


def head(s: Site) -> None:
    """Title and meta lines."""
    s.hyper.line()
    s.tag("head")
    if s.draw.unit() < 0.5:
        s.hyper.line()
        s.tag("meta", ("charset", "utf-8"))
    s.hyper.line()
    s.tag("title")
    phrases.title(s.page, s.draw, s.things[0])
    s.hyper.close()
    if s.draw.unit() < 0.4:
        s.hyper.line()
        s.tag("link", ("rel", "stylesheet"), ("href", f"{s.draw.common(CLASSES)}.css"))
    s.hyper.end()


def menu(s: Site) -> None:
    """Links to the sections that come, and to other pages."""
    s.hyper.line()
    s.tag("nav")
    s.hyper.line()
    s.tag("ul")
    for thing in s.things:
        s.hyper.line()
        s.tag("li")
        link(s, thing)
        s.hyper.close()
    for text in s.draw.some(phrases.MENU, s.draw.between(0, 2)):
        s.hyper.line()
        s.tag("li")
        s.tag("a", ("href", f"{text}.html"))
        s.page.word(text.capitalize(), "noun", choices=1)
        s.hyper.close()
        s.hyper.close()
    for _ in range(2):
        s.hyper.end()


def paragraph(s: Site, thing: Thing) -> None:
    """Sentences; sometimes a word of them is stressed, or a link follows."""
    s.hyper.line()
    s.tag("p")
    phrases.passage(s.page, s.draw, thing, 1, 3)
    way = s.draw.unit()
    if way < 0.2:
        s.page.raw(" ")
        s.tag(s.draw.common(("strong", "em", "b")))
        phrases.sentence(s.page, s.draw, thing, is_known=False)
        s.hyper.close()
    elif way < 0.35:
        s.page.sentence()
        s.page.word("see", "verb")
        s.page.word("also", "adverb")
        s.page.raw(" ")
        link(s, s.draw.one(s.things))
        s.page.glue(".")
    s.hyper.close()


def bullets(s: Site, thing: Thing, depth: int) -> None:
    """A list; lists in lists while there is depth."""
    draw, page = s.draw, s.page
    s.hyper.line()
    s.tag("ol" if draw.unit() < 0.25 else "ul")
    with_price = draw.unit() < 0.4
    for _ in range(draw.between(2, 4)):
        s.hyper.line()
        s.tag("li")
        page.capital = True
        phrases.mention(page, thing._replace(quality=draw.common(phrases.QUALITIES)), "subject", determiner="")
        if with_price:
            page.glue(",")
            phrases.price(page, draw)
        elif draw.unit() < 0.4:
            phrases.place(page, draw)
        if depth > 0 and draw.unit() < 0.2:
            bullets(s, thing, depth - 1)
            s.hyper.end()
        else:
            s.hyper.close()
    s.hyper.end()


def table(s: Site, thing: Thing) -> None:
    """A table of kinds of the thing: what, of what, how much."""
    draw, page = s.draw, s.page
    columns = draw.some(("material", "price", "stock", "color", "day"), draw.between(1, 3))
    s.hyper.line()
    s.tag("table")
    s.hyper.line()
    with page.span(part="header"):
        s.tag("tr")
        for text in (thing.noun, *columns):
            s.tag("th")
            page.word(text.capitalize(), "noun")
            s.hyper.close()
        s.hyper.close()
    for _ in range(draw.between(2, 4)):
        s.hyper.line()
        s.tag("tr")
        s.tag("td")
        phrases.mention(page, thing._replace(quality=draw.common(phrases.QUALITIES)), "subject", determiner="")
        s.hyper.close()
        for text in columns:
            s.tag("td")
            cell(s, text)
            s.hyper.close()
        s.hyper.close()
    s.hyper.end()


def cell(s: Site, column: str) -> None:
    """What stands under a heading of a table."""
    page, draw = s.page, s.draw
    if column == "material":
        page.word(draw.common(phrases.STUFFS), "noun", part="cell")
    elif column == "price":
        with page.span(part="cell"):
            phrases.price(page, draw)
    elif column == "stock":
        page.word(str(draw.common((0, 1, 2, 5, 10, 3, 12, 20, 4, 8))), "number", part="cell")
    elif column == "color":
        colors = ("blue", "green", "red", "white", "black", "grey", "yellow")
        page.word(draw.common(colors), "adjective", part="cell")
    else:
        page.word(draw.one(phrases.DAYS), "proper", part="cell")


def form(s: Site, thing: Thing) -> None:
    """Labels that name the fields that follow them, and a button."""
    draw, page = s.draw, s.page
    s.hyper.line()
    verb = draw.common(phrases.DOES)
    s.tag("form", ("action", f"/{verb}/{s.slug(thing)}"), ("method", draw.common(("post", "get"))))
    for field in draw.some(FIELDS, draw.between(1, 3)):
        entity = page.new_entity()
        s.hyper.line()
        s.tag("label", ("for", field), entity=entity)
        page.word(field.capitalize(), "noun", entity=entity, choices=1)
        s.hyper.close()
        s.hyper.line()
        if field == "message":
            s.tag("textarea", ("id", field), ("name", field), entity=entity)
            s.hyper.close()
        else:
            s.tag("input", ("type", TYPES.get(field, "text")), ("id", field), ("name", field), entity=entity)
    s.hyper.line()
    s.tag("button", ("type", "submit"))
    page.word(verb.capitalize(), "verb", choices=1)
    s.hyper.close()
    s.hyper.end()


def figure(s: Site, thing: Thing) -> None:
    """A picture whose file, description and caption speak of the same thing."""
    noun = phrases.MANY[thing.noun] if thing.is_many else thing.noun
    name = f"{thing.quality}-{noun}"
    s.hyper.line()
    s.tag("figure")
    s.hyper.line()
    s.tag("img", ("src", f"images/{name}.png"), ("alt", name.replace("-", " ")), entity=thing.entity)
    s.hyper.line()
    s.tag("figcaption")
    s.page.capital = True
    phrases.mention(s.page, thing, "subject")
    phrases.place(s.page, s.draw)
    s.hyper.close()
    s.hyper.end()


def quotation(s: Site, thing: Thing) -> None:
    """What somebody said about the thing, or a remark that is not shown."""
    if s.draw.unit() < 0.4:
        s.hyper.line()
        for mark in "<!--":
            s.hyper.mark(mark)
        s.page.raw(" ")
        for word in f"{s.draw.common(phrases.DOES)} the {s.slug(thing)}".split():
            s.page.word(word, "comment", part="comment")
        s.page.raw(" ")
        for mark in "-->":
            s.hyper.mark(mark)
        return
    s.hyper.line()
    s.tag("blockquote")
    phrases.passage(s.page, s.draw, thing, 1, 2)
    s.hyper.close()


def section(s: Site, thing: Thing, limit: int) -> None:
    """A heading and blocks about one thing; no more of them once the page is long."""
    draw = s.draw
    s.hyper.line()
    s.tag("section", ("id", s.slug(thing)), entity=thing.entity)
    s.hyper.line()
    s.tag("h2")
    with s.page.span(part="heading"):
        phrases.title(s.page, draw, thing)
    s.hyper.close()
    paragraph(s, thing)
    for _ in range(draw.between(0, 2) if s.page.at < limit else 0):
        way = draw.unit()
        if way < 0.25:
            bullets(s, thing, 1)
        elif way < 0.45:
            table(s, thing)
        elif way < 0.58:
            form(s, thing)
        elif way < 0.7:
            figure(s, thing)
        elif way < 0.82:
            quotation(s, thing)
        else:
            paragraph(s, thing)
    s.hyper.end()


def write(page: Page, draw: Draw) -> None:
    """A whole page, or a part of one."""
    s = Site(page, draw)
    limit = draw.between(600, 1300)
    is_whole = draw.unit() < 0.5
    if is_whole:
        for mark in "<!":
            s.hyper.mark(mark)
        page.raw("DOCTYPE", "markup")
        page.raw(" ")
        page.raw("html", "markup")
        s.hyper.mark(">")
        s.hyper.line()
        s.tag("html", ("lang", "en"))
        head(s)
        s.hyper.line()
        s.tag("body")
    else:
        s.tag("div", ("id", s.draw.common(CLASSES)))
    if len(s.things) > 1 and draw.unit() < 0.7:
        menu(s)
    s.hyper.line()
    s.tag("h1")
    with page.span(part="title"):
        phrases.title(page, draw, s.things[0])
    s.hyper.close()
    for thing in s.things:
        section(s, thing, limit)
    while page.at < 300:
        paragraph(s, s.things[-1])
    while s.hyper.open:
        s.hyper.end()
    page.raw("\n")


GENRE = Genre("html", "Web pages: nested elements, links, lists, tables, forms", 0.03, write, language="markup")
