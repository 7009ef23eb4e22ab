"""The cadences on the screen: what holds today, what the county laid, and laying another."""

from collections.abc import Sequence
from datetime import date, time
from functools import partial

import streamlit as st

from db.commands import sweep_rules as commands
from db.queries.sweep_rules import OwnRule, RuleLine
from rules.sweep_setting import DUE_DAYS_MAX, ROLLING, Asked, said
from rules.sweep_terms import Cadence
from rules.sweeps import SweepRule
from ui import forms, store, tables

_ROW, _HEAD = 34, 37
_WIDTHS = {"频次": 200, "要求": 300, "依据": 130, "来源": 116, "将改为": 200}


def draw(lines: Sequence[RuleLine], *, today: date) -> None:
    """Draw the list with what holds today, and beside it the cadence that is chosen."""
    st.caption(f"{ROLLING}。改动从施行那天以后开始的轮次起，已经开始的一轮不变。")
    listed, beside = st.columns([4, 3], gap="small")
    with listed:
        st.dataframe(
            [
                {
                    "频次": line.name,
                    "要求": said(line.current),
                    "依据": line.current.clause,
                    "来源": _source(line.current),
                    "将改为": _coming(line, today=today),
                }
                for line in lines
            ],
            hide_index=True,
            placeholder="",
            row_height=_ROW,
            height=len(lines) * _ROW + _HEAD + 2,
            key="sweep_rules",
            alt="排查频次一览",
            column_config={
                name: st.column_config.TextColumn(width=width) for name, width in _WIDTHS.items()
            },
        )
    with beside:
        labels = {line.code: line.name for line in lines}
        code = st.selectbox(
            "频次", list(labels), format_func=forms.named(labels, missing=""), key="sweep_rule"
        )
        line = next((line for line in lines if line.code == code), lines[0])
        tables.facts_table(
            {
                "现行": said(line.current),
                "来源": _source(line.current),
                "默认": f"{said(line.default)}（{line.default.clause}）",
            }
        )
        _set(line, today=today)
        _history(line, today=today)


def _set(line: RuleLine, *, today: date) -> None:
    rule, at = line.current, f"-{line.code}"
    values = {
        f"cadence{at}": rule.cadence,
        f"days{at}": rule.due_days,
        f"time{at}": time.fromisoformat(rule.due_time),
        f"rolls{at}": rule.rolls,
        f"from{at}": today,
    }
    for key, value in values.items():
        st.session_state.setdefault(key, value)
    with st.form(f"sweep_rule{at}"):
        first, second, third = st.columns(3)
        cadence = first.selectbox(
            "频次", list(Cadence), format_func=lambda each: each.label, key=f"cadence{at}"
        )
        days = second.number_input(
            "期末后第几天截止", 0, DUE_DAYS_MAX, key=f"days{at}", help="0 就是期末当天"
        )
        due_time = third.time_input("截止时刻", key=f"time{at}")
        rolls = st.checkbox("遇双休日、节假日顺延", key=f"rolls{at}")
        first, second = st.columns(2)
        with first:
            valid_from = forms.date_input("自哪一天起", key=f"from{at}")
        with second:
            valid_to = forms.date_input(
                "到哪一天为止", key=f"to{at}", help="从这一天起恢复默认；一直有效的不填"
            )
        clause = st.text_input("依据", key=f"clause{at}", placeholder="例如：县联席办〔2026〕3号")
        submitted = st.form_submit_button("保存", type="primary", key=f"sweep_rule{at}_submit")
    if submitted:
        wanted = Asked(
            cadence=cadence or Cadence.NONE,
            due_days=days,
            due_time=due_time,
            rolls=rolls,
            clause=clause or "",
        )
        forms.save(
            partial(
                commands.set_rule,
                code=line.code,
                wanted=wanted,
                valid_from=valid_from,
                valid_to=valid_to,
                today=today,
                now=store.now(),
            ),
            refilled={f"clause{at}": "", f"to{at}": None},
            message=f"已保存：“{line.name}”自 {valid_from} 起按新的频次",
        )


def _history(line: RuleLine, *, today: date) -> None:
    for each in line.own:
        since = each.rule.valid_from
        st.caption(forms.plain(_told(each)))
        if (
            since is not None
            and since > today
            and st.button(f"删除自 {since} 起的设定", key=f"remove-{line.code}-{since}")
        ):
            forms.save(
                partial(commands.take_back, code=line.code, valid_from=since, today=today),
                message=f"已删除：“{line.name}”尚未施行的设定",
            )


def _told(each: OwnRule) -> str:
    until = f"至 {each.rule.valid_to} " if each.rule.valid_to else ""
    return (
        f"自 {each.rule.valid_from} 起{until}：{said(each.rule)}。"
        f"依据：{each.rule.clause}（{each.set_by}设定）"
    )


def _source(rule: SweepRule) -> str:
    return "默认" if rule.valid_from is None else f"本县 {rule.valid_from} 起"


def _coming(line: RuleLine, *, today: date) -> str:
    """Tell what changes next: another laying, or the end of the one in force."""
    future = [each.rule for each in line.own if (each.rule.valid_from or today) > today]
    if future:
        return f"{future[-1].valid_from} 起{said(future[-1])}"
    if line.current.valid_to:
        return f"{line.current.valid_to} 起{said(line.default)}"
    return ""
