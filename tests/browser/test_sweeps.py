"""矛盾纠纷排查 in the browser: a township reports and the office reminds; a red item is signed off."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from db.commands import accounts, dispute_sign_off, dispute_steps, disputes, sweep_rounds, units
from db.commands.cases import Opened
from db.engine import Store
from db.models.disputes import Dispute, DisputeSignOff
from db.models.sweeps import SweepReport
from db.models.units import Unit
from rules.case_terms import Satisfaction
from rules.dispute_terms import (
    DisputeState,
    DisputeStep,
    GradeStage,
    MediationChannel,
    RiskLevel,
)
from rules.permissions import SYSTEM
from rules.sweep_terms import RoundKind
from rules.terms import Role, UnitKind
from tests.browser.conftest import Server
from tests.db import disputes as d
from ui.store import today

pytestmark = pytest.mark.browser

PASSWORD = "矛盾排查的长口令2026"
SignIn = Callable[[Page, str, str], None]
TOWN, OTHER, VILLAGE = "城关镇", "河东镇", "幸福村"


@pytest.fixture
def county(store: Store) -> dict[str, int]:
    """Two townships, one with a village, and who works on disputes; the ids of the units."""
    now = datetime.now(UTC)
    with store.writing(SYSTEM) as session:
        top = units.add_unit(session, "青山县", UnitKind.COUNTY)
        for name in (TOWN, OTHER):
            units.add_unit(session, name, UnitKind.TOWNSHIP, parent_id=top)
        town = session.scalars(select(Unit).where(Unit.name == TOWN)).one().id
        units.add_unit(session, VILLAGE, UnitKind.VILLAGE, parent_id=town)
        ids = {unit.name: unit.id for unit in session.scalars(select(Unit))}
        accounts.create_account(session, "小李", PASSWORD, roles={Role.OFFICE}, now=now)
        for name, unit in (("王镇", TOWN), ("赵村", VILLAGE)):
            accounts.create_account(
                session, name, PASSWORD, roles={Role.UNIT}, now=now, unit_id=ids[unit]
            )
    return ids


@pytest.fixture
def enter(chromium: Browser, server: Server, sign_in: SignIn) -> Iterator[Callable[[str], Page]]:
    """Return a function that opens a browser of its own with somebody signed in."""
    opened = []

    def enter(name: str) -> Page:
        context = chromium.new_context(
            base_url=server.address, locale="zh-CN", viewport={"width": 1440, "height": 900}
        )
        context.set_default_timeout(20_000)
        opened.append(context)
        page = context.new_page()
        sign_in(page, name, PASSWORD)
        page.goto("/")
        return page

    yield enter
    for context in opened:
        context.close()


def _due_tomorrow(store: Store, county: dict[str, int]) -> None:
    now = datetime.now(UTC)
    with store.writing(SYSTEM) as session:
        sweep_rounds.open_round(
            session,
            name="岁末临时排查",
            kind=RoundKind.AD_HOC,
            first_on=today(),
            last_on=today(),
            due_at=now + timedelta(hours=24),
            unit_ids=[county[TOWN], county[OTHER]],
            today=today(),
            now=now,
        )


def test_a_township_reports_in_one_click_and_the_office_sees_and_reminds(
    enter: Callable[[str], Page], county: dict[str, int], store: Store
) -> None:
    _due_tomorrow(store, county)
    town = enter("王镇")
    expect(town.get_by_text("本单位要报送\uff1a岁末临时排查").first).to_be_visible()
    town.get_by_role("link", name=re.compile("去报送")).click()
    town.get_by_role("button", name="零报告").click()
    expect(town.get_by_text("已作零报告\uff1a岁末临时排查").first).to_be_visible()
    with store.reading(SYSTEM) as session:
        (report,) = session.scalars(select(SweepReport))
    assert (report.unit_id, report.zero, report.filed_by) == (county[TOWN], True, "王镇")

    office = enter("小李")
    expect(office.get_by_text(re.compile("48 小时内截止未报 1 份"))).to_be_visible()
    office.get_by_role("link", name="看缺报、催报").click()
    expect(office.get_by_text(re.compile(r"零报告 1 · 迟报 0 · 缺报 0 · 未到期 3"))).to_be_visible()
    office.get_by_role("tab", name="催报").click()
    reminder = office.get_by_test_id("stCode").first
    expect(reminder).to_contain_text(OTHER)
    expect(reminder).not_to_contain_text(TOWN)


def test_a_red_item_goes_from_the_village_to_its_sign_off_by_three_roles(
    enter: Callable[[str], Page], county: dict[str, int], store: Store
) -> None:
    village = enter("赵村")
    village.goto("/sweeps-entry")
    village.get_by_role("button", name="从 Excel 粘贴").click()
    paste = village.get_by_label(re.compile("复制，粘贴到这里"))
    paste.fill("道路征地青苗补偿纠纷\t征地")
    village.get_by_role("button", name="放进表格").click()
    submit = village.get_by_role("button", name=re.compile("登记并上报 1 件"))
    expect(submit).to_be_enabled()
    # What is open over the page takes the first click for itself.
    village.keyboard.press("Escape")
    expect(paste).to_be_hidden()
    submit.click()
    expect(village.get_by_text(re.compile("已登记 1 件")).first).to_be_visible()
    with store.reading(SYSTEM) as session:
        row = session.scalars(select(Dispute)).one()
    assert (row.state, row.unit_id, row.township_id) == (
        DisputeState.SUBMITTED,
        county[VILLAGE],
        county[TOWN],
    )
    opened = Opened(row.id, row.number)
    _made_red(store, opened, county)

    town = enter("王镇")
    town.get_by_role("link", name="红色未了结 1 件").click()
    expect(town.get_by_text("道路征地青苗补偿纠纷").first).to_be_attached()
    town.goto(f"/sweeps-dispute?dispute={row.number}")
    town.get_by_test_id("stButtonGroup").get_by_text("交办", exact=True).click()
    _choose(town, "责任单位", TOWN)
    _submit(town, "交办")
    expect(town.get_by_text("已交办", exact=True).first).to_be_visible()
    _resolved(store, opened, county)
    town.reload()
    town.get_by_role("button", name="申请销号").click()
    town.get_by_label("化解结果", exact=False).last.fill("补偿款已付清")
    _choose(town, "协议履行情况", "已履行")
    _submit(town, "申请销号")
    expect(town.get_by_text("已申请销号").first).to_be_visible()
    town.get_by_role("button", name="登记负责人签批").click()
    town.get_by_label("责任单位负责人").fill("王镇长")
    _submit(town, "保存签批")
    expect(town.get_by_text("已登记签批").first).to_be_visible()

    office = enter("小李")
    office.get_by_role("link", name="等待销号 1 件").click()
    expect(office.get_by_text("待审核销号")).to_be_visible()
    office.goto(f"/sweeps-dispute?dispute={row.number}")
    office.get_by_role("button", name="审核销号").click()
    expect(office.get_by_text(re.compile("由 小李 审核销号"))).to_be_visible()
    with store.reading(SYSTEM) as session:
        ended = session.get_one(Dispute, row.id)
        (sign_off,) = session.scalars(select(DisputeSignOff))
    assert (ended.state, ended.level) == (DisputeState.SIGNED_OFF, RiskLevel.RED)
    assert (sign_off.requested_by, sign_off.approved_by) == ("王镇", "小李")


def _submit(page: Page, label: str) -> None:
    page.get_by_test_id("stFormSubmitButton").get_by_role("button", name=label).click()


def _choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label, exact=False).last.click()
    page.get_by_role("option", name=option, exact=False).first.click()


def _made_red(store: Store, opened: Opened, county: dict[str, int]) -> None:
    """Let group, village and township decide on red."""
    with store.writing(d.member(store, county[TOWN], "王镇")) as session:
        for stage in GradeStage:
            dispute_steps.grade(
                session,
                opened.id,
                stage=stage,
                level=RiskLevel.RED,
                who="排查小组",
                decided_on=today(),
                reason="人数较多",
                version=session.get_one(Dispute, opened.id).version,
                today=today(),
                now=datetime.now(UTC),
            )


def _resolved(store: Store, opened: Opened, county: dict[str, int]) -> None:
    """Let the township mediate with success, put the papers in and call the parties back."""
    on, now = today(), datetime.now(UTC)
    steps: dict[DisputeStep, dict[str, object]] = {
        DisputeStep.START: {"channel": MediationChannel.PEOPLE},
        DisputeStep.RESOLVE: {"channel": MediationChannel.PEOPLE, "text": "签订协议"},
    }
    with store.writing(d.member(store, county[TOWN], "王镇")) as session:
        row = session.get_one(Dispute, opened.id)
        for step, values in steps.items():
            dispute_steps.take_step(
                session,
                row.id,
                step,
                happened_on=on,
                values=values,
                version=row.version,
                today=on,
                now=now,
            )
        for kind in d.MEDIATED:
            disputes.add_paper(
                session,
                row.id,
                kind=kind,
                number="",
                issued_on=on,
                file=None,
                limit_mb=1,
                today=on,
                now=now,
            )
        dispute_sign_off.call_back(
            session,
            row.id,
            done_on=on,
            satisfaction=Satisfaction.SATISFIED,
            accepted=True,
            text="无异议",
            version=row.version,
            today=on,
            now=now,
        )
