"""Stories: people with names who do things, and speak, in a world of a few places and things."""

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.english.scene import Scene
from cutaway.corpus.english.sentences import paragraph, setting
from cutaway.corpus.english.speech import quoted
from cutaway.corpus.genre import Genre

NOISE = 0.004


def write(page: Page, draw: Draw) -> None:
    """A setting, and paragraphs of what happens, some of them with speech."""
    scene = Scene(page, draw, people=draw.between(2, 4), noise=NOISE if draw.chance(0.3) else 0.0)
    setting(scene)
    paragraph(scene, draw.between(2, 4))
    while page.at < 600 or (page.at < 1700 and draw.chance(0.7)):
        scene.paragraph()
        if draw.chance(0.35):
            speaker, hearer = draw.some(scene.cast, 2)
            quoted(scene, speaker, hearer)
            if draw.chance(0.6):
                page.raw("\n")
                quoted(scene, hearer, speaker, answer=True)
        else:
            paragraph(scene, draw.between(2, 5))


GENRE = Genre("story", "people with names, and what they do and say", 0.20, write)
