"""第三方评价 in the browser: nine tablets vote at once, the desk counts, the wall reads it out."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from db.commands import accounts
from db.commands.cases import Opened
from db.engine import Store
from db.queries import ballots as queries
from rules.ballots import Tally, shown_code
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.conftest import OFFICE
from tests.db import evaluations as e
from tests.db.conftest import make_case, make_leader, make_unit  # noqa: F401  (fixtures)
from tests.db.test_ballots import open_vote

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"
SignIn = Callable[[Page, str, str], None]


@pytest.fixture
def meeting(
    store: Store,
    make_unit: Callable[..., int],  # noqa: F811
    make_case: Callable[..., Opened],  # noqa: F811
) -> Opened:
    """A meeting that has begun, an office to lead it and a terminal to vote at."""
    now = datetime.now(UTC)
    with store.writing(SYSTEM) as session:
        accounts.create_account(session, "小李", PASSWORD, roles={Role.OFFICE}, now=now)
        accounts.create_account(session, "投票终端", PASSWORD, roles={Role.BOOTH}, now=now)
    place = e.build(store, make_unit)
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
