"""快速登记: six fields, no mouse; what is typed is kept as a draft, and likely duplicates appear."""

import streamlit as st

from db.queries import case_file, office
from rules.terms import Channel, Purpose, Term
from ui import forms, quick_entry, store
from ui.duplicates import show_duplicates
from ui.options import options

offered = options()
today = store.today()
quick_entry.begin()
keep = quick_entry.keep


def label(term: Term) -> str:
    """The word people read."""
    return term.label


st.title("快速登记")
forms.show_flash()
if last := st.session_state.get("entry_last"):
    st.page_link("pages/cases/detail.py", label=f"打开刚登记的 {last}", query_params={"case": last})
quick_entry.offer_draft()
quick_entry.show_refusal()
quick_entry.ask_about_numbers()

form, beside = st.columns([3, 2], gap="large")
with form.container(key=f"autofocus_{st.session_state['entry_round']}"):
    st.text_input(
        "信访人",
        key="entry_petitioner",
        live="400ms",
        max_chars=60,
        placeholder="姓名;匿名可不填",
        on_change=keep,
    )
    st.text_input(
        "标题(反映什么)",
        key="entry_title",
        live="400ms",
        max_chars=200,
        placeholder="一句话写明地点和事项",
        on_change=keep,
    )
    left, right = st.columns(2)
    left.selectbox(
        "属地",
        offered.townships,
        index=None,
        key="entry_township",
        placeholder="输入名称筛选",
        format_func=forms.named(offered.unit_names),
        filter_mode="contains",
        on_change=keep,
    )
    right.selectbox(
        "责任单位",
        offered.units,
        index=None,
        key="entry_unit",
        placeholder="输入名称筛选",
        format_func=forms.named(offered.unit_names),
        filter_mode="contains",
        on_change=keep,
    )
    left, right = st.columns(2)
    left.text_input(
        "收到日期",
        key="entry_received",
        help="可写 11.22、1122、昨天的日期或 2026-11-22",
        on_change=keep,
    )
    right.selectbox(
        "信访形式", tuple(Channel), key="entry_channel", format_func=label, on_change=keep
    )
with form.expander("补充(可以不填):电话、人数、分类、详细内容"):
    left, middle, right = st.columns(3)
    left.text_input("电话", key="entry_phone", max_chars=30, on_change=keep)
    middle.number_input("人数", min_value=1, max_value=99999, key="entry_people", on_change=keep)
    right.selectbox(
        "信访目的",
        tuple(Purpose),
        index=None,
        key="entry_purpose",
        placeholder="请选择",
        format_func=label,
        on_change=keep,
    )
    st.selectbox(
        "内容分类",
        offered.codes,
        index=None,
        key="entry_code",
        placeholder="输入名称筛选",
        format_func=forms.named(offered.code_names),
        filter_mode="contains",
        on_change=keep,
    )
    st.text_area(
        "反映内容",
        key="entry_content",
        height=160,
        placeholder="照录反映人的原话或信件要点",
        on_change=keep,
    )
form.button(
    "保存",
    type="primary",
    shortcut="Ctrl+Enter",
    on_click=quick_entry.save,
    key="entry_save",
    width="stretch",
)
form.caption("Tab 到下一栏,Ctrl+Enter 保存。日期、形式、单位会留给下一件。")

given = quick_entry.typed()
with beside:
    st.subheader("可能重复的案件")
    if not (given["title"] or given["petitioner"]):
        st.caption("填写信访人或标题时,同名、同地且内容相近的案件会列在这里,避免重复登记。")
    else:
        with store.reading() as session:
            percent = office.parameter(session, "duplicate_percent", on=today)
            found = case_file.likely_duplicates(
                session,
                title=given["title"] or "",
                person=given["petitioner"] or "",
                township_id=given["township"],
                today=today,
                percent=int(str(percent)),
            )
        show_duplicates(found)
