"""苗头信息 on the screen: each form is used, and the store is looked at."""

from collections.abc import Callable
from datetime import UTC, datetime, time

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import early_signs
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.disputes import Dispute
from db.models.network import EarlySign
from rules.dispute_terms import EarlyState
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d
from tests.db.test_network import SIGN
from tests.pages.conftest import said

Open = Callable[..., AppTest]


@pytest.fixture
def sign(store: Store, place: d.County) -> Opened:
    """A report of the village."""
    with store.writing(OFFICE) as session:
        given = {**SIGN, "area_id": place.village}
        return early_signs.report(session, given, unit_id=place.village, today=TODAY, now=NOW)


def _sign(store: Store) -> EarlySign:
    with store.reading(OFFICE) as session:
        return session.scalars(select(EarlySign)).one()


def test_a_report_is_made_in_a_drawer(open_page: Open, store: Store, place: d.County) -> None:
    page = open_page("sweeps/early", Role.UNIT, unit_id=place.village)
    page.button(key="early_report_opens").click().run()
    page.text_input(key="early_title").set_value("渠道改线引起不满")
    page.number_input(key="early_people").set_value(20)
    page.text_area(key="early_asked").set_value("请水利局到场说明")
    page.date_input(key="early_learned_on").set_value(TODAY)
    page.time_input(key="early_learned_time").set_value(time(8, 30))
    page.button(key="early_save").click().run()

    row = _sign(store)
    assert (row.title, row.people, row.unit_id, row.area_id) == (
        "渠道改线引起不满",
        20,
        place.village,
        place.village,
    )
    assert row.learned_at == datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    assert row.number in said(page)


def test_a_report_that_lacks_something_stays_typed(
    open_page: Open, store: Store, place: d.County
) -> None:
    page = open_page("sweeps/early", Role.UNIT, unit_id=place.village)
    page.button(key="early_report_opens").click().run()
    page.text_input(key="early_title").set_value("渠道改线")
    page.button(key="early_save").click().run()

    assert "需要县里做什么" in page.error[0].value
    assert page.text_input(key="early_title").value == "渠道改线"
    with store.reading(OFFICE) as session:
        assert session.scalars(select(EarlySign)).all() == []


def test_a_report_becomes_a_dispute(
    open_page: Open, store: Store, place: d.County, sign: Opened
) -> None:
    page = open_page("sweeps/early", Role.UNIT, unit_id=place.village)
    key = f"early_into_dispute_{sign.id}"
    page.button(key=f"{key}_opens").click().run()
    page.selectbox(key=f"{key}_class").set_value(d.class_id(store))
    page.button(key=f"{key}_save").click().run()

    assert _sign(store).state is EarlyState.DISPUTE
    with store.reading(OFFICE) as session:
        assert session.scalars(select(Dispute)).one().title == "渠道改线引起不满"


def test_a_report_becomes_a_case_by_the_office_alone(
    open_page: Open, store: Store, place: d.County, sign: Opened
) -> None:
    key = f"early_into_case_{sign.id}"
    page = open_page("sweeps/early", Role.UNIT, unit_id=place.village)
    assert not [b for b in page.button if b.key == f"{key}_opens"]
    page = open_page("sweeps/early", Role.OFFICE, name="小王")
    page.button(key=f"{key}_opens").click().run()
    page.button(key=f"{key}_save").click().run()

    with store.reading(OFFICE) as session:
        case = session.scalars(select(Case)).one()
    assert (_sign(store).state, _sign(store).case_id) == (EarlyState.CASE, case.id)


def test_a_report_is_closed_with_its_word(open_page: Open, store: Store, sign: Opened) -> None:
    page = open_page("sweeps/early", Role.OFFICE)
    key = f"early_close_{sign.id}"
    page.button(key=f"{key}_opens").click().run()
    page.text_input(key=f"{key}_why").set_value("当场讲清")
    page.button(key=f"{key}_save").click().run()

    assert (_sign(store).state, _sign(store).closed_why) == (EarlyState.CLOSED, "当场讲清")
    page.selectbox(key="e_state").set_value(EarlyState.OPEN).run()
    assert "没有苗头信息" in page.info[0].value
