"""The pages by subject; a file with a `router` is found by walking this folder."""

import importlib
import pkgutil

from fastapi import APIRouter


def all_routers() -> list[APIRouter]:
    """The router of every file here."""
    return [importlib.import_module(f"{__name__}.{found.name}").router for found in pkgutil.iter_modules(__path__)]
