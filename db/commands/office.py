"""What the office sets: parameters, code lists, the calendar, special periods, and the first seed."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from importlib.metadata import version

import chinese_calendar
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from db import audit
from db.commands import clocks
from db.engine import cipher_of
from db.models.audit import LedgerHead
from db.models.disputes import DisputeClass
from db.models.office import CalendarDay, CalendarYear, Code, ParameterValue, SpecialPeriod
from db.scope import actor_of
from rules import deadlines, policy
from rules.disputes import DEFAULT_CLASSES
from rules.errors import Conflict, Invalid, Missing, Problem
from rules.permissions import Action
from rules.terms import AuditAction
from rules.workdays import SpecialDay

# 内容分类 level 1: the older official seventeen and the names since the 2018 reform
# (domain.md 6.5); a county imports its own three levels over them.
FIRST_CODES = [
    "城乡建设",
    "农村农业",
    "政法",
    "教育文体",
    "劳动和社会保障",
    "民政",
    "党务政务",
    "经济管理",
    "卫生计生",
    "商贸旅游",
    "环境保护",
    "交通运输",
    "纪检监察",
    "国土资源",
    "科技与信息产业",
    "组织人事",
    "自然资源",
    "卫生健康",
    "市场监管",
    "应急管理",
    "退役军人事务",
    "其他",
]


_FESTIVALS = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


def seed(session: Session, *, now: datetime) -> bool:
    """Fill what every store holds from its first day; returns False when it was there already.

    The field key's check, the first level of 内容分类, with which the classes of disputes are
    compared, and the holidays chinesecalendar knows.
    """
    head = session.get(LedgerHead, 1)
    assert head is not None, "migrate comes first"
    if head.key_check is not None:
        return False
    head.key_check = cipher_of(session).check()
    first = {label: Code(label=label, level=1, path=label) for label in FIRST_CODES}
    session.add_all(first.values())
    session.flush()
    for kind in session.scalars(select(DisputeClass)):
        if (code := first.get(DEFAULT_CLASSES.get(kind.name, ""))) is not None:
            kind.code_id = code.id
    years = seed_calendar(session)
    audit.record(session, AuditAction.CREATE, "store", None, calendar_years=years, at=now)
    return True


def seed_calendar(session: Session) -> str:
    """Take in the years chinesecalendar knows and the store does not; returns them as a range.

    A day stands in the table only where it is not what its weekday says, or has a name.
    """
    known = set(session.scalars(select(CalendarYear.year)))
    holidays, workdays = chinese_calendar.constants.holidays, chinese_calendar.constants.workdays
    years = sorted({day.year for day in holidays} - known)
    rows = [
        {"day": day, "workday": worked, "name": _FESTIVALS[str(name)]}
        for table, worked in ((holidays, False), (workdays, True))
        for day, name in table.items()
        if day.year in years
    ]
    if rows:
        session.execute(insert(CalendarDay), rows)
        source = f"chinesecalendar {version('chinesecalendar')}（国务院办公厅节假日安排）"
        session.execute(insert(CalendarYear), [{"year": y, "source": source} for y in years])
    return f"{years[0]}-{years[-1]}" if years else ""


def set_parameter(
    session: Session, key: str, text: str, *, valid_from: date, reason: str, now: datetime
) -> None:
    """Set the county's own value from a day on; one that was set for the same day is replaced.

    Raises Invalid when the value is of the wrong form.
    """
    actor = actor_of(session)
    actor.require(Action.MANAGE_PARAMETERS)
    policy.parse(key, text)
    if len(text.strip()) > 500:
        raise Invalid([Problem("value", "参数值最多 500 个字")])
    if len(reason) > 200:
        raise Invalid([Problem("reason", "依据最多 200 个字")])
    found = session.scalar(
        select(ParameterValue).where(
            ParameterValue.key == key, ParameterValue.valid_from == valid_from
        )
    )
    if found is None:
        found = ParameterValue(key=key, valid_from=valid_from)
        session.add(found)
    found.value, found.reason = text.strip(), reason
    found.set_by, found.set_at = actor.name, now.astimezone(UTC)
    if key in deadlines.PARAMETERS:
        clocks.unwind_open(session)


def remove_future_parameter(session: Session, key: str, *, valid_from: date, today: date) -> None:
    """Take back a value that has not begun; one that has is history and stays."""
    actor_of(session).require(Action.MANAGE_PARAMETERS)
    if valid_from <= today:
        raise Invalid([Problem("valid_from", "已经生效的参数值不能删除，请另设一个新值")])
    found = session.scalar(
        select(ParameterValue).where(
            ParameterValue.key == key, ParameterValue.valid_from == valid_from
        )
    )
    if found is not None:
        session.delete(found)
        clocks.unwind_open(session)


def set_day(session: Session, day: date, *, workday: bool, name: str) -> None:
    """Say that a day is a holiday, or a weekend that is worked (调休)."""
    actor_of(session).require(Action.MANAGE_CALENDAR)
    _set_days(session, [SpecialDay(day, workday, name)])


def clear_day(session: Session, day: date) -> None:
    """Let a day be again what its weekday says."""
    actor_of(session).require(Action.MANAGE_CALENDAR)
    found = session.get(CalendarDay, day)
    if found is not None:
        session.delete(found)
        clocks.unwind_open(session)


def add_year(session: Session, year: int, source: str, *, days: Iterable[SpecialDay] = ()) -> None:
    """Mark a year as known, with the days its notice names; others set before stay."""
    actor_of(session).require(Action.MANAGE_CALENDAR)
    source = source.strip()
    problems = []
    if not 2000 <= year <= 2100:
        problems.append(Problem("year", f"年份 {year} 应在 2000 到 2100 之间"))
    if not source:
        problems.append(Problem("source", "请填写来源，例如通知的文号"))
    elif len(source) > 200:
        problems.append(Problem("source", "来源最多 200 个字"))
    if problems:
        raise Invalid(problems)
    found = session.get(CalendarYear, year)
    if found is None:
        session.add(CalendarYear(year=year, source=source))
    else:
        found.source = source
    _set_days(session, days)


def _set_days(session: Session, days: Iterable[SpecialDay]) -> None:
    clocks.unwind_open(session)
    for special in days:
        name = special.name.strip()
        if not name:
            raise Invalid([Problem("name", f"请填写 {special.day} 的名称，例如国庆节")])
        if len(name) > 60:
            raise Invalid([Problem("name", "名称最多 60 个字")])
        found = session.get(CalendarDay, special.day)
        if found is None:
            session.add(CalendarDay(day=special.day, workday=special.workday, name=name))
        else:
            found.workday, found.name = special.workday, name


def add_period(
    session: Session, name: str, *, first_on: date, last_on: date, note: str = ""
) -> int:
    """Add a 特护期, both ends in, and return its id; it may overlap others."""
    actor_of(session).require(Action.MANAGE_CALENDAR)
    _check_period(name.strip(), first_on, last_on, note)
    period = SpecialPeriod(name=name.strip(), first_on=first_on, last_on=last_on, note=note.strip())
    session.add(period)
    session.flush()
    return period.id


def change_period(
    session: Session,
    period_id: int,
    *,
    version: int,
    name: str,
    first_on: date,
    last_on: date,
    note: str,
) -> None:
    """Change a 特护期, unless somebody has since `version` was read."""
    period = _period(session, period_id, version)
    _check_period(name.strip(), first_on, last_on, note)
    period.name, period.note = name.strip(), note.strip()
    period.first_on, period.last_on = first_on, last_on


def remove_period(session: Session, period_id: int, *, version: int) -> None:
    """Remove a 特护期; the audit chain keeps what it was."""
    session.delete(_period(session, period_id, version))


def _period(session: Session, period_id: int, version: int) -> SpecialPeriod:
    actor_of(session).require(Action.MANAGE_CALENDAR)
    period = session.get(SpecialPeriod, period_id)
    if period is None:
        raise Missing("该特护期不存在，可能已被他人删除")
    if period.version != version:
        raise Conflict(f"特护期“{period.name}”已被他人修改，请核对后重新提交")
    return period


def _check_period(name: str, first_on: date, last_on: date, note: str) -> None:
    problems = []
    if not name:
        problems.append(Problem("name", "请填写特护期名称，例如全国两会"))
    elif len(name) > 60:
        problems.append(Problem("name", "特护期名称最多 60 个字"))
    if last_on < first_on:
        problems.append(Problem("last_on", f"结束日期 {last_on} 早于开始日期 {first_on}"))
    if len(note) > 200:
        problems.append(Problem("note", "说明最多 200 个字"))
    if problems:
        raise Invalid(problems)
