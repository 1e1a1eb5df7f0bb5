"""The 339 open problems as data: statements, difficulty, cross references and prior work. Never loads torch."""

from cutaway.catalog.contents import Catalog
from cutaway.catalog.difficulty import Difficulty
from cutaway.catalog.load import load_catalog
from cutaway.catalog.problem import ATTRIBUTION, Chapter, Problem, Work
from cutaway.catalog.query import Filters, arrange, select
from cutaway.catalog.record import as_record
from cutaway.catalog.references import Mention, mentions

__all__ = [
    "ATTRIBUTION",
    "Catalog",
    "Chapter",
    "Difficulty",
    "Filters",
    "Mention",
    "Problem",
    "Work",
    "arrange",
    "as_record",
    "load_catalog",
    "mentions",
    "select",
]
