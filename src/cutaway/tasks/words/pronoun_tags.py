"""Tag questions: a statement about somebody ends in the pronoun that stands for them."""

import re
from itertools import zip_longest
from random import Random

from cutaway.tasks.lexicon.people import PEOPLE
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

HE = (
    "man", "boy", "king", "father", "brother", "uncle", "son", "husband", "prince", "gentleman", "grandfather",
    "nephew", "actor", "lord", "monk", "lad", "dad", "groom", "waiter",
)  # fmt: skip
SHE = (
    "woman", "girl", "queen", "mother", "sister", "aunt", "daughter", "wife", "princess", "lady", "grandmother",
    "niece", "actress", "mistress", "nun", "lass", "mum", "bride", "waitress",
)  # fmt: skip
THEY = ("men", "women", "children", "people", *PEOPLE.values())
KINDS = {" he": HE, " she": SHE, " they": THEY}
PRONOUN_OF = {noun: pronoun for pronoun, nouns in KINDS.items() for noun in nouns}
NOUNS = tuple(noun for trio in zip_longest(*KINDS.values()) for noun in trio if noun)  # some of each kind are held out
NOUN = re.compile(rf"\b({'|'.join(PRONOUN_OF)})\b")
VERBS = {"present": ("is", "are"), "past": ("was", "were")}
STATES = (
    "very tired", "late again", "happy here", "alone now", "still at work", "ready to go", "often angry", "quite rich",
    "always kind", "too slow", "in the garden", "at the door", "afraid of dogs", "good at this", "not from here",
)  # fmt: skip


def answered(prompt: Prompt) -> Prompt:
    """The prompt with the verb that its subject has, and the pronoun that stands for it."""
    pronoun = PRONOUN_OF[prompt.slots["noun"]]
    verb = VERBS[prompt.slots["tense"]][pronoun == " they"]
    return prompt.with_slots((pronoun,), tuple(other for other in KINDS if other != pronoun), verb=verb)


def of_kind(rng: Random, words: Words, *, but: str = "") -> str:
    """A noun; the kinds of pronoun are as likely as each other."""
    fitting: dict[str, list[str]] = {}
    for noun in words["noun"]:
        if PRONOUN_OF[noun] != but:
            fitting.setdefault(PRONOUN_OF[noun], []).append(noun)
    several = [kind for kind, nouns in fitting.items() if len(nouns) > 1]  # so that another of its kind can be named
    return rng.choice(fitting[rng.choice(several or list(fitting))])


def draw(rng: Random, words: Words) -> Prompt:
    """Somebody, in some state, now or then."""
    slots = {"noun": of_kind(rng, words), "tense": rng.choice(list(VERBS)), "state": rng.choice(words["state"])}
    return answered(Prompt(rng.choice(words.templates), slots, ()))


def other_kind(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Somebody for whom another pronoun stands."""
    return answered(prompt.with_slots((), noun=of_kind(rng, words, but=PRONOUN_OF[prompt.slots["noun"]])))


def same_kind(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Somebody else for whom the same pronoun stands."""
    old = prompt.slots["noun"]
    alike = [noun for noun in words["noun"] if PRONOUN_OF[noun] == PRONOUN_OF[old] and noun != old]
    return answered(prompt.with_slots((), noun=rng.choice(alike)))


def other_gender(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """A man for a woman, or a woman for a man; where there are several people, one man or woman for them."""
    kind = {" he": " she", " she": " he"}.get(PRONOUN_OF[prompt.slots["noun"]]) or rng.choice([" he", " she"])
    fitting = [noun for noun in words["noun"] if PRONOUN_OF[noun] == kind]
    return answered(prompt.with_slots((), noun=rng.choice(fitting)))


def solve(text: str) -> tuple[str, ...]:
    """By the last person that is named."""
    noun = NOUN.findall(text)[-1]
    return (next(pronoun for pronoun, nouns in KINDS.items() if noun in nouns),)


def guess(text: str, rng: Random) -> str:
    """Any of the three."""
    return rng.choice(list(KINDS))


TASK = WordedTask(
    name="pronoun-tags",
    says="A statement about somebody is turned into a question, which ends in the pronoun for them.",
    asks="Nouns with as many tokens as each other, and ' he', ' she', ' they' as one token each.",
    chance=1 / 3,
    train_templates=(
        "The {noun} {verb} {state}, {verb}n't",
        "Well, the {noun} {verb} {state}, {verb}n't",
        "You know, the {noun} {verb} {state} now, {verb}n't",
        "So the {noun} {verb} {state} after all, {verb}n't",
        "As far as I can see, the {noun} {verb} {state}, {verb}n't",
        "I am sure that the {noun} {verb} {state}, {verb}n't",
        "\"The {noun} {verb} {state} this time, {verb}n't",
    ),
    test_templates=(
        "To be honest, the {noun} {verb} {state} today, {verb}n't",
        "Once more the {noun} {verb} {state}, {verb}n't",
        "They told me the {noun} {verb} {state}, {verb}n't",
    ),
    lexicons={
        "noun": Lexicon(NOUNS, role="swapped", after="the", known=True, least=8),
        "state": Lexicon(STATES),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "other-kind",
            "Somebody else is spoken of, for whom another pronoun stands; the verb agrees.",
            "What knows that a pronoun is due at all; and where the number changes, whether it is read off the noun or "
            "off the verb, since both change together.",
            other_kind,
        ),
        Corruption(
            "same-kind",
            "Somebody else is spoken of, for whom the same pronoun stands.",
            "Everything that carries number and gender: only what carries the noun itself differs.",
            same_kind,
            changes_answer=False,
        ),
        Corruption(
            "other-gender",
            "A man stands for a woman, a woman for a man, and one of them for several people.",
            "Between one man and one woman, all that reads the verb or carries number.",
            other_gender,
        ),
    ),
    solve=solve,
    guess=guess,
)
