from dataclasses import replace
from datetime import date, timedelta

import pytest

from rules.case_terms import Clock, Light, Route
from rules.deadlines import (
    RULES,
    Facts,
    due_span,
    extension_problems,
    half_on,
    light,
    limit_on,
    missing_starts,
    nearest,
    readings,
)
from rules.limits import Extension, Pause, Terms
from rules.terms import CaseState, Purpose
from tests.rules.state_calendar import TERMS


def _clocks(facts: Facts, today: date, terms: Terms = TERMS) -> dict[Clock, tuple]:
    return {
        each.clock: (each.due.on, each.ended_on, each.light)
        for each in readings(facts, terms, today=today)
    }


def test_a_hearing_that_goes_on_pauses_the_clock():
    facts = Facts(
        state=CaseState.IN_RECHECK,
        received_on=date(2025, 1, 2),
        recheck_requested_on=date(2025, 3, 1),
        pauses=(Pause(date(2025, 3, 10)),),
    )

    assert _clocks(facts, date(2026, 3, 1))[Clock.RECHECK] == (None, None, Light.PAUSED)


def test_a_matter_passed_on_in_time_runs_the_two_clocks_of_its_unit():
    facts = Facts(
        state=CaseState.FORWARDED,
        received_on=date(2025, 3, 3),
        forwarded_on=date(2025, 3, 10),
    )

    assert _clocks(facts, date(2025, 3, 12)) == {
        Clock.TRANSFER: (date(2025, 3, 18), date(2025, 3, 10), Light.NORMAL),
        Clock.NOTICE: (date(2025, 3, 25), None, Light.NORMAL),
        Clock.OBJECTION: (date(2025, 3, 17), None, Light.NORMAL),
    }


def test_a_right_that_lapses_makes_nobody_late():
    facts = Facts(
        state=CaseState.ANSWERED,
        received_on=date(2025, 1, 2),
        forwarded_on=date(2025, 1, 3),
        accepted_on=date(2025, 1, 6),
        answered_on=date(2025, 2, 6),
        delivered_on=date(2025, 2, 10),
    )

    found = _clocks(facts, date(2025, 6, 1))

    assert found[Clock.REVIEW_REQUEST] == (date(2025, 3, 12), date(2025, 3, 12), Light.NORMAL)
    assert nearest(readings(facts, TERMS, today=date(2025, 6, 1))) is None


@pytest.mark.parametrize(
    ("purpose", "route"),
    [
        (Purpose.ADVICE, None),
        (Purpose.ACCUSATION, None),
        *[(None, route) for route in Route if route is not Route.HANDLING],
    ],
)
def test_sixty_days_run_on_the_route_of_handling_alone(purpose, route):
    facts = Facts(
        state=CaseState.ACCEPTED,
        purpose=purpose,
        route=route,
        received_on=date(2025, 1, 2),
        accepted_on=date(2025, 1, 6),
    )

    assert Clock.HANDLING not in _clocks(facts, date(2025, 1, 7))


@pytest.mark.parametrize(("purpose", "route"), [(None, None), (Purpose.ADVICE, Route.HANDLING)])
def test_the_strictest_route_holds_while_none_is_chosen_and_a_choice_holds_always(purpose, route):
    facts = Facts(
        state=CaseState.ACCEPTED,
        purpose=purpose,
        route=route,
        received_on=date(2025, 1, 2),
        accepted_on=date(2025, 1, 6),
    )

    assert _clocks(facts, date(2025, 1, 7))[Clock.HANDLING][0] == date(2025, 3, 7)


def test_a_simple_matter_has_three_and_ten_working_days():
    facts = Facts(
        state=CaseState.ACCEPTED,
        simple=True,
        received_on=date(2024, 9, 26),
        accepted_on=date(2024, 9, 27),
    )

    found = _clocks(facts, date(2024, 9, 28))

    assert found[Clock.SIMPLE_ACCEPT][0] == date(2024, 9, 30)
    assert found[Clock.SIMPLE_FORWARD][0] == date(2024, 9, 27)
    assert found[Clock.SIMPLE_ANSWER][0] == date(2024, 10, 16)
    assert Clock.HANDLING not in found


def test_what_a_unit_took_in_itself_is_to_be_told_in_fifteen_days():
    facts = Facts(state=CaseState.REGISTERED, direct=True, received_on=date(2025, 3, 3))

    assert _clocks(facts, date(2025, 3, 4)) == {
        Clock.NOTICE_DIRECT: (date(2025, 3, 18), None, Light.NORMAL)
    }


def test_an_assigned_matter_ends_on_the_day_that_was_set():
    facts = Facts(
        state=CaseState.FORWARDED,
        received_on=date(2025, 3, 3),
        forwarded_on=date(2025, 3, 4),
        assigned_until=date(2025, 3, 20),
    )

    found = next(
        r for r in readings(facts, TERMS, today=date(2025, 3, 5)) if r.clock is Clock.ASSIGNED
    )

    assert (found.due.on, found.due.lines) == (
        date(2025, 3, 20),
        ("交办时指定 2025-03-20 前办结",),
    )


def test_advice_to_a_unit_waits_thirty_days_for_its_answer():
    facts = Facts(
        state=CaseState.CLOSED,
        received_on=date(2025, 1, 2),
        advised_on=date(2025, 3, 1),
        closed_on=date(2025, 2, 1),
    )

    due_on = date(2025, 3, 31)
    assert _clocks(facts, date(2025, 3, 2))[Clock.ADVICE] == (due_on, None, Light.NORMAL)
    answered = replace(facts, advice_answered_on=date(2025, 3, 9))
    assert _clocks(answered, date(2025, 4, 9))[Clock.ADVICE][1] == date(2025, 3, 9)


def test_every_clock_names_its_clause():
    assert set(RULES) == set(Clock)
    assert all(rule.clause for rule in RULES.values())


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2025, 3, 10), Light.NORMAL),
        (date(2025, 3, 13), Light.NEAR),
        (date(2025, 3, 20), Light.NEAR),
        (date(2025, 3, 21), Light.OVERDUE),
    ],
)
def test_the_last_day_itself_is_not_late(today: date, expected: Light):
    assert light(date(2025, 3, 20), paused=False, today=today, near_days=7) is expected


def test_without_a_clock_a_matter_is_normal_and_a_pause_is_said():
    assert light(None, paused=False, today=date(2025, 1, 1), near_days=7) is Light.NORMAL
    assert light(None, paused=True, today=date(2025, 1, 1), near_days=7) is Light.PAUSED


def test_a_missing_start_is_said_and_not_guessed():
    facts = Facts(state=CaseState.ACCEPTED, received_on=date(2025, 1, 2))

    assert missing_starts(facts) == ["受理日期未填，办理期限无法计算"]
    assert missing_starts(Facts(state=CaseState.RECEIVED)) == ["收到日期未填，登记转送期限无法计算"]


ACCEPTED = Facts(
    state=CaseState.ACCEPTED, received_on=date(2025, 1, 2), accepted_on=date(2025, 1, 6)
)


@pytest.mark.parametrize(
    ("days", "used", "fields"),
    [(30, 0, []), (31, 0, ["days"]), (10, 20, []), (11, 20, ["days"]), (0, 0, ["days"])],
)
def test_extensions_are_thirty_days_in_all(days: int, used: int, fields: list[str]):
    taken = (Extension(used, date(2025, 2, 1), "李"),) if used else ()
    facts = Facts(
        state=CaseState.ACCEPTED,
        received_on=ACCEPTED.received_on,
        accepted_on=ACCEPTED.accepted_on,
        extensions=taken,
    )

    found = extension_problems(facts, days, terms=TERMS, on=date(2025, 2, 20))

    assert [problem.field for problem in found] == fields


def test_nothing_is_extended_after_its_last_day():
    last = date(2025, 3, 7)

    assert extension_problems(ACCEPTED, 10, terms=TERMS, on=last) == []
    assert [
        p.message for p in extension_problems(ACCEPTED, 10, terms=TERMS, on=date(2025, 3, 8))
    ] == ["办理期限 2025-03-07 已过，期满之后不能再延期"]


def test_a_limit_is_the_one_in_force_when_it_began():
    terms = Terms({"handle_days": [(date(2025, 1, 1), "45")]}, TERMS.calendar)
    facts = Facts(
        state=CaseState.ACCEPTED,
        received_on=date(2024, 12, 1),
        accepted_on=date(2024, 12, 31),
    )

    before = _clocks(facts, date(2025, 1, 7), terms)[Clock.HANDLING]
    after = _clocks(replace(facts, accepted_on=date(2025, 1, 1)), date(2025, 1, 7), terms)

    assert before[0] == date(2025, 3, 1)
    assert after[Clock.HANDLING][0] == date(2025, 2, 15)


def test_half_of_sixty_days_is_thirty():
    found = next(
        r for r in readings(ACCEPTED, TERMS, today=date(2025, 1, 7)) if r.clock is Clock.HANDLING
    )

    assert half_on(found) == date(2025, 2, 5)


def test_what_a_unit_sent_back_runs_on_the_clock_it_began_with():
    facts = Facts(
        state=CaseState.RETURNED,
        received_on=date(2025, 3, 3),
        forwarded_on=date(2025, 3, 4),
        objected_on=date(2025, 3, 6),
    )

    found = nearest(readings(facts, TERMS, today=date(2025, 3, 7)))

    assert found is not None
    assert (found.clock, found.due.on) == (Clock.TRANSFER, date(2025, 3, 18))


@pytest.mark.parametrize("days", [-1, 0, 7, 8])
def test_the_days_of_a_light_are_those_it_is_told_by(days: int) -> None:
    today = date(2025, 3, 7)
    due_on = today + timedelta(days=days)
    told = light(due_on, paused=False, today=today, near_days=7)

    within = []
    for each in (Light.OVERDUE, Light.NEAR, Light.NORMAL):
        first, last = due_span(each, today=today, near_days=7)
        if (first or date.min) <= due_on <= (last or date.max):
            within.append(each)

    assert within == [told]


@pytest.mark.parametrize(
    ("more", "last"),
    [
        ({}, date(2025, 3, 7)),
        ({"answered_on": date(2025, 4, 1)}, date(2025, 3, 7)),
        ({"closed_on": date(2025, 2, 1)}, date(2025, 3, 7)),
        (
            {"extensions": (Extension(30, date(2025, 3, 1), "王局长"),)},
            date(2025, 4, 6),
        ),
        ({"forwarded_on": date(2025, 1, 3), "assigned_until": date(2025, 2, 2)}, date(2025, 3, 7)),
        ({"accepted_on": None}, None),
        (
            {
                "accepted_on": None,
                "forwarded_on": date(2025, 1, 3),
                "assigned_until": date(2025, 2, 2),
            },
            date(2025, 2, 2),
        ),
        ({"state": CaseState.MERGED}, None),
    ],
)
def test_the_last_day_to_answer_stays_when_it_is_answered(more, last):
    facts = Facts(
        **{
            "state": CaseState.ACCEPTED,
            "received_on": date(2025, 1, 2),
            "accepted_on": date(2025, 1, 6),
            **more,
        }
    )

    assert limit_on(readings(facts, TERMS, today=date(2025, 6, 1))) == last
