"""Noise of what was held: rosters and their turns, evaluations, meetings; no test of its own."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from db.models.ballots import EvaluationVote
from db.models.cases import Case
from db.models.disputes import Dispute
from db.models.evaluation_outcomes import EvaluationFollowUp
from db.models.evaluations import Evaluation, EvaluationNotice, EvaluationPanel
from db.models.meetings import AgendaItem, Decision, Meeting
from db.models.receptions import Publication, Roster, TurnRow
from rules.case_terms import Satisfaction
from rules.evaluation_terms import (
    ApplicationRoute,
    EvaluationState,
    PanelLevel,
    PassRule,
    RefusalReason,
    Verdict,
    VoteMethod,
)
from rules.meetings import ItemKind, MeetingKind
from rules.reception_terms import Level, TurnState
from rules.terms import Purpose
from tests.conftest import NOW, TODAY

DAY = timedelta(days=1)
MADE = {"created_by": "甲", "created_at": NOW}


def some_day(chance: random.Random) -> date:
    """A day of 2026 up to October."""
    return date(2026, 1, 1) + chance.randrange(300) * DAY


def held(
    session: Any, chance: random.Random, ids: list[int], units: list[int], leaders: list[int]
) -> None:
    """Add what was held, each kind with what must not be counted beside it."""
    _turns(session, chance, leaders)
    _evaluations(session, chance, ids, units)
    _meetings(session, chance, ids, units)


def _turns(session: Any, chance: random.Random, leaders: list[int]) -> None:
    """Turns of a roster published in time, of one published late, and of one that never was."""
    for name, published_on in (
        ("按时公示", date(2025, 12, 28)),
        ("补公示", date(2026, 7, 1)),
        ("未公示", None),
    ):
        roster = Roster(
            name=name,
            level=Level.COUNTY,
            first_on=date(2026, 1, 1),
            last_on=date(2026, 12, 31),
            **MADE,
        )
        session.add(roster)
        session.flush()
        if published_on is not None:
            session.add(
                Publication(
                    roster_id=roster.id,
                    number=1,
                    published_on=published_on,
                    notice={},
                    rows=[],
                    changes=[],
                    actor="甲",
                    at=NOW,
                )
            )
        for _ in range(60):
            who = chance.choice(leaders)
            state = chance.choice(list(TurnState))
            other = chance.choice([None, *leaders])
            session.add(
                TurnRow(
                    roster_id=roster.id,
                    held_on=some_day(chance),
                    leader_id=who,
                    planned_leader_id=who,
                    state=state,
                    substitute_id=other if state is TurnState.SUBSTITUTED else None,
                )
            )


def _evaluations(session: Any, chance: random.Random, ids: list[int], units: list[int]) -> None:
    panel = EvaluationPanel(level=PanelLevel.COUNTY, unit_id=units[0], name="县评价小组")
    session.add(panel)
    session.flush()
    disputes: Sequence[int] = session.scalars(select(Dispute.id).order_by(Dispute.id)).all()
    matters = [{"case_id": each} for each in chance.sample(ids, 70)]
    matters += [{"dispute_id": each} for each in chance.sample(list(disputes), 20)]
    for number, matter in enumerate(matters):
        applied = some_day(chance)
        confirmed = chance.choice([None, applied + 3 * DAY])
        refused = confirmed is not None and chance.random() < 0.2
        made = Evaluation(
            number=f"PJ{number}",
            state=EvaluationState.REFUSED if refused else EvaluationState.NOTICED,
            route=ApplicationRoute.UNIT,
            panel_id=panel.id,
            unit_id=chance.choice(units),
            judged_unit_id=chance.choice(units),
            title="物业收费",
            applied_on=applied,
            confirmed_on=confirmed,
            refused_for=RefusalReason.CONDITION if refused else None,
            updated_at=NOW,
            **matter,
            **MADE,
        )
        session.add(made)
        session.flush()
        if confirmed is not None and not refused and chance.random() < 0.8:
            _judged(session, chance, made, on=confirmed + chance.randrange(10, 60) * DAY)


def _judged(session: Any, chance: random.Random, made: Evaluation, *, on: date) -> None:
    """Open the meeting; vote, or only begin to, or vote anew after a vote that was cancelled."""
    session.add(
        EvaluationNotice(
            evaluation_id=made.id,
            number=1,
            published_on=on - 5 * DAY,
            held_on=on,
            days=3,
            notice={},
            changes=[],
            actor="甲",
            at=NOW,
        )
    )
    session.flush()
    made.state, made.opened_on = EvaluationState.MEETING, on
    session.flush()
    ended = chance.choice([True, True, True, False])
    for cancelled in chance.choice([(False,), (True, False), (True,)]):
        closed = ended or cancelled
        session.add(
            EvaluationVote(
                evaluation_id=made.id,
                method=VoteMethod.PAPER,
                members=9,
                present=9,
                quorum=7,
                rule=PassRule.PRESENT,
                share="2/3",
                opened_by="甲",
                opened_at=NOW,
                closed_at=NOW if closed else None,
                cancelled_at=NOW if cancelled else None,
                issued=9,
                used=9 if closed else 0,
                satisfied=9 if closed else 0,
                verdict=chance.choice(list(Verdict)) if closed else None,
            )
        )
        session.flush()
    made.petitioner_view = chance.choice([None, *Satisfaction])
    made.settled_on = chance.choice([None, on + 5 * DAY])
    if chance.random() < 0.6:
        session.add(
            EvaluationFollowUp(
                evaluation_id=made.id,
                opened_on=on,
                judged="原处理意见",
                plan_due_on=on + 15 * DAY,
                result_due_on=on + 400 * DAY,
                plan_on=chance.choice([None, on + 10 * DAY]),
                ended_on=chance.choice([None, None, on + 90 * DAY]),
            )
        )
    session.flush()


def _meetings(session: Any, chance: random.Random, ids: list[int], units: list[int]) -> None:
    """Meetings with decisions, and later ones that did not begin, decided nothing, or on accusations."""
    accused = session.scalar(select(Case.id).where(Case.purpose == Purpose.ACCUSATION).limit(1))
    ordinary = session.scalar(select(Case.id).where(Case.purpose.is_(None)).limit(1))
    for number, (held_on, begun, cases) in enumerate(
        (
            (date(2026, 3, 5), True, (None, ordinary, accused)),
            (date(2026, 6, 20), True, (None, ordinary, accused)),
            (date(2026, 6, 25), True, (accused,)),
            (date(2026, 6, 28), True, ()),
            (date(2026, 6, 29), False, (None,)),
            (TODAY - 3 * DAY, True, (ordinary, None)),
        )
    ):
        meeting = Meeting(
            number=f"HY{number}",
            kind=chance.choice(list(MeetingKind)),
            title="联席会议",
            held_on=held_on,
            opened_at=NOW if begun else None,
            **MADE,
        )
        session.add(meeting)
        session.flush()
        for place, case_id in enumerate(cases):
            item = AgendaItem(
                meeting_id=meeting.id,
                position=place,
                kind=ItemKind.CASE if case_id else ItemKind.TEXT,
                title="议题",
                case_id=case_id,
            )
            session.add(item)
            session.flush()
            for each in range(12):
                session.add(
                    Decision(
                        meeting_id=meeting.id,
                        item_id=chance.choice([item.id, None]) if case_id is None else item.id,
                        position=each,
                        unit_id=chance.choice(units),
                        unit_name="某单位",
                        text="拿出方案",
                        due_on=TODAY + chance.randrange(-30, 30) * DAY,
                        waiting_since=chance.choice([None, TODAY - 9 * DAY]),
                        done_on=chance.choice([None, None, TODAY - 2 * DAY]),
                        **MADE,
                    )
                )
