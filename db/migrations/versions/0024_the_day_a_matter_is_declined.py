"""The day a matter is declined, which the office owes within the same days as a forwarding

Revision ID: 0024
Revises: 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_FORMER = (
    *("state", "channel", "purpose", "repeat", "people", "code_id", "township_id", "unit_id"),
    *("received_on", "registered_on", "forwarded_on", "accepted_on", "answered_on"),
    *("resolved_on", "settled_on", "closed_on", "limit_on", "due_on"),
)
_COLUMNS = (*_FORMER, "declined_on")


def _noted(sign: int, row: str, columns: tuple[str, ...]) -> str:
    """Write down what a case was, or is."""
    values = ", ".join(f"{row}.{name}" for name in columns)
    return f"INSERT INTO figure_changes (sign, {', '.join(columns)}) VALUES ({sign}, {values});"


def _sqlite(columns: tuple[str, ...]) -> list[str]:
    was, is_ = _noted(-1, "old", columns), _noted(1, "new", columns)
    differs = " OR ".join(f"old.{name} IS NOT new.{name}" for name in columns)
    return [
        f"CREATE TRIGGER case_figures_insert AFTER INSERT ON cases BEGIN {is_} END",
        f"CREATE TRIGGER case_figures_delete AFTER DELETE ON cases BEGIN {was} END",
        f"CREATE TRIGGER case_figures_update AFTER UPDATE OF {', '.join(columns)} ON cases "
        f"WHEN {differs} BEGIN {was} {is_} END",
    ]


def _postgres(columns: tuple[str, ...]) -> list[str]:
    was, is_ = _noted(-1, "old", columns), _noted(1, "new", columns)
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("old", "new"))
    return [
        "CREATE FUNCTION case_figures() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {was} END IF; "
        f"IF TG_OP <> 'DELETE' THEN {is_} END IF; RETURN NULL; END $$",
        "CREATE TRIGGER case_figures_rows AFTER INSERT OR DELETE ON cases FOR EACH ROW "
        "EXECUTE FUNCTION case_figures()",
        f"CREATE TRIGGER case_figures_update AFTER UPDATE OF {', '.join(columns)} ON cases "
        f"FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION case_figures()",
    ]


def _dropped() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in ("case_figures_rows", "case_figures_update"):
            op.execute(f"DROP TRIGGER {name} ON cases")
        op.execute("DROP FUNCTION case_figures()")
        return
    for name in ("insert", "delete", "update"):
        op.execute(f"DROP TRIGGER case_figures_{name}")


def _made(columns: tuple[str, ...]) -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    for statement in _postgres(columns) if postgres else _sqlite(columns):
        op.execute(statement)


def upgrade() -> None:
    """Take the day from the steps that stand; figures are counted anew at the end of migrating."""
    _dropped()
    for table in ("cases", "figure_changes"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN declined_on DATE")
    op.execute(
        "UPDATE cases SET declined_on = (SELECT max(s.happened_on) FROM case_steps s "
        "WHERE s.case_id = cases.id AND s.step = 'decline' AND s.withdrawn_by_id IS NULL) "
        "WHERE id IN (SELECT case_id FROM case_steps "
        "WHERE step = 'decline' AND withdrawn_by_id IS NULL)"
    )
    _made(_COLUMNS)
    op.execute("DELETE FROM figure_basis")


def downgrade() -> None:
    """Forget the day, which the steps go on telling."""
    _dropped()
    for table in ("figure_changes", "cases"):
        op.execute(f"ALTER TABLE {table} DROP COLUMN declined_on")
    _made(_FORMER)
    op.execute("DELETE FROM figure_basis")
