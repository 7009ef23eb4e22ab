"""Figures kept by the store: counts by day and month, and what superiors alone know

Revision ID: 0019
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MEASURES = (
    *("received", "letters", "visits", "visitors", "webs", "phones", "repeats"),
    *("office_due", "office_done", "unit_due", "unit_done", "limit_due", "limit_done"),
    *("first_answers", "closed", "resolved", "settled", "open", "open_due"),
)
# What figures are counted from.
_COLUMNS = (
    *("state", "channel", "purpose", "repeat", "people", "code_id", "township_id", "unit_id"),
    *("received_on", "registered_on", "forwarded_on", "accepted_on", "answered_on"),
    *("resolved_on", "settled_on", "closed_on", "limit_on", "due_on"),
)


def _noted(sign: int, row: str) -> str:
    """Write down what a case was, or is."""
    values = ", ".join(f"{row}.{name}" for name in _COLUMNS)
    return f"INSERT INTO figure_changes (sign, {', '.join(_COLUMNS)}) VALUES ({sign}, {values});"


_DIFFERS = " OR ".join(f"old.{name} IS NOT new.{name}" for name in _COLUMNS)
_SQLITE = [
    f"CREATE TRIGGER case_figures_insert AFTER INSERT ON cases BEGIN {_noted(1, 'new')} END",
    f"CREATE TRIGGER case_figures_delete AFTER DELETE ON cases BEGIN {_noted(-1, 'old')} END",
    f"CREATE TRIGGER case_figures_update AFTER UPDATE OF {', '.join(_COLUMNS)} ON cases "
    f"WHEN {_DIFFERS} BEGIN {_noted(-1, 'old')} {_noted(1, 'new')} END",
]
_OLD, _NEW = (", ".join(f"{row}.{name}" for name in _COLUMNS) for row in ("old", "new"))
_POSTGRES = [
    "CREATE FUNCTION case_figures() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP <> 'INSERT' THEN {_noted(-1, 'old')} END IF; "
    f"IF TG_OP <> 'DELETE' THEN {_noted(1, 'new')} END IF; RETURN NULL; END $$",
    "CREATE TRIGGER case_figures_rows AFTER INSERT OR DELETE ON cases FOR EACH ROW "
    "EXECUTE FUNCTION case_figures()",
    f"CREATE TRIGGER case_figures_update AFTER UPDATE OF {', '.join(_COLUMNS)} ON cases "
    f"FOR EACH ROW WHEN (({_OLD}) IS DISTINCT FROM ({_NEW})) EXECUTE FUNCTION case_figures()",
]


def upgrade() -> None:
    """Add the tables and the triggers; what is there already is counted at the end of migrating."""
    # No batch: it would make the table anew, and SQLite drop what refers to it.
    op.execute("ALTER TABLE cases ADD COLUMN limit_on DATE")
    op.create_table(
        "figure_counts",
        sa.Column("grain", sa.String(length=1), nullable=False),
        sa.Column("dimension", sa.String(length=10), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _MEASURES),
        sa.PrimaryKeyConstraint(
            "grain", "dimension", "start", "part", name=op.f("pk_figure_counts")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "figure_changes",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("sign", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=True),
        sa.Column("repeat", sa.String(length=32), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("code_id", _ID, nullable=True),
        sa.Column("township_id", _ID, nullable=True),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in _COLUMNS[9:]),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_changes")),
    )
    op.create_table(
        "figure_basis",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_basis")),
    )
    op.create_table(
        "official_counts",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("township_id", _ID, nullable=True),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["township_id"], ["units.id"], name=op.f("fk_official_counts_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_counts")),
    )
    for name, columns, condition in (
        ("a_township", ["key", "last_on", "first_on", "township_id"], "township_id IS NOT NULL"),
        ("the_county", ["key", "last_on", "first_on"], "township_id IS NULL"),
    ):
        op.create_index(
            f"uq_official_counts_of_{name}",
            "official_counts",
            columns,
            unique=True,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )
    postgres = op.get_bind().dialect.name == "postgresql"
    for statement in _POSTGRES if postgres else _SQLITE:
        op.execute(statement)
    # The last day to answer is told in the background, as after an import.
    false = "false" if postgres else "0"
    op.execute(f"UPDATE cases SET wound = {false} WHERE accepted_on IS NOT NULL")


def downgrade() -> None:
    """Forget the counts; they can be made anew at any time, what superiors told cannot."""
    if op.get_bind().dialect.name == "postgresql":
        for name in ("case_figures_rows", "case_figures_update"):
            op.execute(f"DROP TRIGGER {name} ON cases")
        op.execute("DROP FUNCTION case_figures()")
    else:
        for name in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER case_figures_{name}")
    for table in ("official_counts", "figure_basis", "figure_changes", "figure_counts"):
        op.drop_table(table)
    op.execute("ALTER TABLE cases DROP COLUMN limit_on")
