"""销号 of disputes in the store: its gate, its two approvals, looks back, 反弹, and mergers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from db.commands import dispute_pairs, disputes
from db.commands import dispute_sign_off as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.disputes import Dispute, DisputeLook, DisputePair, DisputeSignOff
from db.queries import dispute_pairs as pairs
from db.queries import dispute_sign_off as queries
from db.queries import disputes as ledger
from db.queries.dispute_sign_off import SignOffFile
from db.queries.disputes import DisputeFilter
from rules.case_terms import Satisfaction, VisitKind
from rules.dispute_terms import (
    DisputeOutcome,
    DisputeState,
    DisputeStep,
    PairKind,
    PaperKind,
    Tally,
)
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import disputes as d

Make = Callable[..., Any]


@pytest.fixture
def place(make_unit: Make) -> d.County:
    """A small county."""
    return d.build(make_unit)


@pytest.fixture
def opened(store: Store, place: d.County) -> Opened:
    """A dispute of the village, reported."""
    return d.add(store, place.village, by=d.member(store, place.village))


def _file(store: Store, opened: Opened, reader: str = d.SECOND.name) -> SignOffFile:
    with store.reading(OFFICE) as session:
        return queries.sign_off_file(session, opened.id, reader=reader, today=TODAY)


def _state(store: Store, opened: Opened) -> tuple[DisputeState, DisputeOutcome]:
    file = d.seen(store, opened.number)
    return file.state, file.outcome


def test_village_township_and_county_bring_a_dispute_to_its_sign_off(
    store: Store, place: d.County, opened: Opened
) -> None:
    asked = d.ready(store, opened, place.town, by=d.member(store, place.town))
    assert _file(store, opened).missing == ()
    d.approve(store, asked)

    file = d.seen(store, opened.number)
    assert (file.state, file.signed_on) == (DisputeState.SIGNED_OFF, TODAY)
    current = _file(store, opened).current
    assert current is not None
    assert (current.head_name, current.approved_by) == ("王镇长", d.SECOND.name)
    looks = [(look.kind, look.due_on) for look in _file(store, opened).looks if not look.done_on]
    assert looks == [
        (VisitKind.LOOK_30, TODAY + timedelta(30)),
        (VisitKind.LOOK_90, TODAY + timedelta(90)),
    ]


def test_the_gate_refuses_and_names_each_missing_part(
    store: Store, place: d.County, opened: Opened
) -> None:
    d.resolve(store, opened, place.town)
    d.paper(store, opened, PaperKind.AGREEMENT)
    d.call_back(store, opened)
    asked = d.request(store, opened)

    with pytest.raises(Invalid) as refused:
        d.approve(store, asked)
    told = [problem.message for problem in refused.value.problems]
    assert told == [
        "案卷缺申请书",
        "案卷缺受理登记表",
        "案卷缺调查记录",
        "案卷缺调解记录",
        "案卷缺回访笔录",
        "责任单位负责人尚未签批",
    ]
    assert _state(store, opened)[0] is DisputeState.REQUESTED


def test_who_handled_or_asked_cannot_approve(store: Store, place: d.County, opened: Opened) -> None:
    asked = d.ready(store, opened, place.town)

    with pytest.raises(Invalid, match="联席办其他人员"):
        d.approve(store, asked, by=OFFICE)
    assert _file(store, opened, reader=OFFICE.name).barred is not None
    with pytest.raises(NotAllowed):
        d.approve(store, asked, by=d.member(store, place.town))
    d.approve(store, asked)
    assert _state(store, opened)[0] is DisputeState.SIGNED_OFF


def test_no_sign_off_is_written_without_both_approvals_whoever_writes(
    store: Store, place: d.County, opened: Opened
) -> None:
    asked = d.ready(store, opened, place.town)
    table: Any = DisputeSignOff.__table__
    for values in (
        {"signed_on": TODAY},
        {"signed_on": TODAY, "approved_by": OFFICE.name},
        {"signed_on": TODAY, "approved_by": d.SECOND.name, "head_name": ""},
    ):
        with pytest.raises(IntegrityError), store.engine.begin() as connection:
            connection.execute(update(table).where(table.c.id == asked).values(**values))


def test_what_is_resolved_in_part_is_not_signed_off_whoever_writes(
    store: Store, place: d.County, opened: Opened
) -> None:
    asked = d.ready(store, opened, place.town)
    d.approve(store, asked)
    table: Any = Dispute.__table__
    with pytest.raises(IntegrityError), store.engine.begin() as connection:
        connection.execute(update(table).values(outcome="partly"))


def test_a_call_back_that_is_not_accepted_leaves_it_resolved(
    store: Store, place: d.County, opened: Opened
) -> None:
    d.resolve(store, opened, place.town)
    d.call_back(store, opened, accepted=False, satisfaction=Satisfaction.DISSATISFIED)
    assert _state(store, opened)[0] is DisputeState.RESOLVED

    d.call_back(store, opened)
    assert _state(store, opened)[0] is DisputeState.REVISITED


def test_nobody_is_called_before_it_is_resolved(store: Store, opened: Opened) -> None:
    with pytest.raises(RuleError, match="化解成功"):
        d.call_back(store, opened)


def test_a_request_is_sent_back_and_asked_for_again(
    store: Store, place: d.County, opened: Opened
) -> None:
    asked = d.ready(store, opened, place.town)
    with store.writing(d.SECOND) as session:
        version = session.get_one(DisputeSignOff, asked).version
        commands.refuse_sign_off(
            session, asked, why="协议没有落款", version=version, today=TODAY, now=NOW
        )
    assert _state(store, opened)[0] is DisputeState.REVISITED
    assert _file(store, opened).past[0].refused_why == "协议没有落款"

    again = d.request(store, opened)
    d.head(store, again)
    d.approve(store, again)
    assert _state(store, opened)[0] is DisputeState.SIGNED_OFF


def test_a_stale_approval_is_refused(store: Store, place: d.County, opened: Opened) -> None:
    asked = d.ready(store, opened, place.town)
    with pytest.raises(Conflict), store.writing(d.SECOND) as session:
        commands.approve_sign_off(session, asked, version=1, today=TODAY, now=NOW)


def test_a_look_back_that_finds_it_again_opens_it_and_withdraws_the_sign_off(
    store: Store, place: d.County, opened: Opened
) -> None:
    d.approve(store, d.ready(store, opened, place.town))
    later = TODAY + timedelta(31)
    with store.reading(OFFICE) as session:
        assert [w.number for w in queries.looks_due(session, today=later)] == [opened.number]
        look = session.scalars(
            select(DisputeLook).where(DisputeLook.kind == VisitKind.LOOK_30)
        ).one()
    with store.writing(d.member(store, place.town)) as session:
        commands.look_back(
            session,
            look.id,
            done_on=later,
            satisfaction=Satisfaction.DISSATISFIED,
            recurred=True,
            text="界桩被拔",
            version=look.version,
            today=later,
            now=NOW,
        )

    file = d.seen(store, opened.number)
    assert (file.state, file.outcome) == (DisputeState.REBOUNDED, DisputeOutcome.UNRESOLVED)
    assert (file.signed_on, file.resolved_on) == (None, None)
    signing = _file(store, opened)
    assert signing.current is None
    assert "界桩被拔" in signing.past[0].withdrawn_why
    assert all(look.dropped for look in signing.looks)
    with store.reading(OFFICE) as session:
        tally = ledger.listing(session, DisputeFilter(), page=1, today=TODAY).tally
        assert (tally[Tally.RESOLVED], tally[Tally.UNRESOLVED]) == (0, 1)


def test_a_look_back_at_rest_is_noted_once(store: Store, place: d.County, opened: Opened) -> None:
    d.approve(store, d.ready(store, opened, place.town))
    look = next(look for look in _file(store, opened).looks if look.kind is VisitKind.LOOK_30)

    def done(version: int) -> None:
        with store.writing(OFFICE) as session:
            commands.look_back(
                session,
                look.id,
                done_on=TODAY,
                satisfaction=Satisfaction.FAIRLY,
                recurred=False,
                text="没有反复",
                version=version,
                today=TODAY,
                now=NOW,
            )

    done(look.version)
    assert _state(store, opened)[0] is DisputeState.SIGNED_OFF
    with pytest.raises(Conflict):
        done(look.version)
    with pytest.raises(RuleError, match="已完成"):
        done(look.version + 1)


def test_a_new_end_after_a_rebound_needs_a_new_call(
    store: Store, place: d.County, opened: Opened
) -> None:
    d.approve(store, d.ready(store, opened, place.town))
    d.step(store, opened, DisputeStep.REBOUND, reason="又争起来")
    given: dict[str, Any] = {"channel": "people", "text": "重新签订"}
    d.step(store, opened, DisputeStep.START, channel="people")
    d.step(store, opened, DisputeStep.RESOLVE, **given)

    with pytest.raises(RuleError, match="回访通过"):
        d.request(store, opened)


def test_nothing_is_changed_on_what_was_signed_off_but_its_assessment(
    store: Store, place: d.County, opened: Opened
) -> None:
    d.approve(store, d.ready(store, opened, place.town))
    with pytest.raises(Invalid, match="已经销号"):
        d.paper(store, opened, PaperKind.OTHER)
    with store.writing(OFFICE) as session:
        disputes.assess(
            session,
            opened.id,
            assessed_on=TODAY,
            assessment="程序规范",
            archive_number="2026-调-1",
            version=session.get_one(Dispute, opened.id).version,
            today=TODAY,
            now=NOW,
        )
    file = d.seen(store, opened.number)
    assert (file.assessment, file.archive_number) == ("程序规范", "2026-调-1")


def test_requests_that_wait_are_listed_for_the_office(
    store: Store, place: d.County, opened: Opened
) -> None:
    asked = d.ready(store, opened, place.town)
    with store.reading(OFFICE) as session:
        assert [w.number for w in queries.waiting(session)] == [opened.number]
    d.approve(store, asked)
    with store.reading(OFFICE) as session:
        assert queries.waiting(session) == []


def _decide(
    store: Store, one: Opened, other: Opened, kind: PairKind = PairKind.DOUBLE, **how: Any
) -> int:
    by = how.pop("by", OFFICE)
    with store.writing(by) as session:
        versions = [
            found.version if (found := session.get(Dispute, each.id)) else 1
            for each in (one, other)
        ]
        return dispute_pairs.decide_pair(
            session,
            one.id,
            other.id,
            kind=kind,
            version=versions[0],
            other_version=versions[1],
            today=TODAY,
            now=NOW,
            **how,
        )


def _pairs(store: Store, actor: Any = OFFICE) -> list[tuple[str, str]]:
    with store.reading(actor) as session:
        return [
            (pair.later.number, pair.earlier.number)
            for pair in pairs.likely_pairs(session, today=TODAY)
        ]


def test_what_two_villages_entered_is_found_by_their_township_alone(
    store: Store, place: d.County, opened: Opened
) -> None:
    again = d.add(store, place.neighbour, title="两户宅基地的界线纠纷", found_on=TODAY)
    d.add(store, place.other_town, title="两户宅基地界线纠纷", found_on=TODAY)
    d.add(store, place.neighbour, title="水库灌溉用水先后", found_on=TODAY)
    d.add(store, place.neighbour, title="两户宅基地界线纠纷", found_on=TODAY - timedelta(60))

    assert _pairs(store) == [(again.number, opened.number)]
    assert _pairs(store, d.member(store, place.town)) == [(again.number, opened.number)]
    assert _pairs(store, d.member(store, place.village)) == []


def test_a_double_is_merged_and_counts_once_and_undoing_brings_it_back(
    store: Store, place: d.County, opened: Opened
) -> None:
    again = d.add(store, place.neighbour, found_on=TODAY)
    town = d.member(store, place.town)
    pair_id = _decide(store, again, opened, by=town)

    assert _state(store, again)[0] is DisputeState.MERGED
    assert d.seen(store, opened.number).merged == (again.number,)
    with store.reading(OFFICE) as session:
        assert ledger.listing(session, DisputeFilter(), page=1, today=TODAY).tally.found == 1
    with pytest.raises(RuleError, match=opened.number):
        d.paper(store, again, PaperKind.OTHER)
    assert _pairs(store) == []

    with store.writing(town) as session:
        version = session.get_one(Dispute, again.id).version
        dispute_pairs.undo_decision(session, pair_id, version=version, now=NOW)
    assert _state(store, again)[0] is DisputeState.SUBMITTED
    assert _pairs(store) == [(again.number, opened.number)]


def test_a_pair_said_to_be_two_matters_is_proposed_no_more(
    store: Store, place: d.County, opened: Opened
) -> None:
    again = d.add(store, place.neighbour, found_on=TODAY)
    _decide(store, again, opened, PairKind.OTHER)

    assert _pairs(store) == []
    assert _state(store, again)[0] is DisputeState.SUBMITTED
    with pytest.raises(RuleError, match="已经认定过"):
        _decide(store, opened, again)


def test_a_village_decides_on_no_pair(store: Store, place: d.County, opened: Opened) -> None:
    own = d.add(store, place.village, found_on=TODAY)
    with pytest.raises(NotAllowed):
        _decide(store, own, opened, by=d.member(store, place.village))
    again = d.add(store, place.neighbour, found_on=TODAY)
    with pytest.raises(Missing):
        _decide(store, again, opened, by=d.member(store, place.village))


def test_what_comes_back_soon_after_the_sign_off_opens_it_again(
    store: Store, place: d.County, opened: Opened
) -> None:
    d.approve(store, d.ready(store, opened, place.town))
    again = d.add(store, place.neighbour, found_on=TODAY)
    _decide(store, again, opened)

    assert _state(store, opened)[0] is DisputeState.REBOUNDED
    assert again.number in _file(store, opened).past[0].withdrawn_why


def test_what_comes_back_after_the_window_is_a_dispute_of_its_own(
    store: Store, place: d.County, opened: Opened
) -> None:
    d.approve(store, d.ready(store, opened, place.town))
    with store.writing(OFFICE) as session:
        session.get_one(Dispute, opened.id).signed_on = TODAY - timedelta(40)
        session.get_one(Dispute, opened.id).found_on = TODAY - timedelta(90)
    again = d.add(store, place.neighbour, found_on=TODAY)

    with pytest.raises(RuleError, match="新的纠纷"):
        _decide(store, again, opened)
    assert _state(store, opened)[0] is DisputeState.SIGNED_OFF


def test_one_that_is_about_to_be_signed_off_is_merged_into_none(
    store: Store, place: d.County, opened: Opened
) -> None:
    again = d.add(store, place.neighbour, found_on=TODAY)
    d.ready(store, again, place.town)
    with pytest.raises(RuleError, match="申请销号"):
        _decide(store, again, opened)
    with store.reading(OFFICE) as session:
        assert session.scalars(select(DisputePair)).all() == []


def test_a_merger_of_what_was_changed_since_is_refused(
    store: Store, place: d.County, opened: Opened
) -> None:
    again = d.add(store, place.neighbour, found_on=TODAY)
    d.handle(store, again, place.town)
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        dispute_pairs.decide_pair(
            session,
            again.id,
            opened.id,
            kind=PairKind.DOUBLE,
            version=1,
            other_version=1,
            today=TODAY,
            now=NOW,
        )


def test_what_is_typed_is_held_against_what_is_there(
    store: Store, place: d.County, opened: Opened
) -> None:
    def like(title: str, township: int | None, actor: Any = OFFICE) -> list[str]:
        with store.reading(actor) as session:
            found = pairs.like(
                session, title=title, township_id=township, found_on=TODAY, today=TODAY
            )
        return [each.number for each in found]

    assert like("两户宅基地的界线纠纷", place.town) == [opened.number]
    assert like("两户宅基地的界线纠纷", place.other_town) == []
    assert like("修桥", place.town) == []
    assert like("两户宅基地的界线纠纷", place.town, d.member(store, place.neighbour)) == []


def test_a_look_is_of_its_dispute_alone(store: Store, place: d.County, opened: Opened) -> None:
    d.approve(store, d.ready(store, opened, place.town))
    look = _file(store, opened).looks[-1]
    with pytest.raises(Missing), store.writing(d.member(store, place.other_town)) as session:
        commands.look_back(
            session,
            look.id,
            done_on=TODAY,
            satisfaction=Satisfaction.SATISFIED,
            recurred=False,
            text="看过",
            version=look.version,
            today=TODAY,
            now=NOW,
        )
