"""The record of a run: a folder that can be read, drawn again and run again.

`claims.json`, `tables/` and `figures/` are the same bytes whenever the same run is repeated on the same
machine and thread count; `run.json` holds what differs: when, where, how long, with which versions.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, get_args

from cutaway.errors.records import DamagedRecordError, UnknownRecordError, UnwritableDataError
from cutaway.records.claim import Claim, Control, Finding, Measured, Tier, Verdict, verdict

PARTIAL = ".partial-"


@dataclass(frozen=True)
class Answer:
    """A claim as it was fixed, what was found, and the verdict."""

    claim: Claim
    finding: Finding

    @property
    def verdict(self) -> Verdict:
        return verdict(self.claim, self.finding)


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """Everything about one run but its tables and figures, which lie beside it.

    `missing` names the subjects that the study needed and that were not on this machine.
    """

    id: str
    study: str
    problems: tuple[str, ...]
    question: str
    method: str
    command: str
    seed: int
    size: str
    code_sha256: str
    models: dict[str, str]
    answers: tuple[Answer, ...]
    tables: tuple[str, ...]
    missing: tuple[str, ...] = ()
    environment: dict[str, Any] = field(default_factory=dict)


@contextmanager
def whole_folder(final: Path) -> Iterator[Path]:
    """Yield a hidden folder to fill; it takes its name `final` in one step when the block ends well, else it goes."""
    final.parent.mkdir(parents=True, exist_ok=True)
    for left in final.parent.glob(f"{PARTIAL}*"):
        if not process_lives(int(left.name.rpartition("-")[2])):
            shutil.rmtree(left, ignore_errors=True)
    partial = final.with_name(f"{PARTIAL}{final.name}-{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        yield partial
        for path in partial.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        partial.rename(final)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def prepare(records: Path) -> None:
    """Make the folder of records, before hours of work depend on it.

    Raises: UnwritableDataError if nothing can be written there.
    """
    try:
        records.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=records):
            pass
    except OSError as fault:
        raise UnwritableDataError(str(records), fault.strerror or str(fault)) from fault


def records_in(folders: Iterable[Path]) -> dict[str, Path]:
    """Every whole record below some folders, by its id; of two with one id the one in the earlier folder."""
    found: dict[str, Path] = {}
    for folder in folders:
        for claims in sorted(folder.glob("[!.]*/claims.json")):
            found.setdefault(claims.parent.name, claims.parent)
    return found


def process_lives(pid: int) -> bool:
    """Whether a process of that number runs on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def write_json(record: RunRecord, folder: Path) -> None:
    """Write `claims.json` and `run.json`."""
    claims = [
        asdict(answer.claim)
        | {"sha256": answer.claim.sha256, "verdict": answer.verdict, "found": found(answer.finding)}
        for answer in record.answers
    ]
    steady = {
        key: getattr(record, key)
        for key in (
            "study",
            "problems",
            "question",
            "method",
            "seed",
            "size",
            "code_sha256",
            "models",
            "tables",
            "missing",
        )
    }
    (folder / "claims.json").write_text(json.dumps(steady | {"claims": claims}, indent=2) + "\n", encoding="utf-8")
    run = {"id": record.id, "command": record.command} | record.environment
    (folder / "run.json").write_text(json.dumps(run, indent=2) + "\n", encoding="utf-8")


def found(finding: Finding) -> dict[str, Any]:
    """A finding as JSON, the null's 95th percentile spelled out."""
    return asdict(finding) | {"null_95": finding.null_line}


def read_record(folder: Path) -> RunRecord:
    """Read a record back.

    Raises: UnknownRecordError if the folder holds none; DamagedRecordError if it holds part of one.
    """
    if not (folder / "claims.json").is_file():
        raise UnknownRecordError(str(folder))
    try:
        steady = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        answers = tuple(read_answer(claim) for claim in steady.pop("claims"))
        steady |= {key: tuple(steady[key]) for key in ("problems", "tables")}
        steady["missing"] = tuple(steady.get("missing", ()))  # records of version 0.1 have none
        missing = [table for table in steady["tables"] if not (folder / "tables" / f"{table}.parquet").is_file()]
        if missing:
            raise DamagedRecordError(str(folder), f"table '{missing[0]}' is missing")
        record = RunRecord(id=run.pop("id"), command=run.pop("command"), answers=answers, environment=run, **steady)
        check_kinds(record)
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise DamagedRecordError(str(folder), str(fault)) from fault
    return record


def check_kinds(record: RunRecord) -> None:
    """Whether texts are texts and numbers numbers: a record may come from elsewhere.

    Raises: TypeError with the first that is not.
    """
    texts = [record.id, record.study, record.question, record.method, record.command, record.size, *record.problems]
    texts += [
        text for answer in record.answers for text in (answer.claim.key, answer.claim.sentence, answer.claim.unit)
    ]
    numbers: list[Any] = [record.seed, record.environment.get("wall_seconds", 0)]
    for answer in record.answers:
        found, claim = answer.finding, answer.claim
        numbers += [found.measured.value, found.measured.low, found.measured.high, found.measured.n, *found.null]
        numbers += [line for line in (claim.above, claim.below) if line is not None]
        numbers += [found.control.value] if found.control else []
        if claim.tier not in get_args(Tier):
            raise TypeError(f"'{claim.tier}' is none of the tiers {', '.join(get_args(Tier))}")
    for text in texts:
        if not isinstance(text, str):
            raise TypeError(f"{text!r} stands where a text should")
    for number in numbers:
        if not isinstance(number, (int, float)):
            raise TypeError(f"{number!r} stands where a number should")


def read_answer(stored: dict[str, Any]) -> Answer:
    """One claim of `claims.json`; the verdict is derived again, never read.

    Raises: ValueError if the claim is not the one that the run was made for.
    """
    stated = {key: value for key, value in stored.items() if key not in ("verdict", "found", "sha256")}
    stated["problems"] = tuple(stated.get("problems", ()))
    claim = Claim(**stated)
    if stored.get("sha256", claim.sha256) != claim.sha256:  # records of version 0.1 have none
        raise ValueError(f"claim '{claim.key}' was changed after the run")
    finding = dict(stored["found"])
    finding.pop("null_95")
    control = finding.pop("control")
    return Answer(
        claim=claim,
        finding=Finding(
            measured=Measured(**finding.pop("measured")),
            null=tuple(finding.pop("null")),
            control=None if control is None else Control(**control),
            **finding,
        ),
    )
