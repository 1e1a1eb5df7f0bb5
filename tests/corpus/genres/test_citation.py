"""What is cited is in the list and what is in the list is cited, in the order that the style asks for."""

import re

from cutaway.corpus.genres.citation import GENRE

DOCUMENTS = [GENRE.document(seed) for seed in range(90)]
HEADING = r"\n(?:References|Works cited|Literature|Notes|Bibliography)\n"


def split(document):
    prose, references = re.split(HEADING, document.text)
    return prose, references.split("\n")


def test_numbers_are_given_in_order_of_first_citation_and_each_has_its_entry():
    found = 0
    for document in DOCUMENTS:
        prose, entries = split(document)
        numbered = re.compile(r"\[(\d+)\]|(\d+)\. [A-Z]")
        if not numbered.match(entries[0]):
            continue
        listed = [int(next(filter(None, numbered.match(entry).groups()))) for entry in entries]
        marks = re.findall(r"\^(\d+)|\[(\d+(?:, \d+)*)\]", prose)
        cited = [int(one) for pair in marks for text in pair if text for one in text.split(", ")]
        assert list(dict.fromkeys(cited)) == listed == list(range(1, len(entries) + 1))
        found += 1
    assert found > 40


def test_names_and_years_are_those_of_the_list_which_is_in_the_order_of_the_alphabet():
    found = 0
    for document in DOCUMENTS:
        prose, entries = split(document)
        if re.match(r"\[?\d", entries[0]):
            continue
        listed = {(re.match(r"\w+", entry).group(), re.search(r"\((\d{4})\)", entry).group(1)) for entry in entries}
        marks = re.findall(r"(\w+)(?: and \w+)? \(?(\d{4})(?=[);])", prose)
        assert set(marks) == listed
        assert entries == sorted(entries, key=lambda entry: re.match(r"\w+", entry).group())
        found += 1
    assert found > 15


def test_marks_in_the_prose_carry_the_number_of_their_entry():
    for document in DOCUMENTS:
        prose, entries = split(document)
        of_entry = {}
        spans = [(start, end, value) for kind, start, end, value in document.spans if kind == "cites"]
        for start, end, value in spans:
            if start > len(prose):
                of_entry[value] = document.text[start:end]
        assert len(of_entry) == len(entries)
        for start, end, value in spans:
            text = document.text[start:end]
            if start < len(prose) and text[0].isupper():
                assert text in of_entry[value]
