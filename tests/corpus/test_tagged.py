"""Tags on tokens: each token has those of its word, worked out letter by letter, and what the text itself shows."""

import numpy as np
import pytest

from cutaway.corpus.bpe import train_bpe
from cutaway.corpus.document import Page
from cutaway.corpus.tagged import tag_tokens
from cutaway.corpus.values import code, values_of
from cutaway.errors.corpus import UnknownKindError


def page() -> Page:
    made = Page("story")
    made.sentence()
    made.word("the", "determiner")
    made.word("lamplighters", "noun", number="plural", entity=3)
    made.opening("(")
    with made.span(quoted=1):
        made.word("two", "number")
        made.glue(")")
    made.glue(".")
    made.line(indent=4)
    made.raw("x", "name")
    made.raw("[", "punctuation")
    made.raw("17", "literal", choices=100)
    made.raw("]", "punctuation")
    return made


DOCUMENT = page().finished()
TOKENIZER = train_bpe(["the lamp light ers were (two). x[17]\n    y"] * 20, vocab_size=290)


@pytest.fixture(scope="module")
def tagged():
    return tag_tokens([DOCUMENT, DOCUMENT], TOKENIZER)


def test_page_writes_spaces_where_they_belong():
    assert DOCUMENT.text == "The lamplighters (two).\n    x[17]"
    assert DOCUMENT.tagged("quoted") == [("two)", 1)]
    assert ("number", 4, 16, "plural") in DOCUMENT.spans


def test_tokens_are_the_text_again_and_begin_with_the_first_token(tagged):
    half = len(tagged) // 2
    assert tagged.strings()[0] == ""
    assert tagged.ids[0] == tagged.ids[half] == 0
    assert "".join(tagged.strings()[1:half]) == DOCUMENT.text
    assert tagged.document.tolist() == [0] * half + [1] * half
    np.testing.assert_array_equal(tagged.ids[:half], TOKENIZER.encode(DOCUMENT.text))


def test_every_tag_is_on_exactly_the_tokens_of_its_letters(tagged):
    # letter by letter: a token has a tag where its last letter has
    half = len(tagged) // 2
    for kind in ("pos", "number", "entity", "quoted", "choices"):
        of_letter = {}
        for one, start, end, value in DOCUMENT.spans:
            if one == kind:
                of_letter.update(dict.fromkeys(range(start, end), code(kind, value)))
        expected = [of_letter.get(stop - 1, 0) for stop in tagged.stop[:half].tolist()]
        assert tagged[kind][:half].tolist() == expected
        assert any(expected)


def test_tokens_of_a_span_decode_to_its_text(tagged):
    half = len(tagged) // 2
    ids = tagged.ids[:half][tagged["entity"][:half] == 3]
    assert len(ids) > 1
    assert TOKENIZER.decode(ids).strip() == "lamplighters"


def test_pieces_of_a_word_are_counted(tagged):
    half = len(tagged) // 2
    pieces = dict(zip(tagged.strings()[:half], tagged["piece"][:half].tolist(), strict=True))
    inside = [piece for text, piece in pieces.items() if text.strip() and text.strip() in "lamplighters"]
    assert inside == list(range(1, len(inside) + 1))
    assert pieces["["] == 0


def test_depth_indent_and_column_follow_the_text(tagged):
    half = len(tagged) // 2
    for text, start, stop, depth, indent, column in zip(
        tagged.strings()[1:half], tagged.start[1:half].tolist(), tagged.stop[1:half].tolist(),
        tagged["depth"][1:half].tolist(), tagged["indent"][1:half].tolist(), tagged["column"][1:half].tolist(),
        strict=True,
    ):  # fmt: skip
        before = DOCUMENT.text[: stop - 1]
        opened = sum(before.count(mark) for mark in "([{") - sum(before.count(mark) for mark in ")]}")
        assert depth == opened + (text[-1] in "([{"), text
        line = DOCUMENT.text.split("\n")[before.count("\n")]
        assert indent == len(line) - len(line.lstrip(" ")), text
        assert column >= 1
    columns = tagged["column"][1:half]
    assert columns[0] == 1
    assert (np.diff(columns) == 1).sum() == len(columns) - 1 - 1  # begins again once, in the second line


def test_genre_and_language_are_everywhere(tagged):
    assert set(tagged["genre"].tolist()) == {code("genre", "story")}
    assert values_of("language")[tagged["language"][3] - 1] == "english"


def test_frame_says_words(tagged):
    frame = tagged.frame
    assert len(frame) == len(tagged)
    assert frame["pos"].dropna().unique().tolist()[0] == "determiner"
    assert frame.loc[frame["entity"] == 3, "number"].eq("plural").all()


def test_a_kind_that_is_not_there_names_the_nearest(tagged):
    with pytest.raises(UnknownKindError, match="nearest: sentence"):
        tagged["sentense"]


def test_inner_tags_hold_inside():
    made = Page("story")
    with made.clause("main"):
        made.word("she", "pronoun")
        with made.clause("relative"):
            made.word("who", "pronoun")
        made.word("left", "verb")
    tagged = tag_tokens([made.finished()], TOKENIZER)
    at_end = {
        tagged.texts[0][:stop].split()[-1]: clause
        for stop, clause in zip(tagged.stop[1:], tagged["clause"][1:], strict=True)
    }
    assert {word: at_end[word] for word in ("she", "who", "left")} == {"she": 1, "who": 2, "left": 1}
