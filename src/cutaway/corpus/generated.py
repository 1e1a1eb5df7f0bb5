"""The generated corpus: documents of all genres in a stream that a seed decides, and their tokens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice

import numpy as np
from transformers import PreTrainedTokenizerBase

from cutaway.corpus.bpe import tokenizer as own_tokenizer
from cutaway.corpus.document import Document
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre, all_genres
from cutaway.corpus.tagged import Tagged, tag_tokens
from cutaway.errors.corpus import UnknownGenreError

BATCH = 64  # documents that are encoded at once
SPREAD = 1_000_003  # keeps the documents of one seed apart from those of another


@dataclass(frozen=True)
class Corpus:
    """Documents without end. `document(n)` is the n-th, whatever was read before; `genres` may be a choice of them.

    Training reads seeds below 1000; the zoo measures on seeds from 1000 on.
    """

    seed: int = 0
    genres: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.genres:
            if name not in all_genres():
                raise UnknownGenreError(name, all_genres())

    @property
    def chosen(self) -> list[tuple[float, Genre]]:
        """The genres with their shares of documents."""
        return [(genre.share, genre) for name, genre in all_genres().items() if not self.genres or name in self.genres]

    def document(self, number: int) -> Document:
        """One document, by its number."""
        seed = self.seed * SPREAD + number
        genre: Genre = Draw(-1 - seed).weighted(self.chosen)
        return genre.document(seed)

    def documents(self, first: int = 0) -> Iterator[Document]:
        """Every document from one on; it never ends."""
        return map(self.document, count(first))

    def tagged(self, tokens: int, *, tokenizer: PreTrainedTokenizerBase | None = None, first: int = 0) -> Tagged:
        """At least so many tokens with their tags, whole documents.

        Cost: about 5 microseconds a token, and 150 bytes.
        """
        return together(list(self.batches(tokens, tokenizer=tokenizer, first=first)))

    def batches(
        self, tokens: int, *, tokenizer: PreTrainedTokenizerBase | None = None, first: int = 0
    ) -> Iterator[Tagged]:
        """The same in pieces of 64 documents: memory does not grow."""
        source, seen = self.documents(first), 0
        while seen < tokens:
            batch = tag_tokens(list(islice(source, BATCH)), tokenizer or own_tokenizer())
            seen += len(batch)
            yield batch


def together(parts: Sequence[Tagged]) -> Tagged:
    """Pieces as one, with the documents numbered through."""

    before = np.cumsum([0, *(len(part.texts) for part in parts[:-1])])
    return Tagged(
        ids=np.concatenate([part.ids for part in parts]),
        document=np.concatenate([part.document + offset for part, offset in zip(parts, before, strict=True)]),
        start=np.concatenate([part.start for part in parts]),
        stop=np.concatenate([part.stop for part in parts]),
        tags={kind: np.concatenate([part.tags[kind] for part in parts]) for kind in parts[0].tags},
        texts=tuple(text for part in parts for text in part.texts),
    )
