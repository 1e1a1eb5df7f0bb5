"""Mistakes with the records of runs."""

from cutaway.errors.base import CutawayError


class UnknownRecordError(CutawayError):
    """A folder or name that is no record."""

    def __init__(self, asked: str, nearest: str = "") -> None:
        near = f"\n  nearest: {nearest}" if nearest else ""
        super().__init__(f"'{asked}' is not a record.{near}\n  all records here: cutaway report")


class UnwritableDataError(CutawayError):
    """A folder in which no record can be kept."""

    def __init__(self, folder: str, fault: str) -> None:
        super().__init__(f"no record can be kept in '{folder}': {fault}.\n  Choose another folder: --data DIR")


class DamagedRecordError(CutawayError):
    """A record folder of which a part is missing or unreadable."""

    def __init__(self, folder: str, fault: str) -> None:
        super().__init__(f"the record '{folder}' is damaged: {fault}.\n  Run its study again: cutaway run STUDY")
