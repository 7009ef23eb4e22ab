"""排查报送: what is due from this unit now, a zero report with one click, a report with counts."""

import streamlit as st

from db.queries import sweep_desk, sweeps
from rules.errors import Missing
from ui import forms, signin, store, sweep_report, sweep_upkeep

st.title("排查报送")

actor = signin.actor()
sweep_upkeep.keep_up()
units = store.kept("sweep_units", actor.unit_id, sweeps.units)
left, right = st.columns(2)
with left:
    unit_id = sweep_report.choose(units, actor.unit_id) if units else None
if unit_id is None:
    st.info("您的账号还没有单位。请系统管理员在“账号”里选定您的单位。")
else:
    try:
        with store.reading() as session:
            desk = sweep_desk.desk(session, unit_id, today=store.today(), now=store.now())
        sweep_report.draw(desk, choosing=right)
    except Missing as refusal:
        st.error(forms.plain(str(refusal)))
