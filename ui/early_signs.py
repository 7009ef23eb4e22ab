"""苗头信息 on the screen: reported in a drawer, listed, turned into a dispute, a case, or closed."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any

import streamlit as st

from db.commands import early_signs as commands
from db.queries import early_signs as queries
from db.queries.early_signs import SignRow
from rules import early_signs as rules
from rules.dispute_terms import EarlyState
from rules.permissions import Action, Actor
from ui import dispute_filter, forms, store, windows
from ui.options import options

_PAGE = re.compile("[0-9]{1,6}")


def form(key: str, actor: Actor) -> None:
    """Draw the report; the moment it is saved is the moment it was reported."""
    offered = options()
    units = {
        unit_id: name
        for unit_id, name in offered.unit_names.items()
        if actor.sees_all_cases or unit_id in actor.unit_ids
    }
    places = {unit_id: offered.unit_names[unit_id] for unit_id in offered.townships}
    moment = store.local(store.now())
    if "early_title" not in st.session_state:
        own = next(iter(units), None)
        started: dict[str, Any] = {
            "early_title": "",
            "early_unit_id": own,
            "early_area_id": own if own in places else None,
            "early_learned_on": moment.date(),
            "early_learned_time": moment.time().replace(second=0, microsecond=0),
        }
        st.session_state.update(started)
    with st.form("early_form", border=False):
        st.text_input("什么事", key="early_title", max_chars=200)
        first, second = st.columns(2)
        with first:
            forms.choose("报送单位", units, key="early_unit_id", empty="请选择")
        with second:
            forms.choose("所属乡镇、村", places, key="early_area_id", empty="请选择")
        first, second = st.columns(2)
        first.text_input("在哪里", key="early_place", max_chars=100)
        with second:
            forms.date_input("从什么时候开始", key="early_since_on")
        first, second = st.columns(2, vertical_alignment="bottom")
        first.number_input(
            "涉及人数", min_value=1, max_value=99_999, value=None, step=1, key="early_people"
        )
        second.checkbox("人数是约数", key="early_people_approx")
        st.text_area("简要情况（不写姓名、电话）", key="early_content", max_chars=2000, height=100)
        st.text_area("需要县里做什么", key="early_asked", max_chars=2000, height=70)
        first, second = st.columns(2)
        with first:
            forms.date_input("知悉日期", key="early_learned_on")
        second.time_input("知悉时刻", key="early_learned_time", step=300)
        submitted = st.form_submit_button("报送", type="primary", key="early_save")
    if submitted:
        given = _typed()
        unit_id = st.session_state["early_unit_id"]
        forms.save(
            lambda session: commands.report(
                session, given, unit_id=unit_id, today=store.today(), now=store.now()
            ),
            refilled={key: False, "early_title": "", "early_content": "", "early_asked": ""},
            message=lambda made: f"已报送：{made.number}",
        )


def _typed() -> dict[str, Any]:
    names = ("title", "area_id", "place", "people", "people_approx", "since_on")
    given = {name: st.session_state.get(f"early_{name}") for name in (*names, "content", "asked")}
    on: date | None = st.session_state.get("early_learned_on")
    at: time | None = st.session_state.get("early_learned_time")
    learned = None
    if on is not None and at is not None:
        learned = datetime.combine(on, at, tzinfo=store.clock()).astimezone(UTC)
    return {**given, "learned_at": learned}


def draw(actor: Actor, *, today: date) -> None:
    """Draw the list with its filter; each report says how fast it came and what became of it."""
    left, right = st.columns([3, 1.2])
    term = left.text_input(
        "搜索", type="search", key="e_term", placeholder="一个或几个词", persist_state="session"
    )
    state = right.selectbox(
        "状态",
        list(EarlyState),
        index=None,
        format_func=lambda each: each.label if each else "不限",
        key="e_state",
        bind="query-params",
        placeholder="不限",
    )
    wanted = (state, term or "")
    if st.session_state.get("_early_listed", wanted) != wanted and "e_page" in st.session_state:
        st.session_state["e_page"] = 1
    st.session_state["_early_listed"] = wanted
    asked = str(st.session_state.get("e_page", st.query_params.get("e_page", "")))
    page = int(asked) if _PAGE.fullmatch(asked) else 1
    found = store.kept(
        "early",
        (wanted, page),
        lambda session: queries.signs(session, state=state, term=term or "", page=page),
    )
    parts = [f"{each.label} {count}" for each, count in found.by_state.items()]
    st.markdown(" · ".join([f"共 **{found.total}** 条", *parts]))
    if not found.rows:
        st.info("没有苗头信息。发现可能扩大的事，点上面的“报送苗头信息”。")
    for row in found.rows:
        _row(row, actor, today=today)
    if found.pages > 1:
        if st.session_state.get("e_page", found.page) != found.page:
            st.session_state["e_page"] = found.page
        st.pagination(
            found.pages, key="e_page", bind="query-params", max_visible_pages=3, width=260
        )


def _row(row: SignRow, actor: Actor, *, today: date) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            colour = "orange" if row.state is EarlyState.OPEN else "gray"
            st.badge(row.state.label, color=colour)  # type: ignore[arg-type]
            st.markdown(f"**{forms.plain(row.title)}**")
        learned, reported = store.local(row.learned_at), store.local(row.reported_at)
        people = f"{'约 ' if row.people_approx else ''}{row.people} 人" if row.people else ""
        where = " ".join(filter(None, [row.area, row.place]))
        since = f"{row.since_on} 起" if row.since_on else ""
        st.caption(
            forms.plain(" · ".join(filter(None, [row.number, row.unit, where, people, since])))
        )
        if row.content:
            st.text(row.content)
        st.text(f"需要县里：{row.asked}")
        took = rules.taken(row.learned_at, row.reported_at)
        st.caption(f"{learned:%Y-%m-%d %H:%M} 知悉，{reported:%Y-%m-%d %H:%M} 上报（用时 {took}）")
        if row.state is EarlyState.OPEN:
            _settle(row, actor, today=today)
        else:
            what = row.closed_why or row.became or "（不在您的查看范围内）"
            st.caption(forms.plain(f"{row.state.label}：{what}（{row.settled_by}）"))


def _settle(row: SignRow, actor: Actor, *, today: date) -> None:
    if not actor.may(Action.RECORD_DISPUTE):
        return
    ways: list[tuple[str, str, Callable[[str], None]]] = [
        ("into_dispute", "转为纠纷", partial(_dispute_form, row=row, today=today)),
        ("close", "了结", partial(_close_form, row=row)),
    ]
    if actor.may(Action.REGISTER):
        ways.insert(1, ("into_case", "转信访事项", partial(_case_form, row=row, today=today)))
    with st.container(horizontal=True):
        for name, label, draw_form in ways:
            windows.opened(f"early_{name}_{row.id}", label, draw_form)


def _dispute_form(key: str, row: SignRow, today: date) -> None:
    st.caption("按报送单位排查出的纠纷登记，情况照苗头信息填好。")
    with st.form(f"{key}_form", border=False):
        class_id = forms.choose(
            "类别", dispute_filter.class_names(), key=f"{key}_class", empty="请选择"
        )
        submitted = st.form_submit_button("登记为纠纷", type="primary", key=f"{key}_save")
    if submitted:
        forms.save(
            lambda session: commands.into_dispute(
                session,
                row.id,
                class_id=class_id,
                version=row.version,
                today=today,
                now=store.now(),
            ),
            refilled={key: False},
            message=lambda opened: f"已登记纠纷 {opened.number}",
        )


def _case_form(key: str, row: SignRow, today: date) -> None:
    st.caption("按排查转入登记为信访事项，其他情况在案件页补充。")
    if st.button("登记为信访事项", type="primary", key=f"{key}_save"):
        forms.save(
            lambda session: commands.into_case(
                session, row.id, version=row.version, today=today, now=store.now()
            ),
            refilled={key: False},
            message=lambda opened: f"已登记案件 {opened.number}",
        )


def _close_form(key: str, row: SignRow) -> None:
    with st.form(f"{key}_form", border=False):
        why = st.text_input("怎样了结的", key=f"{key}_why", max_chars=200)
        submitted = st.form_submit_button("了结", type="primary", key=f"{key}_save")
    if submitted:
        forms.save(
            lambda session: commands.close(
                session, row.id, why=why or "", version=row.version, now=store.now()
            ),
            refilled={key: False},
            message="已了结",
        )
