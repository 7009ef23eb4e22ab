"""Units in the store: the tree kept whole, names kept apart, pasted lines, leaders."""

from collections.abc import Iterator
from datetime import date
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import event, select

from db.commands import units as commands
from db.engine import Store
from db.models.units import Unit
from db.queries import units
from rules.errors import Conflict, Invalid, Missing
from rules.permissions import SYSTEM
from rules.terms import UnitKind
from rules.units import normalise_name
from tests.conftest import TODAY

CITY, COUNTY, TOWNSHIP, DEPARTMENT, VILLAGE = UnitKind
PASTE = """名称\t类别\t上级\t别名
新民村\t村\t红星镇\t
甲县\t县\t某市\t
某市\t市\t\t
乙县\t县\t某市\t
红星镇\t乡镇\t甲县\t红星、红星公社
东风镇\t乡镇\t乙县\t
新民村\t村\t东风镇\t
教育局\t部门\t甲县\t教体局"""


@pytest.fixture
def ids(store: Store) -> Iterator[dict[str, int]]:
    """The pasted tree; the two villages of one name stand by their townships'."""
    with store.writing(SYSTEM) as session:
        commands.add_units(session, PASTE)
    with store.reading(SYSTEM) as session:
        yield {row.path_name: row.id for row in units.tree(session)}


def _row(store: Store, unit_id: int) -> units.UnitRow:
    with store.reading(SYSTEM) as session:
        return next(row for row in units.tree(session) if row.id == unit_id)


def _change(store: Store, unit_id: int, **changes: Any) -> None:
    row = _row(store, unit_id)
    names = ("version", "name", "kind", "parent_id", "valid_from", "valid_to")
    with store.writing(SYSTEM) as session:
        commands.change_unit(
            session, unit_id, **({name: getattr(row, name) for name in names} | changes)
        )


def _paths(store: Store) -> dict[int, str]:
    with store.reading(SYSTEM) as session:
        return {unit.id: unit.path for unit in session.scalars(select(Unit))}


def _told(refusal: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [problem.message for problem in refusal.value.problems]


def test_pasted_lines_find_their_superiors_in_any_order(store: Store, ids: dict[str, int]) -> None:
    with store.reading(SYSTEM) as session:
        shown = [(row.depth, row.path_name) for row in units.tree(session)]

    assert shown == [
        (0, "某市"),
        (1, "甲县"),
        (2, "甲县/红星镇"),
        (3, "甲县/红星镇/新民村"),
        (2, "甲县/教育局"),
        (1, "乙县"),
        (2, "乙县/东风镇"),
        (3, "乙县/东风镇/新民村"),
    ]
    paths = _paths(store)
    assert paths[ids["甲县/红星镇"]] == f"/{ids['某市']}/{ids['甲县']}/{ids['甲县/红星镇']}/"


def test_one_bad_line_adds_nothing_and_every_bad_line_is_named(store: Store) -> None:
    text = "本县\t县\t\t\n红星镇\t乡镇\t本县\t\n新民村\t村\t本县\t\n教育局\t部门\t某县\t\n红星镇\t乡镇\t本县\t"

    with pytest.raises(Invalid) as refusal, store.writing(SYSTEM) as session:
        commands.add_units(session, text)

    assert _told(refusal) == [
        "第 3 行：村不能设在县之下，只能设在乡镇之下",
        "第 4 行：没有名为“某县”的上级单位",
        "第 5 行：单位“红星镇”已经存在",
    ]
    assert _paths(store) == {}


def test_a_moved_unit_takes_its_subtree_along(store: Store, ids: dict[str, int]) -> None:
    township, village = ids["甲县/红星镇"], ids["甲县/红星镇/新民村"]

    _change(store, township, parent_id=ids["乙县"])

    paths = _paths(store)
    assert paths[township] == f"/{ids['某市']}/{ids['乙县']}/{township}/"
    assert paths[village] == f"{paths[township]}{village}/"
    assert paths[ids["甲县/教育局"]] == f"/{ids['某市']}/{ids['甲县']}/{ids['甲县/教育局']}/"


def test_a_unit_cannot_come_to_stand_under_itself(store: Store, ids: dict[str, int]) -> None:
    before = _paths(store)

    for parent in ("甲县", "甲县/红星镇", "甲县/红星镇/新民村"):
        with pytest.raises(Invalid):
            _change(store, ids["甲县"], parent_id=ids[parent])

    assert _paths(store) == before


def test_a_kind_that_what_stands_below_does_not_allow_is_refused(
    store: Store, ids: dict[str, int]
) -> None:
    with pytest.raises(Invalid) as refusal:
        _change(store, ids["甲县/红星镇"], kind=DEPARTMENT)

    assert "其下有村“新民村”" in _told(refusal)[0]


def test_a_second_editor_is_told(store: Store, ids: dict[str, int]) -> None:
    county = ids["甲县"]
    _change(store, county, name="甲一县")

    with pytest.raises(Conflict):
        _change(store, county, name="甲二县", version=1)

    assert _row(store, county).name == "甲一县"


def test_a_unit_that_is_not_there_is_missing(store: Store) -> None:
    with pytest.raises(Missing), store.writing(SYSTEM) as session:
        commands.add_alias(session, 99, "别名")


def test_a_name_given_up_stays_as_an_alias_and_can_be_taken_back(
    store: Store, ids: dict[str, int]
) -> None:
    office = ids["甲县/教育局"]

    _change(store, office, name="教育和体育局")
    assert _row(store, office).aliases == ("教体局", "教育局")

    _change(store, office, name="教育局")
    assert _row(store, office).aliases == ("教体局", "教育和体育局")


def test_an_ended_unit_can_no_longer_be_chosen_and_is_still_found_by_name(
    store: Store, ids: dict[str, int]
) -> None:
    office = ids["甲县/教育局"]

    _change(store, office, valid_to=TODAY)

    with store.reading(SYSTEM) as session:
        assert office not in {option.id for option in units.units_valid(session, on=TODAY)}
        before = {option.id for option in units.units_valid(session, on=date(2026, 11, 19))}
        assert office in before
        assert units.resolve_units(session)["教育局"] == office


def test_a_unit_with_units_in_use_below_cannot_end(store: Store, ids: dict[str, int]) -> None:
    with pytest.raises(Invalid) as refusal:
        _change(store, ids["甲县/红星镇"], valid_to=TODAY)

    assert "新民村" in _told(refusal)[0]


def test_an_ended_name_may_be_taken_by_a_successor_that_then_answers_to_it(
    store: Store, ids: dict[str, int]
) -> None:
    _change(store, ids["甲县/教育局"], valid_to=TODAY)

    with store.writing(SYSTEM) as session:
        successor = commands.add_unit(session, "教育局", DEPARTMENT, parent_id=ids["甲县"])

    with store.reading(SYSTEM) as session:
        assert units.resolve_units(session)["教育局"] == successor
    with pytest.raises(Invalid, match="已经存在"):
        _change(store, ids["甲县/教育局"], valid_to=None)


def test_nothing_is_added_under_an_ended_unit(store: Store, ids: dict[str, int]) -> None:
    _change(store, ids["甲县/红星镇/新民村"], valid_to=TODAY)
    _change(store, ids["甲县/红星镇"], valid_to=TODAY)

    with pytest.raises(Invalid, match="已停用"), store.writing(SYSTEM) as session:
        commands.add_unit(session, "向阳村", VILLAGE, parent_id=ids["甲县/红星镇"])


@pytest.mark.parametrize("name", ["教育局", " 教 育局", "教体局"])
def test_a_name_that_means_a_unit_already_is_refused(
    store: Store, ids: dict[str, int], name: str
) -> None:
    with pytest.raises(Invalid), store.writing(SYSTEM) as session:
        commands.add_unit(session, name, DEPARTMENT, parent_id=ids["甲县"])


def test_villages_of_one_township_need_different_names(store: Store, ids: dict[str, int]) -> None:
    with pytest.raises(Invalid), store.writing(SYSTEM) as session:
        commands.add_unit(session, "新民村", VILLAGE, parent_id=ids["甲县/红星镇"])


@pytest.mark.parametrize("alias", ["红星镇", "教体局", "红 星", "教育局", ""])
def test_an_alias_that_means_a_unit_already_is_refused(
    store: Store, ids: dict[str, int], alias: str
) -> None:
    with pytest.raises(Invalid), store.writing(SYSTEM) as session:
        commands.add_alias(session, ids["甲县/教育局"], alias)


def test_an_alias_is_added_and_removed(store: Store, ids: dict[str, int]) -> None:
    office = ids["甲县/教育局"]
    with store.writing(SYSTEM) as session:
        commands.add_alias(session, office, "县教育局")
    assert _row(store, office).aliases == ("教体局", "县教育局")

    with store.writing(SYSTEM) as session:
        commands.remove_alias(session, office, "教体局")
        commands.remove_alias(session, office, "教体局")

    assert _row(store, office).aliases == ("县教育局",)


def test_names_are_resolved_however_typed_and_doubtful_ones_are_not(
    store: Store, ids: dict[str, int]
) -> None:
    with store.reading(SYSTEM) as session:
        found = units.resolve_units(session)

    assert found[normalise_name("红星 公社")] == ids["甲县/红星镇"]
    assert "新民村" not in found
    assert found["东风镇新民村"] == ids["乙县/东风镇/新民村"]


def test_a_whole_county_is_pasted_in_a_bounded_number_of_statements(store: Store) -> None:
    lines = ["本县\t县\t\t", *(f"第{n}镇\t乡镇\t本县\t镇{n}" for n in range(60))]
    lines += [f"第{n}村\t村\t第{n % 60}镇\t" for n in range(600)]
    statements = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    with store.writing(SYSTEM) as session:
        assert commands.add_units(session, "\n".join(lines)) == 661

    assert len(statements) < 5 * 661


def test_two_people_adding_one_name_at_once_make_one_unit(store: Store) -> None:
    with store.writing(SYSTEM) as session:
        county = commands.add_unit(session, "本县", COUNTY)
    refused: list[Invalid] = []

    def rival() -> None:
        try:
            with store.writing(SYSTEM) as session:
                commands.add_unit(session, "教育局", DEPARTMENT, parent_id=county)
        except Invalid as refusal:
            refused.append(refusal)

    thread = Thread(target=rival)
    with store.writing(SYSTEM) as session:
        commands.add_unit(session, "教育局", DEPARTMENT, parent_id=county)
        thread.start()
        thread.join(timeout=0.5)
    thread.join()

    assert len(refused) == 1
    with store.reading(SYSTEM) as session:
        assert [row.name for row in units.tree(session)] == ["本县", "教育局"]


def test_a_control_character_pasted_along_is_no_part_of_a_name(
    store: Store, ids: dict[str, int]
) -> None:
    with store.writing(SYSTEM) as session:
        made = commands.add_unit(
            session, "信\x0b访局", DEPARTMENT, parent_id=ids["甲县"], aliases=["信\x01访办"]
        )
        commands.add_alias(session, made, "大\x02接访")
        commands.add_units(session, "水利\x03局\t部门\t甲县\t水\x04务局")
    _change(store, ids["甲县/教育局"], name="教育\x0c体育局")

    with store.reading(SYSTEM) as session:
        rows = {row.name: row for row in units.tree(session)}
    assert rows["信访局"].aliases == ("信访办", "大接访")
    assert rows["水利局"].aliases == ("水务局",)
    assert "教育体育局" in rows
