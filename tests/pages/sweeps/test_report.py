"""A township reports: zero with one click, counts, a question, a change, a correction."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import sweep_rounds, sweeps
from db.engine import Store
from db.models.sweeps import SweepCorrection, SweepReport, SweepRound
from rules.permissions import SYSTEM
from rules.sweep_terms import RoundKind
from rules.terms import Role, UnitKind
from tests.conftest import OFFICE, TODAY
from tests.db import disputes as d
from tests.pages.conftest import said
from tests.sweeps import at, jiayin, keep_up

TOWN = "第1乡"


@pytest.fixture
def ids(store: Store, make_unit: Callable[..., int]) -> dict[str, int]:
    return jiayin(make_unit)


@pytest.fixture
def open_report(open_page: Callable[..., AppTest], ids: dict[str, int]) -> Callable[[], AppTest]:
    """Return a function that opens the screen as the township's clerk."""
    return lambda: open_page("sweeps/report", Role.UNIT, name="小王", unit_id=ids[TOWN])


def reports(store: Store) -> list[SweepReport]:
    with store.reading(OFFICE) as session:
        return list(session.scalars(select(SweepReport).order_by(SweepReport.id)))


def running(store: Store, level: UnitKind = UnitKind.TOWNSHIP) -> SweepRound:
    with store.reading(OFFICE) as session:
        return session.scalars(
            select(SweepRound).where(SweepRound.level == level, SweepRound.first_on <= TODAY)
        ).one()


def test_one_click_files_a_zero_report_and_the_round_was_made_by_the_look(
    open_report: Callable[[], AppTest], store: Store, ids: dict[str, int]
) -> None:
    page = open_report()
    each = running(store)

    page.button(key=f"zero-{each.id}-{ids[TOWN]}").click().run()

    assert "已作零报告" in said(page)
    (row,) = reports(store)
    assert (row.unit_id, row.zero, row.filed_by) == (ids[TOWN], True, "小王")
    assert row.filed_at is not None
    assert "零报告" in page.info[0].value


def test_counts_are_filed_and_changed_while_the_round_is_open(
    open_report: Callable[[], AppTest], store: Store, ids: dict[str, int]
) -> None:
    page = open_report()
    at = f"-{running(store).id}-{ids[TOWN]}"
    page.number_input(key=f"found{at}").set_value(3)
    page.number_input(key=f"resolved{at}").set_value(2)
    page.text_input(key=f"note{at}").set_value("两起土地纠纷")
    page.button(key=f"sweep_report{at}_submit").click().run()
    (row,) = reports(store)
    assert (row.found, row.resolved, row.note, row.zero) == (3, 2, "两起土地纠纷", False)

    page.number_input(key=f"found{at}").set_value(4)
    page.button(key=f"sweep_report{at}_submit").click().run()

    (row,) = reports(store)
    assert (row.found, row.note, row.changed_by) == (4, "两起土地纠纷", "小王")


def test_nothing_found_is_no_report_of_counts(
    open_report: Callable[[], AppTest], store: Store, ids: dict[str, int]
) -> None:
    page = open_report()
    at = f"-{running(store).id}-{ids[TOWN]}"

    page.button(key=f"sweep_report{at}_submit").click().run()

    assert "零报告" in page.error[0].value
    assert reports(store) == []


def test_a_colleague_who_filed_meanwhile_is_not_overwritten(
    open_report: Callable[[], AppTest], store: Store, ids: dict[str, int]
) -> None:
    page = open_report()
    each = running(store)
    at_ = f"-{each.id}-{ids[TOWN]}"
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, each.id, ids[TOWN], today=TODAY, now=at(TODAY))

    page.number_input(key=f"found{at_}").set_value(5)
    page.button(key=f"sweep_report{at_}_submit").click().run()

    assert "刚刚已由" in page.error[0].value
    assert [row.zero for row in reports(store)] == [True]


def test_a_zero_report_beside_what_a_village_found_is_asked_about(
    open_report: Callable[[], AppTest], store: Store, ids: dict[str, int]
) -> None:
    village = ids[f"{TOWN}2村"]
    keep_up(store)
    with store.writing(OFFICE) as session:
        round_id = sweep_rounds.open_round(
            session,
            name="村级排查",
            kind=RoundKind.AD_HOC,
            first_on=TODAY,
            last_on=TODAY,
            due_at=at(TODAY, 23, 59),
            unit_ids=[village],
            today=TODAY,
            now=at(TODAY),
        )
        sweeps.file_report(
            session, round_id, village, found=2, resolved=0, today=TODAY, now=at(TODAY)
        )
    page = open_report()
    at_ = f"-{running(store).id}-{ids[TOWN]}"

    page.button(key=f"zero{at_}").click().run()

    assert "已登记 2 件" in page.warning[0].value
    assert len(reports(store)) == 1
    page.button(key=f"zero_sure{at_}").click().run()
    assert [row.zero for row in reports(store)] == [False, True]


def test_counts_are_proposed_from_the_ledger_and_filed_as_they_stand(
    open_report: Callable[[], AppTest], store: Store, ids: dict[str, int]
) -> None:
    keep_up(store)
    village = ids[f"{TOWN}2村"]
    for _ in range(2):
        opened = d.add(store, village, found_on=TODAY)
    d.resolve(store, opened, ids[TOWN])
    d.add(store, ids["第2乡"], found_on=TODAY)
    page = open_report()
    at_ = f"-{running(store).id}-{ids[TOWN]}"
    assert any("排查 2 件" in each.value for each in page.caption)

    page.button(key=f"sweep_report{at_}_submit").click().run()

    (row,) = reports(store)
    assert (row.zero, row.found, row.resolved) == (False, 2, 1)


def test_a_township_files_for_a_village_that_has_no_account(
    open_report: Callable[[], AppTest], store: Store, ids: dict[str, int]
) -> None:
    village = ids[f"{TOWN}2村"]
    with store.writing(OFFICE) as session:
        round_id = sweep_rounds.open_round(
            session,
            name="村级排查",
            kind=RoundKind.AD_HOC,
            first_on=TODAY,
            last_on=TODAY,
            due_at=at(TODAY, 23, 59),
            unit_ids=[village],
            today=TODAY,
            now=at(TODAY),
        )
    page = open_report()
    page.selectbox(key="sweep_unit").set_value(village).run()

    page.button(key=f"zero-{round_id}-{village}").click().run()

    (row,) = reports(store)
    assert (row.unit_id, row.filed_by) == (village, "小王")


def test_a_correction_is_put_beside_a_closed_round(
    open_report: Callable[[], AppTest], store: Store, ids: dict[str, int]
) -> None:
    past = TODAY - timedelta(days=40)
    keep_up(store, today=past, until=past)
    keep_up(store)
    page = open_report()
    page.button(key="sweep_correcting_opens").click().run()

    page.text_area(key="correct_text").set_value("本轮实有 3 件")
    page.text_input(key="correct_reason").set_value("村里漏登")
    page.button(key="sweep_correct_submit").click().run()

    with store.reading(SYSTEM) as session:
        (row,) = session.scalars(select(SweepCorrection)).all()
    assert (row.text, row.reason, row.actor) == ("本轮实有 3 件", "村里漏登", "小王")
    assert [r.filed_at for r in reports(store)][:1] == [None]
    assert any("本轮实有 3 件" in caption.value for caption in page.caption)


def test_an_account_without_a_unit_is_told_what_is_missing(
    open_page: Callable[..., AppTest],
) -> None:
    page = open_page("sweeps/report", Role.OFFICE)

    assert "还没有单位" in page.info[0].value
