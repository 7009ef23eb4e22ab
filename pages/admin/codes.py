"""内容分类: the county's classes in three levels, taken in from a file and kept by hand."""

import streamlit as st

from db.commands import codes as commands
from db.queries import codes, units
from documents import codes_sheet
from rules.codes import LEVELS
from rules.errors import Invalid
from ui import forms, store

st.title("内容分类")

with store.reading() as session:
    rows = codes.codes(session)
    unit_names = {u.id: u.path_name for u in units.units_valid(session, on=store.today())}

by_id = {row.id: row for row in rows}
paths = {row.id: row.path for row in rows}


def _terms(at: str, governors: dict[int, str]) -> None:
    st.text_input("分类名称", key=f"label{at}")
    forms.choose(
        "行业主管",
        governors,
        key=f"unit_id{at}",
        empty="（无）",
        help="管行业必须管信访：该类事项由哪个单位主管",
    )
    forms.date_input("启用日期", key=f"valid_from{at}")
    forms.date_input(
        "停用日期",
        key=f"valid_to{at}",
        help="自这一天起不能再选，其下级分类也不能再选；原有案件不变",
    )


FIELDS = ("label", "unit_id", "valid_from", "valid_to")


def _add() -> None:
    with st.form("add_code"):
        above = {row.id: row.path for row in rows if row.level < len(LEVELS)}
        parent_id = forms.choose("上级分类", above, key="parent_id", empty="（一级分类）")
        _terms("", unit_names)
        submitted = st.form_submit_button("添加", type="primary", key="add")
    if submitted:
        given = {name: st.session_state[name] for name in FIELDS}
        forms.save(
            lambda session: commands.add_code(session, parent_id=parent_id, **given),
            refilled={"label": ""},
            message=f"已保存：添加分类“{given['label'].strip()}”",
        )


def _change() -> None:
    row = by_id[forms.choose("分类", paths, key="changed") or rows[0].id]
    record, at = f"code-{row.id}", f"-{row.id}"
    version = forms.filled(record, row.version, {f"{n}{at}": getattr(row, n) for n in FIELDS})
    kept = {row.unit_id: row.unit or ""} if row.unit_id else {}
    with st.form(f"change_code{at}"):
        _terms(at, kept | unit_names)
        submitted = st.form_submit_button("保存", type="primary", key=f"change{at}")
    if submitted:
        given = {name: st.session_state[name + at] for name in FIELDS}
        forms.save(
            lambda session: commands.change_code(session, row.id, version=version, **given),
            record=record,
        )


def _import() -> None:
    st.write(f"表格第一行为表头：{'、'.join(LEVELS)}。已有的分类保持不变，只添加没有的。")
    with st.form("import_codes"):
        file = st.file_uploader("分类表（.xlsx、.xls 或 .csv）", ["xlsx", "xls", "csv"], key="file")
        submitted = st.form_submit_button("导入", type="primary", key="import")
    if submitted and file is None:
        st.error("请先选择文件")
    elif submitted and file is not None:
        found, problems = codes_sheet.read(file.getvalue())
        if problems:
            forms.show_problems(Invalid(problems))
            return
        forms.save(
            lambda session: commands.import_codes(session, found),
            message=lambda counts: f"已导入：新增 {counts.added} 个分类，{counts.unchanged} 个已有",
        )


listed, beside = st.columns([3, 2])
with listed:
    first = {row.id: row.label for row in rows if row.level == 1}
    within = forms.choose("只看", first, key="within", empty="全部分类")
    shown = [row for row in rows if within is None or row.path.split("/")[0] == first[within]]
    st.caption(f"共 {len(shown)} 个分类")
    st.dataframe(
        [
            {
                "分类": "\u3000" * (row.level - 1) + row.label,
                "级次": LEVELS[row.level - 1],
                "行业主管": row.unit or "",
                "启用日期": row.valid_from,
                "停用日期": row.valid_to,
            }
            for row in shown
        ],
        hide_index=True,
        placeholder="",
        height=560,
        alt="内容分类一览",
    )
with beside:
    adding, changing, importing = st.tabs(["添加", "修改", "导入"])
with adding:
    _add()
with changing:
    if rows:
        _change()
    else:
        st.info("还没有分类。请先导入分类表，或逐个添加。")
with importing:
    _import()
