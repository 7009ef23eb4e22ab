"""The figures of the charts about cases, within the actor's scope; accusations count for nobody (§30).

Each is answered by an index alone and added up by rules/case_charts.py.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from db.models.cases import Case
from db.models.duty import CaseDuty
from db.models.units import Leader
from rules.case_charts import Aged, Flow, by_age, by_month, months
from rules.rates import rate
from rules.steps import OPEN
from rules.terms import Purpose


@dataclass(frozen=True, slots=True)
class Led:
    """A leader's cases that were ever in the ledger of duties, and how many are resolved."""

    lead_id: int
    lead: str
    cases: int
    resolved: int

    @property
    def rate(self) -> Fraction | None:
        """领导包案化解率 (domain.md 2.2): the led cases resolved among those in the list."""
        return rate(self.resolved, self.cases)


_ORDINARY = Case.purpose.is_distinct_from(Purpose.ACCUSATION)


def resolution_by_lead(session: Session) -> list[Led]:
    """List the leaders who have or had a case in the ledger, the lowest rate first."""
    rows = session.execute(
        select(Leader.id, Leader.name, func.count(), func.count(Case.resolved_on))
        .join(Leader, Case.lead_id == Leader.id)
        .where(Case.id.in_(select(CaseDuty.case_id)), _ORDINARY)
        .group_by(Leader.id, Leader.name)
    )
    return sorted((Led(*row) for row in rows), key=lambda led: (led.rate, -led.cases, led.lead_id))


def ageing(session: Session, *, today: date) -> list[Aged]:
    """Count the open cases by how long ago they were received, and the overdue among them."""
    rows = session.execute(
        select(
            Case.received_on,
            func.count(),
            func.sum(case((Case.due_on < today, 1), else_=0)),
        )
        .where(Case.state.in_(sorted(OPEN)), _ORDINARY)
        .group_by(Case.received_on)
    )
    return by_age(((day, count, int(late)) for day, count, late in rows), today=today)


def flow(session: Session, *, today: date) -> list[Flow]:
    """Count what was received and what was closed in each of the last months."""
    since = months(today)[0][0]
    return by_month(
        _by_day(session, Case.received_on, since, today),
        _by_day(session, Case.closed_on, since, today),
        today=today,
    )


def _by_day(session: Session, on: Any, since: date, until: date) -> list[tuple[date, int]]:
    rows = session.execute(
        select(on, func.count()).where(on.between(since, until), _ORDINARY).group_by(on)
    )
    return [(day, count) for day, count in rows]
