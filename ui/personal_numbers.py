"""Free text on its way into the store: what of it is personal, and the choice to mask it."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from rules.cases import FIELDS
from rules.masking import describe, sweep
from ui.forms import plain


def warnings_in(values: Mapping[str, Any]) -> list[str]:
    """Say of each text field what personal numbers stand in it and where."""
    found = []
    for name, value in values.items():
        if isinstance(value, str) and (findings := sweep(value)):
            label = FIELDS[name].label if name in FIELDS else name
            found.append(f"“{label}”中发现 {describe(findings, value)}")
    return found


def ask(warnings: list[str], *, key: str) -> str | None:
    """Show the warnings and ask; returns "mask" or "keep" on the run of the click."""
    st.warning(
        "  \n".join(plain(line) for line in warnings)
        + "  \n身份证号、手机号、银行卡号不应写在正文里；联系电话请填在“电话”一栏。"
    )
    with st.container(horizontal=True):
        if st.button("打码后保存", type="primary", key=f"{key}_mask", shortcut="Alt+M"):
            return "mask"
        if st.button("原样保存", key=f"{key}_keep", shortcut="Alt+K"):
            return "keep"
    return None
