"""What is counted of evaluations: the seeds' own rates, two satisfactions apart, the public copy."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rules import evaluation_figures as rules
from rules.case_terms import Satisfaction
from rules.evaluation_figures import Fact, Row
from rules.evaluation_terms import EvaluationState, RefusalReason, Verdict
from rules.figures import EVALUATION_FIGURES

SPAN = (date(2026, 1, 1), date(2026, 11, 20))
TODAY = date(2026, 11, 20)


def fact(**given: Any) -> Fact:
    values: dict[str, Any] = {
        "number": "PJ1",
        "title": "物业收费",
        "state": EvaluationState.ENDED,
        "unit": "县住建局",
        "kind": "城乡建设",
        "applied_on": date(2026, 3, 1),
        "confirmed_on": date(2026, 3, 4),
        "held_on": date(2026, 3, 20),
        "verdict": Verdict.SATISFIED,
        **given,
    }
    return Fact(**values)


def of(satisfied: int, settled: int, held: int) -> list[Fact]:
    return [
        fact(
            number=f"PJ{place}",
            verdict=Verdict.SATISFIED if place < satisfied else Verdict.DISSATISFIED,
            settled=place < settled,
        )
        for place in range(held)
    ]


def test_the_rates_the_county_reported() -> None:
    found = rules.counts(of(19, 18, 20), SPAN, today=TODAY)

    assert rules.shown("satisfaction_rate", found) == "95.0%（19/20）"
    assert rules.shown("settled_rate", found) == "90.0%（18/20）"


def test_every_figure_of_the_registry_is_counted_or_a_rate() -> None:
    assert {*rules.COUNTS, *rules.RATES} == set(EVALUATION_FIGURES)


def test_nothing_held_is_no_rate_of_zero() -> None:
    assert rules.shown("satisfaction_rate", rules.counts([], SPAN, today=TODAY)) == "—"


def test_the_panels_verdict_and_the_petitioners_view_are_two_figures() -> None:
    facts = [fact(view=Satisfaction.DISSATISFIED), fact(view=Satisfaction.FAIRLY), fact()]
    found = rules.counts(facts, SPAN, today=TODAY)

    assert rules.shown("satisfaction_rate", found) == "100.0%（3/3）"
    assert rules.shown("content_rate", found) == "50.0%（1/2）"


@pytest.mark.parametrize(
    ("code", "given", "counts"),
    [
        ("applied", {"applied_on": date(2025, 12, 31)}, False),
        ("applied", {"applied_on": date(2026, 1, 1)}, True),
        ("admitted", {"state": EvaluationState.REFUSED}, False),
        ("refused", {"state": EvaluationState.REFUSED}, True),
        ("held", {"verdict": None}, False),
        ("held", {"held_on": date(2026, 11, 21)}, False),
        ("held", {"held_on": date(2026, 11, 20)}, True),
        ("following", {"following": True}, True),
        ("late", {"following": True, "due_on": date(2026, 11, 20)}, False),
        ("late", {"following": True, "due_on": date(2026, 11, 19)}, True),
        ("late", {"due_on": date(2026, 11, 19)}, False),
    ],
)
def test_a_figure_counts_what_happened_in_its_days(
    code: str, given: dict[str, Any], counts: bool
) -> None:
    found = rules.counted(
        [fact(refused_for=RefusalReason.CONDITION, **given)], code, SPAN, today=TODAY
    )

    assert bool(found) is counts


def test_units_are_counted_apart_and_not_ranked() -> None:
    facts = [fact(unit="乙局"), fact(unit="甲局", verdict=Verdict.DISSATISFIED), fact(unit="甲局")]

    found = rules.rows(facts, SPAN, by="unit", today=TODAY)

    assert [row.name for row in found] == sorted(["甲局", "乙局"])
    assert {row.name: (row.held, row.satisfied) for row in found} == {
        "甲局": (2, 1),
        "乙局": (1, 1),
    }


def test_the_public_copy_hides_small_groups_and_what_would_tell_them() -> None:
    found = [
        Row("甲", 30, 20, 10, 15),
        Row("乙", 12, 6, 6, 6),
        Row("丙", 3, 3, 0, 3),
        Row("丁", 20, 18, 2, 18),
    ]

    shown = {row[0]: row[1:] for row in rules.public(found, least=5)}

    assert shown["丙"] == ("<5", "—", "—", "—")
    # One hidden number of a column alone would be the total less the others.
    assert shown["乙"][0] == "—"
    assert shown["丁"] == ("20", "—", "—", "—")
    assert shown["甲"] == ("30", "20", "10", "66.7%")


def test_a_public_total_tells_a_small_verdict_in_neither_number() -> None:
    found = rules.counts(of(19, 18, 20), SPAN, today=TODAY)

    assert rules.public_total("dissatisfied", found, least=5) == "<5"
    assert rules.public_total("satisfied", found, least=5) == "—"
    assert rules.public_total("satisfaction_rate", found, least=5) == "95.0%"
    assert rules.public_total("held", found, least=5) == "20"
    assert rules.public_total("settled", found, least=5) == "—"
    assert rules.public_total("late", found, least=5) == "0"


@pytest.mark.parametrize(("held", "told"), [(0, "—"), (3, "—"), (4, "—"), (5, "40.0%")])
def test_a_public_rate_of_a_small_whole_is_not_told(held: int, told: str) -> None:
    facts = of(min(2, held), min(2, held), held)
    facts[:2] = [replace(each, view=Satisfaction.SATISFIED) for each in facts[:2]]
    found = rules.counts(facts, SPAN, today=TODAY)

    assert rules.public_total("satisfaction_rate", found, least=5) == told
    assert rules.public_total("settled_rate", found, least=5) == told
    # Two were asked at most: of these the rate tells every answer.
    assert rules.public_total("content_rate", found, least=5) == "—"
