"""An agenda with a matter of every kind, full of what must not reach the room; no test of its own."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text

from db.commands import batches, hotspots
from db.commands import cases as commands
from db.commands import slides as commands_of_slides
from db.commands.cases import Opened
from db.commands.snapshots import take_snapshot
from db.engine import Store
from db.queries.handing import Wanted
from db.queries.situation_scope import Asked
from rules.case_terms import BatchKind
from rules.evaluation_terms import ApplicationRoute
from rules.meetings import ItemKind
from rules.panel_terms import Inserted
from rules.people import Person
from rules.slides import live_days
from rules.terms import Channel
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes, evaluations, slides
from tests.db import meetings as m
from tests.db.evaluations import Place

# Whoever brought or is party to: a case, one of a hotspot, of a batch, of an evaluation, a dispute,
# a dispute that is evaluated, and the case a dispute became.
CASE, GROUPED, HANDED, JUDGED, PARTY, CONTESTED, TURNED = PEOPLE = (
    *("欧阳锋", "慕容复海", "诸葛正我", "上官金虹"),
    *("令狐冲虚", "独孤求败", "司马长风"),
)
PHONE, ID_NUMBER, VILLAGE = "13900001234", "11010519491231002X", "幸福村"
SECRETS = (*PEOPLE, PHONE, ID_NUMBER, VILLAGE)


def fill(store: Store, found: Opened, place: Place, *, today: date = TODAY) -> dict[str, str]:
    """Put a matter of every kind on the agenda of a meeting, and decide on each and on none.

    Every title and decision names its person, his phone and village. Returns what names the
    matter of each of these people.
    """
    of_case, grouped, handed, judged, turned = (
        _case(store, name, place, today) for name in (CASE, GROUPED, HANDED, JUDGED, TURNED)
    )
    hotspot, batch = f"{GROUPED}等反映{VILLAGE}污水", f"{HANDED}等积案"
    with store.writing(OFFICE) as session:
        given = {"name": hotspot, "place": f"{VILLAGE}3组"}
        hotspots.open_hotspot(session, given, case_ids=[grouped.id], today=today, now=NOW)
        batch_id = batches.open_batch(
            session,
            name=batch,
            kind=BatchKind.REPEATED,
            meeting="",
            held_on=today,
            due_on=today + timedelta(days=30),
            today=today,
            now=NOW,
        )
        batches.add_cases(session, batch_id, [Wanted(handed.id)], today=today, now=NOW)
    evaluations.answered(store, judged)
    of_judged = evaluations.apply(store, judged, place.department)
    title = f"%s与邻居在{VILLAGE}的宅基地纠纷"
    dispute, contested = (
        disputes.add(store, place.village, title=title % name, people=[Person(name, PHONE)])
        for name in (PARTY, CONTESTED)
    )
    of_contested = evaluations.apply(store, contested, place.town, route=ApplicationRoute.PARTY)
    with store.engine.begin() as connection:
        became = {"value": turned.id, "id": dispute.id}
        connection.execute(text("UPDATE disputes SET case_id = :value WHERE id = :id"), became)
        for name, each in ((JUDGED, of_judged), (CONTESTED, of_contested)):
            told = {"value": _title(name), "id": each.id}
            connection.execute(text("UPDATE evaluations SET title = :value WHERE id = :id"), told)
    wanted = {
        CASE: (ItemKind.CASE, of_case.number),
        GROUPED: (ItemKind.HOTSPOT, hotspot),
        HANDED: (ItemKind.BATCH, batch),
        JUDGED: (ItemKind.EVALUATION, of_judged.number),
        PARTY: (ItemKind.DISPUTE, dispute.number),
        CONTESTED: (ItemKind.EVALUATION, of_contested.number),
    }
    for name, (kind, reference) in wanted.items():
        item = m.item(store, found, kind, reference)
        m.decide(store, found, place.department, text=_decision(name), item_id=item)
    m.item(store, found, ItemKind.TEXT, f"{TURNED}在{VILLAGE}的诉求")
    for name in PEOPLE:
        m.decide(store, found, place.department, text=f"不按议题，{_decision(name)}")
    return {name: reference for name, (_, reference) in wanted.items()}


def projected(store: Store, place: Place, *, today: date = TODAY, now: datetime = NOW) -> Opened:
    """A meeting with all that it can show between its panels, up in the room on its snapshot."""
    last, found = (
        m.opened(store, place.department, held_on=day, title=f"{CASE}的诉求")
        for day in (today - timedelta(days=9), today)
    )
    matters = fill(store, found, place, today=today)
    item = m.item(store, last, ItemKind.HOTSPOT, matters[GROUPED])
    m.decide(store, last, place.department, text=_decision(GROUPED), item_id=item)
    slides.change(store, found, "add_agenda")
    (hotspot,) = (row.hotspot_id for row in m.seen(store, found).items if row.hotspot_id)
    slides.add(store, found, Inserted.HOTSPOT, hotspot_id=hotspot)
    slides.add(store, found, Inserted.MAP)
    slides.add(store, found, Inserted.ROSTER)
    for name in (JUDGED, CONTESTED):
        slides.add(store, found, Inserted.EVALUATION, evaluation=matters[name])
    words = f"联系{PHONE}\n{ID_NUMBER}\n{VILLAGE}的{PARTY}"
    slides.add(store, found, Inserted.TEXT, title=f"重点：{CONTESTED}", text=words)
    with store.writing(OFFICE) as session:
        number = take_snapshot(
            session,
            Asked(live_days(today)),
            meeting_id=found.id,
            today=today,
            now=now,
            clock=ZoneInfo("Asia/Shanghai"),
        )
        commands_of_slides.put_up(session, found.id, snapshot=number, version=0, now=now)
    return found


def _title(name: str) -> str:
    return f"{name}反映{VILLAGE}占道"


def _decision(name: str) -> str:
    return f"到{VILLAGE}答复{name}，联系{PHONE}"


def _case(store: Store, name: str, place: Place, today: date) -> Opened:
    values = {
        "title": _title(name),
        "content": f"{name}，电话{PHONE}，身份证{ID_NUMBER}，住{VILLAGE}3组",
        "channel": Channel.VISIT,
        "people": 12,
        "received_on": today,
        "township_id": place.town,
        "unit_id": place.department,
    }
    people = [Person(name, PHONE, address=f"{VILLAGE}3组")]
    with store.writing(OFFICE) as session:
        return commands.open_case(session, values, people=people, today=today, now=NOW)
