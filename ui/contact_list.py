"""Visits to contact points on the screen: the grid by quarter, who is short, and the records."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from db.commands import contacts as commands
from db.queries import contacts as queries
from db.queries import receivers as receiver_queries
from db.queries.contacts import ContactRow
from documents import case_sheet
from rules import contacts as rules
from rules.contacts import CLAUSE, Line, Visit
from rules.errors import RuleError
from rules.masking import redact
from rules.permissions import Action, Actor
from rules.reception_terms import ContactKind
from rules.receptions import Receiver
from ui import contact_entry, export_file, forms, store, tables, windows
from ui.options import options
from ui.tables import Number

_READY = "_contacts_export"
_NARROWED = "_contacts_narrowed"


def draw(actor: Actor, *, today: date) -> None:
    """Draw the year that is asked for."""
    known = store.kept("contact_years", None, queries.years)
    years = sorted({today.year, *known}, reverse=True)
    first, second, _ = st.columns([1, 2, 4])
    year = first.selectbox(
        "年份",
        years,
        format_func=lambda chosen: f"{chosen} 年",
        key="shown_year",
        bind="query-params",
    )
    kind = second.segmented_control(
        "类别",
        list(ContactKind),
        default=ContactKind.CONTACT,
        required=True,
        format_func=lambda term: term.label,
        key="shown_kind",
    )
    begin, end = date(year, 1, 1), date(year, 12, 31)
    with store.reading() as session:
        rows = queries.visits(session, first=begin, last=end)
        receivers = receiver_queries.receivers(session, first=begin, last=end)
        asked = queries.per_quarter(session, year)
    if actor.may(Action.RECEIVE):
        if not actor.sees_all_cases:
            receivers = tuple(each for each in receivers if each.id == actor.leader_id)
        lines = rules.grid(
            receivers,
            [Visit(row.leader_id, row.visited_on, row.kind) for row in rows],
            year=year,
            kind=kind,
            per_quarter=asked,
            today=today,
        )
        # What a number was asked for stands above the grid, where it is seen at once.
        narrowed = _narrowed(kind, year)
        if narrowed:
            _records(rows, actor, kind, year, narrowed)
        _grid(lines, kind, year)
        if kind is ContactKind.CONTACT:
            _short(lines, receivers, year, today=today)
        if narrowed:
            return
    _records(rows, actor, kind, year, {})


def _grid(lines: Sequence[Line], kind: ContactKind, year: int) -> None:
    if not lines:
        words = (
            "还没有领导设联系点。请在“接访规则 → 分管和联系点”里设定。"
            if kind is ContactKind.CONTACT
            else f"{year} 年还没有下访记录。"
        )
        st.info(words)
        return
    names = options().unit_names
    tables.number_table(
        "领导",
        [_who(line.receiver, names) for line in lines],
        {
            f"第{word}季度": [
                Number(
                    rules.said(line.quarters[place]),
                    {"leader": line.receiver.id, "place": place, "kind": kind, "year": year},
                )
                for line in lines
            ]
            for place, word in enumerate("一二三四")
        },
        on_open=_narrow,
        key="contact_grid",
        alt=f"{year} 年各位领导各季度{kind.label}走访",
    )
    if kind is ContactKind.CONTACT:
        st.caption(
            f"{CLAUSE}。“已走访/应走访”，任职不满半个季度的不要求。点格子，上面就列出这些走访。"
        )
    else:
        st.caption("下访没有次数要求，只记走了几次。点格子，上面就列出这些下访。")


def _who(receiver: Receiver, names: Mapping[int, str]) -> str:
    where = "、".join(names[each].rsplit("/", 1)[-1] for each in receiver.contacts if each in names)
    return f"{receiver.name}（{where}）" if where else receiver.name


def _narrow(chosen: Mapping[str, Any]) -> None:
    st.session_state[_NARROWED] = dict(chosen)


def _narrowed(kind: ContactKind, year: int) -> Mapping[str, Any]:
    """Return what number of this very grid was asked for; empty for none."""
    chosen = st.session_state.get(_NARROWED, {})
    return chosen if (chosen.get("kind"), chosen.get("year")) == (kind, year) else {}


def _short(lines: Sequence[Line], receivers: Sequence[Receiver], year: int, *, today: date) -> None:
    """Draw who is short in a quarter, as text to paste, and who has no contact point."""
    begun = [place for place, (first, _) in enumerate(rules.quarters(year)) if first <= today]
    if not begun or not lines:
        return
    with st.expander("谁还没有到联系点（可复制）", icon=":material/content_copy:"):
        place = st.selectbox(
            "季度",
            begun,
            index=len(begun) - 1,
            format_func=lambda chosen: rules.named(rules.quarters(year)[chosen][0]),
            key="shown_quarter",
        )
        names = {key: name.rsplit("/", 1)[-1] for key, name in options().unit_names.items()}
        text = rules.short_list(lines, place, names, today=today)
        if text:
            st.text_area("名单", text, height=34 * (text.count("\n") + 2))
        else:
            st.caption("这个季度都已达到次数。")
        if missing := rules.without_contacts(receivers, today=today):
            st.caption(f"还没有设联系点的：{forms.plain('、'.join(x.name for x in missing))}")


def _records(
    rows: Sequence[ContactRow],
    actor: Actor,
    kind: ContactKind,
    year: int,
    narrowed: Mapping[str, Any],
) -> None:
    shown = [row for row in rows if row.kind is kind]
    if narrowed:
        first, last = rules.quarters(year)[narrowed["place"]]
        shown = [
            row
            for row in shown
            if row.leader_id == narrowed["leader"] and first <= row.visited_on <= last
        ]
    with st.container(horizontal=True, vertical_alignment="center"):
        solved = sum(row.solved for row in shown)
        st.markdown(f"共 **{len(shown)}** 次 · 解决问题 {solved} 个", width="stretch")
        if narrowed:
            st.button(
                "列出全年",
                key="contact_all",
                type="tertiary",
                icon=":material/close:",
                on_click=_widen,
            )
        if shown and actor.may(Action.EXPORT):
            _export(shown, actor, kind, year)
    if not shown:
        st.caption("没有走访记录。")
        return
    st.dataframe(
        [
            {
                "日期": f"{row.visited_on}",
                "领导": row.leader,
                "走访单位": row.unit,
                "走访情况": row.note.replace("\n", " "),
                "解决问题（个）": row.solved,
                "登记人": row.created_by,
            }
            for row in shown
        ],
        hide_index=True,
        height="content",
        alt=f"{kind.label}走访记录",
        column_config={
            "日期": st.column_config.TextColumn(width=92),
            "领导": st.column_config.TextColumn(width=80),
            "走访单位": st.column_config.TextColumn(width=150),
            "解决问题（个）": st.column_config.NumberColumn(width=110),
            "登记人": st.column_config.TextColumn(width=100),
        },
    )
    own = [row for row in shown if actor.sees_all_cases or row.leader_id == actor.leader_id]
    if own and actor.may(Action.RECEIVE):
        windows.opened(
            "contact_editing", "更正或删除", lambda key: contact_entry.change(key, own, actor)
        )


def _widen() -> None:
    st.session_state.pop(_NARROWED, None)


def _export(rows: Sequence[ContactRow], actor: Actor, kind: ContactKind, year: int) -> None:
    ids = [row.id for row in rows]
    popover = st.popover("导出", icon=":material/download:", key="contacts_menu", on_change="rerun")
    if not popover.open:
        return
    with popover:
        st.caption("导出列出的走访，走访情况里的号码自动打码。")
        if st.button("生成文件", key="contacts_make", type="primary"):
            try:
                st.session_state[_READY] = {"ids": ids, **_made(rows, actor, kind, year)}
            except RuleError as refusal:
                forms.show_refusal(refusal)
        ready = st.session_state.get(_READY)
        if ready and ready["ids"] == ids:
            export_file.download(ready, key="contacts_download")


def _made(
    rows: Sequence[ContactRow], actor: Actor, kind: ContactKind, year: int
) -> dict[str, object]:
    moment = store.local(store.now())
    filters = [f"年份：{year} 年", f"类别：{kind.label}"]
    content = case_sheet.write(
        [
            {
                "日期": f"{row.visited_on}",
                "领导": row.leader,
                "职务": row.post,
                "走访单位": row.unit,
                "类别": row.kind.label,
                "走访情况": redact(row.note),
                "解决问题（个）": row.solved,
                "登记人": row.created_by,
            }
            for row in rows
        ],
        case_sheet.About(
            title=f"{kind.label}走访记录",
            as_of=f"{moment:%Y-%m-%d %H:%M}",
            exported_by=actor.name,
            filters=filters,
            rows=len(rows),
            masking="正文号码已打码",
            sheet="走访",
            counted="次数",
        ),
    )
    with store.writing() as session:
        commands.note_export(session, rows=len(rows), filters=filters)
    return {
        "name": f"{kind.label}走访_{moment:%Y%m%d_%H%M}.xlsx",
        "file": content,
        "warnings": (),
    }
