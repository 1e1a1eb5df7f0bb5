"""Which sites of an architecture have passed, and where that is remembered.

A verdict holds for one architecture (its class and every switch of its config that is not a size), one version
of transformers and of torch, and one text of this package's models. It is kept for the process and, so that the
next one need not ask again, in the user's cache folder; where that cannot be written, only for the process.
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from cutaway.models.cache import cache_folder
from cutaway.models.verify.small import small_config

Verdicts = dict[str, str]  # site -> reason, for the sites that failed
FORGET = ("_name_or_path", "transformers_version", "dtype", "architectures", "id2label", "label2id")

remembered: dict[str, Verdicts] = {}


@cache
def code() -> str:
    """A hash of everything that decides a verdict on our side."""
    here = Path(__file__).parents[1]
    whole = hashlib.sha256()
    for path in sorted(here.rglob("*.py")):
        whole.update(path.read_bytes())
    return whole.hexdigest()


@cache
def versions() -> list[str]:
    """Of what runs the model."""
    return [version("transformers"), version("torch")]


def architecture(module: Any) -> str:
    """One line for all models that differ in sizes only."""
    settings = {name: value for name, value in small_config(module.config).to_dict().items() if name not in FORGET}
    about = [type(module).__qualname__, *versions(), code()]
    text = json.dumps([*about, settings], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def folder() -> Path:
    """Where verdicts are kept between processes."""
    return cache_folder() / "verified"


def recall(key: str) -> Verdicts | None:
    """The verdicts of an architecture, if it has been asked; a damaged file counts as not asked."""
    if key not in remembered:
        try:
            kept = json.loads((folder() / f"{key}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(kept, dict) or not all(isinstance(reason, str) for reason in kept.values()):
            return None
        remembered[key] = kept
    return remembered[key]


def keep(key: str, verdicts: Mapping[str, str]) -> None:
    """Remember the verdicts of an architecture, here and, if it can be written, in the cache folder."""
    remembered[key] = dict(verdicts)
    try:
        folder().mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=folder(), suffix=".part", delete=False, encoding="utf-8") as file:
            json.dump(verdicts, file, indent=1, sort_keys=True)
        Path(file.name).replace(folder() / f"{key}.json")
    except OSError:
        return  # read-only home: the next process asks again
