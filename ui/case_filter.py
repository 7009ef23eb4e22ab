"""The filter bar of the case register: widgets whose values live in the address."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.queries.cases import CaseFilter, Sort
from rules.periods import Period, days_of
from rules.permissions import Action, Actor
from rules.terms import CaseState, Channel, DateBase, Flag, Repeat, Term
from ui.forms import named
from ui.options import Options

_ANY = "不限"
_PERIODS: tuple[Period, ...] = tuple(Period)
_BASES: tuple[DateBase, ...] = tuple(DateBase)
_SORTS: tuple[Sort, ...] = tuple(Sort)


def _label(term: Term | None) -> str:
    return term.label if term else _ANY


def filter_bar(offered: Options, actor: Actor, *, today: date) -> CaseFilter:
    """Draw the bar and return what it asks for; only the words searched and a person's name
    stay out of the address, for both may name somebody."""
    first, second, third, fourth, fifth = st.columns([3, 1.3, 1.3, 2, 2])
    term = first.text_input(
        "搜索标题、内容、编号",
        type="search",
        key="term",
        placeholder="输入一个或几个词,用空格分开",
        persist_state="session",
    )
    period = second.selectbox(
        "时间", _PERIODS, format_func=_label, key="period", bind="query-params"
    )
    base = third.selectbox(
        "按哪个日期", _BASES, format_func=_label, key="base", bind="query-params"
    )
    unit_id = _choice(fourth, "责任单位", offered.units, offered.unit_names, key="unit")
    township_id = _choice(fifth, "属地", offered.townships, offered.unit_names, key="township")
    since, until = days_of(period, today=today)
    if period is Period.CUSTOM:
        since, until = _custom_days()
    states = st.pills(
        "状态",
        list(CaseState),
        selection_mode="multi",
        format_func=_label,
        key="states",
        bind="query-params",
        label_visibility="collapsed",
    )
    with st.expander("更多筛选与排序", icon=":material/filter_list:"):
        more = _more(offered, actor)
    return CaseFilter(
        base=base,
        first=since,
        last=until,
        states=tuple(states),
        unit_id=unit_id,
        township_id=township_id,
        term=term or "",
        **more,
    )


def _custom_days() -> tuple[date | None, date | None]:
    left, right, _ = st.columns([1, 1, 3])
    since = left.date_input("从", value=None, format="YYYY-MM-DD", key="since", bind="query-params")
    until = right.date_input(
        "到(含)", value=None, format="YYYY-MM-DD", key="until", bind="query-params"
    )
    if since and until and until < since:
        st.warning("“到”早于“从”,没有案件会符合,请调整日期")
    return since, until


def _more(offered: Options, actor: Actor) -> dict[str, Any]:
    first, second, third, fourth = st.columns(4)
    channels = first.multiselect(
        "信访形式",
        list(Channel),
        format_func=_label,
        key="channels",
        bind="query-params",
        placeholder=_ANY,
    )
    flags = second.multiselect(
        "标记(同时具备)",
        list(Flag),
        format_func=_label,
        key="flags",
        bind="query-params",
        placeholder=_ANY,
    )
    code_id = _choice(third, "内容分类", offered.codes, offered.code_names, key="code")
    lead_id = _choice(fourth, "包案领导", offered.leaders, offered.leader_names, key="lead")
    fifth, sixth, seventh, eighth = st.columns(4, vertical_alignment="bottom")
    repeat = fifth.selectbox(
        "初次/重复",
        [None, *Repeat],
        format_func=_label,
        key="repeat",
        bind="query-params",
        placeholder=_ANY,
    )
    sort = sixth.selectbox("排序", _SORTS, format_func=_label, key="sort", bind="query-params")
    person = ""
    if actor.may(Action.FIND_PERSON):
        person = seventh.text_input(
            "信访人姓名(完全一致)", key="person", placeholder="只用于查找,不显示在地址栏"
        )
    suspected = eighth.toggle("只看疑似重复", key="suspected", bind="query-params")
    return {
        "channels": tuple(channels),
        "flags": tuple(flags),
        "code_id": code_id,
        "lead_id": lead_id,
        "repeat": repeat,
        "sort": sort,
        "person": person or "",
        "suspected": suspected,
    }


def _choice(
    place: DeltaGenerator,
    label: str,
    ids: tuple[int, ...],
    names: Mapping[int, str],
    *,
    key: str,
) -> int | None:
    return place.selectbox(
        label,
        list(ids),
        index=None,
        format_func=named(names, missing=_ANY),
        key=key,
        bind="query-params",
        placeholder=_ANY,
    )
