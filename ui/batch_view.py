"""A batch of 交办会 on the screen: its figures, its rows, the receipts, the results by unit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import batches as commands
from db.queries import batches as queries
from db.queries.batches import BatchFile, BatchLine, BatchRow
from documents import batch_sheet
from rules import batches as rules
from rules.batches import Outcome, Tally
from rules.errors import RuleError
from rules.masking import redact
from rules.permissions import Action, Actor
from rules.rates import shown_rate
from rules.terms import Role
from ui import case_views, export_file, forms, store, tables

_READY = "_batch_sheet"
_WIDTHS = {
    "标题": 200,
    "责任单位": 130,
    "包案领导": 76,
    "办结时限": 92,
    "签收": 130,
    "状态": 72,
    "化解": 60,
    "停访息诉": 76,
    "提示": 110,
    "备注": 110,
}


def listed(lines: Sequence[BatchLine]) -> None:
    """Draw the batches, each with how far it is and the way to it."""
    for line in lines:
        with st.container(border=True):
            st.button(
                forms.plain(f"{line.name}（{line.kind.label}）"),
                key=f"batch_{line.id}",
                type="tertiary",
                icon=":material/assignment_turned_in:",
                on_click=go_to,
                args=(line.id,),
            )
            closed = f"已于 {store.local(line.closed_at):%Y-%m-%d} 结束" if line.closed_at else ""
            st.caption(
                forms.plain(
                    f"{line.held_on} 交办，时限 {line.due_on} · {_figures(line.counts)}"
                    f"{' · ' + closed if closed else ''}"
                )
            )


def _figures(counts: Tally) -> str:
    late = f"，超时限未化解 {counts.late}" if counts.late else ""
    return (
        f"交办 {counts.assigned}，已签收 {counts.received}，化解 {counts.resolved}，"
        f"化解率 {shown_rate(counts.resolved, counts.assigned)}，"
        f"停访息诉率 {shown_rate(counts.settled, counts.assigned)}{late}"
    )


def go_to(batch_id: int) -> None:
    """Open a batch: a link from a screen to itself would leave the browser's address as it was."""
    st.query_params["batch"] = str(batch_id)


def save(
    file: BatchFile,
    work: Callable[[Session], Any],
    *,
    record: str,
    message: str | Callable[[Any], str],
) -> None:
    """Do `work` on a batch as forms.save does; all its forms stand open side by side.

    A change of the list raises the version they were filled from: after one's own, none of
    them is to be told of a rival.
    """

    def told(result: Any) -> str:
        for each in (pin(file), *(row_pin(row) for row in file.rows)):
            forms.unpin(each)
        return message if isinstance(message, str) else message(result)

    forms.save(work, record=record, message=told)


def pin(file: BatchFile) -> str:
    """Name what the form that ends a batch is pinned by."""
    return f"batch-{file.id}"


def row_pin(row: BatchRow) -> str:
    """Name what the form of one case of a batch is pinned by."""
    return f"batch-row-{row.id}"


def back() -> None:
    """Draw the way back to the list of batches."""
    st.button(
        "返回交办批次",
        key="batch_back",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=_leave,
    )


def _leave() -> None:
    del st.query_params["batch"]


def heading(file: BatchFile, *, today: date) -> None:
    """Draw what the batch is, how long it has, and its figures with what they were made of."""
    back()
    st.title(forms.plain(file.name))
    if file.closed_at:
        when = f"{store.local(file.closed_at):%Y-%m-%d}"
        told = f"已于 {when} 由{file.closed_by}结束，下面是当时的结果，不再变动"
    else:
        left = (file.due_on - today).days
        told = f"还有 {left} 天到时限" if left >= 0 else f"时限已过 {-left} 天"
    facts = [file.kind.label, file.meeting, f"{file.held_on} 交办", f"时限 {file.due_on}", told]
    st.caption(forms.plain(" · ".join(filter(None, [*facts, file.note]))))
    counts = rules.tally(file.outcomes)
    shown = {
        "交办": f"{counts.assigned}",
        "已签收": f"{counts.received}",
        "化解": f"{counts.resolved}",
        "化解率": shown_rate(counts.resolved, counts.assigned),
        "停访息诉率": shown_rate(counts.settled, counts.assigned),
        "超时限未化解": f"{counts.late}",
    }
    notes = {"化解率": rules.RESOLVED, "停访息诉率": rules.SETTLED}
    for place, (label, value) in zip(
        st.columns([1, 1, 1, 2.6, 2.6, 1.4]), shown.items(), strict=True
    ):
        place.metric(label, value, help=notes.get(label), border=True)


def receipts(file: BatchFile, actor: Actor) -> None:
    """Draw whose receipts are missing, and let a unit confirm its own."""
    if file.closed_at:
        return
    own = {
        row.id: f"{row.number} {row.title}"
        for row in file.rows
        if row.received_at is None and row.unit_id in actor.unit_ids
    }
    if Role.UNIT in actor.roles and own:
        with st.form(f"receipt_{file.id}"):
            chosen = st.multiselect(
                f"有 {len(own)} 件等您签收",
                list(own),
                default=list(own),
                format_func=forms.named(own, missing=""),
                key=f"receive_{file.id}",
                placeholder="请选择",
            )
            submitted = st.form_submit_button("确认签收", type="primary", key="receive_submit")
        if submitted and not chosen:
            st.error("请先选择要签收的案件")
        elif submitted:
            forms.save(
                partial(
                    commands.confirm_receipt, batch_id=file.id, row_ids=chosen, now=store.now()
                ),
                message=lambda count: f"已签收 {count} 件",
            )
    elif file.unreceived:
        told = "、".join(f"{unit} {count} 件" for unit, count in file.unreceived.items())
        st.warning(forms.plain(f"尚未签收：{told}"), icon=":material/pending_actions:")


def rows(file: BatchFile) -> None:
    """Draw the cases of the batch; a click on a number opens its case."""
    if not file.rows:
        st.info("名单上还没有案件。请在“加入案件”里按条件挑选、粘贴编号，或上传交办台账。")
        return
    held = file.rows
    columns = {
        "标题": [row.title for row in held],
        "责任单位": [row.unit for row in held],
        "包案领导": [row.lead for row in held],
        "办结时限": [row.due_on.isoformat() for row in held],
        "签收": [_receipt(row) for row in held],
        "状态": [row.state.label for row in held],
        "化解": [_yes(row.outcome.resolved) for row in held],
        "停访息诉": [_yes(row.outcome.settled) for row in held],
        "提示": [_marks(row.outcome) for row in held],
        "备注": [row.note for row in held],
    }
    tables.opening_table(
        [row.number for row in held],
        columns,
        _WIDTHS,
        on_open=case_views.open_case,
        key="batch_rows",
        alt="本批次的案件",
    )


def _yes(true: bool) -> str:
    return "是" if true else "否"


def _receipt(row: BatchRow) -> str:
    if row.received_at is None:
        return "未签收"
    return f"{row.received_by} {store.local(row.received_at):%m-%d %H:%M}"


def _marks(outcome: Outcome) -> str:
    marks = {
        "超时限": outcome.late,
        "再次信访": outcome.repeated,
        "第三方评价满意": outcome.evaluated,
    }
    return "、".join(name for name, true in marks.items() if true)


def by_unit(outcomes: Iterable[Outcome]) -> None:
    """Draw the results by unit; the sums stand above."""
    found: Mapping[str, Tally] = rules.by_unit(outcomes)
    st.dataframe(
        [
            {
                "责任单位": unit,
                "交办": counts.assigned,
                "已签收": counts.received,
                "办结": counts.closed,
                "化解": counts.resolved,
                "化解率": shown_rate(counts.resolved, counts.assigned),
                "停访息诉": counts.settled,
                "停访息诉率": shown_rate(counts.settled, counts.assigned),
                "超时限未化解": counts.late,
            }
            for unit, counts in found.items()
        ],
        hide_index=True,
        placeholder="",
        height="content",
        alt="各单位交办结果",
    )
    st.caption(f"{rules.RESOLVED}。{rules.SETTLED}。")


def sheet(file: BatchFile, actor: Actor) -> None:
    """Draw the way to take the printed list and the ledger along; each making is an entry."""
    if not actor.may(Action.EXPORT):
        st.caption("您的账号没有导出权限。")
        return
    st.caption(
        "一个 Excel 文件：“交办清单”供打印签收，“交办台账”按台账格式；姓名已打码，检举控告不在其中。"
    )
    if st.button("生成文件", key="batch_sheet", type="primary"):
        try:
            st.session_state[_READY] = {"batch": file.id, **_made(file, actor)}
        except RuleError as refusal:
            forms.show_refusal(refusal)
    ready = st.session_state.get(_READY)
    if ready and ready["batch"] == file.id:
        export_file.download(ready, key="batch_download")


def _made(file: BatchFile, actor: Actor) -> dict[str, object]:
    moment = store.local(store.now())
    with store.reading() as session:
        found = queries.sheet_rows(session, file)
    content = batch_sheet.write(
        map(_cell, found),
        batch_sheet.About(
            name=file.name,
            kind=file.kind.label,
            meeting=file.meeting,
            held_on=file.held_on,
            due_on=file.due_on,
            as_of=f"{moment:%Y-%m-%d %H:%M}",
            exported_by=actor.name,
            lines=[_figures(rules.tally(file.outcomes)), rules.RESOLVED, rules.SETTLED],
        ),
    )
    with store.writing() as session:
        commands.note_export(session, file.id, rows=len(found))
    return {"name": f"{file.name}.xlsx", "file": content, "warnings": ()}


def _cell(found: queries.SheetRow) -> batch_sheet.BatchCell:
    row = found.row
    received_on = f"{store.local(row.received_at):%Y-%m-%d}" if row.received_at else ""
    return batch_sheet.BatchCell(
        number=row.number,
        people=found.people,
        title=redact(row.title),
        unit=row.unit,
        lead=row.lead,
        due_on=row.due_on,
        received_by=row.received_by,
        received_on=received_on,
        progress=redact(found.progress),
        resolved=row.outcome.resolved,
        settled=row.outcome.signed and not row.outcome.repeated,
        evaluation="第三方评价满意" if row.outcome.evaluated else "",
        note=redact(row.note),
    )
