"""疑似重复: decide what like cases are to each other, side by side; every decision can be undone."""

import streamlit as st

from rules.errors import Missing
from ui import forms, pair_work

st.title("疑似重复")
pair_work.carry_out()
one, other = st.query_params.get("one", ""), st.query_params.get("other", "")
batch = st.query_params.get("batch", "")

if one and other:
    try:
        pair_work.compare(one, other)
    except Missing as refusal:
        st.error(forms.plain(str(refusal)))
else:
    waiting, decided = st.tabs(["待认定", "已认定"])
    with waiting:
        pair_work.waiting(int(batch) if batch.isdecimal() and len(batch) < 12 else None)
    with decided:
        pair_work.decided_list()
