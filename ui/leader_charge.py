"""What a leader is in charge of and where his contact points are: one form for two screens."""

from typing import Any

import streamlit as st

from db.commands import leaders as commands
from db.queries.leaders import LeaderRow
from ui import forms
from ui.options import Options


def values(row: LeaderRow, offered: Options) -> dict[str, Any]:
    """Say what the form is filled with, by the keys of its widgets; for `forms.filled`."""
    at = f"-{row.id}"
    return {
        f"leader_portfolio{at}": row.portfolio,
        f"leader_fields{at}": [code for code in row.fields if code in offered.code_names],
        f"leader_contacts{at}": [unit for unit in row.contacts if unit in offered.unit_names],
    }


def draw(row: LeaderRow, offered: Options, *, version: int, record: str) -> None:
    """Draw the form; the caller has filled it, pinned to `record`.

    A class or a unit that is no longer in use is not offered and leaves with the next save.
    """
    at = f"-{row.id}"
    with st.form(f"charge{at}"):
        portfolio = st.text_input(
            "分管工作（写进公示）",
            key=f"leader_portfolio{at}",
            placeholder="例如：城乡建设、自然资源、交通运输",
        )
        fields = st.multiselect(
            "分管的内容分类",
            offered.codes,
            format_func=forms.named(offered.code_names, missing=""),
            key=f"leader_fields{at}",
            placeholder="可选多个",
            select_all=False,
        )
        contacts = st.multiselect(
            "联系点（乡镇、单位）",
            offered.units,
            format_func=forms.named(offered.unit_names, missing=""),
            key=f"leader_contacts{at}",
            placeholder="可选多个",
            select_all=False,
        )
        submitted = st.form_submit_button("保存分管和联系点", type="primary", key=f"charge_set{at}")
    if submitted:
        forms.save(
            lambda session: commands.set_charge(
                session,
                row.id,
                version=version,
                portfolio=portfolio or "",
                fields=fields,
                contacts=contacts,
            ),
            record=record,
            message=f"已保存：{row.name}的分管和联系点",
        )
