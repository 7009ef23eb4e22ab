"""A vote in the store: opened by its gate alone, cast once a code, counted at its end, untraceable."""

import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, text

from db.commands import ballots as commands
from db.commands.cases import NewFile, Opened
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.ballots import Ballot, BallotCode, EvaluationVote
from db.models.evaluations import Evaluation
from db.queries import ballots as queries
from db.queries.ballots import VoteFile
from rules.ballots import Tally
from rules.errors import Conflict, Invalid, NotAllowed, RuleError
from rules.evaluation_terms import Choice, EvaluationState, Verdict, VoteMethod
from rules.permissions import SYSTEM, Actor
from rules.terms import Role
from settings import Settings
from tests.conftest import NOW, OFFICE, ROOT, TODAY
from tests.db.evaluations import DAY, Place, attend, build, noticed, open_meeting, version

Make = Callable[..., Any]
SECOND = Actor(None, "联席办老张", frozenset({Role.OFFICE}))
BOOTH = Actor(None, "投票终端", frozenset({Role.BOOTH}))
LATER: dict[str, Any] = {"today": TODAY + 3 * DAY, "now": NOW + 3 * DAY}
PHOTO = NewFile("计票.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)


@pytest.fixture
def place(store: Store, make_unit: Make) -> Place:
    return build(store, make_unit)


@pytest.fixture
def meeting(store: Store, place: Place, make_case: Make) -> Opened:
    """A meeting that has begun, with all nine of its panel there."""
    found = noticed(store, place, make_case(unit_id=place.department))
    attend(store, found)
    open_meeting(store, found)
    return found


def open_vote(
    store: Store, found: Opened, method: VoteMethod = VoteMethod.ELECTRONIC
) -> tuple[str, ...]:
    """Open the vote and return its codes."""
    seen = version(store, found)
    with store.writing(OFFICE) as session:
        return commands.open_vote(session, found.id, method=method, version=seen, **LATER).codes


def cast(store: Store, code: str, choice: Choice, *, by: Actor = BOOTH) -> None:
    with store.writing(by) as session:
        commands.cast(session, code, choice)


def close(store: Store, found: Opened, *, why: str = "") -> str:
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        return commands.close_vote(session, found.id, why=why, version=seen, **LATER)


def vote_of(store: Store, found: Opened) -> VoteFile:
    with store.reading(OFFICE) as session:
        vote = queries.vote_file(session, found.id)
    assert vote is not None
    return vote


def votes(satisfied: int, dissatisfied: int, abstained: int = 0) -> list[Choice]:
    return (
        [Choice.SATISFIED] * satisfied
        + [Choice.DISSATISFIED] * dissatisfied
        + [Choice.ABSTAINED] * abstained
    )


def test_nine_vote_and_what_they_said_is_counted_at_the_close_alone(
    store: Store, meeting: Opened
) -> None:
    codes = open_vote(store, meeting)
    assert len(codes) == 9

    for place, (code, choice) in enumerate(zip(codes, votes(6, 2, 1), strict=True), start=1):
        cast(store, code, choice)
        during = vote_of(store, meeting)
        assert (during.used, during.unused) == (place, 9 - place)
        assert (during.tally, during.verdict, during.reasoning) == (None, None, "")
        with store.reading(SYSTEM) as session:
            kept = session.get_one(EvaluationVote, during.id)
            assert (kept.satisfied, kept.dissatisfied, kept.abstained) == (0, 0, 0)
            assert set(session.scalars(select(Ballot.choice))) == {None}

    assert close(store, meeting).endswith("达到，评价结果为“满意”")
    after = vote_of(store, meeting)
    assert after.tally == Tally(6, 2, 1)
    assert after.verdict is Verdict.SATISFIED
    assert (after.issued, after.used) == (9, 9)
    with store.reading(SYSTEM) as session:
        plain = Counter(session.scalars(select(Ballot.choice)))
        assert plain == {Choice.SATISFIED: 6, Choice.DISSATISFIED: 2, Choice.ABSTAINED: 1}
        assert session.get_one(Evaluation, meeting.id).state is EvaluationState.DECIDED


def test_the_vote_does_not_open_before_its_meeting_nor_on_day_two(
    store: Store, place: Place, make_case: Make
) -> None:
    found = noticed(store, place, make_case(unit_id=place.department))
    attend(store, found)
    for days in (0, 1, 2, 3):
        moment: dict[str, Any] = {"today": TODAY + days * DAY, "now": NOW + days * DAY}
        seen = version(store, found)
        with pytest.raises(RuleError), store.writing(OFFICE) as session:
            commands.open_vote(session, found.id, method=VoteMethod.PAPER, version=seen, **moment)
    # Nor by somebody who writes past the commands.
    row = {"e": found.id}
    with pytest.raises(Conflict), store.writing(SYSTEM) as session:
        session.execute(
            text(
                "INSERT INTO evaluation_votes (evaluation_id, method, members, present, quorum,"
                " rule, share, opened_by, opened_at, closed_why, cancelled_why, issued, used,"
                " satisfied, dissatisfied, abstained, name, media_type, size, sha256, version)"
                " VALUES (:e, 'paper', 9, 9, 7, 'present', '2/3', 'x', '2026-11-23', '', '', 9,"
                " 0, 0, 0, 0, '', '', 0, '', 1)"
            ),
            row,
        )


def test_below_the_quorum_it_does_not_open(store: Store, place: Place, make_case: Make) -> None:
    found = noticed(store, place, make_case(unit_id=place.department))
    attend(store, found, absent=3)
    open_meeting(store, found)

    with pytest.raises(RuleError, match="实到 6 人，至少要到 7 人才能票决，还差 1 人"):
        open_vote(store, found)


def test_a_code_is_used_once_and_a_wrong_one_never(store: Store, meeting: Opened) -> None:
    codes = open_vote(store, meeting)
    cast(store, f" {codes[0][:4]} {codes[0][4:]}", Choice.SATISFIED)

    with pytest.raises(RuleError, match="已经用过"):
        cast(store, codes[0], Choice.DISSATISFIED)
    with pytest.raises(RuleError, match="没有这个投票码"):
        cast(store, "00000000" if "00000000" not in codes else "11111111", Choice.SATISFIED)
    assert vote_of(store, meeting).used == 1


def test_nothing_is_cast_after_the_close_and_who_stayed_away_is_in_nobodys_favour(
    store: Store, meeting: Opened
) -> None:
    codes = open_vote(store, meeting)
    for code in codes[:5]:
        cast(store, code, Choice.SATISFIED)

    with pytest.raises(RuleError, match="还有 4 人没有投"):
        close(store, meeting)
    close(store, meeting, why="四人临时离场，不再投票")
    with pytest.raises(RuleError, match="票决已经结束"):
        cast(store, codes[5], Choice.SATISFIED)
    found = vote_of(store, meeting)
    assert (found.used, found.unused) == (5, 4)
    assert found.tally == Tally(5, 0, 0)
    assert found.verdict is Verdict.DISSATISFIED
    assert found.closed_why == "四人临时离场，不再投票"


def test_a_second_browser_that_closes_is_told(store: Store, meeting: Opened) -> None:
    codes = open_vote(store, meeting)
    for code in codes:
        cast(store, code, Choice.SATISFIED)
    seen = version(store, meeting)
    close(store, meeting)

    with pytest.raises(Conflict), store.writing(SECOND) as session:
        commands.close_vote(session, meeting.id, version=seen, **LATER)
    with pytest.raises(RuleError, match="“票决结束”只能在“票决中”时进行"):
        close(store, meeting)


def test_lost_slips_are_made_anew_until_somebody_has_voted(store: Store, meeting: Opened) -> None:
    old = open_vote(store, meeting)
    with store.writing(OFFICE) as session:
        new = commands.reissue_codes(
            session, meeting.id, version=session.get_one(Evaluation, meeting.id).version
        )
    assert not set(old) & set(new)
    with pytest.raises(RuleError, match="没有这个投票码"):
        cast(store, old[0], Choice.SATISFIED)
    cast(store, new[0], Choice.SATISFIED)
    seen = version(store, meeting)
    with pytest.raises(RuleError, match="已经有人投票"), store.writing(OFFICE) as session:
        commands.reissue_codes(session, meeting.id, version=seen)


def test_a_vote_is_cancelled_before_the_first_ballot_alone(store: Store, meeting: Opened) -> None:
    def cancel() -> None:
        with store.writing(OFFICE) as session:
            seen = session.get_one(Evaluation, meeting.id).version
            commands.cancel_vote(session, meeting.id, why="设备故障", version=seen, **LATER)

    open_vote(store, meeting)
    cancel()
    codes = open_vote(store, meeting)
    cast(store, codes[0], Choice.SATISFIED)
    with pytest.raises(RuleError, match="不能再取消"):
        cancel()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ballots (vote_id) SELECT MAX(id) FROM evaluation_votes",
        "INSERT INTO ballot_codes (vote_id, code_hash, used) "
        "SELECT MAX(v.id), c.code_hash || c.code_hash, c.used FROM evaluation_votes v, "
        "ballot_codes c GROUP BY c.code_hash, c.used",
    ],
)
def test_nobody_is_added_once_somebody_has_voted(
    store: Store, meeting: Opened, statement: str
) -> None:
    cast(store, open_vote(store, meeting)[0], Choice.SATISFIED)

    with pytest.raises(Conflict), store.writing(SYSTEM) as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evaluation_votes SET satisfied = 9, dissatisfied = 0",
        "UPDATE ballots SET choice = 'satisfied'",
        "DELETE FROM ballots",
        "UPDATE ballot_codes SET used = NOT used",
    ],
)
def test_a_closed_vote_changes_no_more_whoever_writes(
    store: Store, meeting: Opened, statement: str
) -> None:
    for code in open_vote(store, meeting):
        cast(store, code, Choice.DISSATISFIED)
    close(store, meeting)

    with pytest.raises(Conflict), store.writing(SYSTEM) as session:
        session.execute(text(statement))


def test_only_the_office_opens_and_a_screen_that_shows_casts_nothing(
    store: Store, meeting: Opened
) -> None:
    codes = open_vote(store, meeting)
    with pytest.raises(NotAllowed):
        cast(store, codes[0], Choice.SATISFIED, by=Actor(None, "投屏", frozenset({Role.SCREEN})))
    with store.reading(BOOTH) as session:
        booth = queries.booth(session, codes[0])
        assert booth is not None
        assert booth.matter == "某小区物业收费"
        assert queries.booth(session, "0" * 8 if "0" * 8 not in codes else "1" * 8) is None
        assert queries.vote_file(session, meeting.id) is None


def key(store: Store, found: Opened, tally: Tally, *, by: Actor) -> bool:
    with store.writing(by) as session:
        seen = session.get_one(Evaluation, found.id).version
        return commands.key_count(session, found.id, tally, version=seen, now=NOW + 3 * DAY)


def photo(store: Store, found: Opened) -> None:
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        commands.attach_tally(session, found.id, PHOTO, limit_mb=1, version=seen)


def test_two_tellers_agree_and_the_photo_is_there_or_paper_is_not_counted(
    store: Store, meeting: Opened
) -> None:
    open_vote(store, meeting, VoteMethod.PAPER)
    with pytest.raises(Invalid, match="差 1 票"):
        key(store, meeting, Tally(6, 2, 0), by=OFFICE)
    assert not key(store, meeting, Tally(6, 2, 1), by=OFFICE)
    with pytest.raises(RuleError, match="另一名计票人"):
        key(store, meeting, Tally(6, 2, 1), by=OFFICE)
    with pytest.raises(RuleError, match="现在有 1 名；请上传计票结果的照片"):
        close(store, meeting)
    # They differ: both are put away, and each counts again.
    assert not key(store, meeting, Tally(5, 3, 1), by=SECOND)
    assert vote_of(store, meeting).tellers == ()
    assert not key(store, meeting, Tally(6, 2, 1), by=SECOND)
    assert key(store, meeting, Tally(6, 2, 1), by=OFFICE)
    assert vote_of(store, meeting).tellers == ("联席办老张", "联席办小李")
    photo(store, meeting)
    close(store, meeting)

    found = vote_of(store, meeting)
    assert (found.tally, found.verdict) == (Tally(6, 2, 1), Verdict.SATISFIED)
    assert found.photo == "计票.png"


def test_nine_tablets_at_once_lose_and_double_nothing(store: Store, meeting: Opened) -> None:
    codes = open_vote(store, meeting)
    wrong: list[Exception] = []

    def vote(code: str, choice: Choice) -> None:
        for _ in range(2):  # pressed twice
            try:
                cast(store, code, choice)
            except RuleError as refusal:
                wrong.append(refusal)

    threads = [
        threading.Thread(target=vote, args=pair) for pair in zip(codes, votes(5, 3, 1), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(wrong) == 9
    assert all("已经用过" in str(each) for each in wrong)
    close(store, meeting)
    assert vote_of(store, meeting).tally == Tally(5, 3, 1)


# A server that dies with a ballot written and not committed.
_DYING = """
import os, sys
from db.commands import ballots
from db.engine import open_store
from rules.evaluation_terms import Choice
from rules.permissions import Actor
from rules.terms import Role
from settings import Settings

url, field, secret, code = sys.argv[1:]
store = open_store(Settings(database_url=url, field_key=field, secret_key=secret))
with store.writing(Actor(None, "booth", frozenset({Role.BOOTH}))) as session:
    ballots.cast(session, code, Choice.DISSATISFIED)
    session.flush()
    os._exit(9)
"""


def test_a_server_that_dies_in_the_middle_loses_and_doubles_no_ballot(
    store: Store, config: Settings, meeting: Opened
) -> None:
    codes = open_vote(store, meeting)
    for code in codes[:4]:
        cast(store, code, Choice.SATISFIED)

    url = store.engine.url.render_as_string(hide_password=False)
    given = [url, config.field_key, config.secret_key, codes[4]]
    died = subprocess.run([sys.executable, "-c", _DYING, *given], cwd=ROOT, check=False)

    assert died.returncode == 9
    assert (vote_of(store, meeting).used, vote_of(store, meeting).unused) == (4, 5)
    for code in codes[4:]:
        cast(store, code, Choice.SATISFIED)
    close(store, meeting)
    assert vote_of(store, meeting).tally == Tally(9, 0, 0)


def _everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All that lies in ballots and codes, in the order the store keeps it, with its own columns."""
    own = "xmin::text, ctid::text, " if store.engine.dialect.name == "postgresql" else "rowid, "
    with store.reading(SYSTEM) as session:
        return {
            table: [
                tuple(row) for row in session.execute(text(f"SELECT {own}* FROM {table}")).all()
            ]
            for table in ("ballots", "ballot_codes")
        }


def test_whoever_has_the_whole_store_links_no_ballot_to_a_code(
    store: Store, meeting: Opened
) -> None:
    """The attacker copies the store after each ballot and knows who used which code when."""
    codes = open_vote(store, meeting)
    with store.reading(SYSTEM) as session:
        entries = session.scalars(select(AuditEntry.seq)).all()
        head = session.execute(text("SELECT * FROM ledger_head")).one()
    copies = [_everything(store)]
    for code, choice in zip(codes, votes(5, 3, 1), strict=True):
        cast(store, code, choice)
        copies.append(_everything(store))

    with store.reading(SYSTEM) as session:
        assert session.scalars(select(AuditEntry.seq)).all() == entries
        assert session.execute(text("SELECT * FROM ledger_head")).one() == head
    for before, after in pairwise(copies):
        # Every ballot was written anew, sealed differently, all of one length.
        old, new = ({row[-2] for row in copy["ballots"]} for copy in (before, after))
        assert not old & new
        assert len({len(sealed) for sealed in new}) == 1
        if store.engine.dialect.name == "postgresql":
            writers = {row[0] for table in after.values() for row in table}
            assert len(writers) == 1  # of one transaction, ballots and codes alike
    close(store, meeting)
    closed = _everything(store)
    if store.engine.dialect.name == "postgresql":
        assert len({row[0] for table in closed.values() for row in table}) == 1
    with store.reading(SYSTEM) as session:
        told = session.scalars(select(AuditEntry).where(AuditEntry.seq > max(entries))).all()
    assert {entry.entity for entry in told} <= {
        "evaluation_votes",
        "evaluations",
        "evaluation_steps",
    }
    columns = {column.name for column in Ballot.__table__.columns}
    assert columns == {"id", "vote_id", "sealed", "choice"}
    assert {c.name for c in BallotCode.__table__.columns} == {"id", "vote_id", "code_hash", "used"}


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_the_order_of_the_store_says_no_more_than_the_tally(store: Store, meeting: Opened) -> None:
    """Guessing by the place of a ballot is right as often as guessing by the tally alone."""
    vote_id_codes = open_vote(store, meeting)
    said = votes(5, 3, 1)
    random.Random(7).shuffle(said)
    for code, choice in zip(vote_id_codes, said, strict=True):
        cast(store, code, choice)
    right, rounds = 0, 400
    with store.writing(OFFICE) as session:
        (vote_id,) = session.scalars(select(EvaluationVote.id)).all()
        cipher = commands.cipher_of(session)
        for _ in range(rounds):
            ballots = commands._unsealed(session, cipher, vote_id)
            commands._rewrite(
                session, cipher, vote_id, [row for row, _ in ballots], [each for _, each in ballots]
            )
            kept = sorted(commands._unsealed(session, cipher, vote_id))
            right += sum(each == choice.value for (_, each), choice in zip(kept, said, strict=True))
    # By the tally alone: sum of squares over nine = (25 + 9 + 1) / 81 = 43.2 %.
    expected = rounds * 9 * 35 / 81
    spread = (rounds * 9 * (35 / 81) * (46 / 81)) ** 0.5
    assert abs(right - expected) < 6 * spread
