"""苗头信息 read: the list with its filter."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case
from db.models.disputes import Dispute
from db.models.network import EarlySign
from db.models.units import Unit
from rules.dispute_terms import EarlyState

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class SignRow:
    """A report; `became` is the number of its dispute or case, where the actor may see that."""

    id: int
    version: int
    number: str
    state: EarlyState
    unit: str
    title: str
    area: str
    place: str
    people: int | None
    people_approx: bool
    since_on: date | None
    content: str
    asked: str
    learned_at: datetime
    reported_at: datetime
    became: str
    closed_why: str
    settled_by: str
    created_by: str


@dataclass(frozen=True, slots=True)
class Signs:
    """A page of reports, the newest first, and how many there are in each state."""

    rows: tuple[SignRow, ...]
    by_state: dict[EarlyState, int]
    page: int
    pages: int

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.by_state.values())


_Area = aliased(Unit)
_ROWS: Any = (
    select(EarlySign, Unit.name, _Area.name, Dispute.number, Case.number)
    .join(Unit, Unit.id == EarlySign.unit_id)
    .outerjoin(_Area, _Area.id == EarlySign.area_id)
    .outerjoin(Dispute, Dispute.id == EarlySign.dispute_id)
    .outerjoin(Case, Case.id == EarlySign.case_id)
    .order_by(EarlySign.reported_at.desc(), EarlySign.id.desc())
)


def signs(session: Session, *, state: EarlyState | None, term: str, page: int) -> Signs:
    """Return a page of the reports the actor sees; beyond the last page the last."""
    words = [
        or_(
            EarlySign.title.contains(word, autoescape=True),
            EarlySign.content.contains(word, autoescape=True),
            EarlySign.place.contains(word, autoescape=True),
            EarlySign.number == word,
        )
        for word in term.split()[:20]
    ]
    counted = select(EarlySign.state, func.count()).where(*words).group_by(EarlySign.state)
    by_state = {row[0]: row[1] for row in session.execute(counted)}
    wanted = [*words, *([EarlySign.state == state] if state else [])]
    total = by_state.get(state, 0) if state else sum(by_state.values())
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    rows = session.execute(_ROWS.where(*wanted).limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    ordered = {each: by_state[each] for each in EarlyState if each in by_state}
    return Signs(tuple(map(_row, rows)), ordered, page, pages)


def _row(found: Any) -> SignRow:
    row, unit, area, dispute, case = found
    return SignRow(
        id=row.id,
        version=row.version,
        number=row.number,
        state=row.state,
        unit=unit,
        title=row.title,
        area=area or "",
        place=row.place,
        people=row.people,
        people_approx=row.people_approx,
        since_on=row.since_on,
        content=row.content,
        asked=row.asked,
        learned_at=row.learned_at,
        reported_at=row.reported_at,
        became=dispute or case or "",
        closed_why=row.closed_why,
        settled_by=row.settled_by or "",
        created_by=row.created_by,
    )
