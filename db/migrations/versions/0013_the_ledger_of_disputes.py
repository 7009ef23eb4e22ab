"""The ledger of disputes, early signs, and the network of the sweep

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# The classes of the mediation statistics, each with its 内容分类 where the county has it.
_CLASSES = {
    "婚姻家庭": "民政",
    "邻里": "政法",
    "房屋宅基地": "自然资源",
    "合同": "政法",
    "生产经营": "经济管理",
    "损害赔偿": "政法",
    "山林土地": "自然资源",
    "征地拆迁": "城乡建设",
    "环境污染": "环境保护",
    "劳动争议": "劳动和社会保障",
    "消费": "市场监管",
    "医疗": "卫生健康",
    "道路交通事故": "交通运输",
    "物业": "城乡建设",
    "其它": "其他",
}
# No dispute is signed off by whatever writes to the table: a whole sign-off must stand beside it.
_MESSAGE = "signed_off needs a whole sign-off"
_WITHOUT = (
    "NOT EXISTS (SELECT 1 FROM dispute_sign_offs WHERE dispute_id = new.id "
    "AND signed_on IS NOT NULL AND withdrawn_on IS NULL)"
)
_SQLITE = [
    f"CREATE TRIGGER dispute_sign_off_{event.lower()} BEFORE {event}{of} ON disputes "
    f"WHEN new.state = 'signed_off' AND {_WITHOUT} "
    f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    for event, of in (("UPDATE", " OF state"), ("INSERT", ""))
]
_POSTGRES = [
    "CREATE FUNCTION dispute_sign_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF {_WITHOUT} THEN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'check_violation'; END IF; "
    "RETURN new; END $$",
    "CREATE TRIGGER dispute_sign_off BEFORE INSERT OR UPDATE OF state ON disputes FOR EACH ROW "
    "WHEN (new.state = 'signed_off') EXECUTE FUNCTION dispute_sign_off()",
]
_TABLES = (
    "early_signs",
    "dispute_ticks",
    "dispute_steps",
    "dispute_sign_offs",
    "dispute_parties",
    "dispute_papers",
    "dispute_pairs",
    "dispute_looks",
    "dispute_grades",
    "dispute_entries",
    "disputes",
    "network_filings",
    "dispute_classes",
    "network_nodes",
)


def upgrade() -> None:
    """Add the tables, the first classes, and the trigger that holds the sign-off."""
    op.create_table(
        "network_nodes",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("grid", sa.String(length=100), nullable=False),
        sa.Column("full_time", sa.Boolean(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_network_nodes_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_nodes")),
    )
    op.create_index("ix_network_nodes_unit", "network_nodes", ["unit_id", "kind"], unique=False)
    op.create_table(
        "dispute_classes",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("parent_id", _ID, nullable=True),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("code_id", _ID, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["code_id"], ["codes.id"], name=op.f("fk_dispute_classes_code_id")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["dispute_classes.id"], name=op.f("fk_dispute_classes_parent_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_dispute_classes_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_classes")),
        sa.UniqueConstraint("name", name=op.f("uq_dispute_classes_name")),
    )
    op.create_table(
        "network_filings",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("node_id", _ID, nullable=False),
        sa.Column("told", sa.String(length=500), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("filed_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["node_id"],
            ["network_nodes.id"],
            name=op.f("fk_network_filings_node_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_network_filings")),
    )
    op.create_index(
        op.f("ix_network_filings_node_id"), "network_filings", ["node_id"], unique=False
    )
    op.create_table(
        "disputes",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("tier", sa.String(length=32), nullable=False),
        sa.Column("round_id", _ID, nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("class_id", _ID, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("finder", sa.String(length=64), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("area_id", _ID, nullable=True),
        sa.Column("township_id", _ID, nullable=True),
        sa.Column("grid", sa.String(length=100), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("involved", sa.String(length=200), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("people_approx", sa.Boolean(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("amount_approx", sa.Boolean(), nullable=False),
        sa.Column("cross", sa.Boolean(), nullable=False),
        sa.Column("group", sa.Boolean(), nullable=False),
        sa.Column("may_petition", sa.Boolean(), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=True),
        sa.Column("level_stage", sa.String(length=32), nullable=True),
        sa.Column("lead_id", _ID, nullable=True),
        sa.Column("town_head", sa.String(length=64), nullable=False),
        sa.Column("village_head", sa.String(length=64), nullable=False),
        sa.Column("grid_worker", sa.String(length=64), nullable=False),
        sa.Column("duty_unit_id", _ID, nullable=True),
        sa.Column("handler", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=200), nullable=False),
        sa.Column("co_units", sa.String(length=200), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("organ_id", _ID, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("assigned_on", sa.Date(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("archive_number", sa.String(length=64), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("assessment", sa.String(length=500), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("merged_into_id", _ID, nullable=True),
        sa.Column("batch_id", _ID, nullable=True),
        sa.Column("row_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'signed_off' OR (signed_on IS NOT NULL AND outcome IN ('resolved', 'routed'))",
            name="ck_disputes_signed_off",
        ),
        sa.ForeignKeyConstraint(["area_id"], ["units.id"], name=op.f("fk_disputes_area_id")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_disputes_batch_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_disputes_case_id")),
        sa.ForeignKeyConstraint(
            ["class_id"], ["dispute_classes.id"], name=op.f("fk_disputes_class_id")
        ),
        sa.ForeignKeyConstraint(
            ["duty_unit_id"], ["units.id"], name=op.f("fk_disputes_duty_unit_id")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["leaders.id"], name=op.f("fk_disputes_lead_id")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["disputes.id"], name=op.f("fk_disputes_merged_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["organ_id"], ["network_nodes.id"], name=op.f("fk_disputes_organ_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["sweep_rounds.id"], name=op.f("fk_disputes_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_id"], ["units.id"], name=op.f("fk_disputes_township_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_disputes_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("number", name=op.f("uq_disputes_number")),
    )
    op.create_index(
        "ix_disputes_counts",
        "disputes",
        ["state", "outcome", "level", "unit_id", "duty_unit_id", "lead_id"],
        unique=False,
    )
    op.create_index(
        "ix_disputes_level",
        "disputes",
        [
            *("level", "state", "found_on", "id", "outcome"),
            *("unit_id", "duty_unit_id", "lead_id"),
        ],
        unique=False,
    )
    op.create_index(
        "ix_disputes_area",
        "disputes",
        ["area_id", "found_on", "id", "state", "outcome"],
        unique=False,
    )
    op.create_index("ix_disputes_batch", "disputes", ["batch_id"], unique=False)
    op.create_index(op.f("ix_disputes_case_id"), "disputes", ["case_id"], unique=False)
    op.create_index(
        "ix_disputes_class",
        "disputes",
        ["class_id", "found_on", "id", "state", "outcome"],
        unique=False,
    )
    op.create_index(
        "ix_disputes_duty_unit",
        "disputes",
        ["duty_unit_id", "found_on", "id", "state", "outcome"],
        unique=False,
    )
    op.create_index(
        "ix_disputes_found_on",
        "disputes",
        ["found_on", "id", "state", "outcome", "unit_id", "duty_unit_id", "lead_id"],
        unique=False,
    )
    op.create_index(op.f("ix_disputes_lead_id"), "disputes", ["lead_id"], unique=False)
    op.create_index(
        op.f("ix_disputes_merged_into_id"), "disputes", ["merged_into_id"], unique=False
    )
    op.create_index(op.f("ix_disputes_round_id"), "disputes", ["round_id"], unique=False)
    op.create_index("ix_disputes_row_hash", "disputes", ["row_hash"], unique=False)
    op.create_index(
        "ix_disputes_state",
        "disputes",
        ["state", "found_on", "id", "outcome", "unit_id", "duty_unit_id"],
        unique=False,
    )
    op.create_index(
        "ix_disputes_township",
        "disputes",
        ["township_id", "found_on", "id", "state", "outcome", "level"],
        unique=False,
    )
    op.create_index(
        "ix_disputes_unit",
        "disputes",
        ["unit_id", "found_on", "id", "state", "outcome"],
        unique=False,
    )
    op.create_table(
        "dispute_entries",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_unit_id", _ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispute_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_unit_id"], ["units.id"], name=op.f("fk_dispute_entries_actor_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["disputes.id"],
            name=op.f("fk_dispute_entries_dispute_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_entries")),
    )
    op.create_index(
        op.f("ix_dispute_entries_dispute_id"), "dispute_entries", ["dispute_id"], unique=False
    )
    op.create_table(
        "dispute_grades",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_unit_id", _ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispute_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_unit_id"], ["units.id"], name=op.f("fk_dispute_grades_actor_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["disputes.id"],
            name=op.f("fk_dispute_grades_dispute_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_grades")),
    )
    op.create_index(
        op.f("ix_dispute_grades_dispute_id"), "dispute_grades", ["dispute_id"], unique=False
    )
    op.create_table(
        "dispute_looks",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.String(length=64), nullable=True),
        sa.Column("satisfaction", sa.String(length=32), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("dropped_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("dispute_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["disputes.id"],
            name=op.f("fk_dispute_looks_dispute_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_looks")),
    )
    op.create_index(
        op.f("ix_dispute_looks_dispute_id"), "dispute_looks", ["dispute_id"], unique=False
    )
    op.create_index("ix_dispute_looks_due_on", "dispute_looks", ["due_on", "done_on"], unique=False)
    op.create_table(
        "dispute_pairs",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("other_id", _ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("former", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_by", sa.String(length=64), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispute_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["disputes.id"],
            name=op.f("fk_dispute_pairs_dispute_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["disputes.id"],
            name=op.f("fk_dispute_pairs_other_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_pairs")),
    )
    op.create_index(
        op.f("ix_dispute_pairs_dispute_id"), "dispute_pairs", ["dispute_id"], unique=False
    )
    op.create_index(op.f("ix_dispute_pairs_other_id"), "dispute_pairs", ["other_id"], unique=False)
    op.create_table(
        "dispute_papers",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispute_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["disputes.id"],
            name=op.f("fk_dispute_papers_dispute_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_papers")),
    )
    op.create_index(
        op.f("ix_dispute_papers_dispute_id"), "dispute_papers", ["dispute_id"], unique=False
    )
    op.create_table(
        "dispute_parties",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("representative", sa.Boolean(), nullable=False),
        sa.Column("name_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("phone_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("address_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("name_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("dispute_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["disputes.id"],
            name=op.f("fk_dispute_parties_dispute_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_parties")),
    )
    op.create_index(
        op.f("ix_dispute_parties_dispute_id"), "dispute_parties", ["dispute_id"], unique=False
    )
    op.create_index(
        op.f("ix_dispute_parties_name_hash"), "dispute_parties", ["name_hash"], unique=False
    )
    op.create_index(
        op.f("ix_dispute_parties_phone_hash"), "dispute_parties", ["phone_hash"], unique=False
    )
    op.create_table(
        "dispute_sign_offs",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("performance", sa.String(length=32), nullable=False),
        sa.Column("performed_until", sa.Date(), nullable=True),
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
        sa.Column("dispute_id", _ID, nullable=False),
        sa.CheckConstraint(
            "signed_on IS NULL OR (head_name <> '' AND head_on IS NOT NULL AND result <> '' AND approved_by IS NOT NULL AND approved_by <> requested_by AND head_recorded_by IS NOT NULL AND approved_by <> head_recorded_by)",
            name="ck_dispute_sign_offs_whole",
        ),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["disputes.id"],
            name=op.f("fk_dispute_sign_offs_dispute_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_sign_offs")),
    )
    op.create_index(
        op.f("ix_dispute_sign_offs_dispute_id"), "dispute_sign_offs", ["dispute_id"], unique=False
    )
    op.create_table(
        "dispute_steps",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("state_before", sa.String(length=32), nullable=False),
        sa.Column("state_after", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("actor_unit_id", _ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispute_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_unit_id"], ["units.id"], name=op.f("fk_dispute_steps_actor_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["disputes.id"],
            name=op.f("fk_dispute_steps_dispute_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_steps")),
    )
    op.create_index(
        op.f("ix_dispute_steps_dispute_id"), "dispute_steps", ["dispute_id"], unique=False
    )
    op.create_table(
        "dispute_ticks",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("tick", sa.String(length=32), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("dispute_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["dispute_id"],
            ["disputes.id"],
            name=op.f("fk_dispute_ticks_dispute_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_ticks")),
    )
    op.create_index(
        op.f("ix_dispute_ticks_dispute_id"), "dispute_ticks", ["dispute_id"], unique=False
    )
    op.create_index(
        "uq_dispute_ticks_dispute_id_tick", "dispute_ticks", ["dispute_id", "tick"], unique=True
    )
    op.create_table(
        "early_signs",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("area_id", _ID, nullable=True),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("people_approx", sa.Boolean(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dispute_id", _ID, nullable=True),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("closed_why", sa.String(length=200), nullable=False),
        sa.Column("settled_by", sa.String(length=64), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["units.id"], name=op.f("fk_early_signs_area_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_early_signs_case_id")),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_early_signs_dispute_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_early_signs_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_early_signs")),
        sa.UniqueConstraint("number", name=op.f("uq_early_signs_number")),
    )
    op.create_index(op.f("ix_early_signs_case_id"), "early_signs", ["case_id"], unique=False)
    op.create_index(op.f("ix_early_signs_dispute_id"), "early_signs", ["dispute_id"], unique=False)
    op.create_index(
        "ix_early_signs_reported_at",
        "early_signs",
        ["reported_at", "id", "state", "unit_id"],
        unique=False,
    )
    op.create_index(op.f("ix_early_signs_unit_id"), "early_signs", ["unit_id"], unique=False)
    _first_classes()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _SQLITE if sqlite else _POSTGRES:
        op.execute(statement)


def _first_classes() -> None:
    connection = op.get_bind()
    insert = sa.text(
        "INSERT INTO dispute_classes (name, code_id, position, active, version) VALUES "
        "(:name, (SELECT min(id) FROM codes WHERE path = :path), :position, :active, 1)"
    )
    for place, (name, path) in enumerate(_CLASSES.items(), start=1):
        values = {"name": name, "path": path, "position": place * 10, "active": True}
        connection.execute(insert, values)


def downgrade() -> None:
    """Take them away again, with what they hold."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER dispute_sign_off_update")
        op.execute("DROP TRIGGER dispute_sign_off_insert")
    else:
        op.execute("DROP TRIGGER dispute_sign_off ON disputes")
        op.execute("DROP FUNCTION dispute_sign_off()")
    for table in _TABLES:
        op.drop_table(table)
