"""议定事项 on the screen: reported with evidence, judged, listed, exported, told on the home page."""

from collections.abc import Callable
from datetime import UTC

import pytest
from streamlit.testing.v1 import AppTest

from db.commands.cases import Opened
from db.engine import Store
from db.queries import audit, meeting_decisions
from db.queries.audit import Filters
from rules.meetings import DecisionState, Verdict
from rules.permissions import SYSTEM
from rules.terms import AuditAction, Role
from tests.conftest import OFFICE, TODAY
from tests.db import meetings as m

Open = Callable[..., AppTest]


@pytest.fixture
def made(store: Store, meeting: Opened, housing: int) -> int:
    """A decision the department has."""
    return m.decide(store, meeting, housing, due_on=TODAY + m.DAY)[0]


def _page(open_page: Open, made: int, *roles: Role, **account: object) -> AppTest:
    return open_page("review/decisions", *roles, query={"decision": str(made)}, **account)


def test_a_unit_reports_with_evidence(
    open_page: Open, store: Store, made: int, housing: int
) -> None:
    page = _page(open_page, made, Role.UNIT, unit_id=housing)
    page.text_area(key=f"report_text-{made}").input("方案已印发")
    page.button(key=f"report_save-{made}").click().run()
    assert "请上传证明材料" in page.error[0].value
    page.file_uploader(key=f"report_file-{made}").upload(
        m.PDF.name, m.PDF.content, "application/pdf"
    )
    page.button(key=f"report_save-{made}").click().run()

    assert not page.exception
    with store.reading(OFFICE) as session:
        row, (report,) = meeting_decisions.decision(session, made, today=TODAY)
    assert (row.waiting_since, report.text, report.file) == (TODAY, "方案已印发", "方案.pdf")


@pytest.mark.parametrize(
    ("verdict", "done"), [(Verdict.ACCEPTED, TODAY), (Verdict.SENT_BACK, None)]
)
def test_the_office_says_its_word(
    open_page: Open, store: Store, made: int, verdict: Verdict, done: object
) -> None:
    report = m.report(store, made)
    page = _page(open_page, made, Role.OFFICE)
    page.text_input(key=f"verdict_why-{report}").input("缺照片")
    page.button(key=f"verdict_{verdict.value}-{report}").click().run()

    assert m.decision(store, made).done_on == done


def test_the_list_follows_the_address(
    open_page: Open, store: Store, meeting: Opened, made: int, housing: int
) -> None:
    m.judge(store, made, m.report(store, made), Verdict.ACCEPTED)
    m.decide(store, meeting, housing, text="没有办完的")
    query = {"decision_state": DecisionState.RUNNING.label}
    page = open_page("review/decisions", Role.OFFICE, query=query)

    assert list(page.dataframe[0].value["议定事项"]) == ["没有办完的"]


def test_what_leaves_is_noted(open_page: Open, store: Store, made: int) -> None:
    page = open_page("review/decisions", Role.OFFICE)
    page.session_state["decision_export"] = True
    page.run()
    page.button(key="decision_export_make").click().run()

    assert page.get("download_button")
    with store.reading(SYSTEM) as session:
        (entry,) = audit.entries(session, Filters(action=AuditAction.EXPORT), clock=UTC).rows
    assert entry.entity == "议定事项"


def test_the_office_is_told_whom_to_remind(open_page: Open, store: Store, made: int) -> None:
    page = open_page("review/decisions", Role.OFFICE)

    assert page.code[0].value.startswith("县住建局：")
    assert "拿出整改方案" in page.code[0].value


def test_the_home_page_tells_a_unit_what_is_due(
    open_page: Open, store: Store, made: int, housing: int
) -> None:
    page = open_page("home/start", Role.UNIT, unit_id=housing)
    links = {each.proto.label: each.proto.query_string for each in page.get("page_link")}

    assert "3 日内到期 1 项" in links


def test_another_units_decision_is_not_there(
    open_page: Open, made: int, county: int, make_unit: Callable[..., int]
) -> None:
    page = _page(open_page, made, Role.UNIT, unit_id=make_unit("县水利局", parent=county))

    assert "不在您的查看范围内" in page.error[0].value
