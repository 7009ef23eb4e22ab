"""What stands behind a figure, as a table of each kind: drawn, and as the lines of a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import streamlit as st

from db.queries.batches import Held
from db.queries.contacts import ContactRow
from db.queries.meeting_decisions import DecisionRow
from db.queries.official import OfficialRow
from db.queries.reception_days import PlannedDay, ReceptionDay
from db.queries.reception_figures import LeaderFigures
from db.queries.situation_behind import Behind, HandedCase
from db.queries.situation_cases import CasesBehind
from documents import case_sheet
from rules.batches import tally
from rules.evaluation_figures import Fact
from rules.figure_terms import Opens
from rules.masking import redact
from rules.permissions import SCREENS, Actor
from rules.sweeps import Slot
from ui import (
    case_views,
    decision_list,
    dispute_list,
    evaluation_results,
    menu,
    store,
    tables,
    visit_table,
)

SHOWN = 200
Columns = Mapping[str, Sequence[str]]
_WIDTHS = {"标题": 320, "状态": 84, "收到日期": 96, "日期": 96, "人数": 56, "责任单位": 180}


def draw(found: Behind, actor: Actor, *, today: date) -> None:
    """Draw the rows of what stands behind a figure, the first of many."""
    if found.cases is not None:
        _cases(found.cases)
    if found.disputes is not None and found.disputes.rows:
        dispute_list.table(found.disputes.rows, today=today)
    if found.visits is not None and found.visits.rows:
        visit_table.table(found.visits.rows, key="overview_visits")
    if found.rows:
        _rows(found.opens, found.rows, actor)


def lines(found: Behind) -> list[case_sheet.Row]:
    """Put the rows that stand in no ledger of their own as a file has them: nobody's words or name."""
    told: dict[str, Sequence[str]] = {}
    if found.cases is not None:
        told = {"案件编号": [row.number for row in found.cases.rows], **_about(found.cases)}
        told.pop("标题")
    elif found.rows and found.visits is None:
        told = dict(_KINDS[type(found.rows[0])].columns(found.rows))
    columns = {name: [redact(each) for each in cells] for name, cells in told.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def shown(found: Behind) -> int:
    """How many rows are drawn or listed of it."""
    if found.cases is not None:
        return len(found.cases.rows)
    if found.disputes is not None:
        return len(found.disputes.rows)
    if found.visits is not None:
        return len(found.visits.rows) + len(found.rows)
    return min(len(found.rows), SHOWN)


def total(found: Behind) -> int:
    """How many rows there are of it, which are fewer than the people a figure counts."""
    if found.cases is not None:
        return found.cases.total
    if found.disputes is not None:
        return found.disputes.total
    if found.visits is not None:
        return found.visits.figures.batches + len(found.rows)
    return len(found.rows)


def _cases(found: CasesBehind) -> None:
    if found.rows:
        tables.opening_table(
            [row.number for row in found.rows],
            _about(found),
            _WIDTHS,
            on_open=case_views.open_case,
            key="overview_cases",
            alt="案件",
        )


def _about(found: CasesBehind) -> dict[str, list[str]]:
    rows = found.rows
    days = {"日期": [f"{row.on}" for row in rows]} if any(row.on for row in rows) else {}
    people = {"人数": [f"{row.people}" for row in rows]} if found.people is not None else {}
    return {
        "标题": [row.title for row in rows],
        "状态": [row.state.label for row in rows],
        "收到日期": [f"{row.received_on}" for row in rows],
        **days,
        **people,
        "责任单位": [row.unit for row in rows],
    }


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of rows that no ledger lists: its columns as text, and the screen that keeps them."""

    columns: Callable[[Sequence[Any]], Columns]
    screen: str


def _rows(opens: Opens, rows: Sequence[Any], actor: Actor) -> None:
    kind, drawn = _KINDS[type(rows[0])], rows[:SHOWN]
    match rows[0]:
        case Fact():
            evaluation_results.table(drawn, key="overview_evaluations")
        case DecisionRow():
            decision_list.table(drawn, key="overview_decisions")
        case HandedCase():
            columns = kind.columns(drawn)
            about = {name: cells for name, cells in columns.items() if name != "案件编号"}
            tables.opening_table(
                columns["案件编号"],
                about,
                {},
                on_open=case_views.open_case,
                key="overview_handed",
                alt=opens.label,
            )
        case _:
            st.dataframe(pa.table({**kind.columns(drawn)}), hide_index=True, alt=opens.label)
    if kind.screen and any(actor.may(action) for action in SCREENS[kind.screen]):
        st.page_link(f"pages/{kind.screen}.py", label=f"到“{menu.TITLES[kind.screen][0]}”")


def _evaluations(rows: Sequence[Fact]) -> Columns:
    return {
        "评价编号": [row.number for row in rows],
        "状态": [row.state.label for row in rows],
        "被评价单位": [row.unit for row in rows],
        "内容分类": [row.kind for row in rows],
        "申请日期": [f"{row.applied_on}" for row in rows],
        "开会日期": [f"{row.held_on or ''}" for row in rows],
        "评价小组": [row.verdict.label if row.verdict else "" for row in rows],
        "信访人": [row.view.label if row.view else "" for row in rows],
    }


def _decisions(rows: Sequence[DecisionRow]) -> Columns:
    return {
        "会议": [row.meeting_title for row in rows],
        "责任单位": [row.unit for row in rows],
        "议定事项": [row.text for row in rows],
        "时限": [f"{row.due_on}" for row in rows],
        "状态": [row.standing for row in rows],
    }


def _planned(rows: Sequence[PlannedDay]) -> Columns:
    return {
        "接访日期": [f"{row.on}" for row in rows],
        "接访领导": [row.leader for row in rows],
        "情况": ["已接访" if row.held else "没有接访" for row in rows],
    }


def _days(rows: Sequence[ReceptionDay]) -> Columns:
    return {
        "接访日期": [f"{row.on}" for row in rows],
        "接访领导": [row.leader for row in rows],
        "来访（批次）": [f"{row.batches}" for row in rows],
    }


def _leaders(rows: Sequence[LeaderFigures]) -> Columns:
    return {
        "接访领导": [row.name for row in rows],
        "接访（场次）": [f"{row.sessions}" for row in rows],
        "来访（批次）": [f"{row.batches}" for row in rows],
    }


def _contacts(rows: Sequence[ContactRow]) -> Columns:
    return {
        "日期": [f"{row.visited_on}" for row in rows],
        "类型": [row.kind.label for row in rows],
        "领导": [row.leader for row in rows],
        "单位": [row.unit for row in rows],
        "解决问题（个）": [f"{row.solved}" for row in rows],
    }


def _held(rows: Sequence[Held]) -> Columns:
    counts = [tally(row.outcomes) for row in rows]
    return {
        "交办批次": [row.name for row in rows],
        "交办会日期": [f"{row.held_on}" for row in rows],
        "交办（件）": [f"{each.assigned}" for each in counts],
        "化解（件）": [f"{each.resolved}" for each in counts],
        "停访息诉（件）": [f"{each.settled}" for each in counts],
    }


def _handed(rows: Sequence[HandedCase]) -> Columns:
    return {
        "案件编号": [row.outcome.number for row in rows],
        "交办批次": [row.batch for row in rows],
        "交办会日期": [f"{row.held_on}" for row in rows],
        "责任单位": [row.outcome.unit for row in rows],
        "化解": ["已化解" if row.outcome.resolved else "未化解" for row in rows],
        "停访息诉": ["是" if row.outcome.settled else "否" for row in rows],
    }


def _slots(rows: Sequence[Slot]) -> Columns:
    return {
        "轮次": [row.round.name for row in rows],
        "截止": [f"{store.local(row.round.due_at):%Y-%m-%d %H:%M}" for row in rows],
        "单位": [row.unit_name for row in rows],
        "情况": [row.state.label for row in rows],
        "报送时间": [
            f"{store.local(row.filing.filed_at):%Y-%m-%d %H:%M}"
            if row.filing and row.filing.filed_at
            else ""
            for row in rows
        ],
    }


def _told(rows: Sequence[OfficialRow]) -> Columns:
    return {
        "项目": [row.label for row in rows],
        "期间": [f"{row.first_on} 至 {row.last_on}" for row in rows],
        "属地": [row.township or "全县" for row in rows],
        "数量": [f"{row.value}{row.unit}" for row in rows],
        "来源": [row.source for row in rows],
        "录入人": [row.entered_by for row in rows],
        "录入时间": [f"{store.local(row.entered_at):%Y-%m-%d %H:%M}" for row in rows],
    }


_KINDS: Mapping[type, _Kind] = {
    Fact: _Kind(_evaluations, ""),
    DecisionRow: _Kind(_decisions, ""),
    PlannedDay: _Kind(_planned, "receptions/roster"),
    ReceptionDay: _Kind(_days, "receptions/results"),
    LeaderFigures: _Kind(_leaders, "receptions/results"),
    ContactRow: _Kind(_contacts, "receptions/contacts"),
    Held: _Kind(_held, "cases/batches"),
    HandedCase: _Kind(_handed, "cases/batches"),
    Slot: _Kind(_slots, "sweeps/rounds"),
    OfficialRow: _Kind(_told, "review/official"),
}
