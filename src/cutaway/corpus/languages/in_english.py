"""Speak a thought in English: agreement, articles, do, and the irregular words."""

from functools import cache

from cutaway.corpus.document import Page, Value
from cutaway.corpus.kinds import words
from cutaway.corpus.languages.meanings import BY_KEY, Meaning
from cutaway.corpus.languages.thoughts import AND, BE, COORDINATE, IN, OR, TO, WITH, WITHOUT, Phrase, Thought

VOWELS = "aeiou"
SOUND_OTHERWISE = ("useful", "honest", "hour", "honour", "one", "uniform")
BETWEEN = tuple(BY_KEY[f"adverb:{head}"] for head in words("often always suddenly finally already still"))
FIRST = tuple(BY_KEY[f"adverb:{head}"] for head in words("then once"))
OBJECTS = {"I": "me", "he": "him", "she": "her", "we": "us", "they": "them"}
OWNERS = {"I": "my", "you": "your", "he": "his", "she": "her", "it": "its", "we": "our", "they": "their"}


@cache
def plural_of(noun: Meaning) -> str:
    """The plural of a noun."""
    head = noun.head
    if noun.irregular:
        return noun.irregular
    return head + "es" if head.endswith(("s", "sh", "ch", "x")) else head + "s"


@cache
def past_of(verb: Meaning) -> str:
    """The past of a verb."""
    head = verb.head
    if verb.irregular:
        return verb.irregular
    if head.endswith("y") and head[-2] not in VOWELS:
        return head[:-1] + "ied"
    return head + "d" if head.endswith("e") else head + "ed"


@cache
def third_of(verb: Meaning) -> str:
    """The present of a verb with he, she or it."""
    head = verb.head
    if verb is BE:
        return "is"
    if head.endswith("y") and head[-2] not in VOWELS:
        return head[:-1] + "ies"
    return head + "es" if head.endswith(("s", "sh", "ch", "x", "o")) else head + "s"


@cache
def article_before(word: str) -> str:
    """A or an, by the sound that follows."""
    return "an" if (word[0] in VOWELS) != (word in SOUND_OTHERWISE) else "a"


def _person(thought: Thought) -> str:
    """Which form of the verb: that of I, of they (and you and we), or of it."""
    subject = thought.subject
    if subject is not None and subject.joined is None and subject.pronoun == "I":
        return "I"
    if thought.many or (subject is not None and subject.pronoun == "you"):
        return "they"
    return "it"


def finite(verb: Meaning, tense: str, person: str) -> str:
    """A verb of the present or the past."""
    if verb is BE:
        if tense == "past":
            return "were" if person == "they" else "was"
        return {"I": "am", "they": "are", "it": "is"}[person]
    if tense == "past":
        return past_of(verb)
    return third_of(verb) if person == "it" else verb.head


class English:
    """A speaker of English who writes on one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def sentence(self, thought: Thought) -> None:
        """A whole sentence with its mark at the end."""
        page = self.page
        page.sentence()
        with page.span(sentence=page.sentences):
            self.clause(thought, "main")
            if thought.joined is not None and thought.conjunction is not None:
                kind = "coordinate" if thought.conjunction in COORDINATE else "adverbial"
                if kind == "coordinate":
                    page.glue(",")
                self.plain(thought.conjunction)
                self.clause(thought.joined, kind)
            if not thought.quoted:
                page.glue("?" if thought.asked else ".")

    def plain(self, meaning: Meaning, **tags: Value) -> None:
        """A word as the list has it."""
        self.page.word(meaning.head, meaning.pos, meaning=meaning.code, **tags)

    def clause(self, thought: Thought, kind: str) -> None:
        """Subject, verb, object and the rest."""
        time = thought.time
        goes_first = time is not None and time in FIRST and not thought.asked
        with self.page.clause(kind):
            if time is not None and goes_first:
                self.plain(time, role="time")
            self.verb(thought)
            self.objects(thought)
            self.circumstances(thought)
            if time is not None and time not in BETWEEN and not goes_first:
                self.plain(time, role="time")
            if thought.when is not None:
                self.plain(IN)
                self.phrase(thought.when, "time")
            if thought.complement is not None:
                self.said(thought, thought.complement)

    def objects(self, thought: Thought) -> None:
        """Whatever the verb is about, and for whom."""
        if thought.object is not None:
            self.phrase(thought.object, "object")
        if thought.predicate is not None:
            self.phrase(thought.predicate, "")
        if thought.quality is not None:
            self.plain(thought.quality)
        if thought.recipient is not None:
            self.plain(TO)
            self.phrase(thought.recipient, "recipient")

    def circumstances(self, thought: Thought) -> None:
        """How, with whom and where."""
        if thought.manner is not None:
            self.plain(thought.manner, role="manner")
        if thought.companion is not None:
            self.plain(WITHOUT if thought.is_without else WITH)
            self.phrase(thought.companion, "")
        if thought.place is not None and thought.preposition is not None:
            self.plain(thought.preposition)
            self.phrase(thought.place, "place")

    def said(self, thought: Thought, complement: Thought) -> None:
        """A clause after its verb, or a quotation."""
        page = self.page
        if not thought.quoted:
            page.word("that", "complementizer")
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
        """The subject and the verb with its auxiliaries, which a question puts first."""
        page, verb, tense, subject = self.page, thought.verb, thought.tense, thought.subject
        person = _person(thought)
        number: Value = "plural" if thought.many else "singular"
        turned = thought.asked and not (subject is not None and subject.pronoun == "who")
        helper = ""
        if tense == "future":
            helper = "will"
        elif verb is not BE and (turned or thought.negated):
            helper = "did" if tense == "past" else "does" if person == "it" else "do"
        first = helper or finite(verb, tense, person)
        if subject is not None and not turned:
            self.phrase(subject, "subject")
        before = thought.time if thought.time in BETWEEN else None
        if before is not None and not helper and verb is not BE:
            self.plain(before, role="time")
        if helper:
            page.word(first, "auxiliary", tense=tense)
        else:
            page.word(first, "verb", meaning=verb.code, tense=tense, number=number)
        if subject is not None and turned:
            self.phrase(subject, "subject")
        if thought.negated:
            page.word("not", "particle")
        if before is not None and (helper or verb is BE):
            self.plain(before, role="time")
        if helper:
            page.word(verb.head, "verb", meaning=verb.code, tense=tense, number=number)

    def phrase(self, phrase: Phrase, role: str) -> None:
        """A name, a pronoun or a noun phrase; two of them if they are joined."""
        page, meaning = self.page, phrase.meaning
        tags: dict[str, Value] = {"number": "plural" if phrase.plural else "singular"}
        if role:
            tags["role"] = role
        if phrase.entity:
            tags["entity"] = phrase.entity
        if phrase.name:
            page.word(phrase.name, "proper", gender=phrase.gender, **tags)
            if role == "possessor":
                page.glue("'s", "particle")
        elif phrase.pronoun:
            said = phrase.pronoun
            form = OWNERS[said] if role == "possessor" else said if role == "subject" else OBJECTS.get(said, said)
            code = BY_KEY[f"pronoun:{said}"].code
            page.word(form, "pronoun", meaning=code, gender=phrase.gender, **tags)
        elif meaning is not None:
            self.noun(phrase, meaning, tags)
            if role == "possessor":
                page.glue("'" if phrase.plural and plural_of(meaning).endswith("s") else "'s", "particle")
        if phrase.joined is not None:
            self.plain(OR if phrase.either else AND)
            self.phrase(phrase.joined, role)

    def noun(self, phrase: Phrase, meaning: Meaning, tags: dict[str, Value]) -> None:
        """What stands before a noun, the noun, and a relative clause."""
        page, plural, adjective, determiner = self.page, phrase.plural, phrase.adjective, phrase.determiner
        part: dict[str, Value] = {kind: tags[kind] for kind in ("role", "entity") if kind in tags}
        noun = plural_of(meaning) if plural else meaning.head
        if phrase.owner is not None:
            self.phrase(phrase.owner, "possessor")
        elif determiner is not None:
            form = determiner.irregular if plural and determiner.irregular else determiner.head
            page.word(form, "determiner", meaning=determiner.code, **part)
        elif phrase.definite:
            page.word("the", "determiner", **part)
        elif meaning.counted and not plural and phrase.numeral is None:
            page.word(article_before(adjective.head if adjective is not None else noun), "determiner", **part)
        if phrase.numeral is not None:
            self.plain(phrase.numeral, **part)
        if adjective is not None:
            self.plain(adjective, **part)
        page.word(noun, "noun", meaning=meaning.code, **tags)
        if phrase.relative is not None:
            word = "who" if meaning.group == "person" else "that"
            gap = "object" if phrase.relative.subject is not None else "subject"
            entity: dict[str, Value] = {"entity": phrase.entity} if phrase.entity else {}
            page.word("that" if gap == "object" else word, "pronoun", role=gap, **entity)
            self.clause(phrase.relative, "relative")
