"""The tables of the store, as they are after the newest migration."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    types,
)
from sqlalchemy.engine import Dialect


class Moment(types.TypeDecorator[datetime]):
    """A point in time: UTC in the database, aware in Python."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=UTC) if value else None


class JsonText(types.TypeDecorator[Any]):
    """JSON as text, because PostgreSQL's own takes neither NaN nor infinity, and a run may find them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:  # noqa: ARG002
        return json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return value and json.loads(value)


METADATA = MetaData()

contributions = Table(
    "contributions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("problem", String(8), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("state", String(12), nullable=False),
    Column("author", String(80), nullable=False),
    Column("tool", String(120)),
    Column("form", String(20)),
    Column("title", String(300)),
    Column("url", String(1000)),
    Column("rating", String(8)),
    Column("text", Text),
    Column("created", Moment, nullable=False),
    Column("expires", Moment),
    Column("ended", Moment),
    Column("owner", String(64), nullable=False),
    Index("contributions_by_problem", "problem", "kind", "state"),
    Index("contributions_by_state", "state", "created"),
)

events = Table(
    "events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("action", String(12), nullable=False),
    Column("problem", String(8)),
    Column("contribution", Integer, ForeignKey("contributions.id")),
    Column("run", String(120)),
    Column("reason", Text),
    Column("before", JSON),
    Column("after", JSON),
    Index("events_by_problem", "problem", "at"),
    Index("events_by_contribution", "contribution", "id"),
)

accounts = Table(
    "accounts",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("role", String(12), nullable=False),
    Column("password", String(200), nullable=False),
    Column("created", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("account", Integer, ForeignKey("accounts.id", ondelete="CASCADE")),
    Column("mode", String(8), nullable=False),
    Column("expires", Moment, nullable=False),
)

views = Table(
    "views",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("name", String(80), nullable=False),
    Column("address", String(1000), nullable=False),
    Column("created", Moment, nullable=False),
    Index("views_by_owner", "owner"),
)

runs = Table(
    "runs",
    METADATA,
    Column("id", String(120), primary_key=True),
    Column("study", String(80), nullable=False),
    Column("size", String(8), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("began", String(40), nullable=False),
    Column("seconds", Integer),
    Column("standing", String(12), nullable=False),
    Column("problems", JSON, nullable=False),
    Column("claims", JsonText, nullable=False),
    Index("runs_by_study", "study", "size", "began"),
    Index("runs_by_time", "began"),
)

notes = Table(
    "notes",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
