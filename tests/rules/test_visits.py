"""Visits: what they must hold, what a decision needs, their stages, and how they are counted."""

from datetime import date
from typing import Any

import pytest

from rules import visits
from rules.case_terms import Light
from rules.reception_terms import ReceptionKind, Stage, VisitOutcome
from rules.terms import CaseState, Channel, Purpose, Repeat
from rules.visits import Course, Figures
from tests.conftest import TODAY

WHOLE: dict[str, Any] = {
    "leader_id": 1,
    "received_on": TODAY,
    "kind": ReceptionKind.FIXED,
    "people": 3,
    "repeat": Repeat.FIRST,
    "title": "反映道路积水",
}
LATER = date(2026, 12, 20)
YESTERDAY = date(2026, 11, 19)


def wrong(**values: Any) -> list[str]:
    return [each.field for each in visits.problems({**WHOLE, **values}, today=TODAY)]


def test_a_plain_visit_is_right() -> None:
    assert wrong() == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"leader_id": None}, "leader_id"),
        ({"title": ""}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"people": 0}, "people"),
        ({"received_on": date(2026, 11, 21)}, "received_on"),
        ({"received_time": "25:00"}, "received_time"),
        ({"instruction": "批" * 501}, "instruction"),
        ({"closed_on": date(2026, 11, 1)}, "closed_on"),
        ({"due_on": YESTERDAY}, "due_on"),
    ],
)
def test_what_may_not_stand_is_named(values: dict[str, Any], field: str) -> None:
    assert field in wrong(**values)


@pytest.mark.parametrize(
    ("values", "lacking"),
    [
        ({"outcome": VisitOutcome.ANSWERED}, []),
        ({"outcome": VisitOutcome.HANDED}, ["unit_id", "due_on"]),
        ({"outcome": VisitOutcome.HANDED, "unit_id": 2, "due_on": LATER}, []),
        ({"outcome": VisitOutcome.LED}, ["due_on"]),
        ({"outcome": VisitOutcome.LED, "due_on": LATER}, []),
        ({"outcome": VisitOutcome.GUIDED}, ["instruction"]),
        ({"outcome": VisitOutcome.GUIDED, "instruction": "到县法院起诉"}, []),
    ],
)
def test_a_decision_needs_an_owner_and_a_day_or_words(
    values: dict[str, Any], lacking: list[str]
) -> None:
    assert wrong(**values) == lacking


def test_an_accusation_is_handed_to_no_unit() -> None:
    handed = {"outcome": VisitOutcome.HANDED, "unit_id": 2, "due_on": LATER}
    assert wrong(**handed, purpose=Purpose.ACCUSATION) == ["outcome"]


def test_five_people_are_a_group_and_four_are_not() -> None:
    assert [visits.is_collective(people, minimum=5) for people in (4, 5)] == [False, True]


def test_numbers_are_jf_year_and_four_digits() -> None:
    assert visits.number(2026, 7) == "JF20260007"
    assert visits.is_number("JF20260007")
    assert not visits.is_number("510722-2026-000007")


def test_a_leader_who_went_out_brings_a_matter_by_his_words() -> None:
    assert visits.channel_of(ReceptionKind.FIXED) is Channel.VISIT
    assert visits.channel_of(ReceptionKind.VISITING) is Channel.INSTRUCTION


def test_each_unit_and_the_leader_of_the_group_are_told_once() -> None:
    found = visits.to_tell(
        unit=(3, "县住建局"),
        township=(4, "石门镇"),
        co_units="县公安局、县住建局",
        groups=[("幸福小区", "王县长")],
    )
    assert [each.whom for each in found] == ["县住建局", "石门镇", "县公安局", "王县长"]
    assert found[0].unit_id == 3
    assert "幸福小区" in found[-1].why


@pytest.mark.parametrize(
    ("course", "passed"),
    [
        (Course(), [Stage.RECEIVED]),
        (Course(published=True), [Stage.PUBLISHED, Stage.RECEIVED]),
        (Course(outcome=VisitOutcome.ANSWERED), [Stage.RECEIVED, Stage.CARRIED_OUT]),
        (
            Course(outcome=VisitOutcome.ANSWERED, state=CaseState.ACCEPTED),
            [Stage.RECEIVED],
        ),
        (
            Course(outcome=VisitOutcome.LED, state=CaseState.CLOSED),
            [Stage.RECEIVED, Stage.LED, Stage.CARRIED_OUT],
        ),
        (Course(duty=True, state=CaseState.ACCEPTED), [Stage.RECEIVED, Stage.LED]),
        (Course(closed_on=TODAY), [Stage.RECEIVED, Stage.CARRIED_OUT]),
    ],
)
def test_the_stages_of_a_visit_follow_its_matter(course: Course, passed: list[Stage]) -> None:
    assert list(visits.stages(course)) == passed


def test_a_handed_matter_is_late_from_the_day_after_until_it_is_closed() -> None:
    course = Course(outcome=VisitOutcome.HANDED, due_on=YESTERDAY)
    assert visits.light_of(course, today=YESTERDAY, near_days=5) is Light.NEAR
    assert visits.light_of(course, today=TODAY, near_days=5) is Light.OVERDUE
    ended = Course(outcome=VisitOutcome.HANDED, due_on=YESTERDAY, state=CaseState.CLOSED)
    assert visits.light_of(ended, today=TODAY, near_days=5) is None


def test_what_is_left_to_do_is_said_until_it_is_done() -> None:
    def left(course: Course, **known: Any) -> tuple[str, ...]:
        return visits.left_to_do(course, **{"linked": False, "today": TODAY, **known})

    assert left(Course(), untold=True) == ("集体访待通知", "待写处理意见")
    late = Course(outcome=VisitOutcome.HANDED, due_on=YESTERDAY)
    assert left(late) == ("待立案", "超期 1 天未落实")
    assert left(late, linked=True) == ("超期 1 天未落实",)
    assert left(Course(outcome=VisitOutcome.GUIDED)) == ()


def test_units_of_counting_stand_side_by_side_and_are_never_added() -> None:
    told = Figures(sessions=16, batches=6, people=8, matters=5, collective=0).told()
    assert "**16** 场次" in told
    assert "**6** 批次" in told
    assert "**8** 人次" in told
    assert "14" not in told
