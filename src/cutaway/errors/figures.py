"""Mistakes with figures: the table and the figure's header do not fit together."""

from collections.abc import Iterable, Sequence

from cutaway.errors.base import CutawayError, nearest


class MissingTableError(CutawayError):
    """A figure of a table that the record does not hold."""

    def __init__(self, table: str, tables: Iterable[str]) -> None:
        known = sorted(tables)
        super().__init__(
            f"there is no table '{table}' to draw.\n"
            f"  nearest: {nearest(table, known) or 'none'}\n"
            f"  all {len(known)} tables: {', '.join(known) or 'none'}\n"
            "  if the study was changed after its run, run it again: cutaway run STUDY"
        )
        self.table = table


class MissingColumnError(CutawayError):
    """A figure that names columns which its table does not have."""

    def __init__(self, table: str, missing: Sequence[str], columns: Iterable[str]) -> None:
        known = [str(column) for column in columns]
        wanted = ", ".join(f"'{column}'" for column in missing)
        super().__init__(
            f"table '{table}' has no column {wanted}.\n"
            f"  nearest: {nearest(missing[0], known) or 'none'}\n"
            f"  all {len(known)} columns: {', '.join(known) or 'none'}"
        )
        self.missing = tuple(missing)


class EmptyTableError(CutawayError):
    """A picture of a table without rows, or without one number in the column to be drawn."""

    def __init__(self, table: str, columns: Iterable[str], *, column: str | None = None) -> None:
        what = "has no rows" if column is None else f"has no finite number in column '{column}'"
        known = ", ".join(str(name) for name in columns) or "none"
        super().__init__(
            f"table '{table}' {what}: there is nothing to draw.\n"
            f"  its columns: {known}\n"
            "  look at what the study wrote with lab.table(...)"
        )


class NotANumberError(CutawayError):
    """A column of text where a length or a colour is to be drawn from numbers."""

    def __init__(self, table: str, column: str, example: str, numeric: Iterable[str]) -> None:
        super().__init__(
            f"column '{column}' of table '{table}' holds no numbers, its first value is {example}.\n"
            f"  columns of numbers: {', '.join(numeric) or 'none'}"
        )


class RepeatedRowError(CutawayError):
    """Rows that would be drawn over one another."""

    def __init__(self, table: str, columns: Sequence[str], example: str) -> None:
        super().__init__(
            f"table '{table}' has several rows with the same {', '.join(columns)} (first: {example}).\n"
            "  One would hide the other: average them in the study, or name the column that tells them apart as panel."
        )


class UnknownFormatError(CutawayError):
    """A file ending that a chart cannot be saved as."""

    def __init__(self, name: str, endings: Sequence[str]) -> None:
        super().__init__(f"a chart cannot be saved as '{name}'.\n  endings it knows: {' '.join(endings)}")


class BrokenAttentionError(CutawayError):
    """An attention table whose places are not in its table of tokens."""

    def __init__(self, table: str, tokens_table: str, text: str, fault: str) -> None:
        super().__init__(
            f"tables '{table}' and '{tokens_table}' disagree about text '{text}': {fault}.\n"
            f"  '{tokens_table}' needs one row for every token, with positions counted from 0."
        )
