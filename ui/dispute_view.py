"""One dispute on its page: what was found, the chain and the card of its duty, its parties, its story."""

from functools import partial
from typing import Any

import streamlit as st

from db.commands import disputes as commands
from db.queries.dispute_file import DisputeFile
from rules import disputes as rules
from rules.case_terms import Tick
from rules.cases import shown_count, shown_money
from rules.dispute_steps import Hand
from rules.dispute_terms import DisputeFlag, DisputeOutcome, DisputeState, GradeStage, RiskLevel
from rules.duty import badge
from rules.permissions import Action, Actor
from ui import dispute_forms, dispute_list, forms, people_box, store, tables, windows

_COLOURS = {RiskLevel.RED: "red", RiskLevel.YELLOW: "orange", RiskLevel.BLUE: "blue"}
_OUTCOMES = {
    DisputeOutcome.UNRESOLVED: "gray",
    DisputeOutcome.PARTLY: "orange",
    DisputeOutcome.RESOLVED: "green",
    DisputeOutcome.ROUTED: "violet",
    DisputeOutcome.PETITIONED: "violet",
}


def heading(file: DisputeFile) -> None:
    """Draw the title with state, outcome, level and marks; each colour stands beside its word."""
    st.title(forms.plain(str(file.values["title"])))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(file.state.label, color="blue")
        if file.outcome.label != file.state.label:
            st.badge(file.outcome.label, color=_OUTCOMES[file.outcome])  # type: ignore[arg-type]
        if file.level is not None:
            stage = "" if file.level_stage is GradeStage.TOWNSHIP else "（待乡镇审定）"
            colour = _COLOURS[file.level]
            st.badge(f"{file.level.label}色{stage}", color=colour)  # type: ignore[arg-type]
        for flag in DisputeFlag:
            if file.values[flag.value]:
                st.badge(flag.label, color="red")
        due_on = file.values["due_on"]
        unresolved = file.outcome in (DisputeOutcome.UNRESOLVED, DisputeOutcome.PARTLY)
        if due_on is not None and due_on < store.today() and unresolved:
            st.badge(f"超期 {(store.today() - due_on).days} 天", color="red")
        st.caption(f"编号 {file.number} · {rules.band(file.values['people'])}")


def facts(file: DisputeFile, actor: Actor) -> None:
    """Draw what was found and the form that corrects it."""
    values, names = file.values, file.names
    told = {
        "类别": names["class_id"],
        "排查": " ".join(
            filter(None, [names["unit_id"], f"{values['found_on']}", values["finder"]])
        ),
        "排查轮次": file.round,
        "地点": " ".join(
            dict.fromkeys(
                filter(None, [file.township, names["area_id"], values["grid"], values["place"]])
            )
        ),
        "发生日期": f"{values['happened_on'] or ''}",
        "人数": shown_count(values["people"], approx=values["people_approx"]),
        "涉及金额": shown_money(values["amount_fen"], approx=values["amount_approx"]),
        "涉及单位": values["involved"],
        "简要情况": values["content"],
        "备注": values["remark"],
        "苗头信息": file.early,
        "并入的纠纷": "、".join(file.merged),
    }
    tables.facts_table({name: text for name, text in told.items() if text})
    if _writes(file, Hand.ENTRY):
        windows.opened(
            "dispute_found", "修改排查情况", partial(dispute_forms.found_form, file=file)
        )
    reported = f"，{store.local(file.reported_at):%Y-%m-%d %H:%M} 上报" if file.reported_at else ""
    moment = f"{store.local(file.created_at):%Y-%m-%d %H:%M}"
    st.caption(forms.plain(f"{file.created_by} {moment} 登记{reported}"))


def duty(file: DisputeFile) -> None:
    """Draw the chain 县/镇/村/网格, 四定 and 四包, and the forms that fill them."""
    values = file.values
    st.subheader("责任和四定四包")
    names = {name: values[name] for name in ("town_head", "village_head", "grid_worker")}
    chain = rules.chain({"lead": file.names["lead_id"], **names})
    told = {
        "四级责任": " → ".join(f"{level} {who or '未定'}" for level, who in chain),
        "责任单位": " ".join(filter(None, [file.names["duty_unit_id"], values["handler"]])),
        "化解层级": file.tier.label,
        "化解方式": " ".join(
            filter(
                None,
                [values["channel"].label if values["channel"] else "", file.names["organ_id"]],
            )
        ),
        "化解时限": f"{values['due_on'] or ''}",
        "化解小组": values["team"],
        "协办单位": values["co_units"],
        "化解方案": values["plan"],
        "四定": badge(rules.card(values)),
        "四包": "；".join(_tick(file, tick) for tick in Tick),
    }
    tables.facts_table({name: text for name, text in told.items() if text})
    if _writes(file, Hand.DUTY):
        with st.container(horizontal=True):
            windows.opened(
                "dispute_duty", "填写责任和方案", partial(dispute_forms.duty_form, file=file)
            )
            windows.opened("dispute_ticks", "填写四包", partial(_ticks_form, file=file))


def _tick(file: DisputeFile, tick: Tick) -> str:
    who, done_on = file.ticks.get(tick, ("", None))
    return f"{tick.label} {who or '未定'}{f'（{done_on} 完成）' if done_on else ''}"


def _ticks_form(key: str, file: DisputeFile) -> None:
    record = f"dispute-ticks-{file.id}"
    values: dict[str, Any] = {}
    for tick in Tick:
        who, done_on = file.ticks.get(tick, ("", None))
        values |= {f"tick_{tick}_who_{file.id}": who, f"tick_{tick}_on_{file.id}": done_on}
    version = forms.filled(record, file.version, values)
    with st.form(record, border=False):
        for tick in Tick:
            left, right = st.columns([2, 1])
            left.text_input(f"{tick.label}：由谁负责", key=f"tick_{tick}_who_{file.id}")
            with right:
                forms.date_input("完成日期", key=f"tick_{tick}_on_{file.id}")
        submitted = st.form_submit_button("保存四包", type="primary", key="ticks_save")
    if submitted:
        given = {
            tick: (
                st.session_state[f"tick_{tick}_who_{file.id}"] or "",
                st.session_state[f"tick_{tick}_on_{file.id}"],
            )
            for tick in Tick
        }
        forms.save(
            lambda session: commands.set_ticks(
                session, file.id, given, version=version, today=store.today(), now=store.now()
            ),
            record=record,
            refilled={key: False},
        )


def people(file: DisputeFile, actor: Actor) -> None:
    """Draw the parties, masked; a name is shown for a reason and for a minute."""
    people_box.show(
        people_box.Whose(
            number=file.number,
            id=file.id,
            version=file.version,
            label="当事人",
            people=file.people,
            may_edit=_writes(file, Hand.ENTRY) and actor.may(Action.RECORD_DISPUTE),
            reveal=commands.reveal_parties,
            edit=commands.edit_parties,
        ),
        actor,
    )


def story(file: DisputeFile) -> None:
    """Draw what happened, the newest first."""
    st.subheader("经过")
    for event in file.events:
        with st.container(border=True, gap="xsmall"):
            st.caption(forms.plain(f"{event.happened_on} {event.what} · {event.actor}"))
            if event.text:
                st.text(event.text)
    if not file.events:
        st.caption("还没有办理步骤。")


def merged(file: DisputeFile) -> None:
    """Say that a dispute was merged, and where it is worked on."""
    if file.state is DisputeState.MERGED:
        where = f"，请在 {file.kept} 上办理" if file.kept else ""
        st.info(forms.plain(f"本件与另一件是同一纠纷，已并入，不再单独办理、不重复计数{where}。"))
        if file.kept:
            st.button(
                f"打开 {file.kept}",
                key="open_kept",
                type="tertiary",
                on_click=dispute_list.ask,
                args=(file.kept,),
            )


def _writes(file: DisputeFile, hand: Hand) -> bool:
    closed = (DisputeState.SIGNED_OFF, DisputeState.MERGED)
    return file.seat.takes(hand) and file.state not in closed
