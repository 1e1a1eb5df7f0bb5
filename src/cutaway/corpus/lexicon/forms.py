"""Forms of English words, and the compact notation in which the lists are written.

Nouns: `dog` follows the rules, `child/children` says its plural, `bread~` is not counted (no "a", no plural).
Verbs: `walk` follows the rules, `eat/ate/eaten` says past and participle, `admit+` doubles its last letter.
"""

import re
from functools import cache
from typing import NamedTuple

from cutaway.corpus.kinds import words


class Noun(NamedTuple):
    """A noun with its concept. One that is not counted (`mass`) has its singular as its plural."""

    singular: str
    plural: str
    concept: str
    mass: bool = False


class Verb(NamedTuple):
    """The five forms of a verb."""

    base: str
    third: str
    past: str
    participle: str
    ing: str


_HISSING = ("s", "x", "z", "ch", "sh")
_Y_AFTER_CONSONANT = re.compile(r"[^aeiou]y$")
_SHORT = re.compile(r"^(qu|[^aeiou])*[aeiouy][^aeiouwxy]$")
_VOWELS = re.compile(r"[aeiouy]+")
_THIRD = {"have": "has", "be": "is"}
_ING = {"be": "being"}
_SOUNDS_LIKE_YOU = re.compile(r"uni(?!m|n|d)|us[aeu]|eu|ewe|one\b|one-|once|uten|ukul|uran|utopia|ufo|u-")
_SILENT_H = ("hour", "honest", "honour", "heir")
_COMPARED = {
    "good": ("better", "best"),
    "bad": ("worse", "worst"),
    "far": ("farther", "farthest"),
    "little": ("less", "least"),
    "cruel": ("crueller", "cruellest"),
}
_COMPARED_BY_MORE = frozenset(
    words(
        """wrong right real fake ill worn torn lost numb prone just lame drunk dead sudden bent burnt grown main
        royal loyal naive stray false monthly nearby cunning"""
    )
)
_COMPARED_BY_ER = frozenset(words("clever quiet simple tender bitter slender common handsome pleasant polite severe"))
_TWO_SYLLABLES_BY_ER = ("y", "le", "ow")


def plural(text: str) -> str:
    """The plural of a noun in our notation: `box` gives boxes, `child/children` gives children."""
    word, _, written = text.rstrip("~").partition("/")
    if written or text.endswith("~"):
        return written or word
    if word.endswith("man"):
        return word[:-3] + "men"
    return _with_s(word)


def _with_s(word: str) -> str:
    if _Y_AFTER_CONSONANT.search(word):
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(_HISSING) else "s")


def noun(text: str, concept: str) -> Noun:
    """A noun in our notation."""
    return Noun(text.rstrip("~").partition("/")[0], plural(text), concept, text.endswith("~"))


def verb(text: str) -> Verb:
    """A verb in our notation: `try`, `admit+`, `eat/ate/eaten`, `begin+/began/begun`."""
    first, _, irregular = text.partition("/")
    base = first.rstrip("+")
    stem = base + base[-1] if first != base or _SHORT.match(base) else base
    third = _THIRD.get(base) or (base + "es" if base.endswith("o") else _with_s(base))
    if irregular:
        past, _, participle = irregular.partition("/")
        return Verb(base, third, past, participle or past, _ing(base, stem))
    past = _past(base, stem)
    return Verb(base, third, past, past, _ing(base, stem))


def _past(base: str, stem: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if _Y_AFTER_CONSONANT.search(base):
        return base[:-1] + "ied"
    return stem + "ed"


def _ing(base: str, stem: str) -> str:
    if base in _ING:
        return _ING[base]
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye", "inge")):
        return base[:-1] + "ing"
    return stem + "ing"


@cache
def article(word: str) -> str:
    """The indefinite article by the sound that a word (or a number in digits) begins with: a dog, an hour, a union."""
    lower = word.lower()
    if lower[:1].isdigit():
        return "an" if lower.startswith("8") or lower in ("11", "18") else "a"
    if lower.startswith(_SILENT_H):
        return "an"
    return "an" if lower[:1] in "aeiou" and not _SOUNDS_LIKE_YOU.match(lower) else "a"


def _syllables(word: str) -> int:
    groups = len(_VOWELS.findall(word))
    silent = groups > 1 and (word.endswith("ely") or (word.endswith("e") and not word.endswith("le")))
    return groups - silent


@cache
def compared(word: str) -> tuple[str, str]:
    """Comparative and superlative of an adjective: (bigger, biggest), (more careful, most careful)."""
    if word in _COMPARED:
        return _COMPARED[word]
    count = _syllables(word)
    short = count == 1 and (word == "red" or not word.endswith("ed"))
    longer = count == 2 and (word.endswith(_TWO_SYLLABLES_BY_ER) or word in _COMPARED_BY_ER)
    if word in _COMPARED_BY_MORE or not (short or longer):
        return f"more {word}", f"most {word}"
    if _Y_AFTER_CONSONANT.search(word) and (count > 1 or word == "dry"):
        stem = word[:-1] + "i"
    elif word.endswith("e"):
        stem = word[:-1]
    else:
        stem = word + word[-1] if _SHORT.match(word) and not word.endswith("y") else word
    return stem + "er", stem + "est"


def comparative(word: str) -> str:
    """`bigger`, `more careful`."""
    return compared(word)[0]


def superlative(word: str) -> str:
    """`biggest`, `most careful`."""
    return compared(word)[1]
