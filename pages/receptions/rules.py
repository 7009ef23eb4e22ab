"""接访规则: the rules and when they hold, leave, charges and contact points, places, companions."""

from collections.abc import Mapping, Sequence

import streamlit as st

from db.queries import leaders, receivers, reception_places, reception_rules
from ui import forms, leader_charge, leader_leaves, store, templates
from ui import reception_places as places_view
from ui import reception_rules as rules_view
from ui.options import options

st.title("接访规则")

today = store.today()
offered = options()
with store.reading() as session:
    lines = reception_rules.lines(session, on=today)
    specials = receivers.specials(session)
    in_office = [each for each in leaders.leaders(session) if each.active]
    leaves = leaders.leaves(session, since=today)
    places = reception_places.places(session)
    companions = reception_places.companions(session)


def _charges() -> None:
    if not in_office:
        st.info("还没有领导。请系统管理员先在“系统管理 → 领导”里添加。")
        return
    listed, beside = st.columns([4, 3], gap="small")
    with beside:
        labels = {row.id: f"{row.name}（{row.post}）" for row in in_office}
        chosen = forms.choose("领导", labels, key="leader")
        row = next((row for row in in_office if row.id == chosen), in_office[0])
        record = f"leader-{row.id}"
        version = forms.filled(record, row.version, leader_charge.values(row, offered))
        leader_charge.draw(row, offered, version=version, record=record)
    with listed:
        st.dataframe(
            [
                {
                    "领导": row.name,
                    "职务": row.post,
                    "分管工作": row.portfolio,
                    "分管的内容分类": _named(row.fields, offered.code_names),
                    "联系点": _named(row.contacts, offered.unit_names),
                }
                for row in in_office
            ],
            hide_index=True,
            height="content",
            alt="分管和联系点一览",
        )


def _named(ids: Sequence[int], names: Mapping[int, str]) -> str:
    return "、".join(names[each].rsplit("/", 1)[-1] for each in ids if each in names)


tabs = st.tabs(["规则", "请假", "分管和联系点", "场所", "陪同人员", "文书模板"])
with tabs[0]:
    rules_view.draw(lines, specials, today=today)
with tabs[1]:
    leader_leaves.draw(in_office, leaves, today=today)
with tabs[2]:
    _charges()
with tabs[3]:
    places_view.places(places, offered)
with tabs[4]:
    places_view.companions(companions)
with tabs[5]:
    templates.draw()
