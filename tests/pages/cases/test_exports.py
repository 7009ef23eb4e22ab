"""身份信息导出: asked for in the register, decided by another, made once; each click in the store."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import export_requests as commands
from db.engine import Store
from db.models.accounts import Account
from db.models.audit import AuditEntry
from db.models.export_requests import ExportRequest
from rules.permissions import SYSTEM, Actor
from rules.terms import AuditAction, Flag, RequestState, Role
from tests.conftest import TODAY
from tests.pages.cases.conftest import Make
from tests.pages.conftest import PASSWORD, said
from ui import signin
from ui import store as ui_store

Open = Callable[..., AppTest]
Entries = Callable[[AuditAction], list[AuditEntry]]
SCREEN = "cases/exports"


@pytest.fixture
def own_password() -> str:
    """Who could decide is whoever can sign in."""
    return PASSWORD


@pytest.fixture
def as_(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens a page as this clerk, whose account is made at the first call."""
    tokens: dict[str, str | None] = {}

    def open_(name: str, page: str = SCREEN, *roles: Role) -> AppTest:
        if name not in tokens:
            opened = open_page(page, *(roles or (Role.OFFICE,)), name=name)
            tokens[name] = signin.token()
            return opened
        monkeypatch.setattr(signin, "token", lambda: tokens[name])
        return open_page(page)

    return open_


@pytest.fixture
def asked(as_: Open, make_case: Make) -> None:
    """小李 has asked for the one urgent matter, in the register; another lies beside it."""
    make_case(title="红星路坑洼", urgent=True, person="欧阳建国", phone="13812345678")
    make_case(title="学区划分", person="司马光")
    page = as_("小李", "cases/register")
    page.session_state["more_filters"] = True
    page.run()
    page.multiselect(key="flags").set_value([Flag.URGENT]).run()
    _ask(page, "市局核查")
    assert "申请已提交" in said(page)


def _ask(page: AppTest, reason: str) -> None:
    page.session_state["export_menu"] = True
    page.run()
    page.checkbox(key="export_people").check().run()
    page.text_input(key="export_reason").set_value(reason).run()
    page.button(key="export_ask").click().run()


def _stored(store: Store) -> list[ExportRequest]:
    with store.reading(SYSTEM) as session:
        return list(session.scalars(select(ExportRequest).order_by(ExportRequest.id)))


def _only(store: Store) -> ExportRequest:
    (request,) = _stored(store)
    return request


def _said(page: AppTest) -> str:
    return " ".join(str(each.value) for each in [*page.markdown, *page.text, *page.caption])


def _links(page: AppTest) -> str:
    return " ".join(link.proto.label for link in page.get("page_link"))


def _decide(page: AppTest, answer: str, opinion: str, request_id: int = 1) -> AppTest:
    page.text_input(key=f"opinion_{request_id}").set_value(opinion)
    return page.button(key=f"{answer}_{request_id}").click().run()


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_one_asks_another_approves_and_the_first_makes_the_file_once(
    as_: Open, asked: None, store: Store, entries_of: Entries
) -> None:
    request = _only(store)
    assert (request.requester, request.reason, request.rows) == ("小李", "市局核查", 1)
    assert request.filters == ["标记：重大紧急"]
    assert request.wanted == {"flags": ["urgent"]}

    decider = as_("王主任")
    assert "理由：市局核查" in _said(decider)
    assert "条件：标记：重大紧急" in _said(decider)
    _decide(decider, "approve", "同意，仅用于核查")
    assert "小李的申请已同意" in said(decider)
    request = _only(store)
    assert (request.state, request.decided_by) == (RequestState.APPROVED, "王主任")
    assert request.expires_at
    assert request.decided_at
    assert request.expires_at - request.decided_at == timedelta(hours=24)

    page = as_("小李")
    page.button(key="make_1").click().run()
    book = load_workbook(BytesIO(page.session_state["_export_granted"]["file"]))
    written = str([list(sheet.values) for sheet in book.worksheets])
    assert "欧阳建国 13812345678" in written
    assert "司马光" not in written
    assert "理由：市局核查；审批人：王主任" in written
    assert page.get("download_button")
    assert _only(store).state is RequestState.USED
    (entry,) = entries_of(AuditAction.EXPORT)
    assert (entry.actor, entry.changes["with_people"], entry.changes["request"]) == (
        "小李",
        True,
        1,
    )
    with pytest.raises(KeyError):
        page.button(key="make_1")


def test_whoever_asked_is_offered_no_answer_and_another_no_file(
    as_: Open, asked: None, store: Store
) -> None:
    page = as_("小李")
    for key in ("approve_1", "refuse_1", "make_1"):
        with pytest.raises(KeyError):
            page.button(key=key)

    decider = as_("王主任")
    for key in ("make_1", "withdraw_1"):
        with pytest.raises(KeyError):
            decider.button(key=key)


def test_a_refusal_is_kept_with_its_words_and_told(as_: Open, asked: None, store: Store) -> None:
    _decide(as_("王主任"), "refuse", "范围太大")

    request = _only(store)
    assert (request.state, request.opinion) == (RequestState.REFUSED, "范围太大")
    page = as_("小李")
    assert "范围太大" in _said(page)
    assert "按审批意见调整后重新申请" in _said(page)
    assert "未获同意" in _links(as_("小李", "review/overview"))


def test_an_answer_without_words_is_refused_and_the_request_waits(
    as_: Open, asked: None, store: Store
) -> None:
    page = as_("王主任")
    _decide(page, "approve", "")

    assert "请填写审批意见" in page.error[0].value
    assert _only(store).state is RequestState.WAITING
    page.text_input(key="opinion_1").set_value("同意")
    page.button(key="approve_1").click().run()
    assert _only(store).state is RequestState.APPROVED


def test_who_answers_after_another_is_told(as_: Open, asked: None, store: Store) -> None:
    late = as_("小张")
    _decide(as_("王主任"), "refuse", "范围太大")
    as_("小张")

    _decide(late, "approve", "同意")

    assert "刚刚有了变化" in late.error[0].value
    assert _only(store).state is RequestState.REFUSED


def test_a_request_is_taken_back(as_: Open, asked: None, store: Store) -> None:
    page = as_("小李")
    page.button(key="withdraw_1").click().run()

    assert "申请已撤回" in said(page)
    assert _only(store).state is RequestState.WITHDRAWN
    assert "等您审批" not in _links(as_("王主任", "review/overview"))


def test_an_approval_that_is_over_makes_no_file(
    as_: Open, asked: None, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _decide(as_("王主任"), "approve", "同意")
    page = as_("小李")
    assert "有效期至" in _said(page)
    stale = as_("小李")
    with store.writing(SYSTEM) as session:
        request = session.get_one(ExportRequest, 1)
        request.expires_at = ui_store.now() - timedelta(seconds=1)

    stale.button(key="make_1").click().run()

    assert "已过期" in _said(stale)
    assert "_export_granted" not in stale.session_state
    assert _only(store).used_at is None
    with pytest.raises(KeyError):
        stale.button(key="make_1")


def test_a_file_that_cannot_be_written_leaves_the_approval(
    as_: Open, asked: None, store: Store, entries_of: Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    from documents import case_sheet

    def fail(*_: object) -> bytes:
        raise OSError("no room")

    _decide(as_("王主任"), "approve", "同意")
    page = as_("小李")
    monkeypatch.setattr(case_sheet, "write", fail)
    page.button(key="make_1").click().run()

    assert page.exception
    assert _only(store).state is RequestState.APPROVED
    assert entries_of(AuditAction.EXPORT) == []


def test_a_matter_that_came_since_is_in_the_file_and_told(
    as_: Open, asked: None, make_case: Make
) -> None:
    _decide(as_("王主任"), "approve", "同意")
    make_case(title="后来的急事", urgent=True, person="诸葛明")
    page = as_("小李")
    page.button(key="make_1").click().run()

    assert "申请时 1 件，现在符合条件的 2 件" in page.warning[0].value


def test_the_only_account_is_told_what_to_do_and_can_do_nothing_else(
    as_: Open, asked: None, store: Store
) -> None:
    page = as_("小李")
    assert "开立联席办账号" in page.warning[0].value
    assert _only(store).state is RequestState.WAITING
    with pytest.raises(KeyError):
        page.button(key="make_1")

    as_("王主任", "review/overview")
    assert not as_("小李").warning


def test_the_register_says_before_asking_who_could_decide(as_: Open, make_case: Make) -> None:
    make_case()
    as_("王主任", "review/overview")
    page = as_("小李", "cases/register")
    page.session_state["export_menu"] = True
    page.run()
    page.checkbox(key="export_people").check().run()

    assert "可由王主任审批" in _said(page)
    with pytest.raises(KeyError):
        page.button(key="export_make")


def test_what_waits_stands_on_the_home_page_and_in_the_export_and_names_no_reason(
    as_: Open, asked: None
) -> None:
    home = as_("王主任", "review/overview")
    assert "小李申请导出 1 件的姓名电话，等您审批" in _links(home)
    assert "市局核查" not in _links(home) + _said(home)

    register = as_("王主任", "cases/register")
    register.session_state["export_menu"] = True
    register.run()
    assert "等您审批" in _links(register)

    assert "正在等待审批" in _links(as_("小李", "review/overview"))
    _decide(as_("王主任"), "approve", "同意")
    assert "已同意，请在" in _links(as_("小李", "review/overview"))
    assert "等您审批" not in _links(as_("王主任", "review/overview"))


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_who_reads_the_audit_reads_the_requests_and_answers_none(
    as_: Open, asked: None, role: Role
) -> None:
    page = as_("旁人", SCREEN, role)

    assert list(page.dataframe[0].value["申请人"]) == ["小李"]
    assert "等您审批" not in " ".join(each.value for each in page.subheader)
    assert not page.button
    assert "等您审批" not in _links(as_("旁人", "home/start"))


def test_an_unanswered_list_says_how_to_begin(as_: Open) -> None:
    assert "勾选" in as_("小李").info[0].value


def test_a_search_word_is_refused_in_words_and_what_was_typed_stays(
    as_: Open, make_case: Make, store: Store
) -> None:
    make_case(title="欧阳建国反映道路积水")
    page = as_("小李", "cases/register")
    page.text_input(key="term").set_value("欧阳建国").run()
    _ask(page, "市局核查")

    assert "不保存搜索文字和信访人姓名" in page.error[0].value
    assert page.text_input(key="export_reason").value == "市局核查"
    assert _stored(store) == []


def test_what_people_typed_is_text_and_no_markdown(
    as_: Open, make_case: Make, store: Store
) -> None:
    make_case()
    as_("小*李*", "review/overview")
    with store.writing(SYSTEM) as session:
        account_id = session.scalars(select(Account.id)).one()
    asker = Actor(account_id, "小*李*", frozenset({Role.OFFICE}))
    given: dict[str, Any] = {"filters": [], "content": True, "limit": 9, "now": ui_store.now()}
    with store.writing(asker) as session:
        from db.queries.case_filters import CaseFilter

        commands.ask(session, CaseFilter(last=TODAY), reason="**核查**", **given)

    page = as_("王主任")

    assert "小\\*李\\*" in _said(page)
    assert "理由：**核查**" in [each.value for each in page.text]
