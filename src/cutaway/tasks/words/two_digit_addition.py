"""Two-digit addition, in text: a sum is asked for, sometimes after others that are done."""

import re
from random import Random

from cutaway.tasks.prompt import Lexicon, Prompt, Words
from cutaway.tasks.task import Corruption
from cutaway.tasks.worded import WordedTask

LEAST, MOST = 10, 99
# In random order, because every fifth is held out: in their own order those would all end in 4 or 9.
NUMBERS = tuple(str(number) for number in Random(0).sample(range(LEAST, MOST + 1), MOST - LEAST + 1))


def asked(prompt: Prompt, a: int, b: int) -> Prompt:
    """The prompt with these two numbers."""
    return prompt.with_slots((f" {a + b}",), (), a=str(a), b=str(b))


def draw(rng: Random, words: Words) -> Prompt:
    """Two different numbers, and others for the sums that some templates show as done."""
    a, b = map(int, words.some(rng, "number", 2))
    x, y, u, v = (int(rng.choice(words["number"])) for _ in range(4))
    slots = {"x": str(x), "y": str(y), "z": str(x + y), "u": str(u), "v": str(v), "w": str(u + v)}
    return asked(Prompt(rng.choice(words.templates), slots, ()), a, b)


def operands(prompt: Prompt) -> tuple[int, int]:
    """The two numbers of a prompt."""
    return int(prompt.slots["a"]), int(prompt.slots["b"])


def other_first(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Another first number."""
    a, b = operands(prompt)
    return asked(prompt, int(words.another(rng, "number", str(a))), b)


def other_second(prompt: Prompt, rng: Random, words: Words) -> Prompt:
    """Another second number."""
    a, b = operands(prompt)
    return asked(prompt, a, int(words.another(rng, "number", str(b))))


def other_tens(prompt: Prompt, rng: Random, _words: Words) -> Prompt:
    """The first number with another tens digit: any, held out or not, because no training shows this prompt."""
    a, b = operands(prompt)
    tens, units = divmod(a, 10)
    return asked(prompt, 10 * rng.choice([digit for digit in range(1, 10) if digit != tens]) + units, b)


def trade(prompt: Prompt, _rng: Random, _words: Words) -> Prompt:
    """The numbers trade places."""
    a, b = operands(prompt)
    return asked(prompt, b, a)


def solve(text: str) -> tuple[str, ...]:
    """Digit by digit, with a carry, from the last two numbers of the text."""
    (tens, units), (other_tens, other_units) = re.findall(r"\b(\d)(\d)\b", text)[-2:]
    carry, last = divmod(int(units) + int(other_units), 10)
    return (f" {int(tens) + int(other_tens) + carry}{last}",)


def guess(_text: str, rng: Random) -> str:
    """Any number between the sums of the least and of the greatest two."""
    return f" {rng.randint(2 * LEAST, 2 * MOST)}"


TASK = WordedTask(
    name="two-digit-addition",
    says="Two numbers of two digits are added, and what comes next is their sum.",
    asks="Numbers from 20 to 198 that are one token each after a space; from 10 to 99, as many as each other.",
    chance=1 / 179,  # sums from 20 to 198
    train_templates=(
        "{a} + {b} =",
        "{x} + {y} = {z}\n{a} + {b} =",
        "{x} + {y} = {z}\n{u} + {v} = {w}\n{a} + {b} =",
        "The sum of {a} and {b} is",
        "Question: what is {a} plus {b}?\nAnswer:",
        "{x} and {y} make {z}, {u} and {v} make {w}, {a} and {b} make",
        "If you add {a} to {b}, you get",
    ),
    test_templates=(
        "{a} plus {b} equals",
        "{x} + {y} equals {z}. {u} + {v} equals {w}. {a} + {b} equals",
        "There were {a} in one box and {b} in the other, which makes",
    ),
    lexicons={"number": Lexicon(NUMBERS, role="swapped", known=True)},
    draw=draw,
    corruptions=(
        Corruption(
            "other-first",
            "The first number is another one.",
            "Whatever reads the second number alone, and the examples before.",
            other_first,
        ),
        Corruption(
            "other-second",
            "The second number is another one.",
            "Whatever reads the first number alone, and the examples before.",
            other_second,
        ),
        Corruption(
            "other-tens",
            "The first number has another tens digit.",
            "Whatever adds the units and finds the carry: units are the same on both prompts.",
            other_tens,
        ),
        Corruption(
            "traded",
            "The two numbers trade places, and the answer stays.",
            "Everything that treats both alike, as the sum does: it shows what tells them apart.",
            trade,
            changes_answer=False,
        ),
    ),
    solve=solve,
    guess=guess,
    source="Nikankin et al. 2024, arXiv:2410.21272; Zhou et al. 2024, arXiv:2406.03445; the sentences are our own.",
)
