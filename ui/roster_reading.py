"""A roster from elsewhere, uploaded or pasted: judged by the rules, and kept if the office wants."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import streamlit as st
from sqlalchemy.orm import Session

import settings
from db.commands import rosters as commands
from db.queries import receivers
from db.queries import rosters as queries
from documents.workbook import open_workbook
from rules import roster_reading as rules
from rules.errors import RuleError
from rules.reception_terms import Level
from rules.receptions import Basis, Turn
from rules.roster_audit import audit
from rules.roster_reading import ReadRoster
from ui import forms, roster_findings, store


def draw(key: str) -> None:
    """Draw where a roster is put in, what was read of it, and what the rules say of it."""
    level = st.segmented_control(
        "层级",
        list(Level),
        default=Level.COUNTY,
        format_func=lambda each: each.label,
        required=True,
        key="reading_level",
    )
    file = st.file_uploader(
        "上传排班表（.xlsx、.xls、.csv）", ["xlsx", "xls", "csv"], key="reading_file"
    )
    text = st.text_area(
        "或从表格、通知里粘贴",
        key="reading_text",
        height=140,
        placeholder="12月7日\t王强\n12月8日\t李敏、赵一",
    )
    if file is None and not text.strip():
        st.caption("要有“日期”和“接访领导”两列；合并的标题、“同上”、一格多人都能读。")
        return
    try:
        rows = _rows(file, text)
    except RuleError as refusal:
        forms.show_refusal(refusal)
        return
    today = store.today()
    read = rules.read(rows, year=today.year, today=today)
    if read.problems:
        st.error("  \n".join(forms.plain(problem.message) for problem in read.problems))
    if read.turns:
        _read(key, read, level or Level.COUNTY)


def _rows(file: "st.typing.UploadedFile | None", text: str) -> Sequence[Sequence[object]]:
    if file is None:
        return rules.pasted_rows(text)
    limit = settings.current().upload_mb * 1024 * 1024
    book = open_workbook(file.getvalue(), file.name, limit_bytes=limit)
    shown = [sheet for sheet in book.sheets if not sheet.hidden] or list(book.sheets)
    return max((sheet.rows for sheet in shown), key=len)


def _read(key: str, read: ReadRoster, level: Level) -> None:
    first, last = _months(read)
    with store.reading() as session:
        known = receivers.by_name(session)
        basis = queries.basis(session, level=level, unit_id=None, first=first, last=last)
        beside = queries.around(session, basis, roster_id=None)
    people = {each.id: f"{each.name}（{each.post}）" for each in basis.receivers}
    told = _names(read, known, people)
    st.caption(
        f"读到 {len(read.turns)} 个班次、{len(read.names)} 位领导，按 {first} 至 {last} 核对。"
        + (f"跳过 {len(read.passed_over)} 行说明。" if read.passed_over else "")
    )
    turns = rules.as_turns(read.turns, told, basis.places)
    found = audit([*beside.earlier, *turns], basis)
    roster_findings.verdict(found)
    with st.expander("每位领导的要求和已排"):
        roster_findings.duties(found, basis)
    _keep(
        key,
        level,
        basis,
        turns,
        {name: id_ for name, id_ in told.items() if id_ and name not in known},
    )


def _names(
    read: ReadRoster, known: Mapping[str, int], people: Mapping[int, str]
) -> dict[str, int | None]:
    """Ask who is meant by each name the list of leaders does not have."""
    told: dict[str, int | None] = {name: known.get(name) for name in read.names}
    unknown = [name for name, leader_id in told.items() if leader_id is None]
    if unknown:
        st.warning(f"有 {len(unknown)} 个名字不在领导名单中，请指定是谁；会记住，下次不再问。")
    for name in unknown:
        told[name] = forms.choose(
            forms.plain(f"“{name}”是"),
            people,
            key=f"reading_name-{name}",
            empty="不在名单中（不计入）",
        )
    return told


def _keep(
    key: str, level: Level, basis: Basis, turns: Sequence[Turn], names: Mapping[str, int]
) -> None:
    if level in (Level.TOWNSHIP, Level.MEMBER):
        st.caption("乡镇和成员单位的排班表请在“新建排班表”里选择单位后填写。")
        return
    name = st.text_input(
        "存为排班表的名称",
        value=f"{basis.first.year}年{basis.first.month}月{level.label}级领导接访",
        key="reading_name",
    )
    if st.button("存为排班表", type="primary", key="reading_keep", disabled=not turns):
        forms.save(
            lambda session: _kept(session, name, level, basis, turns, names),
            refilled={key: False},
            message=lambda count: f"已存为排班表，共 {count} 个班次",
        )


def _kept(
    session: Session,
    name: str,
    level: Level,
    basis: Basis,
    turns: Sequence[Turn],
    names: Mapping[str, int],
) -> int:
    roster_id = commands.make_roster(
        session,
        name=name,
        level=level,
        unit_id=None,
        first_on=basis.first,
        last_on=basis.last,
        now=store.now(),
    )
    commands.remember_aliases(session, names)
    return commands.fill(session, roster_id, turns, why={}, seed=None, version=1)


def _months(read: ReadRoster) -> tuple[date, date]:
    """Judge whole months: a rule that counts by the month wants all of its days."""
    days = [turn.on for turn in read.turns]
    first, last = min(days).replace(day=1), max(days)
    return first, (last.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
