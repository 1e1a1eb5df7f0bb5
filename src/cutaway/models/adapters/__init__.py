"""One file a family: which modules its sites live in. A file declares FAMILIES and `layout(module)`."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from torch import nn

from cutaway.models.anatomy.layout import Layout


@cache
def families() -> dict[str, Callable[[nn.Module], Layout]]:
    """The layout function of every family, by the `model_type` of its config."""
    found: dict[str, Callable[[nn.Module], Layout]] = {}
    for file in pkgutil.iter_modules(__path__):
        adapter = importlib.import_module(f"{__name__}.{file.name}")
        for family in adapter.FAMILIES:
            if family in found:
                raise AssertionError(f"two adapters serve the family {family}")
            found[family] = adapter.layout
    return found
