"""批量导入: a ledger as it is becomes cases; preview first, the rejected rows come back."""

import streamlit as st

import ui.case_import as work
from db.queries import imports as queries
from documents.ledger_file import NoHeader
from rules.errors import RuleError
from rules.terms import ImportMode
from ui import case_import_parts as parts
from ui import forms, store

MODES = tuple(ImportMode)


def _new() -> None:
    file = st.file_uploader(
        "选择台账文件（.xlsx、.xls、.csv，不超过 20 MB）", type=["xlsx", "xls", "csv"], key="ledger"
    )
    if file is None:
        parts.forget()
        st.caption(
            "原样上传即可：合并的标题行、多行表头、合计行、“同上”都能认。"
            "第一步只是预览，确认之后才写入；同一个文件导两次不会重复。"
        )
        return
    try:
        upload = work.opened(
            file.name, file.getvalue(), sheet_name=st.session_state.get("ledger_sheet")
        )
    except RuleError as refusal:
        forms.show_refusal(refusal)
        if isinstance(refusal, NoHeader):
            parts.point_at_header(refusal, file.getvalue())
        return
    left, middle, right = st.columns(3)
    names = [sheet.name for sheet in upload.sheets]
    left.selectbox("工作表", names, index=names.index(upload.sheet.name), key="ledger_sheet")
    with middle:
        channel = parts.default_channel(upload)
    mode = right.selectbox(
        "有不合格行时", MODES, format_func=lambda mode: mode.label, key="ledger_mode"
    )
    # What comes of it stands above the questions, and is drawn when they are answered.
    outcome = st.container()
    known = sum(bool(name) for name in upload.header.names)
    with st.expander(f"列的对应关系（认出 {len(upload.mapping)}/{known} 列，可以改）"):
        work.header_input(file.getvalue(), upload.sheet, found=upload.header.first_row)
        mapping = work.mapping_form(upload)
    said = work.by_sheet_name(upload, mapping)
    states = work.by_colour(upload, file.getvalue())
    with outcome:
        if parts.done(upload):
            return
    with outcome, st.spinner("正在比对…"):
        reading, unknown = work.understood(upload, mapping, said, channel, states)
    choices = parts.decide(reading, unknown)
    with outcome, st.spinner("正在比对…"):
        plan = work.planned(reading, choices)
    parts.details(upload, reading, plan)
    with outcome:
        parts.summary(upload, plan, mapping, mode)


st.title("批量导入")
tab_new, tab_batches = st.tabs(["导入文件", "导入记录与撤销"])

with tab_batches:
    with store.reading() as session:
        batches = queries.batches(session)
    if not batches:
        st.info("还没有导入过。导入之后，这里可以查看每一批的结果，并在没有人改动之前整批撤销。")
    for batch in batches:
        parts.batch(batch)

with tab_new:
    _new()
