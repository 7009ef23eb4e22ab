"""An evaluation in the store: application, conditions, admission, refusal, and who sees it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from db.commands import evaluations as commands
from db.commands.cases import NewFile, Opened
from db.engine import Store
from db.models.cases import Case
from db.models.evaluations import ConditionRow, Evaluation
from db.queries import evaluations as queries
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.evaluation_terms import (
    ApplicationRoute,
    Condition,
    EvaluationState,
    PanelLevel,
    RefusalReason,
)
from rules.permissions import Actor
from rules.terms import CaseState, Purpose, Role
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d
from tests.db import evaluations as e

PDF = NewFile("处理意见书.pdf", b"%PDF-1.4 ...")
LEADER = Actor(None, "林县长", frozenset({Role.LEADER}))


@pytest.fixture
def place(store: Store, make_unit: Callable[..., int]) -> e.Place:
    """A county with an empty pool."""
    return e.build(store, make_unit, each=0)


@pytest.fixture
def case(store: Store, place: e.Place, make_case: Callable[..., Opened]) -> Opened:
    """An answered case of the department."""
    made = make_case(unit_id=place.department)
    e.answered(store, made)
    return made


def _admit(store: Store, found: Opened) -> None:
    with store.writing(OFFICE) as session:
        version = session.get_one(Evaluation, found.id).version
        commands.admit(session, found.id, version=version, today=TODAY, now=NOW)


def _refuse(store: Store, found: Opened, reason: RefusalReason | None, text: str = "") -> None:
    with store.writing(OFFICE) as session:
        version = session.get_one(Evaluation, found.id).version
        commands.refuse(
            session, found.id, reason=reason, text=text, version=version, today=TODAY, now=NOW
        )


def test_an_application_has_a_number_four_conditions_and_a_line(
    store: Store, place: e.Place, case: Opened
) -> None:
    found = e.apply(store, case, place.department)
    file = e.seen(store, found)

    assert found.number == "PJ000000-2026-0001"
    assert (file.state, file.level) == (EvaluationState.APPLIED, PanelLevel.COUNTY)
    assert [each.condition for each in file.conditions] == list(Condition)
    assert not any(each.met.met for each in file.conditions)
    assert [told.move.label for told in file.history] == ["申请"]


@pytest.mark.parametrize(
    ("route", "unit", "panel"),
    [
        (ApplicationRoute.PARTY, "department", "住建局评价小组"),
        (ApplicationRoute.UNIT, "department", "县评价小组"),
    ],
)
def test_the_platform_follows_from_the_way(
    store: Store, place: e.Place, case: Opened, route: ApplicationRoute, unit: str, panel: str
) -> None:
    found = e.apply(store, case, getattr(place, unit), route=route)

    assert e.seen(store, found).panel == panel


def test_a_village_comes_before_its_township_and_never_the_county(
    store: Store, place: e.Place, make_case: Callable[..., Opened]
) -> None:
    made = make_case(unit_id=place.village)
    found = e.apply(store, made, place.village, route=ApplicationRoute.VILLAGE)
    assert e.seen(store, found).panel == "城关镇评价小组"

    other = make_case(unit_id=place.village)
    with pytest.raises(Invalid, match="不能越级"):
        e.apply(store, other, place.village, route=ApplicationRoute.UNIT)


def test_a_unit_brings_what_it_answers_for_and_nothing_else(
    store: Store, place: e.Place, case: Opened
) -> None:
    with pytest.raises(Invalid, match="本事项的责任单位是“县住房和城乡建设局”"):
        e.apply(store, case, place.town)


def test_the_petitioners_name_is_kept_out_of_what_is_read_in_public(
    store: Store, place: e.Place, case: Opened
) -> None:
    with pytest.raises(Invalid, match="出现了信访人或当事人的姓名") as refusal:
        e.apply(store, case, place.department, title="张三丰反映物业收费")

    assert "张三丰" not in str(refusal.value)


def test_a_unit_without_a_platform_is_told_where_to_found_it(
    store: Store, place: e.Place, make_case: Callable[..., Opened]
) -> None:
    made = make_case(unit_id=place.other)

    with pytest.raises(Invalid, match="“县财政局”还没有成立"):
        e.apply(store, made, place.other, route=ApplicationRoute.PARTY)


def test_of_one_matter_one_evaluation_is_on_its_way(
    store: Store, place: e.Place, case: Opened
) -> None:
    found = e.apply(store, case, place.department)
    with pytest.raises(RuleError, match=f"{found.number} 正在进行"):
        e.apply(store, case, place.department)
    _refuse(store, found, RefusalReason.UNFINISHED)

    assert e.apply(store, case, place.department).number.endswith("0002")


def test_the_store_itself_refuses_a_second_one(store: Store, place: e.Place, case: Opened) -> None:
    found = e.apply(store, case, place.department)
    with store.reading(OFFICE) as session:
        row = session.get_one(Evaluation, found.id)
        values = {
            column.name: getattr(row, column.name)
            for column in Evaluation.__table__.columns
            if column.name not in ("id", "number", "version")
        }
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        session.add(Evaluation(**values, number="PJ000000-2026-9999"))


def test_a_dispute_is_evaluated_as_well(
    store: Store, place: e.Place, make_unit: Callable[..., int]
) -> None:
    made = d.add(store, place.town)
    d.resolve(store, made, place.town)
    found = e.apply(store, made, place.town)
    e.meet(store, found)
    _admit(store, found)

    file = e.seen(store, found)
    assert (file.is_case, file.matter, file.state) == (
        False,
        made.number,
        EvaluationState.ADMITTED,
    )


def test_a_dispute_nobody_has_begun_with_is_not(store: Store, place: e.Place) -> None:
    found = e.apply(store, d.add(store, place.town), place.town)
    e.meet(store, found)

    with pytest.raises(RuleError, match="尚未办结"):
        _admit(store, found)


def test_an_accusation_is_not_even_applied_for(
    store: Store, place: e.Place, make_case: Callable[..., Opened]
) -> None:
    made = make_case(unit_id=place.department, purpose=Purpose.ACCUSATION)

    with pytest.raises(RuleError, match="检举控告"):
        e.apply(store, made, place.department)


def test_what_turns_out_to_be_an_accusation_is_the_offices_alone(
    store: Store, place: e.Place, case: Opened
) -> None:
    found = e.apply(store, case, place.department)
    unit = d.member(store, place.department)
    assert e.seen(store, found, unit).number == found.number
    with store.writing(OFFICE) as session:
        change = update(Case).where(Case.id == case.id).values(purpose=Purpose.ACCUSATION)
        session.execute(change)

    for actor in (unit, LEADER):
        with pytest.raises(Missing):
            e.seen(store, found, actor)
    e.meet(store, found)
    with pytest.raises(RuleError, match="检举控告"):
        _admit(store, found)


@pytest.mark.parametrize("missing", Condition)
def test_without_one_condition_nothing_is_admitted_and_it_is_named(
    store: Store, place: e.Place, case: Opened, missing: Condition
) -> None:
    found = e.apply(store, case, place.department)
    e.meet(store, found, *(each for each in Condition if each is not missing))

    with pytest.raises(RuleError, match="本件缺“"):
        _admit(store, found)
    _refuse(store, found, RefusalReason.CONDITION, "请补齐后再申请")
    file = e.seen(store, found)
    assert file.state is EvaluationState.REFUSED
    assert file.refused_why.count("缺“") == 1
    assert file.refused_why.endswith("请补齐后再申请")


def test_a_refusal_for_conditions_needs_one_that_fails(
    store: Store, place: e.Place, case: Opened
) -> None:
    found = e.apply(store, case, place.department)
    e.meet(store, found)

    with pytest.raises(Invalid, match="四项条件都已具备"):
        _refuse(store, found, RefusalReason.CONDITION)
    with pytest.raises(Invalid, match="请选择不予受理的理由"):
        _refuse(store, found, None)


@pytest.mark.parametrize("mark", ["lawsuit", "secret", "privacy", "minor"])
def test_a_marked_matter_is_not_admitted(
    store: Store, place: e.Place, case: Opened, mark: str
) -> None:
    found = e.apply(store, case, place.department, marks=frozenset({mark}))
    e.meet(store, found)
    with pytest.raises(RuleError, match="不能受理"):
        _admit(store, found)
    with store.writing(OFFICE) as session:
        version = session.get_one(Evaluation, found.id).version
        commands.set_marks(
            session, found.id, frozenset(), village_id=None, version=version, now=NOW
        )

    _admit(store, found)
    assert e.seen(store, found).state is EvaluationState.ADMITTED


def test_what_is_still_handled_or_reviewed_is_not_admitted(
    store: Store, place: e.Place, case: Opened
) -> None:
    found = e.apply(store, case, place.department)
    e.meet(store, found)
    for state, words in ((CaseState.ACCEPTED, "尚未办结"), (CaseState.IN_REVIEW, "复查")):
        with store.writing(OFFICE) as session:
            session.execute(update(Case).where(Case.id == case.id).values(state=state))
        with pytest.raises(RuleError, match=words):
            _admit(store, found)


def test_an_open_right_to_review_is_warned_of_and_blocks_nothing(
    store: Store, place: e.Place, make_case: Callable[..., Opened]
) -> None:
    day = TODAY - timedelta(10)
    made = make_case(
        unit_id=place.department,
        received_on=day,
        accepted_on=day,
        answered_on=day,
        delivered_on=day,
    )
    e.answered(store, made)
    found = e.apply(store, made, place.department)
    (warning,) = e.seen(store, found).warnings
    assert f"{day + timedelta(30)}" in warning
    assert e.seen(store, found, today=day + timedelta(31)).warnings == ()
    e.meet(store, found)

    _admit(store, found)
    assert e.seen(store, found).state is EvaluationState.ADMITTED


def test_a_unit_fills_in_three_conditions_and_not_the_offices(
    store: Store, place: e.Place, case: Opened
) -> None:
    unit = d.member(store, place.department)
    found = e.apply(store, case, place.department, by=unit)
    e.meet(store, found, *list(Condition)[:3], by=unit)

    with pytest.raises(NotAllowed):
        e.meet(store, found, Condition.CONFIRMED, by=unit)
    assert [each.met.met for each in e.seen(store, found).conditions] == [True, True, True, False]


def test_evidence_is_kept_with_its_file_and_taken_with_a_note(
    store: Store, place: e.Place, case: Opened
) -> None:
    found = e.apply(store, case, place.department)
    with store.writing(OFFICE) as session:
        commands.set_condition(
            session,
            found.id,
            Condition.HANDLED,
            e.MET,
            file=PDF,
            version=1,
            today=TODAY,
            now=NOW,
        )
    with store.writing(OFFICE) as session:
        key = session.scalars(select(ConditionRow.id).where(ConditionRow.name != "")).one()
        assert commands.download_evidence(session, key) == (
            "处理意见书.pdf",
            "application/pdf",
            PDF.content,
        )


def test_a_file_that_is_not_what_it_says_is_refused(
    store: Store, place: e.Place, case: Opened
) -> None:
    found = e.apply(store, case, place.department)
    with pytest.raises(Invalid, match="内容不是PDF"), store.writing(OFFICE) as session:
        commands.set_condition(
            session,
            found.id,
            Condition.HANDLED,
            e.MET,
            file=replace(PDF, content=b"not a pdf"),
            version=1,
            today=TODAY,
            now=NOW,
        )


def test_conditions_stay_as_they_were_judged(store: Store, place: e.Place, case: Opened) -> None:
    found = e.apply(store, case, place.department)
    e.admit(store, found)

    with pytest.raises(RuleError, match="审核以后不再改"):
        e.meet(store, found, Condition.HANDLED)


def test_the_second_of_two_people_is_told(store: Store, place: e.Place, case: Opened) -> None:
    found = e.apply(store, case, place.department)
    e.meet(store, found, now=NOW + e.DAY)
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.admit(session, found.id, version=1, today=TODAY, now=NOW)


def test_an_application_is_its_applicants_to_take_back(
    store: Store, place: e.Place, make_case: Callable[..., Opened]
) -> None:
    made = make_case(unit_id=place.village)
    village, town = d.member(store, place.village), d.member(store, place.town)
    found = e.apply(store, made, place.village, route=ApplicationRoute.VILLAGE, by=village)
    with pytest.raises(NotAllowed), store.writing(town) as session:
        commands.withdraw(session, found.id, why="不想评", version=1, today=TODAY, now=NOW)
    with store.writing(village) as session:
        commands.withdraw(session, found.id, why="已和解", version=1, today=TODAY, now=NOW)

    assert e.seen(store, found).state is EvaluationState.WITHDRAWN


def test_who_sees_an_evaluation(
    store: Store, place: e.Place, case: Opened, make_case: Callable[..., Opened]
) -> None:
    noise = make_case(unit_id=place.other)
    found = e.apply(store, case, place.department)
    e.apply(store, noise, place.other)

    def numbers(actor: Actor) -> list[str]:
        with store.reading(actor) as session:
            return [row.number for row in queries.listing(session, today=TODAY)]

    assert len(numbers(OFFICE)) == len(numbers(LEADER)) == 2
    assert numbers(d.member(store, place.department)) == [found.number]
    assert numbers(d.member(store, place.town)) == []
    assert numbers(Actor(None, "投屏", frozenset({Role.SCREEN}))) == []


def test_a_unit_may_not_apply_in_anothers_name(store: Store, place: e.Place, case: Opened) -> None:
    with pytest.raises(Missing):
        e.apply(store, case, place.other, by=d.member(store, place.other))


def test_the_list_tells_step_and_clock_and_narrows(
    store: Store, place: e.Place, case: Opened, make_case: Callable[..., Opened]
) -> None:
    found = e.apply(store, case, place.department, applied_on=TODAY - timedelta(20))
    e.apply(store, make_case(unit_id=place.other), place.other, title="道路积水")
    with store.reading(OFFICE) as session:
        rows = queries.listing(session, today=TODAY)
        named = queries.listing(session, term="住房", today=TODAY)
        ended = queries.listing(session, states=frozenset({EvaluationState.REFUSED}), today=TODAY)

    assert (rows[0].number, rows[0].step, rows[0].late) == (found.number, "审核确认", True)
    assert [row.number for row in named] == [found.number]
    assert ended == []
    assert queries.step_counts(rows) == [("审核确认", 2)]


def test_a_case_names_its_evaluations(store: Store, place: e.Place, case: Opened) -> None:
    found = e.apply(store, case, place.department)
    with store.reading(OFFICE) as session:
        assert queries.of_matter(session, case.number) == [(found.number, "待审核")]
        assert queries.of_matter(session, "") == []
