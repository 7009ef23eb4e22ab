"""The filter bar of 总览: the days, a township, a unit; widgets whose values live in the address."""

from collections.abc import Collection
from datetime import date

import streamlit as st

from db.queries.situation_scope import Asked
from db.queries.units import UnitRow
from rules.overview import gap
from rules.periods import Days, Span, calendar_days, offered
from rules.terms import UnitKind
from rules.units import stood
from ui import case_filter, forms, store
from ui.options import options

_PLACES = {
    "o_township": (UnitKind.TOWNSHIP, UnitKind.VILLAGE),
    "o_unit": tuple(UnitKind),
}


def bar() -> Asked | None:
    """Draw the bar and return what it asks for; None, and a sentence, where the days are none."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        span = st.segmented_control(
            "期间",
            list(Span),
            default=Span.YEAR,
            required=True,
            format_func=lambda each: each.label,
            key="o_span",
            bind="query-params",
            width="content",
        )
        days = _days(span or Span.YEAR)
        around = days or Days(store.today(), store.today())
        township_id = _place("属地", around, "o_township")
        unit_id = _place("责任单位", around, "o_unit")
        if township_id is not None or unit_id is not None:
            st.button("看全县", key="o_clear", type="tertiary", on_click=_clear)
    if days is None:
        return None
    if township_id is not None or unit_id is not None:
        _told(days, (township_id, unit_id))
    return Asked(days, unit_id, township_id)


def month(days: Days) -> Days | None:
    """Return the month that some days are, as far as it has come; None where they are none."""
    whole, today = calendar_days(days.first.replace(day=1), "month"), store.today()
    over = whole.until(today)
    known = whole in offered(Span.MONTH, today=today)
    return whole if known and (days.first, days.last) == (over.first, over.last) else None


def only(days: Days) -> None:
    """Narrow the screen to these days: a callback, before the bar is drawn again.

    A widget that is drawn writes the address itself, and nobody else may; for one that is not yet,
    the address must be written with its value.
    """
    chosen: dict[str, Span | Days | date]
    if (whole := month(days)) is not None:
        chosen = {"o_span": Span.MONTH, "o_month": whole}
    else:
        chosen = {"o_span": Span.CUSTOM, "o_since": days.first, "o_until": days.last}
    if st.session_state.get("o_span") is not chosen["o_span"]:
        for key in chosen.keys() - {"o_span"}:
            st.query_params[key] = f"{getattr(chosen[key], 'label', chosen[key])}"
    st.session_state.update(chosen)


def _days(span: Span) -> Days | None:
    today = store.today()
    if span is Span.CUSTOM:
        return _own_days(today)
    periods = offered(span, today=today)
    return st.selectbox(
        "哪一段",
        periods,
        format_func=lambda days: days.label,
        key=f"o_{span.value}",
        bind="query-params",
        width=170,
    )


def _own_days(today: date) -> Days | None:
    since, until = (
        st.date_input(
            label, value=None, format="YYYY-MM-DD", key=key, bind="query-params", width=130
        )
        for label, key in (("从", "o_since"), ("到（含）", "o_until"))
    )
    if since is None or until is None:
        return None
    return Days(since, until) if since <= until and since <= today else None


def problem() -> str:
    """Say why the days that were chosen are none."""
    since, until = (st.session_state.get(key) for key in ("o_since", "o_until"))
    if since is None or until is None:
        return "请选好“从”和“到”两个日期。"
    if until < since:
        return "“到”早于“从”，请调整日期。"
    return "这段时间还没有开始，没有数据。请选今天或更早的日期。"


def _place(label: str, days: Days, key: str) -> int | None:
    """Ask for a unit that stood on any of the days; one that has ended says so."""
    ids, names = store.kept("overview_places", (days, store.today()), lambda _: _stood(days))[key]
    return case_filter.choice(st.container(width=210), label, ids, names, key=key)


def _stood(days: Days) -> dict[str, tuple[list[int], dict[int, str]]]:
    """What each of the two boxes offers: made anew with the store and the days alone."""
    found = {}
    for key, kinds in _PLACES.items():
        rows = [
            row
            for row in options().tree
            if row.kind in kinds and stood(row.valid_from, row.valid_to, days) is not None
        ]
        names = forms.distinct({row.id: _name(row) for row in rows})
        found[key] = ([row.id for row in rows], names)
    return found


def _name(row: UnitRow) -> str:
    ended = row.valid_to is not None and row.valid_to <= store.today()
    return f"{row.path_name}（{row.valid_to} 停用）" if ended else row.path_name


def said(asked: Asked, when: str) -> list[str]:
    """Say what was asked in words, a line for each condition."""
    names = {row.id: row.path_name for row in options().tree}
    places = (("属地", asked.township_id), ("责任单位", asked.unit_id))
    told = [f"{label}：{names[each]}" for label, each in places if each is not None]
    return [f"期间：{when}", *told]


def _told(days: Days, chosen: Collection[int | None]) -> None:
    """Say of a unit chosen that it did not stand in all of the days."""
    until = days.until(store.today())
    for row in (row for row in options().tree if row.id in chosen):
        if told := gap(until, stood(row.valid_from, row.valid_to, until)):
            st.info(f"{forms.plain(row.name)}{told}。", icon=":material/merge:")


def _clear() -> None:
    for key in _PLACES:
        st.session_state[key] = None
