"""A matter from its entry to 销号 by three roles, and a batch from its meeting to its results."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from db.commands import accounts, cases, leaders, procedure, units
from db.engine import Store
from db.models.batches import Batch
from db.models.cases import Case
from db.models.supervision import SignOff
from rules.case_terms import Resolution, Step
from rules.permissions import SYSTEM
from rules.terms import CaseState, Channel, Role, UnitKind
from tests.browser.conftest import Server, settled
from ui.store import today

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"
SignIn = Callable[[Page, str, str], None]
# By whom a matter is seen; each in a browser of his own.
CLERK, CHIEF, UNIT, LEADER = "小李", "联席办老张", "住建局老刘", "林副县长"


@pytest.fixture
def county(store: Store) -> None:
    now = datetime.now(UTC)
    with store.writing(SYSTEM) as session:
        top = units.add_unit(session, "青山县", UnitKind.COUNTY)
        units.add_unit(session, "石门镇", UnitKind.TOWNSHIP, parent_id=top)
        unit = units.add_unit(session, "县住建局", UnitKind.DEPARTMENT, parent_id=top)
        leader = leaders.add_leader(session, "林政远", "副县长", position=1)
        for name, role, unit_id, leader_id in (
            (CLERK, Role.OFFICE, None, None),
            (CHIEF, Role.OFFICE, None, None),
            (UNIT, Role.UNIT, unit, None),
            (LEADER, Role.LEADER, None, leader),
        ):
            accounts.create_account(
                session,
                name,
                PASSWORD,
                roles={role},
                now=now,
                unit_id=unit_id,
                leader_id=leader_id,
            )


@pytest.fixture
def tabs(
    chromium: Browser, server: Server, county: None, sign_in: SignIn
) -> Iterator[Callable[[str], Page]]:
    """Return a function that gives the tab of somebody, signed in when first asked for."""
    open_: dict[str, Page] = {}

    def tab(name: str) -> Page:
        if name not in open_:
            made = chromium.new_context(
                base_url=server.address, locale="zh-CN", viewport={"width": 1440, "height": 900}
            )
            made.set_default_timeout(20_000)
            open_[name] = made.new_page()
            sign_in(open_[name], name, PASSWORD)
        return open_[name]

    yield tab
    for page in open_.values():
        page.context.close()


def _choose(page: Page | Locator, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=label, exact=False).last
    box.click()
    box.page.get_by_role("option", name=option, exact=False).first.click()


def _step(page: Page, step: str) -> None:
    choices = page.get_by_test_id("stButtonGroup").locator("button")
    choices.filter(has_text=re.compile(f"^{step}$")).click()
    expect(page.get_by_role("button", name=re.compile(f"^确定{step}"))).to_be_visible()


def _confirm(page: Page, step: str, state: str) -> None:
    page.get_by_role("button", name=re.compile(f"^确定{step}")).click()
    expect(page.get_by_text(state, exact=True).first).to_be_visible()


def _type(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=False).first.fill(text)


def _day(page: Page, label: str, day: date) -> None:
    box = page.get_by_test_id("stDateInput").filter(has_text=label).last
    box.get_by_role("spinbutton").first.click()
    page.keyboard.type(f"{day:%Y%m%d}")
    page.keyboard.press("Escape")  # the calendar


def _case(store: Store) -> Case:
    with store.reading(SYSTEM) as session:
        found = session.scalars(select(Case)).one()
        session.expunge(found)
        return found


def test_a_matter_goes_from_entry_to_its_sign_off_by_three_roles(
    store: Store, tabs: Callable[[str], Page]
) -> None:
    clerk = tabs(CLERK)
    clerk.goto("/cases-entry")
    expect(clerk.get_by_label("信访人", exact=True)).to_be_focused()
    clerk.keyboard.type("郑小明")
    clerk.keyboard.press("Tab")
    clerk.keyboard.type("石门镇安置房漏水无人维修")
    settled(clerk)
    clerk.keyboard.press("Control+Enter")
    expect(clerk.get_by_text(re.compile("已保存：.*安置房漏水"))).to_be_visible()
    number = _case(store).number
    address = f"/cases-detail?case={number}"

    clerk.goto(address)
    _step(clerk, "交办")
    _choose(clerk, "承办单位", "县住建局")
    _day(clerk, "指定办结日期", today() + timedelta(days=30))
    _confirm(clerk, "交办", "已转送")
    clerk.get_by_role("radio", name="包案", exact=True).click()
    _choose(clerk, "包案领导", "林政远")
    clerk.get_by_role("button", name="保存包案").click()
    expect(clerk.get_by_text("五个一", exact=False).first).to_be_visible()

    leader = tabs(LEADER)
    leader.goto(address)
    _choose(leader, "类别", "领导意见")
    _type(leader, "内容", "请住建局一周内修好")
    leader.get_by_role("button", name="保存进展").click()
    expect(leader.get_by_text("请住建局一周内修好").first).to_be_visible()

    unit = tabs(UNIT)
    unit.goto(address)
    _step(unit, "受理")
    _confirm(unit, "受理", "办理中")
    _step(unit, "答复")
    _choose(unit, "处理结论", "支持")
    _type(unit, "内容", "已安排维修")
    for label, text in (
        ("请求事项", "维修漏水"),
        ("事实和理由", "现场查看属实"),
        ("法律法规依据", "《建设工程质量管理条例》"),
    ):
        _type(unit, label, text)
    _confirm(unit, "答复", "已答复")
    _step(unit, "送达")
    _choose(unit, "送达方式", "直接送达")
    _type(unit, "送达回证", "本人签收")
    _confirm(unit, "送达", "已答复")

    clerk.goto(address)
    _step(clerk, "办结")
    _choose(clerk, "办结方式", "答复后无争议")
    _type(clerk, "内容", "问题已解决")
    _confirm(clerk, "办结", "已办结")
    clerk.get_by_role("button", name="另记一次回访").click()
    _choose(clerk, "对信访部门", "满意")
    _choose(clerk, "对责任单位", "满意")
    _type(clerk, "回访结果", "不再漏水")
    clerk.get_by_role("button", name="保存回访").click()
    expect(clerk.get_by_text("不再漏水").first).to_be_visible()
    clerk.get_by_role("button", name="申请销号").click()
    _type(clerk, "办理结果", "漏水已修好")
    _choose(clerk, "结果文书", "处理意见书")
    _choose(clerk, "协议履行", "不涉及协议")
    clerk.get_by_role("button", name="提交申请").click()
    expect(clerk.get_by_text("责任单位负责人尚未签批")).to_be_visible()
    # Who asked for it cannot approve it.
    expect(clerk.get_by_text("请由联席办其他人员批准", exact=False)).to_be_visible()

    unit.reload()
    unit.get_by_role("button", name="登记负责人签批").click()
    _type(unit, "单位负责人姓名", "王局长")
    unit.get_by_role("button", name="保存签批").click()
    expect(unit.get_by_text("王局长", exact=False).first).to_be_visible()

    chief = tabs(CHIEF)
    chief.goto(address)
    chief.get_by_role("button", name="批准销号").click()
    chief.get_by_text("已核对办理结果、文书和回访").click()
    chief.get_by_role("button", name="确定销号").click()
    expect(chief.get_by_text("批准销号", exact=False).last).to_be_visible()

    expect(chief.get_by_text("已销号", exact=True).first).to_be_visible()
    case = _case(store)
    with store.reading(SYSTEM) as session:
        signed = session.scalars(select(SignOff)).one()
    assert (case.state, signed.requested_by, signed.approved_by) == (
        CaseState.SIGNED_OFF,
        CLERK,
        CHIEF,
    )


def test_a_batch_goes_from_its_meeting_to_its_results(
    store: Store, tabs: Callable[[str], Page], county: None
) -> None:
    with store.writing(SYSTEM) as session:
        numbers = [
            cases.open_case(
                session,
                {"title": title, "channel": Channel.VISIT, "received_on": today()},
                people=[],
                today=today(),
                now=datetime.now(UTC),
            ).number
            for title in ("安置房漏水", "电梯停运")
        ]
    clerk = tabs(CLERK)
    clerk.goto("/cases-batches")
    _type(clerk, "批次名称", "第一次重复信访交办")
    _choose(clerk, "类别", "重复信访")
    _day(clerk, "办结时限", today() + timedelta(days=30))
    clerk.get_by_role("button", name="新建批次").last.click()

    clerk.get_by_role("tab", name="加入案件").click()
    _choose(clerk, "没有写明、案件上也没有责任单位的", "县住建局")
    _type(clerk, "名单（每行一件", "\n".join(numbers))
    clerk.keyboard.press("Control+Enter")
    clerk.get_by_role("button", name=re.compile("^交办这 2 件")).click()
    expect(clerk.get_by_text("走了交办步骤 2 件").first).to_be_visible()
    expect(clerk.get_by_text("尚未签收：县住建局 2 件")).to_be_visible()

    # The form of one case is filled again after the list of batches was looked at.
    clerk.get_by_role("button", name="返回交办批次").click()
    clerk.get_by_role("button", name=re.compile("第一次重复信访交办")).click()
    clerk.get_by_role("tab", name="修改一件").click()
    due = clerk.get_by_test_id("stDateInput").filter(has_text="办结时限").last
    expect(due.get_by_role("spinbutton").first).to_have_text(str(today().year))

    unit = tabs(UNIT)
    unit.goto("/cases-batches")
    unit.get_by_role("button", name=re.compile("第一次重复信访交办")).click()
    unit.get_by_role("button", name="确认签收").click()
    expect(unit.get_by_text("已签收").first).to_be_attached()
    with store.writing(SYSTEM) as session:
        for step, values in (
            (Step.ACCEPT, {}),
            (Step.RESOLVE, {"resolutions": [Resolution.SOLVED], "text": "已修好"}),
        ):
            case = session.scalars(select(Case).where(Case.number == numbers[0])).one()
            procedure.take_step(
                session,
                case.id,
                step,
                happened_on=today(),
                values=values,
                version=case.version,
                today=today(),
                now=datetime.now(UTC),
            )

    clerk.reload()
    expect(clerk.get_by_text("50.0%").first).to_be_visible()
    clerk.get_by_role("tab", name="结束").click()
    clerk.get_by_text("结果定格在今天").click()
    clerk.get_by_role("button", name="结束批次").click()

    expect(clerk.get_by_role("tab", name="加入案件")).to_have_count(0)
    expect(clerk.get_by_text("50.0%").first).to_be_visible()
    with store.reading(SYSTEM) as session:
        batch = session.scalars(select(Batch)).one()
    assert batch.closed_by == CLERK
    assert batch.results is not None
    assert [each["resolved"] for each in batch.results["outcomes"]] == [True, False]
