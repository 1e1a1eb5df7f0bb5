"""Find the named circuits by walking their folder."""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any

from cutaway.errors.planted import UnknownCircuitError
from cutaway.planted import circuits


@cache
def named_circuits() -> dict[str, Callable[..., Any]]:
    """What builds each named circuit; all take a seed, and those with attention a sharpness."""
    found: dict[str, Callable[..., Any]] = {}
    for module in sorted(one.name for one in pkgutil.iter_modules(circuits.__path__, f"{circuits.__name__}.")):
        declared: dict[str, Callable[..., Any]] = importlib.import_module(module).CIRCUITS
        assert not set(declared) & set(found), f"{module} declares a name that is taken"
        found |= declared
    return found


def circuit(name: str, **settings: Any) -> Any:
    """A named circuit, compiled.

    Raises: UnknownCircuitError with the nearest names.
    """
    found = named_circuits()
    if name not in found:
        raise UnknownCircuitError(name, found)
    return found[name](**settings)
