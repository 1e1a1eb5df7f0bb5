"""Tags on tokens over a million tokens: every tagged stretch is whole tokens, and they decode to its text."""

from itertools import islice

import numpy as np
import pytest

from cutaway.corpus.bpe import tokenizer
from cutaway.corpus.generated import BATCH, Corpus
from cutaway.corpus.tagged import tag_tokens
from cutaway.corpus.values import code
from tests.tasks.tokenizers import FOLDER, gpt2, pythia

TOKENS = 1_000_000
CORPUS = Corpus(seed=500)


def wrong_in(document, ids, start, stop, tags):
    """The first stretch of a document that is not whole tokens, or whose tokens do not say or decode to it."""
    text = document.text
    blank = np.array(
        [len(piece) - len(piece.lstrip()) for piece in (text[a:b] for a, b in zip(start, stop, strict=True))]
    )
    begins = {at: place for place, at in enumerate((start + blank).tolist())}
    ends = {at: place for place, at in enumerate(stop.tolist())}
    last_said: dict[tuple[str, int], int] = {}
    for kind, a, b, value in document.spans:
        if a not in begins or b not in ends:
            return kind, text[a:b], "is not whole tokens"
        for place in range(begins[a], ends[b] + 1):
            last_said[kind, place] = code(kind, value)
    for (kind, place), expected in last_said.items():
        if tags[kind][place] != expected and text[start[place] : stop[place]].strip():
            return kind, text[start[place] : stop[place]], f"says {tags[kind][place]}, not {expected}"
    kind, a, b, value = document.spans[len(text) % len(document.spans)]
    said = tokenizer().decode(ids[begins[a] : ends[b] + 1]).strip()
    return None if said == text[a:b] else (kind, text[a:b], f"decodes to {said!r}")


@pytest.mark.slow
def test_every_tagged_stretch_of_a_million_tokens_is_whole_tokens_that_decode_to_it():
    source, seen = CORPUS.documents(), 0
    while seen < TOKENS:
        documents = list(islice(source, BATCH))
        tagged = tag_tokens(documents, tokenizer())
        edges = np.flatnonzero(np.diff(tagged.document, prepend=-1, append=len(documents)))
        for document, first, after in zip(documents, edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            inside = slice(first + 1, after)  # without the token that begins the text
            wrong = wrong_in(
                document, tagged.ids[inside], tagged.start[inside], tagged.stop[inside],
                {kind: column[inside].tolist() for kind, column in tagged.tags.items()},
            )  # fmt: skip
            assert wrong is None, (document.genre, wrong)
        seen += len(tagged)


def test_the_same_documents_come_whoever_asks_and_in_whatever_pieces():
    whole = CORPUS.tagged(5000)
    pieces = list(CORPUS.batches(5000))
    assert whole.ids.tolist() == [one for piece in pieces for one in piece.ids.tolist()]
    assert CORPUS.document(7) == next(CORPUS.documents(7))
    assert Corpus(seed=501).document(7).text != CORPUS.document(7).text


def test_a_tag_moved_by_a_letter_would_be_found():
    document = CORPUS.document(3)
    tagged = tag_tokens([document], tokenizer())
    columns = {kind: column[1:].tolist() for kind, column in tagged.tags.items()}
    parts = tagged.ids[1:], tagged.start[1:], tagged.stop[1:]
    assert wrong_in(document, *parts, columns) is None
    kind, a, b, value = next(span for span in document.spans if span[2] - span[1] > 3)
    moved = type(document)(document.genre, document.language, document.text, (*document.spans, (kind, a + 1, b, value)))
    assert wrong_in(moved, *parts, columns) is not None
    off_by_one = {kind: [0, *column[:-1]] for kind, column in columns.items()}
    assert wrong_in(document, *parts, off_by_one) is not None


@pytest.mark.skipif(not FOLDER.exists(), reason="no vocabularies of other models beside this checkout")
@pytest.mark.parametrize("make", [gpt2, pythia])
def test_other_tokenizers_take_the_same_tags_at_the_same_words(make):
    document, theirs = CORPUS.document(11), make()
    tagged = tag_tokens([document], theirs)
    for kind, a, b, value in document.spans:
        if kind == "pos" and document.text[a:b].isalpha():
            last = next(at for at, stop in enumerate(tagged.stop.tolist()) if stop >= b)
            assert tagged["pos"][last] == code("pos", value) or tagged.stop[last] > b  # their tokens may join marks
