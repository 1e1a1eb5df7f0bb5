"""Code other than Python, one dialect a document."""

from collections.abc import Callable
from functools import partial

from cutaway.corpus.code.configuration import write_flat, write_tree
from cutaway.corpus.code.curly import write_curly
from cutaway.corpus.code.shell import write_shell
from cutaway.corpus.code.sql import write_sql
from cutaway.corpus.document import Page
from cutaway.corpus.draw import Draw
from cutaway.corpus.genre import Genre

DIALECTS: tuple[tuple[float, Callable[[Page, Draw], None]], ...] = (
    (0.2, partial(write_curly, is_c=True)),
    (0.22, partial(write_curly, is_c=False)),
    (0.15, write_sql),
    (0.13, write_shell),
    (0.12, partial(write_tree, is_json=True)),
    (0.08, partial(write_tree, is_json=False)),
    (0.05, partial(write_flat, is_toml=True)),
    (0.05, partial(write_flat, is_toml=False)),
)


def write(page: Page, draw: Draw) -> None:
    """A file in one dialect."""
    draw.weighted(DIALECTS)(page, draw)


GENRE = Genre("code", "C, JavaScript, SQL, shell and configuration, one a document", 0.04, write, language="code")
