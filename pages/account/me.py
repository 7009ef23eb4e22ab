"""我的账号: changing one's own password, and ending one's other sign-ins."""

import streamlit as st

from db.commands import accounts as commands
from db.queries import accounts
from rules.errors import RuleError
from rules.terms import Role
from ui import browsers, forms, signin, store

st.title("我的账号")

actor = signin.actor()
token = signin.token() or ""
others = browsers.others()

st.text(f"账号：{actor.name}")
st.text(f"角色：{'、'.join(role.label for role in Role if role in actor.roles)}")

st.subheader("登录情况")
if others > 0:
    st.write(
        f"除这里以外，还有 {others} 处浏览器登录着本账号。不是您本人的，请立即退出并修改口令。"
    )
    if st.button("退出其他登录", key="sign_out_others"):
        forms.save(
            lambda session: commands.sign_out_others(session, token),
            message=lambda ended: f"已退出其他 {ended} 处登录",
        )
else:
    st.write("本账号没有在其他浏览器登录。")


def _change() -> None:
    with st.form("change_password"):
        old = st.text_input("原口令", type="password", key="old", autocomplete="current-password")
        new = st.text_input("新口令", type="password", key="new", autocomplete="new-password")
        again = st.text_input(
            "再输一次新口令", type="password", key="again", autocomplete="new-password"
        )
        submitted = st.form_submit_button("修改口令", type="primary", key="change")
    if submitted:
        changed = None
        try:
            with store.writing() as session:
                changed = commands.change_password(
                    session,
                    old,
                    new,
                    again,
                    token=token,
                    now=store.now(),
                    **signin.lock_out(),
                )
        except RuleError as refusal:
            forms.show_refusal(refusal)
        if changed:
            forms.refill({"old": "", "new": "", "again": ""})
            forms.flash("已保存：口令已修改，其他浏览器上的登录已退出")
            st.rerun()
        if changed is False:
            st.error("原口令不正确，请再输一次。连续输错会暂时停用本账号的登录。")


st.subheader("修改口令")
with store.reading() as session:
    has_password = accounts.has_password(session, actor.account_id)
if has_password:
    _change()
else:
    st.write("本账号没有口令，通过统一身份认证登录；需要口令的请联系系统管理员重设。")
