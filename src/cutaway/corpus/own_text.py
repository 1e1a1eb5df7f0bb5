"""The user's own text as a stream of documents: a folder, a file, Parquet, JSON lines, or a Hugging Face dataset.

Nothing is read before it is asked for, and a file of any size takes the memory of one document (or one row group).
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from cutaway.errors.corpus import TextSourceError

PLAIN = (".txt", ".md", ".rst", ".py", ".c", ".h", ".js", ".html", ".tex", ".csv")
LINES, TABLES = (".jsonl", ".ndjson", ".jsonl.gz"), (".parquet",)
KNOWN = (*PLAIN, *(f"{end}.gz" for end in PLAIN), *LINES, *TABLES)
ROWS = 256  # of Parquet at a time


def texts(
    source: str | Path | Iterable[Any], *, field: str = "text", download: bool = False, split: str = "train"
) -> Iterator[str]:
    """Documents one by one.

    `source`: a folder (all files of known endings, in the order of their paths, each a document or many), one file, a
    dataset of Hugging Face or anything else that gives strings or mappings, or with `download=True` the id of a dataset
    on the hub, which is streamed. `field`: what holds the text in JSON lines, Parquet and mappings.
    Raises: TextSourceError where there is no such file, no such field, or nothing that is text.
    """
    if not isinstance(source, (str, Path)):
        return of_rows(source, field, type(source).__name__)
    path = Path(source).expanduser()
    if path.is_dir():
        return of_folder(path, field)
    if path.is_file():
        return of_file(path, field)
    if download and isinstance(source, str):
        return of_rows(from_hub(source, split), field, source)
    advice = "Name a folder or a file; for a dataset of the hub: texts(id, download=True)"
    raise TextSourceError(str(source), "there is no such file or folder", advice)


def of_folder(folder: Path, field: str) -> Iterator[str]:
    """Every file of a known ending below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name.endswith(KNOWN))
    if not files:
        raise TextSourceError(str(folder), "it has no file that is known to be text", f"Known are: {', '.join(KNOWN)}")
    return (text for path in files for text in of_file(path, field))


def of_file(path: Path, field: str) -> Iterator[str]:
    """The documents of one file: many in JSON lines and Parquet, one in plain text."""
    if path.name.endswith(TABLES):
        return of_rows(parquet_rows(path, field), field, str(path))
    if path.name.endswith(LINES):
        return of_rows(json_lines(path), field, str(path))
    return plain(path)


def opened(path: Path) -> Any:
    """A text file, packed or not."""
    return gzip.open(path, "rt", encoding="utf-8") if path.name.endswith(".gz") else path.open(encoding="utf-8")


def plain(path: Path) -> Iterator[str]:
    """A whole file."""
    try:
        with opened(path) as file:
            yield file.read()
    except UnicodeDecodeError as fault:
        raise TextSourceError(str(path), f"it is not UTF-8 ({fault.reason} at byte {fault.start})", CONVERT) from fault


def json_lines(path: Path) -> Iterator[Any]:
    """One JSON value a line."""
    with opened(path) as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError as fault:
                    advice = "Each line must be one JSON object."
                    raise TextSourceError(str(path), f"line {number} is no JSON", advice) from fault


def parquet_rows(path: Path, field: str) -> Iterator[Mapping[str, Any]]:
    """The rows of a Parquet file, a few at a time, of the one column that is asked for."""
    try:
        file = parquet.ParquetFile(path)
    except (OSError, ValueError) as fault:
        raise TextSourceError(str(path), "it is no Parquet file", "Is it whole?") from fault
    names = file.schema_arrow.names
    if field not in names:
        raise TextSourceError(str(path), f"it has no column '{field}'", f"Its columns: {', '.join(names)}")
    for batch in file.iter_batches(batch_size=ROWS, columns=[field]):
        yield from batch.to_pylist()


def of_rows(rows: Iterable[Any], field: str, name: str) -> Iterator[str]:
    """The texts of strings or mappings."""
    for number, row in enumerate(rows, start=1):
        text = row.get(field) if isinstance(row, Mapping) else row
        if not isinstance(text, str):
            there = f"has: {', '.join(map(str, row))}" if isinstance(row, Mapping) else f"is: {type(row).__name__}"
            raise TextSourceError(name, f"row {number} has no text in '{field}'", f"It {there}. Say field=...")
        yield text


def from_hub(name: str, split: str) -> Iterable[Any]:
    """A dataset of the hub, streamed."""
    try:
        import datasets
    except ImportError as fault:
        raise TextSourceError(name, "the package `datasets` is not installed", "pip install datasets") from fault
    stream: Iterable[Any] = datasets.load_dataset(name, split=split, streaming=True)
    return stream


CONVERT = "Convert it: iconv -f LATIN1 -t UTF-8 FILE"
