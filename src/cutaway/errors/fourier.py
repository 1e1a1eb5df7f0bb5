"""Mistakes with arithmetic on a circle."""

from cutaway.errors.base import CutawayError


class NotArithmeticError(CutawayError):
    """A model that cannot be asked for numbers modulo p, or has no neurons to look at."""

    def __init__(self, model: str, p: int, fault: str) -> None:
        super().__init__(
            f"model '{model}' cannot be asked for arithmetic modulo {p}: {fault}.\n"
            f"  models that can: mod-add and its like, whose symbols are 53 numbers and `=`;  all: cutaway zoo"
        )
