"""回避: what the store hints at, and what a decision makes of it."""

from datetime import date, timedelta
from itertools import product

import pytest

from rules import evaluation_recusal as rules
from rules.evaluation_recusal import Decision, Judged, Profile
from rules.evaluation_terms import Objector, RecusalReason

R = RecusalReason
TODAY = date(2026, 11, 20)
JUDGED = Judged(unit="/1/5/", handlers=frozenset({"王强"}), village_id=9)


@pytest.mark.parametrize(
    ("who", "hinted"),
    [
        (Profile(name="李敏"), []),
        (Profile(name="李敏", unit="/1/5/"), [R.JUDGED_UNIT]),
        (Profile(name="李敏", unit="/1/5/7/"), [R.JUDGED_UNIT]),
        (Profile(name="李敏", unit="/1/"), []),
        (Profile(name="李敏", unit="/1/55/"), []),
        (Profile(name="王强"), [R.HANDLER]),
        (Profile(name="李敏", village_id=9), [R.SAME_VILLAGE]),
        (Profile(name="李敏", village_id=8), []),
        (Profile(name="李敏", party=True), [R.PARTY]),
        (Profile(name="李敏", former=(("/1/5/", TODAY - timedelta(1)),)), [R.JUDGED_UNIT]),
        (Profile(name="李敏", former=(("/1/5/", date(2023, 11, 21)),)), [R.JUDGED_UNIT]),
        (Profile(name="李敏", former=(("/1/5/", date(2023, 11, 20)),)), []),
        (Profile(name="王强", unit="/1/5/"), [R.JUDGED_UNIT, R.HANDLER]),
    ],
)
def test_the_store_hints_at_unit_handling_and_village(
    who: Profile, hinted: list[RecusalReason]
) -> None:
    assert rules.hints(who, JUDGED, on=TODAY, years=3) == hinted


def test_a_leap_day_has_a_day_three_years_before() -> None:
    assert rules.hints(Profile(name="李敏"), JUDGED, on=date(2028, 2, 29), years=3) == []


@pytest.mark.parametrize(
    ("hinted", "upheld", "other"),
    list(product([True, False], [True, False, None], [True, False, None])),
)
def test_an_upheld_objection_bars_and_only_a_refused_one_clears_its_own_hint(
    hinted: bool, upheld: bool | None, other: bool | None
) -> None:
    hints = [R.SAME_VILLAGE] if hinted else []
    decided = [Decision(R.SAME_VILLAGE, upheld), Decision(R.INTEREST, other)]
    expected = bool(upheld or other or (hinted and upheld is None))

    assert (rules.bar(hints, decided) is not None) is expected


def test_a_decision_on_one_reason_leaves_the_hint_of_another() -> None:
    assert rules.bar([R.HANDLER], [Decision(R.SAME_VILLAGE, False)]) is R.HANDLER


def test_the_minutes_count_categories_and_name_nobody() -> None:
    assert rules.told([R.HANDLER, R.SAME_VILLAGE, R.HANDLER]) == (
        "办理、审批、调解或包案过本事项 2 人；与信访人同村（社区） 1 人"
    )
    assert rules.told([]) == "无"


def test_an_objection_says_who_why_and_when_and_a_decision_yes_or_no_and_why() -> None:
    nothing = rules.objection_problems(by=None, reason=None, text="", on=None, today=TODAY)
    other = rules.objection_problems(
        by=Objector.PETITIONER, reason=R.OTHER, text="", on=TODAY, today=TODAY
    )

    assert [p.field for p in nothing] == ["by", "reason", "raised_on"]
    assert [p.field for p in other] == ["text"]
    assert [p.field for p in rules.decision_problems(upheld=None, why="")] == ["upheld", "why"]
    assert rules.decision_problems(upheld=False, why="查无此事") == []
