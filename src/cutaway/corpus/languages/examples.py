"""A short sentence that shows how one word is used, as dictionaries have them."""

from typing import Final

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.languages.meanings import Meaning, group
from cutaway.corpus.languages.roles import ADJECTIVES, INSIDE, MOODS, OBJECTS, PEOPLE, PLANTS, SKY, VERBS, gender_of
from cutaway.corpus.languages.thoughts import BE, TO, Phrase, Thought

OTHERS: Final = ("he", "she", "they")
ACTORS: Final = ("he", "she", "they", "I", "we", "you")
KINDS: Final = {
    "any": "thing person place animal",
    "thing": "thing",
    "alive": "person animal",
    "food": "food",
    "place": "place",
    "idea": "idea",
}
DESCRIBED: Final = {name: group("noun", *kinds.split()) for name, kinds in KINDS.items()}


def _the(page: Page, draw: Draw, meaning: Meaning, *, definite: bool = True) -> Phrase:
    """A noun by itself."""
    plural = meaning.counted and draw.chance(0.25)
    return Phrase(
        page.new_entity(), "they" if plural else gender_of(meaning), meaning, plural=plural, definite=definite
    )


def _somebody(page: Page, draw: Draw, pronouns: tuple[str, ...]) -> Phrase:
    """A pronoun, or somebody of an everyday kind."""
    if draw.chance(0.4):
        return _the(page, draw, draw.common(PEOPLE))
    said = draw.one(pronouns)
    gender = said if said in ("he", "she") else "they"
    return Phrase(page.new_entity(), gender, pronoun=said, plural=said in ("they", "we"))


def _does(page: Page, draw: Draw, verb: Meaning) -> Thought:
    """Somebody does it, with all that the verb needs."""
    tense = draw.one(("present", "past", "past", "future"))
    subject = (
        _the(page, draw, draw.common(DESCRIBED["alive"])) if verb.group == "prowl" else _somebody(page, draw, ACTORS)
    )
    thought = Thought(verb, tense, subject=subject, many=subject.plural, negated=draw.chance(0.15))
    if verb.group in OBJECTS:
        thought.object = _the(page, draw, draw.common(OBJECTS[verb.group]), definite=draw.chance(0.6))
    elif verb.group == "meet":
        thought.object = _somebody(page, draw, OTHERS)
    elif verb.group == "say":
        thought.complement = _does(page, draw, draw.common(VERBS["rest"]))
    elif verb.group == "go":
        thought.preposition, thought.place = TO, _the(page, draw, draw.common(OBJECTS["enter"]))
    elif verb.group in ("shine", "grow"):
        thought.subject = _the(page, draw, draw.common(SKY if verb.group == "shine" else PLANTS))
        thought.many = thought.subject.plural
    elif verb is BE:
        thought.quality = draw.common(MOODS)
    if verb.group == "give":
        thought.recipient = _somebody(page, draw, OTHERS)
    return thought


def _of_noun(page: Page, draw: Draw, meaning: Meaning) -> Thought:
    """What it does, or what somebody does with it."""
    noun = _the(page, draw, meaning, definite=draw.chance(0.7))
    if meaning.group in ADJECTIVES and draw.chance(0.4):
        noun.adjective = draw.common(ADJECTIVES[meaning.group])
    if meaning.group in ("person", "animal"):
        verb = draw.common(VERBS["rest" if meaning.group == "person" else "prowl"])
        return Thought(verb, draw.one(("present", "past")), subject=noun, many=noun.plural)
    if meaning.group in ("sky", "plant") and draw.chance(0.5):
        noun.definite = True
        verb = draw.common(VERBS["shine" if meaning.group == "sky" else "grow"])
        return Thought(verb, draw.one(("present", "past")), subject=noun, many=noun.plural)
    subject = _somebody(page, draw, ACTORS)
    tense = draw.one(("present", "past", "future"))
    if meaning.group == "time":
        noun.definite = True
        return Thought(draw.common(VERBS["rest"]), tense, subject=subject, many=subject.plural, when=noun)
    if meaning.group == "place" and draw.chance(0.5):
        thought = Thought(draw.common(VERBS["rest"]), tense, subject=subject, many=subject.plural)
        thought.preposition, thought.place = draw.one(INSIDE), noun
        return thought
    frame = {
        "body": "tend",
        "thing": "take",
        "material": "take",
        "food": "eat",
        "drink": "drink",
        "place": "enter",
        "idea": "tell",
    }
    verb = draw.common(VERBS[frame.get(meaning.group, "see")])
    return Thought(verb, tense, subject=subject, many=subject.plural, object=noun)


def example(page: Page, draw: Draw, meaning: Meaning) -> Thought:
    """A thought in which this meaning has its place: a noun, a verb, an adjective or an adverb."""
    if meaning.pos == "verb":
        return _does(page, draw, meaning)
    if meaning.pos == "adjective":
        subject = _the(page, draw, draw.common(DESCRIBED[meaning.group]))
        return Thought(BE, draw.one(("present", "past")), subject=subject, many=subject.plural, quality=meaning)
    if meaning.pos == "adverb":
        thought = _does(page, draw, draw.common(VERBS["rest"]))
        if meaning.group in ("past", "present", "future"):
            thought.tense = meaning.group
        if meaning.group in ("manner", "there"):
            thought.manner = meaning
        else:
            thought.time = meaning
        return thought
    return _of_noun(page, draw, meaning)
