"""Which of two prompts a patch is taken from, and which it is put into."""

from typing import Literal, TypeVar

from cutaway.errors.choices import check_choice

Direction = Literal["denoising", "noising"]
Side = TypeVar("Side")


def source_and_base(direction: Direction, clean: Side, corrupted: Side) -> tuple[Side, Side]:
    """What is patched from, and what is patched into: clean into corrupted is denoising, the reverse noising.

    Raises: UnknownChoiceError.
    """
    check_choice("direction", direction, Direction)
    return (clean, corrupted) if direction == "denoising" else (corrupted, clean)
