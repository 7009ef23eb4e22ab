"""The parts of the import screen: what would be done, what was done, and taking it back."""

from collections.abc import Mapping
from datetime import date
from functools import partial

import streamlit as st

import ui.case_import as work
import ui.case_import_tables as tables
from db.commands import import_undo
from db.engine import StoreAway
from db.queries.imports import BatchRow, Choices, Plan
from documents import import_list
from documents.ledger_file import NoHeader
from rules.errors import RuleError
from rules.ledgers import Reading, closed_without_date, proposed_channel
from rules.masking import redact
from rules.permissions import Action
from rules.terms import Channel, ImportMode, Outcome
from ui import forms, import_compare, signin, store
from ui.case_import import Upload
from ui.options import options

_DONE, _ALIASES, _ASKED = "import_done", "_ledger_aliases", "_undo_asked"
_UNDECIDED, _BLANK = "（未指定，这些行退回）", "（留空，名称记入备注）"
_CHANNELS = tuple(Channel)
_SHOWN = 200  # rows of a list that the screen holds
# Names are asked about, and single cells have a list of their own.
_KINDS_SHOWN, _LINES = ("工作表", "合计"), 10
_NOTED, _TODAY = "只记入备注", "办结日期按导入当天记"


def forget() -> None:
    """Forget the last file and its result: another is to be chosen."""
    st.session_state.pop(_DONE, None)
    st.session_state.pop(_ALIASES, None)
    work.forget()


def batch(row: BatchRow) -> None:
    """Draw one batch, and the way to take it back."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(
                f"第 {row.id} 批 · {store.local(row.at):%Y-%m-%d %H:%M} · {row.actor}"
                f" · 《{row.file_name}》{row.sheet}\n{tables.counts_line(row.counts)}",
                width="stretch",
            )
            if row.undone_at:
                st.badge(f"已由 {forms.plain(row.undone_by or '')} 撤销", color="gray")
            else:
                # It stays where it is and keeps the focus: pressed twice, it only takes itself back.
                st.button("撤销这一批", key=f"undo_{row.id}", on_click=_ask, args=(row.id,))
        if not row.undone_at and st.session_state.get(_ASKED) == row.id:
            _ask_to_undo(row)


def _ask(batch_id: int) -> None:
    asked = st.session_state.get(_ASKED)
    st.session_state[_ASKED] = None if asked == batch_id else batch_id


def _ask_to_undo(row: BatchRow) -> None:
    st.warning(forms.plain(tables.undoing_line(row)))
    with st.container(horizontal=True):
        st.button("不撤销", key=f"undo_no_{row.id}", on_click=_ask, args=(row.id,))
        if st.button("确认撤销", key=f"undo_yes_{row.id}", type="primary"):
            undo = partial(import_undo.undo, batch_id=row.id, today=store.today(), now=store.now())
            forms.save(
                undo,
                refilled={_ASKED: None},
                message=lambda done: f"第 {row.id} 批已撤销：删去 {done[0]} 件，改回 {done[1]} 件",
            )


def point_at_header(refusal: NoHeader, content: bytes) -> None:
    """Let a person say on which sheet and in which row the header stands."""
    names = [sheet.name for sheet in refusal.sheets]
    if len(names) > 1:
        st.selectbox("工作表", names, index=names.index(refusal.sheet.name), key="ledger_sheet")
    work.header_input(content, refusal.sheet, found=None)
    st.caption("表里有表头，只是名称认不出来的，填上它在第几行，再指定各列对应什么。")


def default_channel(upload: Upload) -> Channel:
    """Ask for the channel of new rows that give none, proposing what the ledger is named for."""
    proposal = proposed_channel(
        upload.sheet.rows, upload.header, sheet_name=upload.sheet.name, file_name=upload.name
    )
    proposed = proposal.channel if proposal else Channel.WEB
    channel = st.selectbox(
        "没有写信访形式的，按",
        _CHANNELS,
        index=_CHANNELS.index(proposed),
        format_func=lambda channel: channel.label,
        key=f"ledger_channel_{upload.digest[:8]}_{upload.sheet.name}",
    )
    words = f"照{proposal.told_by}选好，可以改。" if proposal else ""
    st.caption(forms.plain(f"{words}只用于新增的行，已登记的不变。"))
    return channel


def decide(reading: Reading, unknown: Mapping[str, tuple[str, ...]]) -> Choices:
    """Draw what a person must decide for this run, and return what was decided."""
    names, blank = _unknown_names(unknown) if unknown else ({}, False)
    return Choices(names, blank, _closing_day(reading), _classes(reading))


def _unknown_names(
    unknown: Mapping[str, tuple[str, ...]],
) -> tuple[dict[tuple[str, str], int | None], bool]:
    offered = options()
    known: dict[str, Mapping[int, str]] = {
        "unit": {i: offered.unit_names[i] for i in offered.units},
        "leader": {i: offered.leader_names[i] for i in offered.leaders},
        "code": {i: offered.code_names[i] for i in offered.codes},
    }
    wanted = [(kind, name) for kind in known for name in unknown.get(kind, ())]
    chosen: dict[tuple[str, str], int | None] = {}
    with st.expander(f"系统里没有的名称（{len(wanted)} 个），可以指定对应", expanded=True):
        blank = st.checkbox("没有指定的都留空，名称记入备注", key="unknown_blank")
        columns = st.columns(3)
        for place, (kind, name) in enumerate(wanted):
            table = known[kind]
            choosable: list[str | int] = [_UNDECIDED, _BLANK, *table]
            answer = columns[place % 3].selectbox(
                forms.plain(f"{tables.KINDS[kind]}“{name}”"),
                choosable,
                format_func=forms.named(table, missing=""),
                key=f"unknown_{kind}_{name}",
            )
            if answer == _BLANK:
                chosen[kind, name] = None
            elif isinstance(answer, int):
                chosen[kind, name] = answer
        _offer_aliases(chosen)
    return chosen, blank


def _offer_aliases(chosen: Mapping[tuple[str, str], int | None]) -> None:
    """Offer to keep the names as aliases to whoever may; for others they hold for this run."""
    found = {name: i for (kind, name), i in chosen.items() if kind == "unit" and i is not None}
    if not signin.actor().may(Action.MANAGE_UNITS):
        st.caption("指定的对应只用于这一次导入；要长期认得，请系统管理员在“单位”里加别名。")
        found = {}
    elif not st.checkbox("把指定了单位的名称记为该单位的别名，以后自动认得", key="keep_aliases"):
        found = {}
    st.session_state[_ALIASES] = found


def _closing_day(reading: Reading) -> date | None:
    rows = len(closed_without_date(reading))
    if not rows:
        return None
    chosen = st.selectbox(
        f"状态为办结而没有办结日期的 {rows} 行，怎么记",
        [_NOTED, _TODAY],
        key="ledger_closed",
        width=360,
    )
    return store.today() if chosen == _TODAY else None


def _classes(reading: Reading) -> dict[int, int]:
    """Show the likely class of rows that give none; a person takes them over class by class."""
    likely = work.likely_classes(reading)
    offered = options()
    found = {number: one for number, one in likely.items() if one.code_id in offered.codes}
    if not found:
        return {}
    taken = set()
    title = f"没有分类的 {len(found)} 行，可能的分类（不勾选就不采用）"
    with st.expander(title):
        st.caption("按本办以往的分类推算，由您逐类决定；不采用的，导入后仍没有分类。")
        for code_id in dict.fromkeys(one.code_id for one in found.values()):
            chances = [one.probability for one in found.values() if one.code_id == code_id]
            name = forms.plain(offered.code_names[code_id])
            mean = sum(chances) / len(chances)
            if st.checkbox(
                f"采用“{name}”（{len(chances)} 行，平均把握 {mean:.0%}）",
                key=f"take_class_{code_id}",
            ):
                taken.add(code_id)
        titles = {row.number: str(row.values.get("title", "")) for row in reading.rows}
        rows = [
            {
                "行": str(number),
                "标题": redact(titles[number][:60]),
                "可能的分类": offered.code_names[one.code_id],
                "把握": f"{one.probability:.0%}",
                "采用": "采用" if one.code_id in taken else "",
            }
            for number, one in found.items()
        ]
        if len(rows) > _SHOWN:
            st.caption(f"只显示前 {_SHOWN} 行。")
        st.dataframe(rows[:_SHOWN], hide_index=True, alt=title)
    return {number: one.code_id for number, one in found.items() if one.code_id in taken}


def summary(upload: Upload, plan: Plan, mapping: Mapping[int, str], mode: ImportMode) -> None:
    """Draw in figures what the import would do, and carry it out."""
    counts = plan.counts()
    figures = [(outcome.label, counts[outcome.value]) for outcome in Outcome]
    figures.insert(3, ("疑似重复", counts["suspected_duplicates"]))
    for place, (label, count) in zip(st.columns(6), figures, strict=True):
        place.metric(label, count)
    st.caption(tables.counts_line(counts))
    bar = st.empty()
    with st.container(horizontal=True):
        wanted = counts["inserted"] + counts["updated"]
        started = st.button(
            f"开始导入（{wanted} 件）",
            type="primary",
            key="import_now",
            disabled=wanted == 0,
        )
        if counts["rejected"]:
            _download(upload, lambda: work.rejects(upload, plan, mapping), key="rejects_before")
    if nothing := tables.nothing_line(counts):
        st.caption(nothing)
    if started:
        with bar:
            _carry_out(upload, plan, mapping, mode)


def details(upload: Upload, reading: Reading, plan: Plan) -> None:
    """Draw what should be known of the sheet, and what would become of which row."""
    told = tables.notices(reading, plan, upload.sheet, upload.others)
    for kind in _KINDS_SHOWN:
        if lines := tables.shortened(told[kind], _LINES):
            items = "\n".join(f"- {forms.plain(line)}" for line in lines)
            st.warning(f"**{kind}**\n\n{items}")
    _lists(upload, plan)


def _lists(upload: Upload, plan: Plan) -> None:
    """Draw the beginning of each list with its true length, and offer all of them."""
    lists = tables.lists(plan)
    for title, rows in lists.items():
        if rows:
            told = len({row["行"] for row in rows})
            with st.expander(f"{title}（{told} 行）", expanded=title.startswith("退回")):
                if len(rows) > _SHOWN:
                    st.caption(f"只显示前 {_SHOWN} 条，完整的请下载清单。")
                st.dataframe(rows[:_SHOWN], hide_index=True, alt=title)
                if title == tables.SUSPECTED:
                    import_compare.draw(plan, limit=_SHOWN)
    if any(lists.values()):
        st.download_button(
            "下载完整清单",
            lambda: import_list.write(lists),
            file_name=f"导入预览_{upload.name.rsplit('.', 1)[0]}.xlsx",
            key="preview_lists",
            on_click="ignore",
            icon=":material/download:",
        )


def _carry_out(upload: Upload, plan: Plan, mapping: Mapping[int, str], mode: ImportMode) -> None:
    try:
        aliases = st.session_state.pop(_ALIASES, {})
        result, seconds = work.carried_out(upload, plan, mapping, mode, aliases)
    except (RuleError, StoreAway) as refusal:
        st.error(f"没有写入任何内容：{forms.plain(str(refusal))}")
        return
    rejected = plan.counts()["rejected"]
    st.session_state[_DONE] = {
        "digest": upload.digest,
        "sheet": upload.sheet.name,
        "result": result,
        "seconds": seconds,
        "rejects": work.rejects(upload, plan, mapping) if rejected else b"",
    }
    st.rerun()


def done(upload: Upload) -> bool:
    """Draw the result, if this sheet has been imported just now."""
    last = st.session_state.get(_DONE)
    if not last or (last["digest"], last["sheet"]) != (upload.digest, upload.sheet.name):
        return False
    work.forget()
    result = last["result"]
    if result.batch is None:
        st.info("没有写入任何内容。" + tables.counts_line(result.counts))
    else:
        st.success(
            f"第 {result.batch} 批导入完成，用时 {last['seconds']:.1f} 秒。"
            + tables.counts_line(result.counts)
        )
        st.page_link("pages/cases/register.py", label="到登记簿查看", icon=":material/list_alt:")
        if suspected := result.counts["suspected_duplicates"]:
            st.page_link(
                "pages/cases/duplicates.py",
                label=f"并排对照这一批的疑似重复（{suspected} 件）",
                icon=":material/compare:",
                query_params={"batch": str(result.batch)},
            )
    with st.container(horizontal=True):
        if last["rejects"]:
            _download(upload, last["rejects"], key="rejects")
        if st.button("再看一次预览", key="again"):
            forget()
            st.rerun()
    return True


def _download(upload: Upload, rejects: object, *, key: str) -> None:
    st.download_button(
        "下载退回的行（改好后再传一次）",
        rejects,  # type: ignore[arg-type]
        file_name=f"退回_{upload.name.rsplit('.', 1)[0]}.xlsx",
        key=key,
        on_click="ignore",
        icon=":material/download:",
    )
