"""What the office does with a batch: opening it, changing one of its cases, ending it."""

from functools import partial

import streamlit as st

from db.commands import batches as commands
from db.queries.batches import BatchFile, BatchRow
from rules.batches import NAME_MAX, NOTE_MAX
from rules.case_terms import BatchKind
from rules.errors import RuleError
from ui import batch_view, forms, store
from ui.options import options

_NEW = ("name", "kind", "meeting", "held_on", "due_on", "note")


def new() -> None:
    """Draw the form that opens a batch; its list is put together on its own page."""
    st.session_state.setdefault("new_held_on", store.today())
    with st.form("new_batch", width=640):
        st.text_input(
            "批次名称",
            key="new_name",
            max_chars=NAME_MAX,
            placeholder="例如：2026年第一次重复信访交办",
        )
        st.selectbox("类别", list(BatchKind), format_func=lambda kind: kind.label, key="new_kind")
        st.text_input(
            "会议", key="new_meeting", max_chars=NAME_MAX, placeholder="例如：第三季度交办会"
        )
        forms.date_input("交办会日期", key="new_held_on")
        forms.date_input("办结时限", key="new_due_on")
        st.text_input("说明", key="new_note", max_chars=NOTE_MAX)
        submitted = st.form_submit_button("新建批次", type="primary", key="new_submit")
    if submitted:
        given = {name: st.session_state[f"new_{name}"] for name in _NEW}
        try:
            with store.writing() as session:
                batch_id = commands.open_batch(
                    session, today=store.today(), now=store.now(), **given
                )
        except RuleError as refusal:
            forms.show_refusal(refusal)
            return
        forms.flash("批次已建立，接着加入案件")
        batch_view.go_to(batch_id)
        st.rerun()


def change(file: BatchFile) -> None:
    """Draw the form that changes with whom and until when one case of the batch lies."""
    if not file.rows:
        st.caption("名单上还没有案件。")
        return
    rows = {row.id: row for row in file.rows}
    labels = {row.id: f"{row.number} {row.title}" for row in file.rows}
    row = rows[forms.choose("案件", labels, key="batch_row") or file.rows[0].id]
    record, at = batch_view.row_pin(row), f"-{row.id}"
    offered = options()
    version = forms.filled(
        record,
        file.version,
        {
            f"row_unit{at}": row.unit_id,
            f"row_lead{at}": row.lead_id,
            f"row_due{at}": row.due_on,
            f"row_note{at}": row.note,
        },
    )
    with st.form(f"change_row{at}", width=640):
        own_unit = {row.unit_id: row.unit} if row.unit_id else {}
        own_lead = {row.lead_id: row.lead} if row.lead_id else {}
        forms.choose("责任单位", {**own_unit, **offered.unit_names}, key=f"row_unit{at}")
        forms.choose(
            "包案领导",
            {**own_lead, **offered.leader_names},
            key=f"row_lead{at}",
            empty="（不改动）",
        )
        forms.date_input("办结时限", key=f"row_due{at}")
        st.text_input("备注", key=f"row_note{at}", max_chars=NOTE_MAX)
        st.caption(
            "改交其他单位，要案件的程序允许再次交办；案件页上按交办步骤计算的期限不随这里改动。"
        )
        with st.container(horizontal=True):
            saved = st.form_submit_button("保存", type="primary", key=f"row_save{at}")
            out = st.form_submit_button("移出本批次", key=f"row_out{at}")
    if saved:
        _save(file, row, at, version)
    if out:
        batch_view.save(
            file,
            partial(commands.take_out, row_id=row.id, version=version),
            record=record,
            message=f"已移出：{row.number}，已走的办理步骤保留",
        )


def _save(file: BatchFile, row: BatchRow, at: str, version: int) -> None:
    state = st.session_state
    batch_view.save(
        file,
        partial(
            commands.change_row,
            row_id=row.id,
            unit_id=state[f"row_unit{at}"],
            lead_id=state[f"row_lead{at}"],
            due_on=state[f"row_due{at}"],
            note=state[f"row_note{at}"] or "",
            version=version,
            today=store.today(),
            now=store.now(),
        ),
        record=batch_view.row_pin(row),
        message="已保存",
    )


def end(file: BatchFile) -> None:
    """Draw the end of a batch, whose results then stay; an empty one can be dropped instead."""
    record, key = batch_view.pin(file), f"end_sure_{file.id}"
    if not file.rows:
        st.caption("名单上还没有案件，建错了的可以删除。")
        if st.button("删除批次", key="batch_drop"):
            _drop(file)
        return
    version = forms.pinned_version(record, file.version, field=key)
    if file.unreceived:
        st.warning(f"还有 {sum(file.unreceived.values())} 件没有签收。")
    with st.form("end_batch", border=False, enter_to_submit=False):
        sure = st.checkbox("结果定格在今天，之后不能再加入、修改和签收", key=key)
        submitted = st.form_submit_button("结束批次", type="primary", key="end_submit")
    if submitted and not sure:
        st.error("请先勾选确认，再结束批次")
    elif submitted:
        forms.save(
            partial(
                commands.close_batch,
                batch_id=file.id,
                version=version,
                today=store.today(),
                now=store.now(),
            ),
            record=record,
            message="批次已结束，结果已定格",
        )


def _drop(file: BatchFile) -> None:
    try:
        with store.writing() as session:
            commands.drop_batch(session, file.id, version=file.version)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    forms.flash(f"已删除：批次“{file.name}”")
    del st.query_params["batch"]
    st.rerun()
