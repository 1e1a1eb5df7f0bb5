"""Noun phrases: a name, a pronoun, "the old lamp", "three of the boys who laughed"; each knows whom it means."""

from cutaway.corpus.document import Value
from cutaway.corpus.draw import Draw
from cutaway.corpus.english.figures import OBJECTIVE, POSSESSIVE, Figure
from cutaway.corpus.english.scene import Scene
from cutaway.corpus.lexicon.adjectives import Adjective, attributive_for
from cutaway.corpus.lexicon.forms import Noun, article
from cutaway.corpus.lexicon.nouns import counted, nouns_of
from cutaway.corpus.lexicon.prepositions import at, towards
from cutaway.corpus.lexicon.senses import sense_of

NUMBER_WORDS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "twenty"]
DEGREES = ("very", "rather", "quite", "really")
PEOPLED = frozenset(("people", "agents", "seen", "animate"))  # groups of which the cast are
RECENT = 2  # sentences for which a pronoun stays clear


def pronoun_is_clear(scene: Scene, figure: Figure) -> bool:
    """Whether nobody else with the same pronoun was spoken of as lately."""
    if not figure.spoken or scene.page.sentences - figure.spoken > RECENT:
        return False
    rivals = scene.cast if figure.gender != "it" else scene.things
    return not any(
        one is not figure and one.gender == figure.gender and one.spoken >= figure.spoken - 1 and one.spoken
        for one in rivals
    )


def refer(scene: Scene, figure: Figure, role: str, *, name: bool = False) -> None:
    """Speak of somebody or something again; or for the first time, by name."""
    if figure.gender in ("i", "we", "you") or (not name and said_short(scene, figure, role)):
        pronoun(scene, figure, role)
    elif figure.name:
        named(scene, figure, role)
    else:
        definite(scene, figure, role)
    figure.spoken = max(scene.page.sentences, 1)


def said_short(scene: Scene, figure: Figure, role: str) -> bool:
    """Whether a pronoun is used: the subject of this sentence has one most often, others where it is clear.

    One person who is "they" is a subject by name only, for "they" takes another verb.
    """
    if role == "subject" and figure.gender == "they" and not figure.plural:
        return False
    if figure is scene.subject and figure.spoken == scene.page.sentences:
        return scene.draw.chance(0.9)
    return pronoun_is_clear(scene, figure) and scene.draw.chance(0.75)


def pronoun(scene: Scene, figure: Figure, role: str) -> None:
    """A pronoun in the case that its role asks for."""
    word = figure.gender if role == "subject" else OBJECTIVE[figure.gender]
    number = "plural" if figure.takes_plural_verb else "singular"
    gender: dict[str, Value] = {"gender": figure.gender} if figure.gender in ("she", "he", "they", "it") else {}
    word = "I" if word == "i" else word
    scene.say(word, "pronoun", role=role, number=number, entity=figure.entity, **gender)


def named(scene: Scene, figure: Figure, role: str) -> None:
    """A name; with the family name at first, now and then."""
    tags: dict[str, Value] = {"role": role, "entity": figure.entity, "gender": figure.gender, "number": "singular"}
    scene.say(figure.name, "proper", **tags)
    if figure.surname and not figure.spoken and scene.draw.chance(0.3):
        scene.say(figure.surname, "proper", **tags)


def definite(scene: Scene, figure: Figure, role: str) -> None:
    """ "The" and a noun, with the adjective it had where that is said again."""
    scene.say("the" if scene.draw.chance(0.85) else "those" if figure.plural else "that", "determiner")
    if figure.adjective and scene.draw.chance(0.3):
        adjective(scene, figure.adjective)
    head(scene, figure, role)


def head(scene: Scene, figure: Figure, role: str) -> None:
    """The noun itself."""
    number = "plural" if figure.plural else "singular"
    sense = sense_of(figure.noun) if figure.noun is not None else None
    tags: dict[str, Value] = {} if sense is None else {"sense": sense}
    scene.say(figure.head, "noun", role=role, number=number, concept=figure.concept, entity=figure.entity, **tags)


def new(scene: Scene, noun: Noun, role: str, *, owner: Figure | None = None) -> Figure:
    """Something that was not spoken of before: "a red lamp", "two lamps", "her lamp", "some bread"."""
    draw = scene.draw
    plural = not noun.mass and draw.chance(0.25)
    words = described(draw, noun.concept)
    last = words[-1] if words else None
    figure = scene.new_thing(noun, plural=plural, adjective=last if isinstance(last, Adjective) else None)
    first = figure.head if not words else words[0] if isinstance(words[0], str) else words[0].word
    if owner is not None and draw.chance(0.35):
        possessive(scene, owner)
    elif plural:
        scene.say(draw.common(("some", "many", "several", *NUMBER_WORDS)), "determiner")
    elif noun.mass:
        if draw.chance(0.6):
            scene.say(draw.one(("some", "the", "much", "enough")), "determiner")
    else:
        scene.say(article(first) if draw.chance(0.8) else draw.one(("the", "another", "one")), "determiner")
    for word in words:
        if isinstance(word, str):
            scene.say(word, "adverb")
        else:
            adjective(scene, word)
    head(scene, figure, role)
    figure.spoken = max(scene.page.sentences, 1)
    return figure


def described(draw: Draw, concept: str) -> list[str | Adjective]:
    """No, one or two adjectives that fit, with an adverb of degree now and then."""
    fitting, luck = attributive_for(concept), draw.unit()
    if luck < 0.6 or not fitting:
        return []
    word = draw.common(fitting)
    if luck < 0.88:
        return [word]
    if luck < 0.94 and word.graded:
        return [draw.one(DEGREES), word]
    other = draw.common(fitting)
    return [word] if other.concept == word.concept else [other, word]


def adjective(scene: Scene, meant: Adjective) -> None:
    """An adjective with its class and sentiment."""
    sentiment = {"sentiment": meant.sentiment} if meant.sentiment else {}
    scene.say(meant.word, "adjective", concept=meant.concept, **sentiment)


def possessive(scene: Scene, owner: Figure) -> None:
    """ "Her", or "Mary's"."""
    if (owner.spoken and scene.page.sentences - owner.spoken <= 1) or owner.gender in ("i", "we", "you"):
        scene.say(POSSESSIVE[owner.gender], "pronoun", role="possessor", entity=owner.entity)
        return
    if owner.name:
        scene.say(owner.name, "proper", role="possessor", entity=owner.entity, gender=owner.gender)
    else:
        scene.say("the", "determiner")
        scene.say(owner.head, "noun", role="possessor", entity=owner.entity, concept=owner.concept)
    scene.page.glue("'", "particle")
    if not (owner.plural and owner.head.endswith("s")):
        scene.page.glue("s", "particle")


def chosen(scene: Scene, group: str, *, avoid: Figure | None = None) -> Figure | Noun:
    """What to speak of: somebody of the cast where people are meant, something known, or a noun for something new."""
    draw = scene.draw
    if group in PEOPLED and scene.cast and draw.chance(0.7):
        others = [one for one in scene.cast if one is not avoid]
        if others:
            return draw.one(others)
    if draw.chance(0.45):
        known = scene.known(group)
        if known is not None and known is not avoid:
            return known
    return draw.common(nouns_of(group) if draw.chance(0.3) else counted(group) or nouns_of(group))


def spoken_of(scene: Scene, what: Figure | Noun, role: str, *, owner: Figure | None = None) -> Figure:
    """Put what was chosen into words."""
    if isinstance(what, Noun):
        return new(scene, what, role, owner=owner)
    refer(scene, what, role)
    return what


def noun_phrase(
    scene: Scene, group: str, role: str, *, owner: Figure | None = None, avoid: Figure | None = None
) -> Figure:
    """Something of a group of concepts, chosen and spoken of."""
    return spoken_of(scene, chosen(scene, group, avoid=avoid), role, owner=owner)


def place_phrase(scene: Scene, group: str, *, going: bool) -> Figure:
    """Where somebody is or goes: the preposition that the place asks for, and the place."""
    place = chosen(scene, group)
    choices = (towards if going else at)(place.concept)
    for word in scene.draw.common(choices).split():
        scene.say(word, "preposition")
    return spoken_of(scene, place, "place")
