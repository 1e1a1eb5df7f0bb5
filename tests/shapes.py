"""Shape checks are on in tests and off for users: every annotation of tensors is held against what is passed.

`switch_on` goes before the first import of the package. A test of bad input, which gives what an annotation
forbids, takes the fixture `unchecked` and sees what a user sees.

jaxtyping's own decorator writes the check of a function within a function anew at every call of the outer one, and
binds all arguments at every call; together that took half the time of all tests. Here a check is written once for
each place in the code, and beartype alone checks where no shape is said.
"""

import threading
from functools import partial, wraps
from importlib import import_module
from inspect import isclass, isfunction, signature
from pathlib import Path
from typing import ForwardRef, get_args

import beartype
import jaxtyping
from beartype.roar import BeartypeDecorHintPep673Exception

SOURCE = Path(__file__).parents[1] / "src"
CHECKED = ("models", "techniques", "planted", "tasks", "stats")  # the layers that pass tensors
OWN_CHECKS = {"cutaway.models.toy"}  # its config is a dataclass that transformers checks by itself
OTHERS = ("torch", "transformers.modeling_utils")  # what the checked layers import that is slow to read
check = beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))  # an int will do for a float
with_shapes = jaxtyping.jaxtyped
CHECKS = {}  # by place in the code


class Called(threading.local):
    """The functions that are about to be called, the last one first: a check may itself call others."""

    def __init__(self):
        self.functions = []


CALLED = Called()


def checked(function):
    """With beartype, but for methods that speak of `Self`, which it cannot check alone."""
    try:
        return check(function)
    except BeartypeDecorHintPep673Exception:
        return function


def jaxtyped(function=None, *, typechecker):
    """What the hook puts over every function and class."""
    if function is None:
        return partial(jaxtyped, typechecker=typechecker)
    if not isfunction(function) or any(isinstance(part, str | ForwardRef) for part in parts(function)):
        return with_shapes(function, typechecker=typechecker)  # names in quotes are looked up where it stands
    if "<locals>" in function.__qualname__:
        return as_any_other_of(function)
    return switched(function, with_its_own_check(function))


def with_its_own_check(function):
    if any(isclass(part) and issubclass(part, jaxtyping.AbstractArray) for part in parts(function)):
        return with_shapes(function, typechecker=checked)
    return checked(function)


def as_any_other_of(function):
    """Checked as all functions of this place in the code, by one check that hands on to the one that is called."""
    place = (function.__module__, function.__code__)
    if place not in CHECKS:

        @wraps(function)
        def called(*args, **kwargs):
            __tracebackhide__ = True
            return CALLED.functions.pop()(*args, **kwargs)

        called.__signature__ = signature(function)
        del called.__wrapped__  # which would keep alive what the first of them holds
        CHECKS[place] = with_shapes(called, typechecker=checked)

    def handed(*args, **kwargs):
        __tracebackhide__ = True
        CALLED.functions.append(function)
        return CHECKS[place](*args, **kwargs)

    return switched(function, handed)


def switched(function, inner):
    @wraps(function)
    def outer(*args, **kwargs):
        __tracebackhide__ = True
        return (function if jaxtyping.config.jaxtyping_disable else inner)(*args, **kwargs)

    return outer


def parts(annotation):
    """All that an annotation, or those of a function, are made of."""
    if isfunction(annotation):
        inner = annotation.__annotations__.values()
    else:
        yield annotation
        inner = annotation if isinstance(annotation, list) else get_args(annotation)
    for part in inner:
        yield from parts(part)


def switch_on():
    """Others' packages come first: what a checked file imports is read without the bytecode that they came with."""
    for name in OTHERS:
        import_module(name)
    jaxtyping.jaxtyped = jaxtyped
    found = (path for layer in CHECKED for path in (SOURCE / "cutaway" / layer).rglob("*.py"))
    files = (path.relative_to(SOURCE).with_suffix("") for path in found)
    names = {".".join(path.parts) for path in files if path.name != "__init__"}
    jaxtyping.install_import_hook(sorted(names - OWN_CHECKS), "tests.shapes.checked")
