"""What units file in a round: zero or counts, changed while it is open, corrected beside it after."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models.sweeps import SweepCorrection, SweepReport, SweepRound
from db.queries import sweep_items, sweeps
from db.scope import actor_of
from rules import sweep_setting as rules
from rules.cases import clean
from rules.errors import Conflict, Invalid, Missing, RuleError
from rules.permissions import Action
from rules.sweeps import SweepUnit


class Doubtful(RuleError):
    """A zero report although something was entered: the sentence asks, and saying so files it."""


def file_zero(
    session: Session,
    round_id: int,
    unit_id: int,
    *,
    version: int | None = None,
    sure: bool = False,
    today: date,
    now: datetime,
) -> None:
    """File that a unit swept and found nothing; Doubtful where items were entered, unless `sure`.

    `version` is that of the report the user saw, None where there was none.
    """
    row, unit = _open_round(session, round_id, unit_id, today=today, now=now)
    if not sure and (entered := sweep_items.entered(session, row, unit_id)):
        raise Doubtful(
            f"“{row.name}”期间，{unit.name}及下级已登记 {entered.found} 件，确定要作零报告吗？"
        )
    _file(session, row, unit, version, now, zero=True, found=0, resolved=0, note="")


def file_report(
    session: Session,
    round_id: int,
    unit_id: int,
    *,
    version: int | None = None,
    found: int,
    resolved: int,
    note: str = "",
    today: date,
    now: datetime,
) -> None:
    """File how many disputes a unit found in the days of a round, and how many it resolved in them.

    Of those resolved some may have been found before. `version` as in `file_zero`.
    """
    row, unit = _open_round(session, round_id, unit_id, today=today, now=now)
    note = clean(note)
    if problems := rules.report_problems(found=found, resolved=resolved, note=note):
        raise Invalid(problems)
    _file(session, row, unit, version, now, zero=False, found=found, resolved=resolved, note=note)


def correct(
    session: Session,
    round_id: int,
    unit_id: int,
    *,
    text: str,
    reason: str,
    now: datetime,
) -> None:
    """Put beside a closed round what is to be known of a unit's report; the round stays as it is."""
    actor = actor_of(session)
    actor.require(Action.REPORT_SWEEP)
    unit = sweeps.unit(session, unit_id)
    row = session.get(SweepRound, round_id)
    if row is None:
        raise Missing("该轮次不存在")
    if not row.closed_at:
        raise RuleError(f"“{row.name}”还没有关闭，请直接报送或修改报送")
    if not session.scalar(
        select(SweepReport.id).where(
            SweepReport.round_id == round_id, SweepReport.unit_id == unit_id
        )
    ):
        raise RuleError(f"“{row.name}”不要求{unit.name}报送")
    text, reason = clean(text), clean(reason)
    if problems := rules.correction_problems(text=text, reason=reason):
        raise Invalid(problems)
    session.add(
        SweepCorrection(
            round_id=round_id, unit_id=unit_id, text=text, reason=reason, actor=actor.name, at=now
        )
    )


def _open_round(
    session: Session, round_id: int, unit_id: int, *, today: date, now: datetime
) -> tuple[SweepRound, SweepUnit]:
    """Load a round that takes this unit's report; held, so that it is not closed meanwhile."""
    actor_of(session).require(Action.REPORT_SWEEP)
    unit = sweeps.unit(session, unit_id)
    row = session.get(SweepRound, round_id, with_for_update={"read": True})
    if row is None:
        raise Missing("该轮次不存在，可能已被撤销")
    each = sweeps.value(row)
    if each.is_closed(now):
        raise RuleError(f"“{row.name}”已经关闭，不再接收报送。需要说明的，请在“以往报送”里补充更正")
    if row.first_on > today:
        raise RuleError(f"“{row.name}”从 {row.first_on} 开始，还不能报送")
    if not each.expects(unit):
        raise RuleError(f"“{row.name}”不要求{unit.name}报送")
    return row, unit


def _file(
    session: Session,
    row: SweepRound,
    unit: SweepUnit,
    version: int | None,
    now: datetime,
    **values: Any,
) -> None:
    who = actor_of(session).name
    report = session.scalar(
        select(SweepReport).where(SweepReport.round_id == row.id, SweepReport.unit_id == unit.id)
    )
    if (report.version if report else None) != version:
        by = f"{report.filed_by}报送" if report else "变动"
        raise Conflict(f"“{row.name}”刚刚已由{by}，请核对后再提交")
    if report is None:
        report = SweepReport(
            round_id=row.id, unit_id=unit.id, unit_name=unit.name, filed_by=who, filed_at=now
        )
        session.add(report)
    else:
        report.changed_by, report.changed_at = who, now
    for name, value in values.items():
        setattr(report, name, value)
