"""Evaluations as a list, the way to one of them, and the form that applies for one."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from db.commands import evaluations as commands
from db.commands.evaluations import Application
from db.queries import evaluation_matters, evaluators
from db.queries import evaluations as queries
from db.queries.evaluation_matters import MatterFound
from db.queries.evaluations import EvaluationRow
from rules.errors import RuleError
from rules.evaluation_admission import LEVEL_OF, SENSITIVE
from rules.evaluation_steps import DROPPED, OPEN
from rules.evaluation_terms import ApplicationRoute, EvaluationState, PanelLevel
from rules.permissions import Actor
from rules.terms import UnitKind
from ui import forms, store, tables
from ui.options import options

_OPEN = "_open_evaluation"
PAGE = "pages/evaluations/evaluation.py"
_LATE = "超期"
_SHOWN = {
    "进行中": OPEN,
    "已办结": frozenset({EvaluationState.ENDED}),
    "不予受理、已撤回": DROPPED,
    "全部": frozenset[EvaluationState](),
}


def bar_and_table(*, today: date) -> None:
    """Draw the narrowing, how many are in which step, and the list."""
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    term = left.text_input(
        "搜索编号、事项、单位", type="search", key="e_term", persist_state="session"
    )
    with right:
        shown = st.segmented_control(
            "看哪些", list(_SHOWN), default="进行中", required=True, key="e_shown"
        )
    with store.reading() as session:
        rows = queries.listing(session, states=_SHOWN[shown], term=term or "", today=today)
        everything = queries.listing(session, states=OPEN, today=today)
    late = sum(row.late for row in everything)
    st.markdown(f"进行中 **{len(everything)}** 件　超期 **{late}** 件")
    if shown == "进行中":
        rows = _board(rows, everything)
    if rows:
        _table(rows, today)
    elif term or everything:
        st.info("没有符合条件的第三方评价。")
    else:
        st.info("还没有第三方评价。责任单位或联席办在“申请评价”里，按案件或纠纷的编号提出申请。")


def _board(rows: list[EvaluationRow], everything: list[EvaluationRow]) -> list[EvaluationRow]:
    """Draw how many wait in which step and how many are late; a number narrows the list to its own."""
    late = sum(row.late for row in everything)
    counts = dict(queries.step_counts(everything))
    if not counts:
        return rows
    names = [*counts, _LATE]
    chosen = st.pills(
        "在哪一步",
        names,
        format_func=lambda name: f"{forms.plain(name)} {late if name == _LATE else counts[name]}",
        key="e_step",
        bind="query-params",
        label_visibility="collapsed",
    )
    if chosen is None:
        return rows
    return [row for row in rows if (row.late if chosen == _LATE else row.step == chosen)]


def _table(rows: Sequence[EvaluationRow], today: date) -> None:
    columns = {
        "评价事项": [row.title for row in rows],
        "状态": [row.state.label for row in rows],
        "现在这一步": [row.step for row in rows],
        "这一步的期限": [_due(row, today) for row in rows],
        "评价小组": ["县" if row.level is PanelLevel.COUNTY else "镇乡、部门" for row in rows],
        "被评价单位": [row.judged_unit for row in rows],
        "申请日期": [f"{row.applied_on}" for row in rows],
        "开会日期": [f"{row.held_on or ''}" for row in rows],
    }
    widths = {
        "评价事项": 212,
        "状态": 84,
        "现在这一步": 142,
        "这一步的期限": 146,
        "评价小组": 84,
        "被评价单位": 150,
        "申请日期": 88,
        "开会日期": 88,
    }
    tables.opening_table(
        [row.number for row in rows],
        columns,
        widths,
        on_open=ask,
        key="evaluations",
        alt="第三方评价列表",
    )


def _due(row: EvaluationRow, today: date) -> str:
    if row.due_on is None:
        return ""
    late = (today - row.due_on).days
    return f"{row.due_on}" + (f" 超期 {late} 天" if late > 0 else "")


def ask(number: str) -> None:
    """Ask for the page of an evaluation: a callback, for a page is left by the script alone."""
    st.session_state[_OPEN] = number


def go() -> None:
    """Go to the evaluation a click asked for."""
    if number := st.session_state.pop(_OPEN, None):
        st.switch_page(PAGE, query_params={"evaluation": number})


def links(number: str) -> None:
    """Draw the way to each evaluation of a matter; nothing where there is none."""
    found = store.kept(
        "matter_evaluations", number, lambda session: queries.of_matter(session, number)
    )
    for own, state in found:
        st.page_link(
            PAGE,
            label=f"第三方评价 {own}（{state}）",
            icon=":material/balance:",
            query_params={"evaluation": own},
        )


def application(actor: Actor, *, today: date) -> None:
    """Draw the application: the matter is looked up first, then the way and the words."""
    st.caption(
        "信访人（当事人）向镇乡、部门提出，村（社区）向镇乡提出，镇乡、部门向县提出，不越级；"
        "向哪个评价小组提出由途径决定。第三方评价不代替复查、复核，也不影响登记新的信访事项。"
    )
    number = st.text_input(
        "案件或纠纷的编号",
        key="apply_matter",
        max_chars=40,
        width=420,
    )
    if not (number or "").strip():
        return
    try:
        with store.reading() as session:
            found = evaluation_matters.by_number(session, number, today=today)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    st.markdown(f"**{forms.plain(found.number)}** {forms.plain(found.title)}")
    st.caption(forms.plain(f"责任单位（被评价单位）：{found.judged_unit or '未定'}"))
    if found.open_number:
        st.warning(f"本事项已有第三方评价 {found.open_number} 正在进行，同一事项同时只能有一件。")
    for line in found.warnings:
        st.warning(forms.plain(line))
    if found.earlier:
        st.warning(
            f"本事项已评价过（{'、'.join(found.earlier)}）：只能凭新事实、新理由再评价一次。"
        )
    _form(found, actor, today)


def _form(found: MatterFound, actor: Actor, today: date) -> None:
    offered = options()
    with store.reading() as session:
        kinds = (UnitKind.TOWNSHIP, UnitKind.DEPARTMENT, UnitKind.VILLAGE)
        may = set(evaluators.units_of(session, kinds))
    names = {
        key: name
        for key, name in offered.unit_names.items()
        if key in may and (actor.sees_all_cases or key in actor.unit_ids)
    }
    at = f"-{found.number}"
    st.session_state.setdefault(f"apply_number{at}", found.opinion_number)
    st.session_state.setdefault(f"apply_opinion_on{at}", found.opinion_on)
    st.session_state.setdefault(f"apply_on{at}", today)
    if found.judged_unit_id in names:
        st.session_state.setdefault(f"apply_unit{at}", found.judged_unit_id)
    with st.form(f"apply{at}"):
        left, right = st.columns(2)
        with left:
            route = st.radio(
                "申请途径",
                list(ApplicationRoute),
                index=None,
                format_func=lambda each: f"{each.label}（{LEVEL_OF[each].label}）",
                key=f"apply_route{at}",
            )
            unit_id = forms.choose("申请单位", names, key=f"apply_unit{at}", empty="请选择")
        with right:
            applied_on = forms.date_input("申请日期", key=f"apply_on{at}")
            opinion_number = st.text_input(
                "原处理意见书文号", key=f"apply_number{at}", max_chars=64
            )
            opinion_on = forms.date_input("原处理意见书日期", key=f"apply_opinion_on{at}")
        marks = st.pills(
            "有下列情形之一的，不作第三方评价",
            list(SENSITIVE),
            selection_mode="multi",
            format_func=lambda each: SENSITIVE[each],
            key=f"apply_marks{at}",
        )
        title = st.text_input(
            "评价事项（会对外公示，不写姓名、电话、门牌号）",
            key=f"apply_title{at}",
            max_chars=100,
        )
        new_facts = ""
        if found.earlier:
            new_facts = st.text_area(
                "新事实、新理由", key=f"apply_new{at}", height=80, max_chars=1000
            )
        left, right = st.columns(2)
        claims = left.text_area("主要诉求", key=f"apply_claims{at}", height=110, max_chars=2000)
        facts = right.text_area("处理情况", key=f"apply_facts{at}", height=110, max_chars=2000)
        submitted = st.form_submit_button("提出申请", type="primary", key=f"apply_save{at}")
    if submitted:
        given = Application(
            route=route,
            unit_id=unit_id,
            matter=found.number,
            title=title or "",
            claims=claims or "",
            facts=facts or "",
            opinion_number=opinion_number or "",
            opinion_on=opinion_on,
            applied_on=applied_on,
            marks=frozenset(marks),
            new_facts=new_facts or "",
        )
        _apply(given)


def _apply(given: Application) -> None:
    try:
        with store.writing() as session:
            made = commands.apply(session, given, today=store.today(), now=store.now())
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    forms.flash(f"已申请：{made.number}，请填写四项条件的证据")
    st.switch_page(PAGE, query_params={"evaluation": made.number})
