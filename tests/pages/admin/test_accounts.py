"""The accounts screen: each widget that writes is used, and the store is looked at."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

import settings
from db.commands import accounts as commands
from db.engine import Store
from db.queries import accounts
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.conftest import NOW
from tests.pages.conftest import PASSWORD, said
from tests.test_settings import PROVIDER


def _account(store: Store, name: str) -> accounts.AccountRow:
    with store.reading(SYSTEM) as session:
        return next(row for row in accounts.accounts(session) if row.name == name)


@pytest.fixture
def page(open_page: Callable[..., AppTest], store: Store) -> AppTest:
    with store.writing(SYSTEM) as session:
        commands.create_account(session, "小王", PASSWORD, roles=[Role.OFFICE], now=NOW)
    return open_page("admin/accounts", Role.ADMIN, name="管理员")


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_the_accounts_are_listed_without_their_passwords(page: AppTest) -> None:
    listed = page.dataframe[0].value

    assert list(listed["账号"]) == ["小王", "管理员"]
    assert list(listed["状态"]) == ["可登录", "可登录"]
    assert "argon2" not in listed.to_string()


def test_a_new_account_is_opened_with_its_roles(page: AppTest, store: Store) -> None:
    page.text_input(key="name").set_value("审计员")
    page.multiselect(key="roles").set_value([Role.AUDITOR])
    page.text_input(key="password").set_value(PASSWORD)
    page.text_input(key="again").set_value(PASSWORD)
    page.button(key="create").click().run()

    assert not page.exception
    assert "已保存" in said(page)
    assert page.text_input(key="password").value == ""
    row = _account(store, "审计员")
    assert (row.roles, row.state) == (frozenset({Role.AUDITOR}), "可登录")


def test_two_different_passwords_open_no_account_and_keep_what_was_typed(
    page: AppTest, store: Store
) -> None:
    page.text_input(key="name").set_value("审计员")
    page.multiselect(key="roles").set_value([Role.AUDITOR])
    page.text_input(key="password").set_value(PASSWORD)
    page.text_input(key="again").set_value(PASSWORD + "?")
    page.button(key="create").click().run()

    assert "不一致" in page.error[0].value
    assert page.text_input(key="name").value == "审计员"
    with store.reading(SYSTEM) as session:
        assert len(accounts.accounts(session)) == 2


def test_an_account_is_closed(page: AppTest, store: Store) -> None:
    row = _account(store, "小王")
    page.selectbox(key="changed").set_value(row.id).run()

    page.checkbox(key=f"active-{row.id}").uncheck()
    page.button(key=f"change-{row.id}").click().run()

    assert "已保存" in said(page)
    assert _account(store, "小王").state == "已停用"


def test_the_last_administrator_cannot_close_himself(page: AppTest, store: Store) -> None:
    row = _account(store, "管理员")
    page.selectbox(key="changed").set_value(row.id).run()

    page.checkbox(key=f"active-{row.id}").uncheck()
    page.button(key=f"change-{row.id}").click().run()

    assert "至少要保留一个" in page.error[0].value
    assert _account(store, "管理员").active


def test_a_rival_save_is_reported_kept_and_can_be_loaded(page: AppTest, store: Store) -> None:
    row = _account(store, "小王")
    page.selectbox(key="changed").set_value(row.id).run()
    with store.writing(SYSTEM) as session:
        commands.change_account(
            session,
            row.id,
            version=row.version,
            roles=[Role.AUDITOR],
            unit_id=None,
            leader_id=None,
            external_name=None,
            active=True,
        )

    page.multiselect(key=f"roles-{row.id}").set_value([Role.ADMIN])
    page.button(key=f"change-{row.id}").click().run()

    assert "已被他人修改" in page.error[0].value
    assert page.multiselect(key=f"roles-{row.id}").value == [Role.ADMIN]
    assert _account(store, "小王").roles == frozenset({Role.AUDITOR})

    page.button(key=f"reload:account-{row.id}").click().run()

    assert page.multiselect(key=f"roles-{row.id}").value == [Role.AUDITOR]


def test_two_own_saves_in_a_row_are_no_conflict(page: AppTest, store: Store) -> None:
    row = _account(store, "小王")
    page.selectbox(key="changed").set_value(row.id).run()

    for roles in ([Role.AUDITOR], [Role.OFFICE, Role.AUDITOR]):
        page.multiselect(key=f"roles-{row.id}").set_value(roles)
        page.button(key=f"change-{row.id}").click().run()

    assert not page.error
    assert _account(store, "小王").roles == frozenset({Role.OFFICE, Role.AUDITOR})


def test_a_form_left_and_opened_again_is_filled_anew(page: AppTest, store: Store) -> None:
    first, second = _account(store, "小王"), _account(store, "管理员")
    page.selectbox(key="changed").set_value(first.id).run()
    page.selectbox(key="changed").set_value(second.id).run()
    with store.writing(SYSTEM) as session:
        commands.change_account(
            session,
            first.id,
            version=first.version,
            roles=[Role.AUDITOR],
            unit_id=None,
            leader_id=None,
            external_name=None,
            active=True,
        )

    page.selectbox(key="changed").set_value(first.id).run()
    page.button(key=f"change-{first.id}").click().run()

    assert not page.error
    assert _account(store, "小王").roles == frozenset({Role.AUDITOR})


@pytest.fixture
def provider(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """An identity provider is set; the page is drawn anew."""
    for name, value in PROVIDER.items():
        monkeypatch.setenv(name, value)
    settings.current.cache_clear()
    page.run()


def test_an_account_is_made_known_to_the_provider(
    page: AppTest, store: Store, provider: None
) -> None:
    row = _account(store, "小王")
    page.selectbox(key="changed").set_value(row.id).run()

    page.text_input(key=f"external_name-{row.id}").set_value("u-1001")
    page.button(key=f"change-{row.id}").click().run()

    assert "已保存" in said(page)
    assert _account(store, "小王").external_name == "u-1001"
    assert list(page.dataframe[0].value["统一身份认证标识"]) == ["u-1001", ""]


def test_a_new_account_is_known_to_the_provider_at_once(
    page: AppTest, store: Store, provider: None
) -> None:
    page.text_input(key="name").set_value("审计员")
    page.multiselect(key="roles").set_value([Role.AUDITOR])
    page.text_input(key="external_name").set_value("u-1002")
    page.text_input(key="password").set_value(PASSWORD)
    page.text_input(key="again").set_value(PASSWORD)
    page.button(key="create").click().run()

    assert _account(store, "审计员").external_name == "u-1002"
    assert page.text_input(key="external_name").value == ""


def test_where_no_provider_is_set_the_name_known_there_stays(page: AppTest, store: Store) -> None:
    row, other = _account(store, "小王"), _account(store, "管理员")
    page.selectbox(key="changed").set_value(other.id).run()
    with store.writing(SYSTEM) as session:
        commands.change_account(
            session,
            row.id,
            version=row.version,
            roles=row.roles,
            unit_id=None,
            leader_id=None,
            external_name="u-1001",
            active=True,
        )
    page.selectbox(key="changed").set_value(row.id).run()
    assert f"external_name-{row.id}" not in [field.key for field in page.text_input]

    page.multiselect(key=f"roles-{row.id}").set_value([Role.AUDITOR])
    page.button(key=f"change-{row.id}").click().run()

    assert not page.error
    changed = _account(store, "小王")
    assert (changed.roles, changed.external_name) == (frozenset({Role.AUDITOR}), "u-1001")
    assert "统一身份认证标识" not in page.dataframe[0].value


def test_a_password_is_reset(page: AppTest, store: Store) -> None:
    with store.reading(SYSTEM) as session:
        assert not commands.password_fits(session, "小王", "一句新的好记的口令呀")

    page.selectbox(key="whose").set_value(_account(store, "小王").id)
    page.text_input(key="reset_new").set_value("一句新的好记的口令呀")
    page.text_input(key="reset_again").set_value("一句新的好记的口令呀")
    page.button(key="reset").click().run()

    assert "已重设" in said(page)
    with store.reading(SYSTEM) as session:
        assert commands.password_fits(session, "小王", "一句新的好记的口令呀")
