"""One `Model` for everything that computes: sites to read, edits to make, weights by convention."""

from cutaway.models.edits import Add, Edit, Replace, Scale, Zero
from cutaway.models.layout import Layout, Shape
from cutaway.models.model import Model
from cutaway.models.sites import VOCABULARY, Site
from cutaway.models.trace import Trace
from cutaway.models.twin import untrained_twin
from cutaway.models.wrap import wrap

__all__ = [
    "VOCABULARY",
    "Add",
    "Edit",
    "Layout",
    "Model",
    "Replace",
    "Scale",
    "Shape",
    "Site",
    "Trace",
    "Zero",
    "untrained_twin",
    "wrap",
]
