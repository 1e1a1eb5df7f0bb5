"""Web pages: elements close in order, links lead somewhere, labels belong to fields."""

from html.parser import HTMLParser

from cutaway.corpus.genres.html import GENRE
from tests.corpus.genres.exact_tags import faults_of_code, written

DOCUMENTS = [GENRE.document(seed) for seed in range(120)]
SINGLE = ("meta", "link", "img", "input")


class Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.waiting: list[str] = []
        self.crossed: list[str] = []
        self.names: list[str] = []
        self.attributes: list[tuple[str, dict[str, str]]] = []
        self.cells: list[int] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.attributes.append((tag, dict(attrs)))
        if tag not in SINGLE:
            self.waiting.append(tag)
        if tag == "tr":
            self.cells.append(0)
        if tag in ("td", "th"):
            self.cells[-1] += 1

    def handle_endtag(self, tag):
        self.names.append(tag)
        if not self.waiting or self.waiting.pop() != tag:
            self.crossed.append(tag)


READ = [Reader(document.text) for document in DOCUMENTS]


def test_elements_close_in_order():
    assert [(reader.waiting, reader.crossed) for reader in READ] == [([], [])] * len(READ)
    assert sum(len(reader.names) for reader in READ) > 5000


def test_links_within_the_page_lead_to_a_section():
    seen = 0
    for reader in READ:
        targets = {given["id"] for _, given in reader.attributes if "id" in given}
        links = [given["href"][1:] for tag, given in reader.attributes if tag == "a" and given["href"][0] == "#"]
        assert set(links) <= targets
        seen += len(links)
    assert seen > 100


def test_every_label_has_its_field():
    for reader in READ:
        asked = [given["for"] for tag, given in reader.attributes if tag == "label"]
        fields = [given["id"] for tag, given in reader.attributes if tag in ("input", "textarea")]
        assert asked == fields


def test_names_of_elements_are_markup_and_the_closing_one_is_certain():
    for document, reader in zip(DOCUMENTS, READ, strict=True):
        named = [text for text, value in written(document, "part") if value == "element"]
        assert named == reader.names
        certain = {span[1:3] for span in document.spans if span[0] == "choices" and span[3] == 1}
        for kind, start, end, value in document.spans:
            if kind == "part" and value == "element":
                assert ((start, end) in certain) == (document.text[start - 1] == "/")


def test_attributes_are_tagged_whole():
    for document, reader in zip(DOCUMENTS, READ, strict=True):
        tagged = [text for text, value in written(document, "part") if value == "attribute"]
        assert tagged == [f'{key}="{value}"' for _, given in reader.attributes for key, value in given.items()]


def test_tags_are_exact():
    assert [fault for document in DOCUMENTS for fault in faults_of_code(document)] == []
