"""Who may do what to what: the groups of meanings that verbs take, and names."""

from typing import Final

from cutaway.corpus.kinds import words
from cutaway.corpus.languages.meanings import BY_KEY, Meaning, group

WOMEN: Final = frozenset(words("woman queen mother sister girl widow princess lady aunt daughter grandmother witch"))
MEN: Final = frozenset(words("man king father brother boy prince lord uncle son grandfather wizard fisherman ferryman"))
SHE_NAMES: Final = words(
    "Mira Selka Ona Tavia Lisune Brena Yola Neri Vashti Irema Dalka Fenja Oriel Runa Sevana Tilde Zora Kesia Halva"
    " Emune Pirra Gella Ashka Wenna"
)
HE_NAMES: Final = words(
    "Tavo Belok Darrin Osmer Kelvo Rudan Ivor Hask Jorun Mavik Pell Sorin Ulmar Gerrit Yannor Zarek Faldo Brann Ebbo"
    " Lorcan Dremo Nilo Varus Torvin"
)

# Frames a subject of each group is drawn from, the frequent ones more than once.
FRAMES: Final = {
    "person": words(
        "rest rest go go see see see take take take eat prepare drink meet meet hunt enter enter tell give give say say"
        " be tend"
    ),
    "animal": words("prowl prowl go go eat eat see see drink be"),
}
RELATIVE_FRAMES: Final = {
    "person": words("rest go see take eat drink meet enter hunt tell"),
    "animal": words("prowl go eat see"),
}
VERBS: Final = {
    name: group("verb", name)
    for name in words("tend rest prowl shine grow go see take eat prepare drink meet hunt enter tell give say")
}
SEASONS: Final = group("noun", "time")
PEOPLE, ANIMALS, PLACES = group("noun", "person"), group("noun", "animal"), group("noun", "place")
SKY, PLANTS = group("noun", "sky"), group("noun", "plant")
OBJECTS: Final[dict[str, tuple[Meaning, ...]]] = {
    "see": group("noun", "animal", "thing", "place", "plant", "sky"),
    "tend": group("noun", "body"),
    "take": group("noun", "thing", "material"),
    "eat": group("noun", "food"),
    "prepare": group("noun", "food"),
    "drink": group("noun", "drink"),
    "hunt": ANIMALS,
    "enter": PLACES,
    "tell": group("noun", "idea"),
    "give": group("noun", "thing", "food", "idea"),
}
ADJECTIVES: Final = {
    "person": group("adjective", "any", "alive"),
    "animal": group("adjective", "any", "alive"),
    "food": group("adjective", "food", "any"),
    "drink": group("adjective", "food"),
    "thing": group("adjective", "thing", "any"),
    "material": group("adjective", "thing"),
    "place": group("adjective", "place", "any"),
    "idea": group("adjective", "idea"),
    "plant": group("adjective", "thing", "any"),
    "sky": group("adjective", "any"),
    "body": group("adjective", "any"),
    "time": group("adjective", "any"),
}
MOODS: Final = group("adjective", "alive")


def _each(pos: str, heads: str) -> tuple[Meaning, ...]:
    return tuple(BY_KEY[f"{pos}:{head}"] for head in words(heads))


INSIDE: Final = _each("preposition", "in near behind in")
TOWARDS: Final = _each("preposition", "to to to to from through around over")
OVER: Final = BY_KEY["preposition:over"]
NUMERALS: Final = group("number", "number")[1:]
THIS_OR_THAT: Final = _each("determiner", "this that")
SOME_OR_MANY: Final = _each("determiner", "some many")
TIMES: Final = {
    tense: group("adverb", tense, "whenever") + group("adverb", "whenever") for tense in ("past", "present", "future")
}
MANNERS: Final = group("adverb", "manner", "there")
JOINING: Final = _each("conjunction", "and and and but but because because when while if before after until")
BUT: Final = BY_KEY["conjunction:but"]
PRESENT_FOR_FUTURE: Final = _each("conjunction", "when while if before after until")


def gender_of(meaning: Meaning) -> str:
    """She or he where the word tells, "they" for a person of whom it does not, otherwise it."""
    if meaning.group != "person":
        return "it"
    return "she" if meaning.head in WOMEN else "he" if meaning.head in MEN else "they"
