"""What people add, and the log that only grows."""

import sqlalchemy as sa
from alembic import op

revision, down_revision = "0001", None

REFUSE = "the log only grows"


def upgrade() -> None:
    """Contributions and events; the database itself refuses to change or delete a line of the log."""
    op.create_table(
        "contributions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("problem", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("tool", sa.String(120)),
        sa.Column("form", sa.String(20)),
        sa.Column("title", sa.String(300)),
        sa.Column("url", sa.String(1000)),
        sa.Column("rating", sa.String(8)),
        sa.Column("text", sa.Text),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("expires", sa.DateTime),
        sa.Column("ended", sa.DateTime),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'approved', 'rejected', 'withdrawn')", name="known_state"),
        sqlite_autoincrement=True,
    )
    op.create_index("contributions_by_problem", "contributions", ["problem", "kind", "state"])
    op.create_index("contributions_by_state", "contributions", ["state", "created"])
    op.create_table(
        "events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("action", sa.String(12), nullable=False),
        sa.Column("problem", sa.String(8)),
        sa.Column("contribution", sa.Integer, sa.ForeignKey("contributions.id")),
        sa.Column("run", sa.String(120)),
        sa.Column("reason", sa.Text),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sqlite_autoincrement=True,
    )
    op.create_index("events_by_problem", "events", ["problem", "at"])
    op.create_index("events_by_contribution", "events", ["contribution", "id"])
    if op.get_bind().dialect.name == "sqlite":
        for step in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER events_refuse_{step.lower()} BEFORE {step} ON events "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSE}'); END"
            )
        op.execute(  # INSERT OR REPLACE deletes a line without asking the trigger above
            "CREATE TRIGGER events_refuse_replace BEFORE INSERT ON events "
            "WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSE}'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{REFUSE}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER events_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
