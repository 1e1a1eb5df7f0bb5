"""Mistakes with zoo models and model files."""

from collections.abc import Iterable, Sequence

from cutaway.errors.base import CutawayError, nearest


class UnknownZooModelError(CutawayError):
    """A name that no recipe has."""

    def __init__(self, asked: str, names: Iterable[str]) -> None:
        names = sorted(names)
        super().__init__(
            f"the zoo has no model '{asked}'.\n  nearest: {nearest(asked, names)}\n  all {len(names)}: cutaway zoo"
        )


class ZooAddressError(CutawayError):
    """A name whose part behind `@` cannot be read."""

    def __init__(self, asked: str) -> None:
        super().__init__(
            f"'{asked}' is no address of a zoo model.\n"
            "  The forms are: gelu-2l, gelu-2l@step=400, attn-only-2l@seed=2, attn-only-2l@seed=0,step=400"
        )


class NoSuchWeightsError(CutawayError):
    """A seed or step of a zoo model that there is not."""

    def __init__(self, asked: str, there: str) -> None:
        super().__init__(f"the zoo has no weights '{asked}'.\n  There are {there}")


class OtherTextError(CutawayError):
    """What would be trained on here is not what the model card says."""

    def __init__(self, name: str, changed: list[str]) -> None:
        super().__init__(
            f"'{name}' was trained on other data than this machine has; what differs: {', '.join(changed)}.\n"
            "  (library: the standard library of this Python; generated: the text that this version writes.)\n"
            f"  The weights would differ as well. To train all the same and write a new card:\n"
            f"  cutaway zoo train {name} --accept-other-text"
        )


class InterruptedTrainingError(CutawayError):
    """A training folder that was begun with another recipe, seed or text."""

    def __init__(self, folder: str, name: str) -> None:
        super().__init__(
            f"'{folder}' holds checkpoints of another recipe, seed or text.\n"
            f"  Start that model afresh: cutaway zoo train {name} --restart"
        )


class PassedStepsError(CutawayError):
    """Steps that a run has left behind without keeping their weights."""

    def __init__(self, name: str, passed: Sequence[int], checkpoints: int) -> None:
        some = ", ".join(f"{step:,}" for step in passed[:5]) + (", ..." if len(passed) > 5 else "")
        super().__init__(
            f"the run of '{name}' is past {len(passed)} of the steps to keep ({some}), and their weights are gone.\n"
            f"  Begin again: cutaway zoo train {name} --checkpoints {checkpoints} --restart\n"
            f"  Or go on without: cutaway zoo train {name}"
        )


class UntrainedZooModelError(CutawayError):
    """A recipe whose weights do not come with the package; `folder` is where training puts them."""

    def __init__(self, name: str, folder: str) -> None:
        super().__init__(
            f"the weights of '{name}' do not come with the package.\n  Train them: {trained_and_loaded(name, folder)}"
        )


class DamagedZooModelError(CutawayError):
    """Weights that are not the ones on the model card; `model` is what training is asked for."""

    def __init__(self, name: str, path: str, model: str, folder: str) -> None:
        super().__init__(
            f"the weights of '{name}' are damaged: {path} does not have the hash on its card.\n"
            f"  Install the package again, or train your own: {trained_and_loaded(model, folder)}"
        )


def trained_and_loaded(model: str, folder: str) -> str:
    """What to type for weights of one's own; those of the package stay as they are."""
    return f'cutaway zoo train {model}\n  Load those: cutaway.load("./zoo-training/finished/{folder}")'
