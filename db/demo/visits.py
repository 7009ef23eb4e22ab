"""What came of the made-up county's receptions: a year of visits, letters read, contact points."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands import contacts, letters, visit_decisions, visits
from db.commands.visit_decisions import Matter
from db.demo import places
from db.models.cases import Case
from db.models.receptions import LeaderContact
from db.queries import reception_figures, rosters
from db.queries.codes import resolve_codes
from db.queries.reception_days import Span
from db.queries.rosters import TurnView
from db.queries.units import resolve_units
from rules.people import Person
from rules.reception_terms import ContactKind, TurnState, VisitOutcome
from rules.terms import CaseState, Purpose, Repeat

# S2-22: 168 件 286 人次, of which 146 个 were solved.
VISITS, PEOPLE, SOLVED = 168, 286, 146
_GROUP = 12
_LATELY = timedelta(days=40)
_TITLES = (
    "反映{place}道路破损长期无人修",
    "反映{place}小区物业收费不公开",
    "要求解决{place}拖欠的工程款",
    "反映{place}征地补偿款未到位",
    "反映{place}自来水水压不足",
    "咨询{place}宅基地确权手续",
)
_NAMES = ("赵来访", "钱来访", "孙来访", "李来访", "周来访", "吴来访")


def load(session: Session, *, today: date, now: datetime) -> int:
    """Register the year's visits on turns that were held, with decisions; returns how many."""
    held = [
        view
        for view in rosters.turns_between(session, today - timedelta(days=364), today)
        if view.turn.state in (TurnState.HELD, TurnState.SUBSTITUTED)
    ]
    if not held:
        return 0
    units, codes = resolve_units(session), resolve_codes(session)
    cases = session.scalars(
        select(Case.id)
        .where(Case.purpose.is_distinct_from(Purpose.ACCUSATION), Case.state != CaseState.MERGED)
        .order_by(Case.received_on.desc(), Case.id)
        .limit(VISITS)
    ).all()
    for number, people in enumerate(_people()):
        _visit(session, number, people, held, units, codes, cases, today=today, now=now)
    _letters(session, held, units, today=today, now=now)
    _contacts(session, today=today, now=now)
    return VISITS


def _people() -> list[int]:
    """How many came with each visit: two groups, some in pairs, in all PEOPLE."""
    counts = [1] * VISITS
    counts[20], counts[90] = _GROUP, _GROUP - 3
    left = PEOPLE - sum(counts)
    for place in range(VISITS):
        if left and counts[place] == 1 and place % 3 != 2:
            counts[place] += 1
            left -= 1
    counts[150] += left
    return counts


def _visit(
    session: Session,
    number: int,
    people: int,
    held: Sequence[TurnView],
    units: dict[str, int],
    codes: dict[str, int],
    cases: Sequence[int],
    *,
    today: date,
    now: datetime,
) -> None:
    turn = held[number * len(held) // VISITS].turn
    township = places.TOWNSHIPS[number % len(places.TOWNSHIPS)]
    _, _, label, unit = places.CODES[number % len(places.CODES)]
    values: dict[str, Any] = {
        "leader_id": turn.by,
        "received_on": turn.on,
        "received_time": f"{9 + number % 3}:{number % 6}0",
        "people": people,
        "repeat": Repeat.REPEAT if number % 5 == 4 else Repeat.FIRST,
        "title": _TITLES[number % len(_TITLES)].format(place=township),
        "content": "来访人当面反映，诉求详见登记表。",
        "code_id": codes.get(label),
        "township_id": units.get(township),
    }
    made = visits.register(
        session,
        values,
        people=[Person(_NAMES[number % len(_NAMES)])],
        today=today,
        now=now,
    )
    if number >= VISITS - 4:
        return  # still to be decided
    outcome = (VisitOutcome.HANDED, VisitOutcome.ANSWERED, VisitOutcome.GUIDED)[number % 3]
    handed = outcome is VisitOutcome.HANDED
    # What is long past is closed as old ledgers have it; of late the cases are followed.
    lately = turn.on > today - _LATELY
    linked = handed and lately and number < len(cases)
    matter = Matter(case_id=cases[number]) if linked else Matter()
    if handed and lately and number % 9 == 0:
        outcome, matter = VisitOutcome.LED, Matter(opens=True)
    closed = turn.on if outcome is VisitOutcome.ANSWERED else turn.on + timedelta(days=20)
    decided = {
        "outcome": outcome,
        "instruction": {
            VisitOutcome.HANDED: "请责任单位限期办理，结果报我。",
            VisitOutcome.LED: "此件由我包案，请责任单位拿出方案，一周内报我。",
            VisitOutcome.ANSWERED: "已当面说明政策，来访人表示理解。",
            VisitOutcome.GUIDED: "引导通过诉讼、仲裁等法定途径解决。",
        }[outcome],
        "unit_id": units.get(unit) if handed else None,
        "due_on": (today if lately else turn.on) + timedelta(days=30) if handed else None,
        "closed_on": closed
        if outcome is VisitOutcome.ANSWERED or (handed and not lately)
        else None,
        "result": "已办结，来访人认可。" if handed and not lately else "",
    }
    visit_decisions.decide(
        session,
        made.id,
        decided,
        matter=matter,
        base={},
        version=1,
        today=today,
        now=now,
    )


def _letters(
    session: Session,
    held: Sequence[TurnView],
    units: dict[str, int],
    *,
    today: date,
    now: datetime,
) -> None:
    """Register letters leaders read: answered ones, some waiting, one late."""
    departments = list(places.DEPARTMENTS)
    for number in range(14):
        turn = held[-1 - number * 5 % len(held)].turn
        annotated = today - timedelta(days=5 + number * 9)
        made = letters.add_letter(
            session,
            {
                "leader_id": turn.leader_id,
                "received_on": annotated - timedelta(days=2),
                "annotated_on": annotated,
                "title": f"{places.TOWNSHIPS[number * 4]}群众来信：{_TITLES[number % 6].format(place='村里')}",
                "instruction": "请认真核实，依法妥善处理，并将结果报我。",
                "unit_id": units.get(departments[number % len(departments)]),
            },
            again=True,
            today=today,
            now=now,
        )
        if number not in (0, 1, 4):
            letters.answer_letter(
                session,
                made.id,
                answer="已核实并与来信人沟通，问题已解决。",
                answered_on=annotated + timedelta(days=3),
                version=1,
                today=today,
                now=now,
            )


def _contacts(session: Session, *, today: date, now: datetime) -> None:
    """Let most leaders have been at their contact points this year, some of them not yet.

    What visits left unsolved of SOLVED was solved there.
    """
    since = today - timedelta(days=364)
    year = Span(since, today)
    left = SOLVED - reception_figures.figures(session, year, collective_min=5).solved
    found = session.execute(
        select(LeaderContact.leader_id, LeaderContact.unit_id).order_by(LeaderContact.id)
    ).all()
    for number, (leader_id, unit_id) in enumerate(found):
        for back in range(number % 4):
            visited = today - timedelta(days=10 + number + back * 88)
            solved = min(left, 1 + number % 2) if visited >= since else 0
            left -= solved
            contacts.add_visit(
                session,
                {
                    "leader_id": leader_id,
                    "unit_id": unit_id,
                    "visited_on": visited,
                    "kind": ContactKind.CONTACT,
                    "note": "走访信访室和两个村，现场协调矛盾纠纷。",
                    "solved": solved,
                },
                today=today,
                now=now,
            )
