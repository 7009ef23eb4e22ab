"""Cases that may be the same matter, shown with enough to judge by."""

from collections.abc import Sequence

import streamlit as st

from db.queries.case_file import Reference


def show_duplicates(found: Sequence[Reference]) -> None:
    """List the cases most like what is typed; each opens its page."""
    if not found:
        st.caption("没有发现相近的案件。")
    for reference in found:
        with st.container(border=True, gap="xsmall"):
            st.text(reference.title)
            st.caption(
                f"{reference.received_on:%Y-%m-%d} 收到 · {reference.state.label}"
                f" · {reference.unit or '未定责任单位'} · 相似 {reference.similarity}%"
            )
            if reference.excerpt:
                st.text(f"{reference.excerpt[:80]}…")
            st.page_link(
                "pages/cases/detail.py",
                label=f"查看 {reference.number}",
                query_params={"case": reference.number},
            )
