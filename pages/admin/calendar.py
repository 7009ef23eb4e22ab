"""日历: the holidays and worked weekends of each year, and the special periods."""

import streamlit as st

from db.commands import office as commands
from db.queries import office
from documents import holiday_notice
from rules.errors import Invalid
from rules.workdays import missing_years
from ui import forms, store

st.title("日历")

today = store.today()
with store.reading() as session:
    missing = missing_years(today, office.calendar(session))
    known = office.years(session)
    periods = office.periods(session)

for absent in missing:
    st.warning(
        f"{absent} 年的节假日还没有录入，工作日暂按周一至周五计算。"
        f"请在“录入通知”中粘贴国务院办公厅关于 {absent} 年部分节假日安排的通知。"
    )
holidays, notice, special = st.tabs(["节假日", "录入通知", "特护期"])


def _holidays() -> None:
    choices = sorted({today.year, *missing, *known}, reverse=True)
    year = st.selectbox(
        "年份",
        choices,
        index=choices.index(today.year),
        format_func=lambda chosen: f"{chosen} 年",
        key="year",
    )
    with store.reading() as session:
        days = office.special_days(session, year)
    st.caption(f"来源：{forms.plain(known[year])}" if year in known else "尚未录入")
    st.dataframe(
        [
            {"日期": d.day, "安排": "上班（调休）" if d.workday else "放假", "名称": d.name}
            for d in days
        ],
        hide_index=True,
        alt=f"{year} 年节假日",
    )
    with st.form("set_day"):
        day = st.date_input("日期", today, key="day", format="YYYY-MM-DD")
        workday = st.radio("安排", ["放假", "上班（调休）"], key="workday", horizontal=True)
        name = st.text_input("名称", key="day_name", placeholder="例如：国庆节")
        set_it = st.form_submit_button("保存这一天", type="primary", key="set_day_submit")
        clear_it = st.form_submit_button("恢复为平常的一天", key="clear_day")
    if set_it:
        forms.save(
            lambda s: commands.set_day(s, day, workday=workday != "放假", name=name),
            message=f"已保存：{day} {workday}",
        )
    if clear_it:
        forms.save(lambda s: commands.clear_day(s, day), message=f"已保存：{day} 恢复为平常的一天")


def _notice() -> None:
    with st.form("notice"):
        year = st.number_input(
            "年份", 2000, 2100, missing[0] if missing else today.year + 1, key="notice_year"
        )
        source = st.text_input("通知文号", key="source", placeholder="例如：国办发明电〔2026〕7号")
        text = st.text_area(
            "通知正文",
            key="notice_text",
            height=240,
            placeholder="粘贴“一、元旦：1月1日至3日放假……”各条；也可每行写“2027-01-01 休 元旦”",
        )
        submitted = st.form_submit_button("录入", type="primary", key="add_year")
    if submitted:
        days, problems = holiday_notice.read(text, year=year)
        if problems:
            forms.show_problems(Invalid(problems))
            return
        off = sum(not day.workday for day in days)
        forms.save(
            lambda s: commands.add_year(s, year, source, days=days),
            refilled={"source": "", "notice_text": ""},
            message=f"已保存：{year} 年放假 {off} 天，调休上班 {len(days) - off} 天",
        )


PERIOD = ("name", "first_on", "last_on", "note")


def _period_form(form: str, at: str) -> bool:
    with st.form(form):
        st.text_input("名称", key=f"name{at}", placeholder="例如：全国两会")
        st.date_input("开始日期", key=f"first_on{at}", format="YYYY-MM-DD")
        st.date_input("结束日期（含）", key=f"last_on{at}", format="YYYY-MM-DD")
        st.text_input("说明", key=f"note{at}")
        return st.form_submit_button("保存" if at else "添加", type="primary", key=f"{form}_submit")


def _periods() -> None:
    st.caption(
        "新增特护期" if periods else "还没有特护期。重要会议、活动前请先添加，两端的日期都算在内。"
    )
    for name in PERIOD[1:3]:
        st.session_state.setdefault(name, today)
    if _period_form("add_period", ""):
        given = {name: st.session_state[name] for name in PERIOD}
        forms.save(lambda s: commands.add_period(s, **given), refilled={"name": "", "note": ""})
    for row in periods:
        with st.expander(forms.plain(f"{row.name}（{row.first_on} 至 {row.last_on}）")):
            _period(row)


def _period(row: office.PeriodRow) -> None:
    record, at = f"period-{row.id}", f"-{row.id}"
    if row.overlaps:
        st.warning(f"与{forms.plain('、'.join(row.overlaps))}的日期重叠，请核对")
    version = forms.filled(record, row.version, {f"{n}{at}": getattr(row, n) for n in PERIOD})
    if _period_form(f"change_period{at}", at):
        given = {name: st.session_state[name + at] for name in PERIOD}
        forms.save(
            lambda s: commands.change_period(s, row.id, version=version, **given), record=record
        )
    if st.button("删除", key=f"remove{at}"):
        forms.save(
            lambda s: commands.remove_period(s, row.id, version=version),
            record=record,
            message=f"已删除：特护期“{row.name}”",
        )


with holidays:
    _holidays()
with notice:
    _notice()
with special:
    _periods()
