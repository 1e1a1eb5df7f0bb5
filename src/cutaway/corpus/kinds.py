"""What a tag can say of a stretch of text: the kinds, and the values of each.

Values are words of a fixed list (long ones, "listed", are in `values.py`), or numbers: of something in one document
("number"), of something in the whole corpus ("identity", such as a planted phrase), or of how many ("count"). On
tokens, 0 says that there is no such tag.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Kind:
    """One kind of tag. `by` says who sets it: the writer of a document, or code that reads the finished text."""

    name: str
    says: str
    values: tuple[str, ...] | Literal["number", "identity", "count", "listed"]
    by: Literal["writer", "text"] = "writer"


def words(text: str) -> tuple[str, ...]:
    """A list of values."""
    return tuple(text.split())


LANGUAGES = words("english python code markup veltic ostran mirelan")

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("language", "what it is written in", LANGUAGES),
        Kind(
            "pos",
            "part of speech; in code and formulas the part that a token plays",
            words(
                "noun proper verb auxiliary adjective adverb pronoun determiner preposition conjunction complementizer"
                " number particle interjection punctuation keyword name operator literal comment markup command"
            ),
        ),
        Kind("role", "role of a phrase in its clause", words("subject object recipient place time manner possessor")),
        Kind("number", "of a noun, a pronoun or a verb", words("singular plural")),
        Kind("tense", "of a verb", words("past present future")),
        Kind("gender", "of whom a name or pronoun means", words("she he they it")),
        Kind("concept", "what class of thing an English word means", "listed"),
        Kind("meaning", "what a word of an invented language means, and its English translation", "identity"),
        Kind("sense", "which sense of a word with two", "listed"),
        Kind("sentiment", "of a word", words("positive negative")),
        Kind("sentence", "number of the sentence in its document", "number"),
        Kind("clause", "number of the innermost clause in its document", "number"),
        Kind("clause_kind", "of the innermost clause", words("main relative complement adverbial coordinate quoted")),
        Kind("entity", "number of whom or what a word means in its document", "number"),
        Kind("quoted", "how deep inside quotation marks", "count"),
        Kind("person", "who speaks, by entity", "number"),
        Kind("fact", "number of the fact of the invented world that this word completes", "identity"),
        Kind("ngram", "number of the planted phrase of which this is a word", "identity"),
        Kind("skip", "number of the planted skip trigram of which this is a word", "identity"),
        Kind("repeat", "how many times these words have been there already", "count"),
        Kind("choices", "out of how many it was drawn, each as likely, with nothing to tell which", "count"),
        Kind("noise", "what is wrong with it", words("typo doubled missing inserted case")),
        Kind("cites", "number of what is cited in its document", "number"),
        Kind(
            "part",
            "part of the document",
            words(
                "title heading greeting body closing signature header row cell item question answer docstring comment"
                " string argument definition call attribute element formula key value label example"
            ),
        ),
        Kind("indent", "spaces at the beginning of its line", "count", by="text"),
        Kind("depth", "how many brackets are open around it", "count", by="text"),
        Kind("piece", "which piece of its word a token is: 1 is the first", "count", by="text"),
        Kind("column", "how many tokens stand before it in its line, and one", "count", by="text"),
    )
}
