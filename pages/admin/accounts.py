"""账号: opening accounts, saying what each may do, resetting passwords, closing."""

from typing import Any

import streamlit as st

from db.commands import accounts as commands
from db.queries import accounts, leaders, units
from rules.accounts import EXTERNAL_NAME_MAX
from rules.terms import Role
from ui import forms, signin, store

st.title("账号")

with store.reading() as session:
    rows = accounts.accounts(session)
    unit_names = {u.id: u.path_name for u in units.units_valid(session, on=store.today())}
    in_office = leaders.leaders(session, on=store.today())
    leader_names = {x.id: f"{x.name}（{x.post}）" for x in in_office}

st.dataframe(
    [
        {
            "账号": row.name,
            "角色": "、".join(role.label for role in Role if role in row.roles),
            "所属单位": row.unit or "",
            "对应领导": row.leader or "",
            "状态": row.state,
        }
        | ({"统一身份认证标识": row.external_name or ""} if signin.has_provider() else {})
        for row in rows
    ],
    hide_index=True,
    alt="账号一览",
)


def _rights(key: str, unit_options: dict[int, str], leader_options: dict[int, str]) -> None:
    st.multiselect(
        "角色",
        list(Role),
        format_func=lambda role: role.label,
        key=f"roles{key}",
        placeholder="请选择角色，可多选",
    )
    forms.choose(
        "所属单位",
        unit_options,
        key=f"unit_id{key}",
        empty="（无）",
        help="责任单位账号必选；只能看到该单位及其下级的案件",
    )
    forms.choose(
        "对应领导",
        leader_options,
        key=f"leader_id{key}",
        empty="（无）",
        help="县领导账号必选；只能看到本人包案的案件",
    )
    if signin.has_provider():
        st.text_input(
            "统一身份认证标识（选填）",
            key=f"external_name{key}",
            max_chars=EXTERNAL_NAME_MAX,
            autocomplete="off",
            help="此人在统一身份认证平台上的标识，由平台管理员提供；只用口令登录的留空",
        )


def _given(key: str) -> dict[str, Any]:
    """What stands in the fields; where no provider is set, the name known there as it was."""
    names = ("roles", "unit_id", "leader_id", "external_name")
    return {name: st.session_state.get(name + key) for name in names}


new, change, reset = st.tabs(["新建账号", "修改或停用", "重设口令"])

with new:
    if not unit_names:
        st.info("还没有单位。要建责任单位账号，请先到“单位”中添加单位。")
    with st.form("new_account"):
        st.text_input("账号名称", key="name", max_chars=32, autocomplete="off")
        _rights("", unit_names, leader_names)
        st.text_input("初始口令", type="password", key="password", autocomplete="new-password")
        st.text_input("再输一次口令", type="password", key="again", autocomplete="new-password")
        created = st.form_submit_button("新建", type="primary", key="create")
    if created:
        typed = st.session_state
        forms.save(
            lambda session: commands.create_account(
                session,
                typed["name"],
                typed["password"],
                again=typed["again"],
                now=store.now(),
                **_given(""),
            ),
            refilled={"name": "", "roles": [], "password": "", "again": "", "external_name": ""},
            message=f"已保存：新建账号“{typed['name'].strip()}”",
        )

with change:
    by_id = {row.id: row for row in rows}
    names = {row.id: row.name for row in rows}
    row = by_id[forms.choose("账号", names, key="changed") or rows[0].id]
    record, key = f"account-{row.id}", f"-{row.id}"
    version = forms.filled(
        record,
        row.version,
        {
            f"roles{key}": [role for role in Role if role in row.roles],
            f"unit_id{key}": row.unit_id,
            f"leader_id{key}": row.leader_id,
            f"external_name{key}": row.external_name or "",
            f"active{key}": row.active,
        },
    )
    with st.form(f"change_account{key}"):
        kept_unit = {row.unit_id: row.unit or ""} if row.unit_id else {}
        kept_leader = {row.leader_id: row.leader or ""} if row.leader_id else {}
        _rights(key, kept_unit | unit_names, kept_leader | leader_names)
        st.checkbox("可以登录（取消即停用，并立即退出其所有登录）", key=f"active{key}")
        changed = st.form_submit_button("保存", type="primary", key=f"change{key}")
    if changed:
        forms.save(
            lambda session: commands.change_account(
                session,
                row.id,
                version=version,
                active=st.session_state[f"active{key}"],
                **_given(key),
            ),
            record=record,
        )

with reset:
    with st.form("reset_password"):
        whose = forms.choose("账号", names, key="whose") or rows[0].id
        new_one = st.text_input(
            "新口令", type="password", key="reset_new", autocomplete="new-password"
        )
        again = st.text_input(
            "再输一次新口令", type="password", key="reset_again", autocomplete="new-password"
        )
        submitted = st.form_submit_button("重设口令", key="reset")
    if submitted:
        forms.save(
            lambda session: commands.reset_password(session, whose, new_one, again),
            refilled={"reset_new": "", "reset_again": ""},
            message=f"已保存：账号“{names[whose]}”的口令已重设，其所有登录已退出",
        )
