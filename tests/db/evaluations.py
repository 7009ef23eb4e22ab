"""A small county with a pool, and an evaluation brought along its way; no test of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from db.commands import evaluation_meetings as meetings
from db.commands import evaluation_panels as panels
from db.commands import evaluations, evaluators
from db.commands.cases import Opened
from db.commands.evaluations import Application
from db.engine import Store
from db.models.cases import Case
from db.models.evaluations import Evaluation, EvaluatorCategory
from db.queries import evaluations as queries
from db.queries.evaluations import EvaluationFile
from rules.evaluation_admission import Met
from rules.evaluation_notices import Notice
from rules.evaluation_terms import ApplicationRoute, Condition, Objector
from rules.permissions import Actor
from rules.terms import CaseState, UnitKind
from tests.conftest import NOW, OFFICE, TODAY

DAY = timedelta(days=1)
SEATS = {"党代表": 1, "人大代表": 1, "政协委员": 1, "法律工作者": 2, "专业人员": 2}
SEATS |= {"新闻工作者": 1, "村居代表、乡贤": 1}
MET = Met(met=True, evidence="住建信复〔2026〕12号", who="王主任", on=TODAY)


@dataclass(frozen=True, slots=True)
class Place:
    """A county with a township, its village and a department, each with a platform or above it."""

    county: int
    town: int
    village: int
    department: int
    other: int


def build(store: Store, make_unit: Callable[..., int], *, each: int = 3) -> Place:
    """Make the county, its platforms, and a pool with `each` of every category and three more."""
    county = make_unit("本县", kind=UnitKind.COUNTY)
    town = make_unit("城关镇", parent=county, kind=UnitKind.TOWNSHIP)
    place = Place(
        county,
        town,
        make_unit("幸福村", parent=town, kind=UnitKind.VILLAGE),
        make_unit("县住房和城乡建设局", parent=county),
        make_unit("县财政局", parent=county),
    )
    with store.writing(OFFICE) as session:
        for unit_id, name in ((county, "县"), (town, "城关镇"), (place.department, "住建局")):
            evaluators.set_panel(session, unit_id, name=f"{name}评价小组", office="办公室")
        for category in session.scalars(select(EvaluatorCategory)).all():
            for number in range(each):
                name = f"{category.name[:2]}员{'甲乙丙丁戊己庚辛'[number]}"
                values = {"name": name, "category_id": category.id, "unit_id": place.other}
                evaluators.add_evaluator(session, values, phone="13800001234")
    return place


def categories(store: Store) -> dict[str, int]:
    """The ids of the categories by name."""
    with store.reading(OFFICE) as session:
        rows = session.execute(select(EvaluatorCategory.name, EvaluatorCategory.id))
        return {row[0]: row[1] for row in rows}


def answered(store: Store, case: Opened) -> None:
    """Say that a case was answered, as a ledger would have brought it."""
    with store.writing(OFFICE) as session:
        session.execute(update(Case).where(Case.id == case.id).values(state=CaseState.ANSWERED))


def application(case: Opened, unit_id: int, **given: Any) -> Application:
    """An application of a township or department to the county, unless told otherwise."""
    values: dict[str, Any] = {
        "route": ApplicationRoute.UNIT,
        "unit_id": unit_id,
        "matter": case.number,
        "title": "某小区物业收费",
        "claims": "退还多收的物业费",
        "applied_on": TODAY,
        **given,
    }
    return Application(**values)


def apply(store: Store, case: Opened, unit_id: int, *, by: Actor = OFFICE, **given: Any) -> Opened:
    """Apply for the evaluation of a case."""
    with store.writing(by) as session:
        return evaluations.apply(session, application(case, unit_id, **given), today=TODAY, now=NOW)


def version(store: Store, found: Opened) -> int:
    """The version of an evaluation as it stands."""
    with store.reading(OFFICE) as session:
        return session.get_one(Evaluation, found.id).version


def meet(
    store: Store,
    found: Opened,
    *conditions: Condition,
    by: Actor = OFFICE,
    now: datetime = NOW,
) -> None:
    """Say that conditions are met, all four unless told otherwise."""
    for condition in conditions or tuple(Condition):
        with store.writing(by) as session:
            evaluations.set_condition(
                session,
                found.id,
                condition,
                MET,
                version=session.get_one(Evaluation, found.id).version,
                today=TODAY,
                now=now,
            )


def admit(store: Store, found: Opened) -> None:
    """Meet the four conditions and admit."""
    meet(store, found)
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        evaluations.admit(session, found.id, version=seen, today=TODAY, now=NOW)


def draw(store: Store, found: Opened, **given: Any) -> int:
    """Draw a panel of nine with two alternates, unless told otherwise."""
    ids = categories(store)
    values: dict[str, Any] = {
        "size": 9,
        "seats": {ids[name]: count for name, count in SEATS.items()},
        "alternates": 2,
        "pressed_by": Objector.PETITIONER,
        "witness": "",
        "today": TODAY,
        **given,
    }
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        return panels.draw_panel(session, found.id, **values, version=seen, now=NOW)


def form(store: Store, found: Opened, *, today: date = TODAY) -> None:
    """Settle the panel."""
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        panels.form_panel(session, found.id, version=seen, today=today, now=NOW)


def notice(**given: Any) -> Notice:
    """A notice of a meeting in three days, unless told otherwise."""
    values: dict[str, Any] = {
        "title": "本县第三方评价会公示",
        "held_on": TODAY + 3 * DAY,
        "held_time": "14:30",
        "place": "县信访接待中心",
        "matter": "某小区物业收费",
        "judged": "",
        "phone": "",
        "signed": "县评价小组办公室",
        **given,
    }
    return Notice(**values)


def publish(
    store: Store, found: Opened, *, today: date = TODAY, now: datetime = NOW, **given: Any
) -> int:
    """Publish the notice."""
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        wanted = notice(**given)
        return meetings.publish(session, found.id, wanted, version=seen, today=today, now=now)


def attend(store: Store, found: Opened, *, absent: int = 0, now: datetime = NOW) -> None:
    """Write down that everybody of the panel came but the last `absent`."""
    sitting = [seat.id for seat in seen(store, found).seats if seat.seated]
    with store.writing(OFFICE) as session:
        meetings.record_attendance(
            session,
            found.id,
            present=sitting[: len(sitting) - absent],
            petitioner_came=True,
            judged_came=True,
            observers="",
            host="李主任",
            version=session.get_one(Evaluation, found.id).version,
            now=now,
        )


def noticed(store: Store, place: Place, case: Opened) -> Opened:
    """Bring an evaluation of a case to where its meeting is published for in three days."""
    answered(store, case)
    found = apply(store, case, place.department)
    admit(store, found)
    draw(store, found)
    form(store, found)
    publish(store, found)
    return found


def open_meeting(
    store: Store, found: Opened, *, today: date = TODAY + 3 * DAY, now: datetime = NOW + 3 * DAY
) -> None:
    """Begin the meeting."""
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        meetings.open_meeting(session, found.id, version=seen, today=today, now=now)


def seen(
    store: Store,
    found: Opened,
    by: Actor = OFFICE,
    *,
    today: date = TODAY,
    now: datetime = NOW,
) -> EvaluationFile:
    """The evaluation as this actor's page shows it."""
    with store.reading(by) as session:
        return queries.evaluation_file(session, found.number, today=today, now=now)
