"""Exports of identity in the store: two people, once, in time; nobody else sees, and no name is kept."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from db.commands import accounts, office
from db.commands import export_requests as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.export_requests import ExportRequest
from db.queries import audit as audit_queries
from db.queries import export_requests as queries
from db.queries.audit import Filters
from db.queries.case_filters import CaseFilter, Sort, as_json, from_json
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.permissions import SYSTEM, Actor
from rules.terms import CaseState, Channel, DateBase, Flag, Purpose, Repeat, RequestState, Role
from tests.conftest import NOW, TODAY

LATE = NOW + timedelta(hours=24)
PASSWORD = "信访窗口的长口令2026"
Person = Callable[..., Actor]


@pytest.fixture
def person(store: Store) -> Person:
    """Return a function that opens an account and returns it as an actor.

    Without a password, for hashing one is slow on purpose.
    """

    def make(
        name: str,
        *roles: Role,
        password: str | None = None,
        external_name: str | None = None,
    ) -> Actor:
        chosen = frozenset(roles or (Role.OFFICE,))
        with store.writing(SYSTEM) as session:
            account_id = accounts.create_account(
                session, name, password, roles=chosen, now=NOW, external_name=external_name
            )
        return Actor(account_id, name, chosen)

    return make


@pytest.fixture
def li(person: Person) -> Actor:
    """Who asks."""
    return person("小李")


@pytest.fixture
def wang(person: Person) -> Actor:
    """Who decides."""
    return person("王主任")


@pytest.fixture
def matters(make_case: Callable[..., Opened]) -> None:
    """Two matters of this year with people, one of last year, and an accusation."""
    make_case(title="红星路坑洼", person="欧阳建国", phone="13812345678")
    make_case(title="学区划分", person="司马光")
    make_case(title="去年的事", person="诸葛明", received_on=TODAY.replace(year=2025))
    make_case(title="举报某局长", person="上官云", purpose=Purpose.ACCUSATION)


THIS_YEAR = CaseFilter(first=date(2026, 1, 1), last=date(2026, 12, 31))


def _ask(store: Store, by: Actor, wanted: CaseFilter = THIS_YEAR, **given: Any) -> int:
    values: dict[str, Any] = {
        "filters": ["收到日期：今年"],
        "content": False,
        "reason": "市局核查",
        "limit": 10,
    }
    with store.writing(by) as session:
        return commands.ask(session, wanted, **(values | {"now": NOW} | given))


def _decide(store: Store, by: Actor, request_id: int, **given: Any) -> None:
    values: dict[str, Any] = {
        "version": 1,
        "approve": True,
        "opinion": "同意",
        "today": TODAY,
        "now": NOW,
    }
    with store.writing(by) as session:
        commands.decide(session, request_id, **(values | given))


def _people(store: Store, by: Actor, request_id: int, *, now: datetime = NOW) -> list[str]:
    with store.reading(by) as session:
        found = queries.rows(session, request_id, now=now, limit=10)
    return sorted(row.people for row in found)


def _use(
    store: Store, by: Actor, request_id: int, *, version: int = 2, now: datetime = NOW
) -> None:
    with store.writing(by) as session:
        commands.use(session, request_id, version=version, now=now)


def _withdraw(store: Store, by: Actor, request_id: int, *, version: int) -> None:
    with store.writing(by) as session:
        commands.withdraw(session, request_id, version=version, now=NOW)


def _state(store: Store, request_id: int, *, now: datetime = NOW) -> RequestState:
    with store.reading(SYSTEM) as session:
        found = queries.requests(session, now=now)
    return next(row.state for row in found if row.id == request_id)


def test_what_another_approves_opens_the_names_of_that_filter_and_no_accusation(
    store: Store, li: Actor, wang: Actor, matters: None
) -> None:
    request_id = _ask(store, li)
    _decide(store, wang, request_id)

    assert _people(store, li, request_id) == ["司马光", "欧阳建国 13812345678"]
    with store.reading(li) as session:
        (row,) = queries.requests(session, now=NOW)
    assert (row.rows, row.mine, row.wanted) == (2, True, THIS_YEAR)
    assert (row.decided_by, row.opinion, row.expires_at) == ("王主任", "同意", LATE)


def test_nothing_opens_before_another_has_approved(store: Store, li: Actor, matters: None) -> None:
    request_id = _ask(store, li)

    with pytest.raises(RuleError, match="等待审批"):
        _people(store, li, request_id)
    with pytest.raises(RuleError, match="等待审批"):
        _use(store, li, request_id, version=1)


def test_nobody_decides_on_his_own_request(store: Store, li: Actor, matters: None) -> None:
    request_id = _ask(store, li)

    for approve in (True, False):
        with pytest.raises(RuleError, match="不能自己审批"):
            _decide(store, li, request_id, approve=approve)
    assert _state(store, request_id) is RequestState.WAITING


def test_nobody_but_whoever_asked_makes_the_file_or_takes_it_back(
    store: Store, li: Actor, wang: Actor, person: Person, matters: None
) -> None:
    request_id = _ask(store, li)
    _decide(store, wang, request_id)

    for other in (wang, person("小张")):
        with pytest.raises(RuleError, match="申请人本人"):
            _people(store, other, request_id)
        with pytest.raises(RuleError, match="申请人本人"):
            _use(store, other, request_id)
        with pytest.raises(RuleError, match="申请人本人"):
            _withdraw(store, other, request_id, version=2)


def test_an_approval_is_used_once(store: Store, li: Actor, wang: Actor, matters: None) -> None:
    request_id = _ask(store, li)
    _decide(store, wang, request_id)
    _use(store, li, request_id)

    assert _state(store, request_id) is RequestState.USED
    with pytest.raises(RuleError, match="已生成文件"):
        _people(store, li, request_id)
    with pytest.raises(Conflict):
        _use(store, li, request_id)
    with pytest.raises(RuleError, match="已生成文件"):
        _use(store, li, request_id, version=3)


def test_an_approval_is_over_after_its_hours(
    store: Store, li: Actor, wang: Actor, matters: None
) -> None:
    request_id = _ask(store, li)
    _decide(store, wang, request_id)

    assert len(_people(store, li, request_id, now=LATE - timedelta(seconds=1))) == 2
    assert _state(store, request_id, now=LATE) is RequestState.EXPIRED
    with pytest.raises(RuleError, match="已过期"):
        _people(store, li, request_id, now=LATE)
    with pytest.raises(RuleError, match="已过期"):
        _use(store, li, request_id, now=LATE)


def test_the_hours_are_those_in_force_on_the_day_of_the_approval(
    store: Store, li: Actor, wang: Actor, matters: None
) -> None:
    with store.writing(SYSTEM) as session:
        for text_, day in (("2", TODAY), ("9", TODAY + timedelta(days=1))):
            office.set_parameter(
                session, "restricted_export_hours", text_, valid_from=day, reason="", now=NOW
            )
    request_id = _ask(store, li)
    _decide(store, wang, request_id)

    assert _state(store, request_id, now=NOW + timedelta(hours=1)) is RequestState.APPROVED
    assert _state(store, request_id, now=NOW + timedelta(hours=2)) is RequestState.EXPIRED


def test_a_refusal_needs_words_and_opens_nothing(
    store: Store, li: Actor, wang: Actor, matters: None
) -> None:
    request_id = _ask(store, li)
    with pytest.raises(Invalid, match="审批意见"):
        _decide(store, wang, request_id, approve=False, opinion=" ")

    _decide(store, wang, request_id, approve=False, opinion="范围太大")

    assert _state(store, request_id) is RequestState.REFUSED
    with pytest.raises(RuleError, match="未同意"):
        _people(store, li, request_id)
    with pytest.raises(RuleError, match="未同意"):
        _decide(store, wang, request_id, version=2)


def test_a_request_is_taken_back_waiting_or_approved_and_then_opens_nothing(
    store: Store, li: Actor, wang: Actor, matters: None
) -> None:
    waiting, approved = _ask(store, li), _ask(store, li)
    _decide(store, wang, approved)
    _withdraw(store, li, waiting, version=1)
    _withdraw(store, li, approved, version=2)

    with pytest.raises(RuleError, match="已撤回"):
        _decide(store, wang, waiting, version=2)
    with pytest.raises(RuleError, match="已撤回"):
        _people(store, li, approved)
    with pytest.raises(RuleError, match="已撤回"):
        _withdraw(store, li, approved, version=3)


def test_who_decides_second_is_told(
    store: Store, li: Actor, wang: Actor, person: Person, matters: None
) -> None:
    zhang = person("小张")
    request_id = _ask(store, li)
    _decide(store, wang, request_id, approve=False, opinion="范围太大")

    with pytest.raises(Conflict, match="刚刚有了变化"):
        _decide(store, zhang, request_id)
    assert _state(store, request_id) is RequestState.REFUSED


@pytest.mark.parametrize(
    ("wanted", "given", "said"),
    [
        (THIS_YEAR, {"reason": " "}, "理由"),
        (CaseFilter(first=date(2030, 1, 1)), {}, "没有可以导出的案件"),
        (THIS_YEAR, {"limit": 1}, "超过 1 件"),
        (CaseFilter(term="欧阳建国"), {}, "不保存搜索文字"),
        (CaseFilter(person="欧阳建国"), {}, "不保存搜索文字"),
    ],
)
def test_a_request_that_may_not_stand_is_not_kept(
    store: Store, li: Actor, matters: None, wanted: CaseFilter, given: dict[str, Any], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        _ask(store, li, wanted, **given)

    with store.reading(SYSTEM) as session:
        assert queries.requests(session, now=NOW) == []


def test_what_is_kept_names_nobody_and_holds_no_number(
    store: Store, li: Actor, wang: Actor, matters: None
) -> None:
    request_id = _ask(store, li, reason="核对13812345678的来电")
    _decide(store, wang, request_id, opinion="已回电13812345678，同意")
    _use(store, li, request_id)

    with store.engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM export_requests")).all())
    assert "核对138" in kept
    assert "13812345678" not in kept
    assert not any(name in kept for name in ("欧阳", "司马", "诸葛"))


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.OFFICE, Role.ADMIN, Role.AUDITOR)]
)
def test_whoever_neither_exports_nor_audits_sees_no_request(
    store: Store, li: Actor, matters: None, role: Role
) -> None:
    request_id = _ask(store, li)
    outsider = Actor(99, "外人", frozenset({role}))

    with store.reading(outsider) as session:
        assert queries.requests(session, now=NOW) == []
        assert session.get(ExportRequest, request_id) is None


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_who_reads_the_audit_sees_the_requests_and_takes_no_step(
    store: Store, li: Actor, person: Person, matters: None, role: Role
) -> None:
    request_id = _ask(store, li)
    reader = person("审计员", role)

    with store.reading(reader) as session:
        assert [row.id for row in queries.requests(session, now=NOW)] == [request_id]
    for step in (
        lambda: _decide(store, reader, request_id),
        lambda: _withdraw(store, reader, request_id, version=1),
        lambda: _people(store, reader, request_id),
        lambda: _ask(store, reader),
    ):
        with pytest.raises(NotAllowed):
            step()


def test_a_request_that_is_not_there_is_told_so(store: Store, li: Actor) -> None:
    for step in (lambda: _decide(store, li, 99), lambda: _people(store, li, 99)):
        with pytest.raises(Missing):
            step()


def test_the_operators_commands_ask_for_no_names(store: Store, matters: None) -> None:
    with pytest.raises(RuleError, match="登录的账号"):
        _ask(store, SYSTEM)


def test_who_could_decide_is_whoever_else_can_sign_in_and_export_names(
    store: Store, li: Actor, person: Person
) -> None:
    with store.reading(li) as session:
        assert queries.deciders(session) == []

    person("王主任", password=PASSWORD)
    person("兼职管理员", Role.ADMIN, Role.OFFICE, password=PASSWORD)
    person("没有口令")
    person("只用统一身份认证", external_name="u-1001")
    person("管理员", Role.ADMIN, password=PASSWORD)
    person("审计员", Role.AUDITOR, password=PASSWORD)
    closed = person("已调走", password=PASSWORD)
    with store.writing(SYSTEM) as session:
        assert closed.account_id
        accounts.change_account(
            session,
            closed.account_id,
            version=1,
            roles=[Role.OFFICE],
            unit_id=None,
            leader_id=None,
            external_name=None,
            active=False,
        )

    with store.reading(li) as session:
        assert queries.deciders(session) == ["兼职管理员", "只用统一身份认证", "王主任"]


def test_each_step_is_an_entry_in_words(
    store: Store, li: Actor, wang: Actor, matters: None
) -> None:
    request_id = _ask(store, li)
    _decide(store, wang, request_id)
    _use(store, li, request_id)

    with store.reading(SYSTEM) as session:
        rows = audit_queries.entries(session, Filters(entity="export_requests"), clock=UTC).rows
        kept = session.scalars(
            select(AuditEntry).where(AuditEntry.entity == "export_requests")
        ).first()
    assert [(row.actor, row.action.label) for row in rows] == [
        ("小李", "修改"),
        ("王主任", "修改"),
        ("小李", "新建"),
    ]
    used, decided, asked = (row.changes for row in rows)
    assert "状态：已同意 → 已生成文件" in used
    assert "状态：等待审批 → 已同意" in decided
    assert "审批意见：（空） → 同意" in decided
    assert "条件：收到日期：今年" in asked
    assert "理由：市局核查" in asked
    assert "received" not in "".join(asked)
    # What was approved is in the chain for the machine as well.
    assert kept is not None
    assert kept.changes["wanted"] == {"first": "2026-01-01", "last": "2026-12-31"}


def test_a_filter_comes_back_from_json_as_it_was() -> None:
    full = CaseFilter(
        base=DateBase.ANSWERED,
        first=date(2026, 1, 1),
        last=date(2026, 2, 1),
        states=(CaseState.ACCEPTED, CaseState.CLOSED),
        channels=(Channel.WEB,),
        flags=(Flag.URGENT, Flag.GROUP),
        unit_id=3,
        township_id=4,
        code_id=5,
        lead_id=6,
        batch_id=7,
        repeat=Repeat.REPEAT,
        suspected=True,
        accusations=False,
        sort=Sort.OLDEST,
    )

    for wanted in (full, CaseFilter()):
        assert from_json(json.loads(json.dumps(as_json(wanted)))) == wanted
    assert as_json(CaseFilter()) == {}


def test_what_waits_comes_first_and_then_the_newest(
    store: Store, li: Actor, wang: Actor, matters: None
) -> None:
    first, second, third = (_ask(store, li) for _ in range(3))
    _decide(store, wang, second)
    _decide(store, wang, third, approve=False, opinion="不必")

    with store.reading(wang) as session:
        found = queries.requests(session, now=NOW)
    assert [row.id for row in found] == [first, third, second]
    assert not any(row.mine for row in found)
