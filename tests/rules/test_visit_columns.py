"""What ledgers of receptions call their columns."""

import pytest

from rules.columns import NEVER, map_columns, target_of
from rules.reception_terms import ReceptionKind, VisitOutcome
from rules.visit_columns import ALIASES, LABELS, VISITS, kind_named, outcome_named


def test_the_columns_of_the_ledger_all_find_their_target() -> None:
    names = "序号 接访日期 接访领导 来访人 批次 人数 反映主要问题及发生地 产生原因 接待处理意见"
    names += " 责任单位 责任人 办结时限 办理结果 是否包案 满意度 回访 备注"
    mapping = map_columns(names.split(), None, VISITS)
    assert len(mapping) == len(names.split())
    assert set(mapping.values()) <= LABELS.keys()


def test_no_name_stands_for_two_columns() -> None:
    names = [name for aliases in ALIASES.values() for name in aliases]
    assert len(names) == len(set(names))


def test_identity_numbers_are_never_a_column() -> None:
    assert target_of("身份证号", VISITS) == NEVER


def test_the_same_word_means_another_thing_in_a_ledger_of_cases() -> None:
    assert (target_of("接访领导", VISITS), target_of("接访领导")) == ("leader_id", "lead_id")


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("现场答复", VisitOutcome.ANSWERED),
        ("批转", VisitOutcome.HANDED),
        ("领导包案", VisitOutcome.LED),
        ("引导", VisitOutcome.GUIDED),
        ("待研究", None),
    ],
)
def test_outcomes_are_known_by_the_words_of_ledgers(
    word: str, outcome: VisitOutcome | None
) -> None:
    assert outcome_named(word) is outcome


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("带案下访", ReceptionKind.VISITING_WITH_CASE),
        ("下访", ReceptionKind.VISITING),
        ("视频接访", ReceptionKind.VIDEO),
        ("预约接访", ReceptionKind.APPOINTED),
        ("坐班接访", ReceptionKind.FIXED),
        ("其他", None),
    ],
)
def test_kinds_are_known_by_the_words_of_ledgers(word: str, kind: ReceptionKind | None) -> None:
    assert kind_named(word) is kind
