"""Mistakes with zoo models and model files."""

from collections.abc import Iterable

from cutaway.errors.base import CutawayError, nearest


class UnknownZooModelError(CutawayError):
    """A name that no recipe has."""

    def __init__(self, asked: str, names: Iterable[str]) -> None:
        names = sorted(names)
        super().__init__(
            f"the zoo has no model '{asked}'.\n  nearest: {nearest(asked, names)}\n  all {len(names)}: cutaway zoo"
        )


class OtherTextError(CutawayError):
    """The training text on this machine is not the text that the model card pins."""

    def __init__(self, name: str, changed: list[str]) -> None:
        super().__init__(
            f"{len(changed)} file(s) of the standard library differ from the card of '{name}', first: {changed[0]}.\n"
            f"  The weights would differ as well. To train on the text of this machine and write a new card:\n"
            f"  cutaway zoo train {name} --accept-other-text"
        )


class InterruptedTrainingError(CutawayError):
    """A training folder that was begun with another recipe."""

    def __init__(self, folder: str, name: str) -> None:
        super().__init__(
            f"'{folder}' holds checkpoints of another recipe or text.\n"
            f"  Start afresh: cutaway zoo train {name} --restart"
        )


class UntrainedZooModelError(CutawayError):
    """A recipe whose weights do not come with the package."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the weights of '{name}' do not come with the package.\n  Train them: cutaway zoo train {name}"
        )


class DamagedZooModelError(CutawayError):
    """Weights that are not the ones on the model card."""

    def __init__(self, name: str, path: str) -> None:
        super().__init__(
            f"the weights of '{name}' are damaged: {path} does not have the hash on its card.\n"
            f"  Install the package again, or rebuild them: cutaway zoo train {name}"
        )
