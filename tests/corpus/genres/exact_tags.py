"""What must hold of the tags of code: as elsewhere, but a name may have low lines within it."""

import re

from cutaway.corpus.document import Document
from tests.corpus.genres.exact import faults

NAME = re.compile(r"marks within one span: '\w+'")


def faults_of_code(document: Document) -> list[str]:
    """Each way in which the tags do not fit the text; none for a good document."""
    return [fault for fault in faults(document) if not NAME.fullmatch(fault)]


def written(document: Document, kind: str) -> list[tuple[str, str | int]]:
    """The text of every span of a kind, and its value."""
    return [(document.text[start:end], value) for one, start, end, value in document.spans if one == kind]
