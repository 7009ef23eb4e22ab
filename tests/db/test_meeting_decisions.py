"""议定事项 in the store: tasks for units, reports with evidence, the office's word, what is due."""

from collections.abc import Callable
from typing import Any

import pytest

from db.commands import meeting_decisions as commands
from db.engine import Store
from db.models.meetings import DecisionReport
from db.queries import meeting_decisions as queries
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.meetings import DecisionState, MeetingKind, Verdict
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import meetings as m

S = DecisionState


@pytest.fixture
def housing(make_unit: Callable[..., int]) -> int:
    """The department most tests are about."""
    return make_unit("县住建局")


@pytest.fixture
def finance(make_unit: Callable[..., int]) -> int:
    """Another department."""
    return make_unit("县财政局")


def test_one_line_for_two_units_makes_two_tasks(store: Store, housing: int, finance: int) -> None:
    found = m.opened(store, housing, finance)
    m.decide(store, found, housing, finance)

    rows = m.seen(store, found).decisions
    assert [(row.unit, row.position) for row in rows] == [("县住建局", 1), ("县财政局", 2)]


def test_a_decision_lacks_nothing(store: Store, housing: int) -> None:
    found = m.opened(store, housing)
    with store.writing(OFFICE) as session, pytest.raises(Invalid) as refused:
        commands.record_decision(session, found.id, unit_ids=[], due_on=None, text=" ", now=NOW)

    assert [each.field for each in refused.value.problems] == ["units", "due_on", "text"]
    with pytest.raises(Invalid, match="早于开会的日子"):
        m.decide(store, found, housing, due_on=TODAY - m.DAY)


def test_nothing_is_decided_before_the_meeting_begins(store: Store, housing: int) -> None:
    found = m.add(store, housing)
    with pytest.raises(RuleError, match="还没有开始"):
        m.decide(store, found, housing)


def test_a_decision_is_corrected_and_taken_back_until_it_is_reported(
    store: Store, housing: int, finance: int
) -> None:
    found = m.opened(store, housing)
    kept, gone = m.decide(store, found, housing, finance)
    with store.writing(OFFICE) as session:
        commands.change_decision(
            session, kept, unit_id=finance, due_on=TODAY, text="改过的", version=1
        )
        commands.remove_decision(session, gone, version=1)

    (row,) = m.seen(store, found).decisions
    assert (row.unit, row.due_on, row.text) == ("县财政局", TODAY, "改过的")
    m.report(store, kept)
    with store.writing(OFFICE) as session, pytest.raises(RuleError, match="已经报告"):
        commands.remove_decision(session, kept, version=m.decision(store, kept).version)


def test_a_report_waits_for_the_office_and_is_sent_back_with_a_reason(
    store: Store, housing: int
) -> None:
    found = m.opened(store, housing, held_on=TODAY - m.DAY)
    (made,) = m.decide(store, found, housing, due_on=TODAY)
    first = m.report(store, made, by=m.of_unit(housing))
    tomorrow = TODAY + m.DAY
    assert m.listed(store, today=tomorrow)[0].standing == "进行（已报告，待认可）"
    with pytest.raises(RuleError, match="正在等联席办"):
        m.report(store, made)
    with pytest.raises(Invalid, match="退回的原因"):
        m.judge(store, made, first, Verdict.SENT_BACK)
    m.judge(store, made, first, Verdict.SENT_BACK, why="缺现场照片")
    assert m.listed(store, today=tomorrow)[0].standing == "超期 1 天"
    second = m.report(store, made, by=m.of_unit(housing), today=tomorrow)
    m.judge(store, made, second, Verdict.ACCEPTED)

    row = m.listed(store, today=tomorrow)[0]
    assert (row.state, row.done_on, row.standing) == (S.DONE, tomorrow, "完成（超期 1 天）")
    with store.reading(OFFICE) as session:
        _row, reports = queries.decision(session, made, today=TODAY)
    assert [(each.verdict, each.verdict_why) for each in reports] == [
        (Verdict.ACCEPTED, ""),
        (Verdict.SENT_BACK, "缺现场照片"),
    ]
    with pytest.raises(RuleError, match="已经审核过"):
        m.judge(store, made, first, Verdict.ACCEPTED)


def test_a_report_needs_words_and_a_file_that_is_what_it_says(store: Store, housing: int) -> None:
    found = m.opened(store, housing)
    (made,) = m.decide(store, found, housing)
    common: dict[str, Any] = {"limit_mb": 1, "version": 1, "today": TODAY, "now": NOW}
    with store.writing(OFFICE) as session:
        with pytest.raises(Invalid) as refused:
            commands.report_decision(session, made, text="", file=None, **common)
        assert [each.field for each in refused.value.problems] == ["text", "file"]
        false = commands.NewFile("方案.pdf", b"MZ no pdf")
        with pytest.raises(Invalid, match="不是PDF"):
            commands.report_decision(session, made, text="有", file=false, **common)


def test_only_the_unit_itself_reports(store: Store, housing: int, finance: int) -> None:
    found = m.opened(store, housing)
    (made,) = m.decide(store, found, housing)

    with pytest.raises(Missing):
        m.report(store, made, by=m.of_unit(finance))
    with pytest.raises(NotAllowed):
        m.report(store, made, by=m.LEADER)


def test_evidence_is_given_to_who_sees_the_decision(
    store: Store, housing: int, finance: int
) -> None:
    found = m.opened(store, housing)
    (made,) = m.decide(store, found, housing)
    report = m.report(store, made)

    with store.writing(m.of_unit(housing)) as session:
        assert commands.download_evidence(session, report) == m.PDF.content
    with store.writing(m.of_unit(finance)) as session, pytest.raises(Missing):
        commands.download_evidence(session, report)
    with store.writing(OFFICE) as session:
        session.get_one(DecisionReport, report).content = b"other"
    with store.writing(OFFICE) as session, pytest.raises(Missing, match="校验值不符"):
        commands.download_evidence(session, report)


def test_a_stale_form_is_told(store: Store, housing: int) -> None:
    found = m.opened(store, housing)
    (made,) = m.decide(store, found, housing)
    m.report(store, made)
    with store.writing(OFFICE) as session, pytest.raises(Conflict):
        commands.change_decision(
            session, made, unit_id=housing, due_on=TODAY, text="晚了", version=1
        )


def test_the_list_is_narrowed_and_counted_by_state(
    store: Store, housing: int, finance: int
) -> None:
    found = m.opened(store, housing, held_on=TODAY - 9 * m.DAY)
    other = m.opened(store, finance, held_on=TODAY - 9 * m.DAY, kind=MeetingKind.URGENT)
    (late,) = m.decide(store, found, housing, due_on=TODAY - m.DAY, text="晚了的")
    (today,) = m.decide(store, found, finance, due_on=TODAY, text="今天的")
    (done,) = m.decide(store, other, finance, text="办完的")
    m.judge(store, done, m.report(store, done), Verdict.ACCEPTED)
    (waits,) = m.decide(store, other, finance, due_on=TODAY + 5 * m.DAY)
    m.report(store, waits)

    assert [row.id for row in m.listed(store)] == [late, today, waits, done]
    assert [row.id for row in m.listed(store, state=S.OVERDUE)] == [late]
    assert [row.id for row in m.listed(store, state=S.RUNNING)] == [today, waits]
    assert [row.id for row in m.listed(store, state=S.DONE)] == [done]
    assert [row.id for row in m.listed(store, waiting=True)] == [waits]
    assert [row.id for row in m.listed(store, unit_id=housing)] == [late]
    assert [row.id for row in m.listed(store, kind=MeetingKind.URGENT)] == [waits, done]
    assert [row.id for row in m.listed(store, term="财政 今天")] == [today]
    assert [row.id for row in m.listed(store, by=m.of_unit(housing))] == [late]
    with store.reading(OFFICE) as session:
        page = queries.listing(session, queries.DecisionFilter(), page=9, today=TODAY)
    assert page.by_state == {S.DONE: 1, S.RUNNING: 2, S.OVERDUE: 1}
    assert (page.total, page.page, page.pages) == (4, 1, 1)


def test_what_is_due_and_whom_to_remind(store: Store, housing: int, finance: int) -> None:
    found = m.opened(store, housing, held_on=TODAY - 9 * m.DAY)
    for due_on in (TODAY - m.DAY, TODAY + 3 * m.DAY, TODAY + 4 * m.DAY):
        m.decide(store, found, housing, due_on=due_on)
    (waits,) = m.decide(store, found, finance, due_on=TODAY)
    m.report(store, waits)

    with store.reading(OFFICE) as session:
        assert queries.due(session, today=TODAY) == queries.Due(1, 1, 1, 3)
        reminded = queries.to_remind(session, today=TODAY)
    assert {unit: [row.due_on for row in rows] for unit, rows in reminded.items()} == {
        "县住建局": [TODAY - m.DAY, TODAY + 3 * m.DAY]
    }
    with store.reading(m.of_unit(finance)) as session:
        assert queries.due(session, today=TODAY) == queries.Due(0, 0, 1, 3)
