"""Words of the closed classes with their tags, and the codes by which a phrase says the class of any other word."""

from cutaway.corpus.document import Value

Tags = dict[str, Value]

CODES: dict[str, tuple[str, Tags]] = {
    "n": ("noun", {"number": "singular"}),
    "ns": ("noun", {"number": "plural"}),
    "P": ("proper", {}),
    "a": ("adjective", {}),
    "r": ("adverb", {}),
    "v": ("verb", {}),
    "vb": ("verb", {"tense": "present", "number": "plural"}),
    "vz": ("verb", {"tense": "present", "number": "singular"}),
    "vd": ("verb", {"tense": "past"}),
    "vn": ("verb", {}),
    "vg": ("verb", {}),
    "x": ("auxiliary", {}),
    "d": ("determiner", {}),
    "p": ("preposition", {}),
    "c": ("conjunction", {}),
    "k": ("complementizer", {}),
    "t": ("particle", {}),
    "i": ("interjection", {}),
    "u": ("pronoun", {}),
    "m": ("number", {}),
    "s": ("operator", {}),
    "l": ("name", {}),
}

_LISTS: tuple[tuple[str, Tags, str], ...] = (
    ("determiner", {}, "the a an every each some any no all both my your our their its his her another which whose"),
    ("determiner", {"number": "singular"}, "this"),
    ("determiner", {"number": "plural"}, "these those many few several"),
    (
        "preposition",
        {},
        "of in on at by for with from to about into over under before after between through during without until since"
        " near against behind beside among across per as than like within inside outside along toward above below onto",
    ),
    ("conjunction", {}, "and or but nor so"),
    ("complementizer", {}, "that if whether because when while although though unless where why how once"),
    (
        "pronoun",
        {"number": "singular"},
        "I me it itself he him she everyone someone nobody everything nothing what who",
    ),
    ("pronoun", {"number": "plural"}, "we us they them ours"),
    ("pronoun", {}, "you yours mine there"),
    ("auxiliary", {}, "can could may might must should would be been being do have"),
    ("auxiliary", {"tense": "future"}, "will shall"),
    ("auxiliary", {"tense": "present", "number": "singular"}, "is has does am"),
    ("auxiliary", {"tense": "present", "number": "plural"}, "are"),
    ("auxiliary", {"tense": "past", "number": "singular"}, "was"),
    ("auxiliary", {"tense": "past", "number": "plural"}, "were"),
    ("auxiliary", {"tense": "past"}, "had did"),
    ("particle", {}, "not"),
    ("interjection", {}, "yes please hello thanks hi well"),
    ("adverb", {}, "then now here again also only still just too very already soon later first once never always"),
    (
        "number",
        {},
        "zero one two three four five six seven eight nine ten eleven twelve half twice",
    ),
)


def _closed() -> dict[str, tuple[str, Tags]]:
    found: dict[str, tuple[str, Tags]] = {}
    for pos, tags, words in _LISTS:
        for word in words.split():
            found.setdefault(word, (pos, tags))
    return found


CLOSED = _closed()
