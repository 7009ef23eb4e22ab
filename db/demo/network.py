"""The network of the sweep in the made-up county: that of 嘉荫, a few changes of it not yet on file."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands import network
from db.demo import places
from db.models.network import NetworkFiling
from db.models.units import Unit
from rules.dispute_terms import NodeKind
from rules.terms import UnitKind

K = NodeKind
GRID_WORKERS = 198  # S2-36
# S2-40 has two firms of lawyers.
FIRMS = ("县第一律师事务所", "县正和律师事务所")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢"
_GIVEN = ("建国", "秀英", "志强", "桂兰", "海涛", "丽华", "永福", "春梅", "德明")
_GROUPS = ("一组", "二组", "三组")
_UNFILED = 3


def load(session: Session, *, today: date, now: datetime) -> int:
    """Enter who stands where in the 9 townships of the network; returns how many entries."""
    since = today - timedelta(days=400)
    units = session.execute(select(Unit.id, Unit.name, Unit.kind, Unit.parent_id)).all()
    towns = {row.id: row.name for row in units if row.name in places.NETWORKED}
    villages = [row for row in units if row.kind is UnitKind.VILLAGE and row.parent_id in towns]
    county = next(row.id for row in units if row.kind is UnitKind.COUNTY)
    made = 0

    def add(kind: NodeKind, unit_id: int, name: str, **given: object) -> None:
        nonlocal made
        network.add_node(
            session,
            kind=kind,
            unit_id=unit_id,
            name=name,
            valid_from=since,
            now=now - timedelta(days=400 - made // 2),
            **given,  # type: ignore[arg-type]
        )
        made += 1

    for firm in FIRMS:
        add(K.LAW_FIRM, county, firm)
    for unit_id, name in towns.items():
        add(K.JOINT_MEETING, unit_id, f"{name}信访工作联席会议")
        add(K.JUSTICE_OFFICE, unit_id, f"{name}司法所")
        add(K.POLICE_STATION, unit_id, f"{name}派出所")
        add(K.MEDIATION_ROOM, unit_id, f"{name}司法矛盾调解室")
        add(K.PETITION_CLERK, unit_id, _person(made), full_time=True)
        add(K.ELDERS, unit_id, _person(made), full_time=False)
    # The last villages have two groups each, so that there are as many grid workers as in S2-36.
    wide = GRID_WORKERS - 2 * len(villages)
    for place, village in enumerate(villages):
        add(K.MEDIATION_GROUP, village.id, f"{village.name}矛盾调处小组")
        add(K.INFORMATION_CLERK, village.id, _person(made), full_time=False)
        for group in _GROUPS[: 3 if place < wide else 2]:
            add(K.GRID_WORKER, village.id, _person(made), grid=group, full_time=place % 4 == 0)
    session.flush()
    filings = session.scalars(select(NetworkFiling.id).order_by(NetworkFiling.id)).all()
    for filing_id in filings[:-_UNFILED]:
        network.confirm_filing(session, filing_id, today=since)
    return made


def _person(number: int) -> str:
    return f"{_SURNAMES[number % len(_SURNAMES)]}{_GIVEN[number % len(_GIVEN)]}"
