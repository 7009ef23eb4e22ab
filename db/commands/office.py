"""What the office sets: parameters, code lists, the calendar, special periods, and the first seed."""

from datetime import UTC, date, datetime
from importlib.metadata import version

import chinese_calendar
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from db import audit
from db.engine import cipher_of
from db.models.audit import LedgerHead
from db.models.office import CalendarDay, CalendarYear, Code, ParameterValue
from db.scope import actor_of
from rules import policy
from rules.errors import Invalid, Problem
from rules.permissions import Action
from rules.terms import AuditAction

# 内容分类 level 1: the older official seventeen and the names since the 2018 reform
# (domain.md 6.5); a county imports its own three levels over them.
FIRST_CODES = ["城乡建设", "农村农业", "政法", "教育文体", "劳动和社会保障", "民政", "党务政务", "经济管理", "卫生计生", "商贸旅游", "环境保护", "交通运输", "纪检监察", "国土资源", "科技与信息产业", "组织人事", "自然资源", "卫生健康", "市场监管", "应急管理", "退役军人事务", "其他"]


_FESTIVALS = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


def seed(session: Session, *, now: datetime) -> bool:
    """Fill what every store holds from its first day; returns False when it was there already.

    The field key's check, the first level of 内容分类, and the holidays chinesecalendar knows.
    """
    head = session.get(LedgerHead, 1)
    assert head is not None, "migrate comes first"
    if head.key_check is not None:
        return False
    head.key_check = cipher_of(session).check()
    for label in FIRST_CODES:
        session.add(Code(label=label, level=1, path=label))
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
        source = f"chinesecalendar {version('chinesecalendar')}(国务院办公厅节假日安排)"
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
