"""The likely classes beside a field of 内容分类: buttons that a person presses, none pressed before."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui import classes, forms
from ui.options import options


def pills(
    title: str,
    content: str,
    *,
    key: str,
    chosen: int | None,
    on_change: Callable[[], None] | None = None,
    note: str,
) -> None:
    """Draw up to three likely classes with their chances, while none is `chosen`.

    What is pressed lies under `key`, the id of a class; `note` says what pressing does.
    """
    offered = options()
    found = (
        {}
        if chosen is not None
        else {s.code_id: s.probability for s in classes.suggestions(title, content)}
    )
    shown = [code_id for code_id in found if code_id in offered.codes]
    if not shown:
        return
    given: dict[str, Any] = {"on_change": on_change} if on_change else {}
    st.pills(
        f"可能的分类（{note}）",
        shown,
        format_func=lambda code_id: (
            f"{forms.plain(offered.code_names[code_id])} {found[code_id]:.0%}"
        ),
        key=key,
        wrap=True,
        **given,
    )
