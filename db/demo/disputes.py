"""The made-up county's ledger of disputes: a year of them, in every state, by whose hand it is.

Each dispute goes one of a few ways, taken by the commands as its township or department where it
has an account, else by the office, another person of which approves. `_WAYS` says how many go which.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

import settings
from db.commands import dispute_pairs, dispute_sign_off, dispute_steps, disputes
from db.engine import Store
from db.models.disputes import Dispute, DisputeClass, DisputeLook, DisputeSignOff
from db.models.network import NetworkNode
from db.models.units import Unit
from db.queries import leaders
from rules.case_terms import Performance, Satisfaction
from rules.dispute_steps import RULES
from rules.dispute_terms import (
    DisputeStep,
    GradeStage,
    LegalRoute,
    MediationChannel,
    NodeKind,
    PairKind,
    PaperKind,
    RiskLevel,
    Tier,
)
from rules.people import Person
from rules.permissions import Actor
from rules.terms import Role, UnitKind

_CLERK = Actor(None, "演示联席办", frozenset({Role.OFFICE}))
_SECOND = Actor(None, "演示联席办负责人", frozenset({Role.OFFICE}))
# Units of the demo that have an account.
_ACCOUNTS = {"城关镇": "演示城关镇", "县住房和城乡建设局": "演示住建局"}
_DAY = timedelta(days=1)
S = DisputeStep

# Class, name, how many people, 万元, and whether it concerns a group that may petition.
_MATTERS = (
    ("邻里", "{place}两户排水沟走向纠纷", 2, 0, False),
    ("房屋宅基地", "{place}两户宅基地界线纠纷", 2, 0, False),
    ("山林土地", "{place}村民小组山场界址纠纷", 36, 4, False),
    ("劳动争议", "{place}工地务工人员工资纠纷", 28, 42, True),
    ("婚姻家庭", "{place}一户老人赡养费分担纠纷", 4, 1, False),
    ("征地拆迁", "{place}道路征地青苗补偿纠纷", 63, 88, True),
    ("物业", "{place}小区物业费与维修纠纷", 55, 6, False),
    ("环境污染", "{place}养殖场异味排放纠纷", 18, 0, False),
    ("生产经营", "{place}玉米种子质量索赔纠纷", 24, 15, False),
    ("损害赔偿", "{place}两户相撞摩托车赔偿纠纷", 2, 2, False),
    ("合同", "{place}农机租赁合同纠纷", 3, 5, False),
    ("医疗", "{place}卫生院诊疗费用纠纷", 3, 3, False),
)
_MEDIATED = (
    *(PaperKind.APPLICATION, PaperKind.REGISTRATION, PaperKind.INQUIRY),
    *(PaperKind.MEDIATION, PaperKind.AGREEMENT, PaperKind.CALL_BACK),
)
_ROUTED = (PaperKind.REGISTRATION, PaperKind.FILING, PaperKind.CALL_BACK)
_DONE = {"channel": MediationChannel.PEOPLE, "text": "双方签订调解协议，当场握手言和"}
_COURT = {"legal_route": LegalRoute.LAWSUIT, "proof": "民初字第 {} 号", "text": "引导当事人起诉"}
_BY_MEDIATION = ((S.ASSIGN, 2), (S.START, 3))
_RESOLVED = (*_BY_MEDIATION, (S.RESOLVE, 12))


@dataclass(frozen=True, slots=True)
class _Way:
    """Steps of a dispute, each so many days after it was found; how many go it, and how far.

    Those found `lately` lie within the rounds whose reports are there, others in the year before.
    """

    matters: int
    steps: Sequence[tuple[DisputeStep, int]] = ()
    lately: bool = True
    least: int = 1
    called: bool = False
    asked: bool = False
    headed: bool = False
    signed: bool = False
    graded: bool = False


_WAYS = (
    _Way(3, least=0),  # registered, not reported
    _Way(8, graded=True),  # waits to be reviewed
    _Way(2, ((S.RETURN, 1),), least=2),
    _Way(3, ((S.REMOVE, 1),), least=2),
    _Way(8, ((S.ASSIGN, 2),), least=3),
    _Way(18, _BY_MEDIATION, least=6, graded=True),
    _Way(5, (*_BY_MEDIATION, (S.PARTLY, 9)), least=12, graded=True),
    _Way(4, (*_BY_MEDIATION, (S.EXTEND, 20)), least=45),
    _Way(14, _RESOLVED, least=13),
    _Way(3, _RESOLVED, least=22, called=True),
    _Way(3, _RESOLVED, least=24, called=True, asked=True, headed=True),
    _Way(2, _RESOLVED, least=24, called=True, asked=True),
    _Way(3, (*_BY_MEDIATION, (S.ROUTE, 15)), least=18),
    _Way(2, (*_BY_MEDIATION, (S.ELEVATE, 10)), least=12),
    _Way(3, ((S.ASSIGN, 2), (S.PETITION, 8)), least=10),
    _Way(2, (*_RESOLVED, (S.REBOUND, 30)), least=40),
    _Way(
        12,
        _RESOLVED,
        lately=False,
        least=75,
        called=True,
        asked=True,
        headed=True,
        signed=True,
    ),
    _Way(
        2,
        (*_BY_MEDIATION, (S.ROUTE, 15)),
        lately=False,
        least=75,
        called=True,
        asked=True,
        headed=True,
        signed=True,
    ),
)


def load(store: Store, *, today: date, now: datetime) -> int:
    """Enter the disputes and bring each as far as it goes; returns how many."""
    with store.reading(_CLERK) as session:
        made = _Making(store, session, today, now)
    number = 0
    for way in _WAYS:
        for place in range(way.matters):
            made.go(way, number, place)
            number += 1
    return number + made.twice()


class _Making:
    """What every dispute is made with; the ids are those of the store as it was."""

    def __init__(self, store: Store, session: Session, today: date, now: datetime) -> None:
        self._store, self._today, self._now = store, today, now
        self._clock = ZoneInfo(settings.current().timezone)
        units = session.scalars(select(Unit).order_by(Unit.id)).all()
        self._names = {unit.id: unit.name for unit in units}
        self._path = {unit.id: unit.path for unit in units}
        self._towns = [unit.id for unit in units if unit.kind is UnitKind.TOWNSHIP]
        self._departments = [unit.id for unit in units if unit.kind is UnitKind.DEPARTMENT]
        self._villages = {
            town: [u.id for u in units if u.parent_id == town and u.kind is UnitKind.VILLAGE]
            for town in self._towns
        }
        self._classes = {
            row.name: row.id for row in session.execute(select(DisputeClass.name, DisputeClass.id))
        }
        self._rooms = {
            row.unit_id: row.id
            for row in session.scalars(
                select(NetworkNode).where(NetworkNode.kind == NodeKind.MEDIATION_ROOM)
            )
        }
        self._leaders = [row.id for row in leaders.leaders(session)]

    def go(self, way: _Way, number: int, place: int) -> None:
        """Register one dispute and take its way, by the hand whose each step is."""
        span = (60 - way.least) if way.lately else 280
        found_on = self._today - (way.least + place * 7 % max(span, 1)) * _DAY
        unit_id, above = self._finder(number)
        own = self._actor(above)
        matter = _MATTERS[number % len(_MATTERS)]
        name, title, people, amount, group = matter
        area_id = unit_id if above in self._villages else self._towns[number * 5 % 63]
        values: dict[str, Any] = {
            "title": title.format(place=self._names[area_id].removesuffix("村")),
            "class_id": self._classes[name],
            "content": "",
            "found_on": found_on,
            "happened_on": found_on - 3 * _DAY,
            "unit_id": unit_id,
            "area_id": area_id,
            "grid": "一组" if unit_id != above else "",
            "people": people + number % 5,
            "people_approx": people > 20,
            "amount_fen": amount * 1_000_000 or None,
            "group": group,
            "may_petition": group,
        }
        parties = [Person("赵某某"), Person("钱某某")] if number % 25 == 3 else []
        submit = bool(way.steps or way.graded)
        with self._store.writing(own) as session:
            opened = disputes.add_dispute(
                session,
                values,
                people=parties,
                submit=submit,
                today=self._today,
                now=self._at(found_on),
            )
            if way.graded:
                self._grade(session, opened.id, unit_id, found_on, people, group)
        for step, after in way.steps:
            on = found_on + after * _DAY
            actor = own if step is not S.PETITION else _CLERK
            with self._store.writing(actor) as session:
                self._step(session, opened.id, step, above, on, number)
        if way.graded and number % 3 == 0:
            with self._store.writing(_CLERK) as session:
                self._duty(session, opened.id, number)
        if way.called:
            last = found_on + way.steps[-1][1] * _DAY
            with self._store.writing(own) as session:
                request = self._ask(session, opened.id, way, last)
            if way.signed:
                with self._store.writing(_SECOND) as session:
                    self._approve(session, request, last + 6 * _DAY)

    def twice(self) -> int:
        """Let two villages of two townships each enter one thing: one pair is decided, one is not."""
        for town, decided in ((self._towns[1], True), (self._towns[2], False)):
            ids = []
            for place, village in enumerate(self._villages[town][:2]):
                title = f"东风、红星两村交界处水渠改线用水纠纷{'（改线）' * place}"
                values = {
                    "title": title,
                    "class_id": self._classes["山林土地"],
                    "content": "灌溉水渠改线后，下游四十亩水田缺水，两村村民各持己见。",
                    "found_on": self._today - (4 - place) * _DAY,
                    "unit_id": village,
                    "area_id": village,
                    "people": 40,
                    "people_approx": True,
                }
                with self._store.writing(self._actor(town)) as session:
                    opened = disputes.add_dispute(session, values, today=self._today, now=self._now)
                    ids.append(opened.id)
            if decided:
                with self._store.writing(self._actor(town)) as session:
                    dispute_pairs.decide_pair(
                        session,
                        ids[1],
                        ids[0],
                        kind=PairKind.DOUBLE,
                        reason="同一条水渠",
                        version=1,
                        other_version=1,
                        today=self._today,
                        now=self._now,
                    )
        return 4

    def _finder(self, number: int) -> tuple[int, int]:
        """Say which unit found a dispute, and the township or department that has it in hand."""
        if number % 12 == 6:
            department = self._departments[(1 + number // 12) % len(self._departments)]
            return department, department
        town = self._towns[0 if number % 9 == 0 else number * 5 % len(self._towns)]
        villages = self._villages[town]
        return (villages[number // 2 % len(villages)] if number % 2 else town), town

    def _actor(self, unit_id: int) -> Actor:
        """Return the account of a unit that has one; for the others the office writes."""
        name = _ACCOUNTS.get(self._names[unit_id])
        if name is None:
            return _CLERK
        below = frozenset(
            key for key, path in self._path.items() if path.startswith(self._path[unit_id])
        )
        return Actor(None, name, frozenset({Role.UNIT}), unit_id, below)

    def _grade(
        self, session: Session, dispute_id: int, unit_id: int, on: date, people: int, group: bool
    ) -> None:
        level = RiskLevel.RED if group else RiskLevel.YELLOW if people >= 18 else RiskLevel.BLUE
        village = unit_id not in self._villages and unit_id not in self._departments
        who = {
            GradeStage.GROUP: f"{self._names[unit_id]}排查小组",
            **({GradeStage.VILLAGE: f"{self._names[unit_id]}村委会"} if village else {}),
            GradeStage.TOWNSHIP: "分管负责人",
        }
        for stage, name in who.items():
            dispute_steps.grade(
                session,
                dispute_id,
                stage=stage,
                level=level,
                who=name,
                decided_on=on,
                reason="涉及人数较多" if group else "",
                version=session.get_one(Dispute, dispute_id).version,
                today=self._today,
                now=self._at(on),
            )

    def _step(
        self,
        session: Session,
        dispute_id: int,
        step: DisputeStep,
        above: int,
        on: date,
        number: int,
    ) -> None:
        version = session.get_one(Dispute, dispute_id).version
        if step is S.PETITION:
            dispute_steps.open_case(
                session,
                dispute_id,
                reason="当事人要求按信访事项办理",
                version=version,
                today=on,
                now=self._at(on),
            )
            return
        carried: dict[DisputeStep, Mapping[str, Any]] = {
            S.RETURN: {"reason": "地点没有写明，请补充"},
            S.REMOVE: {"reason": "经核实不是矛盾纠纷"},
            S.ASSIGN: {"unit_id": above, "until": on + 30 * _DAY, "handler": "分管副职"},
            S.START: {"channel": MediationChannel.PEOPLE, "organ_id": self._rooms.get(above)},
            S.EXTEND: {
                "until": on + 30 * _DAY,
                "approver": "主要负责人",
                "reason": "需要委托鉴定",
            },
            S.PARTLY: {"text": "费用已谈妥，界线仍有争议"},
            S.RESOLVE: _DONE,
            S.ROUTE: {**_COURT, "proof": _COURT["proof"].format(number + 100)},
            S.ELEVATE: {"tier": Tier.COUNTY, "reason": "涉及两个部门，乡镇协调不动"},
            S.REBOUND: {"reason": "一方反悔，没有按协议付款"},
        }
        asked = {*RULES[step].needs, *RULES[step].asks}
        dispute_steps.take_step(
            session,
            dispute_id,
            step,
            happened_on=on,
            values={name: value for name, value in carried[step].items() if name in asked},
            version=version,
            today=on,
            now=self._at(on),
        )

    def _duty(self, session: Session, dispute_id: int, number: int) -> None:
        disputes.change_dispute(
            session,
            dispute_id,
            {
                "lead_id": self._leaders[1 + number % 5],
                "town_head": "乡镇长",
                "village_head": "村支书",
                "grid_worker": "网格员",
                "handler": "分管副职",
                "plan": "先分头谈，再现场勘验，一周内召集双方调解。",
            },
            base={},
            version=session.get_one(Dispute, dispute_id).version,
            today=self._today,
            now=self._now,
        )

    def _ask(self, session: Session, dispute_id: int, way: _Way, last: date) -> int:
        """Call back, put the papers in, ask for the sign-off and have the head sign, as far as it goes."""
        routed = way.steps[-1][0] is S.ROUTE
        for kind in _ROUTED if routed else _MEDIATED:
            disputes.add_paper(
                session,
                dispute_id,
                kind=kind,
                number="",
                issued_on=last,
                file=None,
                limit_mb=1,
                today=self._today,
                now=self._at(last),
            )
        on = last + 3 * _DAY
        dispute_sign_off.call_back(
            session,
            dispute_id,
            done_on=on,
            satisfaction=Satisfaction.SATISFIED,
            accepted=True,
            text="双方都认可，协议已履行",
            version=session.get_one(Dispute, dispute_id).version,
            today=on,
            now=self._at(on),
        )
        if not way.asked:
            return 0
        on = last + 5 * _DAY
        request = dispute_sign_off.request_sign_off(
            session,
            dispute_id,
            result="已按协议履行，双方无异议",
            performance=Performance.PERFORMED,
            performed_until=None,
            version=session.get_one(Dispute, dispute_id).version,
            today=on,
            now=self._at(on),
        )
        if way.headed:
            dispute_sign_off.record_head_approval(
                session, request, head_name="主要负责人", head_on=on, version=1, today=on
            )
        return request

    def _approve(self, session: Session, request: int, on: date) -> None:
        found = session.get_one(DisputeSignOff, request)
        dispute_sign_off.approve_sign_off(
            session, request, version=found.version, today=on, now=self._at(on)
        )
        # What fell due of late still waits.
        old = DisputeLook.due_on < self._today - 30 * _DAY
        mine = DisputeLook.dispute_id == found.dispute_id
        planned = select(DisputeLook).where(mine, old, DisputeLook.done_on.is_(None))
        for look in session.scalars(planned).all():
            done = look.due_on + _DAY
            dispute_sign_off.look_back(
                session,
                look.id,
                done_on=done,
                satisfaction=Satisfaction.SATISFIED,
                recurred=False,
                text="回访无反复",
                version=look.version,
                today=done,
                now=self._at(done),
            )

    def _at(self, on: date) -> datetime:
        return min(datetime.combine(on, time(10), self._clock), self._now)
