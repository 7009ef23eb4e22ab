from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.commands import hotspots
from db.engine import Store
from db.models.cases import Case
from db.models.hotspots import DismissedProposal
from db.queries import discovery
from rules.errors import Invalid, Missing, RuleError
from rules.hotspots import Left
from rules.permissions import SYSTEM
from rules.terms import CaseState, Purpose
from tests.conftest import NOW, OFFICE, TODAY

Make = Callable[..., Any]


def _undecided(store: Store, *found: tuple[str, Sequence[int]]) -> list[Left]:
    with store.reading(OFFICE) as session:
        return discovery.undecided(session, found)


def _dismiss(store: Store, fingerprint: str, ids: Sequence[int], reason: str = "不是一件事") -> int:
    with store.writing(OFFICE) as session:
        return hotspots.dismiss(
            session, fingerprint, ids, words="幸福小区、物业", reason=reason, now=NOW
        )


def _set(store: Store, case_id: int, **values: Any) -> None:
    with store.writing(SYSTEM) as session:
        for name, value in values.items():
            setattr(session.get_one(Case, case_id), name, value)


def test_the_matters_of_a_period_are_read_with_both_its_days(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    first, last = TODAY - timedelta(days=9), TODAY - timedelta(days=2)
    town = make_unit("石门镇")
    one = make_case(
        title="甲", content="乙" * 20, received_on=first, township_id=town, people=5, person="张三"
    )
    same = make_case(received_on=last, person="张三")
    nobody = make_case(received_on=last, person="")
    make_case(received_on=last + timedelta(days=1))
    make_case(received_on=first - timedelta(days=1))
    make_case(received_on=last, purpose=Purpose.ACCUSATION)
    _set(store, make_case(received_on=last).id, state=CaseState.MERGED)

    with store.reading(OFFICE) as session:
        rows = discovery.matters(session, first=first, last=last, read=10)
        count = discovery.matters_read(session, first=first, last=last)
        earliest = discovery.first_day(session)

    assert [row.id for row in rows] == [one.id, same.id, nobody.id]
    assert count == 3
    assert earliest == first - timedelta(days=1)
    assert (rows[0].title, rows[0].content, rows[0].place, rows[0].people) == (
        "甲",
        "乙" * 10,
        "石门镇",
        5,
    )
    assert rows[0].person_key == rows[1].person_key != rows[2].person_key
    assert (rows[1].place, rows[2].person_key) == ("", None)


def test_a_dismissed_proposal_stays_away_until_it_has_grown(store: Store, make_case: Make) -> None:
    ids = [make_case().id for _ in range(5)]
    _dismiss(store, "group:甲", ids[:2])

    assert _undecided(store, ("group:甲", ids[:2]), ("group:乙", ids[2:4])) == [
        Left("group:乙", (ids[2], ids[3]), None)
    ]
    assert _undecided(store, ("group:别名", ids[:2])) == []
    assert _undecided(store, ("group:甲", ids[:4])) == []
    assert _undecided(store, ("group:甲", ids)) == [Left("group:甲", tuple(ids), None)]


def test_a_dismissal_undone_proposes_again_and_a_second_time_is_told(
    store: Store, make_case: Make
) -> None:
    ids = [make_case().id for _ in range(2)]
    dismissed_id = _dismiss(store, "group:甲", ids)

    with store.writing(OFFICE) as session:
        hotspots.undo_dismissal(session, dismissed_id)
    with pytest.raises(Missing, match="已经恢复"), store.writing(OFFICE) as session:
        hotspots.undo_dismissal(session, dismissed_id)

    assert len(_undecided(store, ("group:甲", ids))) == 1


def test_a_dismissal_needs_a_reason_and_matters(store: Store, make_case: Make) -> None:
    ids = [make_case().id]

    with pytest.raises(Invalid, match="请写明"):
        _dismiss(store, "group:甲", ids, " ")
    with pytest.raises(Invalid, match="最多 200 个字"):
        _dismiss(store, "group:甲", ids, "甲" * 201)
    with pytest.raises(RuleError, match="没有待定"):
        _dismiss(store, "group:甲", [])
    with store.reading(OFFICE) as session:
        assert session.scalars(select(DismissedProposal)).all() == []


def test_a_name_longer_than_its_column_is_dismissed_all_the_same(
    store: Store, make_case: Make
) -> None:
    ids, long = [make_case().id], "group:" + "甲" * 300

    _dismiss(store, long, ids)

    assert _undecided(store, (long, ids)) == []


def test_what_is_in_a_hotspot_is_decided_and_the_rest_is_told_with_it(
    store: Store, make_case: Make
) -> None:
    ids = [make_case().id for _ in range(3)]
    with store.writing(OFFICE) as session:
        hotspot_id = hotspots.open_hotspot(
            session, {"name": "甲"}, case_ids=ids[:2], today=TODAY, now=NOW
        )

    assert _undecided(store, ("group:甲", ids[:2]), ("group:乙", ids)) == [
        Left("group:乙", (ids[2],), hotspot_id)
    ]


def test_a_matter_that_became_an_accusation_is_proposed_no_more(
    store: Store, make_case: Make
) -> None:
    ids = [make_case().id for _ in range(3)]
    _set(store, ids[0], purpose=Purpose.ACCUSATION)
    _set(store, ids[1], state=CaseState.MERGED)

    assert _undecided(store, ("group:甲", ids)) == [Left("group:甲", (ids[2],), None)]
    with store.reading(OFFICE) as session:
        assert [line.id for line in discovery.matter_lines(session, ids)] == [ids[2]]


def test_the_matters_of_a_proposal_are_told_newest_first(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    town, unit = make_unit("石门镇"), make_unit("住建局")
    old = make_case(received_on=TODAY - timedelta(days=3), township_id=town, unit_id=unit)
    new = make_case()
    make_case()

    with store.reading(OFFICE) as session:
        lines = discovery.matter_lines(session, [old.id, new.id])

    assert [line.number for line in lines] == [new.number, old.number]
    assert (lines[1].township, lines[1].unit, lines[0].township) == ("石门镇", "住建局", "")


def test_what_was_dismissed_is_listed_latest_first_page_by_page(
    store: Store, make_case: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discovery, "PAGE", 2)
    ids = [make_case().id]
    made = [_dismiss(store, f"group:{n}", ids, f"理由{n}") for n in range(3)]

    with store.reading(OFFICE) as session:
        pages = [discovery.dismissed(session, page=page) for page in (1, 2)]
        count = discovery.dismissed_count(session)

    assert [[row.id for row in page] for page in pages] == [[made[2], made[1]], [made[0]]]
    assert count == 3
    assert (pages[0][0].words, pages[0][0].reason, pages[0][0].matters) == (
        "幸福小区、物业",
        "理由2",
        1,
    )
