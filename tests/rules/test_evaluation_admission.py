"""Applying for an evaluation: the ways, the four conditions, and what is never evaluated."""

from datetime import date
from itertools import product

import pytest

from rules import evaluation_admission as rules
from rules.evaluation_admission import Matter, Met
from rules.evaluation_terms import ApplicationRoute, Condition, PanelLevel, RefusalReason
from rules.terms import CaseState, Purpose, UnitKind

TODAY = date(2026, 11, 20)
MET = Met(met=True, evidence="处理意见书", who="王主任", on=TODAY)
ALL = dict.fromkeys(Condition, MET)
ANSWERED = Matter(state=CaseState.ANSWERED)


@pytest.mark.parametrize("combination", list(product([True, False], repeat=4)))
def test_of_sixteen_combinations_one_admits_and_each_other_names_what_fails(
    combination: tuple[bool, ...],
) -> None:
    conditions = {
        each: MET if there else Met() for each, there in zip(Condition, combination, strict=True)
    }
    wanting = [each for each, there in zip(Condition, combination, strict=True) if not there]

    assert rules.failing(conditions) == wanting
    assert (rules.refusals(ANSWERED, conditions) == []) is all(combination)
    told = rules.refusal_told(RefusalReason.CONDITION, conditions, PanelLevel.COUNTY)
    for each in Condition:
        assert (rules.condition_label(each, PanelLevel.COUNTY) in told) is (each in wanting)


def test_a_condition_nobody_spoke_of_is_not_met() -> None:
    assert rules.failing({}) == list(Condition)


@pytest.mark.parametrize(
    ("route", "kind", "allowed"),
    [
        (ApplicationRoute.PARTY, UnitKind.TOWNSHIP, True),
        (ApplicationRoute.PARTY, UnitKind.DEPARTMENT, True),
        (ApplicationRoute.PARTY, UnitKind.VILLAGE, False),
        (ApplicationRoute.PARTY, UnitKind.COUNTY, False),
        (ApplicationRoute.VILLAGE, UnitKind.VILLAGE, True),
        (ApplicationRoute.VILLAGE, UnitKind.TOWNSHIP, False),
        (ApplicationRoute.UNIT, UnitKind.TOWNSHIP, True),
        (ApplicationRoute.UNIT, UnitKind.DEPARTMENT, True),
        (ApplicationRoute.UNIT, UnitKind.VILLAGE, False),
    ],
)
def test_no_way_skips_a_level(route: ApplicationRoute, kind: UnitKind, allowed: bool) -> None:
    assert (rules.route_problems(route, kind) == []) is allowed
    assert (route in rules.routes_for(kind)) is allowed


def test_only_units_come_before_the_county() -> None:
    county = [way for way, level in rules.LEVEL_OF.items() if level is PanelLevel.COUNTY]

    assert county == [ApplicationRoute.UNIT]


@pytest.mark.parametrize(
    ("matter", "reason"),
    [
        (Matter(purpose=Purpose.ACCUSATION), RefusalReason.ACCUSATION),
        (Matter(lawsuit=True), RefusalReason.LEGAL_ROUTE),
        (Matter(secret=True), RefusalReason.SECRET),
        (Matter(privacy=True), RefusalReason.PRIVACY),
        (Matter(minor=True), RefusalReason.MINOR),
        (Matter(state=CaseState.ACCEPTED), RefusalReason.UNFINISHED),
        (Matter(unresolved=True), RefusalReason.UNFINISHED),
        (Matter(state=CaseState.IN_REVIEW), RefusalReason.IN_REVIEW),
        (Matter(state=CaseState.IN_RECHECK), RefusalReason.IN_REVIEW),
        (Matter(evaluated="PJ510722-2025-0001"), RefusalReason.EVALUATED),
    ],
)
def test_what_is_never_evaluated_is_refused_whatever_is_met(
    matter: Matter, reason: RefusalReason
) -> None:
    assert rules.refusals(matter, ALL) == [reason]
    assert rules.refusal_told(reason, ALL, PanelLevel.COUNTY)


def test_a_condition_met_needs_evidence_a_person_and_a_day() -> None:
    found = rules.condition_problems({Condition.HANDLED: Met(met=True)}, today=TODAY)
    late = rules.condition_problems(
        {Condition.HANDLED: Met(met=True, evidence="甲", who="乙", on=date(2026, 11, 21))},
        today=TODAY,
    )

    assert [p.message.split("请写明")[-1] for p in found] == ["证据", "确认人", "日期"]
    assert "晚于今天" in late[0].message
    assert rules.condition_problems({Condition.HANDLED: Met()}, today=TODAY) == []


def test_a_number_of_a_person_is_not_taken_into_an_application() -> None:
    found = rules.application_problems(
        title="征地补偿",
        claims="联系 13800001234",
        facts="",
        opinion_number="",
        applied_on=TODAY,
        opinion_on=None,
        today=TODAY,
    )

    assert [p.field for p in found] == ["claims"]
