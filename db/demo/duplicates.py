"""Like cases of the demo office: a matter that came again, one written down twice, one of several people.

Made and decided by the commands; a few pairs are left for whoever looks around to decide on.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands import cases, duplicates
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.units import Unit
from rules.case_terms import SameKind
from rules.people import Person
from rules.permissions import Actor
from rules.terms import Channel, Purpose, Role, UnitKind

_CLERK = Actor(None, "演示联席办", frozenset({Role.OFFICE}))

_ROAD = "村口水泥路被重车压坏，坑洼近百米，雨天学生上学要绕行，请求修复并限载。"
_FEE = "小区物业费从每平方米一元二涨到一元八，没有征求业主意见，要求公开收支、退还多收部分。"
_WELL = "机井电机烧坏两个月没有修，三百亩玉米浇不上水，请求尽快维修。"
# Each pair: what is decided of it, if anything, and its two matters, the earlier one first:
# title, content, who, his phone, how many days ago, channel, people.
_PAIRS: list[tuple[SameKind | None, Sequence[tuple[str, str, str, str, int, Channel, int]]]] = [
    (
        None,
        (
            ("通村水泥路被重车压坏", _ROAD, "韩桂兰", "13900010001", 24, Channel.PHONE, 1),
            ("通村水泥路被重车压坏一直没修", _ROAD, "韩桂兰", "13900010001", 3, Channel.VISIT, 1),
        ),
    ),
    (
        None,
        (
            ("阳光花园物业费上涨未征求意见", _FEE, "邹建平", "13900010002", 2, Channel.VISIT, 1),
            ("阳光花园物业费上涨没有征求意见", _FEE, "邹建平", "13900010002", 2, Channel.VISIT, 1),
        ),
    ),
    (
        None,
        (
            ("机井电机烧坏玉米浇不上水", _WELL, "庞志强", "13900010003", 5, Channel.WEB, 12),
            ("机井电机烧坏，玉米浇不上水", _WELL, "裴秀英", "13900010004", 4, Channel.LETTER, 8),
        ),
    ),
    (
        SameKind.DOUBLE,
        (
            (
                "老车站公厕夜间不开放",
                "夜里赶车没有厕所可用。",
                "龙海",
                "13900010005",
                9,
                Channel.PHONE,
                1,
            ),
            (
                "老车站公厕夜间不开放",
                "夜里赶车没有厕所可用。",
                "龙海",
                "13900010005",
                9,
                Channel.PHONE,
                1,
            ),
        ),
    ),
    (
        SameKind.SHARED,
        (
            ("河堤路路灯整段不亮", "晚上出行不安全。", "文国庆", "13900010006", 12, Channel.WEB, 3),
            (
                "河堤路路灯一整段都不亮",
                "晚上出行很不安全。",
                "申丽",
                "13900010007",
                8,
                Channel.WEB,
                6,
            ),
        ),
    ),
]


def resemble(store: Store, *, today: date, now: datetime) -> int:
    """Register the pairs and decide on some of them; returns how many cases that makes."""
    with store.writing(_CLERK) as session:
        towns = select(Unit.id).where(Unit.kind == UnitKind.TOWNSHIP).order_by(Unit.id)
        township_id = session.scalars(towns.limit(1)).one()
        for kind, matters in _PAIRS:
            first, second = matters
            earlier = _open(session, first, township_id, None, today=today, now=now)
            # As quick entry marks what nobody has said anything of.
            like = earlier.id if kind is None else None
            later = _open(session, second, township_id, like, today=today, now=now)
            if kind is not None:
                _decide(session, later, earlier, kind, today=today, now=now)
    return 2 * len(_PAIRS)


def _open(
    session: Session,
    matter: tuple[str, str, str, str, int, Channel, int],
    township_id: int,
    suspect_of: int | None,
    *,
    today: date,
    now: datetime,
) -> Opened:
    title, content, name, phone, ago, channel, count = matter
    values: dict[str, Any] = {
        "title": title,
        "content": content,
        "channel": channel,
        "purpose": Purpose.REQUEST,
        "people": count,
        "township_id": township_id,
        "received_on": today - timedelta(days=ago),
    }
    people = [Person(name, phone)]
    return cases.open_case(
        session, values, people=people, today=today, now=now, suspect_of=suspect_of
    )


def _decide(
    session: Session,
    later: Opened,
    earlier: Opened,
    kind: SameKind,
    *,
    today: date,
    now: datetime,
) -> None:
    duplicates.decide_pair(
        session,
        later.id,
        earlier.id,
        kind=kind,
        reason="电话核实过",
        version=session.get_one(Case, later.id).version,
        other_version=session.get_one(Case, earlier.id).version,
        today=today,
        now=now,
    )
