"""销号审批: what can be approved together is, and what cannot says why."""

from collections.abc import Callable

from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from db.commands import accounts, sign_off
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.supervision import SignOff
from rules.permissions import SYSTEM, Actor
from rules.terms import CaseState, Role
from tests.conftest import NOW
from tests.db.closing import ready
from tests.pages.cases.conftest import Make
from tests.pages.conftest import said

Open = Callable[..., AppTest]


def _open(open_page: Open) -> AppTest:
    return open_page("cases/sign_offs", Role.OFFICE, name="联席办主任")


def _look(store: Store, opened: Opened) -> None:
    """Let somebody of the office who did not ask open the case."""
    with store.writing(SYSTEM) as session:
        account = accounts.create_account(
            session, f"看过{opened.id}", None, roles=[Role.OFFICE], now=NOW
        )
    looker = Actor(account, f"看过{opened.id}", frozenset({Role.OFFICE}))
    with store.writing(looker) as session:
        sign_off.record_opening(session, opened.id, now=NOW)


def _states(store: Store) -> list[CaseState]:
    with store.reading(SYSTEM) as session:
        return list(session.scalars(select(Case.state).order_by(Case.id)))


def _approve(page: AppTest) -> None:
    next(b for b in page.form_submit_button if b.label == "批准所选销号").click().run()
    assert not page.exception


def test_with_nothing_waiting_it_says_where_to_ask(open_page: Open) -> None:
    assert "案件页“销号”里提出申请" in _open(open_page).info[0].value


def test_those_looked_at_are_signed_off_together_and_the_other_says_why(
    store: Store, open_page: Open, make_case: Make
) -> None:
    cases = [make_case() for _ in range(3)]
    asked = [ready(store, opened) for opened in cases]
    for opened in cases[:2]:
        _look(store, opened)
    page = _open(open_page)
    held = page.dataframe[1].value
    assert "没有人打开看过" in held["还缺什么"].iloc[0]

    page.multiselect(key="sign_offs_wanted").set_value([(asked[0], 2), (asked[1], 2)])
    _approve(page)
    assert page.error[0].value == "请先逐件核对材料并勾选"
    page.checkbox(key="sign_offs_checked").check()
    _approve(page)

    assert "已销号 2 件" in said(page)
    assert _states(store) == [CaseState.SIGNED_OFF, CaseState.SIGNED_OFF, CaseState.CLOSED]


def test_a_request_changed_meanwhile_is_chosen_no_more(
    store: Store, open_page: Open, make_case: Make
) -> None:
    opened = make_case()
    asked = ready(store, opened)
    _look(store, opened)
    page = _open(open_page)
    page.multiselect(key="sign_offs_wanted").set_value([(asked, 2)])
    page.checkbox(key="sign_offs_checked").check()
    with store.writing(SYSTEM) as session:
        session.execute(update(SignOff).values(result="改过的结果", version=3))
    _approve(page)

    assert "请先选择要销号的案件" in page.error[0].value
    assert _states(store) == [CaseState.CLOSED]
