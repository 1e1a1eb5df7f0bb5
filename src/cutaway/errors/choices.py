"""A word for a setting that has a few named values, and is none of them."""

from collections.abc import Sequence
from typing import get_args

from cutaway.errors.base import CutawayError, nearest


class UnknownChoiceError(CutawayError):
    """A value of a setting that nobody has named."""

    def __init__(self, name: str, asked: str, known: Sequence[str]) -> None:
        super().__init__(
            f"{name}='{asked}' cannot be: there is no such choice.\n"
            f"  nearest: {nearest(asked, known)}\n"
            f"  all {len(known)}: {', '.join(known)}"
        )


def check_choice(name: str, asked: str, choices: object) -> None:
    """Refuse a word that a Literal, `choices`, does not have: otherwise it would silently mean its last.

    Raises: UnknownChoiceError.
    """
    known = get_args(choices)
    if asked not in known:
        raise UnknownChoiceError(name, asked, known)
