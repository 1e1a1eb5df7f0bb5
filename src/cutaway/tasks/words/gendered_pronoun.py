"""Gendered pronoun: somebody is named, and the next word speaks of her or him."""

import re
from functools import cache
from itertools import zip_longest
from random import Random

from cutaway.errors.tasks import TaskArgumentError
from cutaway.tasks.lexicon.names import MEN, WOMEN
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

EITHER = (
    "Alex", "Sam", "Chris", "Taylor", "Jordan", "Morgan", "Robin", "Kim", "Lee", "Pat", "Drew", "Jamie", "Casey",
    "Cameron", "Riley", "Quinn", "Terry", "Jesse", "Avery", "Blake", "Logan", "Kelly", "Parker", "Dana", "Ash", "Jean",
    "Max", "Charlie", "Lou", "Sidney",
)  # fmt: skip
GENDER = dict.fromkeys(WOMEN, "woman") | dict.fromkeys(MEN, "man") | dict.fromkeys(EITHER, "either")
NAMES = tuple(dict.fromkeys(name for trio in zip_longest(WOMEN, MEN, EITHER) for name in trio if name))
PERSONS = (
    "friend", "neighbor", "colleague", "singer", "dancer", "writer", "painter", "doctor", "nurse", "teacher", "lawyer",
    "farmer", "driver", "cook", "baker", "pilot", "student", "scientist", "engineer", "reporter", "judge", "swimmer",
    "runner", "gardener", "player", "leader", "speaker", "reader", "listener", "manager", "designer", "librarian",
)  # fmt: skip
PLACES = ("north", "south", "east", "west", "coast", "city", "country", "capital", "mountains", "islands")
PRONOUNS = {"woman": " she", "man": " he"}


def named(prompt: Prompt, gender: str, name: str) -> Prompt:
    """The prompt about somebody of that gender."""
    other = "man" if gender == "woman" else "woman"
    return prompt.with_slots((PRONOUNS[gender],), (PRONOUNS[other],), name=name, gender=gender)


@cache
def those(names: tuple[str, ...], gender: str) -> list[str]:
    """The names of a gender.

    Raises: TaskArgumentError if there are fewer than two.
    """
    found = [name for name in names if GENDER.get(name) == gender]
    if len(found) < 2:
        known = ", ".join([name for name in NAMES if GENDER[name] == gender][:6])
        fault = f"it needs two names or more for '{gender}', and has {len(found)}"
        raise TaskArgumentError("gendered-pronoun", fault, f"Pass some it knows, words={{'name': [...]}}: {known} ...")
    return found


def draw(rng: Random, words: Words) -> Prompt:
    """A woman or a man, as often as each other."""
    gender = rng.choice(("woman", "man"))
    slots = {"person": rng.choice(words["person"]), "place": rng.choice(words["place"])}
    name = rng.choice(those(words["name"], gender))
    return named(Prompt(rng.choice(words.templates), slots, ()), gender, name)


def other_gender(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """A man for a woman, or a woman for a man."""
    gender = "man" if prompt.slots["gender"] == "woman" else "woman"
    return named(prompt, gender, rng.choice(those(words["name"], gender)))


def either_gender(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """A name that does not tell."""
    return prompt.with_slots((), (), name=rng.choice(those(words["name"], "either")))


def other_name(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Another name of the same gender."""
    gender, old = prompt.slots["gender"], prompt.slots["name"]
    return named(prompt, gender, rng.choice([name for name in those(words["name"], gender) if name != old]))


def solve(text: str) -> tuple[str, ...]:
    """By the list that the name is on."""
    (person,) = (word for word in re.findall(r"[A-Z]\w+", text) if word in GENDER)
    return (PRONOUNS[GENDER[person]],) if GENDER[person] in PRONOUNS else ()


def guess(_text: str, rng: Random) -> str:
    """One or the other."""
    return rng.choice((" she", " he"))


TASK = WordedTask(
    name="gendered-pronoun",
    says="Somebody is named, and what comes next is the pronoun for her or him.",
    asks="The words ' she' and ' he' as one token each; names that have as many tokens as each other.",
    chance=0.5,
    train_templates=(
        "So {name} is a really great {person}, isn't",
        "Well, {name} is a {person} and everybody knows that",
        "When {name} first came to the {place}, people thought that",
        "I met {name} in the {place}, and as a {person}",
        "Everyone was surprised by {name}, because",
        "We all like {name}, the {person} from the {place}, although",
        "My dear {name} was so tired that",
    ),
    test_templates=(
        "Yes, {name} was always going to be a {person}, wasn't",
        "In the {place} they still talk about {name} and how",
        "The best {person} of all is {name}, if only",
    ),
    lexicons={
        "name": Lexicon(NAMES, role="swapped"),
        "person": Lexicon(PERSONS),
        "place": Lexicon(PLACES),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "other-gender",
            "A man for a woman, or a woman for a man.",
            "Whatever finds the person spoken of, knows that a pronoun is due, or leans to a gender by the rest of the "
            "sentence, such as the job.",
            other_gender,
        ),
        Corruption(
            "either-gender",
            "A name that women and men have, so that neither pronoun is better.",
            "Whatever leans to a gender without reading the name, and all that says that a pronoun is due.",
            either_gender,
            changes_answer=False,
        ),
        Corruption(
            "other-name",
            "Another name of the same gender, and the answer stays: only what speaks of this one name differs.",
            "Everything that carries the gender itself; the metric moves as far as names differ in how clear they are.",
            other_name,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
    source="Mathwin et al. 2023, 'Identifying a preliminary circuit for predicting gendered pronouns in GPT-2 small'.",
)
