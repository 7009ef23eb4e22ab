"""单位: the county's organisation in its tree, with the other names people write."""

import streamlit as st

from db.commands import units as commands
from db.queries import units
from rules.terms import UnitKind
from rules.units import aliases_from, in_force
from ui import forms, store

st.title("单位")

with store.reading() as session:
    rows = units.tree(session)

by_id = {row.id: row for row in rows}
paths = {row.id: row.path_name for row in rows}
used = {
    row.id: row.path_name
    for row in rows
    if in_force(row.valid_from, row.valid_to, on=store.today())
}


def _fields(at: str, parents: dict[int, str]) -> None:
    st.text_input("单位名称", key=f"name{at}", help="改名后，旧名称自动留作别名" if at else None)
    st.selectbox("类别", list(UnitKind), format_func=lambda kind: kind.label, key=f"kind{at}")
    forms.choose("上级单位", parents, key=f"parent_id{at}", empty="（无）")


def _add() -> None:
    with st.form("add_unit"):
        _fields("", used)
        aliases = st.text_input("别名", key="aliases", placeholder="多个别名用顿号隔开，可不填")
        submitted = st.form_submit_button("添加", type="primary", key="add")
    if submitted:
        name, kind, parent_id = (st.session_state[key] for key in ("name", "kind", "parent_id"))
        forms.save(
            lambda session: commands.add_unit(
                session, name, kind, parent_id=parent_id, aliases=aliases_from(aliases)
            ),
            refilled={"name": "", "aliases": ""},
            message=f"已保存：添加单位“{name.strip()}”",
        )


def _paste() -> None:
    with st.form("paste_units"):
        text = st.text_area(
            "每行一个单位：名称、类别、上级、别名",
            key="pasted",
            height=240,
            placeholder="从 Excel 复制四列粘贴到这里。类别为市、县、乡镇、部门或村，上级写单位名称",
        )
        submitted = st.form_submit_button("全部添加", type="primary", key="paste")
    if submitted:
        forms.save(
            lambda session: commands.add_units(session, text),
            refilled={"pasted": ""},
            message="已保存：粘贴的单位已全部添加",
        )


def _change() -> None:
    row = by_id[forms.choose("单位", paths, key="changed") or rows[0].id]
    record, at = f"unit-{row.id}", f"-{row.id}"
    names = ("name", "kind", "parent_id", "valid_from", "valid_to")
    version = forms.filled(record, row.version, {f"{n}{at}": getattr(row, n) for n in names})
    with st.form(f"change_unit{at}"):
        _fields(
            at, {key: path for key, path in paths.items() if key in used or key == row.parent_id}
        )
        forms.date_input("启用日期", key=f"valid_from{at}")
        forms.date_input(
            "停用日期", key=f"valid_to{at}", help="自这一天起不再使用；原有案件和报表仍保留该单位"
        )
        submitted = st.form_submit_button("保存", type="primary", key=f"change{at}")
    if submitted:
        given = {name: st.session_state[name + at] for name in names}
        forms.save(
            lambda session: commands.change_unit(session, row.id, version=version, **given),
            record=record,
        )
    with st.form("add_alias"):
        alias = st.text_input("新别名", key="alias", placeholder="例如：县自规局")
        added = st.form_submit_button("添加别名", key="add_new_alias")
    if added:
        forms.save(lambda s: commands.add_alias(s, row.id, alias), refilled={"alias": ""})
    for known in row.aliases:
        _known_alias(row.id, known)
    if row.governs:
        st.text(f"行业主管的内容分类：{'、'.join(row.governs)}")


def _known_alias(unit_id: int, alias: str) -> None:
    if st.button(f"删除别名：{forms.plain(alias)}", key=f"remove_alias-{unit_id}-{alias}"):
        forms.save(lambda s: commands.remove_alias(s, unit_id, alias))


if not rows:
    st.info("还没有单位。请先添加本县（类别选“县”），再添加乡镇和部门；单位多时可成批粘贴。")
listed, forms_beside = st.columns([3, 2])
with listed:
    st.dataframe(
        [
            {
                "单位": "\u3000" * row.depth + row.name,
                "类别": row.kind.label,
                "别名": "、".join(row.aliases),
                "停用日期": row.valid_to,
            }
            for row in rows
        ],
        hide_index=True,
        placeholder="",
        height=560,
        alt="单位一览",
    )
with forms_beside:
    adding, pasting, changing = st.tabs(["添加", "成批粘贴", "修改"])
with adding:
    _add()
with pasting:
    _paste()
if rows:
    with changing:
        _change()
