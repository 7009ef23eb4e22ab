"""The procedure of a case on its page: its clocks with how they were counted, and the next step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import streamlit as st
from sqlalchemy.orm import Session

from db.commands import procedure as commands
from db.queries import procedure as queries
from db.queries.case_file import CaseFile
from db.queries.procedure import StepTaken
from rules import procedure as rules
from rules.case_terms import Light, Resolution, Step
from rules.deadlines import Reading, missing_starts, nearest, readings
from rules.handed import Given, handed_before
from rules.hearings import lapses
from rules.permissions import Action, Actor
from rules.procedure import Offer
from rules.steps import APART, FIELDS, HANDING, TERMS
from rules.terms import CaseState
from ui import forms, store
from ui.options import options

LIGHT_COLOURS = {
    Light.OVERDUE: "red",
    Light.NEAR: "orange",
    Light.NORMAL: "green",
    Light.PAUSED: "gray",
}
_DATES = frozenset({"until", "notified_on", "asked_on", "held_on"})
_LONG = frozenset({"text", "reason", "claims", "findings", "legal_basis"})


@dataclass(frozen=True, slots=True)
class Course:
    """A case's procedure as its page shows it today; `warnings` are about its days."""

    clocks: Sequence[Reading]
    warnings: Sequence[str]
    offers: Sequence[Offer]
    steps: Sequence[StepTaken]


def course(file: CaseFile) -> Course:
    """Read the procedure of a case, once for each store version and day."""
    today = store.today()

    def read(session: Session) -> Course:
        facts, terms = queries.facts(session, file.id), queries.terms(session)
        steps = queries.steps(session, file.id)
        heard = queries.hearing(steps)
        return Course(
            clocks=readings(facts, terms, today=today),
            warnings=[*missing_starts(facts), *(lapses(heard, terms) if heard else [])],
            offers=rules.offers(facts, terms, today=today),
            steps=steps,
        )

    return store.kept("course", (file.id, today), read)


def marks(course: Course) -> list[tuple[str, str]]:
    """Say beside a case's title how it stands to its nearest clock, and who has taken it over."""
    found: list[tuple[str, str]] = []
    near = nearest(course.clocks)
    if near is not None:
        words, colour = _light(near)
        if near.due.on is not None:
            days = (near.due.on - store.today()).days
            words += f" {-days} 天" if days < 0 else f" 还有 {days} 天"
        found.append((f"{near.clock.label} {words}", colour))
    elevated = [s for s in course.steps if s.step is Step.ELEVATE and not s.withdrawn]
    if elevated:
        found.append((f"提级办理：{elevated[-1].unit}", "violet"))
    return found


def clocks(file: CaseFile, course: Course) -> None:
    """Draw each clock with its light in words; what was counted stands one click away."""
    st.subheader("期限")
    for line in course.warnings:
        st.warning(forms.plain(line), icon=":material/hourglass_disabled:")
    if not course.clocks:
        st.caption("没有已起算的期限。")
    with st.container(gap=None):
        for reading in course.clocks:
            if reading.running:
                _clock(reading)
    if ended := [reading for reading in course.clocks if not reading.running]:
        late = sum(reading.late for reading in ended)
        told = f"，其中逾期 {late} 项" if late else ""
        label = f"已结束的期限 {len(ended)} 项{told}"
        with st.expander(label, key=f"ended_{file.id}", on_change="rerun") as shown:
            if shown.open:
                for reading in ended:
                    _clock(reading)


def _clock(reading: Reading) -> None:
    rule = reading.rule
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        word, colour = _light(reading)
        st.badge(word, color=colour)
        last = f"{reading.due.on}" if reading.due.on else "听证中，暂停计算"
        ended = f"，{reading.ended_on} 完成" if reading.ended_on and not rule.right else ""
        st.markdown(f"**{reading.clock.label}** {last}{ended}")
        with st.popover("怎么算的", type="tertiary"):
            st.caption(f"{rule.clause}，自{rule.starts}起")
            for line in reading.due.lines:
                st.text(line)


def _light(reading: Reading) -> tuple[str, Any]:
    rule = reading.rule
    if rule.right:
        return ("可申请", "blue") if reading.running else ("已过申请期", "gray")
    if not reading.running:
        return ("逾期完成", "red") if reading.late else ("按期完成", "gray")
    return reading.light.label, LIGHT_COLOURS[reading.light]


@dataclass(frozen=True, slots=True)
class Said:
    """What is said after a step, and the widgets that are set by it."""

    message: str
    refilled: Mapping[str, Any] = field(default_factory=dict)


# Given the words of what was done and the state the case is in by it.
Telling = Callable[[str, CaseState], Said]


def next_step(
    file: CaseFile,
    course: Course,
    actor: Actor,
    *,
    telling: Telling = lambda words, _state: Said(words),
) -> None:
    """Draw the steps that can be taken now, the form of the one chosen, and why others cannot."""
    allowed = [offer for offer in course.offers if actor.may(offer.rule.by)]
    free = [offer.step for offer in allowed if offer.blocked is None]
    st.subheader("办理步骤")
    if free:
        chosen = st.pills(
            "下一步",
            free,
            format_func=lambda step: step.label,
            key=f"step_{file.id}",
            # Enter once more on the one chosen would let go of it, and of what was filled in.
            required=True,
            label_visibility="collapsed",
            wrap=True,
        )
        if chosen is not None and chosen in free:
            _warn(file, course, chosen)
            _form(file, next(offer for offer in allowed if offer.step is chosen), telling)
    else:
        st.caption("现在没有您可以办理的步骤。")
    waiting = [offer for offer in allowed if offer.blocked is not None]
    left, right = st.columns(2)
    with left.popover(
        "暂不能办的步骤", type="tertiary", key=f"waiting_{file.id}", on_change="rerun"
    ) as shown:
        if shown.open:
            for offer in waiting:
                st.caption(f"**{offer.step.label}**：{forms.plain(offer.blocked or '')}")
    if actor.may(Action.DIRECT_CASE) and _last(course) is not None:
        with right:
            _withdrawal(file, course, telling)


def _warn(file: CaseFile, course: Course, step: Step) -> None:
    if step not in HANDING:
        return
    handed = [
        Given(each.happened_on, each.unit)
        for each in course.steps
        if each.step in HANDING and not each.withdrawn
    ]
    if told := handed_before(handed, file.names["first_unit_id"]):
        st.warning(forms.plain(told))


def _last(course: Course) -> StepTaken | None:
    left = [s for s in course.steps if not s.withdrawn and s.step is not Step.WITHDRAW]
    return left[-1] if left and left[-1].step not in APART else None


def _withdrawal(file: CaseFile, course: Course, telling: Telling) -> None:
    last = _last(course)
    assert last is not None
    with (
        st.popover(
            f"撤回“{last.step.label}”", type="tertiary", key=f"back_{file.id}", on_change="rerun"
        ) as opened,
    ):
        if not opened.open:
            return
        st.caption(f"案件回到“{last.state_before.label}”，两个步骤都留在经过里。")
        with st.form(f"withdraw_{file.id}", border=False):
            reason = st.text_input("撤回的理由", key=f"withdraw_reason_{file.id}")
            if not st.form_submit_button("撤回", type="primary"):
                return
        said = telling(f"已撤回“{last.step.label}”", last.state_before)
        forms.save(
            partial(
                commands.withdraw_step,
                case_id=file.id,
                reason=reason,
                version=file.version,
                today=store.today(),
                now=store.now(),
            ),
            refilled={f"withdraw_reason_{file.id}": "", **said.refilled},
            message=said.message,
        )


def _form(file: CaseFile, offer: Offer, telling: Telling) -> None:
    """Draw a step's own fields; the version is the one they were first drawn with."""
    rule, step = offer.rule, offer.step
    key = f"step_{file.id}_{step.value}"
    record = f"{key}_case"
    version = forms.pinned_version(record, file.version, field=f"{key}_on")
    with st.form(key):
        day = st.date_input(
            f"{step.label}日期", value=store.today(), format="YYYY-MM-DD", key=f"{key}_on"
        )
        values = {
            name: _widget(name, f"{key}_{name}", needed=name in offer.needs)
            for name in (*rule.needs, *rule.asks)
        }
        if not st.form_submit_button(f"确定{step.label}", type="primary", shortcut="Ctrl+Enter"):
            return
    given = {name: value for name, value in values.items() if value not in (None, "", [])}
    words = f"已{step.label}" if len(step.label) == 2 else f"已登记“{step.label}”"
    said = telling(words, rule.to or file.state)
    forms.save(
        partial(
            commands.take_step,
            case_id=file.id,
            step=step,
            happened_on=day,
            values=given,
            version=version,
            today=store.today(),
            now=store.now(),
        ),
        record=record,
        refilled={f"step_{file.id}": None, **said.refilled},
        message=said.message,
    )


def _widget(name: str, key: str, *, needed: bool) -> Any:
    label = FIELDS[name] if needed else f"{FIELDS[name]}（可不填）"
    if name == "unit_id":
        offered = options()
        return forms.choose(label, offered.unit_choices, key=key, empty="")
    if name in _DATES:
        return forms.date_input(label, key=key)
    if name == "days":
        return st.number_input(label, min_value=1, max_value=90, value=None, step=1, key=key)
    if name == "resolutions":
        return st.multiselect(
            label,
            [*Resolution],
            format_func=lambda term: term.label,
            key=key,
            placeholder="可多选",
        )
    if name in TERMS:
        return st.selectbox(
            label,
            [*TERMS[name]],
            index=None,
            format_func=lambda term: term.label,
            key=key,
            placeholder="请选择",
        )
    if name in _LONG:
        return st.text_area(label, key=key, height=80)
    return st.text_input(label, key=key)
