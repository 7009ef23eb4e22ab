"""Importing an old ledger on the screen: looked at first, asked about, written, taken back.

What is peculiar to one kind of ledger is its `LedgerKind`; the register of cases, which also
updates, has screens of its own (ui/case_import.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import pyarrow as pa
import streamlit as st
from sqlalchemy.orm import Session

import settings
from db.commands import imports as layouts
from db.commands.import_batches import Result, Source
from db.crypto import file_digest
from db.queries import imports as batch_queries
from documents.ledger_file import LedgerFile, NoHeader, open_ledger
from documents.returned import RejectedRow, returned_workbook
from rules.columns import Vocabulary, column_keys, layout_key, map_columns
from rules.errors import RuleError
from rules.ledger_rows import CellProblem
from rules.ledgers import Reading, read_rows
from rules.masking import mask_name, redact
from rules.terms import ImportMode, Outcome, SerialKind
from ui import forms, store

_KEEP = "（不导入）"
_BLANK = -1
_SHOWN = 200

Names = dict[tuple[str, str], int | None]


class PlannedRow(Protocol):
    """A row of a plan as this screen shows it."""

    @property
    def number(self) -> int:
        """Its number in the sheet."""

    @property
    def outcome(self) -> Outcome:
        """What is to become of it."""

    @property
    def problems(self) -> tuple[CellProblem, ...]:
        """Why it is rejected, cell by cell."""

    @property
    def warnings(self) -> tuple[CellProblem, ...]:
        """What a person should look at."""

    @property
    def reason(self) -> str:
        """Why it is left out."""


class Plan(Protocol):
    """What an import would do."""

    @property
    def rows(self) -> Sequence[PlannedRow]:
        """Every row of the sheet."""

    @property
    def unresolved(self) -> Mapping[str, tuple[str, ...]]:
        """Names the tables do not have, by kind."""

    def counts(self) -> dict[str, int]:
        """How many rows become what."""


@dataclass(frozen=True, slots=True)
class LedgerKind:
    """One kind of ledger: what it is called, its words, and what reads, writes and undoes it.

    `key` begins the keys of its widgets. `needed` are kinds of names that a person must say,
    `told` says so. `plan` takes the reading with the names said, None for the first look, and
    may ask for more. `said` asks what holds of all rows that do not say otherwise.
    """

    key: str
    what: str
    counted: str
    serial: SerialKind
    words: Vocabulary
    kinds: Mapping[str, str]
    needed: frozenset[str]
    told: str
    offered: Callable[[str], dict[int, str]]
    plan: Callable[[Reading, Names | None], Any]
    carry_out: Callable[[Session, Any, Source, ImportMode, Names], Result]
    undo: Callable[..., int]
    said: Callable[[], Mapping[str, Any]] = field(default=dict)


@dataclass(frozen=True, slots=True)
class _Upload:
    name: str
    digest: str
    ledger: LedgerFile
    mapping: Mapping[int, str]


def draw(kind: LedgerKind) -> None:
    """Draw the import from the file to what was written."""
    file = st.file_uploader(
        f"选择{kind.what}（.xlsx、.xls、.csv，不超过 20 MB）",
        ["xlsx", "xls", "csv"],
        key=f"{kind.key}_ledger",
    )
    if file is None:
        st.session_state.pop(_done(kind), None)
        st.caption(
            "原样上传即可：合并的标题行、两三行的表头、合计行、“同上”都能认。"
            "第一步只是预览，确认之后才写入；同一个文件导两次不会重复。"
        )
        return
    try:
        upload = _opened(kind, file.name, file.getvalue())
    except RuleError as refusal:
        forms.show_refusal(refusal)
        if isinstance(refusal, NoHeader):
            _point_at(kind, refusal)
        return
    _sheet(kind, upload)
    said = kind.said()
    outcome = st.container()
    mapping = _mapping(kind, upload)
    reading = read_rows(
        upload.ledger.sheet.rows,
        upload.ledger.header,
        mapping,
        today=store.today(),
        merged=upload.ledger.sheet.merged,
        said=said,
        words=kind.words,
    )
    done: tuple[str, Result] | None = st.session_state.get(_done(kind))
    if done and done[0] == upload.digest:
        with outcome:
            st.success(f"已导入：{_counts(done[1].counts)}。可在“导入记录”里整批撤销。")
    names = _decide(kind, kind.plan(reading, None))
    plan: Plan = kind.plan(reading, names)
    with outcome:
        _summary(kind, upload, mapping, plan, names)
    _details(kind, upload, mapping, reading, plan)


def _done(kind: LedgerKind) -> str:
    return f"_{kind.key}s_imported"


def _opened(kind: LedgerKind, name: str, content: bytes) -> _Upload:
    digest = file_digest(content)
    pointed = st.session_state.get(f"{kind.key}_header_row")
    sheet = st.session_state.get(f"{kind.key}_sheet")
    at = {sheet or "": int(pointed)} if pointed else {}
    ledger = open_ledger(
        content,
        name,
        sheet_name=sheet,
        limit_bytes=settings.current().upload_mb * 1024 * 1024,
        header_rows=at,
        words=kind.words,
    )
    names = ledger.header.names
    with store.reading() as session:
        remembered = batch_queries.layout(session, _layout(kind, ledger))
    return _Upload(name, digest, ledger, map_columns(names, remembered, kind.words))


def _layout(kind: LedgerKind, ledger: LedgerFile) -> str:
    """The name of a layout; the same headers mean other columns in another kind of ledger."""
    return layout_key([kind.what, *ledger.header.names])


def _point_at(kind: LedgerKind, refusal: NoHeader) -> None:
    names = [sheet.name for sheet in refusal.sheets]
    left, right = st.columns(2)
    left.selectbox("工作表", names, index=names.index(refusal.sheet.name), key=f"{kind.key}_sheet")
    right.number_input(
        "表头在第几行", min_value=1, value=None, step=1, key=f"{kind.key}_header_row"
    )


def _sheet(kind: LedgerKind, upload: _Upload) -> None:
    names = [sheet.name for sheet in upload.ledger.sheets]
    left, right = st.columns(2)
    left.selectbox(
        "工作表", names, index=names.index(upload.ledger.sheet.name), key=f"{kind.key}_sheet"
    )
    right.selectbox(
        "有不合格行时", tuple(ImportMode), format_func=lambda m: m.label, key=f"{kind.key}_mode"
    )


def _mapping(kind: LedgerKind, upload: _Upload) -> dict[int, str]:
    header = upload.ledger.header
    known = sum(bool(name) for name in header.names)
    labels = kind.words.labels
    targets = [_KEEP, *labels]
    chosen: dict[int, str] = {}
    with st.expander(f"列的对应关系（认出 {len(upload.mapping)}/{known} 列，可以改）"):
        places = st.columns(4)
        for place, (index, name) in enumerate((i, n) for i, n in enumerate(header.names) if n):
            target = places[place % 4].selectbox(
                forms.plain(str(name)),
                targets,
                index=targets.index(upload.mapping.get(index, _KEEP)),
                key=f"{kind.key}_column_{upload.digest[:8]}_{upload.ledger.sheet.name}_{index}",
                format_func=lambda each: labels.get(each, each),
            )
            if target != _KEEP:
                chosen[index] = target
    return chosen


def _decide(kind: LedgerKind, plan: Plan) -> Names:
    """Ask what each unknown name stands for."""
    names: Names = {}
    if any(plan.unresolved.values()):
        st.subheader("没有认出的名称")
        st.caption(kind.told)
    for of, missing in plan.unresolved.items():
        offered = kind.offered(of)
        columns = st.columns(3)
        for place, name in enumerate(missing):
            blank = {} if of in kind.needed else {_BLANK: "（留空，写进备注）"}
            with columns[place % 3]:
                chosen = forms.choose(
                    forms.plain(f"{kind.kinds[of]}“{name}”是"),
                    {**blank, **offered},
                    key=f"{kind.key}_name_{of}_{name}",
                    empty="（未指定，该行退回）",
                )
            if chosen is not None:
                names[of, name] = None if chosen == _BLANK else chosen
    return names


def _counts(counts: Mapping[str, int]) -> str:
    parts = [f"{outcome.label} {counts[outcome.value]}" for outcome in Outcome]
    return f"共 {counts['rows']} 行 = {' + '.join(parts)}"


def _summary(
    kind: LedgerKind, upload: _Upload, mapping: Mapping[int, str], plan: Plan, names: Names
) -> None:
    counts = plan.counts()
    st.markdown(f"**预览**：{_counts(counts)}")
    mode = st.session_state[f"{kind.key}_mode"]
    refused = mode is ImportMode.ALL_OR_NOTHING and counts["rejected"]
    if not counts["inserted"]:
        words = "请先处理下面的问题" if counts["rejected"] else "没有要写入的：这些行台账里都有了"
        st.info(f"{words}。")
        return
    if refused:
        st.info("有不合格的行，按“整批退回”不写入。可以改为只导入合格行。")
        return
    label = f"导入 {counts['inserted']} {kind.counted}"
    if st.button(label, type="primary", key=f"{kind.key}_import"):
        _carry_out(kind, upload, mapping, plan, mode, names)


def _carry_out(
    kind: LedgerKind,
    upload: _Upload,
    mapping: Mapping[int, str],
    plan: Plan,
    mode: ImportMode,
    names: Names,
) -> None:
    def work(session: Session) -> Result:
        if dict(upload.mapping) != dict(mapping):
            keys = column_keys(upload.ledger.header.names)
            decided = {key: mapping.get(i, "") for i, key in enumerate(keys)}
            layouts.remember_layout(session, _layout(kind, upload.ledger), decided, now=store.now())
        source = Source(upload.name, upload.digest, upload.ledger.sheet.name)
        result = kind.carry_out(session, plan, source, mode, names)
        st.session_state[_done(kind)] = (upload.digest, result)
        return result

    forms.save(work, message=lambda result: f"已导入 {result.counts['inserted']} {kind.counted}")


def _details(
    kind: LedgerKind,
    upload: _Upload,
    mapping: Mapping[int, str],
    reading: Reading,
    plan: Plan,
) -> None:
    """Show every row that is not simply taken, with its cell and the reason: nothing is dropped silently."""
    notes = [*reading.warnings, *reading.never, *reading.totals]
    if upload.ledger.others:
        notes.append(f"工作表“{'、'.join(upload.ledger.others)}”也像台账，请另外选中再导入")
    if reading.unmapped:
        notes.append(f"没有对应栏目、不会导入的列：{'、'.join(reading.unmapped)}")
    for line in notes:
        st.warning(forms.plain(line))
    rejected = [row for row in plan.rows if row.outcome is Outcome.REJECTED]
    problems = [
        {
            "单元格": each.cell,
            "内容": (mask_name(each.value) if each.field == "petitioner" else redact(each.value))[
                :40
            ],
            "原因": each.message,
        }
        for row in rejected
        for each in row.problems
    ]
    _table("退回的行和原因", problems)
    if rejected:
        st.download_button(
            "下载退回的行",
            lambda: returned_workbook(
                None,
                upload.ledger.sheet,
                upload.ledger.header,
                [RejectedRow(row.number, row.problems) for row in rejected],
                mapping=mapping,
                words=kind.words,
            ),
            file_name=f"退回的{kind.serial.label}.xlsx",
            key=f"{kind.key}_rejects",
            on_click="ignore",
        )
    warned = [
        {"单元格": each.cell, "说明": each.message} for row in plan.rows for each in row.warnings
    ]
    _table("请核对的单元格", warned)
    left = [
        {"行": str(row.number), "说明": row.reason}
        for row in plan.rows
        if row.outcome in (Outcome.IGNORED, Outcome.UNCHANGED)
    ]
    _table("忽略和未变的行", left)


def _table(title: str, lines: list[dict[str, str]]) -> None:
    if not lines:
        return
    more = f"，列出前 {_SHOWN} 条" if len(lines) > _SHOWN else ""
    with st.expander(f"{title}（{len(lines)}{more}）", expanded=title.startswith("退回")):
        shown: dict[str, list[Any]] = {
            name: [line[name] for line in lines[:_SHOWN]] for name in lines[0]
        }
        st.dataframe(pa.table(shown), hide_index=True)


def batches(kind: LedgerKind) -> None:
    """Draw the batches that were imported, and the undoing of each."""
    with store.reading() as session:
        found = batch_queries.batches(session, kind=kind.serial)
    if not found:
        st.info(f"还没有导入过{kind.what}。导入之后，这里可以整批撤销。")
    for batch in found:
        with st.container(border=True):
            moment = f"{store.local(batch.at):%Y-%m-%d %H:%M}"
            st.markdown(f"**第 {batch.id} 批** {forms.plain(batch.file_name)}")
            st.caption(forms.plain(f"{moment} {batch.actor} · {_counts(batch.counts)}"))
            if batch.undone_at is not None:
                undone = f"{store.local(batch.undone_at):%Y-%m-%d %H:%M}"
                st.caption(forms.plain(f"{undone} 由 {batch.undone_by} 撤销"))
                continue
            sure = st.checkbox(
                f"撤销会删去这一批的 {batch.counts['inserted']} {kind.counted}{kind.serial.label}，"
                "用过的编号不再使用",
                key=f"{kind.key}_undo_sure_{batch.id}",
            )
            if st.button("撤销这一批", key=f"{kind.key}_undo_{batch.id}", disabled=not sure):
                work = partial(kind.undo, batch_id=batch.id, now=store.now())
                forms.save(work, message=lambda count: f"已撤销，删去 {count} {kind.counted}")
