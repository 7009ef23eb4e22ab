"""Counties as tests of the sweep need them: 63 townships, and 嘉荫 with its 9 townships, 73 villages."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.commands import sweep_rounds
from db.engine import Store
from rules.permissions import SYSTEM
from rules.terms import UnitKind
from tests.conftest import NOW, TODAY

CLOCK = ZoneInfo("Asia/Shanghai")
MakeUnit = Callable[..., int]


def at(day: date, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    """A moment on the office's clock."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=CLOCK)


MORNING = at(TODAY, 10)


def jiayin(make_unit: MakeUnit) -> dict[str, int]:
    """9 townships with 73 villages under a county (seed S2-35); the ids by name."""
    county = make_unit("嘉荫县", kind=UnitKind.COUNTY)
    ids = {"嘉荫县": county}
    for number in range(9):
        town = f"第{number + 1}乡"
        ids[town] = make_unit(town, parent=county, kind=UnitKind.TOWNSHIP)
        for place in range(8 + (number == 0)):
            village = f"{town}{place + 1}村"
            ids[village] = make_unit(village, parent=ids[town], kind=UnitKind.VILLAGE)
    return ids


def keep_up(
    store: Store,
    *,
    today: date = TODAY,
    now: datetime | None = None,
    until: date | None = None,
) -> sweep_rounds.Kept:
    """Make and close the rounds as a look on that day does."""
    moment = now or (NOW if today == TODAY else at(today))
    with store.writing(SYSTEM) as session:
        return sweep_rounds.keep_up(
            session,
            until=until or today + timedelta(days=31),
            today=today,
            now=moment,
            clock=CLOCK,
        )
