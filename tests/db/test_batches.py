from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.commands import batches, cases, duty, procedure
from db.commands.batches import Handed
from db.commands.cases import Opened
from db.engine import Store
from db.models.batches import Batch, BatchCase
from db.models.cases import Case
from db.models.procedure import CaseStep
from db.models.units import Leader, Unit
from db.queries import batches as queries
from db.queries import handing
from db.queries.batches import BatchFile
from db.queries.handing import Wanted
from rules.batches import Line, by_unit, tally
from rules.case_terms import BatchKind, Clock, ExitReason, Step
from rules.cases import WITHHELD
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.permissions import SYSTEM, Actor
from rules.terms import CaseState, EntryKind, Purpose, Role
from tests.conftest import NOW, OFFICE, TODAY

Make = Callable[..., Any]
HELD = TODAY - timedelta(days=5)
DUE = TODAY + timedelta(days=30)
WHOLE: dict[str, Any] = {
    "kind": BatchKind.REPEATED,
    "meeting": "第三季度交办会",
    "held_on": HELD,
    "due_on": DUE,
}


@pytest.fixture
def make_batch(store: Store) -> Make:
    """Return a function that opens a batch and returns its id."""

    def make(name: str = "第一次重复信访交办", *, by: Actor = OFFICE, **values: Any) -> int:
        with store.writing(by) as session:
            given = {**WHOLE, **values}
            return batches.open_batch(session, name=name, today=TODAY, now=NOW, **given)

    return make


@pytest.fixture
def add(store: Store) -> Make:
    """Return a function that puts cases on the list of a batch."""

    def put(batch_id: int, *wanted: Wanted, by: Actor = OFFICE, again: bool = False) -> Handed:
        with store.writing(by) as session:
            return batches.add_cases(session, batch_id, wanted, again=again, today=TODAY, now=NOW)

    return put


@pytest.fixture
def old_case(make_case: Make) -> Make:
    """Return a function that registers a matter received before the meeting."""

    def make(**values: Any) -> Opened:
        day = values.pop("received_on", HELD - timedelta(days=3))
        opened: Opened = make_case(received_on=day, registered_on=day, **values)
        return opened

    return make


def _file(store: Store, batch_id: int, by: Actor = OFFICE) -> BatchFile:
    with store.reading(by) as session:
        return queries.batch_file(session, batch_id, today=TODAY)


def _case(store: Store, case_id: int) -> Case:
    with store.reading(SYSTEM) as session:
        found = session.get_one(Case, case_id)
        session.expunge(found)
        return found


def _steps(store: Store, case_id: int) -> list[Step]:
    with store.reading(SYSTEM) as session:
        return list(
            session.scalars(
                select(CaseStep.step).where(CaseStep.case_id == case_id).order_by(CaseStep.id)
            )
        )


def _take(store: Store, case_id: int, step: Step, **values: Any) -> None:
    with store.writing(OFFICE) as session:
        procedure.take_step(
            session,
            case_id,
            step,
            happened_on=TODAY,
            values=values,
            version=session.get_one(Case, case_id).version,
            today=TODAY,
            now=NOW,
        )


def _set(store: Store, case_id: int, **values: Any) -> None:
    with store.writing(SYSTEM) as session:
        case = session.get_one(Case, case_id)
        for name, value in values.items():
            setattr(case, name, value)


def _member(*unit_ids: int) -> Actor:
    return Actor(None, "承办人", frozenset({Role.UNIT}), unit_ids[0], frozenset(unit_ids))


def test_a_batch_needs_a_name_of_its_own(store: Store, make_batch: Make) -> None:
    make_batch("第一次")

    with pytest.raises(Invalid, match="已有名为"):
        make_batch(" 第一次 ")
    with pytest.raises(Invalid, match="晚于今天"):
        make_batch("第二次", held_on=TODAY + timedelta(days=1))
    with pytest.raises(NotAllowed):
        make_batch("第三次", by=_member(1))


def test_what_the_procedure_allows_is_assigned_with_the_batchs_day(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make, make_leader: Make
) -> None:
    unit, lead = make_unit("住建局"), make_leader("王县长")
    batch, opened = make_batch(), old_case()

    done = add(batch, Wanted(opened.id, unit, lead))

    assert done == Handed(assigned=1, kept=0, changed=0, unchanged=0)
    case = _case(store, opened.id)
    assert (case.state, case.unit_id, case.lead_id) == (CaseState.FORWARDED, unit, lead)
    assert case.forwarded_on == HELD
    with store.reading(OFFICE) as session:
        step = session.scalars(select(CaseStep)).one()
    assert (step.step, step.until, step.happened_on) == (Step.ASSIGN, DUE, HELD)
    row = _file(store, batch).rows[0]
    assert (row.unit, row.lead, row.due_on, row.received_at) == ("住建局", "王县长", DUE, None)


def test_what_was_only_received_is_registered_and_assigned(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    opened = old_case()
    _set(store, opened.id, state=CaseState.RECEIVED, registered_on=None)

    add(make_batch(), Wanted(opened.id, make_unit("住建局")))

    assert _steps(store, opened.id) == [Step.REGISTER, Step.ASSIGN]


def test_what_is_in_hand_is_taken_in_without_a_step_and_the_reason_is_told(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    unit, other = make_unit("住建局"), make_unit("城管局")
    opened = old_case(unit_id=unit, forwarded_on=HELD, accepted_on=HELD)
    batch = make_batch()
    with store.reading(OFFICE) as session:
        found = handing.examined(session, batch, [Wanted(opened.id)], today=TODAY)[0]

    done = add(batch, Wanted(opened.id))

    assert "现在是“办理中”，交办只能在" in found.reason
    assert (done.assigned, done.kept) == (0, 1)
    assert _steps(store, opened.id) == []
    with pytest.raises(Invalid, match="现由“住建局”办理，不能改交"):
        add(make_batch("第二次"), Wanted(opened.id, other), again=True)


def test_one_case_that_cannot_be_leaves_all_of_them_out(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    unit = make_unit("住建局")
    good, bare = old_case(), old_case()
    accusing = old_case(purpose=Purpose.ACCUSATION)
    closed = old_case(answered_on=HELD, closed_on=HELD)
    late = old_case(received_on=HELD + timedelta(days=1))
    batch = make_batch()

    with pytest.raises(Invalid) as told:
        add(
            batch,
            Wanted(good.id, unit),
            Wanted(bare.id),
            Wanted(accusing.id, unit),
            Wanted(closed.id, unit),
            Wanted(late.id, unit),
        )

    with store.reading(OFFICE) as session:
        both = [Wanted(good.id, unit), Wanted(accusing.id, unit)]
        shown = handing.examined(session, batch, both, today=TODAY)
    assert [each.title == WITHHELD for each in shown] == [False, True]
    words = [problem.message for problem in told.value.problems]
    assert [word.split("：")[0] for word in words] == [
        each.number for each in (bare, accusing, closed, late)
    ]
    assert "没有责任单位" in words[0]
    assert "检举控告不交办" in words[1]
    assert "先重新办理" in words[2]
    assert "早于收到日期" in words[3]
    assert _file(store, batch).rows == ()
    assert _steps(store, good.id) == []


def test_nobody_who_must_stay_out_is_handed_a_case(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make, make_leader: Make
) -> None:
    unit, lead = make_unit("住建局"), make_leader("王县长")
    below = make_unit("房管所", parent=unit)
    opened, batch = old_case(), make_batch()
    with store.writing(OFFICE) as session:
        duty.recuse(session, opened.id, unit_id=unit, accused=True, reason="被反映", now=NOW)
        duty.recuse(session, opened.id, leader_id=lead, reason="亲属", now=NOW)

    with pytest.raises(Invalid, match="被反映单位"):
        add(batch, Wanted(opened.id, below))
    with pytest.raises(Invalid, match="已决定回避"):
        add(batch, Wanted(opened.id, make_unit("城管局"), lead))
    assert _file(store, batch).rows == ()


def test_who_is_gone_or_has_ended_is_refused(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make, make_leader: Make
) -> None:
    unit, opened, batch = make_unit("旧局"), old_case(), make_batch()
    lead = make_leader("王县长")
    with store.writing(SYSTEM) as session:
        session.get_one(Unit, unit).valid_to = TODAY
        session.get_one(Leader, lead).active = False

    with pytest.raises(Invalid, match="“旧局”已停用"):
        add(batch, Wanted(opened.id, unit))
    with pytest.raises(Invalid, match="该单位已不存在"):
        add(batch, Wanted(opened.id, 9_999))
    with pytest.raises(Invalid, match="“王县长”已不在任"):
        add(batch, Wanted(opened.id, make_unit("新局"), lead))


def test_a_second_batch_takes_a_case_only_when_it_is_confirmed(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    opened = old_case()
    first, second = make_batch("第一次"), make_batch("第二次")
    add(first, Wanted(opened.id, make_unit("住建局")))

    with pytest.raises(Invalid, match="已在“第一次”交办尚未结束"):
        add(second, Wanted(opened.id))
    done = add(second, Wanted(opened.id), again=True)

    assert done.kept == 1
    assert _steps(store, opened.id) == [Step.ASSIGN]


def test_a_closed_batch_holds_nobody_from_being_handed_over_again(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    opened = old_case()
    first, second = make_batch("第一次"), make_batch("第二次")
    add(first, Wanted(opened.id, make_unit("住建局")))
    _close(store, first)

    assert add(second, Wanted(opened.id)).kept == 1


def _close(store: Store, batch_id: int, version: int | None = None) -> None:
    with store.writing(OFFICE) as session:
        seen = version or session.scalars(select(Batch.version).where(Batch.id == batch_id)).one()
        batches.close_batch(session, batch_id, version=seen, today=TODAY, now=NOW)


def test_results_stay_as_they_were_when_the_batch_was_closed(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    unit, town = make_unit("住建局"), make_unit("城关镇")
    batch = make_batch()
    settled, signed, evaluated, idle = (old_case() for _ in range(4))
    add(batch, *(Wanted(each.id, unit) for each in (settled, signed, evaluated)))
    add(batch, Wanted(idle.id, town))
    _set(store, settled.id, resolved_on=TODAY, settled_on=TODAY)
    _set(store, signed.id, resolved_on=TODAY, settled_on=TODAY)
    old_case(repeat_of_id=signed.id, received_on=HELD + timedelta(days=1))
    _take(store, evaluated.id, Step.CLOSE, exit_reason=ExitReason.EVALUATED, text="2151 满意")
    _close(store, batch)

    _set(store, idle.id, resolved_on=TODAY)
    old_case(repeat_of_id=settled.id, received_on=TODAY)

    found = _file(store, batch)
    whole, units = tally(found.outcomes), by_unit(found.outcomes)
    assert (whole.assigned, whole.resolved, whole.settled, whole.closed) == (4, 2, 2, 1)
    assert {unit: each.assigned for unit, each in units.items()} == {"住建局": 3, "城关镇": 1}
    assert [row.outcome.settled for row in found.rows] == [True, False, True, False]
    assert [each.done_on for each in found.outcomes] == [TODAY, TODAY, TODAY, None]
    with store.reading(_member(town)) as session:
        own = queries.batch_file(session, batch, today=TODAY)
    assert [each.number for each in own.outcomes] == [idle.number]
    with pytest.raises(RuleError, match="已经结束"):
        add(batch, Wanted(old_case().id, unit))


def test_a_case_is_done_on_the_first_of_its_days(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    unit, batch = make_unit("住建局"), make_batch()
    both, resolved, idle = (old_case() for _ in range(3))
    add(batch, *(Wanted(each.id, unit) for each in (both, resolved, idle)))
    _set(store, both.id, resolved_on=HELD, closed_on=TODAY, state=CaseState.CLOSED)
    _set(store, resolved.id, resolved_on=TODAY)

    assert [each.done_on for each in _file(store, batch).outcomes] == [HELD, TODAY, None]


def test_of_results_kept_without_days_what_was_done_was_done_when_they_were_kept(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    unit, batch = make_unit("住建局"), make_batch()
    done, idle = old_case(), old_case()
    add(batch, *(Wanted(each.id, unit) for each in (done, idle)))
    _set(store, done.id, resolved_on=HELD)
    _close(store, batch)
    with store.writing(SYSTEM) as session:
        kept = session.get_one(Batch, batch)
        assert kept.results is not None
        outcomes = [
            {name: value for name, value in each.items() if name != "done_on"}
            for each in kept.results["outcomes"]
        ]
        kept.results = {**kept.results, "outcomes": outcomes}

    assert [each.done_on for each in _file(store, batch).outcomes] == [TODAY, None]


def test_a_repeat_before_the_meeting_counts_against_nobody(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    opened, batch = old_case(), make_batch()
    add(batch, Wanted(opened.id, make_unit("住建局")))
    old_case(repeat_of_id=opened.id, received_on=HELD)
    _set(store, opened.id, settled_on=TODAY)

    assert _file(store, batch).outcomes[0].settled


def test_an_evaluation_of_a_former_round_settles_nothing(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    opened, batch = old_case(), make_batch()
    add(batch, Wanted(opened.id, make_unit("住建局")))
    _take(store, opened.id, Step.CLOSE, exit_reason=ExitReason.EVALUATED, text="满意")
    assert _file(store, batch).outcomes[0].evaluated

    _take(store, opened.id, Step.REOPEN, reason="有新的事实")

    assert not _file(store, batch).outcomes[0].evaluated


def test_a_deadline_that_has_passed_counts_until_the_matter_is_resolved(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    unit, batch = make_unit("住建局"), make_batch(due_on=TODAY - timedelta(days=1))
    late, done, due = old_case(), old_case(), old_case()
    add(batch, Wanted(late.id, unit), Wanted(done.id, unit), Wanted(due.id, unit, due_on=TODAY))
    _set(store, done.id, resolved_on=TODAY)

    assert [row.outcome.late for row in _file(store, batch).rows] == [True, False, False]


def test_an_empty_batch_is_dropped_and_not_closed(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    empty, full = make_batch("空的"), make_batch("满的")
    add(full, Wanted(old_case().id, make_unit("住建局")))

    with pytest.raises(RuleError, match="还没有案件"):
        _close(store, empty)
    with store.writing(OFFICE) as session:
        batches.drop_batch(session, empty, version=1)
    with pytest.raises(RuleError, match="已有案件"), store.writing(OFFICE) as session:
        batches.drop_batch(session, full, version=_file(store, full).version)

    with store.reading(OFFICE) as session:
        assert session.scalars(select(Batch.name)).all() == ["满的"]


def test_whoever_closes_beside_a_change_of_the_list_is_told(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    batch, unit = make_batch(), make_unit("住建局")
    add(batch, Wanted(old_case().id, unit))
    seen = _file(store, batch).version
    add(batch, Wanted(old_case().id, unit))

    with pytest.raises(Conflict, match="名单刚刚被他人修改"):
        _close(store, batch, seen)


def _change(store: Store, batch_id: int, version: int | None = None, **values: Any) -> None:
    file = _file(store, batch_id)
    row = file.rows[0]
    given = {
        "unit_id": row.unit_id,
        "lead_id": row.lead_id,
        "due_on": row.due_on,
        "note": row.note,
        **values,
    }
    with store.writing(OFFICE) as session:
        batches.change_row(
            session, row.id, version=version or file.version, today=TODAY, now=NOW, **given
        )


def test_a_case_that_came_back_is_given_to_another_unit_and_received_anew(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make, make_leader: Make
) -> None:
    unit, other, lead = make_unit("住建局"), make_unit("城管局"), make_leader("王县长")
    batch, opened = make_batch(), old_case()
    add(batch, Wanted(opened.id, unit))
    with store.writing(_member(unit)) as session:
        batches.confirm_receipt(session, batch, [1], now=NOW)
    with pytest.raises(Invalid, match="现由“住建局”办理，不能改交"):
        _change(store, batch, unit_id=other)
    _take(store, opened.id, Step.OBJECT, reason="不属本单位职责")

    _change(store, batch, unit_id=other, lead_id=lead, due_on=TODAY, note="会后调整")

    row, case = _file(store, batch).rows[0], _case(store, opened.id)
    assert (row.unit, row.lead, row.due_on, row.note) == ("城管局", "王县长", TODAY, "会后调整")
    assert (row.received_by, row.received_at) == ("", None)
    assert (case.unit_id, case.lead_id, case.state) == (other, lead, CaseState.FORWARDED)
    assert _steps(store, opened.id) == [Step.ASSIGN, Step.OBJECT, Step.ASSIGN]


def test_a_deadline_is_not_moved_before_the_meeting_nor_beside_a_rival(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    batch = make_batch()
    add(batch, Wanted(old_case().id, make_unit("住建局")))
    seen = _file(store, batch).version

    with pytest.raises(Invalid, match="早于交办会日期"):
        _change(store, batch, due_on=HELD - timedelta(days=1))
    with pytest.raises(Invalid, match="都要填写"):
        _change(store, batch, due_on=None)
    with pytest.raises(Invalid, match="最多 500 个字"):
        _change(store, batch, note="长" * 501)
    _change(store, batch, due_on=TODAY)
    with pytest.raises(Conflict):
        _change(store, batch, version=seen, due_on=DUE)

    assert _file(store, batch).rows[0].due_on == TODAY


def test_a_case_is_taken_off_the_list_and_its_steps_stay(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    batch, opened = make_batch(), old_case()
    add(batch, Wanted(opened.id, make_unit("住建局")))
    file = _file(store, batch)

    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        batches.take_out(session, file.rows[0].id, version=file.version - 1)
    with store.writing(OFFICE) as session:
        batches.take_out(session, file.rows[0].id, version=file.version)

    assert _file(store, batch).rows == ()
    assert _steps(store, opened.id) == [Step.ASSIGN]


def test_only_the_unit_itself_confirms_its_receipt(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    unit, other = make_unit("住建局"), make_unit("城管局")
    batch = make_batch()
    add(batch, Wanted(old_case().id, unit), Wanted(old_case().id, other))
    mine, theirs = (row.id for row in _file(store, batch).rows)

    def confirm(by: Actor, *rows: int) -> int:
        with store.writing(by) as session:
            return batches.confirm_receipt(session, batch, rows, now=NOW)

    with pytest.raises(RuleError, match="应由“住建局”自己签收"):
        confirm(OFFICE, mine)
    with pytest.raises(Missing):
        confirm(_member(unit), mine, theirs)
    assert confirm(_member(unit), mine) == 1
    assert confirm(_member(unit), mine) == 0

    file = _file(store, batch)
    assert (file.rows[0].received_by, file.rows[0].received_at) == ("承办人", NOW)
    assert file.unreceived == {"城管局": 1}
    with pytest.raises(NotAllowed):
        confirm(Actor(None, "县领导", frozenset({Role.LEADER})), mine)


def test_each_sees_the_batches_and_rows_that_are_his(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    unit, other = make_unit("住建局"), make_unit("城管局")
    both, theirs = make_batch("两家的"), make_batch("别家的")
    add(both, Wanted(old_case().id, unit), Wanted(old_case().id, other))
    add(theirs, Wanted(old_case().id, other))

    with store.reading(_member(unit)) as session:
        seen = queries.batches(session, today=TODAY)
        with pytest.raises(Missing):
            queries.batch_file(session, theirs, today=TODAY)
    with store.reading(OFFICE) as session:
        all_of_them = queries.batches(session, today=TODAY)

    assert [(line.name, line.counts.assigned) for line in seen] == [("两家的", 1)]
    assert [line.counts.assigned for line in all_of_them] == [1, 2]


def test_lines_name_cases_units_and_leaders_and_what_they_do_not_is_told(
    store: Store, old_case: Make, make_unit: Make, make_leader: Make
) -> None:
    unit, lead = make_unit("住建局"), make_leader("王县长")
    opened, other = old_case(source_number="甲-1"), old_case(source_number="乙-9")
    old_case(source_number="乙-9")
    lines = [
        Line("第 1 行", "甲-1", "住 建局", "王县长（副县长）", DUE, cells={"number": "C2"}),
        Line("第 2 行", opened.number, cells={"number": "C3"}),
        Line("第 3 行", "乙-9"),
        Line("第 4 行", other.number, "没有的局", "李四", cells={"unit": "G5", "lead": "H5"}),
        Line("第 5 行", "丙-1"),
    ]

    with store.reading(OFFICE) as session:
        wanted, problems = handing.meant(session, lines, unit_else=unit)

    assert wanted == [Wanted(opened.id, unit, lead, DUE, None, unit, None, lines[0])]
    assert [problem.message.split("：")[0] for problem in problems] == [
        "C3",
        "第 3 行",
        "G5",
        "H5",
        "第 5 行",
    ]
    assert "有 2 件，请改用案件编号" in problems[1].message


def test_what_is_on_the_list_already_is_changed_or_left(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    batch, unit = make_batch(), make_unit("住建局")
    first, second = old_case(), old_case()
    add(batch, Wanted(first.id, unit), Wanted(second.id, unit))

    done = add(batch, Wanted(first.id, note="会上明确"), Wanted(second.id))

    assert done == Handed(assigned=0, kept=0, changed=1, unchanged=1)
    assert [row.note for row in _file(store, batch).rows] == ["会上明确", ""]
    with store.reading(OFFICE) as session:
        assert len(session.scalars(select(BatchCase)).all()) == 2


def test_the_ledger_has_masked_names_and_no_accusation(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    batch, unit = make_batch(), make_unit("住建局")
    plain, turned = old_case(person="张三丰"), old_case()
    add(batch, Wanted(plain.id, unit), Wanted(turned.id, unit))
    _set(store, turned.id, purpose=Purpose.ACCUSATION)
    assert [row.title == WITHHELD for row in _file(store, batch).rows] == [False, True]
    for text in ("已约谈", "已退款"):
        with store.writing(OFFICE) as session:
            cases.add_entry(
                session,
                plain.id,
                kind=EntryKind.PROGRESS,
                happened_on=TODAY,
                text=text,
                files=[],
                limit_mb=10,
                today=TODAY,
                now=NOW,
            )

    with store.reading(OFFICE) as session:
        rows = queries.sheet_rows(session, queries.batch_file(session, batch, today=TODAY))
    assert [(each.row.number, each.people, each.progress) for each in rows] == [
        (plain.number, "张某", "已退款")
    ]
    with store.reading(Actor(None, "领导", frozenset({Role.LEADER}))) as session:
        file = _file(store, batch)
        with pytest.raises(NotAllowed):
            queries.sheet_rows(session, file)


def test_the_case_is_told_the_clock_of_the_batch(
    store: Store, make_batch: Make, add: Make, old_case: Make, make_unit: Make
) -> None:
    opened = old_case()
    add(make_batch(due_on=TODAY), Wanted(opened.id, make_unit("住建局")))

    case = _case(store, opened.id)
    assert (case.due_clock, case.due_on) == (Clock.ASSIGNED, TODAY)
