"""The material of a situation: all that its panels, slides and papers are made of, read at once.

It holds counts, the names of units and classes, and decisions and names of batches in the office's
own words with whoever is behind them masked (room_mask.py); nothing here asks for a petitioner's name,
phone or address.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, select
from sqlalchemy.orm import Session, aliased

from db.models.cases import Case
from db.models.meetings import AgendaItem, Decision, Meeting
from db.models.office import Code
from db.models.units import Unit
from db.queries import batches, hotspots, room_mask, situation, situation_outcomes
from db.queries import meetings as meeting_queries
from db.queries.situation_scope import Asked, Context, counting, in_days
from rules.batches import tally
from rules.figure_terms import Dimension
from rules.meetings import DecisionState, standing, state
from rules.panel_terms import BatchRow, CollectiveRow, DecisionTold, Material
from rules.periods import Days
from rules.readings import Part, Reading
from rules.size_bands import read_bands
from rules.terms import Channel, UnitKind
from rules.work_figures import OPENING

LISTED = 50
# What panels part the figures by; the months are those of the year up to the end of the days.
PARTED = (
    Dimension.CLASS,
    Dimension.TOWNSHIP,
    Dimension.UNIT,
    Dimension.SIZE,
    Dimension.DISPUTE_CLASS,
    Dimension.RISK,
    Dimension.LEAD,
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
    above = _over_villages(session)

    def folded(told: Iterable[Part], dimension: Dimension) -> tuple[Part, ...]:
        placed = dimension in (Dimension.TOWNSHIP, Dimension.UNIT)
        return _in_townships(told, above) if placed else tuple(told)

    parts, former = (
        {
            each: folded(situation.split(session, replace(asked, days=days), each, **given), each)
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
        decisions = _Decisions(context, meeting_id, compared.limits.small)
        opening = tuple(decisions.opening())
        readings = compared.now.readings
        return Material(
            days=compared.now.days,
            place=_place(session, asked),
            at=now,
            version=compared.now.version,
            readings=readings if meeting_id is None else _opened_with(readings, opening),
            year_before=year_before,
            before=before,
            bases=(context.days.year_before(), context.days.before()),
            limits=compared.limits,
            bands=bands,
            parts=parts,
            former=former,
            collectives=tuple(_collectives(context)),
            batches=tuple(_batches(context)),
            opening=opening,
            decided=tuple(decisions.decided()),
        )


def _over_villages(session: Session) -> dict[int, tuple[int, str]]:
    """Map each village to its township, by id and name."""
    village, township = aliased(Unit), aliased(Unit)
    rows = session.execute(
        select(village.id, township.id, township.name)
        .join(township, township.id == village.parent_id)
        .where(village.kind == UnitKind.VILLAGE)
    )
    return {key: (over, name) for key, over, name in rows}


def _in_townships(parts: Iterable[Part], above: Mapping[int, tuple[int, str]]) -> tuple[Part, ...]:
    """Count villages in with their townships: on a wall one matter in a village tells whose it is."""
    found: dict[tuple[Any, str], list[Part]] = {}
    for part in parts:
        found.setdefault(above.get(part.key, (part.key, part.label)), []).append(part)
    told = (Part(key, label, _added(rows)) for (key, label), rows in found.items())
    return tuple(sorted(told, key=lambda part: (part.key is None, part.label)))


def _added(parts: Sequence[Part]) -> dict[str, Reading]:
    first, *others = parts
    return {
        code: Reading(
            reading.figure,
            _sum([reading.count, *(each.readings[code].count for each in others)]),
            _sum([reading.whole, *(each.readings[code].whole for each in others)]),
            reading.decimals,
        )
        for code, reading in first.readings.items()
    }


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [each for each in counts if each is not None]
    return sum(known) if known else None


def _place(session: Session, asked: Asked) -> str:
    ids = [each for each in (asked.unit_id, asked.township_id) if each is not None]
    if not ids:
        return "全县"
    names = meeting_queries.names_of(session, ids)
    return "、".join(names[each] for each in ids)


def _collectives(context: Context) -> Iterable[CollectiveRow]:
    """List the 集体访 of the days, the latest first, and of each nothing that says who came."""
    place, unit, over_place, over_unit = (aliased(Unit) for _ in range(4))
    place_name, unit_name = (
        case((each.kind == UnitKind.VILLAGE, over.name), else_=each.name)
        for each, over in ((place, over_place), (unit, over_unit))
    )
    rows = context.session.execute(
        select(Case.received_on, place_name, Code.path, Case.people, unit_name, Case.state)
        .outerjoin(place, place.id == Case.township_id)
        .outerjoin(over_place, over_place.id == place.parent_id)
        .outerjoin(unit, unit.id == Case.unit_id)
        .outerjoin(over_unit, over_unit.id == unit.parent_id)
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
    for on, township, path, people, name, where in rows:
        root = (path or "").partition("/")[0]
        yield CollectiveRow(on, township or "", root, people, name or "", where.label)


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

    context: Context
    meeting_id: int | None
    small: int

    def opening(self) -> Iterable[DecisionTold]:
        """What a meeting opens with; without one, the decisions that figures of these days count."""
        session, units = self.context.session, self.context.units
        states: dict[int, DecisionState] = {}
        if self.meeting_id is None:
            wanted = Decision.meeting_id == situation_outcomes.last_meeting(self.context)
        else:
            row = session.get_one(Meeting, self.meeting_id)
            states = dict(meeting_queries.memory(session, row, today=self.context.today).states)
            wanted = Decision.id.in_(states)
        if units is not None:
            wanted = and_(wanted, Decision.unit_id.in_(sorted(units)))
        return self._told(wanted, states)

    def decided(self) -> Iterable[DecisionTold]:
        """What the meeting itself decided."""
        return self._told(Decision.meeting_id == self.meeting_id, {}) if self.meeting_id else ()

    def _told(self, wanted: Any, states: dict[int, DecisionState]) -> Iterable[DecisionTold]:
        """Tell them in their order; what is of an accusation is left out."""
        session, today = self.context.session, self.context.today
        rows = session.execute(
            select(Decision, Meeting.title, AgendaItem.hotspot_id)
            .join(Meeting, Meeting.id == Decision.meeting_id)
            .outerjoin(AgendaItem, AgendaItem.id == Decision.item_id)
            .where(wanted, room_mask.told(Decision))
            .order_by(Meeting.held_on, Decision.position)
        ).all()
        of_meetings = {row.meeting_id for row, *_ in rows}
        mask = room_mask.mask(session, {self.meeting_id, *of_meetings})
        linked = sorted({key for *_, key in rows if key is not None})
        counts = hotspots.counts_of(session, linked, today=today)
        for row, title, hotspot_id in rows:
            behind = counts.get(hotspot_id or 0)
            days: dict[str, Any] = {"waiting_since": row.waiting_since, "today": today}
            yield DecisionTold(
                meeting=mask.hide(title),
                unit=mask.hide(row.unit_name),
                text=mask.hide(row.text, few=behind is None or behind.matters < self.small),
                due_on=row.due_on,
                state=states.get(row.id) or state(row.due_on, row.done_on, **days),
                standing=standing(row.due_on, row.done_on, **days),
            )


def _opened_with(
    readings: Mapping[str, Reading], opening: Sequence[DecisionTold]
) -> dict[str, Reading]:
    """Count 议定事项 as the meeting opens with them, so that its slide and its annex are one."""
    counted = situation_outcomes.of_states([row.state for row in opening])
    told = {}
    for code, (count, whole) in counted.items():
        figure = replace(readings[code].figure, definition=OPENING[code])
        told[code] = replace(readings[code], figure=figure, count=count, whole=whole)
    return {**readings, **told}
