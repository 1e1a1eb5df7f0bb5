"""The end of a report: how to do it again, and what it ran on."""

from collections.abc import Mapping
from html import escape
from typing import Any

from cutaway.records.run_record import RunRecord

KEPT_IN = "cutaway-data/records"
SUFFIXES = {"_seconds": "s", "_mb": "MB", "_gb": "GB"}


def commands(record: RunRecord) -> str:
    """The commands that repeat the run and redraw the report, and three lines to go on from its numbers."""
    kept_in = record.environment.get("kept_in", KEPT_IN)
    named = record.id if kept_in == KEPT_IN else f"{kept_in}/{record.id}"
    python = [
        "import pandas as pd",
        *(
            f'{table} = pd.read_parquet("{kept_in}/{record.id}/tables/{table}.parquet")\n{table}.head()'
            for table in record.tables[:1]
        ),
    ]
    parts = [("Run it again", record.command), ("Draw it again from its tables", f"cutaway report {named}")]
    parts.append(("Go on from its numbers, in Python", "\n".join(python)))
    return "".join(f'<p class="label">{label}</p><pre><code>{escape(code)}</code></pre>' for label, code in parts)


def surroundings(record: RunRecord) -> str:
    """Seed, size, versions, machine, time and hashes as a list of terms."""
    known: dict[str, Any] = {"record": record.id, "study": record.study, "seed": record.seed, "size": record.size}
    hashes: dict[str, Any] = {"code sha256": record.code_sha256, "weights sha256": record.models}
    terms = "".join(
        f"<dt>{escape(term)}</dt><dd>{escape(said)}</dd>"
        for group in (known, record.environment, hashes)
        for term, said in spelled(group)
    )
    return f"<dl>{terms}</dl>"


def spelled(values: Mapping[str, Any], before: str = "") -> list[tuple[str, str]]:
    """Keys as words, units moved to their values, nested values one by one."""
    terms: list[tuple[str, str]] = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            terms += spelled(value, before="" if key == "libraries" else f"{key}: ")
            continue
        suffix = next((suffix for suffix in SUFFIXES if key.endswith(suffix)), "")
        unit = f" {SUFFIXES[suffix]}" if suffix else ""
        words = key.removesuffix(suffix)
        terms.append((before + (words if before else words.replace("_", " ")), f"{value}{unit}"))
    return terms
