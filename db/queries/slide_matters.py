"""What a meeting puts between its panels, composed from its matter and masked by what is read.

No phone, address or word of a petitioner is read; names are, to be hidden (room_mask.py). A village
is not named where few matters stand behind it (domain.md 8.3), and an accusation, or what became one,
is no slide.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from db.models.evaluations import Evaluation
from db.models.meetings import AgendaItem
from db.models.units import Unit
from db.queries import meetings, publications
from db.queries.hotspots import counts_of, hotspot_file
from db.queries.meeting_pages import ItemPage, pages
from db.queries.room_mask import Mask, told
from db.queries.sweep_maps import wall_map
from db.scope import past_scope
from rules.errors import Missing
from rules.figures import HOTSPOT_FIGURES, SWEEP_FIGURES
from rules.panel_terms import Chart, ChartKind, Inserted, Panel, Series, Shows, Table
from rules.readings import Thresholds
from rules.reception_terms import Level
from rules.slides import LINE_MAX, Standing, lines_of
from rules.sweep_map import MapColour, tone

# A longer title is cut, and stands whole below.
_TITLE_MOST = 60
_CLOSED = "不公开的事项"
_AHEAD = timedelta(days=31)
_ROSTER = ("日期", "星期", "接访领导", "职务", "接访时间", "地点")


def agenda(
    session: Session,
    meeting_id: int,
    *,
    mask: Mask,
    limits: Thresholds,
    today: date,
) -> dict[int, Panel]:
    """Compose the page of each item of an agenda that the room is told, by the item's id."""
    with past_scope(session):
        of_meeting = AgendaItem.meeting_id == meeting_id
        shown = set(session.scalars(select(AgendaItem.id).where(of_meeting, told(AgendaItem))))
        items = [
            # Numbered among what is told: a gap would say that there is an accusation.
            replace(each, position=place)
            for place, each in enumerate(
                (each for each in meetings.items_of(session, meeting_id) if each.id in shown), 1
            )
        ]
        linked = [each.hotspot_id for each in items if each.hotspot_id is not None]
        counts = counts_of(session, linked, today=today)
        many = {key for key, each in counts.items() if each.matters >= limits.small}
        closed = set(session.scalars(select(AgendaItem.id).where(of_meeting, _closed())))
        return {
            page.item_id: _item(
                page,
                partial(mask.hide, few=item.hotspot_id not in many),
                closed=page.item_id in closed,
            )
            for item, page in zip(items, pages(session, items, today=today), strict=True)
        }


def _closed() -> ColumnElement[bool]:
    """Which items are of an evaluation that is not public."""
    marked = or_(Evaluation.secret, Evaluation.privacy, Evaluation.minor)
    return AgendaItem.evaluation_id.in_(select(Evaluation.id).where(marked))


def _item(page: ItemPage, hide: Callable[[str], str], *, closed: bool) -> Panel:
    title = _CLOSED if closed else hide(page.title)
    words = () if closed else lines_of(hide(page.note))
    parts = [line[at : at + LINE_MAX] for line in words for at in range(0, len(line), LINE_MAX)]
    rows = [
        ("类别", page.kind.label),
        *([("议题", title)] if len(title) > _TITLE_MOST else []),
        *((label, hide(value)) for label, value in page.facts),
        *(("说明" if at == 0 else "", part) for at, part in enumerate(parts)),
    ]
    if len(title) > _TITLE_MOST:
        title = f"{title[:_TITLE_MOST]}…"
    return Panel(
        kind=Inserted.ITEM,
        title=f"{page.position}．{title}",
        codes=(),
        table=Table(("项目", "情况"), tuple(rows)),
    )


def compose(
    session: Session,
    slide: Standing,
    lines: Sequence[str],
    *,
    mask: Mask,
    limits: Thresholds,
    today: date,
) -> Panel | None:
    """Compose an inserted slide of its matter; None where there is nothing the room may see.

    `lines` and the title of one in words are masked already.
    """
    makers: dict[Inserted, Callable[[], Panel | None]] = {
        Inserted.HOTSPOT: partial(_hotspot, session, slide, mask, limits, today),
        Inserted.ROSTER: partial(_roster, session, today),
        Inserted.MAP: partial(_map, session, today),
        Inserted.EVALUATION: partial(_evaluation, session, slide, mask),
        Inserted.TEXT: partial(_text, slide, lines),
    }
    assert isinstance(slide.kind, Inserted)
    with past_scope(session):
        return makers[slide.kind]()


def _text(slide: Standing, lines: Sequence[str]) -> Panel:
    return Panel(kind=Inserted.TEXT, title=slide.title, codes=(), points=tuple(lines))


def _hotspot(
    session: Session, slide: Standing, mask: Mask, limits: Thresholds, today: date
) -> Panel | None:
    assert slide.hotspot_id is not None
    try:
        file = hotspot_file(session, slide.hotspot_id, today=today)
    except Missing:
        return None
    counts = file.counts
    hide = partial(mask.hide, few=counts.matters < limits.small)
    weeks = file.weeks[-12:]
    chart = Chart(
        ChartKind.COLUMNS,
        "件",
        tuple(f"{monday.month}月{monday.day}日" for monday, _ in weeks),
        (Series("每周反映", tuple(count for _, count in weeks)),),
    )
    facts = {
        "状态": file.state.label,
        "属地": file.names["township_id"],
        "内容分类": file.names["code_id"],
        "包案领导": file.names["lead_id"],
        "牵头单位": file.names["lead_unit_id"],
        "首次反映": f"{counts.first_on or ''}",
        "最近一次": f"{counts.last_on or ''}",
    }
    rows = tuple((label, hide(value)) for label, value in facts.items() if value)
    return Panel(
        kind=Inserted.HOTSPOT,
        title=(
            f"{hide(file.name)}：反映{counts.matters}件，来访{counts.visits}批{counts.visitors}人次，"
            f"未办结{counts.running}件，超期{counts.late}件"
        ),
        codes=tuple(HOTSPOT_FIGURES),
        chart=None if chart.blank else chart,
        table=Table(("项目", "情况"), rows),
        shows=Shows.TABLE if chart.blank else Shows.CHART,
        notes=(
            *(f"{figure.label}：{figure.definition}" for figure in HOTSPOT_FIGURES.values()),
            "按周（周一起）计",
        ),
    )


def _roster(session: Session, today: date) -> Panel:
    found = publications.current(session, level=Level.COUNTY, first=today, last=today + _AHEAD)
    lines = sorted(
        (line for each in found for line in each.lines if line.on >= today),
        key=lambda line: line.on,
    )
    rows = tuple(tuple(line.cells()[name] for name in _ROSTER) for line in lines)
    title = "还没有公示的接访安排"
    if lines:
        title = f"{_day(lines[0].on)}至{_day(lines[-1].on)}，县领导接访{len(lines)}场"
    return Panel(
        kind=Inserted.ROSTER,
        title=title,
        codes=(),
        table=Table(_ROSTER, rows) if rows else None,
        notes=("按已公示的接访安排",) if rows else (),
    )


def _map(session: Session, today: date) -> Panel:
    found = wall_map(session, today=today)
    whole = found.whole
    rows = tuple(
        (
            town.name,
            *(f"{town.counts.of(colour)}" for colour in MapColour),
            tone(town.counts.open, many=found.many[MapColour.OPEN]).label,
        )
        for town in sorted(found.towns, key=lambda town: town.square)
    )
    elsewhere = found.elsewhere.open
    return Panel(
        kind=Inserted.MAP,
        title="，".join(
            [
                f"未化解矛盾纠纷{whole.open}件",
                f"其中红色{whole.red}件",
                f"超期{whole.overdue}件",
                *([f"县直及其他{elsewhere}件"] if elsewhere else []),
            ]
        ),
        codes=tuple(colour.value for colour in MapColour),
        table=Table(("乡镇", *(colour.label for colour in MapColour), "程度"), rows)
        if rows
        else None,
        notes=tuple(
            f"{colour.label}：{SWEEP_FIGURES[colour.value].definition}" for colour in MapColour
        ),
    )


def _evaluation(session: Session, slide: Standing, mask: Mask) -> Panel | None:
    """One evaluation; its matter stands behind it alone, so no village is named at all."""
    row = session.execute(
        select(Evaluation, Unit.name)
        .join(Unit, Unit.id == Evaluation.judged_unit_id)
        .where(Evaluation.id == slide.evaluation_id, told(Evaluation))
    ).one_or_none()
    if row is None:
        return None
    found, unit = row
    title = _CLOSED
    if not (found.secret or found.privacy or found.minor):
        title = mask.hide(found.title)
    facts = {
        "评价编号": found.number,
        "被评价单位": mask.hide(unit),
        "申请日期": f"{found.applied_on}",
        "公示日期": f"{found.noticed_on or ''}",
        "评价会": f"{found.opened_on or found.held_on or ''}",
        "办结日期": f"{found.ended_on or ''}",
    }
    return Panel(
        kind=Inserted.EVALUATION,
        title=f"{title}：{found.state.label}",
        codes=(),
        table=Table(
            ("项目", "情况"), tuple((label, value) for label, value in facts.items() if value)
        ),
    )


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
