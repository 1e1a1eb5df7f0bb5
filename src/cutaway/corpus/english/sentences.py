"""Sentences: clauses joined, set in time, asked, exclaimed, spoken; and paragraphs that stay with somebody."""

from cutaway.corpus import plants
from cutaway.corpus.english.clauses import bare, clause, predicate, somebody
from cutaway.corpus.english.figures import Figure
from cutaway.corpus.english.phrases import new, noun_phrase, refer
from cutaway.corpus.english.scene import Scene
from cutaway.corpus.english.two_senses import telling
from cutaway.corpus.lexicon.adverbs import SENTENCE, TIME
from cutaway.corpus.lexicon.nouns import counted

BEFORE = ("when", "while", "because", "although", "after", "before", "as", "since")
AFTER = ("because", "while", "when", "until", "so that", "although", "before", "after")
PARTICIPLE = 0.04
TWO_SENSES = 0.05  # of sentences hold a word of two senses and what tells which


def sentence(scene: Scene) -> None:
    """One sentence of a narrative, with its full stop."""
    page, draw, tense = scene.page, scene.draw, scene.tense
    page.sentence()
    subject = next_topic(scene)
    luck = draw.unit()
    opening(scene, luck)
    scene.subject = subject
    if draw.chance(plants.SKIP_SHARE) and subject.concept == "person":
        crossed(scene, subject)
    elif draw.chance(TWO_SENSES) and subject.concept == "person":
        telling(scene, subject)
    elif luck < 0.08:
        with page.clause("adverbial"):
            scene.say(draw.common(BEFORE), "conjunction")
            other = somebody(scene, avoid=subject)
            refer(scene, other, "subject")
            predicate(scene, other, tense=tense, depth=2)
        page.glue(",")
        clause(scene, subject, tense=tense)
    elif luck < 0.08 + PARTICIPLE and subject.concept == "person":
        with page.clause("adverbial"):
            bare(scene, subject, form="ing")
        page.glue(",")
        clause(scene, subject, tense=tense, depth=2)
    elif luck < 0.28:
        clause(scene, subject, tense=tense, depth=2)
        joined(scene, subject, draw.unit())
    elif luck < 0.36:
        clause(scene, subject, tense=tense, depth=2)
        with page.clause("adverbial"):
            for word in draw.common(AFTER).split():
                scene.say(word, "conjunction")
            other = subject if draw.chance(0.5) else somebody(scene)
            refer(scene, other, "subject")
            predicate(scene, other, tense=tense, depth=2)
    else:
        clause(scene, subject, tense=tense)
    plants.after_clause(scene.page, draw)
    page.glue("!" if draw.chance(0.03) else ".")
    scene.topic, scene.subject = subject, None


def crossed(scene: Scene, subject: Figure) -> None:
    """A clause built round a planted skip trigram: "Mary had to keep the old lamp in mind"."""
    planted = scene.draw.one(plants.SKIPS)
    verb, preposition, last = planted.words
    with scene.page.clause("main"):
        refer(scene, subject, "subject")
        for word in scene.draw.one(("had to", "could", "tried to", "would", "wanted to")).split():
            scene.say(word, "particle" if word == "to" else "auxiliary")
        scene.page.word(verb, "verb", skip=planted.number)
        noun_phrase(scene, scene.draw.one(("things", "people", "thoughts", "held")), "object", avoid=subject)
        scene.page.word(preposition, "preposition", skip=planted.number)
        scene.page.word(last, "noun", skip=planted.number)


def opening(scene: Scene, luck: float) -> None:
    """An adverb of time or of the sentence at its beginning, now and then."""
    if 0.5 < luck < 0.57:
        times = TIME.get(scene.tense, ())
        if times:
            for word in scene.draw.common(times).split():
                scene.say(word, "adverb", role="time")
            scene.page.glue(",")
    elif 0.57 < luck < 0.61:
        for word in scene.draw.common(SENTENCE).split():
            scene.say(word, "adverb")
        scene.page.glue(",")


def joined(scene: Scene, subject: Figure, luck: float) -> None:
    """A second clause: of the same subject without saying it again, or of another."""
    page, tense = scene.page, scene.tense
    if luck < 0.55:
        with page.clause("coordinate"):
            scene.say("and" if luck < 0.4 else "but", "conjunction")
            predicate(scene, subject, tense=tense, depth=2)
        return
    page.glue(",")
    with page.clause("coordinate"):
        scene.say("and" if luck < 0.75 else "but" if luck < 0.92 else "so", "conjunction")
        other = somebody(scene, avoid=subject)
        refer(scene, other, "subject")
        predicate(scene, other, tense=tense, depth=2)


def next_topic(scene: Scene) -> Figure:
    """Whom the next sentence is about: who it was about, most often."""
    if scene.topic is not None and scene.draw.chance(0.55):
        return scene.topic
    return somebody(scene, avoid=scene.topic)


def setting(scene: Scene, group: str = "places") -> Figure:
    """A sentence that says where we are, and who is there."""
    page, draw = scene.page, scene.draw
    page.sentence()
    hero = scene.cast[0]
    for word in draw.one(
        ("One day", "Long ago", "One morning", "That evening", "In those days", "Last winter")
    ).split():
        scene.say(word, "adverb", role="time")
    page.glue(",")
    with page.clause("main"):
        refer(scene, hero, "subject", name=True)
        scene.say("was" if not hero.takes_plural_verb else "were", "auxiliary", tense="past", number="singular")
        scene.say(draw.one(("in", "near", "at")), "preposition")
        place = new(scene, draw.common(counted(group)), "place")
        if len(scene.cast) > 1:
            scene.say("with", "preposition")
            refer(scene, scene.cast[1], "object", name=True)
    page.glue(".")
    scene.topic = hero
    return place


def paragraph(scene: Scene, sentences: int) -> None:
    """So many sentences."""
    for _ in range(sentences):
        sentence(scene)
