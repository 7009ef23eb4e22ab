"""包案 on a case's page: who answers for it, the plan with its measures, the chain, who stays out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import duty as commands
from db.queries import duty as queries
from db.queries import office
from db.queries.case_file import CaseFile
from db.queries.duty import DutyFile
from rules import duty as rules
from rules.case_terms import DutySource
from rules.duty import Candidate
from rules.handed import led_before
from rules.permissions import Action, Actor
from ui import case_measures, forms, store
from ui.options import options


@dataclass(frozen=True, slots=True)
class Shown:
    """A case's duty with what its forms offer."""

    duty: DutyFile
    candidates: Sequence[Candidate]
    takes: Sequence[str]


def read(file: CaseFile) -> Shown:
    """Read the duty of a case, once for each store version and day."""
    today = store.today()

    def ask(session: Session) -> Shown:
        words = str(office.parameter(session, "five_takes", on=today))
        return Shown(
            queries.duty_file(session, file.id),
            queries.candidates(session, file.id, today=today),
            rules.takes(words),
        )

    return store.kept("duty", (file.id, today), ask)


def show(file: CaseFile, actor: Actor) -> None:
    """Draw the duty, and its forms for whoever may write them."""
    shown = read(file)
    duty = shown.duty
    directs = actor.may(Action.DIRECT_CASE)
    _standing(duty)
    if directs:
        _form(file, shown)
    elif duty.version is not None:
        _words(shown)
    case_measures.show(file, duty, actor)
    _chain(file, duty, directs=directs)
    _recusals(file, duty, directs=directs)


def _standing(duty: DutyFile) -> None:
    st.subheader("包案")
    if duty.version is None:
        st.info("本件还没有列入包案台账。填写下面的内容并保存，就列入了。")
        return
    if duty.left_on is not None:
        st.info(forms.plain(f"{duty.left_on} 退出包案台账：{duty.left_why}"))
        return
    for name, parts in (
        ("五个一", rules.five_ones(duty.known)),
        ("四定", rules.four_settled(duty.known)),
    ):
        whole = not rules.missing(parts)
        st.badge(
            f"{name} {rules.badge(parts)}",
            color="green" if whole else "orange",
            icon=":material/check:" if whole else ":material/pending:",
        )


def _words(shown: Shown) -> None:
    duty = shown.duty
    lines = {
        "工作班子": duty.team,
        "化解方案": duty.plan,
        "责任人": duty.owner,
        "完成期限": str(duty.until or ""),
    }
    for label, text in lines.items():
        if text:
            st.text(f"{label}：{text}")


def _form(file: CaseFile, shown: Shown) -> None:
    duty = shown.duty
    record, key = f"duty-{file.id}", f"duty_{file.id}"
    ticks = [*rules.four_takes(), *shown.takes]
    filled: dict[str, Any] = {
        f"{key}_source": duty.source or DutySource.LOCAL,
        f"{key}_lead": duty.lead_id,
        f"{key}_team": duty.team,
        f"{key}_owner": duty.owner,
        f"{key}_until": duty.until,
        f"{key}_plan": duty.plan,
        f"{key}_ticks": [tick for tick in ticks if tick in duty.ticks],
    }
    seen = (duty.version, file.version)
    version = forms.filled(record, file.version, filled)
    pinned = st.session_state.setdefault(f"{key}_seen", {}).setdefault(version, seen)
    with st.form(key):
        left, right = st.columns(2)
        with left:
            st.selectbox(
                "来源",
                [*DutySource],
                format_func=lambda term: term.label,
                key=f"{key}_source",
            )
            _lead(shown, f"{key}_lead")
            if led := led_before(file.names["first_lead_id"]):
                st.caption(forms.plain(led))
            st.text_input("工作班子", key=f"{key}_team", placeholder="牵头单位和成员")
        with right:
            st.text_input("责任人", key=f"{key}_owner", placeholder="一抓到底的责任人")
            forms.date_input("完成期限", key=f"{key}_until")
            st.multiselect("四包、五包落实", ticks, key=f"{key}_ticks", placeholder="勾选已落实的")
        st.text_area("化解方案（一案一策）", key=f"{key}_plan", height=90)
        if not st.form_submit_button("保存包案", type="primary"):
            return
    typed = {name: st.session_state[f"{key}_{name}"] for name in ("source", "team", "plan")}
    forms.save(
        partial(
            commands.set_duty,
            case_id=file.id,
            **typed,
            lead_id=st.session_state[f"{key}_lead"],
            owner=st.session_state[f"{key}_owner"],
            until=st.session_state[f"{key}_until"],
            ticks=st.session_state[f"{key}_ticks"],
            version=pinned[0],
            case_version=pinned[1],
            today=store.today(),
            now=store.now(),
        ),
        record=record,
        message="包案已保存",
    )


def _lead(shown: Shown, key: str) -> None:
    """Offer the leaders, the proposed first, with their open load; a person decides."""
    named = {each.id: f"{each.name}（在办 {each.open_cases} 件）" for each in shown.candidates}
    present = shown.duty.lead_id
    if present is not None and present not in named:
        named[present] = options().leader_names.get(present, f"编号 {present}")
    forms.choose(
        "包案领导",
        named,
        key=key,
        empty="（未定）",
        help="按先党委后政府、先正职后副职的次序，在办少的排在前面；应当回避的不列出。",
    )


def _chain(file: CaseFile, duty: DutyFile, *, directs: bool) -> None:
    st.subheader("四级包保")
    if not directs:
        if not duty.links:
            st.caption("还没有填写。")
        for link in duty.links:
            st.text(f"第 {link.level} 级：{link.unit} {link.post} {link.official}")
        return
    there = {link.level: link for link in duty.links}
    key = f"chain_{file.id}"
    with st.form(key):
        for level in range(1, rules.LEVELS + 1):
            kept = there.get(level)
            for column, (name, value) in zip(
                st.columns([2, 1, 1]),
                {
                    "unit": kept.unit_id if kept else None,
                    "official": kept.official if kept else "",
                    "post": kept.post if kept else "",
                }.items(),
                strict=True,
            ):
                st.session_state.setdefault(f"{key}_{level}_{name}", value)
                with column:
                    _link_widget(name, f"{key}_{level}_{name}", level)
        if not st.form_submit_button("保存包保责任"):
            return
    links = [
        commands.Link(
            level,
            st.session_state[f"{key}_{level}_unit"],
            st.session_state[f"{key}_{level}_official"],
            st.session_state[f"{key}_{level}_post"],
        )
        for level in range(1, rules.LEVELS + 1)
    ]
    forms.save(partial(commands.set_chain, case_id=file.id, links=links), message="包保责任已保存")


def _link_widget(name: str, key: str, level: int) -> None:
    if name == "unit":
        forms.choose(f"第 {level} 级单位", options().unit_names, key=key, empty="")
    else:
        st.text_input({"official": "责任人", "post": "职务"}[name], key=key)


def _recusals(file: CaseFile, duty: DutyFile, *, directs: bool) -> None:
    if not directs:
        return
    st.subheader("回避")
    for each in duty.recusals:
        with st.container(horizontal=True, vertical_alignment="center"):
            kind = "被反映单位" if each.accused else "回避"
            st.markdown(
                f"**{forms.plain(each.leader or each.unit)}** "
                f"{kind}：{forms.plain(each.reason)} :gray[{forms.plain(each.decided_by)}]"
            )
            if st.button("解除", key=f"lift_{each.id}", type="tertiary"):
                forms.save(
                    partial(commands.lift_recusal, case_id=file.id, recusal_id=each.id),
                    message="已解除",
                )
    key = f"recuse_{file.id}"
    with st.popover("登记回避或被反映单位", key=key, on_change="rerun") as opened:
        if not opened.open:
            return
        with st.form(f"{key}_form", border=False):
            leader = forms.choose(
                "领导（§28）", options().leader_names, key=f"{key}_leader", empty=""
            )
            unit = forms.choose("或单位", options().unit_names, key=f"{key}_unit", empty="")
            accused = st.checkbox("这是被反映单位（§30）", key=f"{key}_accused")
            reason = st.text_input("理由", key=f"{key}_reason")
            if not st.form_submit_button("登记", type="primary"):
                return
        forms.save(
            partial(
                commands.recuse,
                case_id=file.id,
                leader_id=leader,
                unit_id=unit,
                accused=accused,
                reason=reason,
                now=store.now(),
            ),
            refilled={f"{key}_leader": None, f"{key}_unit": None, f"{key}_reason": ""},
            message="已登记",
        )
