"""Progress of long work on the terminal: one bar a phase, on standard error, gone when it is done."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Bars:
    """Draws phases as bars; where standard error is no terminal, one line a phase."""

    def __init__(self) -> None:
        self.console = Console(file=sys.stderr)

    @contextmanager
    def phase(self, name: str, total: int) -> Iterator[Callable[[], None]]:
        """A bar that advances with each call of what it yields."""
        if not self.console.is_terminal:
            self.console.print(f"{name}: {total}", highlight=False)
            yield lambda: None
            return
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        with Progress(*columns, console=self.console, transient=True) as bars:
            task = bars.add_task(name, total=total)
            yield lambda: bars.advance(task)
