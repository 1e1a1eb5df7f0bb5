"""Indirect object identification: two people are named, one acts, and the other receives."""

import re
from collections import Counter
from random import Random

from cutaway.tasks.lexicon.names import NAMES
from cutaway.tasks.lexicon.things import PLACES, THINGS
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

PEOPLE = re.compile(rf"\b({'|'.join(NAMES)})\b")


def draw(rng: Random, words: Words) -> Prompt:
    """The first two names in either order (ABBA or BABA), then the one who acts."""
    receiver, actor = words.some(rng, "name", 2)
    first, second = (receiver, actor) if rng.random() < 0.5 else (actor, receiver)
    slots = {"first": first, "second": second, "actor": actor}
    slots |= {"place": rng.choice(words["place"]), "thing": rng.choice(words["thing"])}
    return Prompt(rng.choice(words.templates), slots, (f" {receiver}",), (f" {actor}",))


def swap_actor(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The other person acts: duplicate and receiver change places, names and order stay."""
    first, second, actor = (prompt.slots[slot] for slot in ("first", "second", "actor"))
    other = second if actor == first else first
    return prompt.with_slots((f" {actor}",), (f" {other}",), actor=other)


def third_actor(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Somebody else acts (ABC): no name is said twice, so neither of the first two is more likely."""
    first, second = prompt.slots["first"], prompt.slots["second"]
    third = words.another(rng, "name", first, second)
    return prompt.with_slots((f" {first}", f" {second}"), actor=third)


def swap_order(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The first two names change places: the answer stays, and where it stands does not."""
    first, second = prompt.slots["first"], prompt.slots["second"]
    return prompt.with_slots(prompt.right, prompt.wrong, first=second, second=first)


def other_names(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Two other people in the same places: the pattern stays, and the names do not."""
    old = prompt.slots["first"], prompt.slots["second"]
    receiver, actor = (f" {name}" for name in fresh(rng, words, old))
    in_front = prompt.slots["actor"] == prompt.slots["first"]
    first, second = (actor, receiver) if in_front else (receiver, actor)
    return prompt.with_slots((receiver,), (actor,), first=first[1:], second=second[1:], actor=actor[1:])


def fresh(rng: Random, words: Words, old: tuple[str, str]) -> list[str]:
    """Two names that are neither of the old ones."""
    one = words.another(rng, "name", *old)
    return [one, words.another(rng, "name", *old, one)]


def solve(text: str) -> tuple[str, ...]:
    """Whoever of the first two is named once."""
    named = PEOPLE.findall(text)
    once = Counter(named)
    return tuple(f" {name}" for name in named[:2] if once[name] == 1)


def guess(text: str, rng: Random) -> str:
    """One of the first two."""
    return f" {rng.choice(PEOPLE.findall(text)[:2])}"


TASK = WordedTask(
    name="ioi",
    says="Two people are named, one of them acts, and what comes next is the other one's name.",
    asks="Names that are one token each, or as many as each other.",
    chance=0.5,
    train_templates=(
        "When {first} and {second} went to the {place}, {actor} gave a {thing} to",
        "After {first} and {second} met at the {place}, {actor} handed a {thing} to",
        "While {first} and {second} were waiting near the {place}, {actor} showed the {thing} to",
        "Yesterday {first} and {second} walked to the {place}. There {actor} offered a {thing} to",
        "The day was nearly over when {first} and {second} left the {place}, and {actor} threw a {thing} to",
        "Then {first} and {second} had a long talk in the {place}. In the end {actor} sold the {thing} to",
        "Because {first} and {second} both worked at the {place}, {actor} lent the {thing} to",
        "Friends since they were young, {first} and {second} found a {thing} in the {place}, and {actor} passed it to",
    ),
    test_templates=(
        "It was late, and {first} and {second} were still in the {place}. So {actor} brought a {thing} to",
        "Once {first} and {second} had closed the {place}, {actor} sent the {thing} to",
        "Between {first} and {second} there lay a {thing} from the {place}, and {actor} pushed it over to",
    ),
    lexicons={
        "name": Lexicon(NAMES, role="answer"),
        "place": Lexicon(PLACES),
        "thing": Lexicon(THINGS),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "other-actor",
            "The other person acts, so that the answer is the rival.",
            "Heads that read who was named, or that some name was said twice: both prompts say two names, one of them "
            "twice, in the same places.",
            swap_actor,
        ),
        Corruption(
            "third-actor",
            "Somebody else acts, so that no name is said twice.",
            "What only carries the position of the names, and name movers as far as they copy either of the two.",
            third_actor,
            changes_answer=False,
        ),
        Corruption(
            "other-order",
            "The first two names change places, and the answer stays: only what speaks of positions differs.",
            "Everything that carries the name itself; the metric hardly moves unless a position signal is patched.",
            swap_order,
            changes_answer=False,
        ),
        Corruption(
            "other-names",
            "Two other people in the same places.",
            "The position signal: duplicate-token, induction and S-inhibition heads that say which place was repeated.",
            other_names,
        ),
    ),
    solve=solve,
    guess=guess,
    source="Wang et al. 2022, arXiv:2211.00593; the sentences are our own.",
)
