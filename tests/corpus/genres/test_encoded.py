"""Encoded documents: lines decode to the text that follows, repeats repeat, random runs say out of how many."""

import base64
import re
from urllib.parse import unquote

import pytest

from cutaway.corpus.genres.encoded import GENRE
from tests.corpus.genres.exact_tags import faults_of_code

DOCUMENTS = [GENRE.document(seed) for seed in range(200)]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
INTERNATIONAL = re.findall(  # ITU-R M.1677-1
    r"\S+",
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..",
)


def from_morse(line: str) -> str:
    letter = dict(zip(INTERNATIONAL, LETTERS, strict=True))
    return " ".join("".join(letter[sign] for sign in word.split(" ")) for word in line.split(" / "))


DECODE = {
    "base64": lambda line: base64.b64decode(line, validate=True).decode(),
    "base32": lambda line: base64.b32decode(line).decode(),
    "hex": lambda line: bytes.fromhex(line).decode(),
    "percent codes": unquote,
    "rot13": lambda line: "".join(LETTERS[(LETTERS.index(one) + 13) % 26] if one in LETTERS else one for one in line),
    "morse": from_morse,
}
FOUND = [
    found
    for document in DOCUMENTS
    for found in re.findall(r"^[A-Z].* (?:in|from) (\w+(?: codes)?)\.\n(.+)\ndecodes to: (.*)$", document.text, re.M)
]


@pytest.mark.parametrize("code", list(DECODE))
def test_a_line_decodes_to_the_text_after_it(code):
    cases = [(line, text) for name, line, text in FOUND if name == code]
    assert len(cases) > 5
    assert [DECODE[code](line) for line, _ in cases] == [text for _, text in cases]


def test_dumps_show_the_letters_that_the_bytes_are():
    seen = 0
    for document in DOCUMENTS:
        for address, raw, shown in re.findall(r"^([0-9a-f]{8})  ([0-9a-f ]+?) +\|(.*)\|$", document.text, re.M):
            assert bytes.fromhex(raw).decode().replace(" ", ".") == shown
            assert int(address, 16) % 8 == 0
            seen += 1
    assert seen > 50


def test_the_same_key_has_the_same_value_and_repeats_are_counted():
    seen = 0
    for document in DOCUMENTS:
        repeats = {span[1]: span[3] for span in document.spans if span[0] == "repeat"}
        certain = {span[1] for span in document.spans if span[0] == "choices" and span[3] == 1}
        known: dict[str, str] = {}
        times: dict[str, int] = {}
        for found in re.finditer(r"^(\w+): (\S+)$", document.text, re.M):
            key, value = found.groups()
            assert known.setdefault(key, value) == value
            assert repeats.get(found.start(2), 0) == times.get(key, 0)
            assert (found.start(2) in certain) == (key in times)
            times[key] = times.get(key, 0) + 1
            seen += times[key] > 1
    assert seen > 100


def test_random_characters_are_of_the_alphabet_whose_size_is_told():
    alphabets = {10: "[0-9]", 16: "[0-9a-f]", 32: "[A-Z2-7]", 64: "[A-Za-z0-9+/]"}
    letters: dict[int, str] = {}
    for document in DOCUMENTS:
        for kind, start, end, value in document.spans:
            if kind == "choices" and value != 1:
                assert re.fullmatch(alphabets[value] + "+", document.text[start:end])
                letters[value] = letters.get(value, "") + document.text[start:end]
    for size, text in letters.items():
        assert len(set(text)) == size
        assert max(text.count(one) for one in set(text)) < 2 * len(text) / size


def test_tags_are_exact():
    assert [fault for document in DOCUMENTS for fault in faults_of_code(document)] == []
