"""Acronyms: a title of three words and the first two of its initials, which leave the last to be written.

The letters have full stops between them. Without, tokenizers glue them together (`CEO` is one token after a bracket),
and there is no place where the last one alone is due.
"""

import re
from random import Random

from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

TITLE = re.compile(r"([A-Z]\w+) ([A-Z]\w+) ([A-Z]\w+) \(([A-Z])\.([A-Z])\.$")
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIRST = (
    "American", "Atlantic", "Baltic", "British", "Central", "Chief", "Digital", "Dutch", "Eastern", "European",
    "Federal", "French", "General", "Global", "Home", "Human", "Imperial", "International", "Joint", "Junior", "Key",
    "Local", "London", "Modern", "Mutual", "National", "Northern", "Official", "Open", "Pacific", "Public", "Quality",
    "Regional", "Royal", "Senior", "Southern", "Technical", "Trans", "United", "Urban", "Vertical", "Visual", "Western",
    "World", "Young",
)  # fmt: skip
MIDDLE = (
    "Art", "Air", "Book", "Bank", "City", "Climate", "Data", "Defense", "Energy", "Executive", "Family", "Food",
    "Garden", "Gold", "Health", "History", "Island", "Industry", "Justice", "Jazz", "Knowledge", "Land", "Language",
    "Media", "Music", "Nature", "News", "Ocean", "Oil", "Police", "Peace", "Quantum", "Radio", "River", "Science",
    "Space", "Trade", "Travel", "Union", "Victory", "Village", "Water", "Wind", "Youth", "Zone",
)  # fmt: skip
LAST = (
    "Agency", "Archive", "Board", "Bureau", "Council", "Committee", "Department", "Division", "Exchange", "Estate",
    "Foundation", "Forum", "Group", "Guild", "House", "Hall", "Institute", "Initiative", "Journal", "Jury", "Kitchen",
    "League", "Library", "Ministry", "Museum", "Network", "Office", "Officer", "Organization", "Panel", "Project",
    "Quarter", "Register", "Review", "Society", "School", "Trust", "Team", "University", "Unit", "Venture", "Workshop",
    "Watch", "Yard", "Zoo",
)  # fmt: skip


def lettered(prompt: Prompt, *title: str) -> Prompt:
    """The prompt with this title, and its initials as far as they are written."""
    first, second, last = title
    return prompt.with_slots(
        (last[0],), (first[0], second[0]), first=first, second=second, last=last, one=first[0], two=second[0]
    )


def unlike(rng: Random, choices: tuple[str, ...], *others: str) -> str:
    """A word with an initial that none of the others has."""
    taken = {other[0] for other in others}
    return rng.choice([word for word in choices if word[0] not in taken])


def draw(rng: Random, words: Words) -> Prompt:
    """A title whose three initials differ."""
    first = rng.choice(words["first"])
    second = unlike(rng, words["middle"], first)
    return lettered(
        Prompt(rng.choice(words.templates), {}, ()), first, second, unlike(rng, words["last"], first, second)
    )


def other_last(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Another last word, whose initial is new."""
    first, second, last = (prompt.slots[slot] for slot in ("first", "second", "last"))
    return lettered(prompt, first, second, unlike(rng, words["last"], first, second, last))


def trade_last(prompt: Prompt, _rng: Random, _words: Words) -> Prompt:
    """The last two words trade places, and the second letter with them."""
    return lettered(prompt, *(prompt.slots[slot] for slot in ("first", "last", "second")))


def other_letters(prompt: Prompt, rng: Random, _words: Words) -> Prompt:
    """The letters so far belong to another title."""
    taken = {prompt.slots[slot][0] for slot in ("first", "second", "last")}
    one, two = rng.sample([letter for letter in LETTERS if letter not in taken], 2)
    return prompt.with_slots((), (), one=one, two=two)


def solve(text: str) -> tuple[str, ...]:
    """The initial of the third word, where the letters before it are those of the first two."""
    *title, one, two = TITLE.findall(text)[-1]
    written, initials = one + two, "".join(re.findall("[A-Z]", " ".join(title)))
    return (initials[2],) if initials.startswith(written) else ()


def guess(text: str, rng: Random) -> str:
    """The initial of one of the three words."""
    first, second, last, *_ = TITLE.findall(text)[-1]
    return rng.choice(f"{first[0]}{second[0]}{last[0]}")


TASK = WordedTask(
    name="acronyms",
    says="A title of three words is followed by its initials, and what comes next is the last of them.",
    asks="Capital letters that are one token each after a full stop; words of titles that have as many as each other.",
    chance=1 / 3,
    train_templates=(
        "The {first} {second} {last} ({one}.{two}.",
        "She has worked for the {first} {second} {last} ({one}.{two}.",
        "A letter from the {first} {second} {last} ({one}.{two}.",
        "Last week the head of the {first} {second} {last} ({one}.{two}.",
        "In a report to the {first} {second} {last} ({one}.{two}.",
        "The Acrobatic Circus Group (A.C.G.) and the {first} {second} {last} ({one}.{two}.",
        "Nobody had heard of the {first} {second} {last} ({one}.{two}.",
    ),
    test_templates=(
        "They all belong to the {first} {second} {last} ({one}.{two}.",
        "The Ringmaster Friendship Union (R.F.U.) was followed by the {first} {second} {last} ({one}.{two}.",
        "Money for it came from the {first} {second} {last} ({one}.{two}.",
    ),
    lexicons={
        "first": Lexicon(FIRST, role="swapped"),
        "middle": Lexicon(MIDDLE, role="swapped"),
        "last": Lexicon(LAST, role="swapped"),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "other-last",
            "The last word is another one, with another initial.",
            "Whatever finds out which word is due: what counts the letters so far, or matches them with words.",
            other_last,
        ),
        Corruption(
            "traded",
            "The last two words trade places, and the second letter with them.",
            "Whatever carries which initials the title has in any order, and all that reads the first word.",
            trade_last,
        ),
        Corruption(
            "other-letters",
            "The letters so far belong to another title, so that none is due.",
            "Whatever copies the initial of the last word without reading the letters, and what counts them.",
            other_letters,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
    source="Garcia-Carrasco et al. 2024, arXiv:2405.04156, with letters that stand apart; titles are our own.",
)
