from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.commands import cases, duty
from db.commands.duty import Cost, Link
from db.engine import Store
from db.models.cases import Case
from db.models.duty import CostShare, DutyLink
from db.models.units import Leader, Unit
from db.queries import case_file
from db.queries import duty as queries
from rules.case_terms import DutySource, MeasureKind
from rules.duty import LENGTHS, badge, five_ones
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.permissions import SYSTEM, Actor
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY

Make = Callable[..., Any]
WHOLE: dict[str, Any] = {
    "source": DutySource.LOCAL,
    "team": "住建局、城关镇三人专班",
    "plan": "分三期退还",
    "owner": "李主任",
    "until": TODAY + timedelta(days=60),
    "ticks": (),
}


@pytest.fixture
def set_duty(store: Store) -> Make:
    """Return a function that writes a case's duty at the versions it stands at."""

    def write(
        case_id: int, *, lead_id: int | None = None, by: Actor = OFFICE, **values: Any
    ) -> None:
        with store.writing(by) as session:
            given = {"version": queries.duty_file(session, case_id).version, **WHOLE, **values}
            duty.set_duty(
                session,
                case_id,
                lead_id=lead_id,
                case_version=session.get_one(Case, case_id).version,
                today=TODAY,
                now=NOW,
                **given,
            )

    return write


def _file(store: Store, case_id: int) -> queries.DutyFile:
    with store.reading(OFFICE) as session:
        return queries.duty_file(session, case_id)


def test_a_duty_is_taken_changed_and_left_with_its_reason(
    store: Store, make_case: Make, make_leader: Make, set_duty: Make
) -> None:
    case_id = make_case().id
    set_duty(case_id, team="")
    assert badge(five_ones(_file(store, case_id).known)) == "3/5 缺一名领导、一套班子"

    set_duty(case_id, lead_id=make_leader("王县长"), ticks=("handled",))
    found = _file(store, case_id)
    assert badge(five_ones(found.known)) == "5/5"
    assert (found.since, found.ticks) == (TODAY, frozenset({"handled"}))

    with store.writing(OFFICE) as session:
        duty.leave_duty(
            session, case_id, why="第三方评价满意", version=found.version or 0, today=TODAY
        )
    found = _file(store, case_id)
    assert (found.left_on, found.left_why) == (TODAY, "第三方评价满意")


def test_the_second_of_two_is_told(store: Store, make_case: Make, set_duty: Make) -> None:
    case_id = make_case().id
    set_duty(case_id)

    with pytest.raises(Conflict):
        set_duty(case_id, version=None)


def test_a_unit_writes_the_plan_and_not_the_duty(
    store: Store, make_case: Make, make_unit: Make, set_duty: Make
) -> None:
    unit = make_unit("住建局")
    case_id = make_case(unit_id=unit).id
    member = Actor(None, "承办人", frozenset({Role.UNIT}), unit, frozenset({unit}))

    with pytest.raises(NotAllowed):
        set_duty(case_id, by=member)
    with store.writing(member) as session:
        duty.set_measure(
            session, case_id, {"kind": MeasureKind.RELIEF, "text": "临时救助"}, today=TODAY
        )

    assert [m.text for m in _file(store, case_id).measures] == ["临时救助"]


def test_a_measure_is_done_with_evidence_only_and_its_cost_is_shared(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    case_id, unit = make_case().id, make_unit("财政局")
    values: dict[str, Any] = {"kind": MeasureKind.FUNDS, "text": "筹集退款"}
    with store.writing(OFFICE) as session:
        costs = [Cost(unit, 1_000_000, "会议纪要"), Cost(make_unit("住建局"), 500_000)]
        measure = duty.set_measure(session, case_id, values, costs=costs, today=TODAY)

    with pytest.raises(Invalid, match="写明证明"), store.writing(OFFICE) as session:
        duty.set_measure(
            session,
            case_id,
            {**values, "done_on": TODAY},
            measure_id=measure,
            version=1,
            today=TODAY,
        )
    with store.writing(OFFICE) as session:
        duty.set_measure(
            session,
            case_id,
            {**values, "done_on": TODAY, "evidence": "转账凭证"},
            measure_id=measure,
            version=1,
            costs=[Cost(unit, 1_500_000)],
            today=TODAY,
        )

    row = _file(store, case_id).measures[0]
    assert [(s.unit, s.amount_fen) for s in row.shares] == [("财政局", 1_500_000)]
    assert row.done_on == TODAY
    with store.reading(OFFICE) as session:
        assert len(session.scalars(select(CostShare)).all()) == 1
    with pytest.raises(RuleError, match="已完成的措施不能删除"), store.writing(OFFICE) as session:
        duty.drop_measure(session, case_id, measure, version=row.version)


def test_a_measure_is_dropped_at_the_version_it_was_seen_in(store: Store, make_case: Make) -> None:
    case_id = make_case().id
    with store.writing(OFFICE) as session:
        values = {"kind": MeasureKind.WORK, "text": "整改"}
        measure = duty.set_measure(session, case_id, values, today=TODAY)

    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        duty.drop_measure(session, case_id, measure, version=9)
    with pytest.raises(Missing), store.writing(OFFICE) as session:
        duty.drop_measure(session, make_case().id, measure, version=1)
    with store.writing(OFFICE) as session:
        duty.drop_measure(session, case_id, measure, version=1)

    assert _file(store, case_id).measures == ()


def test_the_chain_has_four_levels_at_most_and_an_empty_name_clears_one(
    store: Store, make_case: Make
) -> None:
    case_id = make_case().id
    with store.writing(OFFICE) as session:
        duty.set_chain(session, case_id, [Link(1, None, "王县长"), Link(4, None, "网格员小赵")])
    with store.writing(OFFICE) as session:
        duty.set_chain(session, case_id, [Link(1, None, " "), Link(4, None, "网格员小钱")])

    assert [(link.level, link.official) for link in _file(store, case_id).links] == [
        (4, "网格员小钱")
    ]
    with pytest.raises(Invalid, match="最多 4 级"), store.writing(OFFICE) as session:
        duty.set_chain(session, case_id, [Link(5, None, "某")])
    with store.reading(OFFICE) as session:
        assert len(session.scalars(select(DutyLink)).all()) == 1


def test_what_is_longer_than_its_column_is_said_and_not_cut(
    store: Store, make_case: Make, make_unit: Make, set_duty: Make
) -> None:
    case_id, unit = make_case().id, make_unit("住建局")
    set_duty(case_id)
    version = _file(store, case_id).version or 0
    work = {"kind": MeasureKind.WORK, "text": "整改"}

    def measure(costs: list[Cost], **values: str) -> Callable[[Any], object]:
        return lambda session: duty.set_measure(
            session, case_id, {**work, **values}, costs=costs, today=TODAY
        )

    long = "长" * 501
    for field, written in {
        "official": lambda session: duty.set_chain(session, case_id, [Link(1, None, long)]),
        "post": lambda session: duty.set_chain(session, case_id, [Link(1, None, "某", long)]),
        "reason": lambda session: duty.recuse(session, case_id, unit_id=unit, reason=long, now=NOW),
        "why": lambda session: duty.leave_duty(
            session, case_id, why=long, version=version, today=TODAY
        ),
        "evidence": measure([], evidence=long),
        "owner": measure([], owner=long),
        "basis": measure([Cost(unit, 100, long)]),
    }.items():
        with pytest.raises(Invalid) as refused, store.writing(OFFICE) as session:
            written(session)
        assert [problem.field for problem in refused.value.problems] == [field]
    with pytest.raises(Invalid) as refused:
        set_duty(case_id, team=long, owner=long)
    assert [problem.field for problem in refused.value.problems] == ["team", "owner"]

    found = _file(store, case_id)
    assert (found.version, found.links, found.measures) == (version, (), ())


def test_what_just_fits_its_column_is_kept_whole(
    store: Store, make_case: Make, set_duty: Make
) -> None:
    case_id = make_case().id
    most = {name: "长" * LENGTHS[name][1] for name in ("team", "owner", "official", "post")}

    set_duty(case_id, team=most["team"], owner=most["owner"])
    with store.writing(OFFICE) as session:
        duty.set_chain(session, case_id, [Link(1, None, most["official"], most["post"])])

    assert _file(store, case_id).team == most["team"]
    assert _file(store, case_id).links[0].post == most["post"]


def _recuse(store: Store, case_id: int, **who: Any) -> None:
    with store.writing(OFFICE) as session:
        duty.recuse(session, case_id, now=NOW, **{"reason": "亲属", **who})


def test_a_leader_who_stays_out_is_neither_proposed_nor_taken(
    store: Store, make_case: Make, make_leader: Make, set_duty: Make
) -> None:
    wang, li = make_leader("王县长"), make_leader("李县长")
    case_id = make_case().id
    _recuse(store, case_id, leader_id=wang)

    with store.reading(OFFICE) as session:
        assert [c.id for c in queries.candidates(session, case_id, today=TODAY)] == [li]
    with pytest.raises(Invalid, match="已决定回避（亲属）"):
        set_duty(case_id, lead_id=wang)
    with pytest.raises(Invalid, match="已决定回避"), store.writing(OFFICE) as session:
        cases.change_case(
            session, case_id, {"lead_id": wang}, base={}, version=1, today=TODAY, now=NOW
        )


@pytest.mark.parametrize(
    ("left", "allowed"),
    [
        ({"active": False}, False),
        ({"term_to": TODAY}, False),
        ({"term_to": TODAY + timedelta(days=1)}, True),
    ],
)
def test_a_leader_who_left_office_takes_no_case_over(
    store: Store,
    make_case: Make,
    make_leader: Make,
    set_duty: Make,
    left: dict[str, Any],
    allowed: bool,
) -> None:
    wang = make_leader("王县长")
    led, new = make_case(lead_id=wang).id, make_case().id
    with store.writing(SYSTEM) as session:
        for name, value in left.items():
            setattr(session.get_one(Leader, wang), name, value)

    set_duty(led, lead_id=wang, team="专班")
    if allowed:
        set_duty(new, lead_id=wang)
        return
    told = "“王县长”已不在任，请另选"
    with pytest.raises(Invalid, match=told):
        set_duty(new, lead_id=wang)
    with pytest.raises(Invalid, match=told), store.writing(OFFICE) as session:
        cases.change_case(session, new, {"lead_id": wang}, base={}, version=1, today=TODAY, now=NOW)


def test_no_stale_form_gives_a_case_to_a_unit_that_has_ended(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    ended, other = make_unit("国土局"), make_unit("住建局")
    held, new = make_case(unit_id=ended).id, make_case(unit_id=other).id
    with store.writing(SYSTEM) as session:
        session.get_one(Unit, ended).valid_to = TODAY

    def save(case_id: int, **values: Any) -> None:
        with store.writing(OFFICE) as session:
            cases.change_case(session, case_id, values, base={}, version=1, today=TODAY, now=NOW)

    with pytest.raises(Invalid, match="“国土局”已停用"):
        save(new, unit_id=ended)
    save(held, unit_id=ended, place="城关镇")


def test_no_form_hands_a_matter_to_whom_it_accuses(
    store: Store, make_case: Make, make_unit: Make
) -> None:
    unit = make_unit("住建局")
    below = make_unit("房管所", parent=unit)
    case_id = make_case().id
    _recuse(store, case_id, unit_id=unit, accused=True)

    with pytest.raises(Invalid, match="被反映单位"), store.writing(OFFICE) as session:
        cases.change_case(
            session, case_id, {"unit_id": below}, base={}, version=1, today=TODAY, now=NOW
        )


def test_whoever_has_the_matter_in_hand_is_not_recused_over_it(
    store: Store, make_case: Make, make_unit: Make, make_leader: Make
) -> None:
    unit, wang = make_unit("住建局"), make_leader("王县长")
    below = make_unit("房管所", parent=unit)
    case_id = make_case(unit_id=below, lead_id=wang).id

    with pytest.raises(RuleError, match="先改交其他单位"):
        _recuse(store, case_id, unit_id=unit, accused=True)
    with pytest.raises(RuleError, match="先更换包案领导"):
        _recuse(store, case_id, leader_id=wang)
    with pytest.raises(Invalid, match="请选择一位领导或一个单位"):
        _recuse(store, case_id)

    assert _file(store, case_id).recusals == ()


def test_a_recusal_is_lifted(store: Store, make_case: Make, make_leader: Make) -> None:
    case_id = make_case().id
    _recuse(store, case_id, leader_id=make_leader("王县长"))
    found = _file(store, case_id).recusals[0]

    with store.writing(OFFICE) as session:
        duty.lift_recusal(session, case_id, found.id)

    assert (found.leader, found.reason, found.decided_by) == ("王县长", "亲属", OFFICE.name)
    assert _file(store, case_id).recusals == ()


def test_the_least_laden_is_proposed_first(
    store: Store, make_case: Make, make_leader: Make
) -> None:
    busy, free = make_leader("王县长"), make_leader("李县长")
    make_case(lead_id=busy)
    make_case(lead_id=free, closed_on=TODAY, received_on=TODAY)

    with store.reading(OFFICE) as session:
        found = queries.candidates(session, make_case().id, today=TODAY)

    assert [(c.id, c.open_cases) for c in found] == [(free, 0), (busy, 1)]


def test_who_led_first_stays_whoever_leads_later(
    store: Store, make_case: Make, make_leader: Make, set_duty: Make
) -> None:
    first, second = make_leader("林政远"), make_leader("周怀安")
    opened = make_case()
    set_duty(opened.id, lead_id=first)
    set_duty(opened.id, lead_id=second)

    with store.reading(OFFICE) as session:
        case = session.get_one(Case, opened.id)
        names = case_file.case_file(session, opened.number).names
    assert (case.lead_id, case.first_lead_id) == (second, first)
    assert (names["lead_id"], names["first_lead_id"]) == ("周怀安", "林政远")
