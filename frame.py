"""The script around every screen: who is signed in, the menu, and the screen asked for."""

from collections.abc import Sequence

import streamlit as st

import settings
from db.engine import StoreAway
from rules.errors import WrongKey
from rules.permissions import Actor, screens_for
from rules.terms import Role
from ui import forms, signin
from ui.gate import notices

_SECTIONS = {
    "home": "",
    "cases": "热点案件",
    "receptions": "领导接访",
    "sweeps": "矛盾纠纷排查",
    "evaluations": "第三方评价",
    "admin": "系统管理",
    "account": "我的",
}
_TITLES = {
    "home/start": ("首页", ":material/home:"),
    "cases/today": ("今天要看的", ":material/notification_important:"),
    "cases/board": ("案件看板", ":material/view_kanban:"),
    "cases/hotspots": ("热点", ":material/local_fire_department:"),
    "cases/register": ("案件登记簿", ":material/list_alt:"),
    "cases/entry": ("快速登记", ":material/edit_note:"),
    "cases/batches": ("交办会", ":material/assignment_turned_in:"),
    "cases/sign_offs": ("销号审批", ":material/task_alt:"),
    "cases/duplicates": ("疑似重复", ":material/compare:"),
    "cases/imports": ("批量导入", ":material/upload_file:"),
    "cases/exports": ("身份信息导出", ":material/supervisor_account:"),
    "cases/detail": ("案件", ":material/description:"),
    "receptions/desk": ("接访登记", ":material/how_to_reg:"),
    "receptions/visits": ("接访台账", ":material/menu_book:"),
    "receptions/visit": ("接访", ":material/description:"),
    "receptions/roster": ("接访排班", ":material/event_note:"),
    "receptions/results": ("接访统计", ":material/grid_on:"),
    "receptions/letters": ("阅批来信", ":material/mark_email_read:"),
    "receptions/contacts": ("联系点", ":material/share_location:"),
    "receptions/rules": ("接访规则", ":material/rule:"),
    "receptions/hall": ("大厅公示", ":material/tv:"),
    "sweeps/report": ("排查报送", ":material/fact_check:"),
    "sweeps/rounds": ("排查轮次", ":material/grid_view:"),
    "sweeps/ledger": ("纠纷台账", ":material/handshake:"),
    "sweeps/map": ("挂图作战", ":material/map:"),
    "sweeps/progress": ("销号进度", ":material/trending_down:"),
    "sweeps/table": ("排查情况表", ":material/table_chart:"),
    "sweeps/entry": ("登记纠纷", ":material/playlist_add:"),
    "sweeps/early": ("苗头信息", ":material/campaign:"),
    "sweeps/network": ("排查网络", ":material/hub:"),
    "sweeps/dispute": ("矛盾纠纷", ":material/description:"),
    "evaluations/list": ("评价事项", ":material/balance:"),
    "evaluations/apply": ("申请评价", ":material/post_add:"),
    "evaluations/pool": ("评价员名册", ":material/groups:"),
    "evaluations/results": ("评价成效", ":material/insights:"),
    "evaluations/evaluation": ("第三方评价", ":material/description:"),
    "evaluations/meeting": ("评价会", ":material/record_voice_over:"),
    "evaluations/hall": ("评价会公示", ":material/tv:"),
    "evaluations/booth": ("投票", ":material/how_to_vote:"),
    "admin/accounts": ("账号", ":material/group:"),
    "admin/units": ("单位", ":material/account_tree:"),
    "admin/leaders": ("领导", ":material/badge:"),
    "admin/codes": ("内容分类", ":material/category:"),
    "admin/parameters": ("参数", ":material/tune:"),
    "admin/calendar": ("日历", ":material/calendar_month:"),
    "admin/audit": ("审计", ":material/verified_user:"),
    "account/me": ("我的账号", ":material/person:"),
}
_MENU_WIDTH = 208
# Screens with an address and no menu entry.
_HIDDEN = {
    "cases/detail",
    "receptions/visit",
    "sweeps/dispute",
    "evaluations/evaluation",
    "evaluations/meeting",
}


def _pages(actor: Actor) -> dict[str, list[st.Page]]:
    """The screens of `actor`, made once for each of his tabs."""
    screens = tuple(screens_for(actor))
    kept = st.session_state.get("_pages")
    if kept is None or kept[0] != screens:
        kept = st.session_state["_pages"] = (screens, _made(screens))
    return kept[1]


def _made(screens: Sequence[str]) -> dict[str, list[st.Page]]:
    sections: dict[str, list[st.Page]] = {}
    for screen in screens:
        title, icon = _TITLES[screen]
        page = st.Page(
            f"pages/{screen}.py",
            title=title,
            icon=icon,
            url_path=screen.replace("/", "-"),
            default=screen == "home/start",
            visibility="hidden" if screen in _HIDDEN else "visible",
        )
        sections.setdefault(_SECTIONS[screen.split("/")[0]], []).append(page)
    return sections


def main() -> None:
    """Draw the menu of whoever is signed in and run the screen; else only the way to sign in."""
    icon = str(settings.ROOT / "assets" / "icon.png")
    st.set_page_config(
        page_title="联席会议工作台",
        page_icon=icon,
        layout="wide",
        initial_sidebar_state=_MENU_WIDTH,
    )
    try:
        actor = signin.actor()
        page = st.navigation(_pages(actor), position="sidebar", expanded=True)
        with st.sidebar:
            _who(actor)
        forms.show_flash()
        page.run()
    except (signin.SignedOut, StoreAway, WrongKey) as error:
        notices.show(error)


def _who(actor: Actor) -> None:
    roles = "、".join(role.label for role in Role if role in actor.roles)
    who = f"{actor.name}（{roles}）"
    st.caption(f"{forms.plain(settings.current().office_name)}  \n{forms.plain(who)}")
    st.html('<a class="house-link" href="/signout" target="_self">退出登录</a>')


main()
