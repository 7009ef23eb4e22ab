"""The script around every screen: who is signed in, the menu, and the screen asked for."""

from collections.abc import Sequence

import streamlit as st

import settings
from db.engine import StoreAway
from rules.errors import WrongKey
from rules.permissions import Actor, is_first, screens_for
from rules.terms import Role
from ui import forms, menu, signin
from ui.gate import notices

_MENU_WIDTH = 208
_HELP = "account/help"


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
        title, icon = menu.TITLES[screen]
        page = st.Page(
            f"pages/{screen}.py",
            title=title,
            icon=icon,
            url_path=screen.replace("/", "-"),
            default=is_first(screen),
            visibility="hidden" if screen in menu.HIDDEN else "visible",
        )
        sections.setdefault(menu.section(screen), []).append(page)
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
            first = next(filter(is_first, screens_for(actor)))
            _who(actor, page.url_path.replace("-", "/", 1) or first)
        forms.show_flash()
        page.run()
    except (signin.SignedOut, StoreAway, WrongKey) as error:
        notices.show(error)
    finally:
        signin.run_over()


def _who(actor: Actor, screen: str) -> None:
    if screen != _HELP and _HELP in screens_for(actor):
        st.page_link(
            f"pages/{_HELP}.py",
            label="本页帮助",
            icon=":material/help:",
            query_params={"of": screen},
        )
    roles = "、".join(role.label for role in Role if role in actor.roles)
    who = f"{actor.name}（{roles}）"
    st.caption(f"{forms.plain(settings.current().office_name)}  \n{forms.plain(who)}")
    st.html('<a class="house-link" href="/signout" target="_self">退出登录</a>')


main()
