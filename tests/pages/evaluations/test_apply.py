"""Applying on the screen: the matter is looked up, the way chosen, and the page opens."""

from collections.abc import Callable

from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands.cases import Opened
from db.engine import Store
from db.models.evaluations import Evaluation
from rules.evaluation_terms import ApplicationRoute
from rules.terms import Role
from tests.conftest import OFFICE
from tests.db import evaluations as e

Open = Callable[..., AppTest]


def _filled(page: AppTest, number: str) -> AppTest:
    page.text_input(key="apply_matter").input(number).run()
    page.radio(key=f"apply_route-{number}").set_value(ApplicationRoute.UNIT)
    page.text_input(key=f"apply_title-{number}").input("某小区物业收费")
    page.text_area(key=f"apply_claims-{number}").input("退还多收的物业费")
    return page


def test_a_unit_applies_for_its_own_case(
    open_page: Open, store: Store, place: e.Place, case: Opened
) -> None:
    page = open_page("evaluations/apply", Role.UNIT, unit_id=place.department)
    _filled(page, case.number).button(key=f"apply_save-{case.number}").click().run()

    with store.reading(OFFICE) as session:
        row = session.scalars(select(Evaluation)).one()
        assert (row.case_id, row.unit_id) == (case.id, place.department)
        assert row.title == "某小区物业收费"
    assert page.query_params["evaluation"] == row.number


def test_marks_are_kept_and_told(open_page: Open, store: Store, case: Opened) -> None:
    page = _filled(open_page("evaluations/apply", Role.OFFICE), case.number)
    page.button_group(key=f"apply_marks-{case.number}").set_value(["minor"])
    page.button(key=f"apply_save-{case.number}").click().run()

    with store.reading(OFFICE) as session:
        assert session.scalars(select(Evaluation.minor)).one()


def test_without_a_way_nothing_is_written_and_what_was_typed_stays(
    open_page: Open, store: Store, case: Opened
) -> None:
    page = open_page("evaluations/apply", Role.OFFICE)
    page.text_input(key="apply_matter").input(case.number).run()
    page.text_input(key=f"apply_title-{case.number}").input("某小区物业收费")
    page.button(key=f"apply_save-{case.number}").click().run()

    assert "请选择申请途径" in page.error[0].value
    assert page.text_input(key=f"apply_title-{case.number}").value == "某小区物业收费"
    with store.reading(OFFICE) as session:
        assert session.scalars(select(Evaluation)).all() == []


def test_anothers_case_is_not_found(open_page: Open, place: e.Place, case: Opened) -> None:
    page = open_page("evaluations/apply", Role.UNIT, unit_id=place.town)
    page.text_input(key="apply_matter").input(case.number).run()

    assert "不在您的查看范围内" in page.error[0].value


def test_a_second_application_is_told_before_it_is_typed(
    open_page: Open, store: Store, place: e.Place, case: Opened
) -> None:
    found = e.apply(store, case, place.department)
    page = open_page("evaluations/apply", Role.OFFICE)
    page.text_input(key="apply_matter").input(case.number).run()

    assert found.number in page.warning[0].value


def test_the_list_shows_steps_and_narrows(
    open_page: Open,
    store: Store,
    place: e.Place,
    case: Opened,
    make_leader: Callable[[str], int],
) -> None:
    found = e.apply(store, case, place.department)
    page = open_page("evaluations/list", Role.LEADER, leader_id=make_leader("王强"))

    assert found.number in str(page.dataframe[0].value)
    assert "审核确认 1" in page.button_group(key="e_step").options
    page.text_input(key="e_term").input("没有这个").run()
    assert "没有符合条件" in page.info[0].value


def test_a_case_leads_to_its_evaluation(
    open_page: Open, store: Store, place: e.Place, case: Opened
) -> None:
    found = e.apply(store, case, place.department)
    page = open_page("cases/detail", Role.OFFICE, query={"case": case.number})

    assert any(found.number in link.proto.label for link in page.get("page_link"))
