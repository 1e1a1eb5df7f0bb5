"""Clauses with a word of two senses, in the company that tells which one is meant."""

from cutaway.corpus.english.figures import Figure
from cutaway.corpus.english.phrases import refer
from cutaway.corpus.english.scene import Scene
from cutaway.corpus.lexicon.senses import ALL, PATTERNS

POS = {
    "the": "determiner",
    "because": "conjunction",
    "when": "conjunction",
    "after": "preposition",
    "of": "preposition",
}
POS |= {"and": "conjunction", "nobody": "pronoun", "there": "adverb", "was": "auxiliary", "only": "adverb"}
POS |= {"forgot": "verb", "spoke": "verb"}
ALLOWED = [pattern.replace(",", " ,").split() for pattern in PATTERNS]


def telling(scene: Scene, who: Figure) -> None:
    """One such clause about somebody."""
    draw, page = scene.draw, scene.page
    sense = draw.one(ALL)
    cue, other = draw.some(sense.cues, 2)
    number = "plural" if who.takes_plural_verb else "singular"
    with page.clause("main"):
        for word in draw.one(ALLOWED):
            if word == ",":
                page.glue(",")
            elif word == "{who}":
                refer(scene, who, "subject")
            elif word == "{verb}":
                scene.say(draw.one(sense.verbs).past, "verb", tense="past", number=number)
            elif word == "{adjective}":
                scene.say(draw.one(sense.adjectives), "adjective")
            elif word == "{word}":
                scene.say(sense.noun.singular, "noun", concept=sense.noun.concept, sense=sense.name, number="singular")
            elif word in ("{cue}", "{other}"):
                meant = cue if word == "{cue}" else other
                scene.say(meant.singular, "noun", concept=meant.concept, number="singular")
            else:
                scene.say(word, POS[word])
