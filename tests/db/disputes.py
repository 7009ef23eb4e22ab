"""A small county and a dispute of it, brought along its way; no test of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from db.commands import dispute_sign_off as ends
from db.commands import dispute_steps, disputes
from db.commands.cases import Opened
from db.engine import Store
from db.models.disputes import Dispute, DisputeClass, DisputeSignOff
from db.models.units import Unit
from db.queries import dispute_file
from db.queries.dispute_file import DisputeFile
from rules.case_terms import Performance, Satisfaction
from rules.dispute_terms import DisputeStep, MediationChannel, PaperKind
from rules.permissions import Actor
from rules.terms import Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY

SECOND = Actor(None, "联席办老张", frozenset({Role.OFFICE}))
MEDIATED = (
    *(PaperKind.APPLICATION, PaperKind.REGISTRATION, PaperKind.INQUIRY),
    *(PaperKind.MEDIATION, PaperKind.AGREEMENT, PaperKind.CALL_BACK),
)


@dataclass(frozen=True, slots=True)
class County:
    """Two townships, the first with two villages."""

    county: int
    town: int
    village: int
    neighbour: int
    other_town: int


def build(make_unit: Callable[..., int]) -> County:
    """Make the small county."""
    county = make_unit("本县", kind=UnitKind.COUNTY)
    town = make_unit("城关镇", parent=county, kind=UnitKind.TOWNSHIP)
    return County(
        county,
        town,
        make_unit("幸福村", parent=town, kind=UnitKind.VILLAGE),
        make_unit("和平村", parent=town, kind=UnitKind.VILLAGE),
        make_unit("河东镇", parent=county, kind=UnitKind.TOWNSHIP),
    )


def member(store: Store, unit_id: int, name: str = "") -> Actor:
    """Somebody of a unit, whose scope is the unit with all below it."""
    with store.reading(OFFICE) as session:
        unit = session.get_one(Unit, unit_id)
        below = session.scalars(select(Unit.id).where(Unit.path.startswith(unit.path)))
        ids = frozenset(below)
        called = name or f"{unit.name}干部"
    return Actor(None, called, frozenset({Role.UNIT}), unit_id, ids)


def class_id(store: Store, name: str = "房屋宅基地") -> int:
    """The id of a class the county begins with."""
    with store.reading(OFFICE) as session:
        return session.scalars(select(DisputeClass.id).where(DisputeClass.name == name)).one()


def add(store: Store, unit_id: int, *, by: Actor = OFFICE, **given: Any) -> Opened:
    """Register a dispute, reported at once unless told otherwise."""
    how = {name: given.pop(name) for name in ("people", "submit") if name in given}
    if isinstance(how.get("people"), int):
        given["people"] = how.pop("people")
    values = {
        "title": "两户宅基地界线纠纷",
        "class_id": class_id(store),
        "found_on": TODAY - timedelta(10),
        "unit_id": unit_id,
        "area_id": unit_id,
        **given,
    }
    with store.writing(by) as session:
        return disputes.add_dispute(session, values, **how, today=TODAY, now=NOW)


def step(
    store: Store,
    opened: Opened,
    taken: DisputeStep,
    *,
    by: Actor = OFFICE,
    on: date = TODAY,
    **values: Any,
) -> None:
    """Take a step, by the office unless told otherwise."""
    with store.writing(by) as session:
        found = session.get(Dispute, opened.id)
        dispute_steps.take_step(
            session,
            opened.id,
            taken,
            happened_on=on,
            values=values,
            version=found.version if found else 1,
            today=TODAY,
            now=NOW,
        )


def handle(store: Store, opened: Opened, unit_id: int, *, by: Actor = OFFICE) -> None:
    """Hand a reported dispute to a unit, by the office, which begins to mediate."""
    until = TODAY + timedelta(30)
    step(store, opened, DisputeStep.ASSIGN, unit_id=unit_id, until=until, handler="王镇长")
    step(store, opened, DisputeStep.START, by=by, channel=MediationChannel.PEOPLE)


def resolve(store: Store, opened: Opened, unit_id: int, *, by: Actor = OFFICE) -> None:
    """Bring a reported dispute to its resolution."""
    handle(store, opened, unit_id, by=by)
    given: dict[str, Any] = {"channel": MediationChannel.PEOPLE, "text": "双方签订协议"}
    step(store, opened, DisputeStep.RESOLVE, by=by, **given)


def paper(store: Store, opened: Opened, kind: PaperKind, *, by: Actor = OFFICE) -> int:
    """Put a paper into the file."""
    with store.writing(by) as session:
        return disputes.add_paper(
            session,
            opened.id,
            kind=kind,
            number="",
            issued_on=TODAY,
            file=None,
            limit_mb=10,
            today=TODAY,
            now=NOW,
        )


def call_back(store: Store, opened: Opened, *, by: Actor = OFFICE, **given: Any) -> int:
    """Call the parties, who accept unless told otherwise."""
    values = {"accepted": True, "satisfaction": Satisfaction.SATISFIED, "text": "无异议", **given}
    with store.writing(by) as session:
        return ends.call_back(
            session,
            opened.id,
            done_on=TODAY,
            version=session.get_one(Dispute, opened.id).version,
            today=TODAY,
            now=NOW,
            **values,
        )


def request(store: Store, opened: Opened, *, by: Actor = OFFICE) -> int:
    """Ask for the sign-off."""
    with store.writing(by) as session:
        return ends.request_sign_off(
            session,
            opened.id,
            result="界线已立桩",
            performance=Performance.PERFORMED,
            performed_until=None,
            version=session.get_one(Dispute, opened.id).version,
            today=TODAY,
            now=NOW,
        )


def head(store: Store, sign_off_id: int, *, by: Actor = OFFICE) -> None:
    """Write down the approval of the unit's head."""
    with store.writing(by) as session:
        version = session.get_one(DisputeSignOff, sign_off_id).version
        ends.record_head_approval(
            session, sign_off_id, head_name="王镇长", head_on=TODAY, version=version, today=TODAY
        )


def approve(store: Store, sign_off_id: int, *, by: Actor = SECOND) -> None:
    """Approve as a second person of the office, unless told otherwise."""
    with store.writing(by) as session:
        version = session.get_one(DisputeSignOff, sign_off_id).version
        ends.approve_sign_off(session, sign_off_id, version=version, today=TODAY, now=NOW)


def ready(store: Store, opened: Opened, unit_id: int, *, by: Actor = OFFICE) -> int:
    """Bring a dispute to where only the office's approval is wanting; returns the request's id."""
    resolve(store, opened, unit_id, by=by)
    for kind in MEDIATED:
        paper(store, opened, kind, by=by)
    call_back(store, opened, by=by)
    asked = request(store, opened, by=by)
    head(store, asked, by=by)
    return asked


def seen(store: Store, number: str, actor: Actor = OFFICE) -> DisputeFile:
    """The dispute as this actor's page shows it."""
    with store.reading(actor) as session:
        return dispute_file.dispute_file(session, number, today=TODAY)
