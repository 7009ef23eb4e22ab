"""What the office does with the cases ticked in the register: into a hotspot, or onto a batch's list."""

from collections.abc import Sequence

import streamlit as st

from db.queries import batches, discovery
from db.queries.cases import CaseRow
from rules.permissions import Action, Actor
from ui import batch_list, forms, hotspot_into, store

_INTO, _NEW, _BATCH = "归入热点", "建成新热点", "放进交办名单"


def may_tick(actor: Actor) -> bool:
    """Say whether ticked cases are of any use to the actor."""
    return actor.may(Action.DIRECT_CASE)


def menu(rows: Sequence[CaseRow]) -> None:
    """Draw what can be done with these cases, each choice once it is asked for."""
    popover = st.popover(
        f"勾选的 {len(rows)} 件",
        icon=":material/checklist:",
        key="ticked_menu",
        on_change="rerun",
    )
    if not popover.open:
        return
    ids = tuple(row.id for row in rows)
    with popover:
        what = st.segmented_control(
            "做什么",
            [_INTO, _NEW, _BATCH],
            default=_INTO,
            required=True,
            key="ticked_what",
            label_visibility="collapsed",
        )
        if what == _INTO:
            hotspot_into.into(
                ids, hotspot_into.standing(), key="ticked_hotspot", what=f"这 {len(ids)} 件"
            )
        elif what == _NEW:
            lines = store.kept("ticked_lines", ids, lambda s: discovery.matter_lines(s, ids))
            mark = f"ticked_{'_'.join(map(str, ids))}"
            hotspot_into.new(lines, mark=mark, what=f"这 {len(ids)} 件")
        else:
            _batch([row.number for row in rows])


def _batch(numbers: Sequence[str]) -> None:
    """Draw the choice of a batch; its own page then says what becomes of each of them."""
    today = store.today()
    found = store.kept("batches", today, lambda session: batches.batches(session, today=today))
    offered = {line.id: line.name for line in found if line.closed_at is None}
    if not offered:
        st.caption("没有正在进行的交办批次，请先在“交办会”里新建。")
        return
    batch_id = forms.choose("批次", offered, key="ticked_batch", empty="请选择")
    st.caption("放进名单后，在批次页核对去向、单位和时限，再交办。")
    put = st.button("放进名单", key="ticked_put", type="primary", disabled=batch_id is None)
    if put and batch_id is not None:
        batch_list.begin(batch_id, numbers)
        st.switch_page("pages/cases/batches.py", query_params={"batch": str(batch_id)})
