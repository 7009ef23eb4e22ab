"""Letters in the store: numbers, scope, a second 批示, answers, cases and counts."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.commands import letters as commands
from db.commands.cases import Opened
from db.engine import Store
from db.models.cases import Case, CaseEntry
from db.models.duty import Recusal
from db.models.receptions import Letter
from db.queries import letters as queries
from db.queries.letters import LetterFilter, LetterRow
from rules.errors import Conflict, Invalid, Missing, NotAllowed
from rules.letters import LetterState
from rules.people import Person
from rules.permissions import Actor
from rules.terms import Channel, EntryKind, Purpose, Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY

Make = Callable[..., Any]


@pytest.fixture
def add(store: Store, make_leader: Callable[[str], int]) -> Callable[..., Opened]:
    """Return a function that registers a letter of 林政远 unless told otherwise."""
    leaders: dict[str, int] = {}

    def make(title: str = "反映幸福小区停水", *, leader: str = "林政远", **given: Any) -> Opened:
        if leader not in leaders:
            leaders[leader] = make_leader(leader)
        by = given.pop("by", OFFICE)
        how = {name: given.pop(name) for name in ("again", "wants_answer") if name in given}
        values = {
            "leader_id": leaders[leader],
            "annotated_on": TODAY,
            "title": title,
            "instruction": "请认真核实。",
            **given,
        }
        with store.writing(by) as session:
            return commands.add_letter(session, values, **how, today=TODAY, now=NOW)

    return make


def _one(store: Store, number: str, actor: Actor = OFFICE) -> LetterRow:
    with store.reading(actor) as session:
        return queries.letter(session, number)


def _numbers(store: Store, actor: Actor = OFFICE, **wanted: Any) -> list[str]:
    with store.reading(actor) as session:
        found = queries.listing(session, LetterFilter(**wanted), page=1, today=TODAY)
    return [row.number for row in found.rows]


def _leader(leader_id: int) -> Actor:
    return Actor(None, "领导本人", frozenset({Role.LEADER}), leader_id=leader_id)


def test_letters_are_numbered_by_the_year_of_the_words(add: Make) -> None:
    assert add("停水").number == "YP20260001"
    assert add("修路", annotated_on=date(2008, 5, 1)).number == "YP20080001"
    assert add("占道经营").number == "YP20260002"


def test_the_words_are_kept_as_they_were_written(store: Store, add: Make) -> None:
    words = "请住建局 三日内核实；\n结果报我。\n　　林政远"

    assert _one(store, add(instruction=words).number).instruction == words


def test_an_answer_is_due_by_the_parameter_unless_a_day_is_given_or_none_wanted(
    store: Store, add: Make, make_unit: Callable[..., int]
) -> None:
    unit, day = make_unit("住建局"), date(2026, 12, 24)

    def due(title: str, **given: Any) -> date | None:
        return _one(store, add(title, **given).number).due_on

    assert due("停水漏水", unit_id=unit) == TODAY + timedelta(days=15)
    assert due("修路架桥", unit_id=unit, due_on=day) == day
    assert due("占道经营", unit_id=unit, wants_answer=False) is None
    assert due("噪声扰民") is None


def test_a_second_instruction_on_one_matter_is_refused_until_somebody_has_looked(
    store: Store, add: Make
) -> None:
    first = add("反映幸福小区三期停水")
    add("请求修复村道")
    with pytest.raises(Invalid, match=f"林政远已于 {TODAY} .*{first.number}"):
        add("反映幸福小区三期停水问题", leader="周立民")
    assert len(_numbers(store)) == 2

    add("反映幸福小区三期停水问题", leader="周立民", again=True)

    assert len(_numbers(store)) == 3


def test_an_older_letter_than_two_years_is_another_matter(add: Make) -> None:
    add("反映幸福小区停水", annotated_on=TODAY - timedelta(days=731))
    add("反映幸福小区停水", leader="周立民")

    with pytest.raises(Invalid):
        add("反映幸福小区停水", leader="吴常安")


def test_a_leader_is_told_of_anothers_instruction_and_not_of_its_words(
    store: Store, add: Make, make_leader: Callable[[str], int]
) -> None:
    add("反映幸福小区停水", instruction="机密的话")
    add("举报某局长", leader="周立民", purpose=Purpose.ACCUSATION)
    leader = make_leader("吴常安")

    with store.reading(_leader(leader)) as session:
        (told,) = queries.earlier(session, title="反映幸福小区停水", today=TODAY, percent=80)
        accusing = queries.earlier(session, title="举报某局长", today=TODAY, percent=80)
    with store.reading(OFFICE) as session:
        (known,) = queries.earlier(session, title="反映幸福小区停水", today=TODAY, percent=80)
        assert queries.earlier(session, title="举报某局长", today=TODAY, percent=80)

    assert (told.leader, told.title, told.instruction) == ("林政远", "", "")
    assert known.instruction == "机密的话"
    assert accusing == []


def test_each_sees_what_is_his_and_an_accusation_is_the_offices_alone(
    store: Store, add: Make, make_unit: Callable[..., int], make_leader: Callable[[str], int]
) -> None:
    town = make_unit("青山镇", kind=UnitKind.TOWNSHIP)
    own = add("停水漏水", unit_id=town)
    add("修路架桥", leader="周立民")
    accusing = add("举报某人", unit_id=town, purpose=Purpose.ACCUSATION)
    leader = _one(store, own.number).leader_id
    unit = Actor(None, "青山镇", frozenset({Role.UNIT}), unit_id=town, unit_ids=frozenset({town}))

    assert len(_numbers(store)) == 3
    assert _numbers(store, _leader(leader)) == [own.number]
    assert _numbers(store, unit) == [own.number]
    with pytest.raises(Missing):
        _one(store, accusing.number, unit)


def test_a_leader_writes_his_own_letters_alone(
    store: Store, add: Make, make_leader: Callable[[str], int]
) -> None:
    add("修路架桥")
    other = add("停水漏水", leader="周立民")
    mine = _one(store, "YP20260001").leader_id
    assert add("占道经营", by=_leader(mine)).number == "YP20260003"

    with pytest.raises(NotAllowed):
        add("噪声扰民", leader="周立民", by=_leader(mine))
    with pytest.raises(Missing), store.writing(_leader(mine)) as session:
        commands.link_case(session, other.id, "", version=1, today=TODAY, now=NOW)


def test_a_letter_is_changed_and_a_rival_is_told(store: Store, add: Make) -> None:
    found = add()
    row = _one(store, found.number)
    given = {
        "leader_id": row.leader_id,
        "annotated_on": row.annotated_on,
        "title": "反映停水",
        "instruction": "请立即办理。",
    }
    with store.writing(OFFICE) as session:
        commands.change_letter(session, found.id, given, version=1, today=TODAY, now=NOW)
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.change_letter(session, found.id, given, version=1, today=TODAY, now=NOW)

    assert _one(store, found.number).instruction == "请立即办理。"


def test_the_unit_answers_what_is_given_to_it(
    store: Store, add: Make, make_unit: Callable[..., int]
) -> None:
    unit_id, other = make_unit("住建局"), make_unit("教育局")
    found = add(unit_id=unit_id)
    unit = Actor(
        None, "住建局", frozenset({Role.UNIT}), unit_id=unit_id, unit_ids=frozenset({unit_id})
    )
    rival = Actor(
        None, "教育局", frozenset({Role.UNIT}), unit_id=other, unit_ids=frozenset({other})
    )
    given: dict[str, Any] = {"answer": "已恢复供水", "answered_on": TODAY, "version": 1}
    with pytest.raises(Missing), store.writing(rival) as session:
        commands.answer_letter(session, found.id, **given, today=TODAY, now=NOW)

    with store.writing(unit) as session:
        commands.answer_letter(session, found.id, **given, today=TODAY, now=NOW)

    row = _one(store, found.number)
    assert (row.answer, row.answered_on, row.version) == ("已恢复供水", TODAY, 2)


def test_a_letter_becomes_a_case_led_by_its_leader(
    store: Store, add: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    found = add(unit_id=unit, received_on=date(2026, 11, 18), instruction="请核实。")

    with store.writing(OFFICE) as session:
        opened = commands.open_case(
            session,
            found.id,
            content="三期停水五天",
            people=[Person("张三丰")],
            version=1,
            today=TODAY,
            now=NOW,
        )

    row = _one(store, found.number)
    assert row.case_number == opened.number
    with store.reading(OFFICE) as session:
        case = session.get_one(Case, opened.id)
        entry = session.scalar(select(CaseEntry).where(CaseEntry.case_id == opened.id))
        assert (case.first_lead_id, case.lead_id) == (row.leader_id, row.leader_id)
        assert (case.channel, case.unit_id, case.received_on) == (
            Channel.LETTER,
            unit,
            date(2026, 11, 18),
        )
        assert entry is not None
        assert (entry.kind, entry.happened_on) == (EntryKind.OPINION, TODAY)
        assert entry.text == f"林政远阅批来信（{found.number}）：请核实。"
    with pytest.raises(Invalid, match="已经关联"), store.writing(OFFICE) as session:
        commands.open_case(session, found.id, version=2, today=TODAY, now=NOW)


def test_a_letter_is_linked_to_a_case_and_a_second_one_warns(
    store: Store, add: Make, make_case: Make
) -> None:
    case = make_case()
    first, second = add("停水漏水"), add("修路架桥", leader="周立民")

    def link(letter: Opened, version: int = 1, number: str = case.number, **given: Any) -> None:
        with store.writing(OFFICE) as session:
            commands.link_case(
                session, letter.id, number, version=version, **given, today=TODAY, now=NOW
            )

    link(first)
    with pytest.raises(Invalid, match=first.number):
        link(second)
    link(second, again=True)
    with store.reading(OFFICE) as session:
        (other,) = queries.earlier(
            session, title="", case_id=case.id, but=second.id, today=TODAY, percent=100
        )
    assert (other.number, other.same_case) == (first.number, True)
    with pytest.raises(Missing):
        link(first, version=2, number="510722-2026-999999")

    link(first, version=2, number="")
    assert _one(store, first.number).case_id is None


def test_a_letter_on_an_accusation_is_one(
    store: Store, add: Make, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    case = make_case(purpose=Purpose.ACCUSATION)
    found = add(unit_id=unit)

    with store.writing(OFFICE) as session:
        commands.link_case(session, found.id, case.number, version=1, today=TODAY, now=NOW)

    with pytest.raises(Missing):
        _one(
            store,
            found.number,
            Actor(None, "住建局", frozenset({Role.UNIT}), unit_id=unit, unit_ids=frozenset({unit})),
        )


def test_the_accused_unit_is_given_no_letter_on_its_case(
    store: Store, add: Make, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    case, found = make_case(), add(unit_id=unit)
    with store.writing(OFFICE) as session:
        session.add(
            Recusal(
                case_id=case.id, unit_id=unit, accused=True, reason="", decided_by="小李", at=NOW
            )
        )

    with pytest.raises(Invalid, match="住建局"), store.writing(OFFICE) as session:
        commands.link_case(session, found.id, case.number, version=1, today=TODAY, now=NOW)


def test_a_case_out_of_sight_has_no_number_in_the_list(
    store: Store, add: Make, make_case: Make
) -> None:
    case, found = make_case(), add()
    with store.writing(OFFICE) as session:
        commands.link_case(session, found.id, case.number, version=1, today=TODAY, now=NOW)
    row = _one(store, found.number)
    assert row.case_number == case.number

    seen = _one(store, found.number, _leader(row.leader_id))
    assert (seen.case_id, seen.case_number, seen.case_title) == (case.id, "", "")


def test_the_filter_leaves_what_it_says_and_counts_by_state(
    store: Store, add: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("住建局")
    late = add("停水漏水", unit_id=unit, annotated_on=date(2026, 10, 1))
    waiting = add("修路架桥", unit_id=unit, instruction="按百分之五十100%办")
    add("占道经营", leader="周立民")

    assert _numbers(store, state=LetterState.OVERDUE) == [late.number]
    assert _numbers(store, state=LetterState.WAITING) == [waiting.number]
    assert len(_numbers(store, state=LetterState.NO_ANSWER)) == 1
    assert _numbers(store, state=LetterState.ANSWERED) == []
    assert _numbers(store, term="架桥 100%") == [waiting.number]
    assert _numbers(store, term="1%0") == []
    assert _numbers(store, term=late.number) == [late.number]
    assert _numbers(store, first=date(2026, 10, 1), last=date(2026, 10, 1)) == [late.number]
    assert _numbers(store, unit_id=unit) == [waiting.number, late.number]
    with store.reading(OFFICE) as session:
        found = queries.listing(session, LetterFilter(), page=9, today=TODAY)
    assert (found.total, found.page, found.pages) == (3, 1, 1)
    assert found.by_state == {
        LetterState.OVERDUE: 1,
        LetterState.WAITING: 1,
        LetterState.NO_ANSWER: 1,
    }


def test_letters_are_counted_by_leader_and_year_as_the_county_told(
    store: Store, make_leader: Callable[[str], int]
) -> None:
    secretary, magistrate = make_leader("县委书记"), make_leader("县长")
    rows = [(secretary, 2008, 94), (magistrate, 2008, 218), (magistrate, 2009, 3)]
    with store.writing(OFFICE) as session:
        for leader, year, count in rows:
            session.add_all(
                Letter(
                    number=f"{leader}-{year}-{number}",
                    leader_id=leader,
                    annotated_on=date(year, 1 + number % 12, 28),
                    title=f"来信 {number}",
                    instruction="阅",
                    created_by="小李",
                    created_at=NOW,
                    updated_at=NOW,
                )
                for number in range(count)
            )

    with store.reading(OFFICE) as session:
        assert queries.counts(session) == {secretary: {2008: 94}, magistrate: {2008: 218, 2009: 3}}
        wanted = LetterFilter(date(2008, 1, 1), date(2008, 12, 31), magistrate)
        page = queries.listing(session, wanted, page=5, today=TODAY)
    with store.reading(_leader(secretary)) as session:
        assert queries.counts(session) == {secretary: {2008: 94}}
    assert (page.total, page.pages, len(page.rows)) == (218, 5, 18)


def test_accusations_are_not_taken_along(store: Store, add: Make) -> None:
    add("停水漏水")
    add("举报某人", purpose=Purpose.ACCUSATION)

    with store.reading(OFFICE) as session:
        rows, kept_back = queries.export_rows(session, LetterFilter(), today=TODAY, limit=10)

    assert [row.title for row in rows] == ["停水漏水"]
    assert kept_back == 1
