"""Meetings with their agenda and decisions, frozen by triggers once minutes are issued; 听取汇报

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# Minutes that were issued are never rewritten, nor what they were made of, whoever writes; what
# comes of a decision afterwards stands in its days and reports, which go on.
_OVER = "a meeting does not change once its minutes are issued"
_SELF = "old.issued_at IS NOT NULL"
_ISSUED = "EXISTS (SELECT 1 FROM meetings m WHERE m.id = {}.meeting_id AND m.issued_at IS NOT NULL)"
_SAID = ("text", "unit_id", "unit_name", "due_on", "line", "position", "meeting_id")
_CHANGED = " OR ".join(f"old.{name} <> new.{name}" for name in _SAID)
# table, event, condition
_HELD = [
    ("meetings", "UPDATE", _SELF),
    ("meetings", "DELETE", _SELF),
    *(
        (table, event, _ISSUED.format(which))
        for table in ("meeting_units", "agenda_items")
        for event, which in (("INSERT", "new"), ("UPDATE", "old"), ("DELETE", "old"))
    ),
    ("decisions", "INSERT", _ISSUED.format("new")),
    ("decisions", "DELETE", _ISSUED.format("old")),
    ("decisions", "UPDATE", f"{_ISSUED.format('old')} AND ({_CHANGED})"),
]
_REFUSE = f"RAISE EXCEPTION '{_OVER}' USING ERRCODE = 'check_violation'"


def _name(table: str, event: str) -> str:
    return f"{table}_{event.lower()}_issued"


def upgrade() -> None:
    """Add the tables and what holds them."""
    op.create_table(
        "meetings",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("chair_id", _ID, nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opening", sa.JSON(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["chair_id"], ["leaders.id"], name=op.f("fk_meetings_chair_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sa.UniqueConstraint("number", name=op.f("uq_meetings_number")),
    )
    op.create_index("ix_meetings_kind_held_on", "meetings", ["kind", "held_on", "id"], unique=False)
    op.create_table(
        "meeting_units",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("unit_name", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("presence", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("meeting_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meetings.id"],
            name=op.f("fk_meeting_units_meeting_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_meeting_units_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_units")),
    )
    op.create_index(
        op.f("ix_meeting_units_meeting_id"), "meeting_units", ["meeting_id"], unique=False
    )
    op.create_index(op.f("ix_meeting_units_unit_id"), "meeting_units", ["unit_id"], unique=False)
    op.create_index("uq_meeting_units_one", "meeting_units", ["meeting_id", "unit_id"], unique=True)
    op.create_table(
        "agenda_items",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("hotspot_id", _ID, nullable=True),
        sa.Column("batch_id", _ID, nullable=True),
        sa.Column("evaluation_id", _ID, nullable=True),
        sa.Column("dispute_id", _ID, nullable=True),
        sa.Column("meeting_id", _ID, nullable=False),
        sa.CheckConstraint(
            "(kind = 'text') = (case_id IS NULL AND hotspot_id IS NULL AND batch_id IS NULL AND evaluation_id IS NULL AND dispute_id IS NULL)",
            name="ck_agenda_items_text",
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_agenda_items_batch_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_agenda_items_case_id")),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_agenda_items_dispute_id")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_agenda_items_evaluation_id")
        ),
        sa.ForeignKeyConstraint(
            ["hotspot_id"], ["hotspots.id"], name=op.f("fk_agenda_items_hotspot_id")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meetings.id"],
            name=op.f("fk_agenda_items_meeting_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_agenda_items_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_items")),
    )
    op.create_index(
        op.f("ix_agenda_items_meeting_id"), "agenda_items", ["meeting_id"], unique=False
    )
    op.create_index(op.f("ix_agenda_items_unit_id"), "agenda_items", ["unit_id"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("item_id", _ID, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("unit_name", sa.String(length=100), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("line", sa.String(length=1000), nullable=False),
        sa.Column("waiting_since", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("meeting_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_items.id"], name=op.f("fk_decisions_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meetings.id"],
            name=op.f("fk_decisions_meeting_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_decisions_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index("ix_decisions_due_on", "decisions", ["done_on", "due_on"], unique=False)
    op.create_index(op.f("ix_decisions_item_id"), "decisions", ["item_id"], unique=False)
    op.create_index(op.f("ix_decisions_meeting_id"), "decisions", ["meeting_id"], unique=False)
    op.create_index(
        "ix_decisions_unit_id", "decisions", ["unit_id", "done_on", "due_on"], unique=False
    )
    op.create_table(
        "decision_reports",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=True),
        sa.Column("verdict_why", sa.String(length=300), nullable=False),
        sa.Column("verdict_by", sa.String(length=64), nullable=False),
        sa.Column("verdict_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decisions.id"],
            name=op.f("fk_decision_reports_decision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_reports")),
    )
    op.create_index(
        op.f("ix_decision_reports_decision_id"), "decision_reports", ["decision_id"], unique=False
    )
    op.create_table(
        "meeting_corrections",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("meeting_id", _ID, nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meetings.id"], name=op.f("fk_meeting_corrections_meeting_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_corrections")),
    )
    op.create_index(
        op.f("ix_meeting_corrections_meeting_id"),
        "meeting_corrections",
        ["meeting_id"],
        unique=False,
    )
    op.create_table(
        "committee_briefings",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("body", sa.String(length=32), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_committee_briefings_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee_briefings")),
    )
    op.create_index(
        "ix_committee_briefings_held_on", "committee_briefings", ["held_on"], unique=False
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, event, condition in _HELD:
        name = _name(table, event)
        if sqlite:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{_OVER}'); END"
            )
            continue
        row = "old" if event == "DELETE" else "new"
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {condition} THEN {_REFUSE}; END IF; RETURN {row}; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    """Take the meetings away again."""
    for table in (
        *("committee_briefings", "meeting_corrections", "decision_reports"),
        *("decisions", "agenda_items", "meeting_units", "meetings"),
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for table, event, _condition in _HELD:
            op.execute(f"DROP FUNCTION {_name(table, event)}()")
