"""Addresses follow from names by the rule of the house, replies repeat what they answer, names sign what they send."""

import re

from cutaway.corpus.genres.email import GENRE

DOCUMENTS = [GENRE.document(seed) for seed in range(80)]
RULES = {
    "first.last": lambda first, last: f"{first}.{last}",
    "f.last": lambda first, last: f"{first[0]}.{last}",
    "first_last": lambda first, last: f"{first}_{last}",
    "first": lambda first, last: first,
    "last.first": lambda first, last: f"{last}.{first}",
}


def letters(document):
    """Each letter as its headers and the rest."""
    parts = re.split(r"\n\n\n(?=(?:From|To|Date): )", document.text)
    for part in parts:
        headers, rest = part.split("\n\n", 1)
        yield dict(line.split(": ", 1) for line in headers.split("\n")), rest


def test_all_addresses_of_a_document_follow_one_rule_and_end_alike():
    rules = set()
    for document in DOCUMENTS:
        people = re.findall(r"(\w+) (\w+) <(\S+)@(\S+)>", document.text)
        fits = [
            name
            for name, rule in RULES.items()
            if all(rule(first.lower(), last.lower()) == local for first, last, local, _ in people)
        ]
        assert len(fits) == 1
        rules |= set(fits)
        assert len({house for *_, house in people}) == 1
        assert people[0][3].endswith((".example", ".test", ".invalid"))
    assert rules == set(RULES)


def test_who_sends_a_letter_signs_it_and_who_gets_it_is_greeted():
    for document in DOCUMENTS:
        for headers, rest in letters(document):
            sender, receiver = (headers[key].split(" <")[0] for key in ("From", "To"))
            closing = [line for line in rest.split("\n") if line in (sender, sender.split()[0])]
            assert closing, rest
            assert receiver.split()[0] in rest.split("\n")[0]


def test_replies_keep_the_subject_and_quote_the_letter_before():
    replies = 0
    for document in DOCUMENTS:
        before = None
        for headers, rest in letters(document):
            if before is not None:
                first = before[0]["Subject"].removeprefix("Re: ")
                assert headers["Subject"] == f"Re: {first}"
                assert (headers["From"], headers["To"]) == (before[0]["To"], before[0]["From"])
                quoted = re.findall(r"^> (.*)$", rest, re.M)
                assert quoted
                assert all(sentence in before[1] for sentence in quoted)
                replies += 1
            before = headers, rest
    assert replies > 60


def test_quoted_sentences_are_tagged_as_quoted_and_said_by_their_author():
    document = next(one for one in DOCUMENTS if "\n> " in one.text)
    quoted = [(start, end) for kind, start, end, _ in document.spans if kind == "quoted"]
    lines = [match.span(1) for match in re.finditer(r"^> (.*)$", document.text, re.M)]
    assert sorted(quoted) == lines


def test_what_the_subject_names_comes_again_in_the_body():
    shared = 0
    for document in DOCUMENTS:
        entities = [(start, value) for kind, start, _, value in document.spans if kind == "entity"]
        subject = document.text.index("Subject:")
        end = document.text.index("\n", subject)
        named = {value for start, value in entities if subject < start < end}
        shared += bool(named & {value for start, value in entities if start > end})
    assert shared > 0.7 * len(DOCUMENTS)
