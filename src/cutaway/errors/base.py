"""The root of every error a user can cause, and the search for what they meant."""

import difflib
from collections.abc import Iterable
from textwrap import shorten


class CutawayError(Exception):
    """Catch this to catch everything the library raises on purpose; the text is for the user's eyes."""


def nearest(asked: str, names: Iterable[str], count: int = 3) -> str:
    """The names closest in spelling to what was asked, comma separated; the first few when none is close."""
    known = list(names)
    return ", ".join(difflib.get_close_matches(asked, known, n=count, cutoff=0.5) or known[:count])


def in_short(fault: Exception, width: int = 150) -> str:
    """The beginning of an error's first line."""
    return shorten(str(fault).splitlines()[0], width, placeholder=" ...")
