"""The case board: steps, duty, batches, supervision, sign-off, hotspots and pairs

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# No case is signed off by whatever writes to the table: a whole sign-off must stand beside it.
_MESSAGE = "signed_off needs a whole sign-off"
_WITHOUT = (
    "NOT EXISTS (SELECT 1 FROM sign_offs WHERE case_id = new.id "
    "AND signed_on IS NOT NULL AND withdrawn_on IS NULL)"
)
_SQLITE = [
    f"CREATE TRIGGER case_sign_off_{event.lower()} BEFORE {event}{of} ON cases "
    f"WHEN new.state = 'signed_off' AND {_WITHOUT} "
    f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    for event, of in (("UPDATE", " OF state"), ("INSERT", ""))
]
_POSTGRES = [
    "CREATE FUNCTION case_sign_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF {_WITHOUT} THEN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'check_violation'; END IF; "
    "RETURN new; END $$",
    "CREATE TRIGGER case_sign_off BEFORE INSERT OR UPDATE OF state ON cases FOR EACH ROW "
    "WHEN (new.state = 'signed_off') EXECUTE FUNCTION case_sign_off()",
]


def upgrade() -> None:
    """Add the tables of the board, and to a case its route and its nearest clock."""
    op.create_table(
        "batches",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("meeting", sa.String(length=100), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("results", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("name", name=op.f("uq_batches_name")),
    )
    op.create_table(
        "dismissed_proposals",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("matters", sa.Integer(), nullable=False),
        sa.Column("members", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dismissed_proposals")),
    )
    op.create_index(
        op.f("ix_dismissed_proposals_fingerprint"),
        "dismissed_proposals",
        ["fingerprint"],
        unique=False,
    )
    op.create_table(
        "hotspots",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("code_id", _ID, nullable=True),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("township_id", _ID, nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("lead_id", _ID, nullable=True),
        sa.Column("lead_unit_id", _ID, nullable=True),
        sa.Column("sector_unit_id", _ID, nullable=True),
        sa.Column("members", sa.String(length=500), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["code_id"], ["codes.id"], name=op.f("fk_hotspots_code_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["leaders.id"], name=op.f("fk_hotspots_lead_id")),
        sa.ForeignKeyConstraint(
            ["lead_unit_id"], ["units.id"], name=op.f("fk_hotspots_lead_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["sector_unit_id"], ["units.id"], name=op.f("fk_hotspots_sector_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["units.id"], name=op.f("fk_hotspots_township_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotspots")),
        sa.UniqueConstraint("name", name=op.f("uq_hotspots_name")),
    )
    op.create_table(
        "batch_cases",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("batch_id", _ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("lead_id", _ID, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("received_by", sa.String(length=64), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_cases_batch_id")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_batch_cases_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leaders.id"], name=op.f("fk_batch_cases_lead_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_batch_cases_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_cases")),
    )
    op.create_index(op.f("ix_batch_cases_case_id"), "batch_cases", ["case_id"], unique=False)
    op.create_index(
        "uq_batch_cases_batch_id_case_id", "batch_cases", ["batch_id", "case_id"], unique=True
    )
    op.create_table(
        "case_duties",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("team", sa.String(length=500), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("ticks", sa.String(length=200), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_why", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_duties_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_duties")),
    )
    op.create_index(op.f("ix_case_duties_case_id"), "case_duties", ["case_id"], unique=False)
    op.create_index("uq_case_duties_case_id", "case_duties", ["case_id"], unique=True)
    op.create_table(
        "case_openings",
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("account_id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["accounts.id"],
            name=op.f("fk_case_openings_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_openings_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "account_id", name=op.f("pk_case_openings")),
    )
    op.create_table(
        "case_pairs",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("other_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("former", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.String(length=64), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_pairs_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["cases.id"], name=op.f("fk_case_pairs_other_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_pairs")),
    )
    op.create_index(op.f("ix_case_pairs_case_id"), "case_pairs", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_pairs_other_id"), "case_pairs", ["other_id"], unique=False)
    op.create_table(
        "case_steps",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("state_before", sa.String(length=32), nullable=False),
        sa.Column("state_after", sa.String(length=32), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("former", sa.JSON(), nullable=False),
        sa.Column("withdrawn_by_id", _ID, nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_unit_id", _ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_unit_id"], ["units.id"], name=op.f("fk_case_steps_actor_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_steps_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_case_steps_unit_id")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by_id"], ["case_steps.id"], name=op.f("fk_case_steps_withdrawn_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_steps")),
    )
    op.create_index(op.f("ix_case_steps_case_id"), "case_steps", ["case_id"], unique=False)
    op.create_index("ix_case_steps_step_case_id", "case_steps", ["step", "case_id"], unique=False)
    op.create_table(
        "duty_links",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("official", sa.String(length=64), nullable=False),
        sa.Column("post", sa.String(length=100), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name="ck_duty_links_level"),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_duty_links_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_duty_links_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_links")),
    )
    op.create_index(op.f("ix_duty_links_case_id"), "duty_links", ["case_id"], unique=False)
    op.create_index("uq_duty_links_case_id_level", "duty_links", ["case_id", "level"], unique=True)
    op.create_table(
        "follow_ups",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("rung", sa.String(length=32), nullable=False),
        sa.Column("trigger", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by", sa.String(length=64), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_by", sa.String(length=64), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("why_not", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_why", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_follow_ups_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_follow_ups_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
    )
    op.create_index(op.f("ix_follow_ups_case_id"), "follow_ups", ["case_id"], unique=False)
    op.create_index("ix_follow_ups_due_on", "follow_ups", ["due_on", "answered_on"], unique=False)
    op.create_table(
        "hotspot_cases",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("hotspot_id", _ID, nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_hotspot_cases_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["hotspot_id"],
            ["hotspots.id"],
            name=op.f("fk_hotspot_cases_hotspot_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotspot_cases")),
    )
    op.create_index(op.f("ix_hotspot_cases_case_id"), "hotspot_cases", ["case_id"], unique=False)
    op.create_index(
        "uq_hotspot_cases_hotspot_id_case_id",
        "hotspot_cases",
        ["hotspot_id", "case_id"],
        unique=True,
    )
    op.create_table(
        "liability_records",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("caused_unit_id", _ID, nullable=True),
        sa.Column("failed_unit_id", _ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_liability_records_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["caused_unit_id"], ["units.id"], name=op.f("fk_liability_records_caused_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["failed_unit_id"], ["units.id"], name=op.f("fk_liability_records_failed_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liability_records")),
    )
    op.create_index(
        op.f("ix_liability_records_case_id"), "liability_records", ["case_id"], unique=False
    )
    op.create_table(
        "look_backs",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=True),
        sa.Column("with_office", sa.String(length=32), nullable=True),
        sa.Column("with_unit", sa.String(length=32), nullable=True),
        sa.Column("repeated", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("dropped_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_look_backs_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_backs")),
    )
    op.create_index(op.f("ix_look_backs_case_id"), "look_backs", ["case_id"], unique=False)
    op.create_index("ix_look_backs_due_on", "look_backs", ["due_on", "done_on"], unique=False)
    op.create_table(
        "recusals",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("leader_id", _ID, nullable=True),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("accused", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_recusals_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_recusals_leader_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_recusals_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusals")),
    )
    op.create_index(op.f("ix_recusals_case_id"), "recusals", ["case_id"], unique=False)
    op.create_table(
        "case_documents",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("attachment_id", _ID, nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachments.id"],
            name=op.f("fk_case_documents_attachment_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_case_documents_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_documents")),
    )
    op.create_index(op.f("ix_case_documents_case_id"), "case_documents", ["case_id"], unique=False)
    op.create_table(
        "measures",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column("attachment_id", _ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachments.id"],
            name=op.f("fk_measures_attachment_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_measures_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_measures_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
    )
    op.create_index(op.f("ix_measures_case_id"), "measures", ["case_id"], unique=False)
    op.create_table(
        "cost_shares",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("measure_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("basis", sa.String(length=200), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_cost_shares_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["measure_id"],
            ["measures.id"],
            name=op.f("fk_cost_shares_measure_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cost_shares_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_shares")),
    )
    op.create_index(op.f("ix_cost_shares_case_id"), "cost_shares", ["case_id"], unique=False)
    op.create_index(op.f("ix_cost_shares_measure_id"), "cost_shares", ["measure_id"], unique=False)
    op.create_table(
        "sign_offs",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("document_id", _ID, nullable=True),
        sa.Column("performance", sa.String(length=32), nullable=False),
        sa.Column("performed_until", sa.Date(), nullable=True),
        sa.Column("exit_reason", sa.String(length=32), nullable=False),
        sa.Column("head_name", sa.String(length=64), nullable=False),
        sa.Column("head_on", sa.Date(), nullable=True),
        sa.Column("head_recorded_by", sa.String(length=64), nullable=True),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("refused_on", sa.Date(), nullable=True),
        sa.Column("refused_why", sa.String(length=500), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_why", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.CheckConstraint(
            "signed_on IS NULL OR (head_name <> '' AND head_on IS NOT NULL AND result <> '' AND approved_by IS NOT NULL AND approved_by <> requested_by)",
            name="ck_sign_offs_whole",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_sign_offs_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["case_documents.id"], name=op.f("fk_sign_offs_document_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_offs")),
    )
    op.create_index(op.f("ix_sign_offs_case_id"), "sign_offs", ["case_id"], unique=False)
    op.add_column("cases", sa.Column("route", sa.String(length=32), nullable=True))
    op.add_column(
        "cases", sa.Column("simple", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("cases", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("due_from", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("half_on", sa.Date(), nullable=True))
    op.add_column("cases", sa.Column("due_clock", sa.String(length=32), nullable=True))
    op.add_column(
        "cases", sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "cases", sa.Column("wound", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(
        "ix_cases_due_on",
        "cases",
        [
            "due_on",
            "id",
            "half_on",
            "updated_at",
            "state",
            "unit_id",
            "lead_id",
            "purpose",
        ],
        unique=False,
        sqlite_where=sa.text("due_on IS NOT NULL"),
        postgresql_where=sa.text("due_on IS NOT NULL"),
    )
    op.create_index(
        "ix_cases_unwound",
        "cases",
        ["id"],
        unique=False,
        sqlite_where=sa.text("wound = 0"),
        postgresql_where=sa.text("NOT wound"),
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if sqlite else _POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    """Take them away again, with what they hold."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER case_sign_off_update")
        op.execute("DROP TRIGGER case_sign_off_insert")
    else:
        op.execute("DROP TRIGGER case_sign_off ON cases")
        op.execute("DROP FUNCTION case_sign_off()")
    op.drop_index(
        "ix_cases_unwound",
        table_name="cases",
        sqlite_where=sa.text("wound = 0"),
        postgresql_where=sa.text("NOT wound"),
    )
    op.drop_index(
        "ix_cases_due_on",
        table_name="cases",
        sqlite_where=sa.text("due_on IS NOT NULL"),
        postgresql_where=sa.text("due_on IS NOT NULL"),
    )
    op.drop_column("cases", "wound")
    op.drop_column("cases", "paused")
    op.drop_column("cases", "due_clock")
    op.drop_column("cases", "half_on")
    op.drop_column("cases", "due_from")
    op.drop_column("cases", "due_on")
    op.drop_column("cases", "simple")
    op.drop_column("cases", "route")
    op.drop_index(op.f("ix_sign_offs_case_id"), table_name="sign_offs")
    op.drop_table("sign_offs")
    op.drop_index(op.f("ix_cost_shares_measure_id"), table_name="cost_shares")
    op.drop_index(op.f("ix_cost_shares_case_id"), table_name="cost_shares")
    op.drop_table("cost_shares")
    op.drop_index(op.f("ix_measures_case_id"), table_name="measures")
    op.drop_table("measures")
    op.drop_index(op.f("ix_case_documents_case_id"), table_name="case_documents")
    op.drop_table("case_documents")
    op.drop_index(op.f("ix_recusals_case_id"), table_name="recusals")
    op.drop_table("recusals")
    op.drop_index("ix_look_backs_due_on", table_name="look_backs")
    op.drop_index(op.f("ix_look_backs_case_id"), table_name="look_backs")
    op.drop_table("look_backs")
    op.drop_index(op.f("ix_liability_records_case_id"), table_name="liability_records")
    op.drop_table("liability_records")
    op.drop_index("uq_hotspot_cases_hotspot_id_case_id", table_name="hotspot_cases")
    op.drop_index(op.f("ix_hotspot_cases_case_id"), table_name="hotspot_cases")
    op.drop_table("hotspot_cases")
    op.drop_index("ix_follow_ups_due_on", table_name="follow_ups")
    op.drop_index(op.f("ix_follow_ups_case_id"), table_name="follow_ups")
    op.drop_table("follow_ups")
    op.drop_index("uq_duty_links_case_id_level", table_name="duty_links")
    op.drop_index(op.f("ix_duty_links_case_id"), table_name="duty_links")
    op.drop_table("duty_links")
    op.drop_index("ix_case_steps_step_case_id", table_name="case_steps")
    op.drop_index(op.f("ix_case_steps_case_id"), table_name="case_steps")
    op.drop_table("case_steps")
    op.drop_index(op.f("ix_case_pairs_other_id"), table_name="case_pairs")
    op.drop_index(op.f("ix_case_pairs_case_id"), table_name="case_pairs")
    op.drop_table("case_pairs")
    op.drop_table("case_openings")
    op.drop_index("uq_case_duties_case_id", table_name="case_duties")
    op.drop_index(op.f("ix_case_duties_case_id"), table_name="case_duties")
    op.drop_table("case_duties")
    op.drop_index("uq_batch_cases_batch_id_case_id", table_name="batch_cases")
    op.drop_index(op.f("ix_batch_cases_case_id"), table_name="batch_cases")
    op.drop_table("batch_cases")
    op.drop_table("hotspots")
    op.drop_index(op.f("ix_dismissed_proposals_fingerprint"), table_name="dismissed_proposals")
    op.drop_table("dismissed_proposals")
    op.drop_table("batches")
