"""A screen that follows what colleagues write: drawn anew once the store has moved, quiet till then."""

import time
from datetime import date, datetime

import streamlit as st

from db.engine import StoreAway
from ui import signin, store

# A change is to be seen within 2 seconds, with what it takes to read and draw anew.
_SECONDS = 1.2


def follow(version: int) -> None:
    """Draw as of when the screen stands, and run it anew when it no longer does.

    `version` is that of the store before anything was read. Asking costs one read of one row.
    """
    now = store.now()
    st.fragment(_watch, run_every=_SECONDS)(version, store.today(), now, time.monotonic())


def _watch(version: int, today: date, drawn: datetime, since: float) -> None:
    # Not while the screen is being drawn: under writes without end it would never be finished.
    asked_again = time.monotonic() - since > 1
    try:
        moved = asked_again and (store.the_store().version(), store.today()) != (version, today)
    except StoreAway:
        st.caption(f"暂时连不上数据库，下面是 {store.local(drawn):%H:%M} 的数据，恢复后自动更新")
        return
    if moved:
        signin.by_itself()
        st.rerun()
    st.caption(
        f"数据截至 {store.local(store.now()):%Y-%m-%d %H:%M}，数据版本 {version}，有变动自动更新",
        text_alignment="right",
    )
