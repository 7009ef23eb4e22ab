from datetime import date, timedelta

import pytest

from rules import hotspots
from rules.case_terms import HotspotState
from rules.hotspots import Dismissal, Left

TODAY = date(2026, 11, 20)  # a Friday


def _fields(**values: object) -> list[str]:
    return [p.field for p in hotspots.problems({"name": "某小区物业", **values}, today=TODAY)]


def test_a_hotspot_needs_nothing_but_a_name() -> None:
    assert _fields() == []
    assert _fields(name="") == ["name"]


@pytest.mark.parametrize(("length", "wrong"), [(100, []), (101, ["name"])])
def test_a_name_has_its_length(length: int, wrong: list[str]) -> None:
    assert _fields(name="甲" * length) == wrong


def test_a_number_that_names_a_person_is_refused_wherever_it_is_typed() -> None:
    assert _fields(note="联系 13812345678", place="某小区") == ["note"]


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        (TODAY, TODAY, []),
        (TODAY, None, []),
        (TODAY, TODAY - timedelta(days=1), ["last_on"]),
        (TODAY + timedelta(days=1), None, ["first_on"]),
    ],
)
def test_a_period_runs_forward_and_not_beyond_today(
    first: date, last: date | None, wrong: list[str]
) -> None:
    assert _fields(first_on=first, last_on=last) == wrong


@pytest.mark.parametrize(
    ("who", "wrong"), [({}, ["lead_id"]), ({"lead_id": 1}, []), ({"lead_unit_id": 1}, [])]
)
def test_what_is_handled_has_somebody_who_leads(who: dict[str, int], wrong: list[str]) -> None:
    assert _fields(state=HotspotState.HANDLED, **who) == wrong


@pytest.mark.parametrize(
    ("state", "ended_on", "refused"),
    [
        (HotspotState.WATCHED, TODAY, False),
        (HotspotState.HANDLED, date(2026, 11, 1), False),
        (HotspotState.WATCHED, date(2026, 10, 31), True),
        (HotspotState.WATCHED, TODAY + timedelta(days=1), True),
        (HotspotState.WATCHED, None, True),
        (HotspotState.ENDED, TODAY, True),
    ],
)
def test_an_end_lies_between_the_first_report_and_today(
    state: HotspotState, ended_on: date | None, refused: bool
) -> None:
    found = hotspots.end_problems(state, ended_on, first_on=date(2026, 11, 1), today=TODAY)

    assert bool(found) is refused


def test_weeks_begin_on_monday_and_those_without_any_count_nothing() -> None:
    days = [
        (date(2026, 11, 16), 2),
        (date(2026, 11, 22), 1),
        (date(2026, 11, 15), 5),
        (date(2026, 11, 1), 7),
    ]

    assert hotspots.by_week(days, until=TODAY, weeks=3) == (
        (date(2026, 11, 2), 0),
        (date(2026, 11, 9), 5),
        (date(2026, 11, 16), 3),
    )


def test_the_last_four_weeks_are_held_against_the_four_before() -> None:
    weeks = [(TODAY, count) for count in (100, 1, 2, 3, 4, 10, 20, 30, 40)]

    assert hotspots.lately(weeks) == (100, 10)


@pytest.mark.parametrize(
    ("first_on", "weeks"),
    [
        (None, 12),
        (TODAY, 12),
        (TODAY - timedelta(weeks=12), 13),
        (TODAY - timedelta(weeks=500), 52),
    ],
)
def test_a_page_shows_the_weeks_since_the_first_report(first_on: date | None, weeks: int) -> None:
    assert hotspots.weeks_shown(first_on, until=TODAY) == weeks


def test_months_are_listed_backwards_over_the_new_year() -> None:
    assert hotspots.months(date(2025, 12, 31), date(2026, 2, 1)) == [
        date(2026, 2, 1),
        date(2026, 1, 1),
        date(2025, 12, 1),
    ]


@pytest.mark.parametrize(
    ("month", "last"),
    [(date(2028, 2, 1), 29), (date(2026, 12, 1), 31), (date(2026, 4, 1), 30)],
)
def test_a_month_has_its_last_day(month: date, last: int) -> None:
    assert hotspots.month_end(month) == month.replace(day=last)


def test_ids_come_back_as_they_were_kept() -> None:
    assert hotspots.unpacked(hotspots.packed([3, 1, 2**40, 3])) == {1, 3, 2**40}


def test_a_mark_is_of_one_length_and_tells_two_apart() -> None:
    long = "group:" + "甲" * 200

    assert len(hotspots.mark(long)) == len(hotspots.mark("短")) <= 64
    assert hotspots.mark(long) != hotspots.mark(long + "乙")


def _dismissed(count: int) -> Dismissal:
    return Dismissal(hotspots.mark("甲"), frozenset(range(count)))


@pytest.mark.parametrize(("held", "new", "covered"), [(4, 2, True), (4, 3, False), (16, 3, True)])
def test_a_dismissed_proposal_comes_back_once_it_has_grown(
    held: int, new: int, covered: bool
) -> None:
    ids = [*range(held), *range(1000, 1000 + new)]

    assert _dismissed(held).covers("甲", ids) is covered


def test_a_large_one_has_grown_by_a_quarter() -> None:
    assert _dismissed(16).covers("甲", range(19))
    assert not _dismissed(16).covers("甲", range(20))


def test_a_dismissal_covers_what_holds_mostly_its_matters_under_another_name() -> None:
    assert _dismissed(4).covers("乙", [0, 1, 900])
    assert not _dismissed(4).covers("乙", [0, 1, 900, 901])


def test_a_dismissal_covers_its_name_with_other_matters_while_they_are_few() -> None:
    assert _dismissed(4).covers("甲", [900, 901])
    assert not _dismissed(4).covers("甲", [900, 901, 902])


def test_what_is_left_of_a_proposal_is_in_no_hotspot() -> None:
    held = {1: {7}, 2: {7, 8}}

    assert hotspots.left("甲", [1, 2, 3], dismissals=[], held=held) == Left("甲", (3,), 7)
    assert hotspots.left("甲", [3, 4], dismissals=[], held=held) == Left("甲", (3, 4), None)
    assert hotspots.left("甲", [1, 2], dismissals=[], held=held) is None
    assert hotspots.left("甲", [], dismissals=[], held=held) is None


def test_the_rest_of_a_proposal_may_be_dismissed() -> None:
    dismissal = Dismissal(hotspots.mark("甲"), frozenset({3}))

    assert hotspots.left("甲", [1, 3], dismissals=[dismissal], held={1: {7}}) is None


@pytest.mark.parametrize(
    ("values", "shared"),
    [([1, 1, 2, None], 1), ([1, 2, 3], None), ([None, None], None), ([], None)],
)
def test_what_half_of_them_are_is_shared(values: list[int | None], shared: int | None) -> None:
    assert hotspots.shared(values) == shared
