"""Stories in Ostran: subject, object, verb; endings for article, case and tense."""

from cutaway.corpus.genre import Genre
from cutaway.corpus.languages.story import teller

GENRE = Genre("ostran", "stories in an invented language", 0.02, teller("ostran"), language="ostran")
