"""核对 on the screen: a finished Word report uploaded, each of its numbers held against a snapshot."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from documents import case_sheet, report_reading
from rules.errors import RuleError
from rules.panel_terms import Material
from rules.permissions import Actor
from rules.report_check import LONGEST, Finding, Verdict, check, counts, unread
from rules.report_numbers import Passage
from ui import forms, store

_LIMIT_MB = 20
_CHECKED = "_report_checked"
_EITHER_SIDE = 18  # signs of the paragraph told around a number
_SHOWN = 2_000


def draw(read: Material, actor: Actor) -> None:
    """Draw the upload, what came of each number with the contradictions first, and the list to take."""
    st.caption(
        "上传写好的报告（Word），带单位的数字逐个与所选快照核对：各部分之和、比率的分子分母、"
        "单位、百分点也一并核对。文件只在本次核对中使用，不留存。"
    )
    file = st.file_uploader("要核对的报告（.docx）", ["docx"], key="check_file")
    if file is None:
        return
    if st.button("核对", type="primary", key="check_go"):
        _check(file, read)
    found = st.session_state.get(_CHECKED)
    # By the upload and not its name: a report mended and sent again has the name it had.
    if found is None or (found["number"], found["upload"]) != (read.number, file.file_id):
        return
    _told(found, actor)


def _check(file: "st.typing.UploadedFile", read: Material) -> None:
    st.session_state.pop(_CHECKED, None)
    try:
        with st.spinner("正在核对…"):
            passages = report_reading.read(file.getvalue(), limit_bytes=_LIMIT_MB * 2**20)
            findings = check(passages, read)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    st.session_state[_CHECKED] = {
        "number": read.number,
        "file": file.name,
        "upload": file.file_id,
        "passages": passages,
        "findings": findings,
    }


def _told(found: dict[str, Any], actor: Actor) -> None:
    findings: Sequence[Finding] = found["findings"]
    if long := unread(found["passages"]):
        st.warning(f"{'、'.join(long)}太长，{LONGEST} 字以后没有核对。")
    if not findings:
        st.info("报告里没有带单位的数字。")
        return
    by_verdict = counts(findings)
    told = "、".join(f"{verdict.label} {count}" for verdict, count in by_verdict.items())
    (st.error if by_verdict[Verdict.WRONG] else st.success)(f"共 {len(findings)} 个数：{told}。")
    first = Verdict.WRONG if by_verdict[Verdict.WRONG] else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(
            "只看",
            list(Verdict),
            default=first,
            format_func=lambda each: f"{each.label} {by_verdict[each]}",
            key=f"check_only-{found['upload']}",
        )
        st.download_button(
            "下载核对清单（Excel）",
            _sheet(found, actor),
            file_name=f"核对清单_{found['number']}.xlsx",
            key="check_take",
            on_click="ignore",
        )
    rows = [_row(found["passages"], each) for each in _ordered(findings)]
    shown = [row for row in rows if chosen is None or row["结论"] == chosen.label]
    if len(shown) > _SHOWN:
        st.caption(f"只列出前 {_SHOWN} 个，全部在核对清单里。")
    st.dataframe(shown[:_SHOWN], hide_index=True, height="content", alt="核对结果")


def _ordered(findings: Sequence[Finding]) -> list[Finding]:
    """What contradicts comes first, then what cannot be told; each in the order of the report."""
    order = list(Verdict)
    return sorted(findings, key=lambda each: (order.index(each.verdict), each.passage, each.at))


def _row(passages: Sequence[Passage], each: Finding) -> dict[str, Any]:
    passage = passages[each.passage]
    start, end = each.at
    before, after = max(0, start - _EITHER_SIDE), end + _EITHER_SIDE
    text = passage.text[before:after].replace("\n", " ")
    if passage.table:
        text = f"{passage.label}｜{passage.header}｜{text}"
    return {
        "结论": each.verdict.label,
        "位置": each.place,
        "报告里的数": each.number,
        "快照里的数": each.ours,
        "指标": each.figure,
        "说明": each.why,
        "原文": f"{'…' if before else ''}{text}{'…' if after < len(passage.text) else ''}",
    }


def _sheet(found: dict[str, Any], actor: Actor) -> bytes:
    """The list as a workbook; what is in it is the reader's own report."""
    findings = _ordered(found["findings"])
    about = case_sheet.About(
        title=f"{found['file']} 核对清单",
        as_of=f"{store.local(store.now()):%Y-%m-%d %H:%M}",
        exported_by=actor.name,
        filters=[f"对照：形势快照 {found['number']}"],
        rows=len(findings),
        masking="原文摘自上传的报告",
        sheet="核对结果",
        counted="数字个数",
    )
    return case_sheet.write([_row(found["passages"], each) for each in findings], about)
