from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db.commands import hotspots
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.cases import Case
from db.models.hotspots import Hotspot, HotspotCase
from db.queries import cases, handing
from db.queries import hotspots as queries
from db.queries.case_filters import CaseFilter
from db.queries.hotspots import HotspotFile
from rules.case_terms import HotspotState
from rules.errors import Conflict, Invalid, Missing, RuleError
from rules.permissions import SYSTEM, Actor
from rules.terms import AuditAction, CaseState, Channel, Purpose, Role
from tests.conftest import NOW, OFFICE, TODAY

Make = Callable[..., Any]
ROOM = Actor(None, "会议室", frozenset({Role.SCREEN}))


def _file(store: Store, hotspot_id: int, by: Actor = OFFICE) -> HotspotFile:
    with store.reading(by) as session:
        return queries.hotspot_file(session, hotspot_id, today=TODAY)


def _held(store: Store, hotspot_id: int) -> list[int]:
    with store.reading(SYSTEM) as session:
        of = select(HotspotCase.case_id).where(HotspotCase.hotspot_id == hotspot_id)
        return sorted(session.scalars(of))


def _set(store: Store, case_id: int, **values: Any) -> None:
    with store.writing(SYSTEM) as session:
        case = session.get_one(Case, case_id)
        for name, value in values.items():
            setattr(case, name, value)


def _member(unit_id: int) -> Actor:
    return Actor(None, "承办人", frozenset({Role.UNIT}), unit_id, frozenset({unit_id}))


def test_a_hotspot_is_opened_watched_with_its_matters(
    store: Store, make_hotspot: Make, make_case: Make
) -> None:
    one, two = make_case(), make_case()

    hotspot_id = make_hotspot(" 幸福小区物业收费 ", one, two, place="幸福小区")

    file = _file(store, hotspot_id)
    assert (file.name, file.state, file.values["place"]) == (
        "幸福小区物业收费",
        HotspotState.WATCHED,
        "幸福小区",
    )
    assert _held(store, hotspot_id) == [one.id, two.id]


def test_two_hotspots_need_two_names(make_hotspot: Make) -> None:
    make_hotspot("幸福小区")

    with pytest.raises(Invalid, match="已有名为“幸福小区”的热点"):
        make_hotspot("幸福小区")


def test_a_matter_may_be_in_several(store: Store, make_hotspot: Make, make_case: Make) -> None:
    opened = make_case()
    make_hotspot("乙", opened)
    make_hotspot("甲", opened)
    make_hotspot("丙")

    with store.reading(OFFICE) as session:
        found = [each.name for each in queries.hotspots_of(session, opened.id)]
    assert sorted(found) == ["乙", "甲"]


def test_an_accusation_and_a_matter_joined_to_another_are_in_none(
    store: Store, make_hotspot: Make, make_case: Make
) -> None:
    accusation, merged, plain = make_case(purpose=Purpose.ACCUSATION), make_case(), make_case()
    _set(store, merged.id, state=CaseState.MERGED)
    hotspot_id = make_hotspot("甲", plain)

    for other, told in ((accusation, "检举控告不归入热点"), (merged, "已并案")):
        with (
            pytest.raises(Invalid, match=f"{other.number}：{told}"),
            store.writing(OFFICE) as session,
        ):
            hotspots.add_cases(session, hotspot_id, [plain.id, other.id], now=NOW)
    with pytest.raises(Invalid, match="已不存在"), store.writing(OFFICE) as session:
        hotspots.add_cases(session, hotspot_id, [99_999], now=NOW)
    assert _held(store, hotspot_id) == [plain.id]


def test_each_figure_counts_what_its_definition_says(
    store: Store, make_hotspot: Make, make_case: Make
) -> None:
    old = TODAY - timedelta(days=40)
    visit = make_case(channel=Channel.VISIT, people=12, received_on=old)
    pair = make_case(channel=Channel.VISIT, people=3)
    letter = make_case(channel=Channel.LETTER, people=50)
    done = make_case(channel=Channel.WEB, closed_on=TODAY)
    later_accusation = make_case(channel=Channel.VISIT, people=7)
    later_merged = make_case(channel=Channel.VISIT, people=7)
    hotspot_id = make_hotspot("甲", visit, pair, letter, done, later_accusation, later_merged)
    make_hotspot("乙", make_case(channel=Channel.VISIT), letter)
    _set(store, visit.id, due_on=TODAY - timedelta(days=1))
    _set(store, pair.id, due_on=TODAY)
    _set(store, done.id, due_on=TODAY - timedelta(days=1))
    _set(store, later_accusation.id, purpose=Purpose.ACCUSATION)
    _set(store, later_merged.id, state=CaseState.MERGED)

    counts = _file(store, hotspot_id).counts

    assert (counts.matters, counts.visits, counts.visitors) == (4, 2, 15)
    assert (counts.running, counts.late) == (3, 1)
    assert (counts.first_on, counts.last_on) == (old, TODAY)


def test_an_empty_hotspot_has_no_days(store: Store, make_hotspot: Make) -> None:
    file = _file(store, make_hotspot())

    assert (file.counts.matters, file.counts.visitors, file.counts.first_on) == (0, 0, None)
    assert [count for _, count in file.weeks] == [0] * 12


def test_matters_are_counted_by_week(store: Store, make_hotspot: Make, make_case: Make) -> None:
    monday = date(2026, 11, 16)
    held = [make_case(received_on=monday - timedelta(days=back)) for back in (0, 0, 1, 7, 8)]
    make_hotspot("乙", make_case(received_on=monday))

    weeks = _file(store, make_hotspot("甲", *held)).weeks

    assert weeks[-3:] == (
        (monday - timedelta(weeks=2), 1),
        (monday - timedelta(weeks=1), 2),
        (monday, 2),
    )


def test_the_board_has_the_liveliest_first_and_what_is_solved_last(
    store: Store, make_hotspot: Make, make_case: Make
) -> None:
    old = [make_case(received_on=TODAY - timedelta(weeks=4)) for _ in range(3)]
    quiet = make_hotspot("多而旧", *old)
    lively = make_hotspot("新", make_case())
    solved = make_hotspot("已解决", make_case(), make_case())
    with store.writing(OFFICE) as session:
        hotspots.end_hotspot(session, solved, ended_on=TODAY, version=1, today=TODAY)

    with store.reading(OFFICE) as session:
        everything = queries.board(session, (), page=1, today=TODAY)
        standing = queries.board(session, [HotspotState.WATCHED], page=9, today=TODAY)

    assert [row.id for row in everything.rows] == [lively, quiet, solved]
    assert [row.id for row in standing.rows] == [lively, quiet]
    assert (standing.page, standing.pages) == (1, 1)
    assert everything.by_state == {
        HotspotState.WATCHED: 2,
        HotspotState.HANDLED: 0,
        HotspotState.ENDED: 1,
    }
    assert everything.rows[1].weeks[-5:] == (3, 0, 0, 0, 0)


def test_the_board_is_turned_page_by_page(
    store: Store, make_hotspot: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for name in "甲乙丙":
        make_hotspot(name)

    with store.reading(OFFICE) as session:
        pages = [queries.board(session, (), page=page, today=TODAY) for page in (1, 2)]

    assert [[row.name for row in page.rows] for page in pages] == [["丙", "乙"], ["甲"]]
    assert pages[0].pages == 2


def test_who_leads_is_owed_the_figures_and_only_his_own_matters(
    store: Store, make_hotspot: Make, make_case: Make, make_unit: Make
) -> None:
    lead, other = make_unit("住建局"), make_unit("教育局")
    mine, theirs = make_case(unit_id=lead), make_case(unit_id=other)
    hotspot_id = make_hotspot("甲", mine, theirs, lead_unit_id=lead)
    make_hotspot("乙", mine)

    with store.reading(_member(lead)) as session:
        board = queries.board(session, (), page=1, today=TODAY)
        listed = cases.register_page(session, CaseFilter(hotspot_id=hotspot_id))
        of_case = queries.hotspots_of(session, mine.id)

    assert [(row.name, row.counts.matters, sum(row.weeks)) for row in board.rows] == [("甲", 2, 2)]
    assert [row.id for row in listed] == [mine.id]
    assert [each.name for each in of_case] == ["甲"]
    with pytest.raises(Missing):
        _file(store, hotspot_id, _member(other))


def test_the_room_sees_the_figures_of_all_and_no_matter(
    store: Store, make_hotspot: Make, make_case: Make
) -> None:
    hotspot_id = make_hotspot("甲", make_case(), make_case())

    assert _file(store, hotspot_id, ROOM).counts.matters == 2
    with store.reading(ROOM) as session:
        assert cases.register_page(session, CaseFilter(hotspot_id=hotspot_id)) == []


def test_the_list_of_a_hotspot_holds_its_matters_and_no_others(
    store: Store, make_hotspot: Make, make_case: Make
) -> None:
    mine = make_case()
    make_case()
    hotspot_id = make_hotspot("甲", mine)
    make_hotspot("乙", make_case())

    with store.reading(OFFICE) as session:
        found = cases.listing(session, CaseFilter(hotspot_id=hotspot_id), page=1)

    assert [row.id for row in found.rows] == [mine.id]
    assert found.found.total == 1


def test_matters_are_named_by_number_and_each_wrong_one_is_told(
    store: Store, make_case: Make
) -> None:
    one, two = make_case(), make_case(source_number="A-1")

    with store.reading(OFFICE) as session:
        assert handing.named(session, ["A-1", one.number]) == [two.id, one.id]
        with pytest.raises(Invalid) as refused:
            handing.named(session, [one.number, "没有", "也没有"])
    assert [p.message[:6] for p in refused.value.problems] == ["没有：没有编", "也没有：没有"]


def test_adding_again_adds_nothing(store: Store, make_hotspot: Make, make_case: Make) -> None:
    one, two = make_case(), make_case()
    hotspot_id = make_hotspot("甲", one)

    with store.writing(OFFICE) as session:
        assert hotspots.add_cases(session, hotspot_id, [one.id, two.id, two.id], now=NOW) == 1
    with store.writing(OFFICE) as session:
        assert hotspots.take_out(session, hotspot_id, [one.id, 99_999]) == 1
    assert _held(store, hotspot_id) == [two.id]


def test_a_change_asks_the_rules_and_a_stale_one_is_told(store: Store, make_hotspot: Make) -> None:
    hotspot_id = make_hotspot("甲")
    make_hotspot("乙")

    def change(version: int, state: HotspotState = HotspotState.WATCHED, **values: Any) -> None:
        with store.writing(OFFICE) as session:
            hotspots.change_hotspot(
                session, hotspot_id, values, state=state, version=version, today=TODAY
            )

    change(1, name="甲小区", note="已约谈物业")
    with pytest.raises(Conflict, match="刚刚被他人修改"):
        change(1, name="甲地")
    with pytest.raises(Invalid, match="已有名为“乙”"):
        change(2, name="乙")
    with pytest.raises(Invalid, match="要有包案领导"):
        change(2, HotspotState.HANDLED, name="甲小区")
    with pytest.raises(RuleError, match="请用“解决”"):
        change(2, HotspotState.ENDED, name="甲小区")
    assert (_file(store, hotspot_id).name, _file(store, hotspot_id).version) == ("甲小区", 2)


def test_merging_takes_all_over_and_keeps_the_others_name(
    store: Store, make_hotspot: Make, make_case: Make
) -> None:
    one, both, two = make_case(), make_case(), make_case()
    first = make_hotspot("甲", one, both, first_on=TODAY)
    second = make_hotspot("乙", both, two, first_on=date(2026, 1, 1), note="曾研究过")

    with store.writing(OFFICE) as session:
        came = hotspots.merge_hotspots(
            session, first, second, version=1, other_version=1, today=TODAY, now=NOW
        )

    assert came == 1
    assert _held(store, first) == [one.id, both.id, two.id]
    file = _file(store, first)
    assert file.values["note"] == f"{TODAY} 联席办小李并入“乙”\n曾研究过"
    assert file.values["first_on"] == date(2026, 1, 1)
    with pytest.raises(Missing):
        _file(store, second)


def test_merging_a_hotspot_somebody_has_changed_is_refused(
    store: Store, make_hotspot: Make, make_case: Make
) -> None:
    first, second = make_hotspot("甲"), make_hotspot("乙", make_case())

    for versions in ((1, 2), (2, 1)):
        with pytest.raises(Conflict), store.writing(OFFICE) as session:
            hotspots.merge_hotspots(
                session,
                first,
                second,
                version=versions[0],
                other_version=versions[1],
                today=TODAY,
                now=NOW,
            )
    with pytest.raises(RuleError, match="另一个"), store.writing(OFFICE) as session:
        hotspots.merge_hotspots(
            session, first, first, version=1, other_version=1, today=TODAY, now=NOW
        )
    assert len(_held(store, second)) == 1


def test_some_matters_are_parted_off_into_a_new_hotspot(
    store: Store, make_hotspot: Make, make_case: Make
) -> None:
    one, two = make_case(), make_case()
    hotspot_id = make_hotspot("甲", one, two, place="幸福小区")

    def part(*ids: int) -> int:
        with store.writing(OFFICE) as session:
            return hotspots.part_hotspot(
                session, hotspot_id, ids, name="甲的车位", today=TODAY, now=NOW
            )

    with pytest.raises(RuleError, match="不能把全部"):
        part(one.id, two.id)
    with pytest.raises(RuleError, match="请先勾选"):
        part(99_999)
    new_id = part(two.id)

    assert (_held(store, hotspot_id), _held(store, new_id)) == ([one.id], [two.id])
    assert _file(store, new_id).values["place"] == "幸福小区"


def test_what_is_solved_takes_no_more_until_it_is_reopened(
    store: Store, make_hotspot: Make, make_case: Make
) -> None:
    hotspot_id, other = make_hotspot("甲", make_case()), make_case()

    with pytest.raises(Invalid, match="早于首次反映"), store.writing(OFFICE) as session:
        hotspots.end_hotspot(
            session, hotspot_id, ended_on=TODAY - timedelta(days=1), version=1, today=TODAY
        )
    with store.writing(OFFICE) as session:
        hotspots.end_hotspot(session, hotspot_id, ended_on=TODAY, version=1, today=TODAY)
    with pytest.raises(RuleError, match="重新打开"), store.writing(OFFICE) as session:
        hotspots.add_cases(session, hotspot_id, [other.id], now=NOW)
    assert _file(store, hotspot_id).ended_on == TODAY
    with store.writing(OFFICE) as session:
        hotspots.reopen_hotspot(session, hotspot_id, version=2)
    with store.writing(OFFICE) as session:
        hotspots.add_cases(session, hotspot_id, [other.id], now=NOW)

    file = _file(store, hotspot_id)
    assert (file.state, file.ended_on, file.counts.matters) == (HotspotState.WATCHED, None, 2)


def test_only_an_empty_hotspot_is_dropped(
    store: Store, make_hotspot: Make, make_case: Make
) -> None:
    empty, held = make_hotspot("甲"), make_hotspot("乙", make_case())

    with store.writing(OFFICE) as session:
        hotspots.drop_hotspot(session, empty, version=1)
    with pytest.raises(RuleError, match="还有案件"), store.writing(OFFICE) as session:
        hotspots.drop_hotspot(session, held, version=1)

    with store.reading(OFFICE) as session:
        assert [each.id for each in queries.names(session)] == [held]


def test_every_link_is_an_entry_of_the_audit(
    store: Store, make_hotspot: Make, make_case: Make
) -> None:
    opened = make_case()
    hotspot_id = make_hotspot("甲", opened)
    with store.writing(OFFICE) as session:
        hotspots.take_out(session, hotspot_id, [opened.id])

    with store.reading(SYSTEM) as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.entity == "hotspot_cases").order_by(AuditEntry.seq)
        ).all()
        assert [each.action for each in entries] == [AuditAction.CREATE, AuditAction.DELETE]
        assert all(each.changes["case_id"] == opened.id for each in entries)
        assert session.scalars(select(Hotspot.id)).all() == [hotspot_id]
