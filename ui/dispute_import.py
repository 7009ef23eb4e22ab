"""Importing a ledger of disputes: what ui/ledger_import.py asks of this kind."""

from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import dispute_import as commands
from db.commands.import_batches import Result, Source
from db.queries import dispute_import as queries
from db.queries import leaders
from db.queries.dispute_import import KINDS, DisputeChoices, DisputePlan
from rules.dispute_columns import DISPUTES
from rules.ledgers import Reading
from rules.terms import ImportMode, SerialKind
from ui import dispute_filter, forms, ledger_import, store
from ui.ledger_import import LedgerKind, Names
from ui.options import options


def draw() -> None:
    """Draw the import from the file to what was written."""
    ledger_import.draw(_KIND)


def batches() -> None:
    """Draw the batches that were imported, and the undoing of each."""
    ledger_import.batches(_KIND)


def _said() -> dict[str, Any]:
    """Ask what holds of the rows that do not say it: many ledgers are one unit's of one day."""
    offered = options()
    classes = dispute_filter.class_names()
    first, second, third = st.columns(3)
    with first:
        unit_id = forms.choose(
            "没写单位的，排查单位是",
            offered.unit_names,
            key="dispute_import_unit",
            empty="（没写的退回）",
        )
    with second:
        class_id = forms.choose(
            "没写类别的，类别是", classes, key="dispute_import_class", empty="（没写的退回）"
        )
    with third:
        found_on = forms.date_input("没写日期的，排查日期是", key="dispute_import_day")
    said = {
        "unit_id": offered.unit_names[unit_id].split("/")[-1] if unit_id else None,
        "class": classes[class_id].split("/")[-1] if class_id else None,
        "found_on": found_on,
    }
    return {name: value for name, value in said.items() if value is not None}


def _plan(reading: Reading, names: Names | None) -> DisputePlan:
    with store.reading() as session:
        return queries.plan(
            session, reading, today=store.today(), choices=DisputeChoices(names or {})
        )


def _offered(kind: str) -> dict[int, str]:
    if kind == "leader":
        with store.reading() as session:
            rows = leaders.leaders(session)
        return {row.id: f"{row.name}（{row.post}）" for row in rows}
    return dict(options().unit_choices) if kind == "unit" else dispute_filter.class_names()


def _carry_out(
    session: Session, plan: DisputePlan, source: Source, mode: ImportMode, _: Names
) -> Result:
    return commands.carry_out(
        session, plan, source=source, mode=mode, today=store.today(), now=store.now()
    )


_KIND = LedgerKind(
    key="dispute",
    what="矛盾纠纷台账",
    counted="件",
    serial=SerialKind.DISPUTE,
    words=DISPUTES,
    kinds=KINDS,
    needed=frozenset({"class"}),
    told="类别必须指定；排查单位没有认出的须指定，其他单位和领导可以留空，原名写进备注。",
    offered=_offered,
    plan=_plan,
    carry_out=_carry_out,
    undo=commands.undo,
    said=_said,
)
