"""Read an answer as a program that knows only HTML: elements, their attributes, and the text between them."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Element:
    """One element with all that lies in it."""

    def __init__(self, name, attributes):
        self.name, self.attributes, self.inside = name, attributes, []

    @property
    def text(self):
        """The words that a reader sees, one space between them."""
        return " ".join(self.raw.split())

    @property
    def raw(self):
        return "".join(part if isinstance(part, str) else part.raw for part in self.inside)

    def every(self, name=None, **attributes):
        """All elements below that have this name and these attributes; `class_` asks for one of the classes."""
        for part in self.inside:
            if isinstance(part, Element):
                if name in (None, part.name) and all(part.has(key, value) for key, value in attributes.items()):
                    yield part
                yield from part.every(name, **attributes)

    def first(self, name=None, **attributes):
        return next(self.every(name, **attributes))

    def has(self, key, value):
        held = self.attributes.get(key.rstrip("_").replace("_", "-"))
        return held is not None and (value in held.split() if key == "class_" else held == value)

    def get(self, key):
        return self.attributes.get(key)

    @property
    def links(self):
        """The addresses that links below lead to."""
        return [link.get("href") for link in self.every("a") if link.get("href")]


class Reader(HTMLParser):
    """Builds the tree; elements that were never closed end with their parent."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.root = Element("document", {})
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        made = Element(tag, {key: value or "" for key, value in attrs})
        self.open[-1].inside.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].inside.append(Element(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag):
        names = [element.name for element in self.open]
        if tag in names[1:]:
            del self.open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data):
        self.open[-1].inside.append(data)


def read(answer):
    """The page of an answer, or of some HTML."""
    reader = Reader()
    reader.feed(answer if isinstance(answer, str) else answer.text)
    reader.close()
    return reader.root
