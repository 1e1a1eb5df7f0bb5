"""Mistakes with tasks: names, words that split, and models that a task cannot be asked of."""

from collections.abc import Iterable, Mapping, Sequence

from cutaway.errors.base import CutawayError, nearest

SHOWN = 8  # words that a message lists


def some(words: Sequence[str]) -> str:
    """A few words in quotes, and how many more there are."""
    more = f" and {len(words) - SHOWN} more" if len(words) > SHOWN else ""
    return ", ".join(repr(word) for word in words[:SHOWN]) + more if words else "none"


class UnknownTaskError(CutawayError):
    """No task has that name."""

    def __init__(self, asked: str, names: Iterable[str]) -> None:
        names = sorted(names)
        super().__init__(
            f"there is no task '{asked}'.\n  nearest: {nearest(asked, names)}\n  all {len(names)} tasks: cutaway tasks"
        )


class DuplicateTaskError(CutawayError):
    """Two files that declare the same name, or a file that declares none."""

    def __init__(self, fault: str) -> None:
        super().__init__(f"{fault}.\n  Each file of a task declares one TASK, with a name of its own.")


class UnknownCorruptionError(CutawayError):
    """The task has no such corruption."""

    def __init__(self, task: str, asked: str, names: Iterable[str]) -> None:
        names = list(names)
        super().__init__(
            f"task '{task}' has no corruption '{asked}'.\n  nearest: {nearest(asked, names)}\n"
            f"  all of them: cutaway tasks {task}"
        )


class UnknownWordListError(CutawayError):
    """The task has no such list of words."""

    def __init__(self, task: str, asked: str, names: Iterable[str]) -> None:
        super().__init__(f"task '{task}' has no list of words '{asked}'.\n  its lists: {', '.join(names)}")


class TooFewWordsError(CutawayError):
    """Words of one's own that are not enough to make prompts of."""

    def __init__(self, task: str, name: str, given: Sequence[str], *, least: int) -> None:
        super().__init__(
            f"task '{task}' needs at least {least} different words for '{name}', and is given {some(given)}.\n"
            f"  Pass more: words={{'{name}': [...]}} (--words {name}=one,another,...)"
        )


class SplitAnswerError(CutawayError):
    """Words that must be one token each, or as many as each other, and are not, or too few that are."""

    def __init__(
        self,
        task: str,
        model: str,
        role: str,
        *,
        many: int,
        split: Mapping[str, Sequence[str]],
        fitting: Sequence[str],
        least: int,
        whole_answers: bool,
    ) -> None:
        pieces = [f"{word!r} is {' + '.join(map(repr, parts))}" for word, parts in list(split.items())[:SHOWN]]
        more = f", and {len(split) - SHOWN} more" if len(split) > SHOWN else ""
        size, otherwise = ("one token", "") if many == 1 else (f"{many} tokens each", " otherwise")
        whole = (
            ", or score whole answers: score='sequence' (--score sequence)" if many == 1 and not whole_answers else ""
        )
        super().__init__(
            f"task '{task}' needs at least {least} of its words for '{role}' to be {size} of model '{model}', "
            f"which splits {len(split)}{otherwise}: {'; '.join(pieces)}{more}.\n"
            f"  {len(fitting)} fit: {some(fitting)}\n"
            f"  Pass words that fit, words={{'{role}': [...]}}{whole}"
        )


class TaskModelError(CutawayError):
    """A model that a task cannot be asked of."""

    def __init__(self, task: str, model: str, fault: str, advice: str) -> None:
        super().__init__(f"task '{task}' cannot be asked of model '{model}': {fault}.\n  {advice}")


class MisfitPromptsError(CutawayError):
    """Too many prompts that a tokenizer does not cut where the task needs it."""

    def __init__(self, task: str, model: str, share: float, reason: str, example: str) -> None:
        super().__init__(
            f"task '{task}' cannot use {100 * share:.0f} % of its prompts with model '{model}': {reason}.\n"
            f"  for example: {example!r}\n"
            f"  Choose words that fit (words=...), score whole answers (score='sequence'), or take another task: "
            f"cutaway tasks"
        )


class TaskArgumentError(CutawayError):
    """A task was asked for with something it cannot be made of."""

    def __init__(self, task: str, fault: str, advice: str) -> None:
        super().__init__(f"task '{task}': {fault}.\n  {advice}")
