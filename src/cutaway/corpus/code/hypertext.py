"""HTML under way: tags that are opened and closed in order, attributes, and text between them."""

from cutaway.corpus.document import Page

SINGLE = frozenset(("br", "hr", "img", "input", "meta", "link"))


class Hypertext:
    """A page of HTML; what is open is closed in reverse order, and its name then is certain."""

    __slots__ = ("open", "page", "step")

    def __init__(self, page: Page, *, step: int) -> None:
        self.page, self.step = page, step
        self.open: list[str] = []

    def mark(self, text: str) -> None:
        """One punctuation mark."""
        page = self.page
        page.spans.append(("pos", page.at, page.at + 1, "punctuation"))
        page.parts.append(text)
        page.at += 1

    def tag(self, name: str, attributes: tuple[tuple[str, str], ...] = (), *, entity: int = 0) -> None:
        """`<a href="#lamps">`; elements that have no content are not kept open."""
        page = self.page
        self.mark("<")
        page.raw(name, "markup", part="element")
        for key, value in attributes:
            page.raw(" ")
            self.attribute(key, value, entity)
        self.mark(">")
        page.tight = True
        if name not in SINGLE:
            self.open.append(name)

    def attribute(self, key: str, value: str, entity: int) -> None:
        """`href="#lamps"`."""
        page = self.page
        start = page.at
        page.raw(key, "name")
        page.raw("=", "operator")
        self.mark('"')
        word = ""
        for character in value + " ":
            if character.isalnum():
                word += character
                continue
            if word:
                page.raw(word, "literal")
                if entity:
                    page.spans.append(("entity", page.at - len(word), page.at, entity))
                word = ""
            if page.at and character != " ":
                self.mark(character)
            elif character == " ":
                page.raw(" ")
        self.erase_space()
        self.mark('"')
        page.spans.append(("part", start, page.at, "attribute"))

    def erase_space(self) -> None:
        """Take the last character, a space, back."""
        self.page.parts.pop()
        self.page.at -= 1

    def close(self) -> None:
        """`</a>` for what was opened last."""
        page = self.page
        self.mark("<")
        self.mark("/")
        page.raw(self.open.pop(), "markup", part="element", choices=1)
        page.spans.append(("choices", page.at, page.at + 1, 1))
        self.mark(">")
        page.tight = True

    def end(self) -> None:
        """Close on a line of its own."""
        self.page.raw("\n" + " " * (self.step * (len(self.open) - 1)))
        self.close()

    def line(self) -> None:
        """A new line, as deep as what is open."""
        self.page.raw("\n" + " " * (self.step * len(self.open)))
        self.page.tight = True
