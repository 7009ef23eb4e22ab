"""Two matters side by side in words: what differs is said, not only coloured; nobody is named."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import streamlit as st

from db.queries.case_file import CaseFile
from rules.cases import FIELDS
from rules.duplicates import Proposal, Shared
from ui import case_facts, forms, store
from ui.options import options

SHOWN = (
    "title",
    "received_on",
    "channel",
    "purpose",
    "code_id",
    "township_id",
    "place",
    "unit_id",
    "lead_id",
    "people",
    "amount_fen",
    "source_number",
    "repeat",
)
SAME = {True: "是", False: "否", None: "不明"}
_STATE, _ENTERED, _FROM = "状态", "登记", "来源"


def told(file: CaseFile) -> dict[str, str]:
    """Return the facts of a case by label, as exactly as they are known."""
    facts = {FIELDS[name].label: case_facts.shown(file, name) for name in SHOWN}
    entered = f"{store.local(file.created_at):%Y-%m-%d %H:%M} {file.created_by}"
    return facts | {_STATE: file.state.label, _ENTERED: entered, _FROM: file.batch or "逐件登记"}


@dataclass(frozen=True, slots=True)
class Side:
    """A matter as a column of the table: its heading, its facts by label, and its content."""

    heading: str
    facts: Mapping[str, str]
    content: str


def filed(file: CaseFile) -> Side:
    """Return a case as a column."""
    heading = f"{file.number}（{file.state.label}）"
    return Side(heading, told(file), str(file.values["content"] or ""))


def unfiled(heading: str, values: Mapping[str, Any]) -> Side:
    """Return a matter that is not registered as a column, by the fields of a case it speaks of."""
    offered = options()
    tables = {
        "code_id": offered.code_names,
        "township_id": offered.unit_names,
        "unit_id": offered.unit_names,
        "lead_id": offered.leader_names,
    }
    names = {name: table.get(values.get(name) or 0, "") for name, table in tables.items()}
    facts = {
        FIELDS[name].label: case_facts.said(values, names, name) for name in SHOWN if name in values
    }
    return Side(heading, facts, str(values.get("content") or ""))


def judged(one: Side, other: Side, shared: Shared, proposal: Proposal) -> None:
    """Draw what a matter seems to be to another, and both side by side in what it speaks of."""
    st.markdown(f"看来是：**{proposal.kind.label}**。{proposal.why}。")
    there = {label: words for label, words in other.facts.items() if label in one.facts}
    draw((one.heading, one.facts), (other.heading, there), person=shared.same_person)
    texts((one.heading, one.content), (other.heading, other.content), alike=None)


def draw(
    one: tuple[str, Mapping[str, str]],
    other: tuple[str, Mapping[str, str]],
    *,
    person: bool | None,
) -> None:
    """Draw two columns of facts, each under its heading, and beside them whether they differ.

    What neither has is left out. `person` is told as 是, 否 or 不明 and nothing more.
    """
    (left_head, left), (right_head, right) = one, other
    rows = [("同一人", "—", "—", f"**{SAME[person]}**")]
    rows += [
        (label, left.get(label, ""), right.get(label, ""), _differs(left, right, label))
        for label in [*left, *(label for label in right if label not in left)]
        if left.get(label) or right.get(label)
    ]
    table = pa.table(
        {
            "项目": [row[0] for row in rows],
            forms.plain(left_head): [forms.plain(row[1]) or "（未填）" for row in rows],
            forms.plain(right_head): [forms.plain(row[2]) or "（未填）" for row in rows],
            "对照": [row[3] for row in rows],
        }
    )
    st.table(table, border="horizontal", hide_index=True)


def _differs(left: Mapping[str, str], right: Mapping[str, str], label: str) -> str:
    ours, theirs = left.get(label), right.get(label)
    if ours == theirs:
        return "相同"
    return "**不同**" if ours and theirs else "一方未填"


def texts(
    one: tuple[str, str], other: tuple[str, str], *, alike: int | None, answers: bool = False
) -> None:
    """Draw two long texts beside each other with how like they are."""
    if not (one[1] or other[1]):
        return
    name = "答复" if answers else "反映内容"
    st.markdown(f"**{name}**" + ("" if alike is None else f"（相似 {alike}%）"))
    for column, (heading, text) in zip(st.columns(2), (one, other), strict=True):
        with column.container(border=True, gap="xsmall"):
            st.caption(forms.plain(heading))
            st.text(text or "（未填）")
