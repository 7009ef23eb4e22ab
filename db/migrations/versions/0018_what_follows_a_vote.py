"""What follows the vote of a third-party evaluation: opinion, delivery, publication, follow-up

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# No opinion before the count, no delivery said of one party alone, no end while 督办 runs, nothing
# public of a marked matter, and no word of an opinion changed once it is issued, whoever writes.
_COUNTED = (
    "EXISTS (SELECT 1 FROM evaluation_votes v WHERE v.evaluation_id = new.evaluation_id "
    "AND v.cancelled_at IS NULL AND v.closed_at IS NOT NULL AND v.verdict = new.verdict)"
)
_MARKED = (
    "EXISTS (SELECT 1 FROM evaluations e WHERE e.id = new.evaluation_id "
    "AND (e.secret OR e.privacy OR e.minor))"
)
_OPINION = "EXISTS (SELECT 1 FROM evaluation_opinions o WHERE o.evaluation_id = new.id)"
_SERVED = "(SELECT count(*) FROM evaluation_deliveries d WHERE d.evaluation_id = new.id) = 2"
_RUNS = (
    "EXISTS (SELECT 1 FROM evaluation_follow_ups f WHERE f.evaluation_id = new.id "
    "AND f.ended_on IS NULL)"
)
_EARLY = (
    f"(new.state IN ('issued', 'delivered', 'ended') AND NOT {_OPINION}) OR "
    f"(new.state IN ('delivered', 'ended') AND NOT {_SERVED}) OR "
    f"(new.state = 'ended' AND ({_RUNS} OR new.ended_on IS NULL))"
)
_CHANGED = " OR ".join(
    f"new.{name} <> old.{name}"
    for name in ("evaluation_id", "number", "verdict", "issued_on", "text", "reasons", "advice")
)
_GATES = {
    "evaluation_opinion_counted": (
        "evaluation_opinions",
        "INSERT",
        f"NOT {_COUNTED}",
        "an opinion needs a closed vote and its verdict",
    ),
    "evaluation_opinion_stands": (
        "evaluation_opinions",
        "UPDATE",
        _CHANGED,
        "an opinion that was issued does not change",
    ),
    "evaluation_publication_allowed": (
        "evaluation_publications",
        "INSERT",
        _MARKED,
        "nothing is published of a marked matter",
    ),
    "evaluation_state_earned": (
        "evaluations",
        "UPDATE",
        f"new.state <> old.state AND ({_EARLY})",
        "an evaluation is not as far as its state says",
    ),
}


def _statements(dialect: str) -> list[str]:
    found = []
    for name, (table, event, when, words) in _GATES.items():
        if dialect == "sqlite":
            found.append(
                f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when} "
                f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
            continue
        found.append(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {when} THEN RAISE EXCEPTION '{words}' USING ERRCODE = 'check_violation'; "
            "END IF; RETURN new; END $$"
        )
        found.append(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION {name}()"
        )
    return found


_TABLES = (
    "evaluation_returns",
    "evaluation_answers",
    "evaluation_follow_ups",
    "evaluation_publications",
    "evaluation_deliveries",
    "evaluation_opinions",
)
_COLUMNS = ("new_facts", "petitioner_view", "asked_on", "settled_on")


def upgrade() -> None:
    """Add the tables, the columns and what holds them."""
    op.add_column(
        "evaluations", sa.Column("new_facts", sa.Text(), nullable=False, server_default="")
    )
    op.add_column("evaluations", sa.Column("petitioner_view", sa.String(length=32), nullable=True))
    op.add_column("evaluations", sa.Column("asked_on", sa.Date(), nullable=True))
    op.add_column("evaluations", sa.Column("settled_on", sa.Date(), nullable=True))
    op.create_table(
        "evaluation_opinions",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("signed", sa.String(length=100), nullable=False),
        sa.Column("reported_to", sa.String(length=100), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_opinions_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_opinions")),
        sa.UniqueConstraint("number", name=op.f("uq_evaluation_opinions_number")),
    )
    op.create_index(
        op.f("ix_evaluation_opinions_evaluation_id"), "evaluation_opinions", ["evaluation_id"]
    )
    op.create_index(
        op.f("uq_evaluation_opinions_one"), "evaluation_opinions", ["evaluation_id"], unique=True
    )
    op.create_table(
        "evaluation_deliveries",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("party", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("witness", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_deliveries_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_deliveries")),
    )
    op.create_index(
        op.f("ix_evaluation_deliveries_evaluation_id"), "evaluation_deliveries", ["evaluation_id"]
    )
    op.create_index(
        op.f("uq_evaluation_deliveries_one"),
        "evaluation_deliveries",
        ["evaluation_id", "party"],
        unique=True,
    )
    op.create_table(
        "evaluation_publications",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("medium", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_publications_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_publications")),
    )
    op.create_index(
        op.f("ix_evaluation_publications_evaluation_id"),
        "evaluation_publications",
        ["evaluation_id"],
    )
    op.create_table(
        "evaluation_follow_ups",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("judged", sa.Text(), nullable=False),
        sa.Column("follow_up_id", _ID, nullable=True),
        sa.Column("plan_due_on", sa.Date(), nullable=False),
        sa.Column("result_due_on", sa.Date(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("plan_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_ups.id"], name=op.f("fk_evaluation_follow_ups_follow_up_id")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_follow_ups_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_follow_ups")),
    )
    op.create_index(
        op.f("ix_evaluation_follow_ups_evaluation_id"), "evaluation_follow_ups", ["evaluation_id"]
    )
    op.create_index(
        op.f("uq_evaluation_follow_ups_one"),
        "evaluation_follow_ups",
        ["evaluation_id"],
        unique=True,
    )
    op.create_table(
        "evaluation_answers",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("handed_on", sa.Date(), nullable=False),
        sa.Column("likeness", sa.Integer(), nullable=False),
        sa.Column("like", sa.Boolean(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_answers_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_answers")),
    )
    op.create_index(
        op.f("ix_evaluation_answers_evaluation_id"), "evaluation_answers", ["evaluation_id"]
    )
    op.create_table(
        "evaluation_returns",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.Column("new_facts", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["cases.id"],
            name=op.f("fk_evaluation_returns_case_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluations.id"], name=op.f("fk_evaluation_returns_evaluation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_returns")),
    )
    op.create_index(op.f("ix_evaluation_returns_case_id"), "evaluation_returns", ["case_id"])
    op.create_index(
        op.f("ix_evaluation_returns_evaluation_id"), "evaluation_returns", ["evaluation_id"]
    )
    op.create_index(
        op.f("uq_evaluation_returns_one"),
        "evaluation_returns",
        ["case_id", "evaluation_id"],
        unique=True,
    )
    for statement in _statements(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Take what follows a vote away again."""
    postgres = op.get_bind().dialect.name != "sqlite"
    for name, (table, *_) in _GATES.items():
        op.execute(f"DROP TRIGGER {name} ON {table}" if postgres else f"DROP TRIGGER {name}")
        if postgres:
            op.execute(f"DROP FUNCTION {name}()")
    for table in _TABLES:
        op.drop_table(table)
    for column in _COLUMNS:
        op.drop_column("evaluations", column)
