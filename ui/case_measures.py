"""The plan's measures on a case's page: what is to be done, by whom, at whose cost, and the proof."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from db.commands import duty as commands
from db.queries.case_file import CaseFile
from db.queries.duty import DutyFile, MeasureRow
from rules import duty as rules
from rules.case_terms import MeasureKind
from rules.cases import shown_money
from rules.errors import Invalid
from rules.permissions import Action, Actor
from ui import forms, store
from ui.options import options


def show(file: CaseFile, duty: DutyFile, actor: Actor) -> None:
    """Draw the measures, the way to finish each, and the form of a new one."""
    writes = actor.may(Action.HANDLE_CASE)
    st.subheader("化解措施")
    if not duty.measures:
        st.caption("还没有措施。")
    for row in duty.measures:
        _measure(file, row, writes=writes)
    if writes:
        _new(file)


def _measure(file: CaseFile, row: MeasureRow, *, writes: bool) -> None:
    with st.container(border=True, gap="xsmall"):
        late = row.done_on is None and row.due_on is not None and row.due_on < store.today()
        state, colour = ("已完成", "green") if row.done_on else ("未完成", "gray")
        if late:
            state, colour = "已过期限", "red"
        st.markdown(f":{colour}-badge[{state}] **{row.kind.label}** {forms.plain(row.text)}")
        told = [row.unit, row.owner, f"{row.due_on} 前" if row.due_on else ""]
        if row.done_on:
            told.append(f"{row.done_on} 完成，证明：{row.evidence}")
        st.caption(forms.plain(" · ".join(filter(None, told))) or "未写明单位和期限")
        if row.shares:
            borne = "；".join(
                f"{share.unit} {shown_money(share.amount_fen)}"
                + (f"（{share.basis}）" if share.basis else "")
                for share in row.shares
            )
            total = shown_money(sum(share.amount_fen for share in row.shares))
            st.caption(forms.plain(f"费用合计 {total}：{borne}"))
        if writes and row.done_on is None:
            with st.container(horizontal=True):
                _finish(file, row)
                if st.button("删除", key=f"drop_measure_{row.id}", type="tertiary"):
                    forms.save(
                        partial(
                            commands.drop_measure,
                            case_id=file.id,
                            measure_id=row.id,
                            version=row.version,
                        ),
                        message="措施已删除",
                    )


def _finish(file: CaseFile, row: MeasureRow) -> None:
    key = f"finish_{row.id}"
    with st.popover("登记完成", key=key, on_change="rerun") as opened:
        if not opened.open:
            return
        with st.form(f"{key}_form", border=False):
            on = st.date_input(
                "完成日期", value=store.today(), format="YYYY-MM-DD", key=f"{key}_on"
            )
            evidence = st.text_input("完成证明", key=f"{key}_evidence")
            if not st.form_submit_button("确定完成", type="primary"):
                return
        values = {
            "kind": row.kind,
            "text": row.text,
            "unit_id": row.unit_id,
            "owner": row.owner,
            "due_on": row.due_on,
            "done_on": on,
            "evidence": evidence,
        }
        costs = [commands.Cost(s.unit_id, s.amount_fen, s.basis) for s in row.shares]
        forms.save(
            partial(
                commands.set_measure,
                case_id=file.id,
                values=values,
                measure_id=row.id,
                version=row.version,
                costs=costs,
                today=store.today(),
            ),
            message="措施已完成",
        )


def _new(file: CaseFile) -> None:
    key = f"measure_{file.id}"
    with st.popover("添加措施", key=key, icon=":material/add:", on_change="rerun") as opened:
        if not opened.open:
            return
        with st.form(f"{key}_form", border=False):
            left, right = st.columns(2)
            with left:
                kind = st.selectbox(
                    "类别",
                    [*MeasureKind],
                    format_func=lambda term: term.label,
                    key=f"{key}_kind",
                )
                unit = forms.choose("单位", options().unit_names, key=f"{key}_unit", empty="")
            with right:
                owner = st.text_input("责任人", key=f"{key}_owner")
                due = forms.date_input("完成期限", key=f"{key}_due")
            text = st.text_area("措施内容", key=f"{key}_text", height=80)
            costs = st.text_area(
                "费用分摊（每行一个单位：单位 金额 依据，可从表格粘贴）",
                key=f"{key}_costs",
                height=68,
                placeholder="县财政局 20000 会议纪要〔2026〕3号",
            )
            if not st.form_submit_button("保存措施", type="primary"):
                return
        values: dict[str, Any] = {
            "kind": kind,
            "unit_id": unit,
            "owner": owner,
            "due_on": due,
            "text": text,
        }
        try:
            borne = _costs(costs or "")
        except Invalid as refusal:
            forms.show_refusal(refusal)
            return
        forms.save(
            partial(
                commands.set_measure,
                case_id=file.id,
                values=values,
                costs=borne,
                today=store.today(),
            ),
            refilled={f"{key}_text": "", f"{key}_costs": "", f"{key}_owner": ""},
            message="措施已保存",
        )


def _costs(text: str) -> Sequence[commands.Cost]:
    """Read the lines of the box; raises Invalid naming each line that cannot be read."""
    found = rules.read_costs(text, units=options().unit_by_name)
    return [commands.Cost(*each) for each in found]
