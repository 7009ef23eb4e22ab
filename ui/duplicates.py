"""Cases that may be the same matter, shown with enough to judge by."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import streamlit as st

from db.queries.resemblance import Reference
from ui import evaluation_banner, forms


def show_duplicates(
    found: Sequence[Reference] | None,
    *,
    on_compare: Callable[[Reference], None],
    on_repeat: Callable[[Reference], None],
    on_other: Callable[[Reference], None],
) -> None:
    """List the cases most like what is typed; None when there is nothing to compare yet.

    Each opens in a tab of its own, so that what is being typed stays where it is; `on_repeat`
    is told which of them the matter being typed is a repeat of, `on_other` which it is not;
    `on_compare` which to show beside what is typed.
    """
    if found is None:
        st.caption(
            "填写信访人或标题时，同名、同地且内容相近的案件会列在这里，避免重复登记。"
            "两件都可以登记：是重复的点“作为它的重复件登记”，不是的点“不是同一件”；"
            "没有点的，登记后带“疑似重复”标记，以后在案件页核对。"
        )
    elif not found:
        st.caption("没有发现相近的案件。")
    evaluated = evaluation_banner.among([reference.id for reference in found or ()])
    for reference in found or ():
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{forms.plain(reference.title)}**")
            unit = forms.plain(reference.unit) or "未定责任单位"
            st.caption(
                f"{reference.received_on:%Y-%m-%d} 收到 · {reference.state.label}"
                f" · {unit} · 相似 {reference.similarity}%"
            )
            if reference.excerpt:
                st.caption(f"{forms.plain(reference.excerpt[:60])}…")
            if verdict := evaluated.get(reference.id):
                st.info(forms.plain(evaluation_banner.asked(verdict)))
            with st.container(horizontal=True):
                st.link_button(
                    f"在新标签页查看 {reference.number}",
                    "/cases-detail?" + urlencode({"case": reference.number}),
                    type="tertiary",
                    icon=":material/open_in_new:",
                )
                st.button(
                    "并排对照",
                    key=f"compare_{reference.id}",
                    type="tertiary",
                    icon=":material/compare:",
                    on_click=on_compare,
                    args=(reference,),
                )
                st.button(
                    "作为它的重复件登记",
                    key=f"repeat_{reference.id}",
                    type="tertiary",
                    icon=":material/link:",
                    on_click=on_repeat,
                    args=(reference,),
                )
                st.button(
                    "不是同一件",
                    key=f"other_{reference.id}",
                    type="tertiary",
                    icon=":material/close:",
                    on_click=on_other,
                    args=(reference,),
                )
