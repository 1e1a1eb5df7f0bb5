"""Letters by e-mail: headers with addresses made from the names, a body about a few things, quotations, replies."""

from collections.abc import Sequence
from typing import NamedTuple

from cutaway.corpus.document import Page, Value
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre
from cutaway.corpus.lexicon.names import COMPANIES, TOWNS
from cutaway.corpus.phrasing.dates import DAYS, Date, any_date, clock, full_date
from cutaway.corpus.phrasing.grammar import Word, Words, put, tagged
from cutaway.corpus.phrasing.letters import LETTERS
from cutaway.corpus.phrasing.people import Person, meet
from cutaway.corpus.phrasing.things import single, singular

HOUSES = ("first.last", "f.last", "first_last", "first", "last.first")
ENDINGS = ("example", "test", "invalid")
KEYS = {
    "From": "preposition",
    "To": "preposition",
    "Cc": "noun",
    "Subject": "noun",
    "Date": "noun",
}
DOCUMENTS = single("document")
THINGS = single("bought")
ROOMS = single("building") + single("room")
SPOKEN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("request", ("open", "request", "because", "end")),
    ("report", ("open", "report", "report", "request", "end")),
    ("invite", ("open", "invite", "invite", "request", "end")),
    ("short", ("request", "because")),
    ("mixed", ("open", "report", "invite", "report", "request", "because", "end")),
)
Sentence = tuple[Word, ...]


class House(NamedTuple):
    """How a firm makes addresses of names, and where they end."""

    style: str
    firm: str
    ending: str

    def address(self, person: Person, *, known: bool) -> Words:
        """An address; its local part follows from the name, and all of it once the house has been seen."""
        tags: dict[str, Value] = {"part": "value", "entity": person.entity, "choices": 1}
        first, last = person.given.lower(), person.family.lower()
        parts = {
            "first.last": (first, ".", last),
            "f.last": (first[0], ".", last),
            "first_last": (first, "_", last),
            "first": (first,),
            "last.first": (last, ".", first),
        }[self.style]
        words = [
            Word(part, "punctuation" if part in "._" else "name", tags, "glue" if at else "word")
            for at, part in enumerate(parts)
        ]
        house: dict[str, Value] = {"part": "value", **({"choices": 1} if known else {})}
        words.append(Word("@", "punctuation", {"part": "value", "choices": 1}, "glue"))
        words.append(Word(self.firm.lower(), "name", house, "glue"))
        words.append(Word(".", "punctuation", {"part": "value", "choices": 1}, "glue"))
        words.append(Word(self.ending, "name", house, "glue"))
        return words


class Thread:
    """What stays the same in one exchange of letters: people, house, things, days, and what has been said."""

    def __init__(self, page: Page, draw: Draw) -> None:
        self.people = meet(page, draw, 3)
        self.house = House(draw.common(HOUSES), draw.common(COMPANIES), draw.one(ENDINGS))
        self.date, self.style = any_date(draw), draw.below(3)
        self.fields = draw.shuffled(("From", "To", "Date"))
        self.subject = list[Word]()
        self.seen = False
        self.said = {rule: set[int]() for rule in LETTERS.rules}
        self.sentences = list[Sentence]()
        other = self.people[2]
        self.fill: dict[str, Words] = {
            "other": other.first,
            "he": other.subject,
            "his": other.possessor,
            "company": (Word(draw.common(COMPANIES), "proper"),),
            "thing": (singular(draw.common(DOCUMENTS if draw.chance(0.6) else THINGS), page.new_entity()),),
            "room": (singular(draw.common(ROOMS), page.new_entity()),),
            "town": (Word(draw.common(TOWNS), "proper", {"entity": page.new_entity()}),),
            "day": (Word(draw.one(DAYS[:5]), "proper", {"entity": page.new_entity()}),),
            "time": clock(draw.between(16, 42) * 30),
        }
        for named in ("event", "project"):
            self.fill[named] = tagged(LETTERS.words(draw, named, {}), entity=page.new_entity())


def _speak(author: Person, reader: Person) -> dict[str, Words]:
    """I and you of one letter."""

    def of(person: Person, text: str, pos: str = "pronoun", **tags: Value) -> Words:
        return (Word(text, pos, {"entity": person.entity, **tags}),)

    return {
        "I": of(author, "I", number="singular"),
        "me": of(author, "me", number="singular"),
        "my": of(author, "my", "determiner", role="possessor"),
        "you": of(reader, "you"),
        "your": of(reader, "your", "determiner", role="possessor"),
        "to": reader.first,
        "to_full": reader.full,
    }


def _headers(page: Page, draw: Draw, thread: Thread, author: Person, reader: Person) -> None:
    """Who writes to whom, when and about what; a reply keeps the subject and the addresses."""
    replying = bool(thread.sentences)
    for key in (*thread.fields, "Subject"):
        if page.at:
            page.line()
        page.word(key, KEYS[key], part="key")
        page.glue(":", choices=1)
        if key == "Date":
            put(page, tagged(full_date(thread.date, thread.style), part="value"))
        elif key == "Subject":
            if replying:
                page.word("Re", "noun", part="value")
                page.glue(":", choices=1)
            else:
                thread.subject = LETTERS.words(draw, "subject", thread.fill)
                thread.subject[0] = _capital(thread.subject[0])
            again: dict[str, Value] = {"choices": 1, "repeat": 1} if replying else {}
            put(page, tagged(thread.subject, part="value", **again))
        else:
            person = author if key == "From" else reader
            put(page, tagged(person.full, part="value", **({"choices": 1} if replying else {})))
            page.opening("<")
            put(page, thread.house.address(person, known=thread.seen))
            page.glue(">", choices=1)
            thread.seen = True
    page.line()
    page.line()


def _capital(word: Word) -> Word:
    return word._replace(text=word.text[0].upper() + word.text[1:])


def _sentence(page: Page, draw: Draw, thread: Thread, rule: str, spoken: dict[str, Words]) -> Sentence:
    """One sentence that nobody has said in this exchange, written and remembered."""
    said, count = thread.said[rule], len(LETTERS.rules[rule])
    if len(said) == count:
        said.clear()
    at = draw.below(count)
    while at in said:
        at = (at + 1) % count
    said.add(at)
    numbers: dict[str, Words] = {
        "n": (Word(str(draw.between(2, 99)), "number"),),
        "n2": (Word(str(draw.between(2, 99)), "number"),),
    }
    words = tuple(LETTERS.numbered(draw, rule, at, {**thread.fill, **spoken, **numbers}))
    _put_sentence(page, words)
    return words


def _put_sentence(page: Page, words: Words) -> None:
    page.sentence()
    with page.span(sentence=page.sentences):
        put(page, words)


def _quotation(page: Page, draw: Draw, thread: Thread, author: Person, date: Date) -> None:
    """Sentences of the letter before, each on a line with a mark before it."""
    page.capital = True
    LETTERS.write(page, draw, "wrote", {"date": full_date(date, thread.style), "author": author.full})
    page.glue(":")
    first = draw.below(max(1, len(thread.sentences) - 2))
    for sentence in thread.sentences[first : first + 3]:
        page.line()
        page.word(">", "punctuation")
        with page.span(quoted=1, person=author.entity):
            _put_sentence(page, _copied(sentence))
    page.line()
    page.line()


def _copied(sentence: Sentence) -> list[Word]:
    """The words of a copy; from the third on, each can be told."""
    return [
        Word(text, pos, {**tags, "repeat": 1, "choices": 1} if at > 1 else {**tags, "repeat": 1}, how)
        for at, (text, pos, tags, how) in enumerate(sentence)
    ]


def _body(
    page: Page, draw: Draw, thread: Thread, rules: Sequence[str], spoken: dict[str, Words], author: Person
) -> None:
    """Paragraphs of the sentences that the rules name."""
    found = list[Sentence]()
    with page.span(part="body", person=author.entity):
        for at, rule in enumerate(rules):
            if at and draw.chance(0.25):
                page.line()
                page.line()
            found.append(_sentence(page, draw, thread, rule, spoken))
    thread.sentences = found


def _letter(page: Page, draw: Draw, thread: Thread, author: Person, reader: Person) -> None:
    """One letter from its headers to the name under it."""
    replying, before = bool(thread.sentences), thread.date
    if replying:
        thread.date = thread.date.later(draw.between(0, 3))
        page.line()
        page.line()
    spoken = _speak(author, reader)
    _headers(page, draw, thread, author, reader)
    page.capital = True
    with page.span(part="greeting"):
        LETTERS.write(page, draw, "formal" if draw.chance(0.15) else "greeting", spoken)
    page.glue(",")
    page.line()
    if not replying:
        page.line()
    rules = list(draw.common(SPOKEN)[1])
    if draw.chance(0.5):
        rules.insert(draw.between(1, len(rules) - 1), draw.one(("report", "because", "report", "invite")))
    if replying:
        _quotation(page, draw, thread, reader, before)
        rules[:1] = ["agree", "agree"] if draw.chance(0.5) else ["agree"]
    _body(page, draw, thread, rules, spoken, author)
    page.line()
    page.line()
    _close(page, draw, thread, author, spoken)


def _close(page: Page, draw: Draw, thread: Thread, author: Person, spoken: dict[str, Words]) -> None:
    page.capital = True
    with page.span(part="closing"):
        LETTERS.write(page, draw, "sign", spoken)
    page.glue(",")
    page.line()
    put(page, tagged(author.first if draw.chance(0.6) else author.full, part="signature", choices=1))
    if draw.chance(0.2):
        page.line()
        page.line()
        page.word("PS", "noun")
        page.glue(":")
        page.sentence()
        LETTERS.write(page, draw, "postscript", {**thread.fill, **spoken})


def write(page: Page, draw: Draw) -> None:
    """A letter, its answer, and the answer to that, as far as the length goes."""
    thread, goal = Thread(page, draw), draw.between(450, 1300)
    author, reader = thread.people[:2]
    while page.at < goal:
        _letter(page, draw, thread, author, reader)
        author, reader = reader, author


GENRE = Genre(name="email", says="letters with headers, greetings, quotations and replies", share=0.06, write=write)
