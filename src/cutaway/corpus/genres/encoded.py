"""Encoded text and random characters: base64, hexadecimal, identifiers, hashes, between a few words of prose."""

import base64
from urllib.parse import quote

from cutaway.corpus.code.identifiers import QUALITIES, THINGS, VERBS, plural
from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre
from cutaway.corpus.kinds import words

HEX = "0123456789abcdef"
SIXTY_FOUR = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
THIRTY_TWO = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
SIGNS = words(
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.."
)
MORSE = dict(zip(LETTERS, SIGNS, strict=True))
TURNED = str.maketrans(LETTERS, LETTERS[13:] + LETTERS[:13])
HEADERS = words("key token checksum session payload digest secret signature request commit block nonce ticket")
CODES = ("base64", "hex", "rot13", "percent", "base32", "morse")
FOREWORDS = (
    "the:determiner message:noun below:adverb is:verb written:verb in:preposition",
    "this:determiner line:noun is:auxiliary encoded:verb in:preposition",
    "please:interjection decode:verb the:determiner next:adjective line:noun from:preposition",
    "what:pronoun follows:verb is:verb plain:adjective text:noun in:preposition",
    "here:adverb is:verb a:determiner short:adjective note:noun in:preposition",
)
SPLIT = {text: tuple(tuple(word.split(":")) for word in text.split()) for text in FOREWORDS}


class Blocks:
    """A document under way, and what it gave so far: a block that comes again is known."""

    __slots__ = ("draw", "given", "page")

    def __init__(self, page: Page, draw: Draw) -> None:
        self.page, self.draw = page, draw
        self.given: list[tuple[str, int, int]] = []

    def prose(self, text: str) -> None:
        """Words with their parts of speech."""
        self.page.sentence()
        for word, pos in SPLIT[text]:
            self.page.word(word, pos)

    def label(self, text: str) -> None:
        """`checksum: `."""
        self.page.raw(text, "noun", part="key")
        self.page.glue(":")
        self.page.raw(" ")

    def run(self, text: str, choices: int, *, repeat: int = 0) -> None:
        """Letters and digits in a row; marks among them have spans of their own, and are drawn too out of 64."""
        page = self.page
        start = page.at
        begun = 0
        spans = page.spans
        whole = choices in (1, 64)
        for place, character in enumerate(text + " "):
            if character.isalnum():
                continue
            if place > begun:
                spans.append(("pos", start + begun, start + place, "literal"))
                if choices and not whole:
                    spans.append(("choices", start + begun, start + place, choices))
            if character != " ":
                spans.append(("pos", start + place, start + place + 1, "punctuation"))
            begun = place + 1
        page.raw(text, part="value")
        if whole:
            spans.append(("choices", start, page.at, choices))
        if repeat:
            spans.append(("repeat", start, page.at, repeat))


def characters(draw: Draw, alphabet: str, count: int) -> str:
    """Random characters of an alphabet."""
    unit, size = draw.unit, len(alphabet)
    return "".join([alphabet[int(unit() * size)] for _ in range(count)])


def message(draw: Draw, *, with_numbers: bool) -> list[tuple[str, str]]:
    """A short text that somebody might want to hide: its words and their parts of speech."""
    verb, thing, quality = (
        (draw.common(VERBS), "verb"),
        (draw.common(THINGS), "noun"),
        (draw.common(QUALITIES), "adjective"),
    )
    way = draw.unit()
    if way < 0.3:
        return [verb, ("the", "determiner"), quality, thing]
    if way < 0.5 and with_numbers:
        return [verb, (str(draw.between(2, 20)), "number"), (plural(thing[0]), "noun")]
    if way < 0.7:
        other, state = (draw.common(THINGS), "noun"), (draw.common(QUALITIES), "adjective")
        is_so, the = ("is", "verb"), ("the", "determiner")
        return [the, thing, is_so, quality, ("and", "conjunction"), the, other, is_so, state]
    if way < 0.85:
        then = [("before", "conjunction"), ("we", "pronoun"), (draw.common(VERBS), "verb"), ("it", "pronoun")]
        return [("do", "auxiliary"), ("not", "particle"), verb, ("the", "determiner"), thing, *then]
    return [quality, thing]


def plain(said: list[tuple[str, str]]) -> str:
    """The text of a message."""
    return " ".join([word for word, _ in said])


def encoded(text: str, code: str) -> str:
    """The text in a code."""
    if code == "base64":
        return base64.b64encode(text.encode()).decode()
    if code == "base32":
        return base64.b32encode(text.encode()).decode()
    if code == "hex":
        return text.encode().hex(" ")
    if code == "percent":
        return quote(text, safe="").replace("the", "%74he")
    if code == "rot13":
        return text.translate(TURNED)
    return " / ".join(" ".join(MORSE.get(letter, letter) for letter in word) for word in text.split())


def hidden_message(b: Blocks) -> None:
    """A readable text in a code; its plain form is given after it, or not."""
    draw, page = b.draw, b.page
    code = draw.common(CODES)
    said = message(draw, with_numbers=code != "morse")
    b.prose(draw.common(FOREWORDS))
    page.word(code, "proper")
    if code == "percent":
        page.word("codes", "noun", number="plural")
    page.glue(".")
    page.raw("\n")
    b.run(encoded(plain(said), code), 0)
    page.raw("\n")
    if draw.unit() < 0.65:
        page.word("decodes", "verb")
        page.word("to", "preposition")
        page.glue(":")
        for word, pos in said:
            page.word(word, pos, choices=1)
        page.raw("\n")


def identifier(draw: Draw) -> tuple[str, int]:
    """Random characters in one of several shapes, and how many each was drawn among."""
    way = draw.unit()
    if way < 0.3:
        digits = characters(draw, HEX, 32)
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}", 16
    if way < 0.6:
        return characters(draw, HEX, draw.one((8, 16, 32, 40, 64))), 16
    if way < 0.8:
        return characters(draw, SIXTY_FOUR, draw.one((12, 24, 32, 48))), 64
    if way < 0.9:
        return characters(draw, THIRTY_TWO, draw.one((8, 16, 24))), 32
    return characters(draw, "0123456789", draw.one((6, 8, 12, 16))), 10


def named_identifier(b: Blocks) -> None:
    """`checksum: 9f86d081`; one that was given already comes again sometimes."""
    draw, page = b.draw, b.page
    if b.given and draw.unit() < 0.4:
        at = draw.below(len(b.given))
        text, choices, times = b.given[at]
        b.given[at] = (text, choices, times + 1)
        name, _, value = text.partition(" ")
        b.label(name)
        b.run(value, 1, repeat=times)
    else:
        while True:
            name = draw.common(HEADERS) if draw.unit() < 0.5 else f"{draw.common(THINGS)}_{draw.common(HEADERS)}"
            if all(not text.startswith(name + " ") for text, _, _ in b.given):
                break
        value, choices = identifier(draw)
        b.given.append((f"{name} {value}", choices, 1))
        b.label(name)
        b.run(value, choices)
    page.raw("\n")


def dump(b: Blocks) -> None:
    """Lines of a hex dump: the address, sixteen bytes or eight, the letters that they are."""
    draw, page = b.draw, b.page
    width = draw.one((8, 16))
    readable = draw.unit() < 0.7
    text = plain(message(draw, with_numbers=True)) if readable else ""
    while readable and len(text) < width * 2:
        text += " and " + plain(message(draw, with_numbers=True))
    lines = (len(text) + width - 1) // width if readable else draw.between(2, 4)
    for line in range(lines):
        page.raw(f"{line * width:08x}", "number", choices=1)
        page.raw("  ")
        piece = text[line * width : (line + 1) * width]
        raw = piece.encode().hex(" ") if readable else " ".join(characters(draw, HEX, 2) for _ in range(width))
        b.run(raw, 0 if readable else 16)
        if readable:
            page.raw(" " * (3 * (width - len(piece)) + 2))
            shown = piece.replace(" ", ".")
            page.raw("|", "punctuation")
            b.run(shown, 1)
            page.raw("|", "punctuation")
        page.raw("\n")


def write(page: Page, draw: Draw) -> None:
    """Blocks of one kind and another."""
    b = Blocks(page, draw)
    target = draw.between(350, 1100)
    while page.at < target:
        page.raw("\n" if page.at else "")
        way = draw.unit()
        if way < 0.45:
            for _ in range(draw.between(2, 5)):
                named_identifier(b)
        elif way < 0.85 or not page.at:
            hidden_message(b)
        else:
            dump(b)


GENRE = Genre("encoded", "Codes, hashes and other characters that look random", 0.02, write, language="code")
