"""What people say: quoted sentences, questions, answers; first and second person mean the speaker and the hearer."""

from cutaway.corpus.english.clauses import bare, clause, predicate
from cutaway.corpus.english.figures import Figure
from cutaway.corpus.english.phrases import noun_phrase, refer
from cutaway.corpus.english.scene import Scene
from cutaway.corpus.english.verb_groups import Mood, say_verb
from cutaway.corpus.lexicon.forms import Verb
from cutaway.corpus.lexicon.verbs import FRAMES, frames_for

QUOTING = FRAMES["quotes"]
ANSWERS = ("Yes", "No", "Perhaps", "Of course", "Never", "Well", "I see", "Not yet", "Sure", "Certainly", "Really")
QUESTION_WORDS = ("why", "when", "where", "how")
LET = ("please", "do not", "never", "always")


def voices(speaker: Figure, hearer: Figure) -> tuple[Figure, Figure]:
    """The speaker as I and the hearer as you, the same entities as before."""
    return (
        Figure(speaker.entity, "i", "person", spoken=1),
        Figure(hearer.entity, "you", "person", spoken=1),
    )


def utterance(scene: Scene, speaker: Figure, hearer: Figure, *, answer: bool) -> str:
    """One to two short sentences of speech, without marks around them; returns its last mark."""
    draw, page = scene.draw, scene.page
    me, you = voices(speaker, hearer)
    if answer and draw.chance(0.5):
        page.capital = True
        for word in draw.common(ANSWERS).split():
            scene.say(word, "interjection")
        page.glue(",")
    else:
        page.capital = True
    luck = draw.unit()
    tense = draw.one(("present", "present", "past", "future"))
    with page.clause("quoted"):
        if luck < 0.3 and not answer:
            question(scene, you, draw.unit())
            return "?"
        if luck < 0.4 and not answer:
            for word in draw.one(LET).split():
                scene.say(word, "interjection")
            bare(scene, you, form="base")
            return "!"
        if luck < 0.75:
            refer(scene, me, "subject")
            predicate(scene, me, tense=tense, depth=2)
        elif luck < 0.88:
            refer(scene, you, "subject")
            predicate(scene, you, tense=tense, depth=2)
        else:
            others = [one for one in scene.cast if one.entity not in (me.entity, you.entity)]
            third = draw.one(others) if others else None
            if third is None:
                noun_clause(scene, tense)
            else:
                refer(scene, third, "subject")
                predicate(scene, third, tense=tense, depth=2)
    return "."


def noun_clause(scene: Scene, tense: str) -> None:
    """A clause about a thing."""
    thing = noun_phrase(scene, "things", "subject")
    predicate(scene, thing, tense=tense, depth=2)


def question(scene: Scene, you: Figure, luck: float) -> None:
    """A question to the hearer: "Why did you hide the lamp?" """
    draw = scene.draw
    if luck < 0.5:
        scene.say(draw.one(QUESTION_WORDS), "adverb")
    past = draw.chance(0.5)
    scene.say("did" if past else "do", "auxiliary", tense="past" if past else "present", number="plural")
    refer(scene, you, "subject")
    frame = draw.common(frames_for("transitive", "person"))
    say_verb(scene, frame.verb, Mood("present"), plural=True)
    noun_phrase(scene, frame.object, "object", avoid=you)


def quoted(scene: Scene, speaker: Figure, hearer: Figure, *, answer: bool = False) -> None:
    """Speech in quotation marks with who says it, before or behind."""
    page, draw = scene.page, scene.draw
    page.sentence()
    before = draw.chance(0.25)
    verb = draw.common(QUOTING).verb
    if before:
        attributed(scene, speaker, verb)
        page.glue(",")
    page.opening('"')
    with page.span(quoted=1, person=speaker.entity):
        mark = utterance(scene, speaker, hearer, answer=answer)
        page.glue("," if mark == "." and not before else mark)
    page.glue('"')
    page.capital = False
    if not before:
        attributed(scene, speaker, verb)
        if draw.chance(0.12):
            scene.say("to", "preposition")
            refer(scene, hearer, "recipient")
        page.glue(".")
    page.tight = False
    scene.topic = None


def attributed(scene: Scene, speaker: Figure, verb: Verb) -> None:
    """Who says it: "Mary asked"."""
    with scene.page.clause("main"):
        refer(scene, speaker, "subject")
        say_verb(scene, verb, Mood(scene.tense), plural=False)


def remark(scene: Scene, speaker: Figure, hearer: Figure, *, answer: bool) -> None:
    """A line of a dialogue that names its speaker elsewhere."""
    page = scene.page
    page.sentence()
    with page.span(person=speaker.entity):
        page.glue(utterance(scene, speaker, hearer, answer=answer))
    if scene.draw.chance(0.35):
        page.sentence()
        me, _ = voices(speaker, hearer)
        with page.span(person=speaker.entity):
            clause(scene, me, tense=scene.draw.one(("present", "past", "future")), depth=2, kind="quoted")
            page.glue(".")
