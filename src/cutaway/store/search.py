"""Full-text search over statements, headings, prior work and discussion: one row a problem.

All words must occur, each anywhere in the row, as the beginning of a word and whatever its ending: "head" finds
"heads". SQLite's FTS5 and PostgreSQL's text search answer alike, behind these functions.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, text

from cutaway.catalog import Catalog, Problem
from cutaway.store.contribution import VISIBLE
from cutaway.store.open import Store
from cutaway.store.tables import contributions, notes

MARKS = re.compile(r"[*`#~|]+")  # of Markdown, which nobody searches for
OPEN, CLOSE = "\x02", "\x03"  # around each found word
WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 12
MOST_SAID = 200_000  # characters of discussion that are searched, the newest; PostgreSQL takes no more than 1 MB
SCHEMA = "1"  # to be raised when what is indexed changes


@dataclass(frozen=True)
class Hit:
    """A found problem: its statement, and a piece of the rest where words were found there, both with marks."""

    number: str
    statement: str
    piece: str


def search(db: Connection, asked: str) -> list[Hit] | None:
    """Problems with all words, best first; `None` if what was asked holds no word."""
    words = WORD.findall(asked)[:MOST_WORDS]
    if not words:
        return None
    return in_sqlite(db, words) if db.dialect.name == "sqlite" else in_postgres(db, words)


def in_sqlite(db: Connection, words: Iterable[str]) -> list[Hit]:
    """FTS5; a found problem's own statement weighs most."""
    query = text(
        "SELECT number, highlight(search, 1, :open, :close) AS statement, "
        "snippet(search, -1, :open, :close, '…', 24) AS piece "
        "FROM search WHERE search MATCH :words ORDER BY bm25(search, 0, 8, 4, 2, 1), number"
    )
    match = " ".join(f'"{word}"*' for word in words)
    rows = db.execute(query, {"open": OPEN, "close": CLOSE, "words": match})
    return [Hit(row.number, row.statement, elsewhere(row.statement, row.piece)) for row in rows]


def in_postgres(db: Connection, words: Iterable[str]) -> list[Hit]:
    """tsquery with prefixes, over a document weighted in the same order."""
    query = text(
        "SELECT number, ts_headline('english', statement, q, :all) AS statement, "
        "ts_headline('english', concat_ws(' ', heading, work, discussion), q, :piece) AS piece "
        "FROM search, to_tsquery('english', :words) AS q WHERE document @@ q ORDER BY ts_rank(document, q) DESC, number"
    )
    marks = f'StartSel="{OPEN}", StopSel="{CLOSE}"'
    options = {"all": f"{marks}, HighlightAll=true", "piece": f"{marks}, MaxWords=24, MinWords=8, MaxFragments=1"}
    rows = db.execute(query, options | {"words": " & ".join(f"{word}:*" for word in words)})
    return [Hit(row.number, row.statement, elsewhere(row.statement, row.piece)) for row in rows]


def elsewhere(statement: str, piece: str) -> str:
    """The piece, unless it is out of the statement or holds no found word."""
    plain = piece.replace(OPEN, "").replace(CLOSE, "").strip("…")
    whole = statement.replace(OPEN, "").replace(CLOSE, "")
    return piece if OPEN in piece and plain not in whole else ""


def index_catalog(store: Store, catalog: Catalog) -> None:
    """Bring the index up to the catalog, if that has changed since."""
    rows = [row_of(catalog, problem) for problem in catalog.problems]
    digest = hashlib.sha256((SCHEMA + repr(rows)).encode()).hexdigest()
    with store.read() as db:
        if db.execute(select(notes.c.value).where(notes.c.name == "catalog")).scalar() == digest:
            return
    with store.write() as db:
        db.execute(text("DELETE FROM search"))
        columns = ", ".join(rows[0])
        db.execute(text(f"INSERT INTO search ({columns}) VALUES ({', '.join(':' + name for name in rows[0])})"), rows)
        for problem in db.execute(select(contributions.c.problem).distinct()).scalars().all():
            index_discussion(db, problem)
        db.execute(delete(notes).where(notes.c.name == "catalog"))
        db.execute(insert(notes).values(name="catalog", value=digest))


def row_of(catalog: Catalog, problem: Problem) -> dict[str, str]:
    """What is searched of a problem before anybody adds to it."""
    works = [part for work in catalog.works_on(problem.number) for part in (work.title, work.authors, work.note)]
    return {
        "number": problem.number,
        "statement": problem.text,
        "heading": f"{problem.chapter.title} {problem.subcategory or ''}",
        "work": "\n".join([*works, problem.existing_work or "", problem.currently_working or ""]),
        "discussion": "",
    }


def index_discussion(db: Connection, problem: str) -> None:
    """What is searched of the contributions to a problem: those that are shown."""
    parts = contributions.c.author, contributions.c.title, contributions.c.text
    shown = select(*parts).where(contributions.c.problem == problem, contributions.c.state.in_(VISIBLE))
    said = "\n".join(part for row in db.execute(shown.order_by(contributions.c.id)) for part in row if part)
    db.execute(
        text("UPDATE search SET discussion = :said WHERE number = :problem"),
        {"said": MARKS.sub("", said)[-MOST_SAID:], "problem": problem},
    )
