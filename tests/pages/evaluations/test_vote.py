"""票决 on the screen: opened at the desk, cast at a booth, keyed by tellers, shown on the wall."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db.commands.cases import Opened
from db.engine import Store
from db.queries import ballots as queries
from db.queries.ballots import VoteFile
from rules.ballots import Tally, shown_code
from rules.evaluation_terms import Choice, EvaluationState, Verdict, VoteMethod
from rules.terms import Role
from tests.conftest import OFFICE
from tests.db import evaluations as e
from tests.db.test_ballots import SECOND, cast, close, key, open_vote, photo, votes

Open = Callable[..., AppTest]


@pytest.fixture
def meeting(store: Store, place: e.Place, case: Opened, third_day: Callable[[], None]) -> Opened:
    """A meeting that has begun, with all nine there."""
    found = e.noticed(store, place, case)
    e.attend(store, found)
    e.open_meeting(store, found)
    third_day()
    return found


def vote_of(store: Store, found: Opened) -> VoteFile | None:
    with store.reading(OFFICE) as session:
        return queries.vote_file(session, found.id)


def texts(page: AppTest) -> str:
    return "\n".join(str(each.value) for each in [*page.markdown, *page.caption, *page.info])


def test_the_office_opens_a_vote_and_has_its_codes_once(
    open_evaluation: Open, store: Store, meeting: Opened
) -> None:
    page = open_evaluation(meeting, page="meeting")
    page.button(key="vote_open").click().run()
    vote = vote_of(store, meeting)
    assert vote is not None
    assert (vote.method, vote.issued) == (VoteMethod.ELECTRONIC, 9)
    shown = next(each.value for each in page.markdown if each.value.count("`") == 18)
    codes = [part.replace(" ", "") for part in shown.split("`")[1::2]]
    cast(store, codes[0], Choice.SATISFIED)

    again = open_evaluation(meeting, page="meeting", name="小王")
    assert not any("`" in each.value for each in again.markdown)
    assert shown_code(codes[1]) not in texts(again)


def test_lost_slips_are_made_anew_from_the_desk(
    open_evaluation: Open, store: Store, meeting: Opened
) -> None:
    old = open_vote(store, meeting)
    page = open_evaluation(meeting, page="meeting")
    assert "可以全部重发" in texts(page)
    page.button(key="vote_reissue").click().run()

    shown = next(each.value for each in page.markdown if each.value.count("`") == 18)
    assert shown_code(old[0]) not in shown


def test_a_vote_is_taken_back_from_the_desk(
    open_evaluation: Open, store: Store, meeting: Opened
) -> None:
    open_vote(store, meeting)
    page = open_evaluation(meeting, page="meeting")
    page.text_input(key="vote_cancel_why").input("平板没有联网")
    page.button(key="vote_cancel").click().run()

    assert vote_of(store, meeting) is None
    assert e.seen(store, meeting).state is EvaluationState.MEETING


def test_an_electronic_vote_is_closed_with_a_reason_where_somebody_left(
    open_evaluation: Open, store: Store, meeting: Opened
) -> None:
    for code in open_vote(store, meeting)[:8]:
        cast(store, code, Choice.SATISFIED)
    page = open_evaluation(meeting, page="meeting")
    page.button(key="vote_close").click().run()
    assert "还有 1 人没有投" in page.error[0].value
    page.text_input(key="vote_why").input("一人临时离场")
    page.button(key="vote_close").click().run()

    vote = vote_of(store, meeting)
    assert vote is not None
    assert (vote.tally, vote.verdict) == (Tally(8, 0, 0), Verdict.SATISFIED)
    shown = {metric.label: metric.value for metric in page.metric}
    assert shown == {"满意": "8 票", "不满意": "0 票", "弃权": "0 票", "没有投": "1 票"}
    assert "评价结果：满意" in texts(page)


def test_paper_is_keyed_by_two_and_closed_with_its_photo(
    open_evaluation: Open, store: Store, meeting: Opened
) -> None:
    page = open_evaluation(meeting, page="meeting")
    page.segmented_control(key="vote_method").set_value(VoteMethod.PAPER)
    page.button(key="vote_open").click().run()
    for name, count in (("satisfied", 6), ("dissatisfied", 2), ("abstained", 0)):
        page.number_input(key=f"teller_{name}").set_value(count)
    page.button(key="teller_save").click().run()
    assert "三项合计 8 票，实到 9 人，差 1 票" in page.error[0].value
    page.number_input(key="teller_abstained").set_value(1)
    page.button(key="teller_save").click().run()
    vote = vote_of(store, meeting)
    assert vote is not None
    assert vote.tellers == ("小李",)
    assert "您已经录入" in texts(page)

    assert key(store, meeting, Tally(6, 2, 1), by=SECOND)
    photo(store, meeting)
    page.run()
    page.button(key="vote_close").click().run()
    vote = vote_of(store, meeting)
    assert vote is not None
    assert vote.tally == Tally(6, 2, 1)


def test_the_photo_of_the_tally_is_kept_from_the_desk(
    open_evaluation: Open, store: Store, meeting: Opened
) -> None:
    open_vote(store, meeting, VoteMethod.PAPER)
    page = open_evaluation(meeting, page="meeting")
    page.file_uploader(key="vote_photo").upload(
        "计票.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "image/png"
    )
    page.run()
    page.button(key="vote_photo_save").click().run()

    vote = vote_of(store, meeting)
    assert vote is not None
    assert vote.photo == "计票.png"


def test_the_wall_tells_the_turnout_and_only_then_the_result(
    open_page: Open, store: Store, meeting: Opened
) -> None:
    codes = open_vote(store, meeting)
    for code, choice in zip(codes[:4], votes(3, 1), strict=True):
        cast(store, code, choice)

    def wall() -> str:
        query = {"evaluation": meeting.number, "wall": "1"}
        page = open_page("evaluations/meeting", Role.OFFICE, query=query, name=f"办{vote_no()}")
        return "\n".join(each.proto.body for each in page.get("html"))

    during = wall()
    assert "已投 4 票，共 9 票" in during
    assert "3 票" not in during.replace("已投", "")
    for code in codes[4:]:
        cast(store, code, Choice.SATISFIED)
    close(store, meeting)
    after = wall()
    assert "评价结果：满意" in after
    assert "<td>8 票</td><td>1 票</td><td>0 票</td>" in after


_numbers = iter(range(100))


def vote_no() -> int:
    """A number no account had before."""
    return next(_numbers)


def booth(open_page: Open, code: str, **account: Any) -> AppTest:
    """Open a booth and enter a code."""
    page = open_page("evaluations/booth", Role.BOOTH, **{"name": "投票终端", **account})
    page.text_input(key="ballot_code").input(code)
    page.button(key="ballot_enter").click().run()
    return page


def test_a_booth_casts_one_ballot_and_keeps_nothing_of_it(
    open_page: Open, store: Store, meeting: Opened
) -> None:
    codes = open_vote(store, meeting)
    page = booth(open_page, shown_code(codes[0]))
    assert "某小区物业收费" in texts(page)
    page.button(key="ballot_cast").click().run()
    assert "请先选择" in page.error[0].value
    page.radio(key="ballot_choice").set_value(Choice.DISSATISFIED)
    page.button(key="ballot_cast").click().run()

    assert page.title[0].value == "投票成功"
    vote = vote_of(store, meeting)
    assert vote is not None
    assert vote.used == 1
    kept = str(page.session_state._state.filtered_state)
    assert codes[0] not in kept.replace(" ", "")
    assert "DISSATISFIED" not in kept
    page.button(key="ballot_next").click().run()
    assert page.text_input(key="ballot_code").value == ""
    page.text_input(key="ballot_code").input(codes[0])
    page.button(key="ballot_enter").click().run()
    assert "已经用过" in page.error[0].value


def test_going_back_at_a_booth_leaves_the_code_unused(
    open_page: Open, store: Store, meeting: Opened
) -> None:
    page = booth(open_page, open_vote(store, meeting)[0])
    page.button(key="ballot_back").click().run()

    vote = vote_of(store, meeting)
    assert vote is not None
    assert vote.used == 0
    assert page.text_input(key="ballot_code").value == ""
