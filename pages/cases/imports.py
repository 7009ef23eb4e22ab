"""批量导入: a ledger as it is becomes cases; preview first, the rejected rows come back."""

from functools import partial

import streamlit as st

import ui.case_import as work
from db.commands import imports as commands
from db.engine import StoreAway
from db.queries import imports as queries
from rules.errors import RuleError
from rules.terms import Channel, ImportMode, Outcome
from ui import forms, store

CHANNELS = tuple(Channel)
MODES = tuple(ImportMode)

st.title("批量导入")
forms.show_flash()
tab_new, tab_batches = st.tabs(["导入文件", "导入记录与撤销"])

with tab_batches:
    with store.reading() as session:
        batches = queries.batches(session)
    if not batches:
        st.info("还没有导入过。导入之后,这里可以查看每一批的结果,并在没有人改动之前整批撤销。")
    for batch in batches:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.text(
                f"第 {batch.id} 批 · {store.local(batch.at):%Y-%m-%d %H:%M} · {batch.actor} ·"
                f" 《{batch.file_name}》{batch.sheet}\n{work.counts_line(batch.counts)}"
            )
            if batch.undone_at:
                st.badge(f"已由 {forms.plain(batch.undone_by or '')} 撤销", color="gray")
            elif st.button("撤销这一批", key=f"undo_{batch.id}"):
                undo = partial(commands.undo, batch_id=batch.id, now=store.now())
                forms.save(undo, message=f"第 {batch.id} 批已撤销")

with tab_new:
    file = st.file_uploader(
        "选择台账文件(.xlsx、.xls、.csv,不超过 20 MB)", type=["xlsx", "xls", "csv"], key="ledger"
    )
    if file is None:
        st.session_state.pop("import_done", None)
        st.caption(
            "原样上传即可:合并的标题行、多行表头、合计行、“同上”都能认。"
            "第一步只是预览,确认之后才写入;同一个文件导两次不会重复。"
        )
        st.stop()
    try:
        sheet_name = st.session_state.get("ledger_sheet")
        upload = work.opened(file.name, file.getvalue(), sheet_name=sheet_name)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        st.stop()
    left, middle, right = st.columns(3)
    names = [sheet.name for sheet in upload.sheets]
    left.selectbox("工作表", names, index=names.index(upload.sheet.name), key="ledger_sheet")
    channel = middle.selectbox(
        "没有写信访形式的,按",
        CHANNELS,
        index=2,
        format_func=lambda c: c.label,
        key="ledger_channel",
    )
    mode = right.selectbox("有不合格行时", MODES, format_func=lambda m: m.label, key="ledger_mode")
    known = sum(bool(name) for name in upload.header.names)
    with st.expander(f"列的对应关系(认出 {len(upload.mapping)}/{known} 列,可以改)"):
        mapping = work.mapping_form(upload)

    done = st.session_state.get("import_done")
    if done and done["digest"] == upload.digest:
        result = done["result"]
        if result.batch is None:
            st.info("没有写入任何内容。" + work.counts_line(result.counts))
        else:
            st.success(
                f"第 {result.batch} 批导入完成,用时 {done['seconds']:.1f} 秒。{work.counts_line(result.counts)}"
            )
            st.page_link(
                "pages/cases/register.py", label="到登记簿查看", icon=":material/list_alt:"
            )
        if done["rejects"]:
            st.download_button(
                "下载退回的行(改好后再传一次)",
                done["rejects"],
                file_name=f"退回_{file.name.rsplit('.', 1)[0]}.xlsx",
                key="rejects",
                on_click="ignore",
                type="primary",
            )
        if st.button("再看一次预览", key="again"):
            st.session_state.pop("import_done")
            st.rerun()
        st.stop()

    with st.spinner("正在比对…"):
        reading = work.read(upload, mapping, channel)
        plan = work.planned(reading)
    counts = plan.counts()
    places = st.columns(6)
    figures = [(outcome.label, counts[outcome.value]) for outcome in Outcome]
    figures.insert(3, ("疑似重复", counts["suspected_duplicates"]))
    for place, (label, count) in zip(places, figures, strict=True):
        place.metric(label, count)
    st.caption(work.counts_line(counts))
    for line in work.warning_lines(reading, plan, upload.sheet):
        st.warning(forms.plain(line))
    for title, rows in (
        ("退回的行和原因", work.problem_rows(plan)),
        ("将要更新的内容", work.change_rows(plan)),
        ("疑似重复(照常导入并做标记)", work.suspected_rows(plan)),
        ("忽略的行", work.other_rows(plan, Outcome.IGNORED)),
    ):
        if rows:
            with st.expander(f"{title}({len(rows)})", expanded=title.startswith("退回")):
                st.dataframe(rows, hide_index=True, alt=title)
    if st.button(
        "开始导入",
        type="primary",
        key="import_now",
        disabled=counts["inserted"] + counts["updated"] == 0,
    ):
        try:
            result, seconds = work.carried_out(upload, plan, mapping, mode)
        except (RuleError, StoreAway) as refusal:
            st.error(f"没有写入任何内容:{forms.plain(str(refusal))}")
        else:
            st.session_state["import_done"] = {
                "digest": upload.digest,
                "result": result,
                "seconds": seconds,
                "rejects": work.rejects(upload, plan, mapping) if counts["rejected"] else b"",
            }
            st.rerun()
