"""One `Model` for everything that computes: sites to read, edits to make, weights by convention."""

from cutaway.models.anatomy.layout import Layout, Shape
from cutaway.models.edits import Add, Apply, Edit, Mean, Patch, ProjectOut, Replace, Resample, Scale, Zero
from cutaway.models.metric import Metric
from cutaway.models.metrics import (
    accuracy,
    as_metric,
    kl_divergence,
    last_positions,
    log_prob,
    logit_difference,
    loss,
    probability,
)
from cutaway.models.model import Model
from cutaway.models.sites import VOCABULARY, Site
from cutaway.models.sweep import Product, Sweep, Swept, each, patches, plan_sweep, sweep
from cutaway.models.trace import Trace
from cutaway.models.transforms import centre, fold_layer_norm
from cutaway.models.twin import untrained_twin
from cutaway.models.wrap import wrap

__all__ = [
    "VOCABULARY",
    "Add",
    "Apply",
    "Edit",
    "Layout",
    "Mean",
    "Metric",
    "Model",
    "Patch",
    "Product",
    "ProjectOut",
    "Replace",
    "Resample",
    "Scale",
    "Shape",
    "Site",
    "Sweep",
    "Swept",
    "Trace",
    "Zero",
    "accuracy",
    "as_metric",
    "centre",
    "each",
    "fold_layer_norm",
    "kl_divergence",
    "last_positions",
    "log_prob",
    "logit_difference",
    "loss",
    "patches",
    "plan_sweep",
    "probability",
    "sweep",
    "untrained_twin",
    "wrap",
]
