"""A problem and all that hangs on it as plain values, for JSON, CSV and whoever else wants no classes."""

from dataclasses import asdict
from typing import Any

from cutaway.catalog.contents import Catalog
from cutaway.catalog.problem import Problem


def as_record(catalog: Catalog, problem: Problem) -> dict[str, Any]:
    """The list's own fields under their own names, then cross references both ways and prior work."""
    return {
        "number": problem.number,
        "chapter": problem.chapter.number,
        "category": problem.chapter.title,
        "subcategory": problem.subcategory,
        "text": problem.text,
        "difficulty": str(problem.difficulty) if problem.difficulty else None,
        "difficulty_source": problem.difficulty_source,
        "difficulty_confidence": problem.difficulty_confidence,
        "post_url": problem.chapter.post_url,
        "post_number": problem.post_number,
        "existing_work": problem.existing_work,
        "currently_working": problem.currently_working,
        "help_wanted": problem.help_wanted,
        "claimed_by": problem.claimed_by,
        "claimed_on": problem.claimed_on.isoformat() if problem.claimed_on else None,
        "references": list(catalog.references(problem.number)),
        "referenced_by": list(catalog.referenced_by(problem.number)),
        "prior_work": [{**asdict(work), "numbers": list(work.numbers)} for work in catalog.works_on(problem.number)],
    }
