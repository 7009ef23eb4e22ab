"""The file of an export on the screen: made and noted, then taken."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from db.queries.case_filters import CaseFilter
from rules.errors import RuleError
from ui import forms, register_file, store
from ui.options import options


def made(wanted: CaseFilter, choice: register_file.Choice) -> dict[str, Any] | None:
    """Write the workbook and only then the entry: what failed has not been exported.

    None when it is refused, which is shown here.
    """
    try:
        with st.spinner("正在生成…"):
            with store.reading() as session:
                moment = store.local(store.now())
                file = register_file.make(session, wanted, choice, options(), moment=moment)
            with store.writing() as session:
                register_file.record(session, file)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return None
    return {"name": file.name, "file": file.file, "warnings": file.warnings}


def download(ready: Mapping[str, Any], *, key: str) -> None:
    """Draw what is to be known of a file that `made` has made, and the button to take it."""
    for line in ready["warnings"]:
        st.warning(line)
    st.download_button(
        f"下载 {ready['name']}",
        ready["file"],
        file_name=ready["name"],
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        key=key,
        on_click="ignore",
    )
