"""What the demo office has done with its matters: steps, duties, batches, letters and sign-offs.

Everything is done by the commands and as somebody who may, so that it obeys the rules; which
matter serves is asked of the rules first, since it depends on the day.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands import batches, duty, procedure, sign_off, supervision
from db.commands.duty import Cost, Link
from db.engine import Store
from db.models.accounts import Account
from db.models.batches import BatchCase
from db.models.cases import Case
from db.models.supervision import FollowUp, SignOff
from db.queries import procedure as facts
from db.queries.handing import Wanted
from db.queries.supervision import held
from rules import procedure as rules
from rules.case_terms import (
    BatchKind,
    Delivery,
    DocumentKind,
    DutySource,
    ExitReason,
    MeasureKind,
    Opinion,
    Performance,
    Resolution,
    Rung,
    Satisfaction,
    Step,
    Tick,
    Trigger,
)
from rules.permissions import Actor
from rules.terms import CaseState, Purpose, Role

S = CaseState
_CLERK = Actor(None, "演示联席办", frozenset({Role.OFFICE}))
_SECOND = Actor(None, "演示联席办负责人", frozenset({Role.OFFICE}))
_BATCH = 80  # of which 64 are resolved: 80.0 % (seed S3a-22)

_ANSWER = {
    "opinion": Opinion.SUPPORTED,
    "text": "经核查，反映的情况属实，责令限期整改并书面告知。",
    "claims": "要求核实情况并限期整改。",
    "findings": "现场查看并调阅档案，反映的主要事实成立。",
    "legal_basis": "《信访工作条例》第三十二条",
}
_REVIEW = {"opinion": Opinion.EXPLAINED, "text": "原处理意见事实清楚，予以维持，并作了解释。"}
_AGREEMENT = {"parties": "信访人与责任单位", "terms": "一个月内整改到位，费用由责任单位承担。"}


@dataclass(frozen=True, slots=True)
class _Way:
    """Steps that follow one another, on how many matters, each so many days ago."""

    state: CaseState
    matters: int
    steps: tuple[tuple[Step, int, Mapping[str, Any]], ...]


def _ways(today: date) -> list[_Way]:
    """Name the ways that show every part of the procedure; `until` and the like follow from today."""
    back: dict[str, Any] = {"reason": "不属于本单位职责，请交有权单位"}
    until = {"until": today + timedelta(days=30)}
    close = {"exit_reason": ExitReason.ANSWERED, "text": "答复后无争议"}
    solved = {"resolutions": [Resolution.SOLVED], "text": "问题已解决，信访人认可"}
    delivered = {"delivery": Delivery.IN_PERSON, "receipt": "本人签收"}
    extended = {
        "days": 15,
        "approver": "张局长",
        "reason": "需委托鉴定",
        "notified_on": today - timedelta(days=1),
    }
    heard = {
        "held_on": today + timedelta(days=10),
        "notified_on": today - timedelta(days=1),
        "participants": "信访人、责任单位、律师",
    }
    return [
        _Way(S.REGISTERED, 1, ((Step.ASSIGN, 6, until), (Step.OBJECT, 4, back), (Step.ASSIGN, 3, until), (Step.OBJECT, 1, back))),
        _Way(S.REGISTERED, 1, ((Step.ASSIGN, 5, until), (Step.OBJECT, 3, back), (Step.DISPUTE, 1, {"reason": "两个单位都认为不属自己"}))),
        _Way(S.REGISTERED, 1, ((Step.ASSIGN, 2, until),)),
        _Way(S.FORWARDED, 2, ((Step.OBJECT, 1, back),)),
        _Way(S.FORWARDED, 3, ((Step.NOTIFY, 1, {"text": "已电话告知"}),)),
        _Way(S.FORWARDED, 4, ((Step.ACCEPT, 1, {}),)),
        _Way(S.ACCEPTED, 2, ((Step.EXTEND, 1, extended),)),
        _Way(S.ACCEPTED, 1, ((Step.HEAR, 2, heard),)),
        _Way(S.ACCEPTED, 6, ((Step.ANSWER, 2, _ANSWER), (Step.DELIVER, 1, delivered))),
        _Way(S.ANSWERED, 4, ((Step.RESOLVE, 4, solved), (Step.SETTLE, 3, {"text": "签订息访承诺"}), (Step.CLOSE, 2, close))),
        _Way(S.ANSWERED, 1, ((Step.REQUEST_REVIEW, 12, {}), (Step.ANSWER_REVIEW, 5, _REVIEW), (Step.DELIVER, 4, delivered), (Step.REQUEST_RECHECK, 1, {}))),
        _Way(S.ANSWERED, 2, ((Step.REQUEST_REVIEW, 2, {}),)),
        _Way(S.ANSWERED, 6, ((Step.RESOLVE, 34, solved), (Step.CLOSE, 33, close))),
    ]  # fmt: skip


def handle(store: Store, *, today: date, now: datetime) -> None:
    """Let the demo office work: each way on as many matters as the day offers, a few at most."""
    desk = _Desk(store, today, now)
    desk.batch()
    for way in _ways(today):
        desk.go(way)
    desk.duties()
    desk.letters()
    desk.look_back_and_sign_off()


class _Desk:
    """The demo office at its work; a matter that has served is left alone afterwards."""

    def __init__(self, store: Store, today: date, now: datetime) -> None:
        self._store, self._today, self._now = store, today, now
        self._used: set[int] = set()

    def go(self, way: _Way) -> None:
        """Let matters go a way, from the newest that still can."""
        with self._store.writing(_CLERK) as session:
            left = way.matters
            for case in self._free(session, way.state):
                if left == 0:
                    return
                if not self._can(session, case, *way.steps[0]):
                    continue
                self._used.add(case.id)
                left -= 1
                for step, ago, values in way.steps:
                    if not self._can(session, case, step, ago, values):
                        break
                    self._take(session, case, step, ago, values)

    def batch(self) -> None:
        """Hold a meeting a quarter ago, resolve four of five matters, and close its batch."""
        open_states = (S.ACCEPTED, S.ANSWERED)
        held_on = self._today - timedelta(days=60)
        solved = {"resolutions": [Resolution.SOLVED], "text": "问题已解决"}
        with self._store.writing(_CLERK) as session:
            found = [
                case
                for state in open_states
                for case in self._free(session, state)
                if case.received_on < held_on and case.lead_id is None
            ]
            count = min(_BATCH, len(found)) // 5 * 5
            if count == 0:
                return
            chosen = found[:count]
            lead = session.scalars(select(Case.lead_id).where(Case.lead_id.is_not(None))).first()
            batch_id = batches.open_batch(
                session,
                name=f"{held_on.year}年{held_on.month}月积案集中交办",
                kind=BatchKind.BACKLOG,
                meeting="县信访工作联席会议",
                held_on=held_on,
                due_on=self._today - timedelta(days=3),
                today=held_on,
                now=self._now,
            )
            wanted = [Wanted(case.id, lead_else=lead) for case in chosen]
            batches.add_cases(session, batch_id, wanted, today=self._today, now=self._now)
            for case in chosen[: count * 4 // 5]:
                self._used.add(case.id)
                self._take(session, case, Step.RESOLVE, 10, solved)
                self._take(session, case, Step.SETTLE, 9, {"text": "签订息访承诺"})
            busiest = Counter(case.unit_id for case in chosen).most_common(3)
        for unit_id, _ in busiest:
            assert unit_id is not None
            self._receive(batch_id, unit_id)

    def _receive(self, batch_id: int, unit_id: int) -> None:
        unit = Actor(None, "责任单位承办人", frozenset({Role.UNIT}), unit_id, frozenset({unit_id}))
        with self._store.writing(unit) as session:
            rows = session.scalars(
                select(BatchCase.id).where(
                    BatchCase.batch_id == batch_id, BatchCase.unit_id == unit_id
                )
            ).all()
            batches.confirm_receipt(session, batch_id, rows, now=self._now)

    def duties(self) -> None:
        """Take some open matters of a lead into the ledger of duties, not all of it complete."""
        with self._store.writing(_CLERK) as session:
            found = session.scalars(
                select(Case)
                .where(
                    Case.lead_id.is_not(None),
                    Case.unit_id.is_not(None),
                    Case.state.in_([S.FORWARDED, S.ACCEPTED, S.ANSWERED]),
                    Case.purpose != Purpose.ACCUSATION,
                )
                .order_by(Case.received_on.desc(), Case.id)
                .limit(12)
            ).all()
            for place, case in enumerate(found):
                self._duty(session, case, case.lead_id, whole=place % 3 != 0)
            signed_in = session.scalars(
                select(Account.leader_id).where(Account.leader_id.is_not(None))
            ).first()
            unled = (each for each in self._free(session, S.ACCEPTED) if each.lead_id is None)
            for place, case in enumerate(islice(unled, 4 if signed_in else 0)):
                self._duty(session, case, signed_in, whole=place != 0)

    def _duty(self, session: Session, case: Case, lead_id: int | None, *, whole: bool) -> None:
        duty.set_duty(
            session,
            case.id,
            source=DutySource.LOCAL,
            lead_id=lead_id,
            team="县信访局、责任单位、属地乡镇" if whole else "",
            plan="一案一策：先核实、再协商、限期兑现" if whole else "",
            owner="分管负责人",
            until=self._today + timedelta(days=45),
            ticks=[Tick.INVESTIGATED.value] if whole else [],
            version=None,
            case_version=case.version,
            today=self._today,
            now=self._now,
        )
        duty.set_chain(
            session,
            case.id,
            [Link(1, None, "包案县领导", "县级"), Link(2, case.unit_id, "单位主要负责人", "部门")],
        )
        if not whole:
            return
        assert case.unit_id is not None
        plan: dict[str, Any] = {
            "kind": MeasureKind.POLICY,
            "text": "上门解读政策，听取意见",
            "unit_id": case.unit_id,
            "owner": "业务股",
            "due_on": self._today + timedelta(days=10),
        }
        duty.set_measure(
            session,
            case.id,
            plan | {"done_on": self._today, "evidence": "走访记录一份"},
            today=self._today,
        )
        duty.set_measure(
            session,
            case.id,
            plan | {"kind": MeasureKind.FUNDS, "text": "落实整改资金"},
            costs=[Cost(case.unit_id, 3_000_000, "责任单位承担")],
            today=self._today,
        )

    def letters(self) -> None:
        """Supervise two matters that are late: one letter sent, one still a draft."""
        with self._store.writing(_CLERK) as session:
            late = session.scalars(
                select(Case)
                .where(
                    Case.state.in_([S.FORWARDED, S.ACCEPTED]),
                    Case.due_on < self._today,
                    Case.unit_id.is_not(None),
                    Case.purpose != Purpose.ACCUSATION,
                )
                .order_by(Case.received_on.desc(), Case.id)
                .limit(2)
            ).all()
            for place, case in enumerate(late):
                whys = held(session, case.id, today=self._today)
                if all(each.trigger is not Trigger.OVERDUE for each in whys):
                    continue
                letter = supervision.draft_follow_up(
                    session,
                    case.id,
                    trigger=Trigger.OVERDUE,
                    rung=Rung.REMIND,
                    reason="",
                    today=self._today,
                    now=self._now,
                )
                if place == 0:
                    self._send(session, letter, case)

    def _send(self, session: Session, letter: int, case: Case) -> None:
        drafted = session.get_one(FollowUp, letter)
        supervision.send_follow_up(
            session,
            letter,
            text=drafted.text,
            unit_id=case.unit_id,
            due_on=None,
            version=drafted.version,
            today=self._today,
        )

    def look_back_and_sign_off(self) -> None:
        """Look back at what ended two days ago; ask for its sign-off, and give it to every other."""
        with self._store.writing(_CLERK) as session:
            ended = session.scalars(
                select(Case)
                .where(
                    Case.state == S.CLOSED,
                    Case.id.in_(self._used),
                    Case.closed_on > self._today - timedelta(days=20),
                )
                .order_by(Case.closed_on.desc(), Case.id)
                .limit(4)
            ).all()
            asked = [self._ask(session, case) for case in ended]
        with self._store.writing(_SECOND) as session:
            for sign_off_id in asked[::2]:
                sign_off.approve_sign_off(
                    session,
                    sign_off_id,
                    version=session.get_one(SignOff, sign_off_id).version,
                    today=self._today,
                    now=self._now,
                )

    def _ask(self, session: Session, case: Case) -> int:
        looked = {
            "done_on": self._today,
            "with_office": Satisfaction.SATISFIED,
            "with_unit": Satisfaction.FAIRLY,
            "outcome": "问题已解决，没有新的诉求",
        }
        supervision.do_look_back(session, case.id, looked, today=self._today, now=self._now)
        paper = sign_off.add_document(
            session,
            case.id,
            kind=DocumentKind.DECISION,
            number=f"处〔{self._today.year}〕{case.id}号",
            issued_on=case.answered_on or self._today,
            details={name: str(text) for name, text in _ANSWER.items() if name != "opinion"},
            today=self._today,
            now=self._now,
        )
        asked = sign_off.request_sign_off(
            session,
            case.id,
            result="整改到位，信访人认可",
            document_id=paper,
            performance=Performance.NONE,
            version=case.version,
            now=self._now,
        )
        sign_off.record_head_approval(
            session,
            asked,
            head_name="王局长",
            head_on=self._today,
            version=session.get_one(SignOff, asked).version,
            today=self._today,
        )
        return asked

    def _free(self, session: Session, state: CaseState) -> Iterator[Case]:
        """List the matters of a state that no way has used, the newest first."""
        found = session.scalars(
            select(Case)
            .where(
                Case.state == state,
                Case.unit_id.is_not(None),
                Case.purpose != Purpose.ACCUSATION,
            )
            .order_by(Case.received_on.desc(), Case.id)
        ).all()
        return (case for case in found if case.id not in self._used)

    def _can(
        self, session: Session, case: Case, step: Step, ago: int, values: Mapping[str, Any]
    ) -> bool:
        on = self._today - timedelta(days=ago)
        known, terms = facts.facts(session, case.id), facts.terms(session)
        return rules.blocked(step, known, terms, today=on) is None and not rules.step_problems(
            step, self._given(case, step, values), known, on=on, today=self._today
        )

    def _take(
        self, session: Session, case: Case, step: Step, ago: int, values: Mapping[str, Any]
    ) -> None:
        procedure.take_step(
            session,
            case.id,
            step,
            happened_on=self._today - timedelta(days=ago),
            values=self._given(case, step, values),
            version=case.version,
            today=self._today,
            now=self._now,
        )

    @staticmethod
    def _given(case: Case, step: Step, values: Mapping[str, Any]) -> dict[str, Any]:
        """Add to what a step says the unit that has the matter already."""
        return {**values, **({"unit_id": case.unit_id} if step is Step.ASSIGN else {})}
