"""Accounts and sessions, saved views, the index of runs, and full-text search."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    """All new tables; nothing that is there changes."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(80), nullable=False, unique=True),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sessions",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("account", sa.Integer, sa.ForeignKey("accounts.id", ondelete="CASCADE")),
        sa.Column("mode", sa.String(8), nullable=False),
        sa.Column("expires", sa.DateTime, nullable=False),
    )
    op.create_table(
        "views",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("address", sa.String(1000), nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
    )
    op.create_index("views_by_owner", "views", ["owner"])
    op.create_table(
        "runs",
        sa.Column("id", sa.String(120), primary_key=True),
        sa.Column("study", sa.String(80), nullable=False),
        sa.Column("size", sa.String(8), nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("began", sa.String(40), nullable=False),
        sa.Column("seconds", sa.Integer),
        sa.Column("standing", sa.String(12), nullable=False),
        sa.Column("problems", sa.JSON, nullable=False),
        sa.Column("claims", sa.Text, nullable=False),
    )
    op.create_index("runs_by_study", "runs", ["study", "size", "began"])
    op.create_index("runs_by_time", "runs", ["began"])
    op.create_table(
        "notes", sa.Column("name", sa.String(40), primary_key=True), sa.Column("value", sa.Text, nullable=False)
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search USING fts5("
            "number UNINDEXED, statement, heading, work, discussion, tokenize = 'porter unicode61')"
        )
    else:
        weighted = " || ".join(
            f"setweight(to_tsvector('english', {column}), '{weight}')"
            for column, weight in zip(("statement", "heading", "work", "discussion"), "ABCD", strict=True)
        )
        op.execute(
            "CREATE TABLE search (number text PRIMARY KEY, statement text NOT NULL, heading text NOT NULL, "
            "work text NOT NULL, discussion text NOT NULL, "
            f"document tsvector GENERATED ALWAYS AS ({weighted}) STORED)"
        )
        op.execute("CREATE INDEX search_document ON search USING gin (document)")
