"""Subject-verb agreement: a verb has the number of its subject, whatever other noun stands in between."""

import re
from random import Random

from cutaway.tasks.lexicon.people import PEOPLE, THINGS
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.split import ONE_IN
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

PLURAL = PEOPLE | THINGS
SINGULAR = {many: one for one, many in PLURAL.items()}
NOUNS = tuple(  # by fives, so that of every five pairs that are cut into splits one is held out in both numbers
    noun
    for at in range(0, len(PLURAL), ONE_IN)
    for nouns in (PLURAL, SINGULAR.keys())
    for noun in list(nouns)[at : at + ONE_IN]
)
NOUN = re.compile(rf"\b({'|'.join(NOUNS)})\b")
VERBS = {" is": " are", " was": " were", " has": " have"}
ONE, MANY = tuple(VERBS), tuple(VERBS.values())


def turned(noun: str) -> str:
    """The other number of a noun."""
    return PLURAL.get(noun) or SINGULAR[noun]


def answered(prompt: Prompt) -> Prompt:
    """The prompt with the verbs that its subject allows."""
    many = prompt.slots["subject"] in SINGULAR
    return prompt.with_slots(*((MANY, ONE) if many else (ONE, MANY)))


def paired(words: Words) -> tuple[str, ...]:
    """The nouns that are there in both numbers; all of them, where a vocabulary has fewer than two such."""
    there = set(words["noun"])
    both = tuple(noun for noun in words["noun"] if turned(noun) in there)
    return both if len(both) >= 4 else words["noun"]


def in_other_number(noun: str, rng: Random, words: Words) -> str:
    """The noun in the other number, or another noun where the vocabulary cuts that otherwise."""
    if turned(noun) in words["noun"]:
        return turned(noun)
    return rng.choice([other for other in words["noun"] if (other in SINGULAR) != (noun in SINGULAR)])


def draw(rng: Random, words: Words) -> Prompt:
    """A subject and another noun, of the same or of different number."""
    nouns = paired(words)
    subject = rng.choice(nouns)
    other = rng.choice([noun for noun in nouns if noun not in (subject, turned(subject))])
    return answered(Prompt(rng.choice(words.templates), {"subject": subject, "other": other}, ()))


def other_number(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The subject in the other number."""
    return answered(prompt.with_slots((), subject=in_other_number(prompt.slots["subject"], rng, words)))


def other_attractor(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The noun in between in the other number; the verb stays."""
    return answered(prompt.with_slots((), other=in_other_number(prompt.slots["other"], rng, words)))


def other_subject(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Another subject, of the other number."""
    many = prompt.slots["subject"] in SINGULAR
    others = [noun for noun in words["noun"] if (noun in SINGULAR) != many and noun != turned(prompt.slots["subject"])]
    free = [noun for noun in others if noun not in (prompt.slots["other"], turned(prompt.slots["other"]))]
    return answered(prompt.with_slots((), subject=rng.choice(free or others)))


def solve(text: str) -> tuple[str, ...]:
    """The first noun decides."""
    return MANY if NOUN.findall(text)[0].endswith("s") else ONE


def guess(text: str, rng: Random) -> str:
    """Any of the verbs."""
    return rng.choice((*ONE, *MANY))


TASK = WordedTask(
    name="subject-verb-agreement",
    says="A subject with another noun behind it is followed by a verb of the subject's number.",
    asks="Nouns with as many tokens as each other, and ' is', ' are', ' was', ' were', ' has', ' have' as one each.",
    chance=0.5,
    train_templates=(
        "The {subject} near the {other}",
        "The {subject} behind the {other}",
        "Yesterday we heard that the {subject} beside the {other}",
        "The {subject} that the {other} needed",
        "Nobody knows why the {subject} in front of the {other}",
        "I think the {subject} with the {other}",
        "The old {subject} that came before the {other}",
        "After the meeting, the {subject} from the story about the {other}",
    ),
    test_templates=(
        "The {subject} across from the {other}",
        "My sister says the {subject} that they saw without the {other}",
        "Most people forget that the {subject} under the {other}",
    ),
    lexicons={"noun": Lexicon(NOUNS, role="swapped", after="the", known=True, least=8)},
    draw=draw,
    corruptions=(
        Corruption(
            "other-number",
            "The subject stands in the other number.",
            "What the noun in between says, and what a subject is about besides its number.",
            other_number,
        ),
        Corruption(
            "other-attractor",
            "The noun in between stands in the other number, and the verb stays.",
            "Everything that finds the subject and carries its number: it is the same on both prompts.",
            other_attractor,
            changes_answer=False,
        ),
        Corruption(
            "other-subject",
            "Another subject of the other number.",
            "What the noun in between says; it cannot tell a head that carries number from one that carries the noun.",
            other_subject,
        ),
    ),
    solve=solve,
    guess=guess,
    source="Linzen et al. 2016, arXiv:1611.01368; the sentences are our own.",
)
