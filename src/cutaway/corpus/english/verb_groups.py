"""Verbs with all that stands before them: tense, agreement, negation, modals, and who it is that does it."""

from dataclasses import dataclass

from cutaway.corpus.english.scene import Scene
from cutaway.corpus.lexicon.forms import Verb
from cutaway.corpus.lexicon.verbs import SENTIMENT

MODALS = ("would", "could", "should", "might", "must")
PRESENT_MODALS = ("can", "will", "may", "must", "should")
BE = {"i": ("am", "was"), "plural": ("are", "were"), "singular": ("is", "was")}


@dataclass(frozen=True)
class Mood:
    """How a verb is said: tense past, present or future, and what is laid over it."""

    tense: str = "past"
    negated: bool = False
    form: str = "simple"  # or progressive, perfect, modal


def mood(scene: Scene, tense: str, *, plain: bool = False) -> Mood:
    """A likely way of saying a verb."""
    luck = scene.draw.unit()
    if plain or luck < 0.68:
        return Mood(tense)
    if luck < 0.76:
        return Mood(tense, negated=True)
    if luck < 0.84:
        return Mood(tense, form="progressive")
    if luck < 0.92:
        return Mood(tense, form="perfect")
    return Mood(tense, form="modal", negated=luck > 0.98)


def say_verb(scene: Scene, verb: Verb, how: Mood, *, plural: bool, first: bool = False) -> None:
    """The whole group; `first`: the subject is I. The finite word is tagged with tense and number."""
    number = "plural" if plural else "singular"
    tags = {"tense": how.tense, "number": number}
    like_plural = plural or first
    main = {"sentiment": SENTIMENT[verb.base]} if verb.base in SENTIMENT else {}
    if verb.base == "be" and how.form == "simple" and how.tense != "future":
        be(scene, how, plural=plural, first=first)
        negate(scene, how)
        return
    if how.tense == "future" or how.form == "modal":
        word = "will" if how.tense == "future" else scene.draw.common(MODALS if how.tense == "past" else PRESENT_MODALS)
        scene.say(word, "auxiliary", **tags)
        negate(scene, how)
        scene.say(verb.base, "verb", **main)
    elif how.form == "progressive":
        be(scene, how, plural=plural, first=first)
        negate(scene, how)
        scene.say(verb.ing, "verb", **main)
    elif how.form == "perfect":
        scene.say("had" if how.tense == "past" else "have" if like_plural else "has", "auxiliary", **tags)
        negate(scene, how)
        scene.say(verb.participle, "verb", **main)
    elif how.negated:
        scene.say("did" if how.tense == "past" else "do" if like_plural else "does", "auxiliary", **tags)
        negate(scene, how)
        scene.say(verb.base, "verb", **main)
    else:
        word = verb.past if how.tense == "past" else verb.base if like_plural else verb.third
        scene.say(word, "verb", **tags, **main)


def be(scene: Scene, how: Mood, *, plural: bool, first: bool = False) -> None:
    """The right form of to be."""
    now, then = BE["plural" if plural else "i" if first else "singular"]
    number = "plural" if plural else "singular"
    scene.say(then if how.tense == "past" else now, "auxiliary", tense=how.tense, number=number)


def negate(scene: Scene, how: Mood) -> None:
    """ "Not", where it is denied."""
    if how.negated:
        scene.say("not", "particle")
