"""What a run ran on: everything about it that is not a result."""

import hashlib
import platform
import resource
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import torch

LIBRARIES = ("torch", "transformers", "tokenizers", "numpy", "pandas", "pyarrow", "scipy", "altair")


def code_hash() -> str:
    """SHA-256 over every Python file of the package by path."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def environment(*, began: datetime, wall_seconds: float) -> dict[str, Any]:
    """Versions, machine, threads, time and peak memory."""
    own, children = (resource.getrusage(whose).ru_maxrss for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    peak = max(own, children)  # of the largest process
    return {
        "began": began.isoformat(timespec="seconds"),
        "wall_seconds": round(wall_seconds, 1),
        "peak_memory_mb": round(peak / (1024**2 if sys.platform == "darwin" else 1024)),
        "threads": torch.get_num_threads(),
        "device": "cpu",
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cutaway": metadata.version("cutaway"),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }


def now() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)
