"""The filter bar of the case register: widgets whose values live in the address."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.queries import cases
from db.queries.case_filters import CaseFilter, Sort
from db.queries.cases import COUNT_CAP, Counts, Listing
from rules.case_terms import DutyList, Light
from rules.deadlines import due_span
from rules.duplicates import COUNTED
from rules.periods import Period, days_of
from rules.permissions import Action, Actor
from rules.terms import CaseState, Channel, DateBase, Flag, Repeat, Term
from ui import store
from ui.forms import named
from ui.options import Options, options

_ANY = "不限"
_PERIODS: tuple[Period, ...] = tuple(Period)
_BASES: tuple[DateBase, ...] = tuple(DateBase)
_SORTS: tuple[Sort, ...] = tuple(Sort)


def _label(term: Term | None) -> str:
    return term.label if term else _ANY


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one filter is written into a saved view and read back, and how the address says it."""

    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    say: Callable[[Any], str] = str
    empty: Any = None
    many: bool = False


def _term(term: type[Term], *, empty: Term | None = None, many: bool = False) -> _Kind:
    codes = {member.value: member for member in term}
    return _Kind(codes.get, lambda member: str(member.value), _label, empty, many)


def _offered(
    ids: Callable[[Options], tuple[int, ...]], names: Callable[[Options], Mapping[int, str]]
) -> _Kind:
    return _Kind(
        lambda text: int(text) if text.isdigit() and int(text) in ids(options()) else None,
        say=lambda chosen: names(options()).get(chosen, ""),
    )


def _switch() -> _Kind:
    return _Kind(lambda text: text == "True", say=lambda on: str(on).lower(), empty=False)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# What the address carries and a saved view keeps.
_KINDS: dict[str, _Kind] = {
    "period": _term(Period, empty=Period.ALL),
    "base": _term(DateBase, empty=DateBase.RECEIVED),
    "since": _Kind(_day),
    "until": _Kind(_day),
    "states": _term(CaseState, many=True),
    "unit": _offered(lambda offered: offered.units, lambda offered: offered.unit_names),
    "township": _offered(lambda offered: offered.townships, lambda offered: offered.unit_names),
    "channels": _term(Channel, many=True),
    "flags": _term(Flag, many=True),
    "code": _offered(lambda offered: offered.codes, lambda offered: offered.code_names),
    "lead": _offered(lambda offered: offered.leaders, lambda offered: offered.leader_names),
    "due": _term(Light),
    "duty": _term(DutyList),
    "ordinary": _switch(),
    "alone": _switch(),
    "repeat": _term(Repeat),
    "sort": _term(Sort, empty=Sort.NEWEST),
    "suspected": _switch(),
}
_PAGE = re.compile("[0-9]{1,6}")
IN_ADDRESS = (*_KINDS, "page")
# What is searched for may name somebody: it stays with the sign-in and out of the address.
_PRIVATE = ("term", "person")


_NARROWING = (
    *("channels", "flags", "code", "lead", "due", "duty", "repeat", "person"),
    *("ordinary", "alone", "suspected"),
)
_ORDERING = (("base", DateBase.RECEIVED), ("sort", Sort.NEWEST))


def filter_bar(offered: Options, actor: Actor, *, today: date) -> CaseFilter:
    """Draw the bar and return what it asks for."""
    first, second, third, fourth = st.columns([3, 1.4, 2, 2])
    term = first.text_input(
        "搜索标题、内容、编号",
        type="search",
        key="term",
        placeholder="输入一个或几个词，用空格分开",
        persist_state="session",
    )
    period = second.selectbox(
        "时间", _PERIODS, format_func=_label, key="period", bind="query-params"
    )
    unit_id = choice(third, "责任单位", offered.units, offered.unit_names, key="unit")
    township_id = choice(fourth, "属地", offered.townships, offered.unit_names, key="township")
    since, until = days_of(period, today=today)
    if period is Period.CUSTOM:
        since, until = _custom_days()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        states = st.pills(
            "状态",
            list(CaseState),
            selection_mode="multi",
            format_func=_label,
            key="states",
            bind="query-params",
            label_visibility="collapsed",
        )
        more = _more(offered, actor, today)
        wanted = CaseFilter(
            first=since,
            last=until,
            states=tuple(states),
            unit_id=unit_id,
            township_id=township_id,
            term=term or "",
            **more,
        )
        if replace(wanted, sort=Sort.NEWEST, base=DateBase.RECEIVED) != CaseFilter():
            st.button(
                "清除筛选",
                key="clear_filters",
                type="tertiary",
                on_click=clear,
                icon=":material/close:",
            )
    return wanted


def clear() -> None:
    """Empty every filter: a callback, before the widgets are drawn again."""
    put("")


def kept() -> str:
    """Write what is chosen as codes and ids, which outlive every change of a label."""
    chosen = {key: st.session_state.get(key) for key in _KINDS}
    return urlencode([(key, _KINDS[key].write(one)) for key, one in _set(chosen)])


# What a list is narrowed to, by the keys of the bar's widgets.
Chosen = Mapping[str, Any]


def counted(actor: Actor, **chosen: Any) -> Chosen:
    """Return the list a figure counts: without accusations, as figures are, where they are seen."""
    return {**chosen, "ordinary": actor.sees_all_cases}


def choose(chosen: Chosen) -> dict[str, list[str]]:
    """Choose this and nothing else, and return the address that says so.

    Widgets whose values lie in the address keep them from one visit to the next, where the
    address does not say otherwise: so both are needed.
    """
    for key, kind in _KINDS.items():
        st.session_state[key] = chosen.get(key, [] if kind.many else kind.empty)
    _forget_words()
    address: dict[str, list[str]] = {}
    for key, one in _set(chosen):
        address.setdefault(key, []).append(_KINDS[key].say(one))
    return address


def _set(chosen: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what is set to something, each of several by itself."""
    for key, kind in _KINDS.items():
        value = chosen.get(key)
        for one in value if isinstance(value, list | tuple) else [value]:
            if one is not None and one is not False and one != kind.empty:
                yield key, one


def _forget_words() -> None:
    """Empty what is searched for, which outlives the screen and is in no address."""
    for key in _PRIVATE:
        st.session_state[key] = ""


def put(query: str, *, words: bool = True) -> None:
    """Choose what `kept` wrote and nothing else; what is no longer offered is left out.

    `words` empties what is searched for, too.
    """
    given: dict[str, list[str]] = {}
    for key, text in parse_qsl(query):
        given.setdefault(key, []).append(text)
    for key, kind in _KINDS.items():
        values = [v for text in given.get(key, ()) if (v := kind.read(text)) is not None]
        st.session_state[key] = values if kind.many else next(iter(values), kind.empty)
    if words:
        _forget_words()


def listing(wanted: CaseFilter) -> Listing:
    """Return the page of the list that is asked for; another filter begins at its first page."""
    if st.session_state.get("_listed", wanted) != wanted and "page" in st.session_state:
        st.session_state["page"] = 1
    st.session_state["_listed"] = wanted
    asked_for = st.session_state.get("page", st.query_params.get("page", ""))
    page = int(asked_for) if _PAGE.fullmatch(str(asked_for)) else 1
    return store.kept(
        "listing", (wanted, page), lambda session: cases.listing(session, wanted, page=page)
    )


def page_buttons(listing: Listing) -> None:
    """Draw the page buttons where there is more than one page."""
    if listing.pages == 1:
        return
    if st.session_state.get("page", listing.page) != listing.page:
        st.session_state["page"] = listing.page
    # Room for all its buttons: where it thinks them squeezed, it hides some.
    width = 52 * (min(listing.pages, 3) + 2)
    st.pagination(listing.pages, key="page", bind="query-params", max_visible_pages=3, width=width)


def counts_line(found: Counts) -> str:
    """Say how many cases there are and how many in each state."""
    cap = "+" if found.capped else ""
    parts = [
        # Not of the total, unless it is asked for: the case that is kept is counted.
        f"{'另有' if state not in COUNTED else ''}{state.label} {_at_least(n)}"
        for state, n in found.by_state.items()
        if n
    ]
    if found.among:
        line = " · ".join([f"最近 {found.among} 件中有 **{found.total}** 件", *parts])
        return f"{line}。这个词很常见，请用时间或单位缩小范围，再数全部"
    line = " · ".join([f"共 **{found.total}{cap}** 件", *parts])
    return f"{line}。一种状态超过 {COUNT_CAP} 件的不再细数" if cap else line


def _at_least(count: int) -> str:
    return f"{count}{'+' if count >= COUNT_CAP else ''}"


def _custom_days() -> tuple[date | None, date | None]:
    left, right, _ = st.columns([1, 1, 3])
    since = left.date_input("从", value=None, format="YYYY-MM-DD", key="since", bind="query-params")
    until = right.date_input(
        "到（含）", value=None, format="YYYY-MM-DD", key="until", bind="query-params"
    )
    if since and until and until < since:
        st.warning("“到”早于“从”，没有案件会符合，请调整日期")
    return since, until


def _more(offered: Options, actor: Actor, today: date) -> dict[str, Any]:
    # Its label says how many are set, and must be known before it is drawn. What is closed and
    # sets nothing is not drawn at all: its widgets are a third of the page.
    used = sum(bool(st.session_state.get(key)) or key in st.query_params for key in _NARROWING)
    ordering = any(st.session_state.get(k, d) != d or k in st.query_params for k, d in _ORDERING)
    label = f"更多筛选（{used}）" if used else "更多筛选"
    popover = st.popover(
        label, icon=":material/filter_list:", key="more_filters", on_change="rerun"
    )
    if not (popover.open or used or ordering):
        return {}
    with popover:
        return _fields(offered, actor, today)


def _fields(offered: Options, actor: Actor, today: date) -> dict[str, Any]:
    left, right = st.columns(2)
    channels = _several(left, "信访形式", Channel, key="channels")
    flags = _several(right, "标记（同时具备）", Flag, key="flags")
    code_id = choice(left, "内容分类", offered.codes, offered.code_names, key="code")
    lead_id = choice(right, "包案领导", offered.leaders, offered.leader_names, key="lead")
    due = _one(left, "期限", (Light.OVERDUE, Light.NEAR), key="due")
    duty = _one(right, "包案台账", tuple(DutyList), key="duty")
    repeat = _one(left, "初次/重复", tuple(Repeat), key="repeat")
    person = ""
    if actor.may(Action.FIND_PERSON):
        person = right.text_input(
            "信访人姓名（完全一致）",
            key="person",
            placeholder="只用于查找，不进入地址栏",
            persist_state="session",
        )
    base = left.selectbox(
        "时间按哪个日期", _BASES, format_func=_label, key="base", bind="query-params"
    )
    sort = right.selectbox("排序", _SORTS, format_func=_label, key="sort", bind="query-params")
    suspected = left.toggle("只看疑似重复", key="suspected", bind="query-params")
    alone = right.toggle("责任单位不含下级", key="alone", bind="query-params")
    ordinary = actor.sees_all_cases and left.toggle(
        "不含检举控告", key="ordinary", bind="query-params"
    )
    due_first, due_last = (
        due_span(due, today=today, near_days=offered.near_days) if due else (None, None)
    )
    return {
        "channels": channels,
        "flags": flags,
        "code_id": code_id,
        "lead_id": lead_id,
        "due_first": due_first,
        "due_last": due_last,
        "duty": duty,
        "accusations": False if ordinary else None,
        "alone": alone,
        "repeat": repeat,
        "base": base,
        "sort": sort,
        "person": person or "",
        "suspected": suspected,
    }


def _several(place: DeltaGenerator, label: str, terms: type[Term], *, key: str) -> tuple[Any, ...]:
    chosen = place.multiselect(
        label,
        list(terms),
        format_func=_label,
        key=key,
        bind="query-params",
        placeholder=_ANY,
    )
    return tuple(chosen)


def _one(place: DeltaGenerator, label: str, terms: tuple[Term, ...], *, key: str) -> Any:
    return place.selectbox(
        label,
        terms,
        index=None,
        format_func=_label,
        key=key,
        bind="query-params",
        placeholder=_ANY,
    )


def choice(
    place: DeltaGenerator,
    label: str,
    ids: Sequence[int],
    names: Mapping[int, str],
    *,
    key: str,
) -> int | None:
    """Ask for one of `ids` by its name, or for none; what is chosen lies in the address."""
    return place.selectbox(
        label,
        list(ids),
        index=None,
        format_func=named(names, missing=_ANY),
        key=key,
        bind="query-params",
        placeholder=_ANY,
        filter_mode="contains",
    )
