"""Progress of long work on the terminal: one bar a phase, on standard error, gone when it is done."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cutaway.cli.interrupt import stop_if_pressed


class Bars:
    """Draws phases as bars; where standard error is no terminal, one line a phase.

    `after`: seconds that a phase may take without being shown.
    """

    def __init__(self, after: float = 0.0) -> None:
        self.console = Console(file=sys.stderr)
        self.after = after

    @contextmanager
    def phase(self, name: str, total: int) -> Iterator[Callable[[], None]]:
        """A bar that advances with each call of what it yields, unless Ctrl-C was pressed."""
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        bars = Progress(*columns, console=self.console, transient=True)
        task, began, shown = bars.add_task(name, total=total), monotonic(), False

        def show() -> None:
            nonlocal shown
            if shown or bars.finished or monotonic() - began < self.after:
                return
            shown = True
            if self.console.is_terminal:
                bars.start()
            else:
                self.console.print(f"{name}: {total}", highlight=False)

        def tick() -> None:
            stop_if_pressed()
            bars.advance(task)
            show()

        show()
        try:
            yield tick
        finally:
            if shown and self.console.is_terminal:
                bars.stop()
