"""Shape checks are on in tests and off for users: every annotation of tensors is held against what is passed.

`switch_on` goes before the first import of the package. A test of bad input, which gives what an annotation
forbids, takes the fixture `unchecked` and sees what a user sees.
"""

from pathlib import Path

import beartype
from beartype.roar import BeartypeDecorHintPep673Exception
from jaxtyping import install_import_hook

SOURCE = Path(__file__).parents[1] / "src"
CHECKED = ("models", "techniques", "planted", "tasks", "stats")  # the layers that pass tensors
OWN_CHECKS = {"cutaway.models.toy"}  # its config is a dataclass that transformers checks by itself
check = beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))  # an int will do for a float


def checked(function):
    """With beartype, but for methods that speak of `Self`, which it cannot check alone."""
    try:
        return check(function)
    except BeartypeDecorHintPep673Exception:
        return function


def switch_on():
    found = (path for layer in CHECKED for path in (SOURCE / "cutaway" / layer).rglob("*.py"))
    files = (path.relative_to(SOURCE).with_suffix("") for path in found)
    names = {".".join(path.parts) for path in files if path.name != "__init__"}
    install_import_hook(sorted(names - OWN_CHECKS), "tests.shapes.checked")
