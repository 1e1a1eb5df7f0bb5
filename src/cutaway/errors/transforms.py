"""Mistakes with transforms of weights."""

from cutaway.errors.base import CutawayError


class TransformRefusedError(CutawayError):
    """A transform that would change what this model computes, or that would not do what its name says."""

    def __init__(self, model: str, transform: str, reason: str, advice: str) -> None:
        super().__init__(f"{transform} refuses model '{model}': {reason}.\n  {advice}")
