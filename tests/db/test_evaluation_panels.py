"""The panel in the store: the pool, the draw and its replay, who stays out, who steps in."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from db.commands import evaluation_panels as commands
from db.commands import evaluators
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case
from db.models.evaluations import Evaluation, EvaluationDraw, Evaluator
from db.queries import evaluation_panels as queries
from db.queries import evaluation_papers as papers
from db.queries import evaluators as pool_queries
from db.queries.evaluation_panels import SeatRow
from rules.errors import Conflict, Invalid, NotAllowed, RuleError
from rules.evaluation_draw import Bar
from rules.evaluation_terms import (
    EvaluationState,
    Move,
    Objector,
    PanelPost,
    RecusalReason,
    SeatKind,
    TemporaryKind,
)
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d
from tests.db import evaluations as e
from tests.db import outcomes as o

R = RecusalReason


@pytest.fixture
def place(store: Store, make_unit: Callable[..., int]) -> e.Place:
    """A county with a pool of twenty-one."""
    return e.build(store, make_unit)


@pytest.fixture
def admitted(store: Store, place: e.Place, make_case: Callable[..., Opened]) -> Opened:
    """An evaluation that waits for its panel."""
    case = make_case(unit_id=place.department, township_id=place.village, person="赵六")
    e.answered(store, case)
    found = e.apply(store, case, place.department)
    e.admit(store, found)
    return found


def _version(store: Store, found: Opened) -> int:
    return e.version(store, found)


def _sitting(store: Store, found: Opened) -> list[SeatRow]:
    return [seat for seat in e.seen(store, found).seats if seat.seated]


def _object(store: Store, found: Opened, reason: R, **who: int) -> int:
    with store.writing(OFFICE) as session:
        return commands.object_to(
            session,
            found.id,
            **who,
            raised_by=Objector.PETITIONER,
            reason=reason,
            text="有往来",
            raised_on=TODAY,
            version=session.get_one(Evaluation, found.id).version,
            today=TODAY,
            now=NOW,
        )


def _decide(store: Store, objection_id: int, upheld: bool) -> str:
    with store.writing(OFFICE) as session:
        return commands.decide(
            session, objection_id, upheld=upheld, why="已核实", version=1, today=TODAY, now=NOW
        )


def _temporary(store: Store, found: Opened, name: str, **given: object) -> int:
    values: dict[str, object] = {"kind": TemporaryKind.NETIZEN, "declared": "", **given}
    with store.writing(OFFICE) as session:
        version = session.get_one(Evaluation, found.id).version
        return commands.add_temporary(
            session,
            found.id,
            name=name,
            version=version,
            now=NOW,
            **values,  # type: ignore[arg-type]
        )


def _evaluator(store: Store, name: str) -> int:
    with store.reading(OFFICE) as session:
        return session.scalars(select(Evaluator.id).where(Evaluator.name == name)).one()


def _bars(store: Store, found: Opened) -> dict[str, tuple[Bar, R | None]]:
    with store.reading(OFFICE) as session:
        row = session.get_one(Evaluation, found.id)
        return {c.name: (c.bar, c.reason) for c in queries.candidates(session, row, today=TODAY)}


def test_a_draw_seats_each_category_and_two_alternates(store: Store, admitted: Opened) -> None:
    e.draw(store, admitted)
    file = e.seen(store, admitted)

    assert Counter(seat.category for seat in _sitting(store, admitted)) == Counter(e.SEATS)
    assert sum(seat.waits for seat in file.seats) == 2
    assert (file.draw.size, file.draw.quorum, file.draw.pool) == (9, 7, 21)  # type: ignore[union-attr]
    assert file.draw.pressed_by is Objector.PETITIONER  # type: ignore[union-attr]


def test_a_draw_is_replayed_to_the_same_and_a_changed_record_is_told(
    store: Store, admitted: Opened
) -> None:
    drawn = e.draw(store, admitted)
    with store.writing(OFFICE) as session:
        for row in session.scalars(select(Evaluator)):
            row.available = False
        assert queries.replay(session, drawn).same
    with store.writing(OFFICE) as session:
        made = session.get_one(EvaluationDraw, drawn)
        made.members = [*made.members[1:], made.members[0]]
    with store.reading(OFFICE) as session:
        assert not queries.replay(session, drawn).same


def test_a_snapshot_that_was_touched_is_told(store: Store, admitted: Opened) -> None:
    drawn = e.draw(store, admitted)
    with store.writing(OFFICE) as session:
        made = session.get_one(EvaluationDraw, drawn)
        made.snapshot = {**made.snapshot, "pool": made.snapshot["pool"][1:]}
    with store.reading(OFFICE) as session:
        assert not queries.replay(session, drawn).same


def test_there_is_one_draw_until_it_is_annulled_for_a_reason(
    store: Store, admitted: Opened
) -> None:
    first = e.draw(store, admitted)
    with pytest.raises(RuleError, match="抽取只有一次"):
        e.draw(store, admitted)
    for why in ("", "停电"):
        with store.writing(OFFICE) as session:
            version = session.get_one(Evaluation, admitted.id).version
            if not why:
                with pytest.raises(Invalid, match="作废的原因"):
                    commands.annul_draw(
                        session, admitted.id, why=why, version=version, today=TODAY, now=NOW
                    )
                continue
            commands.annul_draw(
                session, admitted.id, why=why, version=version, today=TODAY, now=NOW
            )
    second = e.draw(store, admitted)
    file = e.seen(store, admitted)

    assert [(row.id, row.annulled_why) for row in file.draws] == [(second, ""), (first, "停电")]
    assert file.draws[0].seed != file.draws[1].seed
    assert len(_sitting(store, admitted)) == 9


def test_who_the_store_hints_at_is_out_of_the_draw(
    store: Store, place: e.Place, admitted: Opened
) -> None:
    names = ["党代员甲", "人大员甲", "政协员甲", "法律员甲", "专业员甲", "新闻员甲"]
    with store.writing(OFFICE) as session:
        rows = {r.name: r for r in session.scalars(select(Evaluator).order_by(Evaluator.id))}
        rows[names[0]].unit_id = place.department
        rows[names[1]].village_id = place.village
        rows[names[2]].name = "赵六"
        rows[names[3]].valid_to = TODAY
        rows[names[4]].available = False
        row = session.get_one(Evaluation, admitted.id)
        session.execute(update(Case).where(Case.id == row.case_id).values(handler=names[5]))
    bars = _bars(store, admitted)

    assert bars[names[0]] == (Bar.RECUSED, R.JUDGED_UNIT)
    assert bars[names[1]] == (Bar.RECUSED, R.SAME_VILLAGE)
    assert bars["赵六"] == (Bar.RECUSED, R.PARTY)
    assert bars[names[3]][0] is Bar.TERM
    assert bars[names[4]][0] is Bar.AWAY
    assert bars[names[5]] == (Bar.RECUSED, R.HANDLER)
    assert bars["党代员乙"] == (Bar.FREE, None)


def test_who_worked_at_the_unit_within_three_years_is_out(
    store: Store, place: e.Place, admitted: Opened
) -> None:
    chosen = _evaluator(store, "党代员甲")
    for unit_id, left in ((place.department, None), (place.other, TODAY - timedelta(3))):
        with store.writing(OFFICE) as session:
            row = session.get_one(Evaluator, chosen)
            values = {"name": row.name, "category_id": row.category_id, "unit_id": unit_id}
            evaluators.change_evaluator(
                session, chosen, values, left_on=left, version=row.version, today=TODAY
            )

    assert _bars(store, admitted)["党代员甲"] == (Bar.RECUSED, R.JUDGED_UNIT)


def test_a_decision_lets_a_hinted_one_stay_or_takes_another_out(
    store: Store, place: e.Place, admitted: Opened
) -> None:
    hinted, other = _evaluator(store, "党代员甲"), _evaluator(store, "党代员乙")
    with store.writing(OFFICE) as session:
        session.get_one(Evaluator, hinted).village_id = place.village
    stays = _object(store, admitted, R.SAME_VILLAGE, evaluator_id=hinted)
    goes = _object(store, admitted, R.INTEREST, evaluator_id=other)
    with pytest.raises(RuleError, match="还没有决定，不能抽取：党代员甲"):
        e.draw(store, admitted)
    _decide(store, stays, upheld=False)
    assert "不参加抽取" in _decide(store, goes, upheld=True)

    assert _bars(store, admitted)["党代员甲"] == (Bar.FREE, None)
    assert _bars(store, admitted)["党代员乙"] == (Bar.RECUSED, R.INTEREST)


def test_a_pool_too_small_says_what_is_lacking_and_draws_nothing(
    store: Store, admitted: Opened
) -> None:
    with store.writing(OFFICE) as session:
        for row in session.scalars(select(Evaluator).where(Evaluator.name.startswith("法律"))):
            row.available = row.name.endswith("甲")

    with pytest.raises(Invalid, match="“法律工作者”需要 2 名，可抽取的只有 1 名，缺 1 名"):
        e.draw(store, admitted)
    assert e.seen(store, admitted).draws == ()


def test_temporary_members_come_before_the_draw_and_are_a_third_at_most(
    store: Store, admitted: Opened
) -> None:
    ids = e.categories(store)
    seats = {ids[name]: 1 for name in list(e.SEATS)[:5]}
    for name in ("网友一", "网友二", "网友三", "网友四"):
        _temporary(store, admitted, name)
    with pytest.raises(Invalid, match="最多 3 名，现在是 4 名"):
        e.draw(store, admitted, seats=seats)
    last = e.seen(store, admitted).seats[-1].id
    with store.writing(OFFICE) as session:
        version = session.get_one(Evaluation, admitted.id).version
        commands.remove_temporary(session, last, version=version, now=NOW)
    e.draw(store, admitted, seats={**seats, ids["法律工作者"]: 2})

    kinds = Counter(seat.kind for seat in _sitting(store, admitted))
    assert kinds == {SeatKind.DRAWN: 6, SeatKind.TEMPORARY: 3}
    with pytest.raises(RuleError, match="已经抽取过了"):
        _temporary(store, admitted, "网友五")


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("赵六", {}, "与信访人（当事人）同名"),
        ("", {}, "请填写姓名"),
        ("邻居", {"kind": TemporaryKind.NEIGHBOUR}, "须申报"),
        ("联席办小李", {}, "办理过本事项"),
    ],
)
def test_a_temporary_member_is_nobody_of_the_matter(
    store: Store, admitted: Opened, name: str, given: dict[str, object], words: str
) -> None:
    with store.writing(OFFICE) as session:
        row = session.get_one(Evaluation, admitted.id)
        change = update(Case).where(Case.id == row.case_id).values(handler="联席办小李")
        session.execute(change)

    with pytest.raises(Invalid, match=words):
        _temporary(store, admitted, name, **given)


def test_an_upheld_objection_seats_the_first_alternate(store: Store, admitted: Opened) -> None:
    e.draw(store, admitted)
    before = e.seen(store, admitted)
    goes = _sitting(store, admitted)[0]
    first = min((s for s in before.seats if s.waits), key=lambda s: s.position)
    said = _decide(store, _object(store, admitted, R.INTEREST, seat_id=goes.id), upheld=True)

    assert f"由候补{first.name}" in said
    after = {seat.id: seat for seat in e.seen(store, admitted).seats}
    assert (after[goes.id].seated, after[goes.id].left_for) == (False, R.INTEREST)
    assert after[first.id].seated
    told = e.seen(store, admitted).history[0].text
    assert goes.name not in told
    assert "有经济往来" in told


def test_an_alternate_who_must_stay_out_himself_is_passed_over(
    store: Store, place: e.Place, admitted: Opened
) -> None:
    e.draw(store, admitted)
    first, second = sorted(
        (s for s in e.seen(store, admitted).seats if s.waits), key=lambda s: s.position
    )
    with store.writing(OFFICE) as session:
        session.get_one(Evaluator, first.evaluator_id).unit_id = place.department
    goes = _sitting(store, admitted)[0]
    _decide(store, _object(store, admitted, R.INTEREST, seat_id=goes.id), upheld=True)

    seated = {seat.id for seat in _sitting(store, admitted)}
    assert second.id in seated
    assert first.id not in seated


def test_a_refused_objection_leaves_the_seat(store: Store, admitted: Opened) -> None:
    e.draw(store, admitted)
    stays = _sitting(store, admitted)[0]
    objection = _object(store, admitted, R.INTEREST, seat_id=stays.id)
    assert "还没有决定" in e.seen(store, admitted).panel_gate[0]
    with pytest.raises(RuleError, match="还没有决定"):
        e.form(store, admitted)
    _decide(store, objection, upheld=False)
    e.form(store, admitted)

    assert stays.id in {seat.id for seat in _sitting(store, admitted)}
    assert e.seen(store, admitted).state is EvaluationState.FORMED


def test_when_the_alternates_are_used_up_the_panel_is_not_formed(
    store: Store, admitted: Opened
) -> None:
    e.draw(store, admitted)
    for seat in _sitting(store, admitted)[:3]:
        with store.writing(OFFICE) as session:
            version = session.get_one(Evaluation, admitted.id).version
            commands.replace_member(
                session, seat.id, why="出差", version=version, today=TODAY, now=NOW
            )

    with pytest.raises(RuleError, match="小组应有 9 名，现有 8 名，缺 1 名，候补已用完"):
        e.form(store, admitted)


def test_a_member_who_left_his_unit_yesterday_is_told_until_it_is_decided(
    store: Store, place: e.Place, admitted: Opened
) -> None:
    e.draw(store, admitted)
    seat = next(s for s in _sitting(store, admitted) if s.evaluator_id is not None)
    with store.writing(OFFICE) as session:
        row = session.get_one(Evaluator, seat.evaluator_id)
        values = {"name": row.name, "category_id": row.category_id, "unit_id": place.town}
        evaluators.change_evaluator(
            session,
            row.id,
            values,
            left_on=TODAY - timedelta(1),
            version=row.version,
            today=TODAY,
        )
    with pytest.raises(RuleError, match=f"{seat.name}.*已于 2026-11-19 离开县财政局"):
        e.form(store, admitted)
    _decide(store, _object(store, admitted, R.LEFT_UNIT, seat_id=seat.id), upheld=False)
    e.form(store, admitted)

    assert seat.id in {s.id for s in _sitting(store, admitted)}


def test_a_member_whose_term_is_over_is_told(store: Store, admitted: Opened) -> None:
    e.draw(store, admitted)
    seat = next(s for s in _sitting(store, admitted) if s.evaluator_id is not None)
    with store.writing(OFFICE) as session:
        session.get_one(Evaluator, seat.evaluator_id).valid_to = TODAY

    with pytest.raises(RuleError, match="任期到 2026-11-20 为止"):
        e.form(store, admitted)


def test_at_the_meeting_an_alternate_may_still_step_in_and_before_admission_nobody(
    store: Store,
    place: e.Place,
    admitted: Opened,
    make_case: Callable[..., Opened],
) -> None:
    e.draw(store, admitted)
    e.form(store, admitted)
    e.publish(store, admitted)
    e.attend(store, admitted)
    e.open_meeting(store, admitted)
    goes = _sitting(store, admitted)[0]
    said = _decide(store, _object(store, admitted, R.INTEREST, seat_id=goes.id), upheld=True)
    assert "递补" in said

    early = e.apply(store, make_case(unit_id=place.department), place.department)
    with pytest.raises(RuleError, match="现在是“待审核”"):
        _object(store, early, R.INTEREST, evaluator_id=1)


def test_after_the_vote_nobody_steps_in_and_once_published_no_draw_is_annulled(
    store: Store, admitted: Opened
) -> None:
    e.draw(store, admitted)
    e.form(store, admitted)
    e.publish(store, admitted)
    sitting = _sitting(store, admitted)

    def annul() -> None:
        version = e.version(store, admitted)
        with store.writing(OFFICE) as session:
            commands.annul_draw(
                session, admitted.id, why="停电", version=version, today=TODAY, now=NOW
            )

    with pytest.raises(RuleError, match="“已公示”，“作废抽取”只能在"):
        annul()
    o.vote(store, admitted)
    with pytest.raises(RuleError, match="“已票决”，“作废抽取”只能在"):
        annul()
    version = e.version(store, admitted)
    with pytest.raises(RuleError, match="小组成员不再变动"), store.writing(OFFICE) as session:
        commands.replace_member(
            session, sitting[0].id, why="出差", version=version, today=TODAY, now=NOW
        )
    after = _sitting(store, admitted)
    assert [seat.id for seat in after] == [seat.id for seat in sitting]


def _note(store: Store, found: Opened, move: Move, *seat_ids: int, **given: Any) -> int:
    values: dict[str, Any] = {"on": TODAY, "version": e.version(store, found), **given}
    with store.writing(OFFICE) as session:
        return commands.note_members(
            session, found.id, move, seat_ids=seat_ids, today=TODAY, now=NOW, **values
        )


def test_each_member_is_noted_as_sent_the_facts_and_as_coming(
    store: Store, admitted: Opened
) -> None:
    e.draw(store, admitted)
    first, second, *_ = e.seen(store, admitted).seats
    waits = next(seat for seat in e.seen(store, admitted).seats if seat.waits)
    assert _note(store, admitted, Move.BRIEF, first.id, second.id, waits.id) == 3
    e.form(store, admitted)
    e.publish(store, admitted)
    _note(store, admitted, Move.PROMISE, first.id)

    def days() -> dict[int, tuple[date | None, date | None]]:
        noted = {s.id: (s.briefed_on, s.promised_on) for s in e.seen(store, admitted).seats}
        return {key: both for key, both in noted.items() if any(both)}

    assert days() == {
        first.id: (TODAY, TODAY),
        second.id: (TODAY, None),
        waits.id: (TODAY, None),
    }
    told = [(step.move, step.text) for step in e.seen(store, admitted).history]
    assert (Move.BRIEF, "3 名") in told
    assert (Move.PROMISE, "1 名") in told
    _note(store, admitted, Move.PROMISE, first.id, on=None)
    assert days()[first.id] == (TODAY, None)


def test_the_brief_of_the_facts_names_nobody_and_tells_the_meeting_once_it_is_known(
    store: Store, admitted: Opened
) -> None:
    def brief() -> Mapping[str, str]:
        with store.reading(OFFICE) as session:
            return papers.brief(session, admitted.id, today=TODAY)

    with store.writing(OFFICE) as session:
        session.get_one(Evaluation, admitted.id).claims = "赵六家住3栋201室，请退还"
    told = brief()
    assert told["主要诉求"] == "赵某家住某栋某室，请退还"
    assert (told["时间"], told["地点"]) == ("时间另行通知", "地点另行通知")
    e.draw(store, admitted)
    e.form(store, admitted)
    e.publish(store, admitted)
    told = brief()
    assert (told["时间"], told["地点"]) == ("2026年11月23日 14:30", "县信访接待中心")


def test_what_is_noted_of_members_is_checked(
    store: Store, admitted: Opened, make_case: Callable[..., Opened], place: e.Place
) -> None:
    with pytest.raises(Invalid, match="抽取评价员以后"):
        _note(store, admitted, Move.BRIEF, 1)
    e.draw(store, admitted)
    seat = _sitting(store, admitted)[0]
    for ids in ((), (seat.id, 999)):
        with pytest.raises(Invalid, match="请选择在席的评价员或候补"):
            _note(store, admitted, Move.BRIEF, *ids)
    for day in (TODAY + timedelta(1), TODAY - timedelta(1)):
        with pytest.raises(Invalid, match="日期应在受理"):
            _note(store, admitted, Move.BRIEF, seat.id, on=day)
    with pytest.raises(Conflict):
        _note(store, admitted, Move.BRIEF, seat.id, version=1)
    with store.writing(OFFICE) as session:
        version = session.get_one(Evaluation, admitted.id).version
        commands.replace_member(session, seat.id, why="出差", version=version, today=TODAY, now=NOW)
    with pytest.raises(Invalid, match="请选择在席的评价员或候补"):
        _note(store, admitted, Move.BRIEF, seat.id)
    e.form(store, admitted)
    e.publish(store, admitted)
    e.attend(store, admitted)
    e.open_meeting(store, admitted)
    with pytest.raises(RuleError, match="“送情况说明”只能在"):
        _note(store, admitted, Move.BRIEF, _sitting(store, admitted)[0].id)
    with pytest.raises(RuleError, match="“会前确认到会”只能在"):
        _note(store, admitted, Move.PROMISE, _sitting(store, admitted)[0].id)


def test_members_are_the_offices_to_note(store: Store, admitted: Opened, place: e.Place) -> None:
    e.draw(store, admitted)
    seat, version = _sitting(store, admitted)[0], e.version(store, admitted)
    with pytest.raises(NotAllowed), store.writing(d.member(store, place.department)) as session:
        commands.note_members(
            session,
            admitted.id,
            Move.PROMISE,
            seat_ids=[seat.id],
            on=TODAY,
            version=version,
            today=TODAY,
            now=NOW,
        )


def test_the_judged_unit_may_object_to_who_sits_and_to_nobody_else(
    store: Store, place: e.Place, admitted: Opened
) -> None:
    e.draw(store, admitted)
    unit, seat = d.member(store, place.department), _sitting(store, admitted)[0]

    def ask(**given: object) -> int:
        values: dict[str, object] = {"raised_by": Objector.JUDGED, "seat_id": seat.id, **given}
        with store.writing(unit) as session:
            return commands.object_to(
                session,
                admitted.id,
                reason=R.INTEREST,
                text="",
                raised_on=TODAY,
                version=session.get_one(Evaluation, admitted.id).version,
                today=TODAY,
                now=NOW,
                **values,  # type: ignore[arg-type]
            )

    with pytest.raises(NotAllowed):
        ask(raised_by=Objector.PETITIONER)
    with pytest.raises(NotAllowed):
        ask(seat_id=None, evaluator_id=1)
    objection = ask()
    with pytest.raises(NotAllowed), store.writing(unit) as session:
        commands.decide(session, objection, upheld=True, why="是", version=1, today=TODAY, now=NOW)


def test_the_pool_is_listed_masked_and_its_phones_are_encrypted(
    store: Store, place: e.Place
) -> None:
    with store.reading(OFFICE) as session:
        rows = pool_queries.pool(session, term="党代")
        kept = session.scalars(select(Evaluator.phone_encrypted)).all()
    assert {row.name for row in rows} == {"党代员甲", "党代员乙", "党代员丙"}
    assert {row.phone for row in rows} == {"138****1234"}
    assert not any(b"13800001234" in (each or b"") for each in kept)
    with store.writing(OFFICE) as session:
        phone = evaluators.reveal_phone(session, rows[0].id, reason="通知开会")
    assert phone == "13800001234"


def test_an_id_number_is_not_taken_into_the_pool(store: Store, place: e.Place) -> None:
    values = {"name": "甲", "category_id": 1, "note": "11010519491231002X"}

    with pytest.raises(Invalid, match="身份证号"), store.writing(OFFICE) as session:
        evaluators.add_evaluator(session, values)


def test_categories_are_the_countys_to_change(store: Store, place: e.Place) -> None:
    with store.writing(OFFICE) as session:
        added = evaluators.add_category(session, "退役军人", seats=1)
        evaluators.change_category(
            session, added, name="退役军人代表", seats=2, active=False, version=1
        )
        with pytest.raises(Invalid, match="已经有类别“党代表”"):
            evaluators.add_category(session, "党代表", seats=1)
    with store.reading(OFFICE) as session:
        last = pool_queries.categories(session)[-1]
    assert (last.name, last.seats, last.active, last.members) == ("退役军人代表", 2, False, 0)


def test_a_platform_has_one_head_at_a_time(store: Store, place: e.Place) -> None:
    with store.writing(OFFICE) as session:
        panel = pool_queries.panels(session)[0]

        def add(name: str) -> int:
            return evaluators.add_member(
                session, panel.id, post=PanelPost.HEAD, name=name, title="副县长", valid_from=None
            )

        first = add("张三")
        with pytest.raises(Invalid, match="组长现在是张三"):
            add("李四")
        evaluators.end_member(session, first, valid_to=TODAY, version=1)
        add("李四")
        named = [m.name for m in pool_queries.panels(session)[0].members]
    assert named == ["张三", "李四"]


def test_a_village_founds_no_platform(store: Store, place: e.Place) -> None:
    with pytest.raises(Invalid, match="县、镇乡或县级部门"), store.writing(OFFICE) as session:
        evaluators.set_panel(session, place.village, name="小组", office="")
