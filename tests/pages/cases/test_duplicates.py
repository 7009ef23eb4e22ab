"""疑似重复: the list, both side by side, each decision and its undoing, as the office uses them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import duplicates as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.duplicates import CasePair
from rules.case_terms import SameKind
from rules.permissions import SYSTEM
from rules.terms import CaseState, Channel, Repeat, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.pages.cases.conftest import Make
from tests.pages.conftest import said

Open = Callable[..., AppTest]
CaseOf = Callable[[int], dict[str, object]]


@pytest.fixture
def two(make_case: Make) -> tuple[Opened, Opened]:
    """The earlier and the later of a likely pair."""
    earlier = make_case(
        title="石门镇机耕道塌方",
        person="郑小明",
        phone="13900001111",
        received_on=TODAY - timedelta(days=2),
        channel=Channel.PHONE,
    )
    return earlier, make_case(title="石门镇机耕道塌方未修", person="郑小明", phone="13900001111")


def compared(open_page: Open, one: Opened, other: Opened) -> AppTest:
    return open_page(
        "cases/duplicates", Role.OFFICE, query={"one": one.number, "other": other.number}
    )


def asked(page: AppTest, name: str) -> str:
    value = page.query_params[name]
    return value if isinstance(value, str) else value[0]


def pairs(store: Store) -> list[CasePair]:
    with store.reading(SYSTEM) as session:
        return list(session.scalars(select(CasePair).order_by(CasePair.id)))


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("kind", SameKind)
def test_each_kind_is_decided_and_undone(
    open_page: Open, two: tuple[Opened, Opened], store: Store, case_of: CaseOf, kind: SameKind
) -> None:
    earlier, later = two
    page = compared(open_page, later, earlier)
    page.text_input(key=f"pair_reason_{later.id}_{earlier.id}").set_value("电话核实过").run()
    page.button(key=f"decide_{kind.value}").click().run()

    assert not page.exception
    (pair,) = pairs(store)
    assert (pair.case_id, pair.other_id, pair.kind) == (later.id, earlier.id, kind)
    assert pair.reason == "电话核实过"
    after = case_of(later.id)
    assert (after["state"] is CaseState.MERGED) is (kind is SameKind.DOUBLE)
    assert (after["repeat"] is Repeat.REPEAT) is (kind is SameKind.REPEAT)
    assert said(page)

    page.button(key="undo_pair").click().run()
    assert not page.exception
    assert pairs(store)[0].undone_by == "小李"
    assert case_of(later.id)["state"] is CaseState.REGISTERED
    assert case_of(later.id)["repeat"] is Repeat.FIRST
    assert "恢复原样" in said(page)
    assert page.button(key="decide_repeat")


def test_what_differs_is_said_in_words_and_nobody_is_named(
    open_page: Open, two: tuple[Opened, Opened]
) -> None:
    earlier, later = two
    page = compared(open_page, earlier, later)

    table = page.table[0].value
    assert [later.number in table.columns[1], earlier.number in table.columns[2]] == [True, True]
    told = dict(zip(table["项目"], table["对照"], strict=True))
    assert told["同一人"] == "**是**"
    assert told["信访形式"] == "**不同**"
    assert told["人数"] == "相同"
    everything = table.to_string() + " ".join(words.value for words in page.text)
    assert not any(secret in everything for secret in ("郑小明", "郑某", "139"))
    assert any("建议：**重复信访**" in words.value for words in page.markdown)


def test_a_rival_who_saved_first_is_not_overwritten(
    open_page: Open, two: tuple[Opened, Opened], store: Store, case_of: CaseOf
) -> None:
    earlier, later = two
    page = compared(open_page, later, earlier)
    with store.writing(SYSTEM) as session:
        session.get_one(Case, later.id).place = "石门"
    page.button(key="decide_double").click().run()

    assert "已被他人修改" in page.error[0].value
    assert pairs(store) == []
    assert case_of(later.id)["state"] is CaseState.REGISTERED
    page.button(key="decide_double").click().run()
    assert len(pairs(store)) == 1


def test_the_list_is_worked_through_pair_by_pair(
    open_page: Open, make_case: Make, two: tuple[Opened, Opened], store: Store
) -> None:
    earlier, later = two
    one, other = (
        make_case(title="城东供水浑浊", person="钱二"),
        make_case(title="城东供水浑浊", person="钱二", content="三天了"),
    )
    make_case(title="另外一件", person="孙三", content="毫不相干")
    page = open_page("cases/duplicates", Role.OFFICE)
    table = page.dataframe[0].value
    assert sorted(table["编号"]) == sorted([later.number, other.number])

    page.button(key="pair_start").click().run()
    first = (asked(page, "one"), asked(page, "other"))
    page.button(key="pair_skip").click().run()
    second = (asked(page, "one"), asked(page, "other"))
    assert {first, second} == {
        (later.number, earlier.number),
        (other.number, one.number),
    }
    assert pairs(store) == []
    page.button(key="decide_shared").click().run()
    assert [pair.kind for pair in pairs(store)] == [SameKind.SHARED]
    assert "one" not in page.query_params
    assert list(page.dataframe[0].value["编号"]) == [first[0]]


def test_the_period_narrows_the_list_and_an_empty_one_says_so(
    open_page: Open, make_case: Make
) -> None:
    for title in ("城东供水浑浊", "城东供水很浑浊"):
        make_case(title=title, received_on=TODAY - timedelta(days=60))
    page = open_page("cases/duplicates", Role.OFFICE)
    assert "没有待认定" in page.success[0].value

    page.selectbox(key="days").set_value(90).run()
    assert len(page.dataframe[0].value) == 1


def test_the_marks_of_one_import_stand_alone(open_page: Open, two: tuple[Opened, Opened]) -> None:
    page = open_page("cases/duplicates", Role.OFFICE, query={"batch": "7"})

    assert "没有待认定" in page.success[0].value
    assert not [box for box in page.selectbox if box.key == "days"]


def test_decisions_are_listed_with_what_became_of_them(
    open_page: Open, two: tuple[Opened, Opened], store: Store
) -> None:
    earlier, later = two
    with store.writing(OFFICE) as session:
        commands.decide_pair(
            session,
            later.id,
            earlier.id,
            kind=SameKind.DOUBLE,
            version=1,
            other_version=1,
            today=TODAY,
            now=NOW,
        )
    page = open_page("cases/duplicates", Role.OFFICE)

    rows = page.dataframe[-1].value
    assert list(rows["编号"]) == [later.number]
    assert (rows["认定"][0], rows["现在"][0], rows["认定人"][0]) == (
        "重复登记",
        "有效",
        OFFICE.name,
    )


def test_a_number_that_is_none_is_told(open_page: Open, two: tuple[Opened, Opened]) -> None:
    page = open_page("cases/duplicates", Role.OFFICE, query={"one": two[0].number, "other": "无"})

    assert "没有编号为“无”" in page.error[0].value


def test_the_screen_is_the_offices_alone(open_app: Open, make_unit: Callable[..., int]) -> None:
    page = open_app(Role.UNIT, unit_id=make_unit("住建局"))
    with pytest.raises(ValueError, match="duplicates"):
        page.switch_page("pages/cases/duplicates.py")
