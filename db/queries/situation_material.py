"""The material of a situation: all that its panels, slides and papers are made of, read at once.

It holds counts, the names of units and classes, and decisions and names of batches in the office's
own words with whoever is behind them masked (room_mask.py); nothing here asks for a petitioner's name,
phone or address.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case
from db.models.meetings import AgendaItem, Decision, Meeting
from db.models.office import Code
from db.models.units import Unit
from db.queries import batches, hotspots, meeting_decisions, room_mask, situation
from db.queries import meetings as meeting_queries
from db.queries.situation_scope import Asked, Context, counting, in_days
from rules.batches import tally
from rules.figure_terms import Dimension
from rules.meetings import DecisionState, standing, state
from rules.panel_terms import BatchRow, CollectiveRow, DecisionTold, Material
from rules.periods import Days
from rules.size_bands import read_bands
from rules.terms import Channel

LISTED = 50
# What panels part the figures by; the months are those of the year up to the end of the days.
PARTED = (
    Dimension.CLASS,
    Dimension.TOWNSHIP,
    Dimension.UNIT,
    Dimension.SIZE,
    Dimension.DISPUTE_CLASS,
    Dimension.RISK,
)


def material(
    session: Session,
    asked: Asked,
    *,
    meeting_id: int | None = None,
    today: date,
    now: datetime,
    clock: ZoneInfo,
) -> Material:
    """Read the material of some days, of a meeting with its own decisions and those of last time.

    Raises NotAllowed for whoever sees no situation, Missing for a unit out of sight.
    """
    given: dict[str, Any] = {"today": today, "now": now, "clock": clock}
    compared = situation.compared(session, asked, **given)
    last = compared.now.days.last
    year = Days(date(last.year, 1, 1), last)
    parts, former = (
        {
            each: tuple(situation.split(session, replace(asked, days=days), each, **given))
            for each, days in (*((each, span) for each in PARTED), (Dimension.MONTH, months))
        }
        for span, months in (
            (compared.now.days, year),
            (
                compared.now.days.year_before(),
                Days(date(last.year - 1, 1, 1), date(last.year - 1, 12, 31)),
            ),
        )
    )
    with counting(session, asked, **given) as context:
        year_before, before = compared.former
        bands = read_bands(str(context.parameters["visit_bands"]))
        decisions = _Decisions(session, meeting_id, compared.limits.small, today)
        return Material(
            days=compared.now.days,
            place=_place(session, asked),
            at=now,
            version=compared.now.version,
            readings=compared.now.readings,
            year_before=year_before,
            before=before,
            limits=compared.limits,
            bands=bands,
            parts=parts,
            former=former,
            collectives=tuple(_collectives(context)),
            batches=tuple(_batches(context)),
            opening=tuple(decisions.opening(last)),
            decided=tuple(decisions.decided()),
        )


def _place(session: Session, asked: Asked) -> str:
    ids = [each for each in (asked.unit_id, asked.township_id) if each is not None]
    if not ids:
        return "全县"
    names = meeting_queries.names_of(session, ids)
    return "、".join(names[each] for each in ids)


def _collectives(context: Context) -> Iterable[CollectiveRow]:
    """List the 集体访 of the days, the latest first, and of each nothing that says who came."""
    township, unit = aliased(Unit), aliased(Unit)
    rows = context.session.execute(
        select(Case.received_on, township.name, Code.path, Case.people, unit.name, Case.state)
        .outerjoin(township, township.id == Case.township_id)
        .outerjoin(unit, unit.id == Case.unit_id)
        .outerjoin(Code, Code.id == Case.code_id)
        .where(
            Case.channel == Channel.VISIT,
            Case.people >= context.number("collective_min"),
            in_days(Case.received_on),
            context.form.ordinary(),
        )
        .order_by(Case.received_on.desc(), Case.id.desc())
        .limit(LISTED),
        context.given,
    )
    for on, place, path, people, name, where in rows:
        root = (path or "").partition("/")[0]
        yield CollectiveRow(on, place or "", root, people, name or "", where.label)


def _batches(context: Context) -> Iterable[BatchRow]:
    days = context.days
    found = batches.held_between(
        context.session, days.first, days.last, units=context.units, today=context.today
    )
    mask = room_mask.mask(context.session, batch_ids=[each.id for each in found])
    for each in found:
        counts = tally(each.outcomes)
        yield BatchRow(mask.hide(each.name), each.held_on, counts.assigned, counts.resolved)


@dataclass(frozen=True, slots=True)
class _Decisions:
    """Tells decisions with the people behind all of their meeting masked, and the villages."""

    session: Session
    meeting_id: int | None
    small: int
    today: date

    def opening(self, last_on: date) -> Iterable[DecisionTold]:
        """What a meeting opens with; without one, the decisions that figures of these days count."""
        states: dict[int, DecisionState] = {}
        if self.meeting_id is None:
            last = meeting_decisions.last_meeting(self.session, by=last_on)
            wanted = Decision.meeting_id == last
        else:
            row = self.session.get_one(Meeting, self.meeting_id)
            states = dict(meeting_queries.memory(self.session, row, today=self.today).states)
            wanted = Decision.id.in_(states)
        return self._told(wanted, states)

    def decided(self) -> Iterable[DecisionTold]:
        """What the meeting itself decided."""
        return self._told(Decision.meeting_id == self.meeting_id, {}) if self.meeting_id else ()

    def _told(self, wanted: Any, states: dict[int, DecisionState]) -> Iterable[DecisionTold]:
        """Tell them in their order; what is of an accusation is left out."""
        rows = self.session.execute(
            select(Decision, Meeting.title, AgendaItem.hotspot_id)
            .join(Meeting, Meeting.id == Decision.meeting_id)
            .outerjoin(AgendaItem, AgendaItem.id == Decision.item_id)
            .where(wanted, room_mask.told(Decision))
            .order_by(Meeting.held_on, Decision.position)
        ).all()
        of_meetings = {row.meeting_id for row, *_ in rows}
        mask = room_mask.mask(self.session, {self.meeting_id, *of_meetings})
        linked = sorted({key for *_, key in rows if key is not None})
        counts = hotspots.counts_of(self.session, linked, today=self.today)
        for row, title, hotspot_id in rows:
            behind = counts.get(hotspot_id or 0)
            days: dict[str, Any] = {"waiting_since": row.waiting_since, "today": self.today}
            yield DecisionTold(
                meeting=mask.hide(title),
                unit=mask.hide(row.unit_name),
                text=mask.hide(row.text, few=behind is None or behind.matters < self.small),
                due_on=row.due_on,
                state=states.get(row.id) or state(row.due_on, row.done_on, **days),
                standing=standing(row.due_on, row.done_on, **days),
            )
