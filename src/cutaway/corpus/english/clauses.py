"""Clauses: who does what to whom, in every pattern that verbs have, with clauses inside them."""

from cutaway.corpus.english.figures import REFLEXIVE, Figure
from cutaway.corpus.english.phrases import adjective, noun_phrase, place_phrase, refer
from cutaway.corpus.english.scene import Scene
from cutaway.corpus.english.verb_groups import Mood, mood, say_verb
from cutaway.corpus.lexicon.adjectives import adjectives_for
from cutaway.corpus.lexicon.adverbs import MANNER, REPEATED, SENTIMENT
from cutaway.corpus.lexicon.nouns import GROUPS
from cutaway.corpus.lexicon.verbs import Frame, frames_for

SHARES = (
    *((0.30, "transitive"), (0.14, "prepositional"), (0.10, "intransitive"), (0.10, "motion"), (0.07, "ditransitive")),
    *((0.08, "copula"), (0.06, "located"), (0.05, "says"), (0.03, "asks"), (0.04, "wants"), (0.02, "enjoys")),
    *((0.01, "orders"), (0.02, "tells")),
)
INSIDE = frozenset(("says", "asks", "wants", "enjoys", "orders", "tells"))  # patterns that hold another clause
BARE = ("transitive", "motion", "prepositional", "ditransitive", "intransitive")  # without tense, common first
PLAIN = INSIDE | {"copula", "located"}  # said without "was ...ing"
DEEPEST = 3


def frame_of(scene: Scene, subject: Figure, depth: int) -> Frame:
    """What a subject does: a frame that its concept allows."""
    draw = scene.draw
    while True:
        pattern = draw.weighted(SHARES)
        if pattern in INSIDE and depth >= DEEPEST:
            continue
        frames = frames_for(pattern, subject.concept)
        if frames:
            return draw.common(frames)


def clause(scene: Scene, subject: Figure, *, tense: str, depth: int = 1, kind: str = "main") -> None:
    """A whole clause: its subject, then what it does."""
    with scene.page.clause(kind):
        refer(scene, subject, "subject")
        predicate(scene, subject, tense=tense, depth=depth)


def predicate(scene: Scene, subject: Figure, *, tense: str, depth: int) -> None:
    """What a subject does or is."""
    frame = frame_of(scene, subject, depth)
    how = mood(scene, tense, plain=frame.pattern in PLAIN)
    plural, first = subject.takes_plural_verb, subject.gender == "i"
    manner = scene.draw.chance(0.1) and frame.pattern not in ("copula", *INSIDE)
    if frame.pattern == "copula":
        state(scene, subject, frame, how)
        return
    if manner and scene.draw.chance(0.4) and how == Mood(tense):
        adverb(scene)
        manner = False
    say_verb(scene, frame.verb, how, plural=plural, first=first)
    complements(scene, subject, frame, tense=tense, depth=depth)
    if manner:
        adverb(scene)
    elif scene.draw.chance(0.04) and depth < DEEPEST:
        for word in scene.draw.common(REPEATED).split():
            scene.say(word, "adverb", role="time")


def adverb(scene: Scene) -> None:
    """How it is done."""
    word = scene.draw.common(MANNER)
    sentiment = {"sentiment": SENTIMENT[word]} if word in SENTIMENT else {}
    scene.say(word, "adverb", role="manner", **sentiment)


def complements(scene: Scene, subject: Figure, frame: Frame, *, tense: str, depth: int) -> None:
    """What the pattern of the verb asks for behind it."""
    pattern, draw = frame.pattern, scene.draw
    if pattern in INSIDE:
        inner(scene, subject, frame, tense=tense, depth=depth)
    elif pattern == "transitive":
        taken(scene, subject, frame.object, "object")
    elif pattern == "prepositional":
        scene.say(frame.preposition, "preposition")
        taken(scene, subject, frame.object, "object")
    elif pattern == "ditransitive":
        thing = noun_phrase(scene, frame.object, "object", owner=subject)
        scene.say(frame.preposition, "preposition")
        noun_phrase(scene, frame.recipient, "recipient", avoid=subject if thing is not subject else None)
    elif pattern in ("motion", "located"):
        place_phrase(scene, frame.object, going=pattern == "motion")
    elif pattern == "intransitive" and draw.chance(0.25):
        place_phrase(scene, "places", going=False)


def taken(scene: Scene, subject: Figure, group: str, role: str) -> None:
    """The object: somebody else, or now and then oneself."""
    figure = None
    if group == "people" and scene.draw.chance(0.06) and subject.gender in REFLEXIVE and subject.concept != "group":
        number = "plural" if subject.takes_plural_verb else "singular"
        scene.say(REFLEXIVE[subject.gender], "pronoun", role=role, entity=subject.entity, number=number)
        return
    figure = noun_phrase(scene, group, role, owner=subject, avoid=subject)
    if scene.draw.chance(0.06) and figure.noun is not None:
        relative(scene, figure)


def relative(scene: Scene, figure: Figure) -> None:
    """A clause about what was just named: "who had left", "that she loved"."""
    people = figure.concept in GROUPS["people"]
    with scene.page.clause("relative"):
        scene.say("who" if people else scene.draw.one(("that", "which")), "pronoun", entity=figure.entity)
        if scene.cast and not people and scene.draw.chance(0.5):
            owner = scene.draw.one(scene.cast)
            frames = [one for one in frames_for("transitive", "person") if figure.concept in GROUPS.get(one.object, ())]
            if frames:
                refer(scene, owner, "subject")
                how = Mood("past", form=scene.draw.one(("simple", "perfect")))
                say_verb(
                    scene,
                    scene.draw.common(frames).verb,
                    how,
                    plural=owner.takes_plural_verb,
                    first=owner.gender == "i",
                )
                return
        predicate(scene, figure, tense="past", depth=DEEPEST)


def state(scene: Scene, subject: Figure, frame: Frame, how: Mood) -> None:
    """To be something: an adjective, at times more than somebody else."""
    draw = scene.draw
    say_verb(scene, frame.verb, how, plural=subject.takes_plural_verb, first=subject.gender == "i")
    fitting = adjectives_for(subject.concept)
    if not fitting:
        scene.say("there", "adverb")
        return
    word = draw.common(fitting)
    if word.graded and draw.chance(0.3):
        scene.say(draw.common(("very", "too", "so", "rather", "quite")), "adverb")
    adjective(scene, word)
    other = draw.common(fitting)
    if other.concept != word.concept and draw.chance(0.12):
        scene.say("and", "conjunction")
        adjective(scene, other)


def inner(scene: Scene, subject: Figure, frame: Frame, *, tense: str, depth: int) -> None:
    """A clause inside: that, whether, to, -ing."""
    draw, pattern = scene.draw, frame.pattern
    told = pattern in ("tells", "orders")
    hearer = noun_phrase(scene, "people", "recipient", avoid=subject) if told else subject
    if pattern in ("says", "tells", "asks"):
        with scene.page.clause("complement"):
            if pattern == "asks":
                scene.say(draw.one(("whether", "if", "why", "when")), "complementizer")
            elif draw.chance(0.75):
                scene.say("that", "complementizer")
            other = subject if draw.chance(0.4) else somebody(scene, avoid=subject)
            refer(scene, other, "subject")
            predicate(scene, other, tense=tense, depth=depth + 1)
    elif pattern in ("wants", "orders"):
        with scene.page.clause("complement"):
            scene.say("to", "particle")
            bare(scene, hearer, form="base")
    else:
        with scene.page.clause("complement"):
            bare(scene, subject, form="ing")


def bare(scene: Scene, subject: Figure, *, form: str) -> None:
    """A verb without tense and what belongs to it."""
    fitting = [frames for pattern in BARE if (frames := frames_for(pattern, subject.concept))]
    frame = scene.draw.common(scene.draw.common(fitting))
    scene.say(frame.verb.base if form == "base" else frame.verb.ing, "verb")
    complements(scene, subject, frame, tense=scene.tense, depth=DEEPEST)


def somebody(scene: Scene, *, avoid: Figure | None = None) -> Figure:
    """A subject: one of the cast most often, or something that was spoken of."""
    draw = scene.draw
    others = [one for one in scene.cast if one is not avoid]
    spoken = [one for one in scene.things if one.spoken and one is not avoid]
    if others and (not spoken or draw.chance(0.72)):
        return draw.one(others)
    if spoken:
        return draw.common(spoken[::-1])
    return scene.newcomer()
