"""What every first screen begins with: the first steps of a new house, and what waits today."""

import streamlit as st

from db.queries import accounts, units
from rules.permissions import Action, Actor
from ui import decision_list, export_requests, reception_today, store, sweep_today


def first_steps(actor: Actor) -> None:
    """Tell who sets up the house what is still to be done before the office can work."""
    if not (actor.may(Action.MANAGE_UNITS) and actor.may(Action.MANAGE_ACCOUNTS)):
        return
    for number, (sentence, screen) in enumerate(_steps(), start=1):
        with st.container(border=True):
            st.markdown(f"**第 {number} 步** {sentence}")
            st.page_link(f"pages/{screen}.py")


def _steps() -> list[tuple[str, str]]:
    with store.reading() as session:
        no_units = not units.tree(session)
        alone = len(accounts.accounts(session)) == 1
    steps = []
    if no_units:
        steps.append(("录入本县的单位：乡镇、部门和村，也可以从表格导入", "admin/units"))
    if alone:
        steps.append(("为同事开立账号，并选定各自的角色和单位", "admin/accounts"))
    return steps


def waiting(actor: Actor) -> None:
    """Draw what waits for the actor beside the cases: exports, reception, the sweep, decisions."""
    if actor.may(Action.EXPORT_RESTRICTED):
        export_requests.links()
    reception_today.draw(actor)
    sweep_today.draw(actor)
    decision_list.due(actor)
