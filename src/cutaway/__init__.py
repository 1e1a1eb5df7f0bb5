"""Cutaway: the workbench for the open problems of mechanistic interpretability.

Names here are looked up on first use, so that `import cutaway` does not load torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cutaway.catalog import load_catalog as load_catalog
    from cutaway.errors import CutawayError as CutawayError
    from cutaway.models import Add as Add
    from cutaway.models import Model as Model
    from cutaway.models import Replace as Replace
    from cutaway.models import Scale as Scale
    from cutaway.models import Zero as Zero
    from cutaway.techniques.detectors.head_wiki import head_wiki as head_wiki
    from cutaway.zoo.load import load as load

WHERE = {
    "Add": "cutaway.models",
    "CutawayError": "cutaway.errors",
    "Model": "cutaway.models",
    "Replace": "cutaway.models",
    "Scale": "cutaway.models",
    "Zero": "cutaway.models",
    "head_wiki": "cutaway.techniques.detectors.head_wiki",
    "load": "cutaway.zoo.load",
    "load_catalog": "cutaway.catalog",
}

__all__ = list(WHERE)


def __getattr__(name: str) -> Any:
    if name not in WHERE:
        raise AttributeError(f"module 'cutaway' has no attribute '{name}'; it has {', '.join(WHERE)}")
    return getattr(import_module(WHERE[name]), name)


def __dir__() -> list[str]:
    return __all__
