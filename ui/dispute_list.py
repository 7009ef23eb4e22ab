"""The ledger of disputes on the screen: its table, the way to one of them, and what is taken along."""

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import streamlit as st

from db.commands import disputes as commands
from db.queries import disputes as queries
from db.queries.dispute_sign_off import Waiting
from db.queries.disputes import DisputeFilter, DisputeRow, Listing
from documents import case_sheet
from rules.cases import shown_count, shown_money
from rules.dispute_terms import GradeStage, Tally
from rules.errors import Invalid, Problem, RuleError
from rules.masking import redact
from rules.permissions import Actor
from rules.rates import shown_rate
from ui import dispute_filter, export_file, forms, store, tables
from ui.case_filter import Chosen
from ui.options import options

_OPEN = "_open_dispute"
_OPEN_LIST = "_open_disputes"
_READY = "_disputes_export"
_LIMIT = 100_000
PAGE = "pages/sweeps/dispute.py"
LEDGER = "pages/sweeps/ledger.py"


def table(rows: Sequence[DisputeRow], *, today: date) -> None:
    """Draw disputes, each opened by a click on its number."""
    columns = {
        "矛盾纠纷": [row.title for row in rows],
        "等级": [level(row) for row in rows],
        "状态": [row.state.label for row in rows],
        "类别": [row.kind for row in rows],
        "所属乡镇、村": [_area(row) for row in rows],
        "排查日期": [f"{row.found_on}" for row in rows],
        "人数": [f"{'约' if row.people_approx else ''}{row.people}" for row in rows],
        "责任单位": [row.duty_unit or "未交办" for row in rows],
        "化解时限": [_due(row, today) for row in rows],
    }
    widths = {
        "矛盾纠纷": 222,
        "等级": 98,
        "状态": 82,
        "类别": 84,
        "所属乡镇、村": 126,
        "排查日期": 88,
        "人数": 48,
        "责任单位": 106,
        "化解时限": 146,
    }
    tables.opening_table(
        [row.number for row in rows],
        columns,
        widths,
        on_open=ask,
        key="disputes",
        alt="矛盾纠纷台账",
    )


def waiting_table(rows: Sequence[Waiting], *, key: str, heading: str) -> None:
    """Draw disputes that wait for somebody, each opened by a click on its number."""
    tables.opening_table(
        [row.number for row in rows],
        {
            "矛盾纠纷": [row.title for row in rows],
            "单位": [row.unit for row in rows],
            heading: [f"{row.on}" for row in rows],
            "事项": [row.what for row in rows],
        },
        {"矛盾纠纷": 380, "单位": 180, heading: 110, "事项": 160},
        on_open=ask,
        key=key,
        alt=heading,
    )


def level(row: DisputeRow) -> str:
    """Say the level of a dispute and how far its deciding has come."""
    if row.level is None:
        return "未评定"
    stage = "" if row.level_stage is GradeStage.TOWNSHIP else "（待审定）"
    return f"{row.level.label}{stage}"


def counted(found: Listing) -> str:
    """Say how many disputes there are in each column; 部分化解 is its own and no 化解."""
    tally = found.tally
    parts = [f"{column.label} **{tally[column]}**" for column in Tally]
    rate = shown_rate(tally[Tally.RESOLVED], tally.found)
    left_out = found.total - tally.found
    out = f" · 另有剔除、并入 {left_out}" if left_out else ""
    return f"排查 **{tally.found}** 件 = {' + '.join(parts)} · 化解率 {rate}{out}"


def ask(number: str) -> None:
    """Ask for the page of a dispute: a callback, for a page is left by the script alone."""
    st.session_state[_OPEN] = number


def go() -> None:
    """Go to the dispute a click asked for."""
    if "dispute" in st.query_params:
        del st.query_params["dispute"]
    if number := st.session_state.pop(_OPEN, None):
        kept = [(key, value) for key in st.query_params for value in st.query_params.get_all(key)]
        st.session_state["_disputes_from"] = kept
        st.switch_page(PAGE, query_params={"dispute": number})


def ask_list(chosen: Chosen) -> None:
    """Ask for the ledger narrowed to what a figure counts: a callback, too."""
    st.session_state[_OPEN_LIST] = chosen


def go_to_list() -> None:
    """Go to the ledger a click on a figure asked for."""
    if (chosen := st.session_state.pop(_OPEN_LIST, None)) is not None:
        st.switch_page(LEDGER, query_params=dispute_filter.choose(chosen))


def moved() -> None:
    """Let a click on a dispute's page lead to another: its address is changed in place."""
    if number := st.session_state.pop(_OPEN, None):
        st.query_params["dispute"] = number


def back_link() -> None:
    """Draw the way back to the ledger as it was narrowed."""
    st.page_link(
        LEDGER,
        label="返回纠纷台账",
        icon=":material/arrow_back:",
        query_params=st.session_state.get("_disputes_from", []),
    )


def export(wanted: DisputeFilter, actor: Actor) -> None:
    """Draw the export of what the filter leaves: masked, watermarked, noted in the audit."""
    popover = st.popover("导出", icon=":material/download:", key="disputes_menu", on_change="rerun")
    if not popover.open:
        return
    with popover:
        st.caption("导出当前筛选的纠纷。当事人姓名电话不导出，正文中的号码自动打码。")
        if st.button("生成文件", key="disputes_make", type="primary"):
            try:
                st.session_state[_READY] = {"wanted": wanted, **_made(wanted, actor)}
            except RuleError as refusal:
                forms.show_refusal(refusal)
        ready = st.session_state.get(_READY)
        if ready and ready["wanted"] == wanted:
            export_file.download(ready, key="disputes_download")


def _made(wanted: DisputeFilter, actor: Actor) -> dict[str, object]:
    moment, today = store.local(store.now()), store.today()
    with store.reading() as session:
        rows = queries.export_rows(session, wanted, today=today, limit=_LIMIT + 1)
    if len(rows) > _LIMIT:
        raise Invalid([Problem("export", f"超过 {_LIMIT} 件，请加条件后分次导出")])
    offered = options()
    names = {
        "class_id": dispute_filter.class_names(active_only=False),
        "area_id": dict(offered.unit_names),
        "unit_id": {row.id: row.path_name for row in offered.tree},
        "lead_id": dict(offered.leader_names),
        "band": dispute_filter.BAND_NAMES,
        "round_id": dispute_filter.round_names(wanted.round_id) if wanted.round_id else {},
    }
    filters = queries.said(wanted, names)
    content = case_sheet.write(
        [_line(row, today) for row in rows],
        case_sheet.About(
            title="矛盾纠纷排查台账",
            as_of=f"{moment:%Y-%m-%d %H:%M}",
            exported_by=actor.name,
            filters=filters,
            rows=len(rows),
            masking="不含当事人姓名电话，正文号码已打码",
            sheet="矛盾纠纷",
        ),
    )
    noted = [
        f"搜索：{len(wanted.term.split())} 个词（内容不记入审计）"
        if line.startswith("搜索：")
        else line
        for line in filters
    ]
    with store.writing() as session:
        commands.note_export(session, rows=len(rows), filters=noted)
    return {"name": f"矛盾纠纷台账_{moment:%Y%m%d_%H%M}.xlsx", "file": content, "warnings": []}


def _line(row: DisputeRow, today: date) -> case_sheet.Row:
    return {
        "编号": row.number,
        "矛盾纠纷名称": redact(row.title),
        "类别": row.kind,
        "等级": row.level.label if row.level else "",
        "评定环节": row.level_stage.label if row.level_stage else "",
        "排查日期": f"{row.found_on}",
        "排查单位": row.unit,
        "所属乡镇": row.township,
        "所属村": row.area,
        "网格": row.grid,
        "发生地点": redact(row.place),
        "发生日期": f"{row.happened_on or ''}",
        "涉及人数": shown_count(row.people, approx=row.people_approx),
        "涉及金额": shown_money(row.amount_fen, approx=row.amount_approx),
        "简要情况": redact(row.content),
        "责任单位": row.duty_unit,
        "责任人": row.handler,
        "包案领导": row.lead,
        "化解方式": row.channel.label if row.channel else "",
        "化解层级": row.tier.label,
        "化解时限": _due(row, today),
        "状态": row.state.label,
        "化解结果": row.outcome.label,
        "化解日期": f"{row.resolved_on or ''}",
        "销号日期": f"{row.signed_on or ''}",
    }


def _area(row: DisputeRow) -> str:
    if row.township and row.area and row.township != row.area:
        return f"{row.township}/{row.area}"
    return row.area or row.township or row.unit


def _due(row: DisputeRow, today: date) -> str:
    if row.due_on is None:
        return ""
    late = (today - row.due_on).days
    return f"{row.due_on}" + (f" 超期 {late} 天" if late > 0 and row.is_open else "")


def plain_table(columns: dict[str, list[str]], *, alt: str) -> None:
    """Draw texts by heading that open nothing."""
    st.dataframe(pa.table(columns), hide_index=True, alt=alt)
