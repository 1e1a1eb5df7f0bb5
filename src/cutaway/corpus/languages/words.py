"""The lexicon: a word of each language for every meaning, with kin, false friends and words of two senses.

Of `COGNATES` meanings two languages or all three have kindred words: `EQUAL` of these are the same word, the others
follow the shifts in `sounds.py`. A false friend is one form with two meanings in two languages. `SENSES` lists both
meanings of every word that has two within one language. Some words look like English ones and mean something else.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from cutaway.corpus.draw import Draw
from cutaway.corpus.languages.meanings import BY_KEY, GRAMMAR, MEANINGS, Meaning
from cutaway.corpus.languages.sounds import INVENTED, new_word, old_word, shifted

SEED: Final = 7401
COGNATES: Final = 195
EQUAL: Final = 80
FALSE_FRIENDS: Final = 16  # for each pair of languages
TWO_SENSES: Final = 27  # for each language
NEIGHBOURS: Final = (("veltic", "ostran"), ("ostran", "mirelan"), ("mirelan", "veltic"))

# In the order of GRAMMAR. Where a language does not tell two meanings apart, the word is given twice.
CLOSED: Final = {
    "veltic": {
        "conjunction": "et mas or par kand sil dum fra post tis",
        "pronoun": "mi tu el ela et nos los kvi",
        "determiner": "ti dal ser sum mult",
        "preposition": "en al ster dev kon pres sub tras dis san per sor vor zirk",
    },
    "ostran": {
        "conjunction": "shu am oz gorn ud ob nur dosh hul zan",
        "pronoun": "ga zu ho ho ho gam hom dok",
        "determiner": "dun hon zor nush bruk",
        "preposition": "do na ro sho mun ben un gash had zabo ur ov bo kor",
    },
    "mirelan": {
        "conjunction": "ia pei u lira mo sei nui fa tela vuma",
        "pronoun": "ni ti la la nu nila lali pia",
        "determiner": "isa ola vani mina teia",
        "preposition": "i a pu li eme nea suna rua fia vei pera ulu ova sila",
    },
}
LOOKALIKES: Final = {
    "veltic": "last men best fast let list lot red den kind",
    "ostran": "sun god bad run hum dog moor gun bar mud",
    "mirelan": "he same mile sea fire live time life are line",
}
# Forms that `grammar.py` needs for itself.
PARTICLES: Final = {"veltic": "sa sen ve ke ne ka", "ostran": "kel li", "mirelan": "lo ri mai ta se e"}


@dataclass(frozen=True)
class Lexicon:
    """One language: the word of every meaning by its number, and all that a word can mean, most frequent first.

    `senses` has the sense for a meaning whose word has two.
    """

    language: str
    forms: tuple[str, ...]
    meanings: dict[str, tuple[Meaning, ...]]
    senses: dict[int, str]

    def word(self, meaning: Meaning) -> str:
        """The word for a meaning, without endings."""
        return self.forms[meaning.number]


class _Making:
    """Forms under way: which meaning has which, and which forms are taken."""

    def __init__(self) -> None:
        self.draw = Draw(SEED)
        self.forms: dict[str, dict[int, str]] = {language: {} for language in INVENTED}
        self.taken: dict[str, set[str]] = {language: set(PARTICLES[language].split()) for language in INVENTED}
        self.free = [meaning for meaning in MEANINGS if meaning.pos not in CLOSED["veltic"]]

    def put(self, language: str, meaning: Meaning, form: str) -> None:
        self.forms[language][meaning.number] = form
        self.taken[language].add(form)

    def is_new(self, language: str, form: str) -> bool:
        return form not in self.taken[language] and f"noun:{form}" not in BY_KEY and f"verb:{form}" not in BY_KEY

    def closed(self) -> None:
        for language, table in CLOSED.items():
            for pos, listed in table.items():
                for entry, form in zip(GRAMMAR[pos].split(), listed.split(), strict=True):
                    self.put(language, BY_KEY[f"{pos}:{entry.partition('/')[0]}"], form)
            self.taken[language] |= set(LOOKALIKES[language].split())

    def kin(self) -> None:
        chosen = self.draw.some(self.free, COGNATES)
        for at, meaning in enumerate(chosen):
            among = INVENTED if at % 5 < 2 else NEIGHBOURS[at % 3]
            while True:
                old = old_word(1 if meaning.number < 330 else 2, self.draw)
                made = {language: old if at < EQUAL else shifted(old, language) for language in among}
                if all(self.is_new(language, form) for language, form in made.items()):
                    break
            for language, form in made.items():
                self.put(language, meaning, form)

    def lookalikes(self) -> None:
        for language in INVENTED:
            open_ones = self.nouns(language)[:60]
            for form in LOOKALIKES[language].split():
                meaning = self.draw.one([m for m in open_ones if m.head != form])
                open_ones.remove(meaning)
                self.put(language, meaning, form)

    def nouns(self, language: str) -> list[Meaning]:
        return [m for m in MEANINGS if m.pos == "noun" and m.number not in self.forms[language]]

    def friends(self) -> None:
        for first, second in NEIGHBOURS:
            for _ in range(FALSE_FRIENDS):
                here, there = self.draw.one(self.nouns(first)), self.draw.one(self.nouns(second))
                while here.group == there.group:
                    there = self.draw.one(self.nouns(second))
                form = new_word(first, self.draw.between(1, 2), self.draw)
                while not (self.is_new(first, form) and self.is_new(second, form)):
                    form = new_word(first, 2, self.draw)
                self.put(first, here, form)
                self.put(second, there, form)

    def senses(self) -> None:
        for language in INVENTED:
            for _ in range(TWO_SENSES):
                pool = self.nouns(language)
                one, other = self.draw.one(pool[:120]), self.draw.one(pool)
                while other.group == one.group:
                    other = self.draw.one(pool)
                form = self.fresh(language, one)
                self.put(language, one, form)
                self.put(language, other, form)

    def fresh(self, language: str, meaning: Meaning) -> str:
        syllables = 1 if meaning.number < 260 else 2
        form, tried = new_word(language, syllables, self.draw), 0
        while not self.is_new(language, form):
            tried += 1
            form = new_word(language, syllables + tried // 30, self.draw)
        return form

    def rest(self) -> None:
        for language in INVENTED:
            for meaning in self.free:
                if meaning.number not in self.forms[language]:
                    self.put(language, meaning, self.fresh(language, meaning))


@cache
def _all() -> tuple[dict[str, Lexicon], tuple[str, ...]]:
    making = _Making()
    for step in (making.closed, making.kin, making.lookalikes, making.friends, making.senses, making.rest):
        step()
    lexicons: dict[str, Lexicon] = {}
    listed: list[str] = []
    for language in INVENTED:
        forms = tuple(making.forms[language][meaning.number] for meaning in MEANINGS)
        users: dict[str, list[Meaning]] = {}
        for meaning in MEANINGS:
            users.setdefault(forms[meaning.number], []).append(meaning)
        senses: dict[int, str] = {}
        for form, meanings in users.items():
            if len(meanings) > 1 and meanings[0].pos == "noun":
                for meaning in meanings:
                    senses[meaning.number] = f"{language}:{form}:{meaning.key}"
        listed += senses.values()
        lexicons[language] = Lexicon(language, forms, {form: tuple(users[form]) for form in users}, senses)
    return lexicons, tuple(listed)


LEXICONS: Final = _all()[0]
SENSES: Final = _all()[1]  # "language:form:meaning"
