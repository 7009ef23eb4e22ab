"""The made-up county's rosters keep the rule, are published, and what is past is written down."""

from dataclasses import replace
from datetime import date

from db.engine import Store
from db.queries import publications
from db.queries import rosters as queries
from rules.permissions import SYSTEM
from rules.reception_terms import Level, TurnState
from rules.roster_audit import audit
from tests.conftest import TODAY


def test_every_month_of_the_demo_keeps_the_rule(demo: Store) -> None:
    with demo.reading(SYSTEM) as session:
        found = queries.rosters(session)
        for roster in found:
            basis = queries.basis(
                session,
                level=Level.COUNTY,
                unit_id=None,
                first=roster.first_on,
                last=roster.last_on,
            )
            around = queries.around(session, basis, roster_id=roster.id)
            planned = [
                replace(turn, state=TurnState.PLANNED, substitute_id=None)
                for turn in queries.plain_turns(session, roster.id)
            ]
            turns = [*around.earlier, *planned]
            assert [finding.text for finding in audit(turns, basis).findings] == []
        changed = publications.of_roster(session, found[0].id)
        views = queries.turns_between(session, date(2025, 11, 1), date(2026, 12, 31))

    assert len(found) == 14
    assert [each.number for each in changed] == [2, 1]
    assert len(changed[0].changes) == 2
    past = {view.turn.state for view in views if view.turn.on < TODAY}
    assert past == {TurnState.HELD, TurnState.SUBSTITUTED, TurnState.MISSED}
    assert {view.turn.state for view in views if view.turn.on >= TODAY} == {TurnState.PLANNED}
