"""The slides of a meeting: their order, what stands between them, who is named, who sees them."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError

from db.commands import meetings, publications, rosters, units
from db.commands import slides as commands
from db.commands.cases import Opened
from db.commands.snapshots import take_snapshot
from db.engine import Store
from db.models.meetings import AgendaItem
from db.models.slides import Projection, Slide
from db.models.snapshots import Snapshot
from db.queries import rosters as roster_queries
from db.queries import slides as queries
from db.queries import snapshots
from rules.errors import Conflict, Invalid, Missing, NotAllowed, RuleError
from rules.meetings import ItemKind
from rules.panel_terms import Inserted, Panel, PanelKind, Shows
from rules.permissions import SYSTEM
from rules.reception_terms import Level
from rules.roster_edits import CellChange
from rules.terms import Purpose, UnitKind
from tests.conftest import NOW, OFFICE, TODAY
from tests.db import agendas as a
from tests.db import evaluations as e
from tests.db import meetings as m
from tests.db import slides as s
from tests.rules.test_roster_notices import NOTICE

Make = Callable[..., Opened]
SECRETS = ("欧阳锋", "13900001234", "11010519491231002X", "幸福村")


@pytest.fixture
def meeting(store: Store, make_unit: Callable[..., int]) -> Opened:
    return m.opened(store, make_unit("县住建局"))


def kinds(panels: list[Panel]) -> list[object]:
    return [each.kind for each in panels]


def told(panels: list[Panel]) -> str:
    return json.dumps([asdict(each) for each in panels], default=str, ensure_ascii=False)


def test_a_meeting_projects_the_panels_in_their_order_until_it_is_changed(
    store: Store, meeting: Opened
) -> None:
    assert kinds(s.deck(store, meeting)) == list(PanelKind)
    assert kinds(s.deck(store, None)) == list(PanelKind)
    assert [row.kind for row in s.rows(store, meeting)] == list(PanelKind)


def test_slides_are_moved_hidden_and_shown_again(store: Store, meeting: Opened) -> None:
    s.change(store, meeting, "move_slide", 1, up=False)
    s.change(store, meeting, "hide_slide", 3, hidden=True)
    first, second, third, *_ = s.rows(store, meeting)
    assert [first.kind, second.kind] == [PanelKind.COLLECTIVE, PanelKind.OVERALL]
    assert third.hidden
    assert PanelKind.LEVELS not in kinds(s.deck(store, meeting))
    s.change(store, meeting, "hide_slide", 3, hidden=False)
    s.change(store, meeting, "move_slide", 2, up=True)
    s.change(store, meeting, "move_slide", 14, up=False)
    assert kinds(s.deck(store, meeting)) == list(PanelKind)


def test_words_of_the_office_stand_where_they_were_put(store: Store, meeting: Opened) -> None:
    place = s.add(store, meeting, Inserted.TEXT, title="先看一句", text="一\n二", after=1)
    assert place == 2
    s.change(store, meeting, "change_slide", 15, text="压实首办责任")
    panels = s.deck(store, meeting)
    assert kinds(panels)[:3] == [PanelKind.OVERALL, Inserted.TEXT, PanelKind.COLLECTIVE]
    assert (panels[1].title, panels[1].points) == ("先看一句", ("一", "二"))
    assert panels[-1].points == ("一要压实首办责任",)
    s.change(store, meeting, "change_slide", 2, title="改过", text="三")
    assert s.deck(store, meeting)[1].points == ("三",)
    s.change(store, meeting, "remove_slide", 2)
    assert Inserted.TEXT not in kinds(s.deck(store, meeting))


def test_reset_is_back_at_the_beginning(store: Store, meeting: Opened) -> None:
    s.add(store, meeting, Inserted.MAP)
    s.change(store, meeting, "move_slide", 3, up=True)
    s.change(store, meeting, "reset_slides")
    assert kinds(s.deck(store, meeting)) == list(PanelKind)
    with store.reading(OFFICE) as session:
        assert session.query(Slide).count() == 0


def test_what_is_refused(store: Store, meeting: Opened) -> None:
    for given in (
        {"kind": Inserted.TEXT},
        {"kind": Inserted.HOTSPOT},
        {"kind": Inserted.EVALUATION, "evaluation": "PJ9"},
    ):
        with pytest.raises(Invalid):
            s.add(store, meeting, **given)
    s.add(store, meeting, Inserted.ROSTER)
    with pytest.raises(Invalid, match="已经插入"):
        s.add(store, meeting, Inserted.ROSTER)
    with pytest.raises(RuleError, match="请隐藏"):
        s.change(store, meeting, "remove_slide", 1)
    with pytest.raises(RuleError, match="没有可以修改"):
        s.change(store, meeting, "change_slide", 1, text="改")
    with pytest.raises(Missing):
        s.change(store, meeting, "hide_slide", 99, hidden=True)


def test_two_cannot_order_the_slides_at_once(store: Store, meeting: Opened) -> None:
    seen = m.version(store, meeting)
    s.change(store, meeting, "hide_slide", 1, hidden=True)
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.hide_slide(session, meeting.id, 2, hidden=True, version=seen)


def test_issued_minutes_hold_the_slides(store: Store, meeting: Opened) -> None:
    s.change(store, meeting, "hide_slide", 1, hidden=True)
    m.attend(store, meeting, *(each.unit_id for each in m.seen(store, meeting).units))
    m.issue(store, meeting)
    with pytest.raises(RuleError, match="已经印发"):
        s.change(store, meeting, "hide_slide", 2, hidden=True)
    for statement in (
        "UPDATE slides SET hidden = NOT hidden",
        "DELETE FROM slides",
        "INSERT INTO slides (meeting_id, position, inserted, hidden, title, text) "
        f"VALUES ({meeting.id}, 99, 'text', NULL IS NOT NULL, '', '')",
    ):
        with pytest.raises(IntegrityError), store.engine.begin() as connection:
            connection.execute(text(statement))
    number = s.take(store, meeting)
    s.put_up(store, meeting, number)
    assert s.shown(store, meeting).snapshot == number


def test_changes_are_told_by_the_audit(store: Store, meeting: Opened) -> None:
    s.add(store, meeting, Inserted.TEXT, title="说明一句", text="一")
    with store.reading(OFFICE) as session:
        found = session.execute(
            text("SELECT count(*) FROM audit_entries WHERE entity = 'slides'")
        ).scalar_one()
    assert found == 15


def test_a_meeting_is_put_up_on_a_snapshot_and_taken_down(store: Store, meeting: Opened) -> None:
    number = s.take(store, meeting)
    assert (s.shown(store, meeting).is_up, s.shown(store, meeting).latest) == (False, number)
    s.put_up(store, meeting, number)
    found = s.shown(store, meeting)
    assert (found.snapshot, found.put_by, found.put_at) == (number, OFFICE.name, NOW)
    s.put_up(store, meeting)
    assert s.shown(store, meeting).snapshot == ""
    with pytest.raises(Conflict), store.writing(OFFICE) as session:
        commands.put_up(session, meeting.id, snapshot="", version=found.version, now=NOW)
    now = s.shown(store, meeting).version
    with pytest.raises(Missing), store.writing(OFFICE) as session:
        commands.put_up(session, meeting.id, snapshot="KZ20200001", version=now, now=NOW)
    with store.writing(OFFICE) as session:
        commands.take_down(session, meeting.id, version=s.shown(store, meeting).version)
    with store.reading(OFFICE) as session:
        assert session.query(Projection).count() == 0


def test_the_room_sees_what_is_up_and_nothing_besides(
    store: Store, meeting: Opened, make_unit: Callable[..., int]
) -> None:
    other = m.opened(store, make_unit("县教育局"))
    for each in (meeting, other):
        s.change(store, each, "hide_slide", 1, hidden=True)
    s.put_up(store, meeting)
    with store.reading(s.ROOM) as session:
        assert [each.number for each in queries.put_up(session)] == [meeting.number]
        assert queries.shown(session, meeting.number).title
        with pytest.raises(Missing):
            queries.shown(session, other.number)
    assert s.rows(store, meeting, by=s.ROOM)[0].hidden
    assert not s.rows(store, other, by=s.ROOM)[0].hidden
    assert kinds(s.deck(store, meeting, by=s.ROOM)) == list(PanelKind)[1:]
    for by in (s.ROOM, m.LEADER):
        with pytest.raises(NotAllowed), store.writing(by) as session:
            commands.put_up(session, meeting.id, snapshot="", version=1, now=NOW)
        with pytest.raises(NotAllowed), store.writing(by) as session:
            commands.take_down(session, meeting.id, version=1)
        with pytest.raises(NotAllowed), store.writing(by) as session:
            commands.hide_slide(session, meeting.id, 1, hidden=True, version=1)


def test_a_unit_sees_no_slide_of_a_meeting(store: Store, make_unit: Callable[..., int]) -> None:
    unit = make_unit("县住建局")
    meeting = m.opened(store, unit)
    s.add(store, meeting, Inserted.TEXT, title="只给会场", text="一")
    s.put_up(store, meeting)
    with store.reading(m.of_unit(unit)) as session:
        assert queries.put_up(session) == []
        assert session.query(Slide).count() == 0
        with pytest.raises(Missing):
            queries.shown(session, meeting.number)


def _case(make_case: Make, **given: object) -> Opened:
    return make_case(
        title="欧阳锋反映幸福村占道",
        content="欧阳锋，电话13900001234，身份证11010519491231002X，住幸福村3组",
        person="欧阳锋",
        phone="13900001234",
        **given,
    )


def test_a_hotspot_is_told_in_figures_and_names_nobody(
    store: Store,
    meeting: Opened,
    make_case: Make,
    make_hotspot: Callable[..., int],
    make_unit: Make,
) -> None:
    town = make_unit("城关镇", kind=UnitKind.TOWNSHIP)
    make_unit("幸福村", parent=town, kind=UnitKind.VILLAGE)
    cases = [_case(make_case, received_on=TODAY - timedelta(days=7 * n)) for n in range(3)]
    hotspot = make_hotspot("欧阳锋等反映幸福村占道", *cases, place="幸福村3组")
    s.add(store, meeting, Inserted.HOTSPOT, hotspot_id=hotspot)
    s.put_up(store, meeting)

    found = s.deck(store, meeting, by=s.ROOM)

    slide = found[-1]
    assert slide.title == ("欧阳某等反映某村占道：反映3件，来访3批3人次，未办结3件，超期0件")
    assert slide.shows is Shows.CHART
    assert slide.chart is not None
    assert sum(value or 0 for value in slide.chart.series[0].values) == 3
    assert slide.at == NOW
    for secret in SECRETS:
        assert secret not in told(found)


@pytest.mark.parametrize("filled", ["last", "own"])
def test_nobody_a_meeting_deals_with_is_named_in_its_room(
    store: Store, make_unit: Callable[..., int], filled: str
) -> None:
    """Decisions on a matter of every kind and on none, free words, titles: of this meeting and the last."""
    place = e.build(store, make_unit)
    title = f"{a.CASE}在{a.VILLAGE}的诉求"
    last, meeting = (
        m.opened(store, place.department, held_on=day, title=title)
        for day in (TODAY - timedelta(days=9), TODAY)
    )
    a.fill(store, last if filled == "last" else meeting, place)
    words = "\n".join(f"{name}住{a.VILLAGE}" for name in a.PEOPLE)
    s.add(store, meeting, Inserted.TEXT, title=f"重点：{a.CONTESTED}", text=words)
    s.take(store, meeting)

    found = told(s.deck(store, meeting)) + s.shown(store, meeting).title
    with store.reading(OFFICE) as session:
        kept = json.dumps(session.scalars(select(Snapshot.content)).one(), ensure_ascii=False)

    assert "不按议题，到某村答复司马某，联系139****1234" in found
    assert "独孤某住某村" in found
    assert "欧阳某在某村的诉求" in kept
    for secret in a.SECRETS:
        assert secret not in found, secret
        assert secret not in kept, secret


def test_a_village_of_many_matters_is_named(
    store: Store,
    meeting: Opened,
    make_case: Make,
    make_hotspot: Callable[..., int],
    make_unit: Make,
) -> None:
    make_unit("幸福村", kind=UnitKind.VILLAGE)
    hotspot = make_hotspot("幸福村占道", *(make_case() for _ in range(10)))
    s.add(store, meeting, Inserted.HOTSPOT, hotspot_id=hotspot)
    item = m.item(store, meeting, ItemKind.HOTSPOT, "幸福村占道")
    unit = m.seen(store, meeting).units[0].unit_id
    m.decide(store, meeting, unit, text="清理幸福村道路", item_id=item)
    m.decide(store, meeting, unit, text="走访幸福村")
    *_, steps, slide = s.deck(store, meeting)
    assert slide.title.startswith("幸福村占道：反映10件")
    assert "清理幸福村道路" in told([steps])
    assert "走访某村" in told([steps])


def test_free_words_hide_who_brought_what_the_meeting_deals_with(
    store: Store, meeting: Opened, make_case: Make
) -> None:
    case = _case(make_case)
    m.item(store, meeting, ItemKind.CASE, case.number)
    s.add(
        store,
        meeting,
        Inserted.TEXT,
        title="答复欧阳锋",
        text="联系13900001234\n核对11010519491231002X",
    )
    found = s.deck(store, meeting)[-1]
    assert found.title == "答复欧阳某"
    assert found.points == ("联系139****1234", "核对110***********002X")


def test_an_evaluation_is_told_without_its_people_and_not_once_it_is_an_accusation(
    store: Store, meeting: Opened, make_unit: Callable[..., int], make_case: Make
) -> None:
    place = e.build(store, make_unit)
    case = _case(make_case, unit_id=place.department)
    e.answered(store, case)
    made = e.apply(store, case, place.department)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE evaluations SET title = '欧阳锋反映幸福村占道'"))
    s.add(store, meeting, Inserted.EVALUATION, evaluation=made.number)
    s.put_up(store, meeting)
    found = s.deck(store, meeting, by=s.ROOM)
    assert found[-1].title == "欧阳某反映某村占道：待审核"
    for secret in SECRETS:
        assert secret not in told(found)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE evaluations SET privacy = NOT privacy"))
    assert s.deck(store, meeting, by=s.ROOM)[-1].title == "不公开的事项：待审核"
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE cases SET purpose = :p"), {"p": Purpose.ACCUSATION.value})
    for by in (s.ROOM, OFFICE):
        assert Inserted.EVALUATION not in kinds(s.deck(store, meeting, by=by))
    with pytest.raises(Invalid, match="检举控告"):
        s.add(store, meeting, Inserted.EVALUATION, evaluation=made.number)


def _pages(panels: list[Panel]) -> dict[str, Panel]:
    return {each.title: each for each in panels if each.kind is Inserted.ITEM}


def test_each_item_of_the_agenda_has_its_page_and_names_nobody(
    store: Store, make_unit: Callable[..., int]
) -> None:
    place = e.build(store, make_unit)
    meeting = m.opened(store, place.department)
    a.fill(store, meeting, place)
    with store.writing(OFFICE) as session:
        note = f"去{a.VILLAGE}见{a.CASE}\n请住建局先说"
        session.execute(update(AgendaItem).where(AgendaItem.position == 1).values(note=note))
    s.change(store, meeting, "add_agenda")
    s.put_up(store, meeting)

    found = s.deck(store, meeting, by=s.ROOM)

    pages = _pages(found)
    assert list(pages) == [
        "1．欧阳某反映某村占道",
        "2．慕容某等反映某村污水",
        "3．诸葛某等积案",
        "4．上官某反映某村占道",
        "5．令狐某与邻居在某村的宅基地纠纷",
        "6．独孤某反映某村占道",
        "7．司马某在某村的诉求",
    ]
    told_of = [{row[0]: row[1] for row in each.table.rows} for each in pages.values() if each.table]
    assert [each["类别"] for each in told_of] == [
        *("案件", "热点", "交办批次", "第三方评价"),
        *("矛盾纠纷", "第三方评价", "其他事项"),
    ]
    case, hotspot, batch, *_ = told_of
    assert (case["责任单位"], case["说明"]) == ("县住房和城乡建设局", "去某村见欧阳某")
    assert (hotspot["地点"], batch["交办案件"]) == ("某村3组", "1 件")
    assert next(iter(pages.values())).at == NOW
    for secret in a.SECRETS:
        assert secret not in told(found), secret


def test_items_are_put_in_once_behind_the_others_and_go_with_the_agenda(
    store: Store, meeting: Opened
) -> None:
    first = m.item(store, meeting, ItemKind.TEXT, "先议")
    s.change(store, meeting, "add_agenda")
    s.add(store, meeting, Inserted.MAP)
    second = m.item(store, meeting, ItemKind.TEXT, "后议")
    s.change(store, meeting, "add_agenda")

    assert [row.item_id for row in s.rows(store, meeting)[14:]] == [first, second, None]
    assert s.rows(store, meeting)[14].label == "议题：先议"
    with pytest.raises(RuleError, match="没有还没插入的议题"):
        s.change(store, meeting, "add_agenda")
    with store.writing(OFFICE) as session:
        meetings.remove_item(session, first, version=m.version(store, meeting))
    *_, left, last = s.rows(store, meeting)
    assert (left.position, left.item_id, last.kind) == (15, second, Inserted.MAP)
    s.change(store, meeting, "remove_slide", 15)
    assert [row.item_id for row in s.rows(store, meeting)[14:]] == [None]


def test_an_accusation_is_no_page_and_leaves_no_gap(
    store: Store, meeting: Opened, make_case: Make
) -> None:
    case = make_case()
    m.item(store, meeting, ItemKind.CASE, case.number)
    m.item(store, meeting, ItemKind.TEXT, "其他")
    s.change(store, meeting, "add_agenda")
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE cases SET purpose = :p"), {"p": Purpose.ACCUSATION.value})
    for by in (s.ROOM, OFFICE):
        s.put_up(store, meeting)
        assert list(_pages(s.deck(store, meeting, by=by))) == ["1．其他"]
    s.change(store, meeting, "remove_slide", 15)
    with pytest.raises(RuleError):
        s.change(store, meeting, "add_agenda")


def test_an_evaluation_that_is_not_public_is_an_item_without_a_title(
    store: Store, make_unit: Callable[..., int], make_case: Make
) -> None:
    place = e.build(store, make_unit)
    meeting = m.opened(store, place.department)
    case = make_case(unit_id=place.department)
    e.answered(store, case)
    made = e.apply(store, case, place.department, marks=frozenset({"minor"}))
    m.item(store, meeting, ItemKind.EVALUATION, made.number)
    s.change(store, meeting, "add_agenda")
    assert list(_pages(s.deck(store, meeting))) == ["1．不公开的事项"]


def test_a_long_item_is_cut_in_its_title_and_whole_below(store: Store, meeting: Opened) -> None:
    m.item(store, meeting, ItemKind.TEXT, "长" * 200)
    with store.writing(OFFICE) as session:
        session.execute(update(AgendaItem).values(note="话" * 2000))
    s.change(store, meeting, "add_agenda")
    pages = [each for each in s.deck(store, meeting) if each.kind is Inserted.ITEM]
    assert pages[0].title == f"1．{'长' * 60}…"
    rows = [row for each in pages if each.table for row in each.table.rows]
    assert ("议题", "长" * 200) in rows
    assert sum(cell.count("话") for _, cell in rows) == 2000
    assert len(pages) > 1


def test_the_roster_is_what_was_published(
    store: Store, meeting: Opened, make_leader: Callable[[str], int]
) -> None:
    s.add(store, meeting, Inserted.ROSTER)
    assert s.deck(store, meeting)[-1].title == "还没有公示的接访安排"
    leader = make_leader("王强")
    last = TODAY + timedelta(days=20)
    with store.writing(OFFICE) as session:
        roster_id = rosters.make_roster(
            session,
            name="本月",
            level=Level.COUNTY,
            unit_id=None,
            first_on=TODAY,
            last_on=last,
            now=NOW,
        )
        day = TODAY + timedelta(days=3)
        rosters.edit(session, roster_id, [CellChange(day, leader, None, 0)])
    with store.reading(OFFICE) as session:
        version = roster_queries.rosters(session)[0].version
    with store.writing(OFFICE) as session:
        publications.publish(session, roster_id, NOTICE, version=version, now=NOW)
    s.put_up(store, meeting)
    slide = s.deck(store, meeting, by=s.ROOM)[-1]
    assert slide.table is not None
    assert [row[2] for row in slide.table.rows] == ["王强"]
    assert slide.title == "11月23日至11月23日，县领导接访1场"


@pytest.mark.parametrize("towns", [0, 3, 300])
def test_the_map_tells_every_township(store: Store, meeting: Opened, towns: int) -> None:
    lines = ["某县\t县", *(f"第{n}镇\t乡镇\t某县" for n in range(towns))]
    with store.writing(SYSTEM) as session:
        units.add_units(session, "\n".join(lines))
    s.add(store, meeting, Inserted.MAP)
    pages = [each for each in s.deck(store, meeting) if each.kind is Inserted.MAP]
    names = [row[0] for each in pages if each.table for row in each.table.rows]
    assert sorted(names) == sorted(f"第{n}镇" for n in range(towns))
    assert pages[0].title == "未化解矛盾纠纷0件，其中红色0件，超期0件"


def test_a_snapshot_is_told_by_the_slides_of_its_meeting(
    store: Store, meeting: Opened, make_case: Make
) -> None:
    make_case(received_on=TODAY)
    number = s.take(store, meeting)
    s.put_up(store, meeting, number)
    make_case(received_on=TODAY)
    with store.reading(s.ROOM) as session:
        kept = snapshots.snapshot(session, number)
        found = queries.deck(session, None, kept, today=TODAY, now=NOW)
    assert "信访总量1件次" in found[0].title


def test_three_hundred_items_are_no_hindrance(store: Store, meeting: Opened) -> None:
    with store.writing(OFFICE) as session:
        session.add_all(
            AgendaItem(
                meeting_id=meeting.id, position=n, kind=ItemKind.TEXT, title=f"议题{n}", note=""
            )
            for n in range(300)
        )
    assert kinds(s.deck(store, meeting)) == list(PanelKind)
    s.change(store, meeting, "add_agenda")
    assert [*_pages(s.deck(store, meeting))] == [f"{n + 1}．议题{n}" for n in range(300)]
    s.add(store, meeting, Inserted.MAP)


def test_the_room_sees_the_snapshots_of_what_is_up_and_of_no_meeting(
    store: Store, meeting: Opened, make_unit: Callable[..., int]
) -> None:
    other = m.add(store, make_unit("县自规局"))
    mine, theirs = s.take(store, meeting), s.take(store, other)
    with store.writing(OFFICE) as session:
        county = take_snapshot(session, s.YEAR, **s.WHEN)
    s.put_up(store, meeting)

    with store.reading(s.ROOM) as session:
        assert {row.number for row in snapshots.listing(session)} == {mine, county}
        with pytest.raises(Missing):
            snapshots.snapshot(session, theirs)
    with store.reading(OFFICE) as session:
        assert {row.number for row in snapshots.listing(session)} == {mine, theirs, county}
