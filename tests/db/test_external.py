"""The name an account is known by at the identity provider: one account's, and free to change."""

import pytest
from sqlalchemy import select

from db.commands import accounts as commands
from db.commands.external import sign_in_external
from db.engine import Store
from db.models.accounts import SignIn
from db.queries import accounts as queries
from rules.accounts import Identity
from rules.errors import Invalid
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.conftest import NOW


def _account(store: Store, name: str, external_name: str | None) -> int:
    with store.writing(SYSTEM) as session:
        return commands.create_account(
            session, name, None, roles=[Role.OFFICE], now=NOW, external_name=external_name
        )


def _known_as(store: Store, account_id: int, external_name: str | None) -> None:
    with store.writing(SYSTEM) as session:
        [row] = [row for row in queries.accounts(session) if row.id == account_id]
        commands.change_account(
            session,
            account_id,
            version=row.version,
            roles=row.roles,
            unit_id=None,
            leader_id=None,
            external_name=external_name,
            active=True,
        )


@pytest.fixture
def office(store: Store) -> int:
    """小李, known as u-1, beside an administrator whom nothing here is about."""
    with store.writing(SYSTEM) as session:
        commands.create_account(
            session, "管理员", "春天里的第一场雨真好", roles=[Role.ADMIN], now=NOW
        )
    return _account(store, "小李", "u-1")


def test_two_accounts_are_not_known_by_one_name(store: Store, office: int) -> None:
    other = _account(store, "小王", None)

    with pytest.raises(Invalid, match="已经对应账号“小李”"):
        _known_as(store, other, " u-1 ")
    with pytest.raises(Invalid, match="已经对应账号“小李”"):
        _account(store, "小张", "u-1")
    _known_as(store, other, "U-1")


def test_any_number_of_accounts_are_known_by_none(store: Store, office: int) -> None:
    _account(store, "小王", None)
    _account(store, "小张", "  ")
    _known_as(store, office, "")

    with store.reading(SYSTEM) as session:
        assert {row.external_name for row in queries.accounts(session)} == {None}


def test_too_long_a_name_is_refused(store: Store, office: int) -> None:
    _known_as(store, office, "u" * 255)
    with pytest.raises(Invalid, match="最多 255 个字"):
        _known_as(store, office, "u" * 256)


@pytest.mark.parametrize(("name", "left"), [("u-1", 2), ("u-2", 1), (None, 1)])
def test_another_name_there_ends_what_came_in_by_the_old_one(
    store: Store, office: int, name: str | None, left: int
) -> None:
    with store.writing(SYSTEM) as session:
        commands.begin_sign_in(session, office, address="10.0.0.1", now=NOW)
        sign_in_external(
            session,
            Identity("u-1", "e30.e30."),
            address="10.0.0.2",
            now=NOW,
            failures=5,
            minutes=15,
        )

    _known_as(store, office, name)

    with store.reading(SYSTEM) as session:
        addresses = session.scalars(select(SignIn.address)).all()
    assert len(addresses) == left
    assert "10.0.0.1" in addresses


@pytest.mark.parametrize(
    ("external_name", "state"), [("u-2", "仅统一身份认证"), (None, "未设口令")]
)
def test_an_account_without_password_says_how_one_comes_in(
    store: Store, external_name: str | None, state: str
) -> None:
    _account(store, "小王", external_name)

    with store.reading(SYSTEM) as session:
        assert [row.state for row in queries.accounts(session)] == [state]
