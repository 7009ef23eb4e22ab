"""Leader reception: rules, rosters, turns, visits, letters read, and what a leader is

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# What a leader already there is taken for, until the office says.
_TOLD = {"level": "county", "body": "government", "rank": "deputy", "portfolio": ""}
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = (
    "office_templates",
    "leader_aliases",
    "reception_topics",
    "visitors",
    "visit_notices",
    "visits",
    "letters",
    "turns",
    "publications",
    "leader_leaves",
    "leader_fields",
    "leader_contacts",
    "contact_visits",
    "calendar_links",
    "rosters",
    "reception_places",
    "serials",
    "reception_rules",
    "companions",
)


def upgrade() -> None:
    """Add what reception keeps, to a leader what rosters ask of him, and one table of serials."""
    op.create_table(
        "reception_topics",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("code_id", _ID, nullable=False),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["code_id"], ["codes.id"], name=op.f("fk_reception_topics_code_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reception_topics")),
    )
    op.create_index(
        op.f("ix_reception_topics_held_on"), "reception_topics", ["held_on"], unique=False
    )
    op.create_table(
        "office_templates",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_templates")),
        sa.UniqueConstraint("name", name=op.f("uq_office_templates_name")),
    )
    op.create_table(
        "leader_aliases",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("leader_id", _ID, nullable=False),
        sa.Column("alias", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_leader_aliases_leader_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_aliases")),
        sa.UniqueConstraint("alias", name=op.f("uq_leader_aliases_alias")),
    )
    op.create_index(
        op.f("ix_leader_aliases_leader_id"), "leader_aliases", ["leader_id"], unique=False
    )
    op.create_table(
        "companions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("organisation", sa.String(length=100), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companions")),
    )
    op.create_table(
        "reception_rules",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("role_group", sa.String(length=32), nullable=False),
        sa.Column("period_type", sa.String(length=32), nullable=False),
        sa.Column("demand", sa.String(length=32), nullable=False),
        sa.Column("at_least", sa.Integer(), nullable=False),
        sa.Column("per", sa.String(length=32), nullable=False),
        sa.Column("clause", sa.String(length=200), nullable=False),
        sa.Column("at_centre", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("set_by", sa.String(length=64), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reception_rules")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_reception_rules_code_valid_from")),
    )
    op.create_table(
        "serials",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name=op.f("pk_serials")),
    )
    op.create_table(
        "reception_places",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("centre", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_reception_places_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reception_places")),
        sa.UniqueConstraint("name", name=op.f("uq_reception_places_name")),
    )
    op.create_table(
        "rosters",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_rosters_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rosters")),
    )
    op.create_index("ix_rosters_span", "rosters", ["level", "unit_id", "first_on"], unique=False)

    op.create_table(
        "calendar_links",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("leader_id", _ID, nullable=True),
        sa.Column("label", sa.String(length=100), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_calendar_links_leader_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_links")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_links_secret_hash")),
    )
    op.create_table(
        "contact_visits",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("leader_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("solved", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_contact_visits_leader_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_contact_visits_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_visits")),
    )
    op.create_index(
        "ix_contact_visits_leader", "contact_visits", ["leader_id", "visited_on"], unique=False
    )
    op.create_index(op.f("ix_contact_visits_unit_id"), "contact_visits", ["unit_id"], unique=False)

    op.create_table(
        "leader_contacts",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("leader_id", _ID, nullable=False),
        sa.Column("unit_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_leader_contacts_leader_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_leader_contacts_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_contacts")),
        sa.UniqueConstraint(
            "leader_id", "unit_id", name=op.f("uq_leader_contacts_leader_id_unit_id")
        ),
    )
    op.create_table(
        "leader_fields",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("leader_id", _ID, nullable=False),
        sa.Column("code_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["code_id"], ["codes.id"], name=op.f("fk_leader_fields_code_id")),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_leader_fields_leader_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_fields")),
        sa.UniqueConstraint(
            "leader_id", "code_id", name=op.f("uq_leader_fields_leader_id_code_id")
        ),
    )
    op.create_table(
        "leader_leaves",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("leader_id", _ID, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["leaders.id"], name=op.f("fk_leader_leaves_leader_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leader_leaves")),
    )
    op.create_index(
        op.f("ix_leader_leaves_leader_id"), "leader_leaves", ["leader_id"], unique=False
    )

    op.create_table(
        "publications",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("roster_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("notice", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["rosters.id"], name=op.f("fk_publications_roster_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publications")),
        sa.UniqueConstraint("roster_id", "number", name=op.f("uq_publications_roster_id_number")),
    )
    op.create_table(
        "turns",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("roster_id", _ID, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.String(length=40), nullable=False),
        sa.Column("leader_id", _ID, nullable=False),
        sa.Column("planned_leader_id", _ID, nullable=False),
        sa.Column("place_id", _ID, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("companions", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("substitute_id", _ID, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.String(length=64), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_turns_leader_id")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["reception_places.id"], name=op.f("fk_turns_place_id")
        ),
        sa.ForeignKeyConstraint(
            ["planned_leader_id"], ["leaders.id"], name=op.f("fk_turns_planned_leader_id")
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["rosters.id"], name=op.f("fk_turns_roster_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["leaders.id"], name=op.f("fk_turns_substitute_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
    )
    op.create_index("ix_turns_held_on", "turns", ["held_on", "leader_id", "state"], unique=False)
    op.create_index("ix_turns_leader", "turns", ["leader_id", "held_on", "state"], unique=False)
    op.create_index(op.f("ix_turns_roster_id"), "turns", ["roster_id"], unique=False)

    op.create_table(
        "letters",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("leader_id", _ID, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("annotated_on", sa.Date(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_letters_case_id")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_letters_leader_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_letters_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("number", name=op.f("uq_letters_number")),
    )
    op.create_index(op.f("ix_letters_annotated_on"), "letters", ["annotated_on"], unique=False)
    op.create_index(op.f("ix_letters_case_id"), "letters", ["case_id"], unique=False)
    op.create_index("ix_letters_leader", "letters", ["leader_id", "annotated_on"], unique=False)
    op.create_index(op.f("ix_letters_unit_id"), "letters", ["unit_id"], unique=False)

    op.create_table(
        "visits",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("turn_id", _ID, nullable=True),
        sa.Column("leader_id", _ID, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_time", sa.String(length=5), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("repeat", sa.String(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("code_id", _ID, nullable=True),
        sa.Column("cause", sa.String(length=32), nullable=True),
        sa.Column("township_id", _ID, nullable=True),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("co_units", sa.String(length=200), nullable=False),
        sa.Column("handler", sa.String(length=64), nullable=False),
        sa.Column("companions", sa.String(length=200), nullable=False),
        sa.Column("recorder", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("satisfaction", sa.String(length=32), nullable=True),
        sa.Column("called_back", sa.String(length=200), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("case_id", _ID, nullable=True),
        sa.Column("batch_id", _ID, nullable=True),
        sa.Column("row_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batches.id"], name=op.f("fk_visits_batch_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_visits_case_id")),
        sa.ForeignKeyConstraint(["code_id"], ["codes.id"], name=op.f("fk_visits_code_id")),
        sa.ForeignKeyConstraint(["leader_id"], ["leaders.id"], name=op.f("fk_visits_leader_id")),
        sa.ForeignKeyConstraint(["township_id"], ["units.id"], name=op.f("fk_visits_township_id")),
        sa.ForeignKeyConstraint(["turn_id"], ["turns.id"], name=op.f("fk_visits_turn_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_visits_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("number", name=op.f("uq_visits_number")),
    )
    op.create_index(op.f("ix_visits_batch_id"), "visits", ["batch_id"], unique=False)
    op.create_index(op.f("ix_visits_case_id"), "visits", ["case_id"], unique=False)
    op.create_index("ix_visits_leader", "visits", ["leader_id", "received_on"], unique=False)
    op.create_index(
        "ix_visits_received_on",
        "visits",
        ["received_on", "id", "leader_id", "unit_id", "purpose"],
        unique=False,
    )
    op.create_index(op.f("ix_visits_row_hash"), "visits", ["row_hash"], unique=False)
    op.create_index(op.f("ix_visits_turn_id"), "visits", ["turn_id"], unique=False)
    op.create_index("ix_visits_unit", "visits", ["unit_id", "received_on"], unique=False)

    op.create_table(
        "visit_notices",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("whom", sa.String(length=100), nullable=False),
        sa.Column("unit_id", _ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("visit_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_visit_notices_unit_id")),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visit_notices_visit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_notices")),
    )
    op.create_index(op.f("ix_visit_notices_visit_id"), "visit_notices", ["visit_id"], unique=False)

    op.create_table(
        "visitors",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("representative", sa.Boolean(), nullable=False),
        sa.Column("name_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("phone_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("address_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("name_hash", sa.LargeBinary(length=16), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(length=16), nullable=True),
        sa.Column("visit_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("fk_visitors_visit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visitors")),
    )
    op.create_index(op.f("ix_visitors_name_hash"), "visitors", ["name_hash"], unique=False)
    op.create_index(op.f("ix_visitors_phone_hash"), "visitors", ["phone_hash"], unique=False)
    op.create_index(op.f("ix_visitors_visit_id"), "visitors", ["visit_id"], unique=False)

    op.execute("INSERT INTO serials (kind, year, last) SELECT 'case', year, last FROM case_serials")
    op.drop_table("case_serials")
    for column, default in _TOLD.items():
        size = 200 if column == "portfolio" else 32
        op.add_column(
            "leaders",
            sa.Column(column, sa.String(length=size), nullable=False, server_default=default),
        )
    # No batch: it would make the table anew, and SQLite drop what refers to it.
    whole = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE leaders ADD COLUMN unit_id {whole} "
        "CONSTRAINT fk_leaders_unit_id REFERENCES units (id)"
    )
    op.add_column(
        "import_batches",
        sa.Column("kind", sa.String(length=32), nullable=False, server_default="case"),
    )
    op.add_column("leaders", sa.Column("term_from", sa.Date(), nullable=True))
    op.add_column("leaders", sa.Column("term_to", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take reception away again."""
    op.drop_column("import_batches", "kind")
    for column in ("term_to", "term_from", "unit_id", *_TOLD):
        op.drop_column("leaders", column)
    op.create_table(
        "case_serials",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_case_serials")),
    )
    op.execute(
        "INSERT INTO case_serials (year, last) SELECT year, last FROM serials WHERE kind = 'case'"
    )
    for table in _TABLES:
        op.drop_table(table)
