"""My account: the password and the other sign-ins, each used and looked up in the store."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update
from streamlit.testing.v1 import AppTest

from db.commands import accounts as commands
from db.engine import Store
from db.models.accounts import Account, SignInFailure
from db.queries import accounts
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.pages.conftest import PASSWORD, said
from ui import store as ui_store

NEW = "换一句更好记的长口令"


@pytest.fixture
def own_password() -> str:
    """Accounts that manage accounts, and one's own, have passwords."""
    return PASSWORD


@pytest.fixture
def elsewhere(sign_in: Callable[..., int], store: Store) -> int:
    """Somebody signed in here and in one other browser; a third sign-in is long over."""
    account_id = sign_in(Role.AUDITOR, name="小李")
    now = ui_store.now()
    with store.writing(SYSTEM) as session:
        commands.begin_sign_in(session, account_id, address="10.0.0.2", now=now)
        commands.begin_sign_in(session, account_id, address="10.0.0.3", now=now.replace(year=2020))
    return account_id


def _sign_ins(store: Store, account_id: int) -> int:
    with store.reading(SYSTEM) as session:
        return accounts.sign_ins(session, account_id)


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_other_sign_ins_are_counted_and_ended(
    open_page: Callable[..., AppTest], store: Store, elsewhere: int
) -> None:
    page = open_page("account/me")
    assert any("还有 1 处" in words.value for words in page.markdown)

    page.button(key="sign_out_others").click().run()

    assert "已退出其他" in said(page)
    assert _sign_ins(store, elsewhere) == 1


def test_a_new_password_ends_the_other_sign_ins(
    open_page: Callable[..., AppTest], store: Store, elsewhere: int
) -> None:
    page = open_page("account/me")
    page.text_input(key="old").set_value(PASSWORD)
    page.text_input(key="new").set_value(NEW)
    page.text_input(key="again").set_value(NEW)
    page.button(key="change").click().run()

    assert "口令已修改" in said(page)
    assert page.text_input(key="new").value == ""
    assert _sign_ins(store, elsewhere) == 1
    with store.reading(SYSTEM) as session:
        assert commands.password_fits(session, "小李", NEW)


def test_a_wrong_old_password_changes_nothing(
    open_page: Callable[..., AppTest], store: Store, elsewhere: int
) -> None:
    page = open_page("account/me")
    page.text_input(key="old").set_value("不是这个口令呀呀")
    page.text_input(key="new").set_value(NEW)
    page.text_input(key="again").set_value(NEW)
    page.button(key="change").click().run()

    assert "原口令不正确" in page.error[0].value
    with store.reading(SYSTEM) as session:
        assert commands.password_fits(session, "小李", PASSWORD)


def test_the_old_password_is_not_to_be_guessed(
    open_page: Callable[..., AppTest], store: Store, elsewhere: int
) -> None:
    page = open_page("account/me")
    for _ in range(5):
        page.text_input(key="old").set_value("猜一猜")
        page.text_input(key="new").set_value(NEW)
        page.text_input(key="again").set_value(NEW)
        page.button(key="change").click().run()
        assert "原口令不正确" in page.error[0].value

    page.text_input(key="old").set_value(PASSWORD)
    page.button(key="change").click().run()
    assert "请 15 分钟后再试" in page.error[0].value
    with store.reading(SYSTEM) as session:
        assert session.scalar(select(func.count()).select_from(SignInFailure)) == 5


def test_who_has_no_password_is_asked_for_none(
    open_page: Callable[..., AppTest], store: Store, elsewhere: int
) -> None:
    with store.writing(SYSTEM) as session:
        session.execute(update(Account).values(password_hash=None))

    page = open_page("account/me")

    assert any("本账号没有口令" in words.value for words in page.markdown)
    assert not page.text_input
