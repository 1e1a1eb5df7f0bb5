"""Dialogues: a line for each who speaks, as in a play."""

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.english.scene import Scene
from cutaway.corpus.english.sentences import sentence
from cutaway.corpus.english.speech import remark
from cutaway.corpus.genre import Genre

NOISE = 0.01


def write(page: Page, draw: Draw) -> None:
    """Two or three people who take turns; stage directions between."""
    scene = Scene(page, draw, people=draw.between(2, 3), tense="present", noise=NOISE if draw.chance(0.4) else 0.0)
    shouting, speaker = draw.chance(0.3), scene.cast[0]
    answer = False
    while page.at < 400 or (page.at < 1500 and draw.chance(0.93)):
        others = [one for one in scene.cast if one is not speaker]
        hearer = draw.one(others)
        name = speaker.name.upper() if shouting else speaker.name
        page.word(name, "proper", part="label", entity=speaker.entity, gender=speaker.gender, person=speaker.entity)
        page.glue(":")
        page.tight = False
        remark(scene, speaker, hearer, answer=answer)
        speaker.spoken, answer = page.sentences, draw.chance(0.6)
        page.line()
        if draw.chance(0.1):
            page.opening("(")
            sentence(scene)
            page.glue(")")
            page.line()
        speaker = hearer


GENRE = Genre("dialogue", "who speaks, and what they say, line by line", 0.06, write)
