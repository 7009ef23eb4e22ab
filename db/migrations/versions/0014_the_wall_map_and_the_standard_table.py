"""The wall map, the standard table as it was frozen, and figures answered by indexes alone

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SEEN = ["unit_id", "duty_unit_id", "lead_id"]
_INDEXES = {
    "ix_disputes_map": ["state", "township_id", "level", "due_on", "found_on", *_SEEN],
    "ix_disputes_table": [
        "found_on",
        "class_id",
        "unit_id",
        "outcome",
        "channel",
        "state",
        "case_id",
        "resolved_on",
        "duty_unit_id",
        "lead_id",
    ],
    "ix_disputes_round": [
        "round_id",
        "state",
        "outcome",
        "found_on",
        "resolved_on",
        "left_on",
        "signed_on",
        *_SEEN,
    ],
}
_MESSAGE = "a frozen form does not change"
_SQLITE = [
    f"CREATE TRIGGER dispute_tables_frozen_{event.lower()} BEFORE {event} ON dispute_tables "
    f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    for event in ("UPDATE", "DELETE")
]
_POSTGRES = [
    "CREATE FUNCTION dispute_table_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'check_violation'; END $$",
    "CREATE TRIGGER dispute_tables_frozen BEFORE UPDATE OR DELETE ON dispute_tables "
    "FOR EACH ROW EXECUTE FUNCTION dispute_table_frozen()",
]


def upgrade() -> None:
    """Add the map and the form, and let the store itself refuse to change a frozen one."""
    op.create_table(
        "map_layouts",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("squares", sa.JSON(), nullable=False),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_layouts")),
    )
    op.create_table(
        "map_boundaries",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("areas", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("shapes", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by", sa.String(length=64), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_map_boundaries")),
    )
    op.create_table(
        "dispute_tables",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("span", sa.String(length=32), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("resolved", sa.Integer(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("frozen_by", sa.String(length=64), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_tables")),
        sa.UniqueConstraint("span", "first_on", name=op.f("uq_dispute_tables_span_first_on")),
    )
    for name, columns in _INDEXES.items():
        op.create_index(name, "disputes", columns, unique=False)
    op.drop_index("ix_disputes_round_id", "disputes")
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again, with what they hold."""
    op.create_index("ix_disputes_round_id", "disputes", ["round_id"], unique=False)
    for name in _INDEXES:
        op.drop_index(name, "disputes")
    for table in ("dispute_tables", "map_boundaries", "map_layouts"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION dispute_table_frozen()")
