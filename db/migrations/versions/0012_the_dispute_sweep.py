"""The dispute sweep: how often who reports, its rounds, what was filed, and corrections beside it

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MESSAGE = "a closed round of a sweep does not change"
_CLOSED = "EXISTS (SELECT 1 FROM sweep_rounds WHERE id = {row}.round_id AND closed_at IS NOT NULL)"
_ROWS = {"INSERT": "new", "UPDATE": "old", "DELETE": "old"}
_SQLITE = [
    *(
        f"CREATE TRIGGER sweep_reports_{event.lower()} BEFORE {event} ON sweep_reports "
        f"WHEN {_CLOSED.format(row=row)} BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        for event, row in _ROWS.items()
    ),
    *(
        f"CREATE TRIGGER sweep_rounds_{event.lower()} BEFORE {event} ON sweep_rounds "
        f"WHEN old.closed_at IS NOT NULL BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        for event in ("UPDATE", "DELETE")
    ),
]
_REFUSE = f"RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'check_violation'"
_POSTGRES = [
    "CREATE FUNCTION sweep_closed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"{_REFUSE}; END $$",
    "CREATE FUNCTION sweep_report_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP = 'INSERT' THEN IF {_CLOSED.format(row='new')} THEN {_REFUSE}; END IF; RETURN new; "
    f"END IF; IF {_CLOSED.format(row='old')} THEN {_REFUSE}; END IF; "
    "IF TG_OP = 'DELETE' THEN RETURN old; END IF; RETURN new; END $$",
    "CREATE TRIGGER sweep_reports_open BEFORE INSERT OR UPDATE OR DELETE ON sweep_reports "
    "FOR EACH ROW EXECUTE FUNCTION sweep_report_open()",
    "CREATE TRIGGER sweep_rounds_closed BEFORE UPDATE OR DELETE ON sweep_rounds FOR EACH ROW "
    "WHEN (old.closed_at IS NOT NULL) EXECUTE FUNCTION sweep_closed()",
]


def upgrade() -> None:
    """Add what the sweep keeps, and let the store itself refuse to change a closed round."""
    op.create_table(
        "sweep_rounds",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("level", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_reason", sa.String(length=200), nullable=False),
        sa.Column("unit_ids", sa.JSON(), nullable=False),
        sa.Column("class_ids", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep_rounds")),
        sa.UniqueConstraint("code", "first_on", name=op.f("uq_sweep_rounds_code_first_on")),
    )
    op.create_index("ix_sweep_rounds_last_on", "sweep_rounds", ["last_on"], unique=False)
    op.create_table(
        "sweep_rules",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("period_type", sa.String(length=32), nullable=False),
        sa.Column("cadence", sa.String(length=32), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("due_time", sa.String(length=5), nullable=False),
        sa.Column("rolls", sa.Boolean(), nullable=False),
        sa.Column("clause", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep_rules")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_sweep_rules_code_valid_from")),
    )
    op.create_table(
        "sweep_corrections",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["sweep_rounds.id"], name=op.f("fk_sweep_corrections_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_sweep_corrections_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep_corrections")),
    )
    op.create_index(
        op.f("ix_sweep_corrections_round_id"), "sweep_corrections", ["round_id"], unique=False
    )
    op.create_index(
        op.f("ix_sweep_corrections_unit_id"), "sweep_corrections", ["unit_id"], unique=False
    )
    op.create_table(
        "sweep_reports",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("round_id", _ID, nullable=False),
        sa.Column("unit_name", sa.String(length=100), nullable=False),
        sa.Column("zero", sa.Boolean(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("resolved", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.String(length=64), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by", sa.String(length=64), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"], ["sweep_rounds.id"], name=op.f("fk_sweep_reports_round_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_sweep_reports_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweep_reports")),
        sa.UniqueConstraint("round_id", "unit_id", name=op.f("uq_sweep_reports_round_id_unit_id")),
    )
    op.create_index(op.f("ix_sweep_reports_unit_id"), "sweep_reports", ["unit_id"], unique=False)

    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    """Take the sweep away again."""
    for table in ("sweep_reports", "sweep_corrections", "sweep_rounds", "sweep_rules"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION sweep_report_open()")
        op.execute("DROP FUNCTION sweep_closed()")
