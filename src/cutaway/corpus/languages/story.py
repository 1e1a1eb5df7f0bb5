"""A story in one invented language: a title, then paragraphs of one scene, with questions now and then."""

from collections.abc import Callable

from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.languages.foreign import Foreign
from cutaway.corpus.languages.meanings import BY_KEY
from cutaway.corpus.languages.scenes import Scene

BESIDE = tuple(BY_KEY[f"preposition:{head}"] for head in ("in", "near", "from", "behind"))


def teller(language: str) -> Callable[[Page, Draw], None]:
    """What writes a story in this language."""

    def write(page: Page, draw: Draw) -> None:
        speaker, scene = Foreign(page, language), Scene(page, draw)
        if draw.chance(0.5):
            page.capital = True
            with page.span(part="title"):
                speaker.phrase(scene.refer(scene.people[0]), "", "nominative")
                speaker.around(draw.one(BESIDE), scene.refer(scene.cast.stage), "")
            page.raw("\n\n")
        for paragraph in range(draw.between(4, 6)):
            if paragraph:
                page.raw("\n\n")
            with page.span(part="body"):
                for _ in range(draw.between(5, 7)):
                    speaker.sentence(scene.question() if draw.chance(0.05) else scene.next())

    return write
