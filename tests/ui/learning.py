"""A county's classes learnt by their names, for tests of what is suggested; no test of its own."""

from db.commands import codes
from db.engine import Store
from db.queries.codes import resolve_codes
from rules.permissions import SYSTEM
from tests.conftest import NOW, TODAY
from ui import classes

WATER, ROAD, WAGES = "水务", "交通", "劳动"
_BELOW = {
    WATER: ("自来水", "饮水", "水源", "管网", "水压", "水表", "水质", "水库", "河道", "水费"),
    ROAD: ("道路", "公路", "桥梁", "路灯", "公交", "路面", "停车", "客运", "机耕道", "货运"),
    WAGES: ("工资", "养老", "社保", "就业", "工伤", "失业", "退休", "欠薪", "招工", "培训"),
}


def learn(store: Store) -> dict[str, int]:
    """Take in three classes with ten below each and learn them; returns the ids by label."""
    with store.writing(SYSTEM) as session:
        rows = [(label, f"{name}问题", "") for label, names in _BELOW.items() for name in names]
        codes.import_codes(session, rows)
    assert classes.catch_up(store, today=TODAY, now=NOW)
    with store.reading(SYSTEM) as session:
        return resolve_codes(session)
