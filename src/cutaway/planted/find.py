"""Find the named circuits by walking their folder."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from functools import cache

from cutaway.errors.planted import DescriptionError, UnknownCircuitError
from cutaway.planted import circuits
from cutaway.planted.planted import Planted

Builder = Callable[..., Planted]


@cache
def named_circuits() -> dict[str, Builder]:
    """What builds each named circuit; all take a seed, and those with attention a sharpness."""
    found: dict[str, Builder] = {}
    for module in sorted(one.name for one in pkgutil.iter_modules(circuits.__path__, f"{circuits.__name__}.")):
        declared: dict[str, Builder] = importlib.import_module(module).CIRCUITS
        assert not set(declared) & set(found), f"{module} declares a name that is taken"
        found |= declared
    return found


def circuit(name: str, *, seed: int = 0, sharpness: float | None = None) -> Planted:
    """A named circuit, compiled; `sharpness` None is its own.

    Raises: UnknownCircuitError with the nearest names; DescriptionError for the sharpness of what has no attention.
    """
    found = named_circuits()
    if name not in found:
        raise UnknownCircuitError(name, found)
    if sharpness is None:
        return found[name](seed=seed)
    if "sharpness" not in inspect.signature(found[name]).parameters:
        call = f"circuit('{name}', sharpness={sharpness})"
        raise DescriptionError(name, call, "it has no attention that could be sharp", f"circuit('{name}')")
    return found[name](seed=seed, sharpness=sharpness)
