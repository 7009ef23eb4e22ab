"""An opinion in the store: issued once, served to both, public without names, ended when all is done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from db.commands import evaluation_opinions as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.cases import Case
from db.models.evaluation_outcomes import EvaluationDelivery
from db.models.evaluations import Evaluation
from rules.case_terms import Satisfaction
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.evaluation_terms import AfterStep, EvaluationState, Medium, Party, Service, Verdict
from rules.permissions import SYSTEM, Actor
from rules.terms import AuditAction, Purpose, Role
from tests.conftest import OFFICE
from tests.db import evaluations as e
from tests.db import outcomes as o

Make = Callable[..., Any]
DAY = timedelta(days=1)
S = EvaluationState


@pytest.fixture
def place(store: Store, make_unit: Make) -> e.Place:
    return e.build(store, make_unit)


@pytest.fixture
def decided(store: Store, place: e.Place, make_case: Make) -> Opened:
    """One whose panel was satisfied, 7 of 9."""
    case = make_case(unit_id=place.department, person="张三丰", content="略")
    return o.decided(store, place, case)


def state(store: Store, found: Opened) -> EvaluationState:
    with store.reading(SYSTEM) as session:
        return session.get_one(Evaluation, found.id).state


def test_an_opinion_is_numbered_by_year_and_holds_the_verdict_of_the_vote(
    store: Store, place: e.Place, make_case: Make, decided: Opened
) -> None:
    other = o.decided(store, place, make_case(unit_id=place.department), o.BAD)

    assert o.issue(store, decided) == "评意〔2026〕1号"
    assert o.issue(store, other) == "评意〔2026〕2号"

    assert state(store, decided) is S.ISSUED
    found = o.outcome(store, other).opinion
    assert found is not None
    assert found.verdict is Verdict.DISSATISFIED


def test_before_the_count_there_is_no_opinion(
    store: Store, place: e.Place, make_case: Make
) -> None:
    found = e.noticed(store, place, make_case(unit_id=place.department))

    with pytest.raises(RuleError, match="只能在“已票决”时进行"):
        o.issue(store, found)
    with pytest.raises(Conflict), store.writing(SYSTEM) as session:
        session.execute(
            text(
                "INSERT INTO evaluation_opinions (evaluation_id, number, verdict, issued_on, text,"
                " reasons, advice, signed, reported_to, actor, at, version) VALUES (:e, 'x',"
                " 'satisfied', '2026-11-23', 'x', 'x', '', 'x', '', 'x', '2026-11-23', 1)"
            ),
            {"e": found.id},
        )


def test_what_was_issued_is_not_issued_again_nor_changed_by_anybody(
    store: Store, decided: Opened
) -> None:
    o.issue(store, decided)

    with pytest.raises(RuleError, match="只能在“已票决”时进行"):
        o.issue(store, decided)
    with pytest.raises(Conflict), store.writing(SYSTEM) as session:
        session.execute(text("UPDATE evaluation_opinions SET text = 'anders'"))


@pytest.mark.parametrize("claimed", ["delivered", "ended"])
def test_no_state_is_claimed_that_was_not_earned(
    store: Store, decided: Opened, claimed: str
) -> None:
    o.issue(store, decided)

    with pytest.raises(Conflict), store.writing(SYSTEM) as session:
        session.execute(
            text("UPDATE evaluations SET state = :s, ended_on = '2026-11-23'"), {"s": claimed}
        )


def test_an_opinion_says_what_it_must_and_holds_no_number_of_a_person(
    store: Store, decided: Opened
) -> None:
    with pytest.raises(Invalid) as refused:
        o.issue(store, decided, text="", reasons="请打电话 13800001234", issued_on=o.HELD - DAY)

    said = " ".join(problem.message for problem in refused.value.problems)
    assert "请填写评价意见" in said
    assert "理由里有" in said
    assert "出具日期应在评价会当天" in said
    assert state(store, decided) is S.DECIDED


def test_both_parties_are_served_before_it_is_delivered(store: Store, decided: Opened) -> None:
    o.issue(store, decided)

    o.serve(store, decided, Party.JUDGED)
    assert state(store, decided) is S.ISSUED
    with pytest.raises(Invalid, match="这一方已经送达"):
        o.serve(store, decided, Party.JUDGED)
    o.serve(store, decided, Party.PETITIONER)

    assert state(store, decided) is S.DELIVERED


def test_a_refusal_to_sign_needs_a_witness_and_anything_else_a_receipt(
    store: Store, decided: Opened
) -> None:
    o.issue(store, decided)

    with pytest.raises(Invalid, match="请上传送达回证"):
        o.serve(store, decided, Party.PETITIONER, receipt=None)
    with pytest.raises(Invalid, match="请写明见证人"):
        o.serve(store, decided, Party.PETITIONER, receipt=None, refused=True, way=Service.LEFT)
    o.serve(
        store,
        decided,
        Party.PETITIONER,
        receipt=None,
        refused=True,
        way=Service.LEFT,
        witness="村主任王大明",
    )

    with store.reading(SYSTEM) as session:
        row = session.scalars(select(EvaluationDelivery)).one()
        assert (row.refused, row.witness, row.sha256) == (True, "村主任王大明", "")


def test_a_receipt_is_taken_away_by_whoever_sees_the_evaluation_and_noted(
    store: Store, place: e.Place, decided: Opened
) -> None:
    o.issue(store, decided)
    o.serve(store, decided, Party.JUDGED)
    row = o.outcome(store, decided).deliveries[0]
    other = Actor(None, "财政局", frozenset({Role.UNIT}), place.other, frozenset({place.other}))

    with store.writing(OFFICE) as session:
        name, _, content = commands.download_proof(session, "evaluation_deliveries", row.id)
    assert (name, content) == (o.RECEIPT.name, o.RECEIPT.content)
    with pytest.raises(Missing), store.writing(other) as session:
        commands.download_proof(session, "evaluation_deliveries", row.id)
    with store.reading(SYSTEM) as session:
        noted = session.scalars(
            select(AuditEntry.action).where(AuditEntry.entity == "evaluation_deliveries")
        ).all()
        assert AuditAction.DOWNLOAD in noted


@pytest.mark.parametrize("mark", ["privacy", "minor", "secret"])
def test_a_marked_matter_is_never_made_public_whoever_writes(
    store: Store, decided: Opened, mark: str
) -> None:
    o.issue(store, decided, marks=frozenset({mark}))

    with pytest.raises(Invalid, match="评价结果不对外公布"):
        o.publish(store, decided)
    with pytest.raises(RuleError, match="不对外公布"), store.writing(OFFICE) as session:
        commands.take_opinion(session, decided.id, public=True)
    with pytest.raises(Conflict), store.writing(SYSTEM) as session:
        session.execute(
            text(
                "INSERT INTO evaluation_publications (evaluation_id, medium, place, first_on,"
                " actor, at, name, media_type, size, sha256) VALUES (:e, 'wall', 'x',"
                " '2026-11-23', 'x', '2026-11-23', '', '', 0, '')"
            ),
            {"e": decided.id},
        )
    steps = {line.step for line in o.outcome(store, decided).lines}
    assert AfterStep.PUBLICATION not in steps


def test_a_publication_needs_its_evidence_and_its_days(store: Store, decided: Opened) -> None:
    o.issue(store, decided)

    with pytest.raises(Invalid, match="请上传公布的证据"):
        o.publish(store, decided, evidence=None)
    with pytest.raises(Invalid, match="结束日期早于公布日期"):
        o.publish(store, decided, last_on=o.HELD - DAY)
    o.publish(store, decided, medium=Medium.RADIO, place="村村响")

    assert [each.medium for each in o.outcome(store, decided).publications] == [Medium.RADIO]


def test_the_public_copy_names_nobody_and_no_door(
    store: Store, place: e.Place, decided: Opened
) -> None:
    o.issue(
        store,
        decided,
        reasons="张三丰住幸福小区3栋2单元501室，依据住建信复〔2026〕12号，主持人李主任说明",
    )
    judged = frozenset({place.department})
    unit = Actor(None, "住建局", frozenset({Role.UNIT}), place.department, judged)

    with store.writing(unit) as session:
        public = commands.take_opinion(session, decided.id, public=True)
    said = "\n".join(public.values.values())
    assert "张三丰" not in said
    assert "501" not in said
    assert "〔2026〕12号" in said
    assert "李主任" not in said
    assert public.members == ()
    assert public.values["票决结果"] == "满意 7 票、不满意 2 票、弃权 0 票"
    assert "复查、复核、行政复议、诉讼" in public.values["权利告知"]


def test_the_copy_for_the_file_names_people_is_the_offices_and_is_noted(
    store: Store, place: e.Place, decided: Opened
) -> None:
    o.issue(store, decided)
    judged = frozenset({place.department})
    unit = Actor(None, "住建局", frozenset({Role.UNIT}), place.department, judged)

    with pytest.raises(NotAllowed), store.writing(unit) as session:
        commands.take_opinion(session, decided.id, public=False)
    with store.writing(OFFICE) as session:
        paper = commands.take_opinion(session, decided.id, public=False)

    assert paper.values["信访人"] == "张三丰"
    assert len(paper.members) == 9
    with store.reading(SYSTEM) as session:
        revealed = select(AuditEntry.entity).where(AuditEntry.action == AuditAction.REVEAL)
        assert session.scalars(revealed).all() == ["evaluations"]


def test_each_step_after_the_vote_has_its_clock_and_tells_its_delay(
    store: Store, decided: Opened
) -> None:
    lines = {line.step: line for line in o.outcome(store, decided, today=o.HELD + 12 * DAY).lines}

    assert set(lines) == {
        *(AfterStep.OPINION, AfterStep.DELIVERY, AfterStep.PUBLICATION, AfterStep.REPORT)
    }
    assert lines[AfterStep.DELIVERY].words == f"期限 {o.HELD + 10 * DAY}，已超期 2 天"
    assert lines[AfterStep.REPORT].words == "还没有开始"
    o.issue(store, decided)
    o.serve(store, decided, Party.JUDGED)
    late = {"delivered_on": o.HELD + 11 * DAY, "today": o.HELD + 12 * DAY}
    o.serve(store, decided, Party.PETITIONER, **late)
    lines = {line.step: line for line in o.outcome(store, decided, today=o.HELD + 12 * DAY).lines}
    assert lines[AfterStep.DELIVERY].words == f"{o.HELD + 11 * DAY} 完成，超期 1 天"


def test_an_evaluation_ends_when_all_that_follows_is_done(store: Store, decided: Opened) -> None:
    o.issue(store, decided)
    for party in Party:
        o.serve(store, decided, party)
    o.publish(store, decided)

    with pytest.raises(RuleError, match="“报告上级”还没有完成"):
        o.end(store, decided)
    o.report(store, decided)
    with pytest.raises(RuleError, match=r"已于 .* 上报"):
        o.report(store, decided)
    o.end(store, decided)

    with store.reading(SYSTEM) as session:
        row = session.get_one(Evaluation, decided.id)
        assert (row.state, row.ended_on) == (S.ENDED, o.HELD)
    with pytest.raises(RuleError, match="不能再改"):
        o.publish(store, decided)


def test_what_the_petitioner_says_is_apart_from_the_verdict(store: Store, decided: Opened) -> None:
    with pytest.raises(RuleError, match="出具意见书以后"):
        note(store, decided, view=Satisfaction.DISSATISFIED, asked_on=o.HELD)
    o.issue(store, decided)
    with pytest.raises(Invalid, match="要一起填写"):
        note(store, decided, view=Satisfaction.DISSATISFIED)
    note(store, decided, view=Satisfaction.DISSATISFIED, asked_on=o.HELD, settled_on=o.HELD)

    found = o.outcome(store, decided)
    assert found.verdict is Verdict.SATISFIED
    assert found.petitioner_view is Satisfaction.DISSATISFIED
    assert found.settled_on == o.HELD


def note(store: Store, found: Opened, **given: Any) -> None:
    values: dict[str, Any] = {"view": None, "asked_on": None, "settled_on": None, **given}
    with store.writing(OFFICE) as session:
        seen = session.get_one(Evaluation, found.id).version
        commands.note_petitioner(
            session, found.id, **values, version=seen, today=o.HELD, now=o.LATER
        )


def test_of_what_became_an_accusation_nothing_is_issued(store: Store, decided: Opened) -> None:
    with store.writing(SYSTEM) as session:
        session.execute(update(Case).values(purpose=Purpose.ACCUSATION))

    with pytest.raises(RuleError, match="检举控告"):
        o.issue(store, decided)


def test_of_two_who_issue_the_second_is_told(store: Store, decided: Opened) -> None:
    stale = e.version(store, decided)
    o.issue(store, decided)

    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.issue(session, decided.id, o.text(), version=stale, today=o.HELD, now=o.LATER)
