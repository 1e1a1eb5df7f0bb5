"""Prompts that show a few examples line by line and leave the last line unfinished."""

import re

SLOT = re.compile(r"\{(\w+)\}")


def few_shot(line: str, *, count: int, gap: str, answer: str = " {answer}") -> str:
    """A template of so many examples and a question, from the pattern of one line.

    Slots of the examples get their number; the question keeps the pattern's names and ends before the answer.
    """
    shown = [SLOT.sub(rf"{{\g<1>{at}}}", line) for at in range(count)]
    return gap.join((*shown, line[: line.index(answer)]))
