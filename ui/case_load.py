"""How much each lead and each unit has in hand; every number opens its cases in the register."""

from typing import Any

import streamlit as st

from db.queries.board import LOADS, Load, loads
from db.queries.case_filters import Sort
from rules.board import Grouping
from rules.case_terms import Light
from rules.permissions import Actor
from rules.steps import OPEN
from rules.terms import CaseState
from ui import case_filter, case_views, store, tables
from ui.options import options
from ui.tables import Number

_OPEN = [state for state in CaseState if state in OPEN]


def draw(by: Grouping, actor: Actor) -> None:
    """Draw the open cases of each lead or unit, who has most overdue first."""
    today, near_days = store.today(), options().near_days
    rows = store.kept(
        f"loads_{by.value}",
        (today, near_days),
        lambda session: loads(session, by, today=today, near_days=near_days),
    )
    if not rows:
        st.caption("目前没有在办的案件。")
        return

    def numbers(shown: list[int], **chosen: Any) -> list[Number]:
        return [
            Number(
                f"{number}", case_filter.counted(actor, states=_OPEN, **_whose(by, row), **chosen)
            )
            for number, row in zip(shown, rows, strict=True)
        ]

    tables.number_table(
        "包案领导" if by is Grouping.LEAD else "责任单位",
        [row.name for row in rows],
        {
            "在办": numbers([row.open for row in rows]),
            "临期": numbers([row.near for row in rows], due=Light.NEAR),
            "超期": numbers([row.overdue for row in rows], due=Light.OVERDUE),
            "最久（天）": numbers([row.waiting_days for row in rows], sort=Sort.OLDEST),
        },
        on_open=case_views.open_list,
        key=f"load_{by.value}",
        alt=f"在办件数：{by.label}",
    )
    if len(rows) == LOADS:
        st.caption(f"超期最多的 {LOADS} 个。")


def _whose(by: Grouping, row: Load) -> dict[str, Any]:
    return {"lead": row.id} if by is Grouping.LEAD else {"unit": row.id, "alone": True}
