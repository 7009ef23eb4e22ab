"""Third-party evaluation: its pool and platforms, applications, draws, notices and meetings

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ON_ITS_WAY = "state NOT IN ('refused', 'withdrawn') AND ended_on IS NULL"
# The categories a county begins with, each with its seats on a panel of nine.
_CATEGORIES = {
    "党代表": 1,
    "人大代表": 1,
    "政协委员": 1,
    "法律工作者": 2,
    "专业人员": 2,
    "新闻工作者": 1,
    "村居代表、乡贤": 1,
}
# No meeting begins before its notice has stood, on the day it names, whatever writes to the table;
# and what was told to the public is not told otherwise afterwards.
_EARLY = "a meeting needs a notice that has stood for its days"
_TOLD = "what was published does not change"
_STOOD = (
    "EXISTS (SELECT 1 FROM evaluation_notices n WHERE n.evaluation_id = new.id "
    "AND n.ended_at IS NULL AND n.held_on = new.opened_on AND {passed} >= n.days)"
)
_FIXED = ("evaluation_id", "number", "published_on", "held_on", "days", "at")
_CHANGED = " OR ".join(f"new.{name} <> old.{name}" for name in _FIXED)
_SQLITE_STOOD = _STOOD.format(passed="julianday(n.held_on) - julianday(n.published_on)")
_SQLITE = [
    *(
        f"CREATE TRIGGER evaluation_opens_{event.lower()} BEFORE {event}{of} ON evaluations "
        f"WHEN new.state = 'meeting' AND NOT {_SQLITE_STOOD} "
        f"BEGIN SELECT RAISE(ABORT, '{_EARLY}'); END"
        for event, of in (("UPDATE", " OF state, opened_on"), ("INSERT", ""))
    ),
    f"CREATE TRIGGER evaluation_notice_stands BEFORE UPDATE ON evaluation_notices "
    f"WHEN {_CHANGED} BEGIN SELECT RAISE(ABORT, '{_TOLD}'); END",
]
_POSTGRES_STOOD = _STOOD.format(passed="n.held_on - n.published_on")
_REFUSE = "RAISE EXCEPTION '{}' USING ERRCODE = 'check_violation'"
_POSTGRES = [
    "CREATE FUNCTION evaluation_opens() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF NOT {_POSTGRES_STOOD} THEN {_REFUSE.format(_EARLY)}; END IF; RETURN new; END $$",
    "CREATE TRIGGER evaluation_opens BEFORE INSERT OR UPDATE OF state, opened_on ON evaluations "
    "FOR EACH ROW WHEN (new.state = 'meeting') EXECUTE FUNCTION evaluation_opens()",
    "CREATE FUNCTION evaluation_notice_stands() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"{_REFUSE.format(_TOLD)}; END $$",
    "CREATE TRIGGER evaluation_notice_stands BEFORE UPDATE ON evaluation_notices FOR EACH ROW "
    f"WHEN ({_CHANGED}) EXECUTE FUNCTION evaluation_notice_stands()",
]
_TABLES = (
    "evaluation_objections",
    "evaluation_seats",
    "evaluation_steps",
    "evaluation_questions",
    "evaluation_notices",
    "evaluation_draws",
    "evaluation_conditions",
    "evaluations",
    "panel_members",
    "evaluator_former_units",
    "evaluators",
    "evaluation_panels",
    "evaluator_categories",
)


def upgrade() -> None:
    """Add the tables, the first categories, and the triggers that hold the days of a notice."""
    op.create_table(
        "evaluator_categories",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluator_categories")),
        sa.UniqueConstraint("name", name=op.f("uq_evaluator_categories_name")),
    )
    op.create_table(
        "evaluation_panels",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("office", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_evaluation_panels_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_panels")),
        sa.UniqueConstraint("unit_id", name=op.f("uq_evaluation_panels_unit_id")),
    )
    op.create_table(
        "evaluators",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("category_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("employer", sa.String(length=100), nullable=False),
        sa.Column("post", sa.String(length=100), nullable=False),
        sa.Column("village_id", _ID, nullable=True),
        sa.Column("phone_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("batch_id", _ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_evaluators_batch_id")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["evaluator_categories.id"], name=op.f("fk_evaluators_category_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_evaluators_unit_id")),
        sa.ForeignKeyConstraint(
            ["village_id"], ["units.id"], name=op.f("fk_evaluators_village_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluators")),
    )
    op.create_index(op.f("ix_evaluators_batch_id"), "evaluators", ["batch_id"], unique=False)
    op.create_index(op.f("ix_evaluators_category_id"), "evaluators", ["category_id"], unique=False)
    op.create_index(op.f("ix_evaluators_name"), "evaluators", ["name"], unique=False)
    op.create_table(
        "evaluator_former_units",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("evaluator_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluator_id"],
            ["evaluators.id"],
            name=op.f("fk_evaluator_former_units_evaluator_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_evaluator_former_units_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluator_former_units")),
    )
    op.create_index(
        op.f("ix_evaluator_former_units_evaluator_id"),
        "evaluator_former_units",
        ["evaluator_id"],
        unique=False,
    )
    op.create_table(
        "panel_members",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("panel_id", _ID, nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["evaluation_panels.id"], name=op.f("fk_panel_members_panel_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_members")),
    )
    op.create_index(op.f("ix_panel_members_panel_id"), "panel_members", ["panel_id"], unique=False)
    op.create_table(
        "evaluations",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("route", sa.String(length=32), nullable=False),
        sa.Column("panel_id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("dispute_id", _ID, nullable=True),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("judged_unit_id", _ID, nullable=False),
        sa.Column("village_id", _ID, nullable=True),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("claims", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("opinion_number", sa.String(length=64), nullable=False),
        sa.Column("opinion_on", sa.Date(), nullable=True),
        sa.Column("lawsuit", sa.Boolean(), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("privacy", sa.Boolean(), nullable=False),
        sa.Column("minor", sa.Boolean(), nullable=False),
        sa.Column("applied_on", sa.Date(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("refused_for", sa.String(length=32), nullable=True),
        sa.Column("refused_why", sa.String(length=1000), nullable=False),
        sa.Column("formed_on", sa.Date(), nullable=True),
        sa.Column("noticed_on", sa.Date(), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("host", sa.String(length=64), nullable=False),
        sa.Column("observers", sa.String(length=200), nullable=False),
        sa.Column("petitioner_came", sa.Boolean(), nullable=False),
        sa.Column("judged_came", sa.Boolean(), nullable=False),
        sa.Column("agenda_item", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(case_id IS NULL) <> (dispute_id IS NULL)", name="ck_evaluations_one_matter"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_evaluations_case_id")),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["disputes.id"], name=op.f("fk_evaluations_dispute_id")
        ),
        sa.ForeignKeyConstraint(
            ["judged_unit_id"], ["units.id"], name=op.f("fk_evaluations_judged_unit_id")
        ),
        sa.ForeignKeyConstraint(
            ["panel_id"], ["evaluation_panels.id"], name=op.f("fk_evaluations_panel_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_evaluations_unit_id")),
        sa.ForeignKeyConstraint(
            ["village_id"], ["units.id"], name=op.f("fk_evaluations_village_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
        sa.UniqueConstraint("number", name=op.f("uq_evaluations_number")),
    )
    op.create_index(op.f("ix_evaluations_case_id"), "evaluations", ["case_id"], unique=False)
    op.create_index(op.f("ix_evaluations_dispute_id"), "evaluations", ["dispute_id"], unique=False)
    op.create_index(
        op.f("ix_evaluations_judged_unit_id"), "evaluations", ["judged_unit_id"], unique=False
    )
    op.create_index(op.f("ix_evaluations_panel_id"), "evaluations", ["panel_id"], unique=False)
    op.create_index(
        "ix_evaluations_state", "evaluations", ["state", "applied_on", "id"], unique=False
    )
    op.create_index(op.f("ix_evaluations_unit_id"), "evaluations", ["unit_id"], unique=False)
    op.create_index(
        "uq_evaluations_open_case",
        "evaluations",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text(_ON_ITS_WAY),
        postgresql_where=sa.text(_ON_ITS_WAY),
    )
    op.create_index(
        "uq_evaluations_open_dispute",
        "evaluations",
        ["dispute_id"],
        unique=True,
        sqlite_where=sa.text(_ON_ITS_WAY),
        postgresql_where=sa.text(_ON_ITS_WAY),
    )
    op.create_table(
        "evaluation_conditions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("condition", sa.String(length=32), nullable=False),
        sa.Column("met", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.String(length=300), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("shown_on", sa.Date(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_conditions_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_conditions")),
    )
    op.create_index(
        op.f("ix_evaluation_conditions_evaluation_id"),
        "evaluation_conditions",
        ["evaluation_id"],
        unique=False,
    )
    op.create_index(
        "uq_evaluation_conditions_one",
        "evaluation_conditions",
        ["evaluation_id", "condition"],
        unique=True,
    )
    op.create_table(
        "evaluation_draws",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("snapshot_sha256", sa.String(length=64), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("alternates", sa.JSON(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("pressed_by", sa.String(length=32), nullable=False),
        sa.Column("witness", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("annulled_on", sa.Date(), nullable=True),
        sa.Column("annulled_why", sa.String(length=500), nullable=False),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_draws_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_draws")),
    )
    op.create_index(
        op.f("ix_evaluation_draws_evaluation_id"),
        "evaluation_draws",
        ["evaluation_id"],
        unique=False,
    )
    op.create_table(
        "evaluation_notices",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("notice", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_notices_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_notices")),
    )
    op.create_index(
        op.f("ix_evaluation_notices_evaluation_id"),
        "evaluation_notices",
        ["evaluation_id"],
        unique=False,
    )
    op.create_table(
        "evaluation_questions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_questions_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_questions")),
    )
    op.create_index(
        op.f("ix_evaluation_questions_evaluation_id"),
        "evaluation_questions",
        ["evaluation_id"],
        unique=False,
    )
    op.create_table(
        "evaluation_steps",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("state_before", sa.String(length=32), nullable=True),
        sa.Column("state_after", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_steps_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_steps")),
    )
    op.create_index(
        op.f("ix_evaluation_steps_evaluation_id"),
        "evaluation_steps",
        ["evaluation_id"],
        unique=False,
    )
    op.create_table(
        "evaluation_seats",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("draw_id", _ID, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("evaluator_id", _ID, nullable=True),
        sa.Column("temporary", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=50), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("declared", sa.String(length=200), nullable=False),
        sa.Column("seated", sa.Boolean(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_for", sa.String(length=32), nullable=True),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["evaluation_draws.id"], name=op.f("fk_evaluation_seats_draw_id")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_seats_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["evaluator_id"], ["evaluators.id"], name=op.f("fk_evaluation_seats_evaluator_id")
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_evaluation_seats_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_seats")),
    )
    op.create_index(
        op.f("ix_evaluation_seats_draw_id"), "evaluation_seats", ["draw_id"], unique=False
    )
    op.create_index(
        op.f("ix_evaluation_seats_evaluation_id"),
        "evaluation_seats",
        ["evaluation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_evaluation_seats_evaluator_id"), "evaluation_seats", ["evaluator_id"], unique=False
    )
    op.create_table(
        "evaluation_objections",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("evaluator_id", _ID, nullable=True),
        sa.Column("seat_id", _ID, nullable=True),
        sa.Column("raised_by", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_objections_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["evaluator_id"], ["evaluators.id"], name=op.f("fk_evaluation_objections_evaluator_id")
        ),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["evaluation_seats.id"], name=op.f("fk_evaluation_objections_seat_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_objections")),
    )
    op.create_index(
        op.f("ix_evaluation_objections_evaluation_id"),
        "evaluation_objections",
        ["evaluation_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_evaluation_objections_evaluator_id"),
        "evaluation_objections",
        ["evaluator_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_evaluation_objections_seat_id"), "evaluation_objections", ["seat_id"], unique=False
    )
    op.bulk_insert(
        sa.table(
            "evaluator_categories",
            *(sa.column(name) for name in ("name", "seats", "position", "active", "version")),
        ),
        [
            {"name": name, "seats": seats, "position": place, "active": True, "version": 1}
            for place, (name, seats) in enumerate(_CATEGORIES.items(), start=1)
        ],
    )
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    """Take evaluation away again."""
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION evaluation_opens()")
        op.execute("DROP FUNCTION evaluation_notice_stands()")
