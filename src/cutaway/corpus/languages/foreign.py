"""Speak a thought in one of the invented languages."""

from collections.abc import Callable
from typing import Final

from cutaway.corpus.document import Page, Value
from cutaway.corpus.languages.grammar import GRAMMARS, noun_form, verb_form
from cutaway.corpus.languages.meanings import BY_KEY, Meaning
from cutaway.corpus.languages.thoughts import AND, BE, COORDINATE, IN, OR, TO, WITH, WITHOUT, Phrase, Thought
from cutaway.corpus.languages.words import LEXICONS


class Foreign:
    """A speaker of one language who writes on one page."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language
        self.grammar, self.lexicon = GRAMMARS[language], LEXICONS[language]
        self.forms, self.senses = self.lexicon.forms, self.lexicon.senses

    def sentence(self, thought: Thought) -> None:
        """A whole sentence with its mark at the end."""
        page = self.page
        page.sentence()
        with page.span(sentence=page.sentences):
            self.clause(thought, "main")
            if thought.joined is not None and thought.conjunction is not None:
                kind = "coordinate" if thought.conjunction in COORDINATE else "adverbial"
                self.plain(thought.conjunction)
                self.clause(thought.joined, kind)
            if not thought.quoted:
                page.glue("?" if thought.asked else ".")

    def plain(self, meaning: Meaning, **tags: Value) -> None:
        """A word that has no endings."""
        self.page.word(self.forms[meaning.number], meaning.pos, meaning=meaning.code, **tags)

    def clause(self, thought: Thought, kind: str) -> None:
        """Its parts in the order of this language."""
        page, grammar = self.page, self.grammar
        with page.clause(kind):
            is_open = thought.asked and not (thought.subject is not None and thought.subject.pronoun == "who")
            if is_open and grammar.question_first:
                page.word(grammar.question_first, "particle")
            for slot in grammar.order:
                SLOTS[slot](self, thought)
            if is_open and grammar.question_last:
                page.word(grammar.question_last, "particle")
            if thought.complement is not None:
                self.said(thought, thought.complement)

    def subject(self, thought: Thought) -> None:
        """Who does it, unless that is the noun before the clause."""
        if thought.subject is not None:
            self.phrase(thought.subject, "subject", "nominative")

    def recipient(self, thought: Thought) -> None:
        """To whom."""
        if thought.recipient is not None:
            self.around(TO, thought.recipient, "recipient")

    def place(self, thought: Thought) -> None:
        """Where, or to where."""
        if thought.place is not None and thought.preposition is not None:
            self.around(thought.preposition, thought.place, "place")

    def manner(self, thought: Thought) -> None:
        """How, and with whom."""
        if thought.manner is not None:
            self.plain(thought.manner, role="manner")
        if thought.companion is not None:
            self.around(WITHOUT if thought.is_without else WITH, thought.companion, "")

    def time(self, thought: Thought) -> None:
        """When."""
        if thought.time is not None:
            self.plain(thought.time, role="time")
        if thought.when is not None:
            self.around(IN, thought.when, "time")

    def objects(self, thought: Thought) -> None:
        """Whatever the verb is about."""
        if thought.object is not None:
            self.phrase(thought.object, "object", "accusative")
        if thought.predicate is not None:
            self.phrase(thought.predicate, "", "nominative")
        if thought.quality is not None:
            self.plain(thought.quality)

    def said(self, thought: Thought, complement: Thought) -> None:
        """A clause after its verb, or a quotation."""
        page = self.page
        if not thought.quoted:
            page.word(self.grammar.relative, "complementizer")
            self.clause(complement, "complement")
            return
        page.glue(":")
        page.opening('"')
        page.capital = True
        with page.span(quoted=1, person=thought.subject.entity if thought.subject else 0):
            self.clause(complement, "quoted")
            page.glue("?" if complement.asked else ".")
        page.glue('"')

    def verb(self, thought: Thought) -> None:
        """Particles, then the verb."""
        page, grammar, verb, tense = self.page, self.grammar, thought.verb, thought.tense
        if thought.negated and grammar.negation:
            page.word(grammar.negation, "particle")
        if tense in grammar.tense_particles:
            page.word(grammar.tense_particles[tense], "particle", tense=tense)
        if grammar.be_is_silent and verb is BE and tense == "present" and not thought.negated:
            return
        form = verb_form(self.language, self.forms[verb.number], tense, thought.many, thought.negated)
        number = "plural" if thought.many else "singular"
        page.word(form, "verb", meaning=verb.code, tense=tense, number=number)

    def around(self, preposition: Meaning, phrase: Phrase, role: str) -> None:
        """A phrase with the preposition before it, or after it."""
        if self.grammar.preposition_first:
            self.plain(preposition)
        self.phrase(phrase, role, "dative")
        if not self.grammar.preposition_first:
            self.plain(preposition)

    def phrase(self, phrase: Phrase, role: str, case: str) -> None:
        """A name, a pronoun or a noun phrase; two of them if they are joined."""
        page, meaning = self.page, phrase.meaning
        tags: dict[str, Value] = {"number": "plural" if phrase.plural else "singular"}
        if role:
            tags["role"] = role
        if phrase.entity:
            tags["entity"] = phrase.entity
        if phrase.name:
            page.word(noun_form(self.language, phrase.name, False, False, case), "proper", gender=phrase.gender, **tags)
        elif phrase.pronoun:
            pronoun = BY_KEY[f"pronoun:{phrase.pronoun}"]
            form = noun_form(self.language, self.forms[pronoun.number], False, False, case)
            page.word(form, "pronoun", meaning=pronoun.code, gender=phrase.gender, **tags)
        elif meaning is not None:
            self.noun(phrase, meaning, case, tags)
        if phrase.joined is not None:
            self.plain(OR if phrase.either else AND)
            self.phrase(phrase.joined, role, case)

    def noun(self, phrase: Phrase, meaning: Meaning, case: str, tags: dict[str, Value]) -> None:
        """A noun with what belongs to it, on both sides."""
        page, grammar, owner = self.page, self.grammar, phrase.owner
        part: dict[str, Value] = {kind: tags[kind] for kind in ("role", "entity") if kind in tags}
        if owner is not None and grammar.owner_first:
            self.phrase(owner, "possessor", "genitive")
        definite = phrase.definite or owner is not None
        if phrase.determiner is not None:
            self.plain(phrase.determiner, **part)
        elif definite and grammar.articles is not None:
            page.word(grammar.articles[phrase.plural], "determiner", **tags)
        if phrase.numeral is not None:
            self.plain(phrase.numeral, **part)
        if phrase.adjective is not None and grammar.adjective_first:
            self.plain(phrase.adjective, **part)
        with_article = definite and phrase.determiner is None
        form = noun_form(self.language, self.forms[meaning.number], phrase.plural, with_article, case)
        if meaning.number in self.senses:
            tags["sense"] = self.senses[meaning.number]
        page.word(form, "noun", meaning=meaning.code, **tags)
        if phrase.adjective is not None and not grammar.adjective_first:
            self.plain(phrase.adjective, **part)
        if owner is not None and not grammar.owner_first:
            page.word(grammar.linker, "preposition")
            self.phrase(owner, "possessor", "genitive")
        if phrase.relative is not None:
            gap = "accusative" if phrase.relative.subject is not None else "nominative"
            word = noun_form(self.language, grammar.relative, False, False, gap)
            page.word(word, "pronoun", role="subject" if gap == "nominative" else "object", **_entity(phrase))
            self.clause(phrase.relative, "relative")


def _entity(phrase: Phrase) -> dict[str, Value]:
    return {"entity": phrase.entity} if phrase.entity else {}


SLOTS: Final[dict[str, Callable[[Foreign, Thought], None]]] = {
    "T": Foreign.time,
    "S": Foreign.subject,
    "V": Foreign.verb,
    "O": Foreign.objects,
    "R": Foreign.recipient,
    "P": Foreign.place,
    "M": Foreign.manner,
}
