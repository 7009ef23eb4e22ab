"""The sweep on the home page: a unit is told what it owes, the office who is missing and what waits."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import early_signs, sweeps
from db.engine import Store
from db.models.disputes import Dispute, DisputeLook
from db.models.sweeps import SweepRound
from rules.dispute_terms import RiskLevel
from rules.permissions import SYSTEM
from rules.terms import Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d
from tests.sweeps import MORNING, keep_up
from ui import store as ui_store

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def fixed_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the moment be one of the tests' day."""
    monkeypatch.setattr(ui_store, "now", lambda: MORNING)


@pytest.fixture
def place(make_unit: Callable[..., int]) -> d.County:
    """A small county."""
    return d.build(make_unit)


def _told(app: AppTest) -> str:
    return " ".join(element.value for element in app.markdown)


def _links(app: AppTest) -> dict[str, str]:
    return {link.proto.label: link.proto.query_string for link in app.get("page_link")}


def test_a_unit_is_told_what_it_has_to_report_until_it_has(
    open_page: Open, store: Store, place: d.County
) -> None:
    app = open_page("home/start", Role.UNIT, unit_id=place.town)

    assert "本单位要报送：2026年11月下半月" in _told(app)
    with store.writing(OFFICE) as session:
        each = session.scalars(
            select(SweepRound).where(
                SweepRound.level == UnitKind.TOWNSHIP, SweepRound.first_on <= TODAY
            )
        ).one()
        sweeps.file_zero(session, each.id, place.town, today=TODAY, now=MORNING)
    app.run()
    assert "本单位现在没有要报送的轮次" in _told(app)


def test_what_is_overdue_is_told_as_such(
    open_page: Open, store: Store, place: d.County, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = MORNING + timedelta(days=13)
    keep_up(store)
    monkeypatch.setattr(ui_store, "now", lambda: later)
    monkeypatch.setattr(ui_store, "today", lambda: later.date())

    assert "已过截止时间，请立即补报" in _told(
        open_page("home/start", Role.UNIT, unit_id=place.town)
    )
    office = _told(open_page("review/overview", Role.OFFICE, name="小办"))
    # 下半月 of two townships and the month of the county, all of November.
    assert "各单位已过截止时间未报 **3** 份" in office


def test_the_office_is_told_what_waits_and_each_number_leads_there(
    open_page: Open, store: Store, place: d.County
) -> None:
    red, other = (d.add(store, place.village) for _ in range(2))
    d.ready(store, other, place.town)
    with store.writing(SYSTEM) as session:
        session.get_one(Dispute, red.id).level = RiskLevel.RED
        session.add(DisputeLook(dispute_id=red.id, kind="look_30", due_on=TODAY))
        early_signs.report(
            session,
            {"title": "断水", "area_id": place.town, "learned_at": NOW, "asked": "请协调"},
            unit_id=place.town,
            today=TODAY,
            now=NOW,
        )

    links = _links(open_page("review/overview", Role.OFFICE, name="小办"))

    told = (
        "红色未了结 1 件",
        "待审核 1 件",
        "等待销号 1 件",
        "到期的回头看 1 件",
        "苗头信息待处理 1 条",
    )
    assert set(told) <= set(links)
    assert links["红色未了结 1 件"] == "d_level=%E7%BA%A2&d_open=true"
    unit = _links(open_page("home/start", Role.UNIT, name="小河", unit_id=place.other_town))
    assert not set(told) & set(unit)


def test_a_village_reviews_nothing_and_a_leader_is_told_of_his_red_ones_alone(
    open_page: Open, store: Store, place: d.County, make_leader: Callable[..., int]
) -> None:
    leader = make_leader("王县长")
    opened, _ = (d.add(store, place.village) for _ in range(2))
    with store.writing(SYSTEM) as session:
        row = session.get_one(Dispute, opened.id)
        row.level, row.lead_id = RiskLevel.RED, leader

    assert "待审核 2 件" in _links(open_page("home/start", Role.UNIT, unit_id=place.town))
    village = _links(open_page("home/start", Role.UNIT, name="小村", unit_id=place.village))
    assert "红色未了结 1 件" in village
    assert "待审核 2 件" not in village
    led = _links(open_page("review/overview", Role.LEADER, name="王县长", leader_id=leader))
    assert "红色未了结 1 件" in led
    assert "待审核 2 件" not in led


def test_whoever_sees_no_sweep_is_told_nothing(open_page: Open, place: d.County) -> None:
    assert "排查报送" not in _told(open_page("home/start", Role.AUDITOR))
