"""Importing an old ledger of receptions: looked at first, asked about, written, taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa
import streamlit as st
from sqlalchemy.orm import Session

import settings
from db.commands import imports as layouts
from db.commands import visit_import as commands
from db.commands.imports import Result, Source
from db.commands.rosters import remember_aliases
from db.crypto import file_digest
from db.queries import imports as batch_queries
from db.queries import leaders
from db.queries import visit_import as queries
from db.queries.visit_import import KINDS, VisitChoices, VisitPlan
from documents.ledger_file import LedgerFile, NoHeader, open_ledger
from documents.returned import RejectedRow, returned_workbook
from rules.columns import column_keys, layout_key, map_columns
from rules.errors import RuleError
from rules.ledgers import Reading, read_rows
from rules.masking import mask_name, redact
from rules.terms import ImportMode, Outcome, SerialKind
from rules.visit_columns import LABELS, VISITS
from ui import forms, store
from ui.options import options

_KEEP = "（不导入）"
_BLANK = -1
_SHOWN = 200
_DONE = "_visits_imported"


@dataclass(frozen=True, slots=True)
class _Upload:
    name: str
    digest: str
    ledger: LedgerFile
    mapping: Mapping[int, str]


def draw() -> None:
    """Draw the import from the file to what was written."""
    file = st.file_uploader(
        "选择接访台账（.xlsx、.xls、.csv，不超过 20 MB）",
        ["xlsx", "xls", "csv"],
        key="visit_ledger",
    )
    if file is None:
        st.session_state.pop(_DONE, None)
        st.caption(
            "原样上传即可：合并的标题行、两行表头、合计行、“同上”都能认。"
            "第一步只是预览，确认之后才写入；同一个文件导两次不会重复。"
        )
        return
    try:
        upload = _opened(file.name, file.getvalue())
    except RuleError as refusal:
        forms.show_refusal(refusal)
        if isinstance(refusal, NoHeader):
            _point_at(refusal)
        return
    _sheet(upload)
    outcome = st.container()
    mapping = _mapping(upload)
    reading = read_rows(
        upload.ledger.sheet.rows,
        upload.ledger.header,
        mapping,
        today=store.today(),
        merged=upload.ledger.sheet.merged,
        words=VISITS,
    )
    done: tuple[str, Result] | None = st.session_state.get(_DONE)
    if done and done[0] == upload.digest:
        with outcome:
            st.success(f"已导入：{_counts(done[1].counts)}。可在“导入记录”里整批撤销。")
    plan = _planned(reading, VisitChoices())
    choices = _decide(plan)
    plan = _planned(reading, choices)
    with outcome:
        _summary(upload, mapping, plan, choices)
    _details(upload, mapping, reading, plan)


def _opened(name: str, content: bytes) -> _Upload:
    digest = file_digest(content)
    pointed = st.session_state.get("visit_header_row")
    sheet = st.session_state.get("visit_sheet")
    at = {sheet or "": int(pointed)} if pointed else {}
    ledger = open_ledger(
        content,
        name,
        sheet_name=sheet,
        limit_bytes=settings.current().upload_mb * 1024 * 1024,
        header_rows=at,
        words=VISITS,
    )
    names = ledger.header.names
    with store.reading() as session:
        remembered = batch_queries.layout(session, _layout(ledger))
    return _Upload(name, digest, ledger, map_columns(names, remembered, VISITS))


def _layout(ledger: LedgerFile) -> str:
    """The name of a layout; the same headers mean other columns in a ledger of cases."""
    return layout_key(["接访台账", *ledger.header.names])


def _point_at(refusal: NoHeader) -> None:
    names = [sheet.name for sheet in refusal.sheets]
    left, right = st.columns(2)
    left.selectbox("工作表", names, index=names.index(refusal.sheet.name), key="visit_sheet")
    right.number_input("表头在第几行", min_value=1, value=None, step=1, key="visit_header_row")


def _sheet(upload: _Upload) -> None:
    names = [sheet.name for sheet in upload.ledger.sheets]
    left, right = st.columns(2)
    left.selectbox("工作表", names, index=names.index(upload.ledger.sheet.name), key="visit_sheet")
    right.selectbox(
        "有不合格行时", tuple(ImportMode), format_func=lambda m: m.label, key="visit_mode"
    )


def _mapping(upload: _Upload) -> dict[int, str]:
    header = upload.ledger.header
    known = sum(bool(name) for name in header.names)
    targets = [_KEEP, *LABELS]
    chosen: dict[int, str] = {}
    with st.expander(f"列的对应关系（认出 {len(upload.mapping)}/{known} 列，可以改）"):
        places = st.columns(4)
        for place, (index, name) in enumerate((i, n) for i, n in enumerate(header.names) if n):
            target = places[place % 4].selectbox(
                forms.plain(str(name)),
                targets,
                index=targets.index(upload.mapping.get(index, _KEEP)),
                key=f"visit_column_{upload.digest[:8]}_{upload.ledger.sheet.name}_{index}",
                format_func=lambda each: LABELS.get(each, each),
            )
            if target != _KEEP:
                chosen[index] = target
    return chosen


def _planned(reading: Reading, choices: VisitChoices) -> VisitPlan:
    with store.reading() as session:
        return queries.plan(session, reading, today=store.today(), choices=choices)


def _decide(plan: VisitPlan) -> VisitChoices:
    """Ask what each unknown name stands for, and on which day undated rows were closed."""
    names: dict[tuple[str, str], int | None] = {}
    if any(plan.unresolved.values()):
        st.subheader("没有认出的名称")
        st.caption(
            "领导必须指定，已离任的也在内，会记住，下次不再问；单位和分类可以留空，原名写进备注。"
        )
    for kind, missing in plan.unresolved.items():
        offered = _offered(kind)
        columns = st.columns(3)
        for place, name in enumerate(missing):
            blank = {} if kind == "leader" else {_BLANK: "（留空，写进备注）"}
            with columns[place % 3]:
                chosen = forms.choose(
                    forms.plain(f"{KINDS[kind]}“{name}”是"),
                    {**blank, **offered},
                    key=f"visit_name_{kind}_{name}",
                    empty="（未指定，该行退回）",
                )
            if chosen is not None:
                names[kind, name] = None if chosen == _BLANK else chosen
    closed_on = None
    if plan.undated:
        closed_on = forms.date_input(
            f"办理结果已办结而没有办结日期的 {plan.undated} 行，办结日期记为",
            key="visit_closed_on",
            help="不填则按未落实导入",
        )
    return VisitChoices(names, closed_on)


def _offered(kind: str) -> dict[int, str]:
    if kind == "leader":
        with store.reading() as session:
            rows = leaders.leaders(session)
        return {
            row.id: f"{row.name}（{row.post}）{'' if row.active else '，已离任'}" for row in rows
        }
    offered = options()
    return dict(offered.unit_choices if kind == "unit" else offered.code_names)


def _counts(counts: Mapping[str, int]) -> str:
    parts = [f"{outcome.label} {counts[outcome.value]}" for outcome in Outcome]
    return f"共 {counts['rows']} 行 = {' + '.join(parts)}"


def _summary(
    upload: _Upload, mapping: Mapping[int, str], plan: VisitPlan, choices: VisitChoices
) -> None:
    counts = plan.counts()
    st.markdown(f"**预览**：{_counts(counts)}")
    mode = st.session_state["visit_mode"]
    refused = mode is ImportMode.ALL_OR_NOTHING and counts["rejected"]
    if not counts["inserted"]:
        words = "请先处理下面的问题" if counts["rejected"] else "没有要写入的：这些行台账里都有了"
        st.info(f"{words}。")
        return
    if refused:
        st.info("有不合格的行，按“整批退回”不写入。可以改为只导入合格行。")
        return
    if st.button(f"导入 {counts['inserted']} 批次", type="primary", key="visit_import"):
        _carry_out(upload, mapping, plan, mode, choices)


def _carry_out(
    upload: _Upload,
    mapping: Mapping[int, str],
    plan: VisitPlan,
    mode: ImportMode,
    choices: VisitChoices,
) -> None:
    leaders_told = {
        name: chosen
        for (kind, name), chosen in choices.names.items()
        if kind == "leader" and chosen is not None
    }

    def work(session: Session) -> Result:
        if dict(upload.mapping) != dict(mapping):
            keys = column_keys(upload.ledger.header.names)
            decided = {key: mapping.get(i, "") for i, key in enumerate(keys)}
            layouts.remember_layout(session, _layout(upload.ledger), decided, now=store.now())
        source = Source(upload.name, upload.digest, upload.ledger.sheet.name)
        result = commands.carry_out(session, plan, source=source, mode=mode, now=store.now())
        if result.batch is not None:
            remember_aliases(session, leaders_told)
        st.session_state[_DONE] = (upload.digest, result)
        return result

    forms.save(work, message=lambda result: f"已导入 {result.counts['inserted']} 批次")


def _details(
    upload: _Upload, mapping: Mapping[int, str], reading: Reading, plan: VisitPlan
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
                words=VISITS,
            ),
            file_name="退回的接访.xlsx",
            key="visit_rejects",
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


def batches() -> None:
    """Draw the batches that were imported, and the undoing of each."""
    with store.reading() as session:
        found = batch_queries.batches(session, kind=SerialKind.VISIT)
    if not found:
        st.info("还没有导入过接访台账。导入之后，这里可以整批撤销。")
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
                f"撤销会删去这一批的 {batch.counts['inserted']} 批次接访，用过的编号不再使用",
                key=f"visit_undo_sure_{batch.id}",
            )
            if st.button("撤销这一批", key=f"visit_undo_{batch.id}", disabled=not sure):
                work = partial(commands.undo, batch_id=batch.id, now=store.now())
                forms.save(work, message=lambda count: f"已撤销，删去 {count} 批次")
