"""Figures as a study's header declares them: which table, which columns, and what the picture says."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Bars:
    """One bar a row; `low` and `high` name the columns of its interval."""

    table: str
    x: str
    y: str
    says: str
    low: str | None = None
    high: str | None = None


@dataclass(frozen=True, kw_only=True)
class Heat:
    """A coloured cell for each pair of `x` and `y`, one panel for each value of `panel`."""

    table: str
    x: str
    y: str
    value: str
    says: str
    panel: str | None = None


@dataclass(frozen=True, kw_only=True)
class Points:
    """One dot a row, coloured by `group`, a panel for each value of `panel`; `line` names a column of bars to clear."""

    table: str
    x: str
    y: str
    says: str
    group: str | None = None
    panel: str | None = None
    line: str | None = None


@dataclass(frozen=True, kw_only=True)
class Lines:
    """A line through the rows of each `group` in the order of `x`, a panel for each value of `panel`.

    `low` and `high` name the columns of a band around it; `log` the axes, "x" or "y", that grow by equal factors.
    """

    table: str
    x: str
    y: str
    says: str
    group: str | None = None
    panel: str | None = None
    low: str | None = None
    high: str | None = None
    log: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Network:
    """Parts in rows by level, from the lowest up, and a curve a row: from `sender` to `receiver`, as wide as `value`.

    Levels are numbers, the columns `sender_level` and `receiver_level`; `group` gives the colour.
    """

    table: str
    says: str
    sender: str = "sender"
    receiver: str = "receiver"
    sender_level: str = "sender_level"
    receiver_level: str = "receiver_level"
    group: str = "slot"
    value: str = "value"


@dataclass(frozen=True, kw_only=True)
class SortableTable:
    """The table itself, or some of its columns with their nulls, sortable where the page can run a script."""

    table: str
    says: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AttentionOnText:
    """Where heads look on real text.

    The table has one row per cell that is not negligible: `model layer head role text query key weight`, and
    its companion `tokens_table` one row per token: `text position token`.
    """

    table: str
    tokens_table: str
    says: str


@dataclass(frozen=True, kw_only=True)
class ExamplesOnText:
    """Strongest (query, key, text) triples by head, each as a line of text with both tokens marked.

    The table has one row per example: `model layer head role rank weight strength tokens query key`, where
    `tokens` is a list of strings, and `query` and `key` are places in it.
    """

    table: str
    says: str


Drawn = Bars | Heat | Lines | Points | Network
Figure = Drawn | SortableTable | AttentionOnText | ExamplesOnText
