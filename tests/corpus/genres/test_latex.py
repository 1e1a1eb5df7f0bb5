"""Mathematical papers: what begins ends, references have labels, brackets close, print has no backslash."""

import re

from cutaway.corpus.genres.latex import GENRE
from tests.corpus.genres.exact_tags import faults_of_code, written

DOCUMENTS = [GENRE.document(seed) for seed in range(120)]
SOURCES = [document for document in DOCUMENTS if "\\" in document.text]
PRINTS = [document for document in DOCUMENTS if "\\" not in document.text]


def test_one_in_four_is_as_printed():
    assert 15 <= len(PRINTS) <= 45  # of 120: within 3.3 standard deviations of 30
    assert {document.language for document in PRINTS} == {"english"}
    assert {document.language for document in SOURCES} == {"markup"}


def test_what_begins_ends():
    for document in SOURCES:
        waiting = []
        for command, name in re.findall(r"\\(begin|end)\{(\w+)\}", document.text):
            if command == "begin":
                waiting.append(name)
            else:
                assert waiting.pop() == name
        assert waiting == []
        assert document.text.count("\\[") == document.text.count("\\]")


def test_dollars_pair_and_curly_brackets_close():
    for document in SOURCES:
        assert document.text.count("$") % 2 == 0
        depth = 0
        for character in document.text:
            depth += (character == "{") - (character == "}")
            assert depth >= 0
        assert depth == 0


def test_every_reference_has_its_one_label():
    seen = 0
    for document in SOURCES:
        labels = re.findall(r"\\label\{(.*?)\}", document.text)
        references = re.findall(r"\\(?:eq)?ref\{(.*?)\}", document.text)
        assert len(set(labels)) == len(labels)
        assert set(references) <= set(labels)
        seen += len(references)
    assert seen > 100


def test_what_is_cited_is_in_the_bibliography_if_there_is_one():
    seen = 0
    for document in SOURCES:
        if "\\bibitem" in document.text:
            cited = set(re.findall(r"\\cite\{(.*?)\}", document.text))
            assert cited <= set(re.findall(r"\\bibitem\{(.*?)\}", document.text))
            seen += len(cited)
    assert seen > 20


def test_numbers_in_print_count_up_and_are_those_referred_to():
    seen = 0
    for document in PRINTS:
        names = "Theorem|Lemma|Proposition|Corollary|Remark|Example"
        given = re.findall(rf"^(?:{names}) (\d\.\d)\.", document.text, re.M)
        sections = sorted({number[0] for number in given})
        counted = [f"{one}.{place}" for one in sections for place in range(1, sum(n[0] == one for n in given) + 1)]
        assert given == counted
        referred = re.findall(rf"(?<=[a-z] )(?:{names}) (\d\.\d)", document.text)
        assert set(referred) <= set(given)
        seen += len(given)
    assert seen > 15


def test_a_citation_and_its_entry_have_the_same_number():
    for document in PRINTS:
        for kind, start, end, value in document.spans:
            if kind == "cites" and document.text[start - 1] == "[":
                assert document.text[start:end] == str(value)


def test_an_entity_of_a_formula_is_one_letter():
    for document in DOCUMENTS:
        letters: dict[int | str, set[str]] = {}
        formulas = [span[1:3] for span in document.spans if span[0] == "part" and span[3] == "formula"]
        inside = {at for start, end in formulas for at in range(start, end)}
        for kind, start, end, value in document.spans:
            if kind == "entity" and start in inside:
                letters.setdefault(value, set()).add(document.text[start:end])
        assert all(len(texts) == 1 for texts in letters.values())


def test_ends_of_environments_are_certain():
    for document in SOURCES:
        certain = {span[1:3] for span in document.spans if span[0] == "choices" and span[3] == 1}
        for found in re.finditer(r"\\end\{(\w+)\}", document.text):
            assert found.span(1) in certain


def test_tags_are_exact():
    assert [fault for document in DOCUMENTS for fault in faults_of_code(document)] == []


def test_words_are_written():
    assert sum(len(written(document, "sentence")) for document in DOCUMENTS) > 1000
