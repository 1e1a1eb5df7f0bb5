"""Nouns by concept, and groups of concepts from which a speaker draws: `draw.common(nouns_of("people"))`."""

from functools import cache
from itertools import zip_longest

from cutaway.corpus.kinds import words
from cutaway.corpus.lexicon.forms import Noun, noun
from cutaway.corpus.lexicon.nouns_of_nature import NATURE
from cutaway.corpus.lexicon.nouns_of_people import PEOPLE_NOUNS
from cutaway.corpus.lexicon.nouns_of_things import THINGS_NOUNS
from cutaway.corpus.lexicon.nouns_of_thought import THOUGHT

NOUNS: dict[str, tuple[Noun, ...]] = {
    concept: tuple(noun(text, concept) for text in listed.split())
    for lists in (PEOPLE_NOUNS, NATURE, THINGS_NOUNS, THOUGHT)
    for concept, listed in lists.items()
}

_GROUPS = {
    "people": "person profession relative",
    "groups": "group organisation",
    "agents": "person profession relative group organisation",
    "beasts": "animal bird",
    "creatures": "animal bird fish insect reptile",
    "animate": "person profession relative animal bird",
    "eaten": "food dish fruit vegetable",
    "ingredients": "food fruit vegetable spice",
    "drunk": "drink",
    "places": "place settlement building room",
    "outdoors": "place water settlement",
    "buildings": "building room",
    "regions": "region settlement",
    "grown": "tree flower plant",
    "held": "tool container document toy gear clothing instrument stationery kitchenware jewel fruit device weapon",
    "bought": "clothing food furniture vehicle device toy jewel instrument fruit vegetable drink gear document",
    "made": "furniture tool clothing toy building device container instrument vehicle weapon",
    "broken": "device tool container furniture toy vehicle instrument",
    "carried": "container tool furniture food fruit gear instrument toy",
    "hidden": "jewel money document weapon toy container",
    "machines": "device vehicle software",
    "vehicles": "vehicle",
    "worn": "clothing jewel",
    "read": "document",
    "texts": "document language",
    "works": "document art music",
    "heard": "sound music",
    "played": "instrument",
    "games": "sport game",
    "events": "event",
    "thoughts": "idea abstract",
    "ideas": "idea",
    "feelings": "emotion",
    "traits": "trait",
    "times": "time",
    "money": "money",
    "materials": "material metal",
    "bodies": "body",
    "sciences": "science",
    "shapes": "shape",
    "colours": "colour",
    "illnesses": "illness",
    "cures": "medicine",
    "programs": "software",
    "weather": "weather",
    "waters": "water",
    "heavens": "sky",
    "things": "tool container furniture clothing vehicle device toy jewel instrument document gear stationery",
}
_GROUPS["seen"] = f"{_GROUPS['people']} {_GROUPS['creatures']} {_GROUPS['things']} building place art sky plant"
_GROUPS["anything"] = " ".join(NOUNS)
GROUPS: dict[str, tuple[str, ...]] = {group: tuple(concepts.split()) for group, concepts in _GROUPS.items()}
"""Concepts by the name of their group."""

_SHE = words(
    """woman girl lady queen princess nun maid nanny governess empress duchess witch mother sister daughter aunt
    wife grandmother niece granddaughter bride widow stepmother godmother giantess"""
)
_HE = words(
    """man boy gentleman king prince priest monk postman fisherman lumberjack butler emperor duke baron earl wizard
    father brother son uncle husband grandfather grandson nephew groom widower stepfather godfather landlord"""
)
_GENDER = {word: "she" for word in _SHE} | {word: "he" for word in _HE}
_PEOPLE = frozenset(GROUPS["people"])


def gender(meant: Noun) -> str:
    """The pronoun for one of them: she, he, they for other people, it for the rest."""
    return _GENDER.get(meant.singular) or ("they" if meant.concept in _PEOPLE else "it")


def interleaved(lists: tuple[tuple[Noun, ...], ...]) -> tuple[Noun, ...]:
    """The first of every list, then the second of every list, and so on."""
    return tuple(one for row in zip_longest(*lists) for one in row if one is not None)


@cache
def nouns_of(group: str) -> tuple[Noun, ...]:
    """All nouns of a group of concepts (or of one concept), common ones first."""
    return interleaved(tuple(NOUNS[concept] for concept in GROUPS.get(group, (group,))))


@cache
def counted(group: str) -> tuple[Noun, ...]:
    """Those of `nouns_of` that have a plural and take "a"."""
    return tuple(one for one in nouns_of(group) if not one.mass)


@cache
def uncounted(group: str) -> tuple[Noun, ...]:
    """Those of `nouns_of` that have no plural: bread, rain, courage."""
    return tuple(one for one in nouns_of(group) if one.mass)


SENTIMENT: dict[str, str] = dict.fromkeys(
    words(
        """love joy hope happiness pride delight relief affection sympathy gratitude bliss amusement enthusiasm
        courage kindness honesty wisdom beauty loyalty generosity friend hero genius partner winner success
        freedom peace justice victory progress health glory friendship advantage opportunity miracle blessing
        truth compliment gift talent treasure reward fortune bonus birthday wedding festival celebration rescue
        feast picnic holiday charm virtue strength luck wealth fame masterpiece"""
    ),
    "positive",
) | dict.fromkeys(
    words(
        """fear anger sadness shame jealousy grief guilt anxiety loneliness disgust envy sorrow despair hatred rage
        misery terror horror panic dread contempt cruelty greed laziness vanity arrogance cowardice selfishness
        enemy villain fool thief bully liar problem danger trouble mistake failure death poverty defeat crisis
        pollution curse burden lie prejudice war accident murder crime robbery disaster explosion earthquake
        famine plague riot scandal illness disease fever pain wound injury cancer infection debt fine bribe tax
        nonsense chaos quarrel crash shipwreck collision weakness vice drought flood weed"""
    ),
    "negative",
)
"""Sentiment of a noun by its singular, where it has one."""
