"""The slides of a meeting, held as its agenda once minutes are issued, and what is up on the wall

Revision ID: 0023
Revises: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OVER = "a meeting does not change once its minutes are issued"
_ISSUED = "EXISTS (SELECT 1 FROM meetings m WHERE m.id = {}.meeting_id AND m.issued_at IS NOT NULL)"
_HELD = [("INSERT", "new"), ("UPDATE", "old"), ("DELETE", "old")]


def upgrade() -> None:
    """Add the tables, and let the store itself refuse to change what a meeting has shown."""
    op.create_table(
        "slides",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("meeting_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("panel", sa.String(length=32), nullable=True),
        sa.Column("inserted", sa.String(length=32), nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hotspot_id", _ID, nullable=True),
        sa.Column("evaluation_id", _ID, nullable=True),
        sa.CheckConstraint("(panel IS NULL) <> (inserted IS NULL)", name="ck_slides_one_kind"),
        sa.CheckConstraint(
            "(hotspot_id IS NOT NULL) = (inserted IS NOT NULL AND inserted = 'hotspot') AND "
            "(evaluation_id IS NOT NULL) = (inserted IS NOT NULL AND inserted = 'evaluation')",
            name="ck_slides_matter",
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meetings.id"],
            name=op.f("fk_slides_meeting_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["hotspot_id"], ["hotspots.id"], name=op.f("fk_slides_hotspot_id")),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_slides_evaluation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slides")),
    )
    op.create_index("ix_slides_meeting_id", "slides", ["meeting_id", "position"], unique=False)
    op.create_table(
        "projections",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("meeting_id", _ID, nullable=False),
        sa.Column("snapshot_id", _ID, nullable=True),
        sa.Column("put_by", sa.String(length=64), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meetings.id"],
            name=op.f("fk_projections_meeting_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name=op.f("fk_projections_snapshot_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projections")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_projections_meeting_id")),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for event, which in _HELD:
        name, condition = _name(event), _ISSUED.format(which)
        if sqlite:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON slides WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{_OVER}'); END"
            )
            continue
        row = "old" if event == "DELETE" else "new"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN RAISE EXCEPTION '{_OVER}' USING ERRCODE = 'check_violation'; "
            f"END IF; RETURN {row}; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON slides FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def _name(event: str) -> str:
    return f"slides_{event.lower()}_issued"


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("projections")
    op.drop_table("slides")
    if op.get_bind().dialect.name != "sqlite":
        for event, _which in _HELD:
            op.execute(f"DROP FUNCTION {_name(event)}()")
