"""The cases that a visit being typed may be about: linked with it, or put aside."""

import streamlit as st
from sqlalchemy.orm import Session

from db.queries import office, resemblance
from db.queries.resemblance import Reference
from ui import forms, store, visit_entry


def _likely_cases() -> list[Reference] | None:
    """Look for cases like what is typed so far; None when there is nothing to compare yet."""
    given = visit_entry.typed()
    first = next(iter(visit_entry.names_typed(given)), "")
    if not (given["title"] or first):
        return None

    def look(session: Session) -> list[Reference]:
        percent = office.parameter(session, "duplicate_percent", on=store.today())
        return resemblance.likely_duplicates(
            session,
            title=given["title"] or "",
            person=first,
            township_id=given["township"],
            today=store.today(),
            percent=int(str(percent)),
            exclude=st.session_state.get("visit_others", ()),
        )

    with store.reading() as session:
        return look(session)


def show() -> None:
    """List the cases that may be the same matter, each to be linked or put aside."""
    linked: Reference | None = st.session_state.get("visit_case")
    if linked:
        with st.container(border=True):
            st.text(f"将关联到 {linked.number}“{linked.title[:30]}”")
            if st.button("不关联", key="visit_unlink"):
                del st.session_state["visit_case"]
                st.rerun()
        return
    found = _likely_cases()
    if found is None:
        st.caption("填写代表姓名或反映问题时，同名、同地且内容相近的案件会列在这里，可以直接关联。")
    elif not found:
        st.caption("没有发现相近的案件。")
    for reference in found or ():
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{forms.plain(reference.title)}**")
            unit = forms.plain(reference.unit) or "未定责任单位"
            st.caption(
                f"{reference.number} · {reference.received_on:%Y-%m-%d} 收到"
                f" · {reference.state.label} · {unit} · 相似 {reference.similarity}%"
            )
            with st.container(horizontal=True):
                st.button(
                    "关联这一件",
                    key=f"visit_link_{reference.id}",
                    type="tertiary",
                    icon=":material/link:",
                    on_click=_link,
                    args=(reference,),
                )
                st.button(
                    "不是同一件",
                    key=f"visit_other_{reference.id}",
                    type="tertiary",
                    icon=":material/close:",
                    on_click=_other,
                    args=(reference.id,),
                )


def _link(reference: Reference) -> None:
    st.session_state["visit_case"] = reference


def _other(case_id: int) -> None:
    st.session_state["visit_others"] = {*st.session_state.get("visit_others", ()), case_id}
