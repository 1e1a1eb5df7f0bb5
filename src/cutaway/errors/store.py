"""Mistakes with the store: a database that cannot be used, and contributions that it does not take."""

from collections.abc import Iterable

from cutaway.errors.base import CutawayError, nearest


class StoreError(CutawayError):
    """The database cannot be opened, read or written."""

    def __init__(self, where: str, fault: str, advice: str) -> None:
        super().__init__(f"the store '{where}' cannot be used: {fault}.\n  {advice}")


class NewerStoreError(StoreError):
    """The database was written by a newer Cutaway."""

    def __init__(self, where: str, found: str, known: str) -> None:
        super().__init__(
            where,
            f"it has version {found}, and this Cutaway knows versions up to {known}",
            "Install the newer Cutaway, or keep another store: --data DIR.  Nothing was changed.",
        )


class FullStoreError(StoreError):
    """There is no room left to write."""

    def __init__(self, where: str) -> None:
        super().__init__(where, "the disk is full", "Nothing was saved and nothing was lost. Make room, and try again.")


class OldStoreError(StoreError):
    """The database was written by an older Cutaway, and nobody has migrated it yet."""

    def __init__(self, where: str, found: str, known: str) -> None:
        super().__init__(where, f"it has version {found}, not {known}", "Bring it up to date: cutaway store migrate")


class DraftError(CutawayError):
    """A contribution with fields that cannot be taken; `faults` says what is wrong, by field."""

    def __init__(self, faults: dict[str, str]) -> None:
        said = "\n".join(f"  {field}: {fault}" for field, fault in faults.items())
        super().__init__(f"this cannot be taken yet.\n{said}")
        self.faults = faults


class UnknownContributionError(CutawayError):
    """No contribution has that number."""

    def __init__(self, asked: int) -> None:
        super().__init__(f"there is no contribution {asked}.\n  what was added lately: /changes")


class ForbiddenStepError(CutawayError):
    """A step that this contribution, in its state, does not allow."""

    def __init__(self, step: str, why: str) -> None:
        super().__init__(f"a contribution cannot be {step} here: {why}.")


class AccountError(CutawayError):
    """An account that cannot be made or changed."""

    def __init__(self, name: str, fault: str, advice: str) -> None:
        super().__init__(f"account '{name}': {fault}.\n  {advice}")


class UnknownAccountError(AccountError):
    """No account has that name."""

    def __init__(self, name: str, names: Iterable[str]) -> None:
        super().__init__(
            name, "there is none", f"nearest: {nearest(name, names) or 'none'}; all: cutaway store accounts"
        )
