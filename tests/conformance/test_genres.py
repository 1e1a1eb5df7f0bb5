"""What every genre of the corpus must keep: the same text from a seed, tags that are exact, of the right kinds."""

import re

import pytest

from cutaway.corpus.document import Document
from cutaway.corpus.genre import all_genres
from cutaway.corpus.kinds import KINDS
from cutaway.corpus.values import code, values_of

NAMES = list(all_genres())
SEEDS = range(12)


def documents(name: str) -> list[Document]:
    return [all_genres()[name].document(seed) for seed in SEEDS]


@pytest.fixture(scope="module", params=NAMES)
def some(request):
    return documents(request.param)


def test_a_seed_makes_one_document_and_another_seed_another(some):
    assert documents(some[0].genre) == some
    assert len({one.text for one in some}) == len(some)


def test_text_is_plain_and_of_a_decent_length(some):
    for one in some:
        assert one.text.isascii()
        assert 200 <= len(one.text) <= 4000


def test_tags_are_of_kinds_and_values_that_there_are(some):
    for one in some:
        for kind, start, end, value in one.spans:
            assert KINDS[kind].by == "writer"
            assert 0 <= start < end <= len(one.text), (kind, value, one.text[start : start + 20])
            assert (values_of(kind) is None) == isinstance(value, int), (kind, value)
            assert code(kind, value) >= 0


def test_a_part_of_speech_covers_a_word_exactly_and_no_two_overlap(some):
    for one in some:
        covered = [0] * len(one.text)
        for kind, start, end, value in one.spans:
            if kind != "pos":
                continue
            word = one.text[start:end]
            assert word == word.strip(), (value, word)
            for at in range(start, end):
                covered[at] += 1
        assert max(covered) == 1
        bare = [at for at, letter in enumerate(one.text) if not letter.isspace() and not covered[at]]
        assert not bare, one.text[max(0, bare[0] - 40) : bare[0] + 20]


def test_no_tagged_word_ends_inside_another_word(some):
    # so that no token of the tokenizer, which never joins letters with marks, reaches over the end of a tag
    for one in some:
        for kind, start, end, value in one.spans:
            if kind == "pos":
                assert not re.match(r"[a-zA-Z]{2}", one.text[max(start - 1, 0) : start + 1]) or start == 0, (
                    kind, value, one.text[start - 5 : end + 5],
                )  # fmt: skip


def test_shares_add_up_to_one():
    assert sum(genre.share for genre in all_genres().values()) == pytest.approx(1.0, abs=0.02)
    assert len(NAMES) >= 14


def test_a_genre_says_what_it_is(some):
    genre = all_genres()[some[0].genre]
    assert genre.says
    assert 0.01 <= genre.share <= 0.25
