from datetime import date

import pytest

from rules.reception_terms import Body, Level, Rank
from rules.receptions import Basis, Place, Receiver, SpecialPeriod, Turn
from rules.roster_edits import CellChange
from rules.roster_grid import day_label, headings, mark, read, squares
from rules.workdays import Calendar

MONDAY, SUNDAY, SATURDAY = date(2026, 12, 7), date(2026, 12, 6), date(2026, 12, 5)
HALL, VILLAGE = Place(7, "大厅"), Place(9, "下乡点")
CALENDAR = Calendar(special={SATURDAY: True}, years=frozenset({2026}))


def leader(id_: int, name: str, post: str = "副县长") -> Receiver:
    return Receiver(
        id=id_,
        name=name,
        post=post,
        level=Level.COUNTY,
        body=Body.GOVERNMENT,
        rank=Rank.DEPUTY,
        position=1,
    )


def test_a_square_shows_the_number_of_its_place() -> None:
    assert [mark(place, [HALL, VILLAGE]) for place in (7, 9, 0, None)] == ["1", "2", "√", ""]
    assert squares([Turn(id=1, on=MONDAY, leader_id=3, place_id=9)]) == {(MONDAY, 3): 9}


@pytest.mark.parametrize(
    ("typed", "base", "change"),
    [
        ("1", None, (None, 7)),
        ("２", None, (None, 9)),
        ("√", None, (None, 7)),
        ("√", 9, None),
        ("", 7, (7, None)),
        (None, 7, (7, None)),
        ("1", 7, None),
        (" ", None, None),
    ],
)
def test_what_is_typed_is_read_against_what_stood_there(
    typed: str | None, base: int | None, change: tuple[int | None, int | None] | None
) -> None:
    stood = {} if base is None else {(MONDAY, 3): base}

    changes, problems = read({(MONDAY, 3): typed}, stood, places=[HALL, VILLAGE], names={})

    assert problems == []
    assert changes == ([] if change is None else [CellChange(MONDAY, 3, *change)])


def test_anything_else_is_named_with_its_square() -> None:
    changes, problems = read({(MONDAY, 3): "9"}, {}, places=[HALL], names={3: "王县长"})

    assert changes == []
    assert problems[0].message == (
        "2026年12月7日（星期一） 王县长：“9”不是场所序号，请填 1，不接访的留空"
    )


def test_without_places_a_tick_is_enough() -> None:
    assert read({(MONDAY, 3): "1"}, {}, places=[], names={})[0] == [CellChange(MONDAY, 3, None, 0)]


def test_days_off_worked_weekends_and_special_days_are_marked() -> None:
    basis = Basis(
        first=SATURDAY,
        last=MONDAY,
        rules=(),
        receivers=(),
        calendar=CALENDAR,
        specials=(SpecialPeriod(1, "特护", MONDAY, MONDAY),),
    )

    labels = [day_label(on, basis) for on in (SATURDAY, SUNDAY, MONDAY)]
    assert [(label.text, label.note) for label in labels] == [
        ("12-05 周六", "班"),
        ("12-06 周日", "休"),
        ("12-07 周一", "特"),
    ]


def test_two_leaders_of_one_name_are_told_apart() -> None:
    found = headings([leader(1, "王强"), leader(2, "王强", "县委副书记"), leader(3, "李敏")])

    assert found == {1: "王强（副县长）", 2: "王强（县委副书记）", 3: "李敏"}
