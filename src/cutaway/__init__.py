"""Cutaway: the workbench for the open problems of mechanistic interpretability.

Names here are looked up on first use, so that `import cutaway` does not load torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cutaway.catalog import load_catalog as load_catalog
    from cutaway.errors import CutawayError as CutawayError
    from cutaway.models import Add as Add
    from cutaway.models import Apply as Apply
    from cutaway.models import Mean as Mean
    from cutaway.models import Metric as Metric
    from cutaway.models import Model as Model
    from cutaway.models import Patch as Patch
    from cutaway.models import ProjectOut as ProjectOut
    from cutaway.models import Replace as Replace
    from cutaway.models import Resample as Resample
    from cutaway.models import Scale as Scale
    from cutaway.models import Zero as Zero
    from cutaway.models import accuracy as accuracy
    from cutaway.models import centre as centre
    from cutaway.models import each as each
    from cutaway.models import fold_layer_norm as fold_layer_norm
    from cutaway.models import kl_divergence as kl_divergence
    from cutaway.models import last_positions as last_positions
    from cutaway.models import log_prob as log_prob
    from cutaway.models import logit_difference as logit_difference
    from cutaway.models import loss as loss
    from cutaway.models import patches as patches
    from cutaway.models import plan_sweep as plan_sweep
    from cutaway.models import probability as probability
    from cutaway.models import sweep as sweep
    from cutaway.tasks.find import task as task
    from cutaway.techniques.detectors.head_wiki import head_wiki as head_wiki
    from cutaway.techniques.patching.grid import patch_grid as patch_grid
    from cutaway.zoo.load import load as load

WHERE = {
    "Add": "cutaway.models",
    "Apply": "cutaway.models",
    "Mean": "cutaway.models",
    "Metric": "cutaway.models",
    "ProjectOut": "cutaway.models",
    "Resample": "cutaway.models",
    "accuracy": "cutaway.models",
    "kl_divergence": "cutaway.models",
    "last_positions": "cutaway.models",
    "log_prob": "cutaway.models",
    "logit_difference": "cutaway.models",
    "loss": "cutaway.models",
    "probability": "cutaway.models",
    "sweep": "cutaway.models",
    "plan_sweep": "cutaway.models",
    "patches": "cutaway.models",
    "each": "cutaway.models",
    "Patch": "cutaway.models",
    "CutawayError": "cutaway.errors",
    "Model": "cutaway.models",
    "Replace": "cutaway.models",
    "Scale": "cutaway.models",
    "Zero": "cutaway.models",
    "centre": "cutaway.models",
    "fold_layer_norm": "cutaway.models",
    "head_wiki": "cutaway.techniques.detectors.head_wiki",
    "patch_grid": "cutaway.techniques.patching.grid",
    "task": "cutaway.tasks.find",
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
