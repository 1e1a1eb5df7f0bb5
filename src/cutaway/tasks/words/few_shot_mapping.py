"""Few-shot mapping: examples show what to do with a word, and the same is to be done with one more."""

import re
from functools import cache
from random import Random

from cutaway.errors.tasks import TaskArgumentError
from cutaway.tasks.lexicon.mappings import FAMILIES
from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask
from cutaway.tasks.words.forms.few_shot import few_shot

SHOWN = 4  # examples
CLOSED = ("letter", "number")
TRAIN = (
    few_shot("Q: {word}\nA: {answer}", count=SHOWN, gap="\n\n"),
    few_shot("- {word} -> {answer}", count=SHOWN, gap="\n"),
    few_shot("Input: {word}, output: {answer}", count=SHOWN, gap="\n"),
    few_shot("Given {word}, write {answer}", count=SHOWN, gap=". "),
    few_shot("I say {word}, you say {answer}", count=SHOWN, gap=". "),
    few_shot("| {word} | {answer} |", count=SHOWN, gap="\n"),
    "The game goes like this: " + few_shot("from {word} we get {answer}", count=SHOWN, gap=", "),
)
TEST = (
    few_shot("Turn {word} into {answer}", count=SHOWN, gap="; "),
    few_shot("Where it says {word}, they put {answer}", count=SHOWN, gap=".\n"),
)
READERS = tuple(
    re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>\\w+)", re.escape(template))) for template in (*TRAIN, *TEST)
)


def answers(family: str) -> tuple[str, ...]:
    """Every answer of both mappings of a family."""
    return tuple(dict.fromkeys(answer for mapping in FAMILIES[family].values() for answer in mapping.values()))


@cache
def fitting(family: str, words: tuple[str, ...], known: tuple[str, ...]) -> list[str]:
    """The words whose answers fit in both mappings; none where they are too few for a prompt and another question."""
    one, two = FAMILIES[family].values()
    found = [word for word in words if {one.get(word), two.get(word)} <= set(known)]
    return found if len(found) > SHOWN + 1 else []


def usable(family: str, words: Words) -> list[str]:
    """The words of a family that fit."""
    return fitting(family, words[family], words[f"{family} answer"])


def answered(prompt: Prompt, mapping: str, shown: list[str], word: str) -> Prompt:
    """The prompt with examples of a mapping and a word; the rival is what the family's other mapping gives."""
    family = FAMILIES[prompt.slots["family"]]
    (rival,) = (one for name, one in family.items() if name != mapping)
    slots = {"mapping": mapping, "word": word}
    for at, example in enumerate(shown):
        slots |= {f"word{at}": example, f"answer{at}": family[mapping][example]}
    return prompt.with_slots((f" {family[mapping][word]}",), (f" {rival[word]}",), **slots)


def examples_of(prompt: Prompt) -> list[str]:
    """The words that the examples are about."""
    return [prompt.slots[f"word{at}"] for at in range(SHOWN)]


def draw(rng: Random, words: Words) -> Prompt:
    """Any family of which enough fits, one of its two mappings, and different words.

    Raises: TaskArgumentError if no family has enough.
    """
    families = [family for family in FAMILIES if usable(family, words)]
    if not families:
        fault = f"none of its families has {SHOWN + 2} words that fit, with their answers"
        raise TaskArgumentError("few-shot-mapping", fault, "Score whole answers, score='sequence', or keep words=.")
    family = rng.choice(families)
    *shown, word = rng.sample(usable(family, words), SHOWN + 1)
    prompt = Prompt(rng.choice(words.templates), {"family": family}, ())
    return answered(prompt, rng.choice(list(FAMILIES[family])), shown, word)


def other_query(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Another word in question, which is not among the examples either."""
    shown = examples_of(prompt)
    taken = {*shown, prompt.slots["word"]}
    word = rng.choice([one for one in usable(prompt.slots["family"], words) if one not in taken])
    return answered(prompt, prompt.slots["mapping"], shown, word)


def other_mapping(prompt: Prompt, _rng: Random, _words: Words) -> Prompt:
    """The same words, with the answers of the family's other mapping."""
    (other,) = (name for name in FAMILIES[prompt.slots["family"]] if name != prompt.slots["mapping"])
    return answered(prompt, other, examples_of(prompt), prompt.slots["word"])


def shuffle_labels(prompt: Prompt, rng: Random, _words: Words) -> Prompt:
    """The answers of the examples move on, so that none stands with its word and nothing says what to do."""
    by = rng.randrange(1, SHOWN)
    moved = {f"answer{at}": prompt.slots[f"answer{(at + by) % SHOWN}"] for at in range(SHOWN)}
    return prompt.with_slots((), (), **moved)


def read(text: str) -> dict[str, str]:
    """The words and answers of a prompt by their slots."""
    (found,) = (match for reader in READERS if (match := reader.fullmatch(text)))
    return found.groupdict()


def solve(text: str) -> tuple[str, ...]:
    """By trial: what each mapping that agrees with all examples makes of the word."""
    slots = read(text)
    mappings = [mapping for family in FAMILIES.values() for mapping in family.values()]
    agree = [m for m in mappings if all(m.get(slots[f"word{at}"]) == slots[f"answer{at}"] for at in range(SHOWN))]
    return tuple(dict.fromkeys(f" {mapping[slots['word']]}" for mapping in agree if slots["word"] in mapping))


def guess(text: str, rng: Random) -> str:
    """What either mapping makes of the word, without a look at the examples."""
    word = read(text)["word"]
    either = next(list(family.values()) for family in FAMILIES.values() if all(word in one for one in family.values()))
    return f" {rng.choice(either)[word]}"


TASK = WordedTask(
    name="few-shot-mapping",
    says="Four examples show what is done with a word (its plural, its past, ...), and the same is done with another.",
    asks="Words that have as many tokens as each other, and answers that are one token each, in one family or more.",
    chance=0.5,  # every word has two answers, one by either mapping of its family, and each is shown as often
    train_templates=TRAIN,
    test_templates=TEST,
    lexicons={
        family: Lexicon(tuple(next(iter(both.values()))), role="swapped", closed=family in CLOSED, least=2)
        for family, both in FAMILIES.items()
    }
    | {f"{family} answer": Lexicon(answers(family), role="answer", closed=True, least=2) for family in FAMILIES},
    draw=draw,
    corruptions=(
        Corruption(
            "other-mapping",
            "The examples show the other thing that may be done with the same words.",
            "Whatever reads the word in question and knows its answers; what copies words, or finds the form of the "
            "lines and where the answers stand.",
            other_mapping,
        ),
        Corruption(
            "other-query",
            "The same is to be done with another word.",
            "Function-vector heads and whatever else carries what the examples show is to be done.",
            other_query,
        ),
        Corruption(
            "shuffled-labels",
            "The answers of the examples stand with the wrong words, so that nothing says what is to be done.",
            "The word in question and its answers, the form of the lines, and what only sees which kinds of words the "
            "answers are: the same answers are shown.",
            shuffle_labels,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
    source="Todd et al. 2023, arXiv:2310.15213, with ten examples; words and sentences are our own, and so is setting "
    "two mappings of the same words against each other.",
)
