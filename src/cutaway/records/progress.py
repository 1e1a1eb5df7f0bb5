"""How long work says how far it has come, to whoever listens."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, runtime_checkable


@runtime_checkable
class Progress(Protocol):
    """Listens to phases of known length: `with progress.phase("twins", 20) as tick: ... tick()`."""

    def phase(self, name: str, total: int) -> AbstractContextManager[Callable[[], None]]: ...


class Silent:
    """Listens to nothing."""

    @contextmanager
    def phase(self, name: str, total: int) -> Iterator[Callable[[], None]]:  # noqa: ARG002
        """A phase whose ticks go nowhere."""
        yield lambda: None


SILENT = Silent()
