"""核对 on the screen: one figure typed elsewhere, or a whole form, held against ours cell by cell."""

import streamlit as st

from documents import dispute_table_sheet
from rules.dispute_table import Form, TableColumn, TableLine
from rules.dispute_table_check import Checked, Match, Typed, check
from rules.errors import RuleError
from ui import dispute_list, forms

_LIMIT = 5 * 2**20
_MARKS = {Match.SAME: "✓ 相符", Match.OTHER: "✗ 不符", Match.UNKNOWN: "？ 认不出"}


def draw(form: Form) -> None:
    """Draw both ways; nothing is kept of what is typed or uploaded."""
    st.caption(f"与{form.period.name}的这张表核对，定稿的按定稿。填的和上传的都不保存。")
    one, whole = st.tabs(["核对一个数", "核对整张表（Excel）"])
    with one:
        _one(form)
    with whole:
        _whole(form)


def _one(form: Form) -> None:
    columns = st.columns([2, 1.5, 1.5, 1.5], vertical_alignment="bottom")
    names = [row.name for row in form.rows]
    name = columns[0].selectbox("类别", names, key="check_row")
    column = columns[1].selectbox(
        "列",
        list(TableColumn),
        index=list(TableColumn).index(TableColumn.SUBTOTAL),
        format_func=lambda each: each.label,
        key="check_column",
    )
    line = columns[2].selectbox(
        "项目", list(TableLine), format_func=lambda each: each.label, key="check_line"
    )
    typed = columns[3].text_input("别处的数", key="check_typed", placeholder="如 12 或 80.0%")
    if typed.strip() and column and line:
        found = check(form, [Typed("", name, column, line, typed)])[0]
        say = st.success if found.match is Match.SAME else st.error
        if found.match is Match.UNKNOWN:
            say(f"“{forms.plain(typed)}”不是数字，请填件数或百分数。")
        else:
            say(f"{found.match.label}：别处 {forms.plain(typed.strip())}，我们 {found.ours}")


def _whole(form: Form) -> None:
    given = st.file_uploader(
        "别处填的情况表",
        type=["xlsx", "xls", "csv"],
        key="check_file",
        label_visibility="collapsed",
    )
    if given is None:
        st.caption(
            "表里要有“县（区）、乡镇（街道）、村（社区）、小计、年度累计”这样的列名，和每类的“排查数、调处数……”各行。"
        )
        return
    try:
        typed = dispute_table_sheet.read(given.getvalue(), given.name, limit_bytes=_LIMIT)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    found = check(form, typed)
    counts = {match: sum(each.match is match for each in found) for match in Match}
    told = "，".join(f"{match.label} {count}" for match, count in counts.items() if count)
    st.markdown(f"核对了 **{len(found)}** 格：{told}。")
    only = st.toggle("只看不符的", value=True, key="check_only")
    shown = [each for each in found if not only or each.match is not Match.SAME]
    if shown:
        dispute_list.plain_table(_columns(shown), alt="核对结果")


def _columns(shown: list[Checked]) -> dict[str, list[str]]:
    return {
        "结果": [_MARKS[each.match] for each in shown],
        "单元格": [each.typed.place for each in shown],
        "类别": [each.typed.row for each in shown],
        "列": [each.typed.column.label for each in shown],
        "项目": [each.typed.line.label for each in shown],
        "别处": [each.typed.text for each in shown],
        "我们": [each.ours or "没有这一类" for each in shown],
    }
