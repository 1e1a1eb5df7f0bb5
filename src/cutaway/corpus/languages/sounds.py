"""How words of the three languages sound, and what became in each of the words of the language they come from."""

from typing import Final

from cutaway.corpus.draw import Draw
from cutaway.corpus.kinds import words

INVENTED: Final = ("veltic", "ostran", "mirelan")
VOWELS: Final = "aeiou"

# language: how a syllable begins, its vowel, how it may end, how the last one may end
SYLLABLES: Final = {
    "veltic": ("v l t k r s d p f b g vr kr tr st sk bl fl", "e a e i o", "_ _ _ l r n", "l k t r n s lk rt st nd"),
    "ostran": ("b d g z m n r sh h dr br gr y", "o u o a", "_ _ _ n r", "n m r g d sh b z _ _"),
    "mirelan": ("m l r n s t f p v h", "i e a i u ia", "_ _ _ _ n", "_ _ _ _ _ n l"),
}
SHIFTS: Final = {
    "veltic": {},
    "ostran": {"p": "b", "t": "d", "k": "g", "s": "z", "e": "o", "i": "u"},
    "mirelan": {"p": "f", "k": "h", "r": "l", "o": "u"},
}
OLD_BEGINNINGS: Final = words("p t k s m n r l v f")
OLD_VOWELS: Final = words("a e i o a e")
OLD_ENDS: Final = words("p t k s n r l m")


def ends_in_vowel(word: str) -> bool:
    """Whether an ending that begins with a vowel needs something between."""
    return word[-1] in VOWELS


def new_word(language: str, syllables: int, draw: Draw) -> str:
    """A word that this language could have."""
    begin, vowel, inner, last = (part.split() for part in SYLLABLES[language])
    made = ""
    for at in range(syllables):
        end = draw.one(last if at == syllables - 1 else inner)
        made += draw.one(begin) + draw.one(vowel) + end.replace("_", "")
    return made


def old_word(syllables: int, draw: Draw) -> str:
    """A word of the language that all three come from; it ends in a consonant."""
    made = "".join(draw.one(OLD_BEGINNINGS) + draw.one(OLD_VOWELS) for _ in range(syllables))
    return made + draw.one(OLD_ENDS)


def shifted(old: str, language: str) -> str:
    """What an old word became: sound by sound, and in Mirelan it ends in a vowel."""
    made = "".join(SHIFTS[language].get(sound, sound) for sound in old)
    return made + "a" if language == "mirelan" else made
