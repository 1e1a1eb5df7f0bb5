"""Ctrl-C is never lost.

Python raises it wherever it happens to be. If that is a finaliser or a callback whose errors are dropped, it is dropped
too and the work goes on; so it is remembered, and raised again at the next step of progress.
"""

import signal
import threading
from types import FrameType

PRESSED = threading.Event()


def listen() -> None:
    """Remember Ctrl-C from now on; where it is ignored, as in the background of a shell, it stays ignored."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, pressed)


def pressed(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    """What Ctrl-C does.

    Raises: KeyboardInterrupt.
    """
    PRESSED.set()
    raise KeyboardInterrupt


def stop_if_pressed() -> None:
    """Raises: KeyboardInterrupt if Ctrl-C was pressed and something dropped it."""
    if PRESSED.is_set():
        raise KeyboardInterrupt
