"""What a screen shows instead of itself when it cannot go on: one calm page, never a trace."""

import logging
import secrets

import streamlit as st

from db.engine import StoreAway
from rules.errors import RuleError, WrongKey
from ui.signin import SignedOut

LOG = logging.getLogger("workbench")


def show(error: Exception) -> bool:
    """Draw what `error` means to the user; always True, so that Streamlit draws nothing itself."""
    if isinstance(error, SignedOut):
        signed_out()
    elif isinstance(error, StoreAway | WrongKey):
        away(error)
    elif isinstance(error, RuleError):
        st.error(str(error))
        _go_on()
    else:
        _broken(error)
    return True


def signed_out() -> None:
    """Tell that the sign-in is over and lead to the next."""
    st.header("登录")
    st.write("您尚未登录，或登录已超时。未保存的登记草稿已为您保留，登录后可以恢复。")
    st.html('<a class="house-link" href="/signin" target="_self">前往登录</a>')


def away(error: Exception) -> None:
    """Tell that the store is away; it is never drawn as an empty list."""
    LOG.error("the store is away: %s", error)
    st.header("暂时无法读取数据")
    st.error(str(error), icon=":material/cloud_off:")
    st.write("您的数据没有丢失。请稍候再试；如果一直如此，请把上面这句话告诉系统管理员。")
    st.button("重试", type="primary", key="retry_store")


def _broken(error: Exception) -> None:
    number = secrets.token_hex(4)
    LOG.error("error %s", number, exc_info=error)
    st.error(
        f"页面出错了。错误已经记录，请刷新重试；如果一直如此，请告诉系统管理员错误编号 {number}。"
    )
    _go_on()


def _go_on() -> None:
    # An error in a callback leaves nothing else on the page; any click draws it anew.
    st.button("返回本页", key=f"go_on_{secrets.token_hex(4)}")
