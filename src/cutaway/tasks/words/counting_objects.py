"""Counting: some things of one kind are named one by one, and then how many of that kind there are.

Things of another kind stand among them, so that the length of the list does not give the answer away.
"""

import re
from random import Random

from cutaway.tasks.lexicon.kinds import KINDS
from cutaway.tasks.lexicon.names import NAMES
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

NUMBERS = (" one", " two", " three", " four", " five")
THINGS = tuple(thing for things in KINDS.values() for thing in things)
KIND_OF = {thing: kind for kind, things in KINDS.items() for thing in things}
LISTED = 5
ITEMS = tuple(f"item{at}" for at in range(LISTED))
LIST = "the {item0}, the {item1}, the {item2}, the {item3} and the {item4}"


def counted(prompt: Prompt) -> int:
    """How many listed things are of the kind that is asked for."""
    return sum(KIND_OF[prompt.slots[item]] == prompt.slots["kind"] for item in ITEMS)


def answered(prompt: Prompt) -> Prompt:
    """The prompt with its count."""
    right = NUMBERS[counted(prompt) - 1]
    return prompt.with_slots((right,), tuple(number for number in NUMBERS if number != right))


def of_kind(words: Words, kind: str) -> list[str]:
    """The usable things of a kind."""
    return [thing for thing in words["thing"] if KIND_OF[thing] == kind]


def drawn(rng: Random, words: Words) -> tuple[str, str]:
    """A kind to ask for, and another one, both with enough things."""
    kinds = [kind for kind in KINDS if len(of_kind(words, kind)) >= LISTED]
    one, other = rng.sample(kinds, 2)
    return one, other


def draw(rng: Random, words: Words) -> Prompt:
    """One to five things of a kind, filled up with those of another; every count is as likely."""
    kind, other = drawn(rng, words)
    count = rng.randrange(1, LISTED + 1)
    things = rng.sample(of_kind(words, kind), count) + rng.sample(of_kind(words, other), LISTED - count)
    rng.shuffle(things)
    slots = {"kind": kind, "other": other, "name": rng.choice(words["name"])} | dict(zip(ITEMS, things, strict=True))
    return answered(Prompt(rng.choice(words.templates), slots, ()))


def with_items(prompt: Prompt, things: dict[str, str]) -> Prompt:
    """The same prompt with some things of its list exchanged."""
    return prompt.with_slots((), (), **things)


def one_more(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """One listed thing is exchanged for one of the other kind, so that there is one more or one less."""
    here = rng.choice(ITEMS)
    kind, other = prompt.slots["kind"], prompt.slots["other"]
    mine = KIND_OF[prompt.slots[here]] == kind
    if mine and counted(prompt) == 1:  # none at all could not be said
        here = rng.choice([item for item in ITEMS if KIND_OF[prompt.slots[item]] != kind])
        mine = False
    listed = {prompt.slots[item] for item in ITEMS}
    new = rng.choice([thing for thing in of_kind(words, other if mine else kind) if thing not in listed])
    return answered(with_items(prompt, {here: new}))


def other_things(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Every thing is exchanged for another of its kind; the count stays."""
    listed = {prompt.slots[item] for item in ITEMS}
    fresh: dict[str, str] = {}
    for kind in (prompt.slots["kind"], prompt.slots["other"]):
        places = [item for item in ITEMS if KIND_OF[prompt.slots[item]] == kind]
        free = [thing for thing in of_kind(words, kind) if thing not in listed]
        kept = [prompt.slots[item] for item in places]  # for vocabularies with few words: in other places
        fresh |= dict(zip(places, rng.sample(free, len(free)) + kept[::-1], strict=False))
    return answered(with_items(prompt, fresh))


def other_order(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """The same things in another order; the count stays."""
    things = [prompt.slots[item] for item in ITEMS]
    by = rng.randrange(1, LISTED)
    return answered(with_items(prompt, dict(zip(ITEMS, things[by:] + things[:by], strict=True))))


def solve(text: str) -> tuple[str, ...]:
    """Look every thing up that is named, and count."""
    kind = re.findall(rf"\b({'|'.join(KINDS)})\b", text)[-1]
    named = re.findall(r"the (\w+)(?:,| and|\.)", text)
    return (NUMBERS[sum(thing in KINDS[kind] for thing in named) - 1],)


def guess(text: str, rng: Random) -> str:
    """Any number."""
    return rng.choice(NUMBERS)


TASK = WordedTask(
    name="counting-objects",
    says="Five things are named, some of one kind, and what comes next is how many of that kind there are.",
    asks="Names of things with as many tokens as each other, and ' one' to ' five' as one token each.",
    chance=1 / 5,
    train_templates=(
        f"{{name}} bought {LIST}. The number of {{kind}} in the bag was",
        f"In the box were {LIST}. {{name}} counted the {{kind}} and found",
        f"{{name}} drew {LIST}. The number of {{kind}} in the picture is",
        f"On the wall were pictures of {LIST}. As for {{kind}}, {{name}} saw",
        f"We lost {LIST}. As {{name}} said, the {{kind}} among them numbered",
        f"{{name}} dreamed of {LIST}. Asked about {{kind}}, the dreamer said",
    ),
    test_templates=(
        f"Somebody left {LIST}. Of the {{kind}}, {{name}} took",
        f"There they were: {LIST}. {{name}} only wanted {{kind}}, and took",
    ),
    lexicons={
        "thing": Lexicon(THINGS, role="swapped", after="the", closed=True, least=2 * LISTED),
        "name": Lexicon(NAMES),
    },
    draw=draw,
    corruptions=(
        Corruption(
            "one-more",
            "One thing is exchanged for one of the other kind, so that there is one more or one less to count.",
            "All other things in the list, and whatever only knows which kind is asked for.",
            one_more,
        ),
        Corruption(
            "other-things",
            "Every thing is another of its own kind, and the count stays.",
            "What carries the kind of each thing and what adds them up: only the things themselves differ.",
            other_things,
            changes_answer=False,
        ),
        Corruption(
            "other-order",
            "The things stand in another order, and the count stays.",
            "Everything that adds up over the list wherever its things stand.",
            other_order,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
)
