"""Tokens with their tags: one column of numbers a kind, as long as the text.

A token has the tags of its last character: white space comes first in a token, so that is a character of its word.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Int
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerBase

from cutaway.corpus.document import Document
from cutaway.corpus.kinds import KINDS
from cutaway.corpus.values import code, codes, values_of
from cutaway.errors.corpus import UnknownKindError

OPENING, CLOSING = b"([{", b")]}"
NEW_LINE, SPACE = 10, 32
ALL_KINDS = ("genre", *KINDS)
WRITTEN = tuple(kind.name for kind in KINDS.values() if kind.by == "writer")
PLACE = {kind: place for place, kind in enumerate(WRITTEN)}


@dataclass(frozen=True, eq=False)
class Tagged:
    """Token ids of documents in a row, a beginning-of-text token before each, and a column for every kind of tag.

    A column holds a code at every token, 0 where there is no tag; `values_of(kind)` says what code n stands for at
    n - 1. `document` numbers the documents from 0; `start` and `stop` are characters of their text.
    """

    ids: Int[np.ndarray, "token"]
    document: Int[np.ndarray, "token"]
    start: Int[np.ndarray, "token"]
    stop: Int[np.ndarray, "token"]
    tags: dict[str, Int[np.ndarray, "token"]]
    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, kind: str) -> Int[np.ndarray, "token"]:
        """The codes of one kind.

        Raises: UnknownKindError.
        """
        if kind not in self.tags:
            raise UnknownKindError(kind, self.tags)
        return self.tags[kind]

    def strings(self) -> list[str]:
        """The text of every token; empty for the one that begins a document."""
        where = zip(self.document.tolist(), self.start.tolist(), self.stop.tolist(), strict=True)
        return [self.texts[document][start:stop] for document, start, stop in where]

    @property
    def frame(self) -> pd.DataFrame:
        """One row a token: document, token, id, and a column a kind; words where values are words, else numbers."""
        columns: dict[str, object] = {"document": self.document, "token": self.strings(), "id": self.ids}
        for kind, column in self.tags.items():
            names = values_of(kind)
            words = None if names is None else pd.Index(names)
            columns[kind] = column if words is None else pd.Categorical.from_codes(column.astype(int) - 1, words)
        return pd.DataFrame(columns)


def tag_tokens(documents: Sequence[Document], tokenizer: PreTrainedTokenizerBase) -> Tagged:
    """Encode documents and give every token its tags.

    The tokenizer must know where its tokens stand in the text, as all fast ones do, and put one special token first.
    Cost: about a second for 200,000 tokens.
    """
    encode: Tokenizer = tokenizer.backend_tokenizer
    encoded = encode.encode_batch([one.text for one in documents])
    offsets = [np.array(one.offsets, dtype=np.int32) for one in encoded]
    tags = [columns_of(document, where) for document, where in zip(documents, offsets, strict=True)]
    together, lengths = np.concatenate(offsets), [len(where) for where in offsets]
    return Tagged(
        ids=np.concatenate([np.array(one.ids, dtype=np.int64) for one in encoded]),
        document=np.repeat(np.arange(len(documents)), lengths),
        start=together[:, 0],
        stop=together[:, 1],
        tags={kind: np.concatenate([part[place] for part in tags]) for place, kind in enumerate(ALL_KINDS)},
        texts=tuple(one.text for one in documents),
    )


def columns_of(document: Document, offsets: Int[np.ndarray, "token 2"]) -> Int[np.ndarray, "kind token"]:
    """The codes of all kinds, in their order, at every token of one document."""
    written = np.zeros((len(WRITTEN), len(document.text) + 1), dtype=np.int32)
    written[PLACE["language"]] = code("language", document.language)
    for kind, start, end, value in document.spans:
        written[PLACE[kind], start:end] = value if isinstance(value, int) else codes(kind)[value]
    last = offsets[:, 1] - 1  # of the token that begins the text: -1, where nothing is written
    found = np.zeros((len(ALL_KINDS), len(offsets)), dtype=np.int32)
    found[0] = code("genre", document.genre)
    found[1 : 1 + len(WRITTEN)] = written[:, last]
    letters = np.frombuffer(document.text.encode("ascii", "replace"), dtype=np.uint8)
    for kind, column in of_text(letters, offsets[1:]).items():
        found[ALL_KINDS.index(kind), 1:] = column
    return found


def of_text(
    letters: Int[np.ndarray, "character"], offsets: Int[np.ndarray, "token 2"]
) -> dict[str, Int[np.ndarray, "token"]]:
    """The tags that the text itself shows: indent, depth, piece of the word, column."""
    start, last = offsets[:, 0], offsets[:, 1] - 1
    number = np.arange(len(offsets))
    line_of = np.concatenate([[0], np.cumsum(letters == NEW_LINE)])  # of every character: lines that end before it
    begins = np.flatnonzero(np.concatenate([[True], letters == NEW_LINE]))
    spaces = np.array([indent_at(letters, at) for at in begins.tolist()])
    line = line_of[last]
    first_in_line = np.minimum.reduceat(number, np.flatnonzero(np.diff(line, prepend=-1)))
    at_first = np.repeat(first_in_line, np.diff(np.append(first_in_line, len(number))))
    is_opening, is_closing = (np.isin(letters, list(marks)) for marks in (OPENING, CLOSING))
    depth = np.maximum(np.cumsum(is_opening) - np.cumsum(is_closing) + is_closing, 0)
    letter = is_letter(letters)
    inside = letter[start] & letter[last] & (start > 0) & letter[start - 1]  # goes on where a word already is
    whole = letter[last]
    new = np.where(whole & ~inside, number, 0)
    piece = np.where(whole, number - np.maximum.accumulate(new) + 1, 0)
    return {"indent": spaces[line], "depth": depth[last], "piece": piece, "column": number - at_first + 1}


def indent_at(letters: Int[np.ndarray, "character"], at: int) -> int:
    """How many spaces there are from here on."""
    end = at
    while end < len(letters) and letters[end] == SPACE:
        end += 1
    return end - at


def is_letter(letters: Int[np.ndarray, "character"]) -> np.ndarray:
    """Whether each is a letter from a to z."""
    lower = letters | 32
    return (lower >= ord("a")) & (lower <= ord("z"))
