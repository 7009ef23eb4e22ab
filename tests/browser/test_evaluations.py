"""第三方评价 in the browser: nine tablets vote at once; from an application to a delivered opinion."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import select

from db.commands import accounts
from db.commands.cases import Opened
from db.engine import Store
from db.models.evaluations import Evaluation
from db.queries import ballots as queries
from rules.ballots import Tally, shown_code
from rules.evaluation_admission import condition_label
from rules.evaluation_terms import Condition, EvaluationState, PanelLevel, Party
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.browser.conftest import settled, tab_to
from tests.conftest import OFFICE, TODAY
from tests.db import evaluations as e
from tests.db import outcomes as o
from tests.db.conftest import make_case, make_leader, make_unit  # noqa: F401  (fixtures)
from tests.db.test_ballots import open_vote
from ui.store import today

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"
SignIn = Callable[[Page, str, str], None]


@pytest.fixture
def place(store: Store, make_unit: Callable[..., int]) -> e.Place:  # noqa: F811
    """A county with a pool, an office of two and a terminal to vote at."""
    now = datetime.now(UTC)
    with store.writing(SYSTEM) as session:
        for name, role in (
            ("小李", Role.OFFICE),
            ("老张", Role.OFFICE),
            ("投票终端", Role.BOOTH),
        ):
            accounts.create_account(session, name, PASSWORD, roles={role}, now=now)
    return e.build(store, make_unit)


@pytest.fixture
def meeting(
    store: Store,
    place: e.Place,
    make_case: Callable[..., Opened],  # noqa: F811
) -> Opened:
    """A meeting that has begun."""
    found = e.noticed(store, place, make_case(unit_id=place.department))
    e.attend(store, found)
    e.open_meeting(store, found)
    return found


def test_nine_tablets_vote_at_once_and_the_room_hears_the_result(
    page: Page, context: BrowserContext, sign_in: SignIn, meeting: Opened, store: Store
) -> None:
    codes = open_vote(store, meeting)
    sign_in(page, "投票终端", PASSWORD)
    tablets = [context.new_page() for _ in codes]
    for tablet, code in zip(tablets, codes, strict=True):
        tablet.goto("/evaluations-booth")
        tablet.get_by_label("投票码").fill(shown_code(code))
        tablet.get_by_label("投票码").press("Enter")
    words = ["满意"] * 6 + ["不满意"] * 2 + ["弃权"]
    for tablet, word in zip(tablets, words, strict=True):
        tablet.get_by_role("radio", name=word, exact=True).check(force=True)
        expect(tablet.get_by_role("radio", name=word, exact=True)).to_be_checked()
    for tablet in tablets:
        tablet.get_by_role("button", name="投票", exact=True).click(no_wait_after=True)
    for tablet in tablets:
        expect(tablet.get_by_role("heading", name="投票成功")).to_be_visible()

    with store.reading(OFFICE) as session:
        during = queries.vote_file(session, meeting.id)
    assert during is not None
    assert (during.used, during.tally) == (9, None)

    context.clear_cookies()
    sign_in(page, "小李", PASSWORD)
    page.goto(f"/evaluations-meeting?evaluation={meeting.number}")
    expect(page.get_by_text("已投 9 票", exact=False)).to_be_visible()
    page.get_by_role("button", name="结束票决并计票").click()
    expect(page.get_by_text("评价结果：满意", exact=False).first).to_be_visible()
    page.goto(f"/evaluations-meeting?evaluation={meeting.number}&wall=1")
    expect(page.get_by_role("heading", name="评价结果：满意")).to_be_visible()
    with store.reading(OFFICE) as session:
        vote = queries.vote_file(session, meeting.id)
    assert vote is not None
    assert vote.tally == Tally(6, 2, 1)


def test_the_office_goes_from_the_application_to_the_delivered_opinion(
    page: Page,
    context: BrowserContext,
    sign_in: SignIn,
    store: Store,
    place: e.Place,
    make_case: Callable[..., Opened],  # noqa: F811
) -> None:
    case = make_case(unit_id=place.department, received_on=min(TODAY, today()))
    e.answered(store, case)
    sign_in(page, "小李", PASSWORD)
    page.goto("/evaluations-apply")
    tab_to(page, page.get_by_label("案件或纠纷的编号"))
    page.keyboard.type(case.number)
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="镇乡、部门 → 县").check(force=True)
    for label, words in (
        ("评价事项（会对外公示，不写姓名、电话、门牌号）", "某小区物业收费"),
        ("主要诉求", "退还多收的物业费"),
    ):
        tab_to(page, page.get_by_role("textbox", name=label))
        page.keyboard.type(words)
    _enter(page, "提出申请", "已申请")

    found = _found(store)
    # Two of the four by hand, one after another in forms that both stand open.
    for condition in (Condition.HANDLED, Condition.UNSATISFIED):
        part = page.locator("details").filter(
            has_text=condition_label(condition, PanelLevel.COUNTY)
        )
        part.locator("summary").press("Enter")
        part.get_by_role("checkbox", name="具备").press("Space")
        part.get_by_label("证据（文书名称、文号，或谈话记录）").fill("住建信复〔2026〕12号")
        part.get_by_label("确认人").fill("王主任")
        _day(page, part, today())
        part.get_by_role("button", name="保存", exact=True).press("Enter")
        expect(part.locator("summary")).to_contain_text("（具备）")
    e.meet(store, found, Condition.APPLIED, Condition.CONFIRMED, now=datetime.now(UTC))
    page.reload()
    _enter(page, "受理", "已受理")
    page.get_by_label("在场见证人").fill("赵律师")
    _enter(page, "抽取", "已抽取")
    _enter(page, "送情况说明、确认到会")
    _enter(page, "登记", "已登记 9 名：送情况说明")
    _enter(page, "小组组成，进入公示", "小组已组成")
    _day(page, page.get_by_test_id("stForm").filter(has_text="开会日期"), today() + 3 * e.DAY)
    page.get_by_label("时间", exact=True).fill("14:30")
    page.get_by_label("地点", exact=True).fill("县信访接待中心")
    _enter(page, "公示", "已公示（第 1 次）")
    page.get_by_role("link", name="评价会：签到、开会、投屏").press("Enter")
    page.get_by_label("主持人（组长，不参加票决）").fill("李主任")
    sitting = [seat for seat in e.seen(store, found).seats if seat.seated]
    for number, seat in enumerate(sitting, start=1):
        name = f"{number}．{seat.name}（{seat.category}）"
        page.get_by_role("checkbox", name=name).press("Space")
    _enter(page, "保存签到", "签到已保存")
    page.get_by_role("button", name="评价会开始").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="公示").last).to_be_visible()
    assert e.seen(store, found).state is EvaluationState.NOTICED

    # Three days pass: the notice as it would stand, had it been published three days ago.
    ago = 3 * e.DAY
    e.publish(store, found, today=today() - ago, now=datetime.now(UTC) - ago, held_on=today())
    page.reload()
    _enter(page, "评价会开始", "评价会已开始")
    _enter(page, "下一项", "现在：")
    page.get_by_role("radio", name="纸质票").check(force=True)
    _enter(page, "开始票决", "票决已开始")
    _key_in(page, 7, 2, 0)
    expect(page.get_by_text("已录入：小李（1/2）")).to_be_visible()
    context.clear_cookies()
    sign_in(page, "老张", PASSWORD)
    page.goto(f"/evaluations-meeting?evaluation={found.number}")
    _key_in(page, 7, 2, 0)
    expect(page.get_by_text("（2/2）")).to_be_visible()
    _upload(page, "计票结果的照片", o.PHOTO.name, o.PHOTO.content)
    _enter(page, "保存照片", "照片已保存")
    page.get_by_role("button", name="结束票决并计票").press("Enter")
    expect(page.get_by_text("评价结果：满意", exact=False).first).to_be_visible()

    page.get_by_role("link", name="返回评价事项").press("Enter")
    reasons = page.get_by_role("textbox", name="理由", exact=True)
    reasons.fill("多收的物业费已经退还")
    _enter(page, "出具意见书", "已出具 评意〔")
    for party in Party:
        _upload(page, "送达回证", o.RECEIPT.name, o.RECEIPT.content)
        _enter(page, "登记送达", "送达已登记")
        expect(page.get_by_text(f"{party.label}：{today()} 当场送达，已签收")).to_be_visible()
    outcome = o.outcome(store, found, today=today())
    assert e.seen(store, found).state is EvaluationState.DELIVERED
    assert {each.party for each in outcome.deliveries} == set(Party)
    assert outcome.opinion is not None
    assert outcome.opinion.reasons == "多收的物业费已经退还"


def _enter(page: Page, name: str, told: str = "") -> None:
    """Press a button by key, and wait for what it says in the corner of the window."""
    settled(page)
    page.get_by_role("button", name=name, exact=True).press("Enter")
    if told:
        expect(page.get_by_test_id("stToast").filter(has_text=told).last).to_be_visible()


def _day(page: Page, inside: Locator, day: date) -> None:
    inside.get_by_role("spinbutton").first.click()
    page.keyboard.type(f"{day:%Y%m%d}")
    page.keyboard.press("Escape")  # the calendar


def _key_in(page: Page, *counts: int) -> None:
    for label, count in zip(("满意（票）", "不满意（票）", "弃权（票）"), counts, strict=True):
        page.get_by_role("spinbutton", name=label, exact=True).fill(f"{count}")
    _enter(page, "录入")


def _upload(page: Page, label: str, name: str, content: bytes) -> None:
    box = page.get_by_test_id("stFileUploader").filter(has_text=label)
    expect(box.get_by_text(name)).to_have_count(0)  # the box of the save before is gone
    box.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "image/png", "buffer": content}
    )
    expect(box.get_by_text(name)).to_be_visible()


def _found(store: Store) -> Opened:
    with store.reading(OFFICE) as session:
        row = session.scalars(select(Evaluation)).one()
        return Opened(row.id, row.number)
