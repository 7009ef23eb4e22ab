"""The rules of reception on the screen: which hold today, what the county laid, and laying another."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

import streamlit as st

from db.commands import reception_rules as commands
from db.queries.reception_rules import OwnRule, RuleLine
from rules.reception_setting import PERS, Asked, said
from rules.reception_terms import Demand, Level, Per, PeriodType, RoleGroup
from rules.receptions import ReceptionRule, SpecialPeriod
from rules.terms import Term
from ui import forms, store, tables, windows

_ROW, _HEAD = 34, 37
_WIDTHS = {"今天": 116, "要求": 360, "将改为": 330}
_ADDING = "adding_rule"


def draw(lines: Sequence[RuleLine], specials: Sequence[SpecialPeriod], *, today: date) -> None:
    """Draw the list with what holds today, and below it the rule that is chosen."""
    on = [period for period in specials if period.first <= today <= period.last]
    _today(on, specials, today)
    _list(lines, special=bool(on), today=today)
    windows.opened(_ADDING, "增加本县规则", _add)
    told, beside = st.columns(2, gap="medium")
    with told:
        labels = {line.code: line.name for line in lines}
        code = st.selectbox(
            "规则", list(labels), format_func=forms.named(labels, missing=""), key="rule"
        )
        line = next(line for line in lines if line.code == code)
        _facts(line)
        st.subheader("历次设定")
        _history(line, today=today)
    with beside:
        _set(line)


def _today(on: Sequence[SpecialPeriod], known: Sequence[SpecialPeriod], today: date) -> None:
    if on:
        names = "、".join(f"{each.name}（{each.first} 至 {each.last}）" for each in on)
        st.warning(f"今天处在特护期：{forms.plain(names)}。特护期的规则同时适用。")
        return
    coming = min((each for each in known if each.first > today), key=_begun, default=None)
    words = f"下一个：{coming.name}（{coming.first} 至 {coming.last}）。" if coming else ""
    st.caption(f"今天不在特护期，特护期的规则不适用。{forms.plain(words)}特护期在“日历”里设定。")


def _begun(period: SpecialPeriod) -> date:
    return period.first


def _list(lines: Sequence[RuleLine], *, special: bool, today: date) -> None:
    def chosen() -> None:
        if clicked := st.session_state["rule_open"]:
            st.session_state["rule"] = lines[clicked.row].code

    st.dataframe(
        [
            {
                "规则": line.name,
                "今天": _standing(line, special=special, today=today),
                "要求": said(line.current) if line.current else "",
                "将改为": _coming(line, today=today),
            }
            for line in lines
        ],
        hide_index=True,
        placeholder="",
        row_height=_ROW,
        height=len(lines) * _ROW + _HEAD,
        key="rules",
        alt="接访规则一览",
        column_config={
            "规则": st.column_config.ButtonColumn(
                "规则（点击设定）",
                width=300,
                type="tertiary",
                alignment="left",
                pinned=True,
                on_click=chosen,
                key="rule_open",
            ),
            **{name: st.column_config.TextColumn(width=width) for name, width in _WIDTHS.items()},
        },
    )


def _standing(line: RuleLine, *, special: bool, today: date) -> str:
    if line.current is None:
        begun = any((each.rule.valid_from or today) <= today for each in line.own)
        return "已停用" if begun or line.default else "尚未施行"
    if line.current.period_type is PeriodType.SPECIAL and not special:
        return "特护期才适用"
    return "适用"


def _source(rule: ReceptionRule | None) -> str:
    if rule is None:
        return ""
    return "默认" if rule.valid_from is None else f"本县 {rule.valid_from} 起"


def _coming(line: RuleLine, *, today: date) -> str:
    """Tell what changes next: another laying, or the end of the one in force."""
    future = [each.rule for each in line.own if (each.rule.valid_from or today) > today]
    if future:
        return f"{future[-1].valid_from} 起{said(future[-1])}"
    if line.current and line.current.valid_to:
        after = said(line.default) if line.default else "不再要求"
        return f"{line.current.valid_to} 起{after}"
    return ""


def _facts(line: RuleLine) -> None:
    facts = {"现行要求": said(line.current) if line.current else "没有在施行"}
    if line.current:
        facts |= {"依据": line.current.clause, "来源": _source(line.current)}
    if line.default:
        facts["默认"] = f"{said(line.default)}（{line.default.clause}）"
    tables.facts_table(facts)


def _set(line: RuleLine) -> None:
    rule = line.current or line.default or line.own[0].rule
    at, cover = f"-{line.code}", rule.demand is not Demand.EACH_LEADER
    st.session_state.setdefault(f"rule_per{at}", rule.per)
    st.session_state.setdefault(f"rule_from{at}", store.today())
    with st.form(f"set_rule{at}"):
        first, second = st.columns(2)
        at_least = first.number_input(
            "至少几名" if cover else "至少几天",
            0,
            92,
            rule.at_least,
            key=f"rule_least{at}",
            help="填 0 就是停用",
        )
        per = second.selectbox(
            "周期",
            [rule.per] if cover else PERS,
            format_func=_label,
            key=f"rule_per{at}",
        )
        first, second = st.columns(2)
        with first:
            valid_from = forms.date_input("自哪一天起", key=f"rule_from{at}")
        with second:
            valid_to = forms.date_input(
                "到哪一天为止",
                key=f"rule_to{at}",
                help="从这一天起恢复默认；一直有效的不填",
            )
        clause = st.text_input(
            "依据", key=f"rule_clause{at}", placeholder="例如：县联席办〔2026〕3号"
        )
        submitted = st.form_submit_button("保存", type="primary", key="set_rule")
    if submitted:
        forms.save(
            lambda session: commands.set_rule(
                session,
                line.code,
                at_least=at_least,
                per=per,
                clause=clause or "",
                valid_from=valid_from,
                valid_to=valid_to,
                today=store.today(),
                now=store.now(),
            ),
            refilled={f"rule_clause{at}": "", f"rule_to{at}": None},
            message=f"已保存：“{line.name}”自 {valid_from} 起按新的要求",
        )


def _history(line: RuleLine, *, today: date) -> None:
    if not line.own:
        st.caption("本县没有设定过，用默认规则。")
        return
    st.dataframe(
        [
            {
                "施行日期": f"{each.rule.valid_from}",
                "到": f"{each.rule.valid_to or ''}",
                "要求": said(each.rule),
                "状态": _state(each, line, today=today),
                "依据": each.rule.clause,
                "设定人": each.set_by,
            }
            for each in line.own
        ],
        hide_index=True,
        height="content",
        alt="历次设定",
        column_config={
            name: st.column_config.TextColumn(width=width)
            for name, width in {"施行日期": 96, "到": 96, "要求": 220, "状态": 80}.items()
        },
    )
    for each in line.own:
        since = each.rule.valid_from
        if (
            since is not None
            and since > today
            and st.button(f"删除自 {since} 起的设定", key=f"remove-{line.code}-{since}")
        ):
            forms.save(
                partial(commands.take_back, code=line.code, valid_from=since, today=today),
                message=f"已删除：“{line.name}”尚未施行的设定",
            )


def _state(each: OwnRule, line: RuleLine, *, today: date) -> str:
    since, until = each.rule.valid_from or today, each.rule.valid_to
    if since > today:
        return "尚未施行"
    if until is not None and until <= today:
        return "已失效"
    begun = [x.rule.valid_from for x in line.own if (x.rule.valid_from or today) <= today]
    return "现行" if since == max(each for each in begun if each) else "已被替代"


def _add(key: str) -> None:
    """Draw the form of a rule of the county's own making."""
    defaults = {
        "rule_new_from": store.today(),
        "rule_new_per": Per.MONTH,
        "rule_new_level": Level.COUNTY,
    }
    for name, value in defaults.items():
        st.session_state.setdefault(name, value)
    demand = _one(st, "要求", Demand, key="rule_new_demand")
    cover = demand is not Demand.EACH_LEADER
    with st.form("add_rule", border=False):
        name = st.text_input(
            "名称", key="rule_new_name", placeholder="例如：每个工作日一名县领导接访"
        )
        first, second = st.columns(2)
        level = _one(first, "层级", Level, key="rule_new_level")
        group = _one(second, "适用领导", RoleGroup, key="rule_new_who")
        period = _one(first, "适用时期", PeriodType, key="rule_new_period")
        at_least = second.number_input(
            "至少几名" if cover else "至少几天", 1, 92, 1, key="rule_new_least"
        )
        per = Per.DAY
        if not cover:
            per = first.selectbox("周期", PERS, format_func=_label, key="rule_new_per")
        at_centre = st.checkbox("只算在人民来访接待中心的接访", key="rule_new_centre")
        first, second = st.columns(2)
        with first:
            valid_from = forms.date_input("自哪一天起", key="rule_new_from")
        with second:
            valid_to = forms.date_input("到哪一天为止（可不填）", key="rule_new_to")
        clause = st.text_input("依据", key="rule_new_clause", placeholder="例如：县里的文件号")
        submitted = st.form_submit_button("增加", type="primary", key="rule_new_submit")
    if submitted:
        wanted = Asked(
            name=name or "",
            level=level,
            group=group,
            period_type=period,
            demand=demand,
            at_least=at_least,
            per=per,
            clause=clause or "",
            at_centre=at_centre,
        )
        forms.save(
            lambda session: commands.add_rule(
                session,
                wanted,
                valid_from=valid_from,
                valid_to=valid_to,
                today=store.today(),
                now=store.now(),
            ),
            refilled={key: False, "rule_new_name": "", "rule_new_clause": ""},
            message=f"已增加：{said(wanted)}",
        )


def _one(place: Any, label: str, terms: type[Term], *, key: str) -> Any:
    return place.selectbox(label, list(terms), format_func=_label, key=key)


def _label(term: Term) -> str:
    return term.label
