"""After a full stop a sentence begins with a capital letter; after a comma it goes on without one."""

from random import Random

from cutaway.tasks.lexicon.names import NAMES
from cutaway.tasks.lexicon.things import PLACES
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

STARTERS = ("the", "then", "but", "he", "she", "it", "they", "we", "there", "when", "after", "in", "so", "this")
SMALL = tuple(f" {word}" for word in STARTERS)
LARGE = tuple(f" {word.capitalize()}" for word in STARTERS)
ENDS = (".", "!", "?")
PAUSES = (",", ";")
MARKS = ENDS + PAUSES


def answered(prompt: Prompt) -> Prompt:
    """The prompt with the words that may follow its mark: capitals after an end, small letters after a pause."""
    return prompt.with_slots(*((LARGE, SMALL) if prompt.slots["mark"] in ENDS else (SMALL, LARGE)))


def draw(rng: Random, words: Words) -> Prompt:
    """An end and a pause are as likely as each other."""
    sort = rng.choice((ENDS, PAUSES))
    marks = [mark for mark in words["mark"] if mark in sort]
    slots = {"name": rng.choice(words["name"]), "place": rng.choice(words["place"]), "mark": rng.choice(marks)}
    return answered(Prompt(rng.choice(words.templates), slots, ()))


def other_sort(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """A pause for an end, or an end for a pause."""
    ended = prompt.slots["mark"] in ENDS
    return answered(prompt.with_slots((), mark=rng.choice([mark for mark in words["mark"] if (mark in ENDS) != ended])))


def same_sort(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Another mark of the same sort."""
    ended, old = prompt.slots["mark"] in ENDS, prompt.slots["mark"]
    alike = [mark for mark in words["mark"] if (mark in ENDS) == ended and mark != old]
    return answered(prompt.with_slots((), mark=rng.choice(alike)))


def solve(text: str) -> tuple[str, ...]:
    """By the last character."""
    return LARGE if text[-1] in ".!?" else SMALL


def guess(text: str, rng: Random) -> str:
    """Any word that may begin a sentence, with or without a capital."""
    return rng.choice(LARGE + SMALL)


TASK = WordedTask(
    name="capital-after-full-stop",
    says="A clause ends in a full stop or in a comma, and the next word has a capital letter or none.",
    asks="Common words as one token each with and without a capital, and marks that are one token at a word's end.",
    chance=0.5,
    train_templates=(
        "{name} went to the {place} early in the morning{mark}",
        "All day long {name} waited near the {place}{mark}",
        "The {place} was closed when {name} came{mark}",
        "Nobody had told {name} about the new {place}{mark}",
        "It rained on the {place} and on {name}{mark}",
        "For once {name} did not mind the {place}{mark}",
        "We found {name} asleep in the {place}{mark}",
    ),
    test_templates=(
        "Far from the {place} somebody called for {name}{mark}",
        "At last {name} saw the lights of the {place}{mark}",
        "The door of the {place} opened for {name}{mark}",
    ),
    lexicons={
        "name": Lexicon(NAMES),
        "place": Lexicon(PLACES),
        "mark": Lexicon(MARKS, role="swapped", form="{}", after="the house", closed=True),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "other-sort",
            "A comma or semicolon stands for an end, or an end for one of these.",
            "All that is said before the mark: nothing but the last token differs.",
            other_sort,
        ),
        Corruption(
            "same-sort",
            "Another mark of the same sort stands at the end, and what may follow stays.",
            "Everything that only carries whether a sentence has ended.",
            same_sort,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
)
