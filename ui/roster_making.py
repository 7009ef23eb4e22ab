"""Making a roster on the screen: what is kept, what weighs how much, the progress, and a clash."""

from collections.abc import Sequence
from dataclasses import fields

import streamlit as st

from analysis import rosters as generator
from analysis.roster_weights import Weights, labels
from analysis.rosters import Outcome
from db.commands import rosters as commands
from db.queries.rosters import RosterRow
from rules import roster_reasons as reasons
from rules.reception_terms import TurnState
from rules.receptions import Basis, Given, Turn
from ui import forms
from ui.options import options

_HEAVIEST = 20


def draw(key: str, roster: RosterRow, turns: Sequence[Turn], basis: Basis, beside: Given) -> None:
    """Draw what a roster is made from; made, it stands in the place of the turns still open."""
    if not basis.receivers:
        st.info("这一层级还没有在任领导，请先在“领导”页面添加。")
        return
    keep = st.checkbox(
        "保留已经填写的班次，只补其余的",
        value=bool(turns),
        key="making_keep",
        help="不勾选时，还未接访的班次会重新编排；已登记实到或安排替班的总是保留。",
    )
    with st.expander("看重什么（0 为不考虑，数字越大越看重）"):
        names = labels()
        weights = Weights(
            **{
                each.name: st.slider(
                    names[each.name], 0, _HEAVIEST, each.default, key=f"making_{each.name}"
                )
                for each in fields(Weights)
            }
        )
    seed = st.number_input(
        "编号（同一编号排出同一张表，换一个可得到另一种排法）", 0, 9999, 1, key="making_seed"
    )
    if not st.button("开始排班", type="primary", key="making_start"):
        return
    fixed = [turn for turn in turns if keep or not _is_open(turn)]
    given = Given(
        fixed=(*beside.fixed, *fixed),
        earlier=beside.earlier,
        topics=beside.topics,
        open_places=beside.open_places,
    )
    bar = st.progress(0.0, text="正在排班…")
    made = generator.generate(
        basis,
        given,
        weights=weights,
        seed=int(seed),
        progress=lambda part: _tell(bar, part),
    )
    bar.empty()
    if made.outcome is not Outcome.MADE:
        _failed(made)
        return
    whole = [*fixed, *made.turns]
    offered = options()
    why = {
        turn.id: reasons.why(
            turn, whole, basis, given, topics=offered.code_names, units=offered.unit_names
        )
        for turn in made.turns
    }
    forms.save(
        lambda session: commands.fill(
            session, roster.id, whole, why=why, seed=int(seed), version=roster.version
        ),
        refilled={key: False},
        message=lambda count: f"已排好，共 {count} 个班次",
    )


def _is_open(turn: Turn) -> bool:
    return turn.state is TurnState.PLANNED and turn.substitute_id is None


def _tell(bar: "st.delta_generator.DeltaGenerator", part: float) -> None:
    bar.progress(min(part, 1.0), text=f"正在排班…{part:.0%}")


def _failed(made: generator.Roster) -> None:
    st.error(f"{made.outcome.label}，排班表没有改动。")
    if made.clashes:
        st.markdown("下面这些条件不能同时满足，去掉其中任何一条就能排出：")
        for clash in made.clashes:
            st.markdown("\n".join(f"- {forms.plain(each)}" for each in clash.conditions))
        st.caption("可以调整请假、场所容量、接访规则，或先清空相关的已排班次。")
    else:
        st.caption("请换一个编号再试，或分成较短的日期编排。")
