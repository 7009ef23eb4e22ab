"""Deciding what two cases are to each other: what follows, what is counted, and taking it back."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.commands import (
    batches,
    cases,
    clocks,
    duplicates,
    duty,
    petitioners,
    procedure,
    sign_off,
    supervision,
)
from db.commands.cases import NewFile, Opened
from db.engine import Store
from db.models.batches import BatchCase
from db.models.cases import Case
from db.models.duplicates import CasePair
from db.models.supervision import FollowUp, SignOff
from db.queries import (
    attention,
    board,
    case_file,
    case_filters,
    figures,
    handing,
    resemblance,
)
from db.queries import batches as batch_queries
from db.queries import cases as case_queries
from db.queries import duplicates as queries
from db.queries import procedure as facts
from db.queries.case_filters import CaseFilter
from db.queries.handing import Wanted
from rules.attention import Reason
from rules.board import Stage
from rules.case_terms import BatchKind, DutySource, Rung, SameKind, Step, Trigger
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.permissions import SYSTEM, Actor
from rules.terms import CaseState, EntryKind, Purpose, Repeat, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import closing

Make = Callable[..., Opened]
EARLIER = TODAY - timedelta(days=3)


def decide(
    store: Store, one: Opened, other: Opened, kind: SameKind, *, by: Actor = OFFICE, **values: Any
) -> int:
    """Decide a pair as it stands now."""
    with store.writing(by) as session:
        given: dict[str, Any] = {
            "version": session.get_one(Case, one.id).version,
            "other_version": session.get_one(Case, other.id).version,
            **values,
        }
        return duplicates.decide_pair(
            session, one.id, other.id, kind=kind, today=TODAY, now=NOW, **given
        )


def undo(store: Store, pair_id: int, *, by: Actor = OFFICE, **values: Any) -> None:
    """Take a decision back as both cases stand now."""
    with store.writing(by) as session:
        pair = session.get_one(CasePair, pair_id)
        given: dict[str, Any] = {
            "version": session.get_one(Case, pair.case_id).version,
            "other_version": session.get_one(Case, pair.other_id).version,
            **values,
        }
        duplicates.undo_decision(session, pair_id, today=TODAY, now=NOW, **given)


def case_of(store: Store, opened: Opened) -> Case:
    with store.reading(SYSTEM) as session:
        found = session.get_one(Case, opened.id)
        session.expunge(found)
        return found


def told(store: Store) -> None:
    """Tell every case its clock, as the server does in the background."""
    while clocks.catch_up(store, today=TODAY):
        pass


def file_of(store: Store, opened: Opened, by: Actor = OFFICE) -> case_file.CaseFile:
    with store.reading(by) as session:
        return case_file.case_file(session, opened.number)


@pytest.fixture
def two(make_case: Make) -> tuple[Opened, Opened]:
    """The case received first, and the one like it received later, among noise."""
    earlier = make_case(received_on=EARLIER, people=3)
    make_case(title="城东供水浑浊", person="钱二")
    return earlier, make_case(people=2)


@pytest.mark.parametrize("named_first", ["later", "earlier"])
def test_a_repeat_keeps_both_and_points_from_the_later_to_the_earlier(
    store: Store, two: tuple[Opened, Opened], named_first: str
) -> None:
    earlier, later = two
    one, other = (later, earlier) if named_first == "later" else (earlier, later)
    decide(store, one, other, SameKind.REPEAT)

    kept, repeat = case_of(store, earlier), case_of(store, later)
    assert (repeat.repeat, repeat.repeat_of_id) == (Repeat.REPEAT, earlier.id)
    assert (kept.repeat, kept.repeat_of_id) == (Repeat.FIRST, None)
    assert (kept.state, repeat.state) == (CaseState.REGISTERED, CaseState.REGISTERED)


def test_a_double_is_merged_into_the_case_received_first_and_keeps_its_number(
    store: Store, two: tuple[Opened, Opened]
) -> None:
    earlier, later = two
    told(store)
    before = case_of(store, later)
    decide(store, earlier, later, SameKind.DOUBLE, reason="窗口登了两次")

    merged = case_of(store, later)
    assert before.due_on is not None
    assert (merged.state, merged.number, merged.due_on) == (CaseState.MERGED, later.number, None)
    file, kept = file_of(store, later), file_of(store, earlier)
    assert file.kept is not None
    assert file.kept.number == earlier.number
    assert [each.number for each in kept.merged] == [later.number]
    assert (kept.kept, file.merged) == (None, ())
    with store.reading(OFFICE) as session:
        stopped = facts.facts(session, later.id)
        assert stopped.state is CaseState.MERGED


def test_one_matter_of_several_keeps_both_open_and_counts_their_people_together(
    store: Store, two: tuple[Opened, Opened], make_case: Make
) -> None:
    earlier, later = two
    third = make_case(people=10)
    decide(store, earlier, later, SameKind.SHARED)
    decide(store, third, later, SameKind.SHARED)

    for opened in (earlier, later, third):
        found = file_of(store, opened).together
        assert found is not None
        assert set(found.numbers) == {earlier.number, later.number, third.number}
        assert found.people == 15
        assert case_of(store, opened).state is not CaseState.MERGED

    double = make_case(people=10, title="同一件又登了一次")
    decide(store, double, third, SameKind.DOUBLE)
    found = file_of(store, earlier).together
    assert found is not None
    assert found.people == 15


@pytest.mark.parametrize("kind", SameKind)
def test_undoing_brings_back_what_stood_before(
    store: Store, two: tuple[Opened, Opened], make_case: Make, kind: SameKind
) -> None:
    earlier, later = two
    pointing = make_case(title="再次反映", repeat_of_id=later.id)
    marked = make_case(title="也相近")
    with store.writing(SYSTEM) as session:
        session.get_one(Case, later.id).suspect_of_id = earlier.id
        session.get_one(Case, marked.id).suspect_of_id = later.id
    columns = ("state", "repeat", "repeat_of_id", "suspect_of_id", "due_on", "due_clock")

    def stands() -> list[tuple[Any, ...]]:
        found = [case_of(store, each) for each in (earlier, later, pointing, marked)]
        return [tuple(getattr(case, name) for name in columns) for case in found]

    told(store)
    before = stands()
    pair = decide(store, later, earlier, kind)
    assert stands() != before
    undo(store, pair)

    assert stands() == before
    with store.reading(OFFICE) as session:
        assert queries.standing(session, later.id, earlier.id) is None
        (decision,) = queries.decisions(session)
    assert (decision.kind, decision.undone_by) == (kind, OFFICE.name)


def test_what_pointed_at_a_double_points_at_the_case_that_is_kept(
    store: Store, two: tuple[Opened, Opened], make_case: Make
) -> None:
    earlier, later = two
    repeat, marked = make_case(repeat_of_id=later.id), make_case()
    with store.writing(SYSTEM) as session:
        session.get_one(Case, marked.id).suspect_of_id = later.id
        session.get_one(Case, earlier.id).suspect_of_id = later.id
    pair = decide(store, later, earlier, SameKind.DOUBLE)

    assert case_of(store, repeat).repeat_of_id == earlier.id
    assert case_of(store, marked).suspect_of_id == earlier.id
    assert case_of(store, earlier).suspect_of_id is None

    with store.writing(SYSTEM) as session:
        session.get_one(Case, repeat.id).repeat_of_id = None
    undo(store, pair)
    assert case_of(store, repeat).repeat_of_id is None
    assert case_of(store, marked).suspect_of_id == later.id


def test_a_case_merged_in_turn_leads_to_the_last_that_is_kept(
    store: Store, two: tuple[Opened, Opened], make_case: Make
) -> None:
    earlier, later = two
    first = make_case(received_on=EARLIER - timedelta(days=1))
    decide(store, later, earlier, SameKind.DOUBLE)
    decide(store, earlier, first, SameKind.DOUBLE)

    kept = file_of(store, later).kept
    assert kept is not None
    assert kept.number == first.number
    assert {each.number for each in file_of(store, first).merged} == {earlier.number, later.number}


def test_progress_and_files_of_a_double_are_read_with_the_kept_case(
    store: Store, two: tuple[Opened, Opened]
) -> None:
    earlier, later = two
    with store.writing(OFFICE) as session:
        cases.add_entry(
            session,
            later.id,
            kind=EntryKind.PROGRESS,
            happened_on=TODAY,
            text="已到现场查看",
            files=[NewFile("照片.pdf", b"%PDF-1.4")],
            limit_mb=10,
            today=TODAY,
            now=NOW,
        )
    decide(store, later, earlier, SameKind.DOUBLE)

    with store.reading(OFFICE) as session:
        _, events = case_file.opened(session, earlier.number)
    (line,) = [event for event in events if event.text == "已到现场查看"]
    assert later.number in line.heading
    assert [file.name for file in line.files] == ["照片.pdf"]
    assert any(event.heading == "重复认定" for event in events)


def values(store: Store, by: Actor = OFFICE) -> dict[str, int | None]:
    with store.reading(by) as session:
        return {v.figure.code: v.value for v in figures.figures(session, today=TODAY)}


def listed(store: Store, **wanted: Any) -> tuple[set[str], int]:
    with store.reading(OFFICE) as session:
        found = case_queries.listing(session, CaseFilter(**wanted), page=1)
        rows = case_queries.export_rows(session, CaseFilter(**wanted), limit=100)
        assert {each.row.number for each in rows} == {row.number for row in found.rows}
        assert case_queries.export_count(session, CaseFilter(**wanted), limit=100) == len(rows)
    return {row.number for row in found.rows}, found.found.total


def test_figures_and_lists_follow_a_merger_and_its_undoing(
    store: Store, two: tuple[Opened, Opened]
) -> None:
    earlier, later = two
    with store.writing(SYSTEM) as session:
        session.get_one(Case, later.id).suspect_of_id = earlier.id
    before, (numbers, total) = values(store), listed(store)
    pair = decide(store, later, earlier, SameKind.DOUBLE)

    after = values(store)
    less = {"open_cases": 1, "received_this_month": 1, "suspected_duplicates": 1, "without_unit": 1}
    assert {code: (before[code] or 0) - (after[code] or 0) for code in before} == less
    assert listed(store) == (numbers - {later.number}, total - 1)
    assert listed(store, term="道路积水") == ({earlier.number}, 1)
    assert listed(store, term=later.number) == ({later.number}, 1)
    assert listed(store, term=later.number[-6:]) == ({later.number}, 1)
    assert listed(store, states=(CaseState.MERGED,)) == ({later.number}, 1)
    with store.reading(OFFICE) as session:
        assert case_queries.counts(session, CaseFilter()).by_state[CaseState.MERGED] == 1

    undo(store, pair)
    assert values(store) == before
    assert listed(store) == (numbers, total)


def test_board_and_todays_list_follow_a_merger_and_its_undoing(
    store: Store, two: tuple[Opened, Opened], make_case: Make
) -> None:
    earlier, _ = two
    late = make_case(received_on=TODAY - timedelta(days=60), registered_on=EARLIER)
    first = make_case(received_on=TODAY - timedelta(days=90), registered_on=EARLIER)
    ended = make_case()
    closing.close(store, ended, on=TODAY)

    def seen(*, today: date = TODAY) -> tuple[int, set[str], set[str]]:
        with store.reading(OFFICE) as session:
            columns = board.board(session, board.BoardFilter(), pages={}, today=today, near_days=7)
            found = attention.attention(session, today=today)
        count = {column.stage: column.count for column in columns}
        by_reason = {
            reason: {
                line.number for line in found.lines if reason in {why.reason for why in line.whys}
            }
            for reason in (Reason.OVERDUE, Reason.LOOK_BACK)
        }
        return count[Stage.INTAKE], by_reason[Reason.OVERDUE], by_reason[Reason.LOOK_BACK]

    later_on = TODAY + timedelta(days=40)
    told(store)
    before, looked = seen(), seen(today=later_on)[2]
    assert late.number in before[1]
    assert looked == {ended.number}
    pairs = [
        decide(store, late, first, SameKind.DOUBLE),
        decide(store, ended, earlier, SameKind.DOUBLE),
    ]

    assert seen() == (before[0] - 1, before[1] - {late.number}, before[2])
    assert seen(today=later_on)[2] == set()
    for pair in pairs:
        undo(store, pair)
    assert seen() == before
    assert seen(today=later_on)[2] == looked


def test_results_of_an_open_batch_follow_a_merger_and_those_of_a_closed_one_stay(
    store: Store, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    first, double, other = (make_case(received_on=EARLIER, unit_id=unit) for _ in range(3))
    with store.writing(OFFICE) as session:
        batch = batches.open_batch(
            session,
            name="第一次交办",
            kind=BatchKind.REPEATED,
            meeting="",
            held_on=TODAY,
            due_on=TODAY + timedelta(days=30),
            today=TODAY,
            now=NOW,
        )
        wanted = [Wanted(each.id) for each in (first, double, other)]
        batches.add_cases(session, batch, wanted, today=TODAY, now=NOW)

    def assigned() -> tuple[int, int, int]:
        with store.reading(OFFICE) as session:
            file = batch_queries.batch_file(session, batch, today=TODAY)
            (line,) = batch_queries.batches(session, today=TODAY)
        return len(file.outcomes), line.counts.assigned, sum(file.unreceived.values())

    assert assigned() == (3, 3, 3)
    pair = decide(store, double, first, SameKind.DOUBLE)
    assert assigned() == (2, 2, 2)
    undo(store, pair)
    assert assigned() == (3, 3, 3)
    with store.writing(OFFICE) as session:
        version = batch_queries.batch_file(session, batch, today=TODAY).version
        batches.close_batch(session, batch, version=version, today=TODAY, now=NOW)
    decide(store, double, first, SameKind.DOUBLE)
    assert assigned()[:2] == (3, 3)


Write = Callable[[Session, Opened, int], Any]
WRITES: dict[str, Write] = {
    "change_case": lambda s, o, v: cases.change_case(
        s, o.id, {"place": "石门"}, base={}, version=v, today=TODAY, now=NOW
    ),
    "add_entry": lambda s, o, v: cases.add_entry(
        s,
        o.id,
        kind=EntryKind.PROGRESS,
        happened_on=TODAY,
        text="查看",
        files=[],
        limit_mb=1,
        today=TODAY,
        now=NOW,
    ),
    "edit_people": lambda s, o, v: petitioners.edit_people(
        s, o.id, [], version=v, today=TODAY, now=NOW
    ),
    "take_step": lambda s, o, v: procedure.take_step(
        s,
        o.id,
        Step.REGISTER,
        happened_on=TODAY,
        values={},
        version=v,
        today=TODAY,
        now=NOW,
    ),
    "withdraw_step": lambda s, o, v: procedure.withdraw_step(
        s, o.id, reason="点错", version=v, today=TODAY, now=NOW
    ),
    "set_duty": lambda s, o, v: duty.set_duty(
        s,
        o.id,
        source=DutySource.LOCAL,
        lead_id=None,
        team="",
        plan="",
        owner="",
        until=None,
        ticks=[],
        version=None,
        case_version=v,
        today=TODAY,
        now=NOW,
    ),
    "leave_duty": lambda s, o, v: duty.leave_duty(s, o.id, why="办结", version=1, today=TODAY),
    "set_chain": lambda s, o, v: duty.set_chain(s, o.id, []),
    "set_measure": lambda s, o, v: duty.set_measure(s, o.id, {}, today=TODAY),
    "drop_measure": lambda s, o, v: duty.drop_measure(s, o.id, 1, version=1),
    "recuse": lambda s, o, v: duty.recuse(s, o.id, unit_id=1, reason="亲属", now=NOW),
    "lift_recusal": lambda s, o, v: duty.lift_recusal(s, o.id, 1),
    "draft_follow_up": lambda s, o, v: supervision.draft_follow_up(
        s, o.id, trigger=Trigger.OTHER, rung=Rung.REMIND, reason="提醒", today=TODAY, now=NOW
    ),
    "do_look_back": lambda s, o, v: supervision.do_look_back(s, o.id, {}, today=TODAY, now=NOW),
    "record_liability": lambda s, o, v: supervision.record_liability(
        s,
        o.id,
        reason=None,
        caused_unit_id=None,
        failed_unit_id=None,
        text="",
        decided_on=None,
        today=TODAY,
        now=NOW,
    ),
    "add_document": lambda s, o, v: sign_off.add_document(
        s, o.id, kind=None, number="", issued_on=None, details={}, today=TODAY, now=NOW
    ),
    "request_sign_off": lambda s, o, v: sign_off.request_sign_off(
        s, o.id, result="", document_id=None, performance=None, version=v, now=NOW
    ),
}


@pytest.mark.parametrize("write", WRITES)
def test_nothing_is_written_on_a_merged_case(
    store: Store, two: tuple[Opened, Opened], write: str
) -> None:
    earlier, later = two
    decide(store, later, earlier, SameKind.DOUBLE)
    before = case_of(store, later)

    with pytest.raises(RuleError, match=earlier.number), store.writing(OFFICE) as session:
        WRITES[write](session, later, session.get_one(Case, later.id).version)
    assert case_of(store, later).version == before.version


def test_letters_and_receipts_that_stood_are_refused_on_a_merged_case(
    store: Store, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    member = Actor(None, "承办人", frozenset({Role.UNIT}), unit, frozenset({unit}))
    earlier = make_case(received_on=EARLIER, unit_id=unit)
    later = make_case(received_on=EARLIER, unit_id=unit)
    with store.writing(OFFICE) as session:
        batch = batches.open_batch(
            session,
            name="第一次交办",
            kind=BatchKind.REPEATED,
            meeting="",
            held_on=TODAY,
            due_on=TODAY + timedelta(days=30),
            today=TODAY,
            now=NOW,
        )
        batches.add_cases(session, batch, [Wanted(later.id)], today=TODAY, now=NOW)
        letter = supervision.draft_follow_up(
            session,
            later.id,
            trigger=Trigger.OTHER,
            rung=Rung.REMIND,
            reason="提醒",
            today=TODAY,
            now=NOW,
        )
    decide(store, later, earlier, SameKind.DOUBLE)

    with store.reading(SYSTEM) as session:
        row = session.scalars(select(BatchCase.id)).one()
        version = session.get_one(FollowUp, letter).version
    with pytest.raises(RuleError, match=earlier.number), store.writing(member) as session:
        batches.confirm_receipt(session, batch, [row], now=NOW)
    with pytest.raises(RuleError, match=earlier.number), store.writing(OFFICE) as session:
        supervision.end_follow_up(session, letter, why="不发", version=version, today=TODAY)
    with store.reading(OFFICE) as session:
        again = handing.examined(session, batch, [Wanted(later.id)], today=TODAY)
    assert "已并入另一件" in again[0].problems[0].message
    with pytest.raises(Invalid, match="已并入另一件"), store.writing(OFFICE) as session:
        batches.add_cases(session, batch, [Wanted(later.id)], today=TODAY, now=NOW)


def test_nothing_repeats_or_resembles_a_double(
    store: Store, two: tuple[Opened, Opened], make_case: Make
) -> None:
    earlier, later = two
    decide(store, later, earlier, SameKind.DOUBLE)

    with pytest.raises(Invalid, match=f"请关联到 {earlier.number}"):
        make_case(title="第三次", repeat_of_id=later.id)
    with store.reading(OFFICE) as session:
        found = resemblance.likely_duplicates(
            session,
            title="反映道路积水",
            person="张三丰",
            township_id=None,
            today=TODAY,
            percent=80,
        )
    assert [each.number for each in found] == [earlier.number]


def test_a_decision_goes_by_what_was_seen(store: Store, two: tuple[Opened, Opened]) -> None:
    earlier, later = two
    pair = decide(store, later, earlier, SameKind.SHARED)

    with pytest.raises(RuleError, match="已认定为“同一事项多人”"):
        decide(store, earlier, later, SameKind.DOUBLE)
    undo(store, pair)
    with pytest.raises(RuleError, match="已经撤销"):
        undo(store, pair)
    with pytest.raises(Conflict):
        decide(store, later, earlier, SameKind.DOUBLE, version=1)
    with pytest.raises(Conflict):
        decide(store, later, earlier, SameKind.DOUBLE, other_version=1)
    with pytest.raises(RuleError, match="两件不同的"):
        decide(store, later, later, SameKind.DOUBLE)
    with pytest.raises(Invalid, match="200 个字"):
        decide(store, later, earlier, SameKind.DOUBLE, reason="理" * 201)
    pair = decide(store, later, earlier, SameKind.DOUBLE)
    with pytest.raises(RuleError, match=earlier.number):
        decide(store, later, earlier, SameKind.REPEAT)
    with pytest.raises(Conflict):
        undo(store, pair, version=1)
    with pytest.raises(Conflict):
        undo(store, pair, other_version=1)
    assert case_of(store, later).state is CaseState.MERGED


def test_what_was_changed_since_is_not_undone(
    store: Store, two: tuple[Opened, Opened], make_case: Make
) -> None:
    earlier, later = two
    third = make_case()
    pair = decide(store, later, earlier, SameKind.REPEAT)
    with store.writing(OFFICE) as session:
        version = session.get_one(Case, later.id).version
        cases.change_case(
            session,
            later.id,
            {"repeat_of_id": third.id},
            base={},
            version=version,
            today=TODAY,
            now=NOW,
        )

    with pytest.raises(RuleError, match="之后又改过"):
        undo(store, pair)
    assert case_of(store, later).repeat_of_id == third.id


def test_the_kept_case_may_go_on_and_the_merger_still_be_undone(
    store: Store, two: tuple[Opened, Opened]
) -> None:
    earlier, later = two
    before = case_of(store, later).state
    pair = decide(store, later, earlier, SameKind.DOUBLE)
    closing.close(store, earlier)
    undo(store, pair)

    assert case_of(store, earlier).state is CaseState.CLOSED
    assert case_of(store, later).state is before


def test_a_case_that_is_signed_off_or_to_be_is_not_merged(
    store: Store, two: tuple[Opened, Opened]
) -> None:
    earlier, later = two
    asked = closing.ready(store, later)

    with pytest.raises(Invalid, match="撤销销号"):
        decide(store, later, earlier, SameKind.DOUBLE)
    closing.approve(store, asked)
    with pytest.raises(Invalid, match="撤销销号"):
        decide(store, later, earlier, SameKind.DOUBLE)
    with store.reading(SYSTEM) as session:
        assert session.get_one(SignOff, asked).withdrawn_on is None


def test_an_accusation_is_not_merged_with_what_is_none(store: Store, make_case: Make) -> None:
    earlier = make_case(received_on=EARLIER)
    later = make_case(purpose=Purpose.ACCUSATION)

    with pytest.raises(Invalid, match="检举控告"):
        decide(store, later, earlier, SameKind.DOUBLE)
    assert case_of(store, later).state is not CaseState.MERGED


def test_a_repeat_of_a_closed_case_drafts_a_letter_that_ends_with_the_decision(
    store: Store, make_case: Make
) -> None:
    earlier = make_case(received_on=EARLIER)
    closing.close(store, earlier, on=TODAY)
    later = make_case(received_on=TODAY)
    pair = decide(store, later, earlier, SameKind.REPEAT)

    def drafts() -> list[tuple[Trigger, bool]]:
        with store.reading(OFFICE) as session:
            found = session.scalars(select(FollowUp).where(FollowUp.case_id == earlier.id))
            return [(each.trigger, each.ended_on is None) for each in found]

    assert drafts() == [(Trigger.REPEATED, True)]
    undo(store, pair)
    assert drafts() == [(Trigger.REPEATED, False)]


def test_only_the_office_decides_and_a_unit_sees_no_case_of_another(
    store: Store, make_case: Make, make_unit: Callable[..., int]
) -> None:
    mine, theirs = make_unit("住建局"), make_unit("教育局")
    earlier = make_case(received_on=EARLIER, unit_id=theirs)
    later = make_case(unit_id=mine)
    member = Actor(None, "承办人", frozenset({Role.UNIT}), mine, frozenset({mine}))
    pair = decide(store, later, earlier, SameKind.DOUBLE)

    file = file_of(store, later, by=member)
    assert (file.state, file.kept, file.decisions) == (CaseState.MERGED, None, ())
    with pytest.raises(NotAllowed), store.writing(member) as session:
        duplicates.undo_decision(session, pair, version=2, other_version=2, today=TODAY, now=NOW)
    with pytest.raises(RuleError, match="请由联席办"), store.writing(member) as session:
        WRITES["add_entry"](session, later, 1)
    with pytest.raises(Missing):
        file_of(store, earlier, by=member)


def test_a_filter_by_number_is_no_other_filter(store: Store) -> None:
    with store.reading(OFFICE) as session:
        parts = [
            case_filters.asked(session, CaseFilter(term=term)).form.parts
            for term in ("", "积水", "2026-000012", "000012", "12")
        ]
    assert ["counted" in each for each in parts] == [True, True, False, False, True]
