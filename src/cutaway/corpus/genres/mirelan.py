"""Stories in Mirelan: verb, subject, object; particles for tense."""

from cutaway.corpus.genre import Genre
from cutaway.corpus.languages.story import teller

GENRE = Genre("mirelan", "stories in an invented language", 0.02, teller("mirelan"), language="mirelan")
