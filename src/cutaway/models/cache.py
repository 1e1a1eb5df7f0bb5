"""The user's folder for what can be worked out again."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """`cutaway` inside `CUTAWAY_CACHE`, or inside what the system keeps for such things; it may not exist yet."""
    return (
        Path(os.environ.get("CUTAWAY_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cutaway"
    )
