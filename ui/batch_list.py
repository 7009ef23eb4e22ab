"""Putting cases on the list of a batch: picked, pasted or from a ledger, looked at, handed over."""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from sqlalchemy.orm import Session

import settings
from db.commands import batches as commands
from db.commands.batches import Handed
from db.queries import cases, handing
from db.queries.batches import BatchFile
from db.queries.handing import Examined
from documents import batch_sheet
from rules.batches import AT_ONCE, Line, read_lines
from rules.errors import Invalid, Problem, RuleError
from rules.permissions import Actor
from ui import batch_view, case_filter, forms, store
from ui.options import options

_ROUND, _BEGUN = "_batch_list_round", "_batch_list_begun"


def draw(file: BatchFile, actor: Actor) -> None:
    """Draw the list to be, what becomes of each of its cases, and the button that hands over."""
    offered = options()
    # A list handed over is emptied by giving its widgets other keys: a file cannot be taken
    # out of its box in any other way.
    at = _at(file.id)
    left, right = st.columns(2)
    with left:
        unit_else = forms.choose(
            "没有写明、案件上也没有责任单位的，交给",
            offered.unit_names,
            key="unit_else",
            empty="（逐件写明）",
        )
    with right:
        lead_else = forms.choose(
            "没有写明、案件上也没有包案领导的，由",
            offered.leader_names,
            key="lead_else",
            empty="（暂不确定）",
        )
    _pick(actor, f"lines{at}")
    text = st.text_area(
        "名单（每行一件：编号、责任单位、包案领导、办结时限，后三项可不写；从表格整列粘贴即可）",
        key=f"lines{at}",
        height=160,
        placeholder="510722-2026-000017\n510722-2026-000018，县住建局，王县长，12月31日",
    )
    ledger = st.file_uploader(
        "或上传交办台账（.xlsx、.xls、.csv），按编号对应；只读责任单位、包案领导、办结时限、备注",
        ["xlsx", "xls", "csv"],
        key=f"ledger{at}",
    )
    lines, problems = read_lines(text or "", today=store.today())
    if ledger is not None:
        try:
            more, told = batch_sheet.read(
                ledger.getvalue(),
                ledger.name,
                limit_bytes=settings.current().upload_mb * 1024 * 1024,
                today=store.today(),
            )
        except RuleError as refusal:
            forms.show_refusal(refusal)
            return
        lines, problems = [*lines, *more], [*problems, *told]
    if lines or problems:
        _decide(file, lines, problems, unit_else, lead_else)


def begin(batch_id: int, numbers: Sequence[str]) -> None:
    """Put cases picked elsewhere on the list of a batch, whose page is to be opened on it."""
    _put(f"lines{_at(batch_id)}", numbers)
    st.session_state[_BEGUN] = batch_id


def begun(file: BatchFile) -> bool:
    """Say whether the list of this batch was begun elsewhere and is not handed over yet."""
    return bool(st.session_state.get(_BEGUN) == file.id)


def _at(batch_id: int) -> str:
    return f"_{batch_id}_{st.session_state.get(_ROUND, 0)}"


def _pick(actor: Actor, key: str) -> None:
    """Draw the filter of the register, and the button that puts what it leaves on the list."""
    with st.expander("按条件挑选案件", key="batch_pick", on_change="rerun") as shown:
        if not shown.open:
            return
        wanted = case_filter.filter_bar(options(), actor, today=store.today())
        numbers = store.kept(
            "batch_pick_numbers",
            wanted,
            lambda session: cases.numbers(session, wanted, limit=AT_ONCE + 1),
        )
        if len(numbers) > AT_ONCE:
            st.caption(f"超过 {AT_ONCE} 件，请再加条件。检举控告不在其中。")
            return
        st.caption(f"符合条件的 {len(numbers)} 件，检举控告不在其中。")
        st.button(
            "放进名单",
            key="batch_pick_take",
            disabled=not numbers,
            on_click=_put,
            args=(key, numbers),
        )


def _put(key: str, numbers: Sequence[str]) -> None:
    """Add numbers to what is typed: a callback, before the box is drawn."""
    typed = str(st.session_state.get(key) or "").rstrip()
    new = [number for number in numbers if number not in typed]
    st.session_state[key] = "\n".join(filter(None, [typed, *new]))


def _decide(
    file: BatchFile,
    lines: Sequence[Line],
    problems: Sequence[Problem],
    unit_else: int | None,
    lead_else: int | None,
) -> None:
    """Draw what becomes of each line, and hand over what can be once nothing is wrong."""
    today = store.today()

    def read(session: Session) -> tuple[list[Examined], list[Problem]]:
        wanted, told = handing.meant(session, lines, unit_else=unit_else, lead_else=lead_else)
        return handing.examined(session, file.id, wanted, today=today), told

    found, unmatched = store.kept(
        "batch_list", (file.id, tuple(lines), unit_else, lead_else, today), read
    )
    wrong = [*problems, *unmatched, *(problem for each in found for problem in each.problems)]
    if wrong:
        st.error(f"有 {len(wrong)} 处要先改好，名单才能交办：")
        forms.show_problems(Invalid(wrong))
    _table(found)
    again = False
    if any(each.elsewhere for each in found):
        st.warning("名单里有案件已在其他批次交办、尚未结束（防止多头办理），见“说明”。")
        again = st.checkbox("已核实，确需再次交办", key="batch_again")
    if not st.button(
        f"交办这 {len(found)} 件", key="batch_hand", type="primary", disabled=bool(wrong)
    ):
        return
    work = partial(
        _hand,
        batch_id=file.id,
        lines=lines,
        unit_else=unit_else,
        lead_else=lead_else,
        again=again,
    )
    batch_view.save(file, work, record=batch_view.pin(file), message=_told)


def _hand(
    session: Session,
    *,
    batch_id: int,
    lines: Sequence[Line],
    unit_else: int | None,
    lead_else: int | None,
    again: bool,
) -> Handed:
    """Hand over what the lines mean now, which may be other than what was looked at."""
    wanted, problems = handing.meant(session, lines, unit_else=unit_else, lead_else=lead_else)
    if problems:
        raise Invalid(problems)
    return commands.add_cases(
        session, batch_id, wanted, again=again, today=store.today(), now=store.now()
    )


def _told(done: Handed) -> str:
    """Say what was done, and have the list begin anew."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state.pop(_BEGUN, None)
    parts = {
        "走了交办步骤": done.assigned,
        "已在办理、只列入名单": done.kept,
        "修改": done.changed,
        "未变": done.unchanged,
    }
    return "；".join(f"{name} {count} 件" for name, count in parts.items() if count)


def _table(found: Sequence[Examined]) -> None:
    st.dataframe(
        [
            {
                "编号": each.number,
                "标题": each.title,
                "去向": each.handing.label if each.handing else "不能加入",
                "责任单位": each.unit,
                "包案领导": each.lead,
                "办结时限": each.due_on,
                "说明": _why(each),
            }
            for each in found
        ],
        hide_index=True,
        placeholder="",
        alt="名单核对",
    )


def _why(each: Examined) -> str:
    told = [problem.message for problem in each.problems] or [each.reason]
    if each.elsewhere:
        told.append(f"已在“{'、'.join(each.elsewhere)}”交办")
    return "；".join(filter(None, told))
