"""What an opinion says to the public, and what its papers lack."""

from datetime import date

import pytest

from rules import evaluation_opinions as rules
from rules.ballots import Tally
from rules.evaluation_terms import RecusalReason, Verdict


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("张三丰反映", "张某反映"),
        ("电话13800001234", "电话138****1234"),
        ("住3栋2单元501室", "住某栋某单元某室"),
        ("幸福路十二号", "幸福路某号"),
        ("住建信复〔2026〕12号", "住建信复〔2026〕12号"),
        ("第3号公告", "第3号公告"),
        ("9月15号", "9月15号"),
    ],
)
def test_the_public_reads_no_name_no_number_and_no_door(text: str, said: str) -> None:
    assert rules.public(text, ["张三丰"]) == said


def test_few_ballots_are_told_as_a_total_alone() -> None:
    assert rules.counted(Tally(6, 2, 1), small=5) == "满意 6 票、不满意 2 票、弃权 1 票"
    assert rules.counted(Tally(3, 1, 0), small=5) == "共 <5 票，分项不公布"


def test_recusal_is_told_by_its_category() -> None:
    reasons = [RecusalReason.OTHER, RecusalReason.SAME_VILLAGE, RecusalReason.OTHER]

    assert rules.recusals_told([]) == "没有应当回避的情形"
    assert rules.recusals_told(reasons) == "有评价员因与信访人同村（社区）；其他可能影响公正回避"


def test_what_may_not_be_public_is_said_by_its_mark() -> None:
    assert rules.why_closed({"lawsuit"}) == ""
    assert "涉及未成年人" in rules.why_closed({"minor"})


def test_the_proposal_names_what_follows() -> None:
    assert "不得作出与原意见相同" in rules.proposed(Verdict.DISSATISFIED, "县住建局")
    assert "认可" in rules.proposed(Verdict.SATISFIED, "县住建局")


def test_an_opinion_is_no_older_than_its_meeting() -> None:
    day = date(2026, 11, 23)
    texts = {"text": "是", "reasons": "因"}

    def found(issued_on: date) -> list[str]:
        problems = rules.opinion_problems(
            texts, signed="组", issued_on=issued_on, opened_on=day, today=day
        )
        return [each.field for each in problems]

    assert found(day) == []
    assert found(date(2026, 11, 22)) == ["issued_on"]
    assert found(date(2026, 11, 24)) == ["issued_on"]
