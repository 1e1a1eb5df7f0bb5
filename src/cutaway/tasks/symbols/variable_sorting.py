"""Sorting lists of several lengths, and saying where the list ends: `START 4 6 2 MID 2 4 6 END`."""

from cutaway.tasks.symbolic import SymbolicTask
from cutaway.tasks.symbols.forms.sorted_lists import SortedLists


def variable_sorting(numbers: int = 20, shortest: int = 2, longest: int = 5) -> SymbolicTask:
    """The task with lists of `shortest` to `longest` different numbers, padded with END."""
    form = SortedLists("variable-sorting", numbers, shortest, longest)
    return SymbolicTask(
        name=form.name,
        says=f"Put {shortest} to {longest} different numbers in order, and say that they are all.",
        asks=f"A vocabulary of at least {len(form.symbols)} and a context of {form.length}.",
        chance=form.chance,
        symbols=form.symbols,
        length=form.length,
        draw=form.draw,
        corruptions=form.corruptions(),
        solve=form.solve,
        guess=form.guess,
        source="As sorting; the lengths are our addition.",
    )


TASK = variable_sorting()
