"""The network in the store: whose entries are whose, coverage, filings; and 苗头信息."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from db.commands import early_signs, network
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.queries import early_signs as sign_queries
from db.queries import network as queries
from db.queries.early_signs import SignRow
from rules.dispute_terms import EarlyState, NodeKind
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.permissions import Actor
from rules.terms import Channel
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d

Make = Callable[..., Any]
K = NodeKind


@pytest.fixture
def place(make_unit: Make) -> d.County:
    """A small county."""
    return d.build(make_unit)


def _add(store: Store, kind: NodeKind, unit_id: int, *, by: Actor = OFFICE, **given: Any) -> int:
    with store.writing(by) as session:
        return network.add_node(
            session,
            kind=kind,
            unit_id=unit_id,
            now=NOW,
            **{"name": kind.label, "full_time": False, **given},
        )


def _lacking(store: Store, name: str, on: date = TODAY) -> str:
    with store.reading(OFFICE) as session:
        found = queries.coverage(session, on=on)
    return next((gap.told for gap in found.gaps if gap.place.name == name), "")


def test_coverage_names_what_each_village_lacks_until_it_is_there(
    store: Store, place: d.County
) -> None:
    assert _lacking(store, "城关镇/幸福村") == "没有村级调解小组；没有网格员；没有信息员"
    _add(store, K.MEDIATION_GROUP, place.village)
    _add(store, K.GRID_WORKER, place.village, grid="一组")
    _add(store, K.GRID_WORKER, place.village, grid="二组")
    _add(store, K.INFORMATION_CLERK, place.village, grid="一组")
    assert _lacking(store, "城关镇/幸福村") == "二组没有信息员"
    clerk = _add(store, K.INFORMATION_CLERK, place.village, valid_from=date(2020, 1, 1))
    assert _lacking(store, "城关镇/幸福村") == ""

    _change(store, clerk, name="信息员", valid_from=date(2020, 1, 1), valid_to=TODAY)
    assert _lacking(store, "城关镇/幸福村") == "二组没有信息员"
    assert _lacking(store, "城关镇/幸福村", on=TODAY - timedelta(1)) == ""


def _change(
    store: Store, node_id: int, *, by: Actor = OFFICE, version: int = 1, **given: Any
) -> None:
    values = {"grid": "", "full_time": False, "valid_from": None, "valid_to": None, **given}
    with store.writing(by) as session:
        network.change_node(session, node_id, version=version, now=NOW, **values)


def test_a_unit_keeps_its_own_and_its_villages_entries_alone(store: Store, place: d.County) -> None:
    town = d.member(store, place.town)
    mine = _add(store, K.GRID_WORKER, place.village, by=town)
    theirs = _add(store, K.GRID_WORKER, place.other_town)
    with pytest.raises(NotAllowed):
        _add(store, K.GRID_WORKER, place.other_town, by=town)
    with pytest.raises(NotAllowed):
        _change(store, theirs, by=town, name="改掉")
    _change(store, mine, by=town, name="孙七")

    with store.reading(town) as session:
        rows = {row.name: row.mine for row in queries.nodes(session)}
    assert rows == {"孙七": True, "网格员": False}


def test_every_change_is_filed_once(store: Store, place: d.County) -> None:
    town = d.member(store, place.town)
    node = _add(store, K.GRID_WORKER, place.village, by=town, name="赵六", grid="一组")
    _change(store, node, by=town, name="孙七", grid="一组")
    _change(store, node, by=town, name="孙七", grid="一组", version=2)

    with store.reading(town) as session:
        waiting = queries.filings(session, waiting=True)
    assert [row.told for row in waiting] == ["网格员 孙七：名称：赵六 → 孙七", "新增网格员 赵六"]
    with pytest.raises(NotAllowed), store.writing(town) as session:
        network.confirm_filing(session, waiting[0].id, today=TODAY)
    with store.writing(OFFICE) as session:
        network.confirm_filing(session, waiting[0].id, today=TODAY)
    with pytest.raises(RuleError, match="已经备案"), store.writing(OFFICE) as session:
        network.confirm_filing(session, waiting[0].id, today=TODAY)
    with store.reading(OFFICE) as session:
        filed = queries.filings(session, waiting=False)
        assert [(row.id, row.filed_on, row.filed_by) for row in filed] == [
            (waiting[0].id, TODAY, OFFICE.name)
        ]
        assert len(queries.filings(session, waiting=True)) == 1
    with store.reading(d.member(store, place.other_town)) as session:
        assert queries.filings(session, waiting=True) == []


def test_an_entry_that_is_wrong_or_stale_is_refused(store: Store, place: d.County) -> None:
    with pytest.raises(Invalid, match="专职"):
        _add(store, K.GRID_WORKER, place.village, full_time=None)
    node = _add(store, K.GRID_WORKER, place.village)
    with pytest.raises(Conflict):
        _change(store, node, name="孙七", version=9)
    with pytest.raises(Missing):
        _change(store, 99, name="孙七")


SIGN: dict[str, Any] = {
    "title": "渠道改线引起不满",
    "place": "幸福村三组",
    "people": 20,
    "people_approx": True,
    "since_on": TODAY - timedelta(3),
    "content": "三十亩水田断水",
    "asked": "请水利局到场说明",
    "learned_at": NOW - timedelta(hours=5),
}


def _report(store: Store, unit_id: int, *, by: Actor = OFFICE, **given: Any) -> Opened:
    with store.writing(by) as session:
        return early_signs.report(
            session, {**SIGN, "area_id": unit_id, **given}, unit_id=unit_id, today=TODAY, now=NOW
        )


def _signs(store: Store, actor: Actor = OFFICE, **wanted: Any) -> tuple[SignRow, ...]:
    given = {"state": None, "term": "", "page": 1, **wanted}
    with store.reading(actor) as session:
        return sign_queries.signs(session, **given).rows


def test_a_report_tells_when_it_was_learned_of_and_when_reported(
    store: Store, place: d.County
) -> None:
    made = _report(store, place.village, by=d.member(store, place.village))

    row = _signs(store)[0]
    assert (row.number, row.unit, row.state) == (made.number, "幸福村", EarlyState.OPEN)
    assert (row.learned_at, row.reported_at) == (NOW - timedelta(hours=5), NOW)
    assert (row.people, row.people_approx) == (20, True)


def test_a_report_is_the_units_and_the_offices_alone(store: Store, place: d.County) -> None:
    _report(store, place.village)

    assert len(_signs(store, d.member(store, place.town))) == 1
    assert _signs(store, d.member(store, place.neighbour)) == ()
    with pytest.raises(NotAllowed):
        _report(store, place.neighbour, by=d.member(store, place.village))
    with pytest.raises(Invalid):
        _report(store, place.village, title="")


def test_a_report_becomes_a_dispute_found_by_who_reported_it(store: Store, place: d.County) -> None:
    made = _report(store, place.village)
    with store.writing(d.member(store, place.village)) as session:
        opened = early_signs.into_dispute(
            session, made.id, class_id=d.class_id(store), version=1, today=TODAY, now=NOW
        )

    assert (_signs(store)[0].state, _signs(store)[0].became) == (EarlyState.DISPUTE, opened.number)
    file = d.seen(store, opened.number)
    assert file.early == made.number
    assert (file.values["people"], file.values["people_approx"]) == (20, True)
    assert file.values["happened_on"] == TODAY - timedelta(3)
    assert "请水利局到场说明" in file.values["remark"]
    with pytest.raises(RuleError, match="已转纠纷"), store.writing(OFFICE) as session:
        early_signs.close(session, made.id, why="没事了", version=2, now=NOW)


def test_a_report_becomes_a_case_by_the_office(store: Store, place: d.County) -> None:
    made = _report(store, place.village)
    with pytest.raises(NotAllowed), store.writing(d.member(store, place.village)) as session:
        early_signs.into_case(session, made.id, version=1, today=TODAY, now=NOW)
    with store.writing(OFFICE) as session:
        opened = early_signs.into_case(session, made.id, version=1, today=TODAY, now=NOW)
    with store.reading(OFFICE) as session:
        case = session.get_one(Case, opened.id)
        assert (case.channel, case.township_id, case.people) == (Channel.SWEEP, place.village, 20)
    assert _signs(store)[0].became == opened.number


def test_a_report_is_closed_with_a_word_of_how(store: Store, place: d.County) -> None:
    made = _report(store, place.village)
    with pytest.raises(Invalid), store.writing(OFFICE) as session:
        early_signs.close(session, made.id, why=" ", version=1, now=NOW)
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        early_signs.close(session, made.id, why="当场讲清", version=9, now=NOW)
    with store.writing(OFFICE) as session:
        early_signs.close(session, made.id, why="当场讲清", version=1, now=NOW)

    assert _signs(store, state=EarlyState.CLOSED)[0].closed_why == "当场讲清"
    assert _signs(store, state=EarlyState.OPEN) == ()
    assert len(_signs(store, term="渠道 断水")) == 1
    assert _signs(store, term="修路") == ()
