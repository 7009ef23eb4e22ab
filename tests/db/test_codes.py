"""内容分类 in the store: paths kept in step, validity, and a list taken in once."""

from datetime import date

import pytest

from db.commands import codes as commands
from db.commands import units as unit_commands
from db.commands.codes import ImportCounts
from db.engine import Store
from db.queries import codes, units
from documents.codes_sheet import read
from rules.errors import Conflict, Invalid
from rules.permissions import SYSTEM
from rules.terms import UnitKind
from tests.conftest import TODAY, real_data

ROWS = [
    ("民政", "低保", "低保申请"),
    ("民政", "低保", "其他"),
    ("民政", "救灾", ""),
    ("政法", "公安", "其他"),
]


def _codes(store: Store) -> dict[str, codes.CodeRow]:
    with store.reading(SYSTEM) as session:
        return {row.path: row for row in codes.codes(session)}


def _change(store: Store, row: codes.CodeRow, **changes: object) -> None:
    names = ("version", "label", "unit_id", "valid_from", "valid_to")
    given = {name: getattr(row, name) for name in names} | changes
    with store.writing(SYSTEM) as session:
        commands.change_code(session, row.id, **given)


def _import(store: Store, rows: list[tuple[str, str, str]]) -> ImportCounts:
    with store.writing(SYSTEM) as session:
        return commands.import_codes(session, rows)


def test_a_list_is_taken_in_once(store: Store) -> None:
    before = len(_codes(store))

    assert _import(store, ROWS) == ImportCounts(added=6, unchanged=2)
    assert _import(store, ROWS) == ImportCounts(added=0, unchanged=8)

    found = _codes(store)
    assert len(found) == before + 6
    assert (found["民政/低保/低保申请"].level, found["民政/救灾"].level) == (3, 2)


@pytest.mark.parametrize(
    "row",
    [("民政", "", "低保申请"), ("", "低保", ""), ("民政", "低/保", ""), ("民政", "长" * 61, "")],
)
def test_one_row_that_cannot_be_takes_in_nothing(store: Store, row: tuple[str, str, str]) -> None:
    before = _codes(store)

    with pytest.raises(Invalid):
        _import(store, [*ROWS, row])

    assert _codes(store) == before


def test_a_renamed_class_renames_the_paths_below_and_no_others(store: Store) -> None:
    _import(store, [*ROWS, ("民政与应急", "低保", "")])

    _change(store, _codes(store)["民政"], label="民政事务")

    found = _codes(store)
    assert {"民政事务/低保/其他", "民政事务/救灾", "民政与应急/低保"} <= found.keys()
    assert not any(path.startswith("民政/") for path in found)


def test_a_class_is_added_on_each_level_and_none_below_the_third(store: Store) -> None:
    with store.writing(SYSTEM) as session:
        first = commands.add_code(session, "军队事务")
        second = commands.add_code(session, "退役安置", parent_id=first)
        third = commands.add_code(session, "优抚", parent_id=second)

    assert _codes(store)["军队事务/退役安置/优抚"].level == 3
    with pytest.raises(Invalid, match="只有3级"), store.writing(SYSTEM) as session:
        commands.add_code(session, "抚恤金", parent_id=third)


@pytest.mark.parametrize("label", ["", "民/政", "长" * 61, "民政"])
def test_a_label_that_cannot_be_is_refused(store: Store, label: str) -> None:
    with pytest.raises(Invalid), store.writing(SYSTEM) as session:
        commands.add_code(session, label)


def test_one_label_may_stand_under_two_classes(store: Store) -> None:
    _import(store, ROWS)

    assert {"民政/低保/其他", "政法/公安/其他"} <= _codes(store).keys()


def test_a_second_editor_is_told(store: Store) -> None:
    row = _codes(store)["民政"]
    _change(store, row, label="民政事务")

    with pytest.raises(Conflict):
        _change(store, row, label="民政工作")


def test_an_ended_class_cannot_be_chosen_nor_anything_below_it(store: Store) -> None:
    _import(store, ROWS)
    _change(store, _codes(store)["民政"], valid_to=date(2026, 11, 20))

    with store.reading(SYSTEM) as session:
        before = {option.path for option in codes.codes_valid(session, on=date(2026, 11, 19))}
        after = {option.path for option in codes.codes_valid(session, on=TODAY)}

    assert "民政/低保/其他" in before
    assert not any(path.startswith("民政") for path in after)
    assert "政法/公安/其他" in after


def test_the_governing_unit_of_a_class_is_named_on_both_sides(store: Store) -> None:
    with store.writing(SYSTEM) as session:
        county = unit_commands.add_unit(session, "本县", UnitKind.COUNTY)

    _change(store, _codes(store)["民政"], unit_id=county)

    assert _codes(store)["民政"].unit == "本县"
    with store.reading(SYSTEM) as session:
        assert units.tree(session)[0].governs == ("民政",)


def test_labels_resolve_where_they_are_the_only_one_and_paths_always(store: Store) -> None:
    _import(store, ROWS)
    rows = _codes(store)

    with store.reading(SYSTEM) as session:
        found = codes.resolve_codes(session)

    assert found["低保申请"] == rows["民政/低保/低保申请"].id
    assert found["民政/低保/其他"] == rows["民政/低保/其他"].id
    # 其他 is a first level of its own, whose path it is.
    assert found["其他"] == rows["其他"].id
    assert found["民政"] == rows["民政"].id


@pytest.mark.shared_data
def test_the_real_list_is_taken_in_whole(store: Store) -> None:
    rows, _ = read((real_data() / "content_classification.xlsx").read_bytes())

    first, second = _import(store, rows), _import(store, rows)

    # 15 first levels stand in the seed already; 118 second and 517 third are new.
    assert first == ImportCounts(added=118 + 517, unchanged=15)
    assert second == ImportCounts(added=0, unchanged=15 + 118 + 517)
    found = _codes(store)
    assert all("/".join(row) in found for row in rows)


def test_a_control_character_pasted_along_is_no_part_of_a_label(store: Store) -> None:
    _import(store, [("甲\x0b类", "乙类", "")])
    with store.writing(SYSTEM) as session:
        commands.add_code(session, "丙\x01类")
    _change(store, _codes(store)["甲类/乙类"], label="丁\x0c类")

    assert {"甲类", "甲类/丁类", "丙类"} <= set(_codes(store))
