"""Configuration in four notations: INI, TOML, YAML and JSON, all writing the same kind of tree."""

from typing import NamedTuple

from cutaway.corpus.code import identifiers
from cutaway.corpus.code.listing import Dialect, Listing, Name
from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw

PLAIN = Dialect("true false null", comment="#")
NUMBERS = ("1", "10", "100", "0", "5", "60", "3", "30", "2", "8080", "1000", "20", "16", "443", "12", "256")


class Text(NamedTuple):
    """A text value; `same_as` is the entity of the section that it names, 0 if it names none."""

    text: str
    same_as: int


Leaf = Text | str | bool
Node = Leaf | list["Node"] | dict[str, "Node"]


class Settings(Listing):
    """A file under way: the sections so far, which later values may name, and the number of every key."""

    __slots__ = ("keys", "sections", "things")

    def __init__(self, page: Page, draw: Draw) -> None:
        super().__init__(page, draw, PLAIN)
        self.things = identifiers.things_of(draw)
        self.sections: list[Name] = []
        self.keys: dict[str, Name] = {}

    def key(self, text: str, *, sure: bool = False) -> None:
        """A key; the same key has the same number everywhere."""
        if text not in self.keys:
            self.keys[text] = Name(text, self.page.new_entity())
        if sure:
            self.sure(self.keys[text], "key")
        else:
            self.name(self.keys[text], "key")

    def text(self, value: Text, quote: str) -> None:
        """A text, in quotation marks or without."""
        start = self.page.at
        self.put(quote)
        inner = self.page.at
        self.prose(value.text, "literal")
        if value.same_as:
            self.page.spans.append(("entity", inner, self.page.at, value.same_as))
        self.put(quote)
        self.part_from(start, "value")

    def leaf(self, value: Leaf, quote: str) -> None:
        """A number, a text, yes or no."""
        if isinstance(value, bool):
            self.put("true" if value else "false")
        elif isinstance(value, str):
            self.page.raw(value, "literal", part="value")
        else:
            self.text(value, quote)


def a_key(p: Settings, taken: dict[str, Node]) -> str:
    """A key that is not there yet."""
    draw = p.draw
    while True:
        way = draw.unit()
        if way < 0.4:
            text = identifiers.quantity(draw, draw.common(p.things))
        elif way < 0.75:
            text = identifiers.wording(draw, draw.common(p.things))
        else:
            text = identifiers.claim(draw, draw.common(p.things))
        if text not in taken:
            return text


def a_leaf(p: Settings, key: str) -> Leaf:
    """A value that fits its key: numbers for quantities, texts for names, yes or no for claims."""
    draw = p.draw
    last = key.rsplit("_", 1)[-1]
    if last in identifiers.QUANTITIES:
        return draw.common(NUMBERS)
    if last not in identifiers.TEXTS:
        return draw.unit() < 0.6
    if p.sections and draw.unit() < 0.3:
        section = draw.one(p.sections)
        return Text(section.text, section.entity)
    way = draw.unit()
    quality = draw.common(identifiers.QUALITIES)
    return Text(quality if way < 0.5 else f"{quality} {draw.common(p.things)}", 0)


def a_table(p: Settings, depth: int, most: int) -> dict[str, Node]:
    """Keys with values; with lists and tables inside while there is depth."""
    draw = p.draw
    table: dict[str, Node] = {}
    for _ in range(draw.between(2, most)):
        key = a_key(p, table)
        way = draw.unit()
        if depth > 0 and way < 0.2:
            table[identifiers.single(draw, draw.common(p.things))] = a_table(p, depth - 1, 4)
        elif depth > 0 and way < 0.32:
            table[identifiers.plural(draw.common(p.things))] = records(p)
        elif way < 0.45:
            table[identifiers.plural(draw.common(identifiers.TEXTS))] = [
                Text(one, 0) for one in draw.some(identifiers.QUALITIES[:20], draw.between(1, 4))
            ]
        else:
            table[key] = a_leaf(p, key)
    return table


def records(p: Settings) -> Node:
    """Things with the same keys each."""
    keys: dict[str, Node] = {}
    for _ in range(p.draw.between(2, 3)):
        keys[a_key(p, keys)] = ""
    return [{key: a_leaf(p, key) for key in keys} for _ in range(p.draw.between(2, 3))]


def json_node(p: Settings, node: Node, *, known_keys: bool = False) -> None:
    """A value of JSON over as many lines as it needs."""
    if isinstance(node, dict):
        p.put("{")
        p.indent += 2
        for place, (key, value) in enumerate(node.items()):
            p.put("," if place else "")
            p.line()
            p.put('"')
            p.key(key, sure=known_keys)
            p.put('": ')
            json_node(p, value)
        p.indent -= 2
        p.line()
        p.put("}")
    elif isinstance(node, list):
        is_long = bool(node) and isinstance(node[0], dict)
        p.put("[")
        p.indent += 2
        for place, value in enumerate(node):
            p.put("," if place else "")
            if is_long:
                p.line()
            elif place:
                p.put(" ")
            json_node(p, value, known_keys=place > 0)
        p.indent -= 2
        if is_long:
            p.line()
        p.put("]")
    else:
        p.leaf(node, '"')


def yaml_node(p: Settings, node: dict[str, Node], *, known_keys: bool = False, first_in_line: bool = True) -> None:
    """A table of YAML; lists of tables are given with dashes."""
    for place, (key, value) in enumerate(node.items()):
        if place or first_in_line:
            p.line()
        p.key(key, sure=known_keys)
        p.put(":")
        if isinstance(value, dict):
            p.indent += 2
            yaml_node(p, value)
            p.indent -= 2
        elif isinstance(value, list):
            yaml_list(p, value)
        else:
            p.put(" ")
            p.leaf(value, "")


def yaml_list(p: Settings, node: list[Node]) -> None:
    """The members of a list, one a line."""
    for place, value in enumerate(node):
        p.line(2)
        p.put("- ")
        if isinstance(value, dict):
            p.indent += 4
            yaml_node(p, value, known_keys=place > 0, first_in_line=False)
            p.indent -= 4
        elif not isinstance(value, list):
            p.leaf(value, "")


def flat_section(p: Settings, node: dict[str, Node], *, quote: str) -> None:
    """Lines of `key = value`; lists in brackets (TOML) or with commas (INI)."""
    for key, value in node.items():
        p.put("\n")
        p.key(key)
        p.put(" = ")
        if isinstance(value, list):
            p.put("[" if quote else "")
            for place, one in enumerate(value):
                p.put(", " if place else "")
                if not isinstance(one, (dict, list)):
                    p.leaf(one, quote)
            p.put("]" if quote else "")
        elif not isinstance(value, dict):
            p.leaf(value, quote)


def head_of(p: Settings, taken: dict[str, Name]) -> str:
    """A name for a section."""
    while True:
        way = p.draw.unit()
        thing = p.draw.common(p.things)
        text = thing if way < 0.4 else f"{thing}_{p.draw.common(identifiers.HOLDERS)}"
        if text not in taken:
            return text


def write_flat(page: Page, draw: Draw, *, is_toml: bool) -> None:
    """INI or TOML: sections with lines."""
    p = Settings(page, draw)
    target = draw.between(350, 1000)
    taken: dict[str, Name] = {}
    if draw.unit() < 0.5:
        p.comment(f"{draw.common(identifiers.VERBS)} settings for {identifiers.plural(p.things[0])}")
        p.put("\n\n")
    while page.at < target:
        p.put("\n\n" if p.sections else "")
        if draw.unit() < 0.15:
            p.comment(f"the {draw.common(identifiers.QUALITIES)} {draw.common(p.things)} comes here")
            p.put("\n")
        p.put("[")
        name = p.new(head_of(p, taken))
        page.spans.append(("part", page.at - len(name.text), page.at, "heading"))
        p.put("]")
        taken[name.text] = name
        p.sections.append(name)
        flat_section(p, a_table(p, 0, 6), quote='"' if is_toml else "")
    p.put("\n")


def write_tree(page: Page, draw: Draw, *, is_json: bool) -> None:
    """JSON or YAML: sections with tables in tables."""
    p = Settings(page, draw)
    taken: dict[str, Name] = {}
    target = draw.between(350, 1100)
    if is_json:
        p.put("{")
        p.indent = 2
    while page.at < target:
        p.put("," if is_json and p.sections else "")
        p.put("\n" + " " * p.indent if is_json or p.sections else "")
        p.put('"' if is_json else "")
        name = p.new(head_of(p, taken))
        page.spans.append(("part", page.at - len(name.text), page.at, "key"))
        taken[name.text] = name
        p.put('": ' if is_json else ":")
        table = a_table(p, 2, 5)
        p.sections.append(name)
        if is_json:
            json_node(p, table)
        else:
            p.indent = 2
            yaml_node(p, table)
            p.indent = 0
    p.put("\n}\n" if is_json else "\n")
