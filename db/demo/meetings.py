"""The demo's meetings: two of the joint meeting, the second opening with what the first decided."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands import meeting_briefings as briefings
from db.commands import meeting_decisions as decisions
from db.commands import meetings as commands
from db.commands import slides
from db.commands.cases import NewFile
from db.commands.meetings import Planned
from db.commands.snapshots import take_snapshot
from db.models.cases import Case
from db.models.hotspots import Hotspot
from db.models.meetings import Decision, Meeting
from db.queries import leaders
from db.queries.situation_scope import Asked
from db.queries.units import resolve_units
from rules.briefings import HearingBody
from rules.cases import accusing_word
from rules.meetings import Came, ItemKind, MeetingKind, Presence, Verdict
from rules.periods import calendar_days
from rules.terms import Purpose

_DAY = timedelta(days=1)
_UNITS = ("县住房和城乡建设局", "县人力资源和社会保障局", "县自然资源和规划局", "城关镇")
_BEFORE = 30
_CLOCK = "Asia/Shanghai"
_EVIDENCE = NewFile("落实情况.txt", "整改方案已经印发，正在逐项落实。".encode())


def load(session: Session, *, today: date, now: datetime) -> int:
    """Hold two meetings, a month ago and today; returns how many."""
    by_name = resolve_units(session)
    units = tuple(by_name[name] for name in _UNITS if name in by_name)
    chair = leaders.leaders(session)[0].id
    first = _hold(session, units, chair, on=today - _BEFORE * _DAY, now=now - _BEFORE * _DAY)
    last = _hold(session, units, chair, on=today, now=now, opened=False)
    _agenda(session, last)
    _heard(session, today=today, now=now)
    _decided(session, first, units, on=today - _BEFORE * _DAY, now=now - _BEFORE * _DAY)
    commands.open_meeting(session, last, version=_version(session, last), today=today, now=now)
    session.flush()
    decisions.record_decision(
        session,
        last,
        unit_ids=units[:1],
        due_on=today + 12 * _DAY,
        text="拿出物业收费整改方案",
        line=f"{_UNITS[0]} 12日内 拿出物业收费整改方案",
        now=now,
    )
    return 2


def project(session: Session, *, today: date, now: datetime) -> None:
    """Put the second meeting up in the room, on a snapshot of the year up to the day.

    Comes last of all: it keeps what the county has come to.
    """
    last = session.scalars(select(Meeting.id).order_by(Meeting.id.desc()).limit(1)).one()
    year = Asked(calendar_days(date(today.year, 1, 1), "year"))
    clock = ZoneInfo(_CLOCK)
    number = take_snapshot(session, year, meeting_id=last, today=today, now=now, clock=clock)
    slides.put_up(session, last, snapshot=number, version=0, now=now)


def _hold(
    session: Session,
    units: tuple[int, ...],
    chair: int,
    *,
    on: date,
    now: datetime,
    opened: bool = True,
) -> int:
    made = commands.add_meeting(
        session,
        Planned(
            kind=MeetingKind.JOINT,
            title=f"{on.year}年{on.month}月信访工作联席会议",
            held_on=on,
            place="县委二楼会议室",
            chair_id=chair,
            unit_ids=units,
        ),
        now=now,
    )
    came = [Came(key, Presence.PRESENT) for key in units[:-1]]
    came.append(Came(units[-1], Presence.SUBSTITUTE, "副镇长 何川"))
    commands.record_attendance(session, made.id, came, version=len(units))
    session.flush()
    if opened:
        version = _version(session, made.id)
        commands.open_meeting(session, made.id, version=version, today=on, now=now)
    return made.id


def _agenda(session: Session, meeting_id: int) -> None:
    titles = session.execute(
        select(Case.number, Case.title)
        .where(Case.unit_id.is_not(None), Case.purpose.is_distinct_from(Purpose.ACCUSATION))
        .order_by(Case.id.desc())
        .limit(20)
    )
    numbers = [number for number, title in titles if not accusing_word(title)][:2]
    names = session.scalars(select(Hotspot.name).order_by(Hotspot.id).limit(1)).all()
    for kind, reference in (
        (ItemKind.TEXT, "通报上月信访形势"),
        *((ItemKind.HOTSPOT, name) for name in names),
        *((ItemKind.CASE, number) for number in numbers),
    ):
        version = _version(session, meeting_id)
        commands.add_item(session, meeting_id, kind, reference, version=version)


def _decided(
    session: Session, meeting_id: int, units: tuple[int, ...], *, on: date, now: datetime
) -> None:
    """Three decisions of the first meeting: one done, one running, one late."""
    made = [
        decisions.record_decision(
            session, meeting_id, unit_ids=[unit], due_on=on + days * _DAY, text=text, now=now
        )[0]
        for unit, days, text in zip(
            units,
            (20, 45, 25),
            ("完成幸福小区积水点改造", "清理拖欠农民工工资台账", "办结两宗征地补偿积案"),
            strict=False,
        )
    ]
    done_on, done_at = on + 18 * _DAY, now + 18 * _DAY
    report = decisions.report_decision(
        session,
        made[0],
        text="积水点已改造完成，现场验收合格",
        file=_EVIDENCE,
        limit_mb=1,
        version=session.get_one(Decision, made[0]).version,
        today=done_on,
        now=done_at,
    )
    decisions.judge_report(
        session,
        report,
        Verdict.ACCEPTED,
        version=session.get_one(Decision, made[0]).version,
        now=done_at,
    )
    session.flush()


def _heard(session: Session, *, today: date, now: datetime) -> None:
    for body, days in ((HearingBody.COMMITTEE, 5), (HearingBody.GOVERNMENT, 100)):
        briefings.record_briefing(
            session,
            body,
            unit_id=None,
            held_on=today - days * _DAY,
            subject="听取全县信访工作情况汇报",
            today=today,
            now=now,
        )


def _version(session: Session, meeting_id: int) -> int:
    session.flush()
    return session.get_one(Meeting, meeting_id).version
