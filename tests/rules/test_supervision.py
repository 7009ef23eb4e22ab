from datetime import date, timedelta

import pytest

from rules import supervision as rules
from rules.case_terms import FollowUpState, Rung, Satisfaction, Trigger
from rules.supervision import Letter, Matter
from tests.conftest import TODAY

DAY = timedelta(days=1)


def test_each_trigger_says_why_and_a_quiet_matter_has_none() -> None:
    matter = Matter(
        late=(("办理答复", TODAY - 3 * DAY),),
        idle=("办理答复", TODAY - 40 * DAY),
        returned=2,
        unhappy=("首次回头看", TODAY - DAY),
        repeats=(("5100002026000009", TODAY),),
        unkept=(("督办答复", TODAY - DAY),),
        unreturned=(TODAY - 6 * DAY, TODAY - DAY),
        superior=True,
        handed=(("JF20260007", "王县长", TODAY - 2 * DAY),),
    )

    found = rules.held(matter, today=TODAY)

    assert [each.trigger for each in found] == [
        Trigger.OVERDUE,
        Trigger.RECEPTION,
        Trigger.HALF_TIME,
        Trigger.RETURNED_TWICE,
        Trigger.DISSATISFIED,
        Trigger.REPEATED,
        Trigger.PROMISE,
        Trigger.NOT_RESUBMITTED,
        Trigger.SUPERIOR,
    ]
    assert found[0].why == "办理答复已超期 3 天（2026-11-17 到期）"
    assert found[1].why == "王县长接访交办（JF20260007）要求 2026-11-18 前办结，已超期 2 天"
    assert found[5].why == "办结后于 2026-11-20 再次信访（5100002026000009）"
    assert rules.held(Matter(returned=1), today=TODAY) == []


def test_every_trigger_is_computed_or_chosen_by_a_person() -> None:
    computed = {
        Trigger.OVERDUE,
        Trigger.HALF_TIME,
        Trigger.RETURNED_TWICE,
        Trigger.DISSATISFIED,
        Trigger.REPEATED,
        Trigger.PROMISE,
        Trigger.NOT_RESUBMITTED,
        Trigger.RECEPTION,
        Trigger.SUPERIOR,
    }

    assert computed | set(rules.MANUAL) == set(Trigger)
    assert not computed & set(rules.MANUAL)


_LOW = [Rung.REMIND]
_TO_SUPERVISE = [Rung.REMIND, Rung.URGE, Rung.SUPERVISE]


@pytest.mark.parametrize(
    ("trigger", "sent", "allowed"),
    [
        (Trigger.HALF_TIME, [], _LOW),
        (Trigger.HALF_TIME, [Rung.REMIND], [Rung.REMIND, Rung.URGE]),
        (Trigger.OVERDUE, [], [Rung.REMIND, Rung.URGE]),
        (Trigger.OVERDUE, [Rung.REMIND, Rung.URGE], _TO_SUPERVISE),
        (Trigger.DISSATISFIED, [], _TO_SUPERVISE),
        (Trigger.OTHER, [Rung.SUPERVISE, Rung.REMIND], list(Rung)),
        (Trigger.OTHER, [Rung.TALK], list(Rung)),
    ],
)
def test_the_ladder_is_climbed_rung_by_rung(
    trigger: Trigger, sent: list[Rung], allowed: list[Rung]
) -> None:
    assert rules.rungs(trigger, sent) == allowed
    for rung in Rung:
        assert (rules.rung_problem(rung, trigger, sent) is None) is (rung in allowed)


def test_what_is_blocked_says_what_may_be_sent() -> None:
    told = rules.rung_problem(Rung.LISTED, Trigger.OVERDUE, [])

    assert told == "“无正当理由未按期办结”现在可以提醒、催办，还不能挂牌督办：督办应逐级进行"


def _letter(rung: Rung) -> Letter:
    return Letter(
        rung=rung,
        unit="县住建局",
        number="5100002026000001",
        title="反映道路积水",
        received_on=date(2026, 9, 1),
        forwarded_on=date(2026, 9, 3),
        why="办理答复已超期 3 天（2026-11-17 到期）",
        days=7,
        county="平昌县",
        on=TODAY,
    )


@pytest.mark.parametrize("rung", Rung)
def test_each_rung_has_its_letter_and_its_clause(rung: Rung) -> None:
    text = rules.letter(_letter(rung))

    asked = rung in (Rung.REMIND, Rung.URGE, Rung.SUPERVISE)
    assert f"第{'四十' if asked else '三十九'}条，现予{rung.label}。" in text


def test_a_letter_is_in_the_official_style() -> None:
    text = rules.letter(_letter(Rung.SUPERVISE))

    assert text.splitlines()[0] == "关于信访事项5100002026000001的督办函"
    assert "县住建局：" in text
    assert "2026年9月1日收到的信访事项“反映道路积水”" in text
    assert "于2026年9月3日交你单位办理" in text
    assert "第四十条，现予督办" in text
    assert "7日内书面答复，写明问题、办理情况、未办结原因、下步措施、时限" in text
    assert text.endswith("平昌县信访工作联席会议办公室\n2026年11月20日")


WHOLE = {
    "problem": "押金未退",
    "progress": "已约谈企业",
    "why_not": "账户冻结",
    "next_step": "分期退还",
    "promised_on": TODAY,
}


@pytest.mark.parametrize("name", WHOLE)
def test_an_answer_carries_all_five(name: str) -> None:
    assert rules.answer_problems(WHOLE, today=TODAY) == []
    assert [p.field for p in rules.answer_problems({**WHOLE, name: None}, today=TODAY)] == [name]


def test_what_an_answer_promises_lies_ahead() -> None:
    found = rules.answer_problems({**WHOLE, "promised_on": TODAY - DAY}, today=TODAY)

    assert [problem.field for problem in found] == ["promised_on"]


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        ({}, FollowUpState.DRAFTED),
        ({"sent_on": TODAY, "due_on": TODAY}, FollowUpState.SENT),
        ({"sent_on": TODAY, "due_on": TODAY - DAY}, FollowUpState.LATE),
        ({"sent_on": TODAY, "due_on": TODAY - DAY, "answered_on": TODAY}, FollowUpState.ANSWERED),
        ({"ended_on": TODAY}, FollowUpState.ENDED),
    ],
)
def test_where_a_letter_stands(days: dict[str, date], stage: FollowUpState) -> None:
    given = dict.fromkeys(("sent_on", "due_on", "answered_on", "ended_on"))

    assert rules.stage(**{**given, **days}, today=TODAY) is stage


@pytest.mark.parametrize("worst", [Satisfaction.FAIRLY, Satisfaction.DISSATISFIED])
def test_one_who_is_dissatisfied_with_either_leaves_it_open(worst: Satisfaction) -> None:
    at_rest = worst is not Satisfaction.DISSATISFIED

    assert rules.accepted((Satisfaction.SATISFIED, worst), repeated=False) is at_rest
    assert rules.accepted((worst, Satisfaction.SATISFIED), repeated=False) is at_rest
    assert not rules.accepted((Satisfaction.SATISFIED, Satisfaction.SATISFIED), repeated=True)


LOOK = {
    "done_on": TODAY,
    "with_office": Satisfaction.SATISFIED,
    "with_unit": Satisfaction.FAIRLY,
    "outcome": "已退还",
}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"with_office": None}, "with_office"),
        ({"with_unit": None}, "with_unit"),
        ({"outcome": ""}, "outcome"),
        ({"done_on": None}, "done_on"),
        ({"done_on": TODAY + DAY}, "done_on"),
        ({"done_on": TODAY - 3 * DAY}, "done_on"),
    ],
)
def test_a_look_back_asks_both_opinions_apart(change: dict[str, object], field: str | None) -> None:
    found = rules.look_back_problems({**LOOK, **change}, closed_on=TODAY - 2 * DAY, today=TODAY)

    assert [problem.field for problem in found] == ([field] if field else [])
