"""An agenda with a matter of every kind, full of what must not reach the room; no test of its own."""

from datetime import date, timedelta

from sqlalchemy import text

from db.commands import batches, hotspots
from db.commands import cases as commands
from db.commands.cases import Opened
from db.engine import Store
from db.queries.handing import Wanted
from rules.case_terms import BatchKind
from rules.evaluation_terms import ApplicationRoute
from rules.meetings import ItemKind
from rules.people import Person
from rules.terms import Channel
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes, evaluations
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


def fill(store: Store, found: Opened, place: Place, *, today: date = TODAY) -> None:
    """Put a matter of every kind on the agenda of a meeting, and decide on each and on none.

    Every title and decision names its person, his phone and village.
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
        wanted = {"value": turned.id, "id": dispute.id}
        connection.execute(text("UPDATE disputes SET case_id = :value WHERE id = :id"), wanted)
        for name, each in ((JUDGED, of_judged), (CONTESTED, of_contested)):
            told = {"value": _title(name), "id": each.id}
            connection.execute(text("UPDATE evaluations SET title = :value WHERE id = :id"), told)
    for name, kind, reference in (
        (CASE, ItemKind.CASE, of_case.number),
        (GROUPED, ItemKind.HOTSPOT, hotspot),
        (HANDED, ItemKind.BATCH, batch),
        (JUDGED, ItemKind.EVALUATION, of_judged.number),
        (PARTY, ItemKind.DISPUTE, dispute.number),
        (CONTESTED, ItemKind.EVALUATION, of_contested.number),
        ("", ItemKind.TEXT, f"{TURNED}在{VILLAGE}的诉求"),
    ):
        item = m.item(store, found, kind, reference)
        if name:
            m.decide(store, found, place.department, text=_decision(name), item_id=item)
    for name in PEOPLE:
        m.decide(store, found, place.department, text=f"不按议题，{_decision(name)}")


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
