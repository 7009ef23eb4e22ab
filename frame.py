"""The script around every screen: who is signed in, the menu, and the screen asked for."""

import logging

import streamlit as st

import settings
from db.engine import StoreAway
from rules.errors import WrongKey
from rules.permissions import Actor, screens_for
from ui import signin

_SECTIONS = {"home": "", "cases": "热点案件", "admin": "系统管理", "account": "我的"}
_TITLES = {
    "home/start": ("首页", ":material/home:"),
    "cases/register": ("案件登记簿", ":material/list_alt:"),
    "cases/entry": ("快速登记", ":material/edit_note:"),
    "cases/imports": ("批量导入", ":material/upload_file:"),
    "cases/detail": ("案件", ":material/description:"),
    "admin/accounts": ("账号", ":material/group:"),
    "admin/units": ("单位", ":material/account_tree:"),
    "admin/codes": ("内容分类", ":material/category:"),
    "admin/parameters": ("参数", ":material/tune:"),
    "admin/calendar": ("日历", ":material/calendar_month:"),
    "admin/audit": ("审计", ":material/verified_user:"),
    "account/me": ("我的账号", ":material/person:"),
}
# Screens with an address and no menu entry.
_HIDDEN = {"cases/detail"}


def _pages(actor: Actor) -> dict[str, list[st.Page]]:  # type: ignore[valid-type]
    sections: dict[str, list[st.Page]] = {}  # type: ignore[valid-type]
    for screen in screens_for(actor):
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


def _signed_out() -> None:
    st.navigation([st.Page(_signin_page, title="登录", default=True)], position="hidden").run()


def _signin_page() -> None:
    st.header("登录")
    st.write("您尚未登录,或登录已超时。未保存的登记草稿已为您保留,登录后可以恢复。")
    st.html('<a href="/signin" target="_self">前往登录</a>')


def _away(error: Exception) -> None:
    logging.getLogger("workbench").exception("store away", exc_info=error)
    st.header("暂时无法读取数据")
    st.error(str(error), icon=":material/cloud_off:")
    st.write("您的数据没有丢失。请稍候再试;如果一直如此,请把上面这句话告诉系统管理员。")
    st.button("重试", type="primary")


def main() -> None:
    """Draw the menu of whoever is signed in and run the screen; else only the way to sign in."""
    st.set_page_config(page_title="联席会议工作台", page_icon="assets/icon.png", layout="wide")
    try:
        actor = signin.actor()
        page = st.navigation(_pages(actor), position="sidebar")
        with st.sidebar:
            st.caption(f"{settings.current().office_name} · {actor.name}")
            st.html('<a href="/signout" target="_self">退出登录</a>')
        page.run()
    except signin.SignedOut:
        _signed_out()
    except (StoreAway, WrongKey) as error:
        _away(error)


main()
