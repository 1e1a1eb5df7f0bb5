"""A table as a picture needs it: only its columns, checked, and as plain JSON values in a fixed order."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from cutaway.errors.figures import (
    EmptyTableError,
    MissingColumnError,
    MissingTableError,
    NotANumberError,
    RepeatedRowError,
)
from cutaway.records.figure import Bars, Drawn, Heat, Lines, Network

Row = dict[str, Any]


def table_named(name: str, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One of the tables by name.

    Raises: MissingTableError with the nearest names.
    """
    if name not in tables:
        raise MissingTableError(name, tables)
    return tables[name]


def with_columns(name: str, frame: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """The table cut down to the columns a figure uses.

    Raises: MissingColumnError if one is not there; EmptyTableError if the table has no rows.
    """
    wanted = list(dict.fromkeys(columns))
    missing = [column for column in wanted if column not in frame.columns]
    if missing:
        raise MissingColumnError(name, missing, frame.columns)
    if frame.empty:
        raise EmptyTableError(name, frame.columns)
    return frame[wanted]


def used_columns(header: Drawn) -> list[str]:
    """The columns that a chart draws, in the order of its header."""
    if isinstance(header, Bars):
        named = [header.x, header.y, header.low, header.high]
    elif isinstance(header, Heat):
        named = [header.x, header.y, header.value, header.panel]
    elif isinstance(header, Lines):
        named = [header.x, header.y, header.low, header.high, header.group, header.panel]
    elif isinstance(header, Network):
        levels = [header.sender_level, header.receiver_level]
        named = [header.sender, header.receiver, *levels, header.group, header.value]
    else:
        named = [header.x, header.y, header.group, header.panel, header.line]
    return list(dict.fromkeys(column for column in named if column is not None))


def is_number(column: "pd.Series[Any]") -> bool:
    """Whether a column is measured along an axis, rather than named on it."""
    return is_numeric_dtype(column) and not is_bool_dtype(column)


def check_numbers(name: str, frame: pd.DataFrame, columns: Iterable[str | None]) -> None:
    """Check that each column holds numbers, and at least one that is finite.

    Raises: NotANumberError; EmptyTableError.
    """
    for column in (column for column in columns if column is not None):
        if not is_number(frame[column]):
            numeric = [str(other) for other in frame.columns if is_number(frame[other])]
            raise NotANumberError(name, column, repr(frame[column].iloc[0]), numeric)
        if not np.isfinite(frame[column].to_numpy(dtype=float, na_value=np.nan)).any():
            raise EmptyTableError(name, frame.columns, column=column)


def check_unique(name: str, frame: pd.DataFrame, columns: Iterable[str | None]) -> None:
    """Check that no two rows share their place in the picture.

    Raises: RepeatedRowError with the first such place.
    """
    places = [column for column in columns if column is not None]
    repeated = frame[frame.duplicated(places)]
    if not repeated.empty:
        raise RepeatedRowError(name, places, ", ".join(str(plain(repeated.iloc[0][place])) for place in places))


def json_rows(frame: pd.DataFrame) -> list[Row]:
    """Rows as JSON values; what is missing or infinite is `None`."""
    columns = [str(column) for column in frame.columns]
    return [
        {column: plain(value) for column, value in zip(columns, values, strict=True)}
        for values in frame.itertuples(index=False, name=None)
    ]


def plain(value: Any) -> Any:
    """One value as JSON knows it."""
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value if isinstance(value, (bool, int, float, str)) else str(value)


def in_order(column: "pd.Series[Any]") -> list[Any]:
    """The distinct values of a column: numbers ascending, names as they first appear."""
    values = [plain(value) for value in column.dropna().unique()]
    return sorted(values) if is_number(column) else values


def longest(values: Iterable[Any]) -> int:
    """Characters in the longest label."""
    return max((len(str(value)) for value in values), default=0)
