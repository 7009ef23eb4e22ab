"""What a leader must be known by, what his post tells, and the lines of a pasted table."""

from datetime import date

import pytest

from rules.leaders import (
    Standing,
    body_and_rank,
    in_office_problems,
    leave_problems,
    problems,
    read_lines,
    term_end,
)
from rules.reception_terms import Body, Level, Rank
from rules.terms import UnitKind

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("post", "body", "rank"),
    [
        ("县委书记", Body.PARTY, Rank.PRINCIPAL),
        ("县委副书记、县长", Body.GOVERNMENT, Rank.PRINCIPAL),
        ("县委副书记", Body.PARTY, Rank.DEPUTY),
        ("县委常委、常务副县长", Body.GOVERNMENT, Rank.DEPUTY),
        ("县委常委、政法委书记", Body.PARTY, Rank.DEPUTY),
        ("县委常委、纪委书记", Body.PARTY, Rank.DEPUTY),
        ("县人大常委会主任", Body.CONGRESS, Rank.PRINCIPAL),
        ("县人大常委会副主任", Body.CONGRESS, Rank.DEPUTY),
        ("县政协主席", Body.CONSULTATIVE, Rank.PRINCIPAL),
        ("县政协副主席", Body.CONSULTATIVE, Rank.DEPUTY),
        ("镇党委书记", Body.PARTY, Rank.PRINCIPAL),
        ("街道党工委书记", Body.PARTY, Rank.PRINCIPAL),
        ("乡党委副书记、乡长", Body.GOVERNMENT, Rank.PRINCIPAL),
        ("副县长、公安局局长", Body.GOVERNMENT, Rank.DEPUTY),
        ("县人民法院院长", Body.OTHER, Rank.DEPUTY),
    ],
)
def test_a_post_tells_the_body_and_who_heads_it(post: str, body: Body, rank: Rank) -> None:
    assert body_and_rank(post) == (body, rank)


def test_a_table_with_a_header_may_have_its_columns_in_any_order() -> None:
    text = "序号\t职务\t姓 名\t分管\n1\t副县长\t张三\t城建、交通\n\n2\t县长\t李四\t"

    lines, found = read_lines(text, today=TODAY)

    assert found == []
    assert [(x.number, x.standing.name, x.standing.portfolio) for x in lines] == [
        (2, "张三", "城建、交通"),
        (4, "李四", ""),
    ]


def test_a_table_without_a_header_is_read_in_the_order_said() -> None:
    text = "张三\t镇长\t乡镇\t政府\t正职\t青山镇\t全面工作\t2024.3.1"

    ((line,), found) = read_lines(text, today=TODAY)

    assert found == []
    assert line.unit == "青山镇"
    assert line.standing == Standing(
        name="张三",
        post="镇长",
        level=Level.TOWNSHIP,
        body=Body.GOVERNMENT,
        rank=Rank.PRINCIPAL,
        portfolio="全面工作",
        term_from=date(2024, 3, 1),
    )


def test_cells_may_be_parted_by_commas() -> None:
    lines, found = read_lines("张三，副县长\n李四,县长", today=TODAY)

    assert found == []
    assert [line.standing.name for line in lines] == ["张三", "李四"]


def test_what_is_no_level_or_no_day_is_named_with_its_line() -> None:
    lines, found = read_lines("张三\t县长\t国\n李四\t县长\t县\t\t\t\t\t明天", today=TODAY)

    assert lines == []
    assert [problem.message[:5] for problem in found] == ["第 1 行", "第 2 行"]


def test_nothing_pasted_is_a_problem() -> None:
    assert "请粘贴" in read_lines("姓名\t职务", today=TODAY)[1][0].message


def test_a_term_ends_after_it_began() -> None:
    day = date(2026, 1, 1)
    stood = Standing(name="张三", post="县长", term_from=day, term_to=day)

    assert [problem.field for problem in problems(stood, unit=None)] == ["term_to"]
    assert problems(Standing(name="张三", post="县长"), unit=None) == []


@pytest.mark.parametrize(
    ("level", "unit", "fits"),
    [
        (Level.COUNTY, None, True),
        (Level.COUNTY, UnitKind.TOWNSHIP, False),
        (Level.TOWNSHIP, UnitKind.TOWNSHIP, True),
        (Level.TOWNSHIP, UnitKind.DEPARTMENT, False),
        (Level.TOWNSHIP, None, False),
        (Level.MEMBER, UnitKind.DEPARTMENT, True),
        (Level.MEMBER, None, False),
    ],
)
def test_a_unit_fits_the_level(level: Level, unit: UnitKind | None, fits: bool) -> None:
    found = problems(Standing(name="张三", post="某职", level=level), unit=unit)

    assert (found == []) is fits


def test_who_left_without_a_day_left_today() -> None:
    assert term_end(None, active=False, today=TODAY) == TODAY
    assert term_end(date(2026, 1, 1), active=False, today=TODAY) == date(2026, 1, 1)
    assert term_end(None, active=True, today=TODAY) is None


def test_a_term_that_is_over_contradicts_being_in_office() -> None:
    assert in_office_problems(TODAY, active=True, today=TODAY)
    assert not in_office_problems(date(2026, 11, 21), active=True, today=TODAY)
    assert not in_office_problems(TODAY, active=False, today=TODAY)


def test_leave_shares_no_day_with_other_leave() -> None:
    others = [(date(2026, 11, 3), date(2026, 11, 5))]

    def wrong(first: int, last: int) -> list[str]:
        found = leave_problems(date(2026, 11, first), date(2026, 11, last), "", others)
        return [problem.field for problem in found]

    assert wrong(1, 2) == wrong(6, 6) == []
    assert wrong(1, 3) == wrong(4, 4) == wrong(5, 9) == wrong(1, 9) == ["first_on"]
    assert wrong(2, 1) == ["last_on"]
    assert leave_problems(None, None, "", ()) != []
