"""公示 and the meeting in the store: the days that no clock gets round, attendance, the vote's gate."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from db.commands import evaluation_meetings as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.evaluations import Evaluation, EvaluationNotice
from db.queries import evaluation_panels, evaluations
from db.queries import evaluators as pool
from rules.errors import Invalid, RuleError
from rules.evaluation_terms import EvaluationState
from rules.terms import Purpose
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import evaluations as e

THIRD: dict[str, Any] = {"today": TODAY + 3 * e.DAY, "now": NOW + 3 * e.DAY}


@pytest.fixture
def place(store: Store, make_unit: Callable[..., int]) -> e.Place:
    """A county with a pool."""
    return e.build(store, make_unit)


@pytest.fixture
def noticed(store: Store, place: e.Place, make_case: Callable[..., Opened]) -> Opened:
    """An evaluation whose meeting is published for in three days."""
    return e.noticed(store, place, make_case(unit_id=place.department, person="张三丰"))


def _gate(store: Store, found: Opened, days: int) -> list[str]:
    with store.reading(OFFICE) as session:
        row = session.get_one(Evaluation, found.id)
        day = timedelta(days)
        return evaluation_panels.vote_may_open(session, row, today=TODAY + day, now=NOW + day)


def test_a_notice_names_time_place_matter_and_the_judged_unit(
    store: Store, noticed: Opened
) -> None:
    file = e.seen(store, noticed)

    assert file.state is EvaluationState.NOTICED
    assert file.notice is not None
    assert file.notice.notice.judged == "县住房和城乡建设局"
    assert (file.notice.published_on, file.notice.held_on) == (TODAY, TODAY + 3 * e.DAY)


@pytest.mark.parametrize("days", [0, 1, 2])
def test_a_notice_too_short_before_is_refused(store: Store, noticed: Opened, days: int) -> None:
    with pytest.raises(Invalid, match="应提前 3 天公示"):
        e.publish(store, noticed, held_on=TODAY + timedelta(days))


def test_a_notice_with_the_petitioners_name_is_refused(store: Store, noticed: Opened) -> None:
    with pytest.raises(Invalid, match="出现了信访人或当事人的姓名"):
        e.publish(store, noticed, matter="张三丰家的物业费")


@pytest.mark.parametrize("days", [0, 1, 2])
def test_neither_meeting_nor_vote_opens_before_the_third_day(
    store: Store, noticed: Opened, days: int
) -> None:
    e.attend(store, noticed)
    day = timedelta(days)

    with pytest.raises(RuleError, match="公示不满 3 天"):
        e.open_meeting(store, noticed, today=TODAY + day, now=NOW + day)
    assert any("公示不满 3 天" in each for each in _gate(store, noticed, days))


@pytest.mark.parametrize(("today", "now"), [(3, 2), (2, 3), (3, 0)])
def test_two_clocks_that_disagree_open_nothing(
    store: Store, noticed: Opened, today: int, now: int
) -> None:
    e.attend(store, noticed)

    with pytest.raises(RuleError, match="公示"):
        e.open_meeting(
            store, noticed, today=TODAY + timedelta(today), now=NOW + timedelta(days=now)
        )


def test_on_the_third_day_it_opens(store: Store, noticed: Opened) -> None:
    e.attend(store, noticed)
    e.open_meeting(store, noticed)
    file = e.seen(store, noticed, **THIRD)

    assert (file.state, file.opened_on) == (EvaluationState.MEETING, TODAY + 3 * e.DAY)
    assert file.vote_gate == ()


@pytest.mark.parametrize("day", [TODAY, TODAY + 2 * e.DAY, TODAY + 4 * e.DAY])
def test_the_store_itself_refuses_a_meeting_on_another_day(
    store: Store, noticed: Opened, day: object
) -> None:
    change = update(Evaluation).where(Evaluation.id == noticed.id)
    early = change.values(state=EvaluationState.MEETING, opened_on=day)

    with pytest.raises(Exception, match=r"notice that has stood|冲突"), store.writing(OFFICE) as s:
        s.execute(early)
    assert e.seen(store, noticed).state is EvaluationState.NOTICED


def test_the_store_itself_keeps_a_notice_as_it_went_out(store: Store, noticed: Opened) -> None:
    with (
        pytest.raises((DBAPIError, RuleError)),
        store.writing(OFFICE) as session,
    ):
        session.execute(
            text("UPDATE evaluation_notices SET published_on = :day"),
            {"day": (TODAY - 9 * e.DAY).isoformat()},
        )
    assert e.seen(store, noticed).notice.published_on == TODAY  # type: ignore[union-attr]


def test_a_change_after_publication_starts_the_days_anew(store: Store, noticed: Opened) -> None:
    day = TODAY + e.DAY
    with pytest.raises(Invalid, match="应提前 3 天公示"):
        e.publish(store, noticed, place="三楼", today=day, now=NOW + e.DAY)
    number = e.publish(
        store, noticed, place="三楼", held_on=day + 3 * e.DAY, today=day, now=NOW + e.DAY
    )
    e.attend(store, noticed)

    file = e.seen(store, noticed)
    assert number == 2
    assert [row.ended_at is None for row in file.notices] == [True, False]
    assert any("地点由“县信访接待中心”改为“三楼”" in line for line in file.notices[0].changes)
    assert "天数重新计算" in file.history[0].text
    with pytest.raises(RuleError, match="公示不满 3 天"):
        e.open_meeting(store, noticed)
    e.open_meeting(store, noticed, today=day + 3 * e.DAY, now=NOW + 4 * e.DAY)


def test_the_same_notice_is_not_published_twice(store: Store, noticed: Opened) -> None:
    with pytest.raises(Invalid, match="不用再公示"):
        e.publish(store, noticed)


def test_a_notice_taken_down_opens_nothing(store: Store, noticed: Opened) -> None:
    with store.writing(OFFICE) as session:
        version = session.get_one(Evaluation, noticed.id).version
        commands.revoke_notice(
            session, noticed.id, why="场地停用", version=version, today=TODAY, now=NOW
        )
    with store.reading(OFFICE) as session:
        assert evaluations.published(session, since=TODAY) == []

    assert e.seen(store, noticed).state is EvaluationState.FORMED
    with pytest.raises(RuleError, match="只能在“已公示”时进行"):
        e.open_meeting(store, noticed)


def test_a_member_who_goes_after_the_notice_holds_the_meeting_up(
    store: Store, noticed: Opened
) -> None:
    seat = next(s for s in e.seen(store, noticed).seats if s.seated)
    e.attend(store, noticed)
    with store.writing(OFFICE) as session:
        session.execute(
            text("UPDATE evaluators SET valid_to = :day WHERE id = :id"),
            {"day": (TODAY + e.DAY).isoformat(), "id": seat.evaluator_id},
        )

    with pytest.raises(RuleError, match="的任期到 2026-11-21 为止"):
        e.open_meeting(store, noticed)


@pytest.mark.parametrize(("absent", "words"), [(2, None), (3, "还差 1 人")])
def test_below_the_quorum_no_vote_opens(
    store: Store, noticed: Opened, absent: int, words: str | None
) -> None:
    e.attend(store, noticed, absent=absent)
    e.open_meeting(store, noticed)
    found = _gate(store, noticed, 3)

    assert found == [] if words is None else words in found[0]


def test_a_vote_waits_for_the_meeting(store: Store, noticed: Opened) -> None:
    e.attend(store, noticed)

    assert _gate(store, noticed, 3) == ["评价会开始后才能票决"]


def test_a_meeting_needs_its_host(store: Store, noticed: Opened) -> None:
    with pytest.raises(Invalid, match="主持人"):
        e.open_meeting(store, noticed)


def test_attendance_counts_as_service_once_the_meeting_was_held(
    store: Store, noticed: Opened
) -> None:
    e.attend(store, noticed, absent=1)
    with store.reading(OFFICE) as session:
        assert pool.times_served(session) == {}
    e.open_meeting(store, noticed)

    with store.reading(OFFICE) as session:
        served = pool.times_served(session)
    assert set(served.values()) == {1}
    assert len(served) == 8


def test_the_agenda_goes_on_and_questions_are_noted(store: Store, noticed: Opened) -> None:
    def go(item: int) -> None:
        with store.writing(OFFICE) as session:
            version = session.get_one(Evaluation, noticed.id).version
            commands.go_to(session, noticed.id, item, version=version, **THIRD)

    with pytest.raises(RuleError, match="评价会开始后"):
        go(1)
    e.attend(store, noticed)
    e.open_meeting(store, noticed)
    go(3)
    with pytest.raises(RuleError, match="没有这一项"):
        go(7)
    with store.writing(OFFICE) as session:
        commands.add_question(
            session, noticed.id, asked_by="党代表", text="何时退费？", answer="月底", now=NOW
        )

    file = e.seen(store, noticed, **THIRD)
    assert file.agenda[file.agenda_item] == "评价员提问"
    assert [(q.asked_by, q.answer) for q in file.questions] == [("党代表", "月底")]


def test_the_hall_shows_what_is_in_force_and_to_come(store: Store, noticed: Opened) -> None:
    with store.reading(OFFICE) as session:
        shown = evaluations.published(session, since=TODAY)
        later = evaluations.published(session, since=TODAY + 4 * e.DAY)
        kept = session.scalars(select(EvaluationNotice.notice)).one()

    with store.writing(OFFICE) as session:
        session.execute(update(Case).values(purpose=Purpose.ACCUSATION))
        assert evaluations.published(session, since=TODAY) == []

    assert [row.number for row in shown] == [1]
    assert later == []
    assert "张三丰" not in str(kept)
