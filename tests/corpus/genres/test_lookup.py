"""Questions of one hop to three, answered again from facts that are read off the text."""

import itertools
import re

from cutaway.corpus.genres.lookup import GENRE

DOCUMENTS = [GENRE.document(seed) for seed in range(150)]
FACTS = (
    (r"[Bb]ox (\w) holds the key to box (\w)", (1, 2)),
    (r"[Kk]ey to box (\w) is in box (\w)", (2, 1)),
    (r"[Ii]n box (\w) lies the key to box (\w)", (1, 2)),
    (r"(\w+) -> (\w+);", (1, 2)),
    (r"(\w\d) = (\w\d);", (1, 2)),
    (r"road from (\w+) leads to (\w+)", (1, 2)),
    (r"From (\w+) one comes to (\w+)", (1, 2)),
    (r"(\w+) sends its mail to (\w+)", (1, 2)),
    (r"(\w+) writes to (\w+)", (1, 2)),
    (r"(\w+) hands the letter on to (\w+)", (1, 2)),
    (r"What (\w+) hears, (\w+) hears next", (1, 2)),
    (r"(\w+) is the (?:mother|father|parent) of (\w+)\.", (1, 2)),
    (r"(\w+) is a child of (\w+)\.", (2, 1)),
    (r"The (?:mother|father|parent) of (\w+) is (\w+)", (2, 1)),
)
ASKED = (
    (1, r"(?:[Ww]hich box does the key in box|[Tt]o which box is the key in box) (\w)\b"),
    (2, r"Start with box (\w) and use two keys|two keys after box (\w)"),
    (3, r"Start with box (\w) and use three keys|three keys after box (\w)"),
    (1, r"One arrow from (\w+):|comes after (\w+)\?|Read (\w+) once:|The value of (\w+) is "),
    (2, r"Two arrows from (\w+):|two steps after (\w+)\?|Read (\w+) twice:|value of the value of (\w+) is"),
    (3, r"Three arrows from (\w+):|three steps after (\w+)\?|Read (\w+) three times:|Three reads from (\w+) give"),
    (1, r"does the road from (\w+) lead|first town after (\w+)\?"),
    (2, r"second town after (\w+)\?|two roads after (\w+)\?"),
    (3, r"third town after (\w+)\?|three roads after (\w+)\?"),
    (1, r"hears it from (\w+)\?|(\w+) has the news\."),
    (2, r"news from (\w+) goes through two|second after (\w+)\?"),
    (3, r"news from (\w+) goes through three|third after (\w+)\?"),
    (1, r"is a child of (\w+)\?|whom is (\w+) the (?:mother|father|parent)\?"),
    (2, r"grandchild of (\w+)\?|(?<=whom is )(\w+) the grandparent\?"),
    (3, r"great grandchild of (\w+)\?|(\w+) is a great grandparent of"),
)


def sections(document):
    """Facts with the questions after them: a new set of facts begins with its opening words."""
    opening = r"(?=These are the facts|Here is what we know|Read with care|Keep this in mind|The order of the lines)"
    return re.split(opening, document.text)


def test_answers_are_found_by_following_the_facts():
    counted = {1: 0, 2: 0, 3: 0}
    for document in DOCUMENTS:
        for section in sections(document):
            leads = {}
            for pattern, (start, end) in FACTS:
                for match in re.finditer(pattern, section):
                    leads[match.group(start).lower()] = match.group(end).lower()
            for answer in re.finditer(
                r"([^.;\n]*(?:\. Who is next|\. Who has it now)?(?:\?|:|is|give|of))(?: Box)? (\w+)\.(?=\s|$)", section
            ):
                asked = [(hops, match) for hops, pattern in ASKED if (match := re.search(pattern, answer.group()))]
                if not asked:
                    continue
                hops, match = asked[-1]
                at = next(filter(None, match.groups())).lower()
                for _ in range(hops):
                    at = leads.get(at)
                if at is None:
                    continue
                assert answer.group(2).lower() == at, section
                counted[hops] += 1
    assert min(counted.values()) > 15, counted


def test_every_answer_is_told_by_the_facts():
    for document in DOCUMENTS[:30]:
        told = {(start, end) for kind, start, end, value in document.spans if kind == "choices" and value == 1}
        answers = {(start, end) for kind, start, end, value in document.spans if (kind, value) == ("part", "answer")}
        assert answers <= told


def test_the_country_and_the_flag_are_those_of_the_town():
    checked = 0
    for document in DOCUMENTS:
        for section in sections(document):
            homes = dict(re.findall(r"(\w+) (?:lives in|comes from) (\w+)\.", section))
            homes |= dict(re.findall(r"home of (\w+) is (\w+)\.", section))
            lands = dict(re.findall(r"(\w+) is (?:in|a town of) (\w+)\.", section))
            for who, answer in re.findall(r"(?:which country does|the country of) (\w+)(?: live)?\? (\w+)\.", section):
                assert lands[homes[who]] == answer
                checked += 1
            colours = {land: colour for land, colour in re.findall(r"flag of (\w+) is (\w+)\.", section)}
            colours |= {land: colour for land, colour in re.findall(r"In (\w+) they raise an? (\w+) flag", section)}
            for who, answer in re.findall(r"(?:country where|house of) (\w+)(?: lives)?\? (\w+)\.", section):
                assert colours[lands[homes[who]]].lower() == answer.lower()
                checked += 1
    assert checked > 30


def test_a_label_told_by_examples_is_the_one_of_its_concept():
    """A word is labelled as all other words of its concept in one list are."""
    for document in DOCUMENTS:
        concept = {start: value for kind, start, _, value in document.spans if kind == "concept"}
        parts = sorted((start, end, value) for kind, start, end, value in document.spans if kind == "part")
        label = {}
        for (start, _, one), (second, end, other) in itertools.pairwise(parts):
            if (one, other) == ("example", "label"):
                key = concept[start], document.text.count("abel", 0, start)
                label.setdefault(key, set()).add(document.text[second:end])
        lists = len(re.findall(r"label|Say for|Sort these|Examples first", document.text))
        assert all(len(found) <= lists for found in label.values())
        if lists == 1:
            assert all(len(found) == 1 for found in label.values())
            assert len({min(found) for found in label.values()}) == len(label)
