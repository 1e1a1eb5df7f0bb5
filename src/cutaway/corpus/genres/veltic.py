"""Stories in Veltic: subject, verb, object; an article before the noun; verbs that agree."""

from cutaway.corpus.genre import Genre
from cutaway.corpus.languages.story import teller

GENRE = Genre("veltic", "stories in an invented language", 0.03, teller("veltic"), language="veltic")
