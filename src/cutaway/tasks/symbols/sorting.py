"""Sorting lists of one length: `START 4 6 2 9 MID 2 4 6 9`."""

from cutaway.tasks.symbolic import SymbolicTask
from cutaway.tasks.symbols.forms.sorted_lists import SortedLists


def sorting(numbers: int = 20, count: int = 4) -> SymbolicTask:
    """The task with lists of `count` different numbers below `numbers`; one set of them in five is held out."""
    form = SortedLists("sorting", numbers, count, count)
    return SymbolicTask(
        name=form.name,
        says=f"Put {count} different numbers in order.",
        asks=f"A vocabulary of at least {len(form.symbols)} and a context of {form.length}.",
        chance=form.chance,
        symbols=form.symbols,
        length=form.length,
        draw=form.draw,
        corruptions=form.corruptions(),
        solve=form.solve,
        guess=form.guess,
        source="McDougall 2023, ARENA, monthly algorithmic challenge of October: sorted lists.",
    )


TASK = sorting()
