"""An import at work: the file read, its columns mapped, the plan shown, carried out and given back."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st
from sqlalchemy.orm import Session

import settings
from db.commands import imports as commands
from db.commands import units
from db.commands.import_batches import Result, Source
from db.crypto import file_digest
from db.queries import imports as queries
from db.queries.imports import Choices, Plan
from documents.ledger_file import open_ledger
from documents.returned import RejectedRow, returned_workbook
from documents.workbook import Sheet, fill_colours
from rules.colours import COLOUR_LABELS, STATE_BY_COLOUR, colour_family
from rules.columns import LABELS, column_keys, layout_key, map_columns
from rules.errors import RuleError
from rules.headers import Header, heading_of
from rules.ledgers import Reading, read_rows, said_by_sheet_name
from rules.masking import mask_name
from rules.terms import Channel, ImportMode, Outcome
from ui import classes, forms, store

if TYPE_CHECKING:
    from analysis.classification import Suggestion

KEEP_AS = "（不导入）"
NOT_TAKEN = "（不采用）"
_FILE, _FILLS, _HEADER = "_ledger_file", "_ledger_fills", "_ledger_header"
_READING, _PLAN, _CLASSES = "ledger_reading", "ledger_plan", "ledger_classes"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that could be read, with the sheet chosen and its header."""

    name: str
    digest: str
    sheets: tuple[Sheet, ...]
    sheet: Sheet
    header: Header
    mapping: Mapping[int, str]
    others: tuple[str, ...] = ()


def opened(name: str, content: bytes, *, sheet_name: str | None) -> Upload:
    """Open a workbook and find the header; raises RuleError saying what is wrong with it."""
    limit = settings.current().upload_mb * 1024 * 1024
    digest = file_digest(content)
    pointed = st.session_state.get(_HEADER, {}).get(digest, {})
    place = (digest, sheet_name, tuple(pointed.items()))
    if st.session_state.get(_FILE, (None,))[0] != place:
        ledger = open_ledger(
            content, name, sheet_name=sheet_name, limit_bytes=limit, header_rows=pointed
        )
        st.session_state[_FILE] = (place, ledger)
    ledger = st.session_state[_FILE][1]
    names = ledger.header.names
    with store.reading() as session:
        remembered = queries.layout(session, layout_key(names))
    return Upload(
        name,
        digest,
        ledger.sheets,
        ledger.sheet,
        ledger.header,
        map_columns(names, remembered),
        ledger.others,
    )


def header_input(content: bytes, sheet: Sheet, *, found: int | None) -> None:
    """Ask in which row the header of a sheet stands; what is typed holds for this file."""
    digest = file_digest(content)
    key = f"header_{digest[:8]}_{sheet.name}"

    def point() -> None:
        if row := st.session_state[key]:
            pointed = st.session_state.get(_HEADER, {}).get(digest, {})
            st.session_state[_HEADER] = {digest: {**pointed, sheet.name: int(row)}}

    st.number_input(
        "表头在第几行",
        min_value=1,
        max_value=max(len(sheet.rows), 1),
        value=found,
        step=1,
        key=key,
        on_change=point,
        placeholder="Excel 左边的行号",
        width=200,
    )


def mapping_form(upload: Upload) -> dict[int, str]:
    """Draw a choice for every column and return the mapping as chosen."""
    targets = [KEEP_AS, *LABELS]
    chosen: dict[int, str] = {}
    columns = st.columns(4)
    named = [(i, name) for i, name in enumerate(upload.header.names) if name]
    for place, (index, name) in enumerate(named):
        current = upload.mapping.get(index, KEEP_AS)
        target = columns[place % 4].selectbox(
            forms.plain(str(name)),
            targets,
            index=targets.index(current) if current in targets else 0,
            key=f"column_{upload.digest[:8]}_{upload.sheet.name}_{upload.header.first_row}_{index}",
            format_func=lambda t: KEEP_AS if t == KEEP_AS else LABELS[t],
            help=forms.plain(_examples(upload, index)),
        )
        if target != KEEP_AS:
            chosen[index] = target
    return chosen


def _examples(upload: Upload, column: int) -> str:
    cells = [
        str(row[column])[:20]
        for row in upload.sheet.rows[upload.header.last_row : upload.header.last_row + 3]
        if column < len(row) and row[column] not in (None, "")
    ]
    return "例：" + "；".join(
        mask_name(c) if upload.mapping.get(column) == "petitioner" else c for c in cells
    )


def by_sheet_name(upload: Upload, mapping: Mapping[int, str]) -> dict[str, Any]:
    """Return what the sheet's name says of all its rows, unless the person will not have it."""
    year = heading_of(upload.sheet.rows, upload.header).year or store.today().year
    said = said_by_sheet_name(upload.sheet.name, mapping, year=year, today=store.today())
    labels = [LABELS[name] for name in said if name in LABELS]
    if not labels:
        return {}
    words = f"没有“{'、'.join(labels)}”一列，按工作表名“{upload.sheet.name}”填"
    taken = st.checkbox(forms.plain(words), value=True, key=f"by_name_{upload.sheet.name}")
    return said if taken else {}


def by_colour(upload: Upload, content: bytes) -> dict[int, str]:
    """Draw a choice for every colour that rows are filled with; return the state of each row.

    Nothing is taken from a colour that nobody has asked for (domain 9.2).
    """
    if not upload.name.lower().endswith(".xlsx"):
        return {}
    if not st.toggle("办理状态是用填充颜色标的", key="ledger_colours"):
        return {}
    place = (upload.digest, upload.sheet.name)
    if st.session_state.get(_FILLS, (None,))[0] != place:
        try:
            with st.spinner("正在读取填充颜色…"):
                st.session_state[_FILLS] = (place, fill_colours(content, upload.sheet))
        except RuleError as refusal:
            forms.show_refusal(refusal)
            return {}
    rows: dict[str, list[int]] = {}
    for number, rgb in st.session_state[_FILLS][1].items():
        family = colour_family(rgb)
        if family and number > upload.header.last_row:
            rows.setdefault(family, []).append(number)
    if not rows:
        st.caption("这张表里没有填了颜色的行。")
    states: dict[int, str] = {}
    offered = [NOT_TAKEN, *STATE_BY_COLOUR.values()]
    for column, (family, numbers) in zip(
        st.columns(len(COLOUR_LABELS)), rows.items(), strict=False
    ):
        chosen = column.selectbox(
            f"{COLOUR_LABELS[family]}的 {len(numbers)} 行",
            offered,
            index=offered.index(STATE_BY_COLOUR[family]),
            key=f"colour_{family}",
        )
        if chosen != NOT_TAKEN:
            note = f"{chosen}（按{COLOUR_LABELS[family]}填充）"
            states.update(dict.fromkeys(numbers, note))
    return states


def read(
    upload: Upload,
    mapping: Mapping[int, str],
    said: Mapping[str, Any],
    channel: Channel,
    states: Mapping[int, str],
) -> Reading:
    """Read every row of the sheet under the mapping; `channel` is for rows that give none."""
    return read_rows(
        upload.sheet.rows,
        upload.header,
        mapping,
        today=store.today(),
        merged=upload.sheet.merged,
        said=said,
        defaults={"channel": channel},
        states=states,
    )


def understood(
    upload: Upload,
    mapping: Mapping[int, str],
    said: Mapping[str, Any],
    channel: Channel,
    states: Mapping[int, str],
) -> tuple[Reading, Mapping[str, tuple[str, ...]]]:
    """Read the sheet, and list the names in it that the store's tables do not have.

    Asked again only when the file, the mapping or anything in the store has changed.
    """

    def look(session: Session) -> tuple[Reading, Mapping[str, tuple[str, ...]]]:
        reading = read(upload, mapping, said, channel, states)
        return reading, queries.unknown_names(session, reading)

    return store.kept(_READING, _place(upload, mapping, said, channel, states), look)


def likely_classes(reading: Reading) -> dict[int, "Suggestion"]:
    """Suggest a class for each row that gives none and says something, by its number."""

    def look(_session: Session) -> dict[int, "Suggestion"]:
        rows = [row for row in reading.rows if queries.without_class(row)]
        texts = [(str(r.values.get("title", "")), str(r.values.get("content", ""))) for r in rows]
        found = zip(rows, classes.likeliest(texts), strict=True)
        return {row.number: one for row, one in found if one is not None}

    return store.kept(_CLASSES, (reading, classes.reason()), look)


def planned(reading: Reading, choices: Choices) -> Plan:
    """Ask the store what would become of each row under what was decided for the run."""

    def compare(session: Session) -> Plan:
        return queries.plan(session, reading, today=store.today(), choices=choices)

    return store.kept(_PLAN, (reading, choices), compare)


def _place(
    upload: Upload,
    mapping: Mapping[int, str],
    said: Mapping[str, Any],
    channel: Channel,
    states: Mapping[int, str],
) -> object:
    told = (tuple(each.items()) for each in (mapping, said, states))
    sheet = (upload.digest, upload.sheet.name, upload.header.first_row)
    return (*sheet, *told, channel, store.today())


def forget() -> None:
    """Let go of the file and its plan, which take much memory."""
    st.session_state.pop(_FILE, None)
    st.session_state.pop(_FILLS, None)
    st.session_state.pop(_HEADER, None)
    store.let_go(_READING, _PLAN, _CLASSES)


def carried_out(
    upload: Upload,
    plan: Plan,
    mapping: Mapping[int, str],
    mode: ImportMode,
    aliases: Mapping[str, int],
) -> tuple[Result, float]:
    """Write the plan with a progress bar; returns what was done and the seconds it took.

    `aliases` are names to be known as units from now on, which only some accounts may say.
    """
    bar = st.progress(0.0, text="正在写入…")
    started = time.perf_counter()

    def progress(done: int, total: int) -> None:
        bar.progress(done / total if total else 1.0, text=f"正在写入 {done}/{total}")

    with store.writing() as session:
        decided = {
            key: mapping.get(i, "") for i, key in enumerate(column_keys(upload.header.names))
        }
        if dict(upload.mapping) != dict(mapping):
            commands.remember_layout(
                session, layout_key(upload.header.names), decided, now=store.now()
            )
        for alias, unit_id in aliases.items():
            units.add_alias(session, unit_id, alias)
        result = commands.carry_out(
            session,
            plan,
            source=Source(upload.name, upload.digest, upload.sheet.name),
            mode=mode,
            today=store.today(),
            now=store.now(),
            progress=progress,
        )
    bar.empty()
    return result, time.perf_counter() - started


def rejects(upload: Upload, plan: Plan, mapping: Mapping[int, str]) -> bytes:
    """Return the rejected rows as a workbook to correct and upload again."""
    rows = [
        RejectedRow(row.number, row.problems)
        for row in plan.rows
        if row.outcome is Outcome.REJECTED
    ]
    return returned_workbook(None, upload.sheet, upload.header, rows, mapping=mapping)
