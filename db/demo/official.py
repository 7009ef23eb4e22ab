"""The demo's numbers of superiors: a source's falls of 2021 against 2020 (S1-34) and its people (S1-02).

The source tells by how much 进京 and 到省 fell and not from which number: the base is made up.
"""

from datetime import date, datetime

from sqlalchemy.orm import Session

from db.commands import official as commands
from db.commands.official import Line

_BASE = 400
# 进京 fell by 50 %, 到省 by 45 %.
VISITS = {
    2020: {"capital_visits": _BASE, "province_visits": _BASE},
    2021: {"capital_visits": _BASE // 2, "province_visits": _BASE * 55 // 100},
}
POPULATION = 1_480_000
_SOURCE = "演示数据（{}年；原文只写降幅，基数为设定）"


def load(session: Session, *, today: date, now: datetime) -> int:
    """Enter the numbers with the year they are of; returns how many."""
    written = 0
    for year, values in VISITS.items():
        written += commands.enter(
            session,
            [Line(key, value) for key, value in values.items()],
            first_on=date(year, 1, 1),
            last_on=date(year, 12, 31),
            source=_SOURCE.format(year),
            today=today,
            now=now,
        )
    told = date(2020, 12, 31)
    return written + commands.enter(
        session,
        [Line("population", POPULATION)],
        first_on=told,
        last_on=told,
        source="演示数据（2020年末，原文148万）",
        today=today,
        now=now,
    )
