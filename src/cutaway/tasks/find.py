"""Find the tasks of the package by walking their folders; each file declares one, and no two share a name."""

import importlib
import pkgutil
from functools import cache

from cutaway.errors.tasks import DuplicateTaskError, UnknownTaskError
from cutaway.tasks import games, symbols, words
from cutaway.tasks.task import Task


@cache
def all_tasks() -> dict[str, Task]:
    """Every task by name, in the order of folder and file.

    Raises: DuplicateTaskError.
    """
    found: dict[str, Task] = {}
    for folder in (words, symbols, games):
        modules = pkgutil.iter_modules(folder.__path__, f"{folder.__name__}.")
        for module in sorted(one.name for one in modules if not one.ispkg):  # folders hold what tasks are made of
            declared = getattr(importlib.import_module(module), "TASK", None)
            if not isinstance(declared, Task):
                raise DuplicateTaskError(f"{module} declares no TASK")
            if declared.name in found:
                raise DuplicateTaskError(f"two tasks are called '{declared.name}', one of them in {module}")
            found[declared.name] = declared
    return found


def task(name: str) -> Task:
    """A task by name: what its prompts are, how they are spoiled, and pairs of them for a model.

    Raises: UnknownTaskError with the nearest names.
    """
    found = all_tasks()
    if name not in found:
        raise UnknownTaskError(name, found)
    return found[name]
