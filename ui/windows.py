"""A form in a drawer beside the page: opened by a button, roomy wherever on the page that stands."""

from collections.abc import Callable

import streamlit as st

from ui import forms


def opened(key: str, label: str, draw_form: Callable[[str], None]) -> None:
    """Draw the button of a form, and the form in its drawer while `key` is set in the session.

    The form is given `key`, which closes the drawer when a save sets it False again. What it
    was drawn from is read with the whole page: taking the newest in runs the page anew.
    """

    def shut() -> None:
        st.session_state[key] = False

    if st.button(label, key=f"{key}_opens", type="tertiary", icon=":material/chevron_right:"):
        st.session_state[key] = True
    if st.session_state.get(key):
        st.dialog(label, position="right", on_dismiss=shut)(_body)(key, draw_form)


def _body(key: str, draw_form: Callable[[str], None]) -> None:
    if forms.reloading():
        st.rerun()
    draw_form(key)
