"""Votes of third-party evaluation: totals, tellers, ballots and codes, held by triggers

Revision ID: 0017
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDS = "cancelled_at IS NULL"
_WHOLE = (
    "closed_at IS NULL OR (satisfied + dissatisfied + abstained = used AND used <= issued "
    "AND verdict IS NOT NULL)"
)
# No vote without a meeting that has begun, no ballot or code more once somebody has voted, and
# nothing of a closed vote changes any more, whatever writes to the tables.
_EARLY = "a vote needs a meeting that has begun"
_LATE = "nothing is added once somebody has voted"
_OVER = "a closed vote does not change"
_MEETS = (
    "EXISTS (SELECT 1 FROM evaluations e WHERE e.id = new.evaluation_id "
    "AND e.state = 'meeting' AND e.opened_on IS NOT NULL)"
)
_VOTED = "EXISTS (SELECT 1 FROM ballot_codes c WHERE c.vote_id = new.vote_id AND c.used)"
_CLOSED = (
    "EXISTS (SELECT 1 FROM evaluation_votes v WHERE v.id = {}.vote_id AND v.closed_at IS NOT NULL)"
)
_KEPT = ("ballots", "ballot_codes", "teller_counts")
_ABORT = "BEGIN SELECT RAISE(ABORT, '{}'); END"
_SQLITE = [
    "CREATE TRIGGER evaluation_vote_opens BEFORE INSERT ON evaluation_votes "
    f"WHEN NOT {_MEETS} {_ABORT.format(_EARLY)}",
    "CREATE TRIGGER evaluation_vote_stands BEFORE UPDATE ON evaluation_votes "
    f"WHEN old.closed_at IS NOT NULL {_ABORT.format(_OVER)}",
    *(
        f"CREATE TRIGGER {table}_none_more BEFORE INSERT ON {table} "
        f"WHEN {_VOTED} {_ABORT.format(_LATE)}"
        for table in ("ballots", "ballot_codes")
    ),
    *(
        f"CREATE TRIGGER {table}_{event.lower()}_over BEFORE {event} ON {table} "
        f"WHEN {_CLOSED.format(which)} {_ABORT.format(_OVER)}"
        for table in _KEPT
        for event, which in (("INSERT", "new"), ("UPDATE", "old"), ("DELETE", "old"))
    ),
]
_REFUSE = "RAISE EXCEPTION '{}' USING ERRCODE = 'check_violation'"


def _function(name: str, condition: str, words: str, returned: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN {_REFUSE.format(words)}; END IF; RETURN {returned}; END $$"
    )


_POSTGRES = [
    _function("evaluation_vote_opens", f"NOT {_MEETS}", _EARLY, "new"),
    "CREATE TRIGGER evaluation_vote_opens BEFORE INSERT ON evaluation_votes FOR EACH ROW "
    "EXECUTE FUNCTION evaluation_vote_opens()",
    _function("evaluation_vote_stands", "old.closed_at IS NOT NULL", _OVER, "new"),
    "CREATE TRIGGER evaluation_vote_stands BEFORE UPDATE ON evaluation_votes FOR EACH ROW "
    "EXECUTE FUNCTION evaluation_vote_stands()",
    _function("ballot_none_more", _VOTED, _LATE, "new"),
    _function("ballot_added_over", _CLOSED.format("new"), _OVER, "new"),
    _function("ballot_changed_over", _CLOSED.format("old"), _OVER, "new"),
    _function("ballot_taken_over", _CLOSED.format("old"), _OVER, "old"),
    *(
        f"CREATE TRIGGER {table}_none_more BEFORE INSERT ON {table} FOR EACH ROW "
        "EXECUTE FUNCTION ballot_none_more()"
        for table in ("ballots", "ballot_codes")
    ),
    *(
        f"CREATE TRIGGER {table}_{event.lower()}_over BEFORE {event} ON {table} FOR EACH ROW "
        f"EXECUTE FUNCTION ballot_{did}_over()"
        for table in _KEPT
        for event, did in (("INSERT", "added"), ("UPDATE", "changed"), ("DELETE", "taken"))
    ),
]
_FUNCTIONS = (
    "evaluation_vote_opens",
    "evaluation_vote_stands",
    "ballot_none_more",
    "ballot_added_over",
    "ballot_changed_over",
    "ballot_taken_over",
)


def upgrade() -> None:
    """Add the four tables and what holds them."""
    op.create_table(
        "evaluation_votes",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("share", sa.String(length=20), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_why", sa.String(length=300), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_why", sa.String(length=300), nullable=False),
        sa.Column("issued", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.Column("dissatisfied", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("present >= quorum", name=op.f("ck_evaluation_votes_quorum")),
        sa.CheckConstraint(_WHOLE, name=op.f("ck_evaluation_votes_whole")),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_evaluation_votes_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_votes")),
    )
    op.create_index(
        op.f("ix_evaluation_votes_evaluation_id"), "evaluation_votes", ["evaluation_id"]
    )
    op.create_index(
        "uq_evaluation_votes_one",
        "evaluation_votes",
        ["evaluation_id"],
        unique=True,
        sqlite_where=sa.text(_STANDS),
        postgresql_where=sa.text(_STANDS),
    )
    op.create_table(
        "teller_counts",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("vote_id", _ID, nullable=False),
        sa.Column("teller", sa.String(length=64), nullable=False),
        sa.Column("satisfied", sa.Integer(), nullable=False),
        sa.Column("dissatisfied", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evaluation_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"],
            ["evaluations.id"],
            name=op.f("fk_teller_counts_evaluation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["vote_id"],
            ["evaluation_votes.id"],
            name=op.f("fk_teller_counts_vote_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teller_counts")),
    )
    op.create_index(op.f("ix_teller_counts_evaluation_id"), "teller_counts", ["evaluation_id"])
    op.create_index(op.f("ix_teller_counts_vote_id"), "teller_counts", ["vote_id"])
    op.create_index("uq_teller_counts_one", "teller_counts", ["vote_id", "teller"], unique=True)
    op.create_table(
        "ballots",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("vote_id", _ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("choice", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["vote_id"],
            ["evaluation_votes.id"],
            name=op.f("fk_ballots_vote_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballots")),
    )
    op.create_index(op.f("ix_ballots_vote_id"), "ballots", ["vote_id"])
    op.create_table(
        "ballot_codes",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("vote_id", _ID, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["vote_id"],
            ["evaluation_votes.id"],
            name=op.f("fk_ballot_codes_vote_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_ballot_codes_code_hash")),
    )
    op.create_index(op.f("ix_ballot_codes_vote_id"), "ballot_codes", ["vote_id"])
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(statement)


def downgrade() -> None:
    """Take the votes away again."""
    for table in ("ballot_codes", "ballots", "teller_counts", "evaluation_votes"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for name in _FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}()")
