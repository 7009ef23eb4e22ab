"""The report of likely duplicates and the comparison of two: what is found, and what is shown."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from db.commands import duplicates
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.queries import comparison, likely_pairs
from db.queries.comparison import Comparison, Unfiled
from db.queries.likely_pairs import Report
from rules.case_terms import SameKind
from rules.errors import Missing
from rules.people import Person
from rules.permissions import SYSTEM
from rules.terms import Channel, UnitKind
from tests.conftest import NOW, OFFICE, TODAY

Make = Callable[..., Opened]
NOISE = "城关镇幸福小区夜间噪音扰民"


def report(store: Store, *, days: int = 30, batch_id: int | None = None) -> Report:
    with store.reading(OFFICE) as session:
        return likely_pairs.report(
            session,
            first=TODAY - timedelta(days=days),
            last=TODAY,
            today=TODAY,
            batch_id=batch_id,
        )


def found(store: Store, **asked: Any) -> list[tuple[str, str]]:
    return [(pair.later, pair.earlier) for pair in report(store, **asked).pairs]


def compared(store: Store, one: Opened, other: Opened) -> Comparison:
    with store.reading(OFFICE) as session:
        return comparison.comparison(session, one.number, other.number, today=TODAY)


@pytest.fixture
def town(make_unit: Callable[..., int]) -> int:
    return make_unit("城关镇", kind=UnitKind.TOWNSHIP)


def test_like_words_of_one_place_and_the_same_people_are_found_among_noise(
    store: Store, make_case: Make, make_unit: Callable[..., int], town: int
) -> None:
    elsewhere = make_unit("西镇", kind=UnitKind.TOWNSHIP)
    first = make_case(title=NOISE, township_id=town, person="甲一")
    second = make_case(title=f"{NOISE}严重", township_id=town, person="乙二")
    make_case(title=NOISE, township_id=elsewhere, person="丙三")
    make_case(title="申请低保", content="困难", township_id=town, person="丁四")
    old = make_case(
        title="自来水停水",
        content="停水三天",
        person="戊五",
        received_on=TODAY - timedelta(days=90),
    )
    again = make_case(title="自来水又停水", content="停水三天了", person="戊五", township_id=town)

    assert sorted(found(store)) == sorted(
        [(second.number, first.number), (again.number, old.number)]
    )
    kinds = {pair.later: pair.proposal.kind for pair in report(store).pairs}
    assert kinds == {second.number: SameKind.SHARED, again.number: SameKind.REPEAT}


def test_the_same_place_is_looked_at_within_the_countys_days(
    store: Store, make_case: Make, town: int
) -> None:
    newest, near, _ = (
        make_case(
            title=NOISE,
            township_id=town,
            person=person,
            received_on=TODAY - timedelta(days=days),
        )
        for days, person in ((0, "甲一"), (3, "乙二"), (7, "丙三"))
    )

    assert found(store) == [(newest.number, near.number)]
    assert found(store, days=2) == []


def test_one_phone_finds_what_the_names_do_not_and_the_anonymous_are_not_one(
    store: Store, make_case: Make
) -> None:
    first = make_case(title="路灯不亮", person="张三", phone="13900001111")
    second = make_case(title="路灯还不亮", person="张珊", phone="13900001111")
    make_case(title="路灯不亮了", person="匿名", phone="13900002222")
    make_case(title="路灯全不亮", person="匿名", phone="13900003333", content="另一条街")

    assert found(store)[0] == (second.number, first.number)
    shown = compared(store, first, second)
    assert shown.shared.same_person is True


def test_what_was_marked_comes_first_and_of_an_import_alone(store: Store, make_case: Make) -> None:
    old = make_case(title="甲", received_on=TODAY - timedelta(days=400), person="甲一")
    marked = make_case(
        title="完全不同", received_on=TODAY - timedelta(days=390), person="乙二", content="别的"
    )
    one = make_case(title=NOISE, person="丙三")
    two = make_case(title=NOISE, person="丙三")
    with store.writing(SYSTEM) as session:
        session.get_one(Case, marked.id).suspect_of_id = old.id

    assert found(store) == [(marked.number, old.number), (two.number, one.number)]
    assert found(store, batch_id=7) == []


@pytest.mark.parametrize("kind", SameKind)
def test_what_is_decided_is_found_no_more_until_it_is_undone(
    store: Store, make_case: Make, kind: SameKind
) -> None:
    one, two = make_case(title=NOISE), make_case(title=NOISE)
    assert found(store) == [(two.number, one.number)]
    with store.writing(OFFICE) as session:
        pair = duplicates.decide_pair(
            session, two.id, one.id, kind=kind, version=1, other_version=1, today=TODAY, now=NOW
        )
    assert found(store) == []
    assert compared(store, one, two).decided is not None

    with store.writing(OFFICE) as session:
        versions = [session.get_one(Case, each.id).version for each in (two, one)]
        duplicates.undo_decision(
            session,
            pair,
            version=versions[0],
            other_version=versions[1],
            today=TODAY,
            now=NOW,
        )
    assert found(store) == [(two.number, one.number)]


def test_what_is_linked_by_hand_is_no_suspicion(store: Store, make_case: Make) -> None:
    one = make_case(title=NOISE)
    make_case(title=NOISE, repeat_of_id=one.id)

    assert found(store) == []


def test_a_period_with_more_cases_than_are_looked_at_says_so(
    store: Store, make_case: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likely_pairs, "WINDOW", 2)
    monkeypatch.setattr(likely_pairs, "LISTED", 1)
    for title in ("甲甲甲甲", "乙乙乙乙", "丙丙丙丙"):
        make_case(title=title, content="", person="")
    assert report(store).unread == 1

    monkeypatch.setattr(likely_pairs, "WINDOW", 50)
    for _ in range(3):
        make_case(title=NOISE)
    all_found = report(store)
    assert (len(all_found.pairs), all_found.unread) == (1, 0)
    assert all_found.more == 2


def test_two_cases_stand_side_by_side_in_their_order(store: Store, make_case: Make) -> None:
    earlier = make_case(received_on=TODAY - timedelta(days=1), channel=Channel.PHONE, person="甲一")
    later = make_case(person="乙二", content="雨后积水仍无法通行")

    for one, other in ((earlier, later), (later, earlier)):
        shown = compared(store, one, other)
        assert (shown.later.number, shown.earlier.number) == (later.number, earlier.number)
        assert shown.shared.same_person is False
        assert (shown.shared.same_day, shown.shared.same_channel) == (False, False)
        assert shown.texts is not None
        assert 50 < shown.texts < 100
    with pytest.raises(Missing):
        compared(store, earlier, Opened(0, "没有"))


@pytest.mark.parametrize(
    ("person", "phone", "same"),
    [("甲一", "", "同一人，"), ("乙二", "", "不是同一人"), ("", "", "不明"), ("匿名", "", "不明")],
)
def test_what_is_typed_is_held_against_a_case(
    store: Store, make_case: Make, person: str, phone: str, same: str
) -> None:
    there = make_case(person="甲一", phone="13900001111")
    with store.reading(OFFICE) as session:
        typed = Unfiled("反映道路积水", "", [Person(person, phone)], TODAY, Channel.VISIT)
        file, _, proposal = comparison.against(session, there.number, typed, today=TODAY)

    assert file.number == there.number
    assert same in proposal.why
    assert "文字相似 100%" in proposal.why
    assert Person("甲一") not in file.people


@pytest.mark.parametrize(
    ("people", "day", "kind"),
    [
        ([Person("甲一", "13900001111")], TODAY, SameKind.DOUBLE),
        ([Person("乙二"), Person("甲一")], TODAY - timedelta(days=9), SameKind.REPEAT),
        ([Person("乙二")], TODAY, SameKind.SHARED),
    ],
)
def test_two_rows_of_a_ledger_are_held_against_each_other(
    store: Store, people: list[Person], day: date, kind: SameKind
) -> None:
    one = Unfiled("反映道路积水", "", [Person("甲一", "13900001111")], TODAY, Channel.VISIT)
    other = Unfiled("反映道路积水", "雨后积水", people, day, Channel.VISIT)
    with store.reading(OFFICE) as session:
        shared, proposal = comparison.between(session, one, other, today=TODAY)

    assert proposal.kind is kind
    assert shared.same_day is (day == TODAY)
