"""Mistakes with detectors: nothing that heads could be told apart by."""

from cutaway.errors.base import CutawayError


class NothingAskedError(CutawayError):
    """Too few prompts whose right answer and rival differ."""

    def __init__(self, model: str, usable: int, least: int) -> None:
        super().__init__(
            f"{usable} prompts for model '{model}' have a right answer and another one as its rival; the roles of heads"
            f" need {least}.\n  Draw more: cutaway.tasks.task('ioi').pairs(model, rows=64)"
        )
