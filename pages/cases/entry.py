"""快速登记: six fields, no mouse; what is typed is kept as a draft, and likely duplicates appear."""

import streamlit as st

from rules.terms import Channel, Purpose
from ui import entry_compare, evaluation_banner, quick_entry
from ui.duplicates import show_duplicates
from ui.options import options

offered = options()
quick_entry.begin()
kept = quick_entry.KEEP

st.title("快速登记")
# All that comes and goes has one place: were the form moved by it, Streamlit would build its
# fields anew, and what is being typed in one would be gone.
with st.container():
    quick_entry.link_to_last()
    quick_entry.offer_draft()
    quick_entry.show_refusal()
    quick_entry.show_repeated()
    quick_entry.ask_about_purpose()
    quick_entry.ask_about_numbers()

form, beside = st.columns([3, 2], gap="large")
with form.container(key=f"autofocus_{st.session_state['entry_round']}"):
    st.text_input(
        "信访人",
        key="entry_petitioner",
        live="400ms",
        max_chars=60,
        placeholder="姓名；匿名可不填",
        **kept,
    )
    st.text_input(
        "标题（反映什么）",
        key="entry_title",
        live="400ms",
        max_chars=200,
        placeholder="一句话写明地点和事项",
        **kept,
    )
    left, right = st.columns(2)
    quick_entry.choice(left, "属地", offered.townships, offered.unit_choices, key="township")
    quick_entry.choice(right, "责任单位", offered.units, offered.unit_choices, key="unit")
    left, right = st.columns(2)
    left.text_input("收到日期", key="entry_received", placeholder="如 11.22 或 2026-11-22", **kept)
    right.selectbox(
        "信访形式", tuple(Channel), key="entry_channel", format_func=quick_entry.label, **kept
    )
with form.expander("补充（可以不填）：电话、人数、目的、分类、详细内容"):
    left, middle, right = st.columns(3)
    left.text_input("电话", key="entry_phone", max_chars=30, **kept)
    middle.number_input("人数", min_value=1, max_value=99999, key="entry_people", **kept)
    right.selectbox(
        "信访目的",
        tuple(Purpose),
        index=None,
        key="entry_purpose",
        placeholder="请选择",
        format_func=quick_entry.label,
        **kept,
    )
    quick_entry.choice(st, "内容分类", offered.codes, offered.code_names, key="code")
    with st.container():
        quick_entry.likely_classes()
    st.text_area(
        "反映内容",
        key="entry_content",
        height=160,
        placeholder="照录反映人的原话或信件要点",
        **kept,
    )
form.button(
    "保存",
    type="primary",
    shortcut="Ctrl+Enter",
    on_click=quick_entry.save,
    key="entry_save",
    width="stretch",
)
form.caption("Tab 到下一栏，Ctrl+Enter 保存。日期、形式、单位会留给下一件。")

with beside:
    st.subheader("可能重复的案件")
    given, alike = quick_entry.typed(), quick_entry.likely_duplicates()
    evaluation_banner.brought_by(
        given["petitioner"] or "", given["phone"] or "", {each.id for each in alike or ()}
    )
    show_duplicates(
        alike,
        on_compare=entry_compare.ask,
        on_repeat=quick_entry.repeats,
        on_other=quick_entry.differs,
    )
entry_compare.show()
