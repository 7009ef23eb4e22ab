"""A unit's own desk of the sweep: zero with one click, a report with counts, and its history."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from db.commands import sweeps as commands
from db.queries.sweep_desk import Desk, DeskSlot
from rules.sweep_setting import COUNT_MAX
from rules.sweep_terms import SlotState
from rules.sweeps import SweepUnit, is_late
from ui import forms, store, windows

_ROW, _HEAD, _TALL = 34, 37, 420
_ASKED = "_zero_asked"


def choose(units: Sequence[SweepUnit], own: int | None) -> int | None:
    """Ask for which unit is reported: its own first, then what stands under it."""
    first = [unit for unit in units if unit.id == own]
    labels = {
        unit.id: f"{unit.township} {unit.name}".strip()
        for unit in [*first, *(unit for unit in units if unit.id != own)]
    }
    if len(labels) == 1:
        return next(iter(labels))
    return forms.choose("报送单位", labels, key="sweep_unit")


def draw(desk: Desk, *, choosing: DeltaGenerator) -> None:
    """Draw the most urgent round with its two ways to report, and what was reported before.

    Another round that is open is chosen in `choosing`.
    """
    waiting = [slot for slot in desk.open if slot.filed_at is None]
    if not desk.open:
        st.success("现在没有要报送的轮次。")
    else:
        if not waiting:
            st.success("现在的轮次都已报送。关闭之前可以修改。")
        with choosing:
            slot = _chosen(desk)
        _slot(slot, desk.unit)
    st.subheader("以往报送")
    _history(desk)


def _chosen(desk: Desk) -> DeskSlot:
    if len(desk.open) == 1:
        return desk.open[0]
    labels = {
        slot.round.id: f"{slot.round.name}（{_standing(slot)}，{_when(slot.round.due_at)} 截止）"
        for slot in desk.open
    }
    waiting = sum(slot.filed_at is None for slot in desk.open)
    label = f"轮次（共 {len(labels)} 个，还有 {waiting} 个没有报送）"
    chosen = forms.choose(label, labels, key="sweep_round")
    return next((slot for slot in desk.open if slot.round.id == chosen), desk.open[0])


def _slot(slot: DeskSlot, unit: SweepUnit) -> None:
    with st.container(border=True):
        st.subheader(forms.plain(f"{unit.name}　{slot.round.name}"))
        late = is_late(store.now(), slot.round.due_at)
        due = f"{_when(slot.round.due_at)} 截止"
        words = f"{slot.round.first_on} 至 {slot.round.last_on}　{due}"
        if slot.filed_at is not None:
            st.info(forms.plain(f"{words}。{_told(slot)}。关闭之前可以修改，报送时间不变。"))
        elif late:
            st.error(f"{words}，已过截止时间，现在报送按迟报登记")
        else:
            st.markdown(f"{words}，{left(slot.round.due_at)}")
        if slot.classes:
            st.caption(
                forms.plain(
                    f"排查内容：{'、'.join(each.rsplit('/', 1)[-1] for each in slot.classes)}"
                )
            )
        if slot.round_note:
            st.text(slot.round_note)
        version = _filled(slot, unit)
        counts, zero = st.columns([3, 1], gap="large")
        with counts:
            _counts(slot, unit, version)
        with zero:
            _zero(slot, unit, version)


def _filled(slot: DeskSlot, unit: SweepUnit) -> int | None:
    """Fill the form from what was filed; returns its pinned version, None where nothing was."""
    at = f"-{slot.round.id}-{unit.id}"
    values = {
        f"found{at}": slot.found if slot.filed_at else slot.entered.found,
        f"resolved{at}": slot.resolved if slot.filed_at else slot.entered.resolved,
        f"note{at}": slot.note,
    }
    return forms.filled(f"sweep{at}", slot.version or 0, values) or None


def _counts(slot: DeskSlot, unit: SweepUnit, version: int | None) -> None:
    at = f"-{slot.round.id}-{unit.id}"
    with st.form(f"sweep_report{at}", border=False):
        first, second, third = st.columns([1, 1, 3])
        found = first.number_input("本轮排查（件）", 0, COUNT_MAX, key=f"found{at}")
        resolved = second.number_input(
            "本轮化解（件）", 0, COUNT_MAX, key=f"resolved{at}", help="含以前排查、本轮化解的"
        )
        note = third.text_input("说明（可不填，不写姓名电话）", key=f"note{at}")
        submitted = st.form_submit_button(
            "报送" if slot.filed_at is None else "修改报送",
            type="primary",
            key=f"sweep_report{at}_submit",
        )
    if slot.entered and slot.filed_at is None:
        st.caption(
            f"件数按台账填好：本轮期间，本单位及下级排查 {slot.entered.found} 件，"
            f"化解 {slot.entered.resolved} 件。核对后报送，不对的直接改。"
        )
    if submitted:
        forms.save(
            partial(
                commands.file_report,
                round_id=slot.round.id,
                unit_id=unit.id,
                version=version,
                found=found,
                resolved=resolved,
                note=note or "",
                today=store.today(),
                now=store.now(),
            ),
            record=f"sweep{at}",
            message=f"已报送：{slot.round.name}，排查 {found} 件，化解 {resolved} 件",
        )


def _zero(slot: DeskSlot, unit: SweepUnit, version: int | None) -> None:
    """Draw the zero report: one click, and a question first where something was entered."""
    at = f"-{slot.round.id}-{unit.id}"
    st.caption("本轮没有排查到矛盾纠纷的")
    asked = st.session_state.get(_ASKED) == at
    if asked:
        st.warning(f"本轮期间，本单位及下级已登记 {slot.entered.found} 件，确定要作零报告吗？")
        clicked = st.button("仍作零报告", key=f"zero_sure{at}")
    else:
        clicked = st.button(
            "零报告", key=f"zero{at}", icon=":material/done_all:", disabled=slot.zero
        )
    if not clicked:
        return
    if slot.entered and not asked:
        st.session_state[_ASKED] = at
        st.rerun()
    forms.save(
        partial(
            commands.file_zero,
            round_id=slot.round.id,
            unit_id=unit.id,
            version=version,
            sure=asked,
            today=store.today(),
            now=store.now(),
        ),
        record=f"sweep{at}",
        refilled={_ASKED: None},
        message=f"已作零报告：{slot.round.name}",
    )


def _history(desk: Desk) -> None:
    filed = [slot for slot in desk.open if slot.filed_at is not None]
    rows = [*filed, *desk.past]
    if not rows:
        st.caption("还没有报送过。")
        return
    st.dataframe(
        pa.table(_columns(rows)),
        hide_index=True,
        row_height=_ROW,
        height=min(len(rows) * _ROW + _HEAD + 2, _TALL),
        key="sweep_history",
        alt="以往报送",
        column_config={
            name: st.column_config.TextColumn(width=width) for name, width in _WIDTHS.items()
        },
    )
    for entry in desk.corrections:
        when = f"{_when(entry.at)}"
        st.caption(
            forms.plain(
                f"更正 {entry.round}：{entry.text}（{entry.actor}，{when}；理由：{entry.reason}）"
            )
        )
    if desk.past:
        windows.opened("sweep_correcting", "补充更正", partial(_correct, desk))


_WIDTHS = {
    "轮次": 230,
    "状态": 70,
    "内容": 170,
    "报送": 210,
    "截止": 124,
    "当时名称": 110,
    "说明": 260,
}


def _columns(rows: Sequence[DeskSlot]) -> Mapping[str, list[str]]:
    return {
        "轮次": [slot.round.name for slot in rows],
        "状态": [slot.state.label for slot in rows],
        "内容": [_content(slot) for slot in rows],
        "报送": [f"{slot.filed_by} {_when(slot.filed_at)}".strip() for slot in rows],
        "截止": [_when(slot.round.due_at) for slot in rows],
        "当时名称": [slot.unit_name for slot in rows],
        "说明": [slot.note for slot in rows],
    }


def _correct(desk: Desk, key: str) -> None:
    """Draw the form of a correction beside a closed round."""
    labels = {slot.round.id: f"{slot.round.name}（{slot.state.label}）" for slot in desk.past}
    round_id = forms.choose("轮次", labels, key="correct_round")
    with st.form("sweep_correct", border=False):
        text = st.text_area(
            "更正内容", key="correct_text", placeholder="例如：本轮排查应为 3 件，原报 2 件"
        )
        reason = st.text_input("理由", key="correct_reason")
        submitted = st.form_submit_button("保存", type="primary", key="sweep_correct_submit")
    if submitted and round_id is not None:
        forms.save(
            partial(
                commands.correct,
                round_id=round_id,
                unit_id=desk.unit.id,
                text=text or "",
                reason=reason or "",
                now=store.now(),
            ),
            refilled={key: False, "correct_text": "", "correct_reason": ""},
            message="已保存更正。已关闭的轮次不变，更正列在旁边",
        )


def _standing(slot: DeskSlot) -> str:
    return "未报" if slot.filed_at is None else slot.state.label


def _told(slot: DeskSlot) -> str:
    changed = f"，{slot.changed_by} {_when(slot.changed_at)} 改过" if slot.changed_at else ""
    content = "" if slot.state is SlotState.ZERO else _content(slot)
    words = "：".join(filter(None, (slot.state.label, content)))
    return f"{words}（{slot.filed_by}，{_when(slot.filed_at)}{changed}）"


def _content(slot: DeskSlot) -> str:
    if slot.filed_at is None:
        return ""
    return "零报告" if slot.zero else f"排查 {slot.found} 件，化解 {slot.resolved} 件"


def left(due_at: datetime) -> str:
    """Say how long it is until a round is due."""
    hours = int((due_at - store.now()).total_seconds() // 3600)
    return f"还有 {hours // 24} 天" if hours >= 24 else f"还有 {max(hours, 0)} 小时"


def _when(moment: datetime | None) -> str:
    return f"{store.local(moment):%Y-%m-%d %H:%M}" if moment else ""
