"""The demo's evaluations: one in every step and twenty judged, by the rules, on any day."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from db.engine import Store
from db.models.evaluations import Evaluation, EvaluationDraw
from db.queries import evaluation_figures, evaluation_panels, evaluators
from rules.evaluation_figures import counts, shown
from rules.evaluation_terms import EvaluationState, PanelLevel
from rules.permissions import SYSTEM
from tests.conftest import NOW, TODAY

S = EvaluationState


def test_the_demo_shows_every_step(demo: Store) -> None:
    shows_every_step(demo, today=TODAY, now=NOW)


def shows_every_step(store: Store, *, today: date, now: datetime) -> None:
    """Look for an evaluation in every step and the twenty judged, with the source's rates."""
    with store.reading(SYSTEM) as session:
        rows = session.scalars(select(Evaluation)).all()
        drawn = session.scalars(select(EvaluationDraw.id)).all()
        assert {row.state for row in rows} == {
            *(S.APPLIED, S.REFUSED, S.ADMITTED, S.FORMED, S.NOTICED, S.MEETING),
            *(S.DELIVERED, S.ENDED),
        }
        meeting = next(row for row in rows if row.state is S.MEETING)
        assert evaluation_panels.vote_may_open(session, meeting, today=today, now=now) == []
        sitting = [s for s in evaluation_panels.seats(session, meeting.id) if s.seated]
        assert all(seat.briefed_on for seat in sitting)
        assert sum(seat.promised_on is not None for seat in sitting) == 8
        assert all(evaluation_panels.replay(session, each).same for each in drawn)
        assert evaluators.panels(session)[0].level is PanelLevel.COUNTY
        assert len(evaluators.pool(session)) == 56
        span = (today - timedelta(365), today)
        facts = evaluation_figures.facts(session, *span)
    found = counts(facts, span, today=today)
    assert shown("satisfaction_rate", found) == "95.0%（19/20）"
    assert shown("settled_rate", found) == "90.0%（18/20）"
    assert (found["following"], found["late"]) == (1, 0)
