"""The natural text that every machine has: the Python standard library's own source.

Code, docstrings and comments of pure-Python modules. Left out: tests, tables of character codes, files
generated on the user's machine, and the parts that some distributions package separately.
"""

import hashlib
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEFT_OUT = frozenset(
    {
        *("test", "tests", "idle_test", "__pycache__", "site-packages", "dist-packages"),
        *("encodings", "pydoc_data", "distutils", "ensurepip", "idlelib", "lib2to3", "tkinter", "turtledemo"),
    }
)
HELD_OUT_ONE_IN = 16


@dataclass(frozen=True)
class SourceFile:
    """One module of the standard library; `held_out` files are never trained on."""

    path: str
    sha256: str
    text: str

    @property
    def held_out(self) -> bool:
        return int(hashlib.sha256(self.path.encode()).hexdigest(), 16) % HELD_OUT_ONE_IN == 0


@cache
def source_files() -> tuple[SourceFile, ...]:
    """Every file of the corpus in the order of its path; about 500 files, 7 MB, read once a process."""
    root = Path(sysconfig.get_path("stdlib"))
    found = []
    for path in sorted(root.rglob("*.py")):
        inside = path.relative_to(root)
        if LEFT_OUT & set(inside.parts) or inside.name.startswith("_sysconfigdata"):
            continue
        raw = path.read_bytes()
        found.append(SourceFile(inside.as_posix(), hashlib.sha256(raw).hexdigest(), raw.decode("utf-8", "replace")))
    return tuple(found)


def texts(*, held_out: bool) -> list[str]:
    """The texts of one side of the split."""
    return [file.text for file in source_files() if file.held_out == held_out]


def hashes() -> dict[str, str]:
    """SHA-256 of every file by path: what a model card pins."""
    return {file.path: file.sha256 for file in source_files()}


def fingerprint(pinned: dict[str, str]) -> str:
    """One SHA-256 over all paths and hashes, to compare two machines at a glance."""
    lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(pinned.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
