"""What is tagged as a copy has been there before, word by word, and an exchanged word is no copy."""

import re

from cutaway.corpus.genres.echo import GENRE

DOCUMENTS = [GENRE.document(seed) for seed in range(100)]


def words_with(document, kind):
    """Each word with where it begins and what a kind of tag says of it."""
    values = {start: value for one, start, _, value in document.spans if one == kind}
    words = sorted((start, document.text[start:end].lower()) for one, start, end, _ in document.spans if one == "pos")
    return [(word, values.get(start, 0)) for start, word in words]


def test_a_copied_word_stands_after_the_two_words_that_it_stood_after_before():
    found = 0
    for document in DOCUMENTS:
        words = [word for word, _ in words_with(document, "repeat")]
        repeats = [value for _, value in words_with(document, "repeat")]
        told = [value for _, value in words_with(document, "choices")]
        seen = set()
        for at in range(2, len(words)):
            three = tuple(words[at - 2 : at + 1])
            if repeats[at] and told[at] == 1:
                assert three in seen
                found += 1
            seen.add(three)
    assert found > 2000


def test_lists_read_twice_vary_in_length_and_are_the_same_both_times():
    lengths = set()
    for document in DOCUMENTS:
        for first, again in re.findall(
            r"(?:First time|heart|The words|The list|Listen): (.*)\.\n[^:\n]*: (.*)\.", document.text
        ):
            if document.text.count(first) > 1 and "." not in first:
                assert first == again
                lengths.add(len(first.replace(",", "").split()))
    assert min(lengths) < 10
    assert max(lengths) > 30


def test_exactly_the_exchanged_word_is_no_copy():
    found = 0
    pattern = r"([A-Z][^.\n:]*)\.\n(?:One word is changed|Almost the same|Find the difference): ([^.\n]*)\."
    for document in DOCUMENTS:
        copies = {start for kind, start, _, value in document.spans if kind == "repeat"}
        for match in re.finditer(pattern, document.text):
            before, after = match.group(1).split(), list(re.finditer(r"\S+", match.group(2)))
            changed = [at for at, word in enumerate(after) if word.group() != before[at]]
            assert len(before) == len(after)
            assert len(changed) <= 2, "the word, and perhaps its article"
            no_copy = [at for at, word in enumerate(after) if match.start(2) + word.start() not in copies]
            assert no_copy == changed[-1:]
            found += 1
    assert found > 20
