"""What a sentence says before any language has said it."""

from dataclasses import dataclass

from cutaway.corpus.languages.meanings import BY_KEY, Meaning

BE = BY_KEY["verb:be"]
IN, TO, WITH, WITHOUT = (BY_KEY[f"preposition:{head}"] for head in ("in", "to", "with", "without"))
AND, OR = BY_KEY["conjunction:and"], BY_KEY["conjunction:or"]
COORDINATE = (AND, OR, BY_KEY["conjunction:but"])


@dataclass(slots=True)
class Phrase:
    """Somebody or something: a name, a pronoun (by its English word) or a noun with what belongs to it.

    `entity` is 0 where it means nobody in particular, as "who" does.
    """

    entity: int
    gender: str
    meaning: Meaning | None = None
    name: str = ""
    pronoun: str = ""
    plural: bool = False
    definite: bool = False
    determiner: Meaning | None = None
    numeral: Meaning | None = None
    adjective: Meaning | None = None
    owner: "Phrase | None" = None
    relative: "Thought | None" = None
    joined: "Phrase | None" = None
    either: bool = False  # joined by "or"

    @property
    def is_many(self) -> bool:
        """Whether a verb that agrees with it is plural."""
        return self.plural or self.joined is not None


@dataclass(slots=True)
class Thought:
    """A clause. In a relative one the subject or the object is missing: it is the noun before.

    `predicate` is the noun and `quality` the adjective after "be". `many` is the number of the subject, also where
    that is missing.
    """

    verb: Meaning
    tense: str
    subject: Phrase | None = None
    many: bool = False
    object: Phrase | None = None
    recipient: Phrase | None = None
    predicate: Phrase | None = None
    quality: Meaning | None = None
    preposition: Meaning | None = None
    place: Phrase | None = None
    time: Meaning | None = None
    when: Phrase | None = None
    manner: Meaning | None = None
    companion: Phrase | None = None
    is_without: bool = False
    complement: "Thought | None" = None
    quoted: bool = False
    negated: bool = False
    asked: bool = False
    conjunction: Meaning | None = None
    joined: "Thought | None" = None
