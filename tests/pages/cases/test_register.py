"""The register: filters and who sees what, saved views, opening a case, and the export."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import clocks, leaders
from db.commands import desk as desk_commands
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.cases import Case
from db.models.hotspots import Hotspot, HotspotCase
from db.queries import cases, desk, export_requests
from documents import case_sheet
from documents.ledger_file import open_ledger
from rules.case_terms import Light
from rules.cases import CONTENT_MAX
from rules.columns import map_columns
from rules.ledgers import read_rows
from rules.permissions import SYSTEM, Actor
from rules.terms import AuditAction, CaseState, Channel, Flag, Purpose, Role
from tests.conftest import NOW, ROOT, TODAY
from tests.pages.cases.conftest import Make, tick
from tests.pages.conftest import said
from ui import register_file

Open = Callable[..., AppTest]
Entries = Callable[[AuditAction], list[AuditEntry]]


def _titles(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["标题"]) if page.dataframe else []


@pytest.fixture
def three(make_case: Make, make_unit: Callable[..., int]) -> dict[str, int]:
    """Three matters: of roads, of schools, and of schools long ago."""
    roads, schools = make_unit("县交通运输局"), make_unit("县教育局")
    make_case(title="红星路坑洼", unit_id=roads, channel=Channel.PHONE, urgent=True)
    make_case(title="学区划分不合理", unit_id=schools, accepted_on=TODAY)
    make_case(title="学校食堂收费", unit_id=schools, received_on=TODAY.replace(year=2025))
    return {"roads": roads, "schools": schools}


def test_an_empty_register_says_what_to_do_first(open_page: Open) -> None:
    page = open_page("cases/register", Role.OFFICE)

    assert "批量导入" in page.info[0].value


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_the_filters_narrow_together(open_page: Open, three: dict[str, int]) -> None:
    page = open_page("cases/register", Role.OFFICE)
    assert len(_titles(page)) == 3

    page.selectbox(key="unit").set_value(three["schools"]).run()
    assert sorted(_titles(page)) == ["学区划分不合理", "学校食堂收费"]
    page.pills(key="states").set_value([CaseState.ACCEPTED]).run()
    assert _titles(page) == ["学区划分不合理"]
    page.button(key="clear_filters").click().run()
    assert len(_titles(page)) == 3
    _opened(page, "more_filters")
    page.multiselect(key="flags").set_value([Flag.URGENT]).run()
    assert _titles(page) == ["红星路坑洼"]
    page.multiselect(key="flags").set_value([]).run()
    page.multiselect(key="channels").set_value([Channel.PHONE]).run()
    assert _titles(page) == ["红星路坑洼"]


@pytest.mark.parametrize("term", ["坑", "坑洼", "路坑洼", "路 坑"])
def test_one_two_and_three_characters_are_found(
    open_page: Open, three: dict[str, int], term: str
) -> None:
    page = open_page("cases/register", Role.OFFICE)
    page.text_input(key="term").set_value(term).run()

    assert _titles(page) == ["红星路坑洼"]
    assert "term" not in page.query_params


def test_a_person_is_found_by_the_whole_name_and_not_in_the_address(
    open_page: Open, make_case: Make
) -> None:
    make_case(title="欧阳的事", person="欧阳建国")
    make_case(title="别人的事", person="欧阳建")
    page = open_page("cases/register", Role.OFFICE)
    _opened(page, "more_filters")
    page.text_input(key="person").set_value("欧阳建国").run()

    assert _titles(page) == ["欧阳的事"]
    assert "欧阳" not in str(page.query_params)


def test_the_late_of_one_unit_without_accusations_are_asked_for(
    store: Store, open_page: Open, make_case: Make, make_unit: Callable[..., int]
) -> None:
    town = make_unit("城关镇")
    day = TODAY - timedelta(days=90)
    dates = {"received_on": day, "forwarded_on": day, "accepted_on": day}
    make_case(title="迟", unit_id=town, **dates)
    make_case(title="控", unit_id=town, purpose=Purpose.ACCUSATION, **dates)
    make_case(title="村", unit_id=make_unit("东村", parent=town), **dates)
    make_case(title="新", unit_id=town)
    clocks.catch_up(store, today=TODAY)
    page = open_page("cases/register", Role.OFFICE, query={"unit": "城关镇"})
    page.session_state["more_filters"] = True
    page.run()
    assert sorted(_titles(page)) == ["控", "新", "村", "迟"]

    page.toggle(key="ordinary").set_value(True)
    page.toggle(key="alone").set_value(True).run()
    assert sorted(_titles(page)) == ["新", "迟"]
    page.selectbox(key="due").set_value(Light.OVERDUE).run()

    assert _titles(page) == ["迟"]


def test_the_filters_come_from_the_address(open_page: Open, three: dict[str, int]) -> None:
    page = open_page("cases/register", Role.OFFICE, query={"unit": "县教育局", "period": "今年"})

    assert _titles(page) == ["学区划分不合理"]


def test_an_address_of_nonsense_is_an_address_without_filters(
    open_page: Open, three: dict[str, int]
) -> None:
    page = open_page(
        "cases/register", Role.OFFICE, query={"unit": "无此局", "states": "x", "page": "99"}
    )

    assert len(_titles(page)) == 3


def test_a_page_of_five_thousand_digits_is_no_page(open_page: Open, three: dict[str, int]) -> None:
    page = open_page("cases/register", Role.OFFICE, query={"page": "9" * 5000})

    assert not page.exception
    assert len(_titles(page)) == 3


def test_a_unit_sees_its_own_matters_only(open_page: Open, three: dict[str, int]) -> None:
    page = open_page("cases/register", Role.UNIT, unit_id=three["roads"])

    assert _titles(page) == ["红星路坑洼"]
    page.text_input(key="term").set_value("学").run()
    assert _titles(page) == []
    assert any("共 **0** 件" in words.value for words in page.markdown)
    _opened(page, "more_filters")
    with pytest.raises(KeyError):
        page.text_input(key="person")


def test_a_leader_is_offered_no_export(open_page: Open, make_case: Make, store: Store) -> None:
    with store.writing(SYSTEM) as session:
        leader = leaders.add_leader(session, "周明", "副县长")
    make_case(title="包案的一件", lead_id=leader)
    make_case(title="别人的一件")
    page = open_page("cases/register", Role.LEADER, leader_id=leader)
    assert _titles(page) == ["包案的一件"]

    _opened(page, "export_menu")
    with pytest.raises(KeyError):
        page.button(key="export_make")


def test_the_second_page_and_back_to_the_first_under_another_filter(
    open_page: Open, make_case: Make
) -> None:
    for number in range(53):
        make_case(title=f"第 {number} 件", channel=Channel.WEB if number % 2 else Channel.VISIT)
    page = open_page("cases/register", Role.OFFICE)
    assert len(_titles(page)) == 50
    page.pagination(key="page").set_value(2).run()
    assert len(_titles(page)) == 3

    _opened(page, "more_filters")
    page.multiselect(key="channels").set_value([Channel.WEB]).run()
    assert len(_titles(page)) == 26


def test_a_case_is_opened_by_its_number(open_page: Open, make_case: Make) -> None:
    make_case(title="另一件")
    wanted = make_case(title="红星路坑洼")
    page = open_page("cases/register", Role.OFFICE)
    page.selectbox(key="open_number").set_value(wanted.number).run()

    assert page.title[0].value == "红星路坑洼"
    assert page.query_params["case"] == wanted.number


def test_a_view_is_kept_opened_and_removed(open_page: Open, three: dict[str, int]) -> None:
    page = open_page("cases/register", Role.OFFICE)
    page.selectbox(key="unit").set_value(three["schools"]).run()
    page.pills(key="states").set_value([CaseState.ACCEPTED]).run()
    page.text_input(key="term").set_value("划分").run()
    _opened(page, "views_menu")
    page.text_input(key="view_name").set_value("教育局在办")
    page.form_submit_button[0].click().run()
    assert "视图已保存" in said(page)

    page.button(key="clear_filters").click().run()
    page.text_input(key="term").set_value("坑").run()
    assert _titles(page) == ["红星路坑洼"]
    page.button(key="view_1").click().run()
    assert _titles(page) == ["学区划分不合理"]
    assert page.text_input(key="term").value == ""

    page.button(key="drop_view_1").click().run()
    assert "视图已删除" in said(page)
    with pytest.raises(KeyError):
        page.button(key="view_1")


def test_a_view_holds_neither_words_nor_names(
    open_page: Open, three: dict[str, int], sign_in: Callable[..., int], store: Store
) -> None:
    account_id = sign_in(Role.OFFICE)
    page = open_page("cases/register")
    page.text_input(key="term").set_value("欧阳").run()
    _opened(page, "more_filters")
    page.text_input(key="person").set_value("欧阳建国").run()
    _opened(page, "views_menu")
    page.text_input(key="view_name").set_value("空的")
    page.form_submit_button[0].click().run()

    with store.reading(Actor(account_id, "小李", frozenset({Role.OFFICE}))) as session:
        (view,) = desk.views(session, "cases/register")
    assert view.query == ""


def test_a_view_without_a_name_is_refused_and_a_unit_cannot_share(
    open_page: Open, three: dict[str, int]
) -> None:
    page = open_page("cases/register", Role.UNIT, unit_id=three["roads"])
    _opened(page, "views_menu").form_submit_button[0].click().run()

    assert "视图名称" in page.error[0].value
    with pytest.raises(KeyError):
        page.checkbox(key="view_shared")


def test_a_shared_view_is_everybodys_to_open_and_its_owners_to_remove(
    open_page: Open, three: dict[str, int], sign_in: Callable[..., int], store: Store
) -> None:
    owner = Actor(sign_in(Role.OFFICE, name="小王"), "小王", frozenset({Role.OFFICE}))
    with store.writing(owner) as session:
        query = f"unit={three['schools']}&period=this_year"
        desk_commands.save_view(session, "cases/register", "教育", query, shared=True, now=NOW)
        desk_commands.save_view(session, "cases/register", "私有", "", shared=False, now=NOW)
    page = open_page("cases/register", Role.OFFICE, name="小李")
    _opened(page, "views_menu")

    assert "教育（小王 共享）" in page.button(key="view_1").label
    with pytest.raises(KeyError):
        page.button(key="view_2")
    with pytest.raises(KeyError):
        page.button(key="drop_view_1")
    page.button(key="view_1").click().run()
    assert _titles(page) == ["学区划分不合理"]


def _opened(page: AppTest, popover: str) -> AppTest:
    """The page after a click on the button of a popover, whose content is drawn only then."""
    page.session_state[popover] = True
    return page.run()


def _rows(page: AppTest) -> list[tuple[Any, ...]]:
    """All cells of all sheets of the file that is ready to be taken."""
    book = load_workbook(BytesIO(page.session_state["_export"]["file"]))
    return [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


def test_an_export_is_what_is_filtered_masked_and_noted(
    open_page: Open, three: dict[str, int], make_case: Make, entries_of: Entries
) -> None:
    make_case(title="请回电13812345678", unit_id=three["roads"], person="欧阳建国")
    page = open_page("cases/register", Role.OFFICE)
    page.selectbox(key="unit").set_value(three["roads"]).run()
    _opened(page, "export_menu")
    page.checkbox(key="export_content").check().run()
    page.button(key="export_make").click().run()

    written = str(_rows(page))
    assert "红星路坑洼" in written
    assert "学区划分" not in written
    assert "13812345678" not in written
    assert "欧阳" not in written
    assert "小李" in written
    assert "1 件的文字里含" in page.warning[0].value
    (entry,) = entries_of(AuditAction.EXPORT)
    assert entry.changes["rows"] == 2
    assert entry.changes["filters"] == ["责任单位：县交通运输局"]
    assert page.download_button(key="export_download").label.startswith("下载 案件登记簿")


def test_the_export_counts_beyond_the_cap_of_the_list_and_says_at_least_beyond_its_own(
    open_page: Open, make_case: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        make_case(title=f"第 {number} 件")
    make_case(purpose=Purpose.ACCUSATION)
    monkeypatch.setattr(cases, "COUNT_CAP", 2)
    page = open_page("cases/register", Role.OFFICE)
    assert any("共 **2+** 件" in words.value for words in page.markdown)
    _opened(page, "export_menu")
    assert any("导出当前筛选的 4 件" in words.value for words in page.caption)

    monkeypatch.setattr(register_file, "LIMIT", 3)
    page.session_state["_kept_export_count"] = None
    page.run()
    assert any("至少 3 件" in words.value for words in page.caption)
    page.button(key="export_make").click().run()
    assert "超过 3 件" in page.error[0].value


def test_about_so_many_people_come_back_as_about_so_many(open_page: Open, make_case: Make) -> None:
    make_case(people=60, people_approx=True, received_on=TODAY)
    make_case(people=3, received_on=TODAY.replace(year=2025))
    page = open_page("cases/register", Role.OFFICE)
    _opened(page, "export_menu")
    page.button(key="export_make").click().run()
    file = page.session_state["_export"]["file"]
    ledger = open_ledger(file, "登记簿.xlsx", sheet_name=None, limit_bytes=2**24)
    mapping = map_columns(ledger.header.names)
    rows = read_rows(ledger.sheet.rows, ledger.header, mapping, today=TODAY).rows

    assert [(row.values["people"], row.values["people_approx"]) for row in rows] == [
        (60, True),
        (3, False),
    ]
    assert 3 in [cell for row in _rows(page) for cell in row]


def test_the_audit_knows_that_words_were_searched_for_and_not_which(
    open_page: Open, make_case: Make, entries_of: Entries
) -> None:
    make_case(title="欧阳建国反映道路积水")
    page = open_page("cases/register", Role.OFFICE)
    page.text_input(key="term").set_value("欧阳建国　积水").run()
    _opened(page, "export_menu")
    page.button(key="export_make").click().run()

    assert "搜索：欧阳建国" in str(_rows(page))
    (entry,) = entries_of(AuditAction.EXPORT)
    assert entry.changes["filters"] == ["搜索：2 个词（内容不记入审计）"]
    assert "欧阳" not in str(entry.changes)


def test_accusations_are_left_out_and_counted(
    open_page: Open, make_case: Make, entries_of: Entries
) -> None:
    make_case(title="红星路坑洼")
    make_case(title="举报某局长", purpose=Purpose.ACCUSATION)
    make_case(title="举报某科长", purpose=Purpose.ACCUSATION, received_on=TODAY.replace(year=2025))
    page = open_page("cases/register", Role.OFFICE, query={"period": "今年"})
    _opened(page, "export_menu")
    page.button(key="export_make").click().run()

    written = str(_rows(page))
    assert "红星路坑洼" in written
    assert "举报" not in written
    assert "检举控告 1 件不在文件中" in written
    assert "检举控告 1 件不在文件中" in page.warning[0].value
    (entry,) = entries_of(AuditAction.EXPORT)
    assert entry.changes["rows"] == 1


def test_the_longest_matter_is_exported_whole(
    open_page: Open, make_case: Make, entries_of: Entries
) -> None:
    make_case(content="水" * (CONTENT_MAX - 1) + "尾")
    page = open_page("cases/register", Role.OFFICE)
    _opened(page, "export_menu")
    page.checkbox(key="export_content").check().run()
    page.button(key="export_make").click().run()

    cells = [str(cell or "") for row in _rows(page) for cell in row]
    assert sum(cell.count("水") for cell in cells if len(cell) > 100) == CONTENT_MAX - 1
    assert len(entries_of(AuditAction.EXPORT)) == 1


def test_a_file_that_cannot_be_written_leaves_no_entry(
    open_page: Open, make_case: Make, entries_of: Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise OSError("no room")

    make_case()
    monkeypatch.setattr(case_sheet, "write", fail)
    page = open_page("cases/register", Role.OFFICE)
    _opened(page, "export_menu")
    page.button(key="export_make").click().run()

    assert page.exception
    assert entries_of(AuditAction.EXPORT) == []


def test_identities_are_asked_for_with_a_reason_and_not_exported_here(
    open_page: Open, make_case: Make, entries_of: Entries, store: Store
) -> None:
    make_case(person="欧阳建国", phone="13812345678")
    page = open_page("cases/register", Role.OFFICE)
    _opened(page, "export_menu")
    page.checkbox(key="export_content").check().run()
    page.checkbox(key="export_people").check().run()
    page.button(key="export_ask").click().run()
    assert "理由" in page.error[0].value

    page.text_input(key="export_reason").set_value("市局核查").run()
    page.button(key="export_ask").click().run()

    with store.reading(SYSTEM) as session:
        (request,) = export_requests.requests(session, now=NOW)
    assert (request.reason, request.with_content, request.rows) == ("市局核查", True, 1)
    assert "_export" not in page.session_state
    assert entries_of(AuditAction.EXPORT) == []
    assert page.checkbox(key="export_people").value is False


def test_a_unit_exports_its_own_and_no_identities(open_page: Open, three: dict[str, int]) -> None:
    page = open_page("cases/register", Role.UNIT, unit_id=three["roads"])
    _opened(page, "export_menu")
    with pytest.raises(KeyError):
        page.checkbox(key="export_people")
    page.button(key="export_make").click().run()

    written = str(_rows(page))
    assert "红星路坑洼" in written
    assert "学区划分" not in written
    assert "学校食堂" not in written


def test_what_the_address_filters_by_holds_while_more_filters_are_closed(
    open_page: Open, three: dict[str, int]
) -> None:
    page = open_page("cases/register", Role.OFFICE, query={"channels": "电话"})

    assert _titles(page) == ["红星路坑洼"]
    assert page.multiselect(key="channels").value == [Channel.PHONE]


def test_a_person_looked_for_is_still_looked_for_after_a_case_was_read(
    open_page: Open, make_case: Make
) -> None:
    wanted = make_case(title="欧阳的事", person="欧阳建国")
    make_case(title="别人的事", person="欧阳建")
    page = open_page("cases/register", Role.OFFICE)
    _opened(page, "more_filters")
    page.text_input(key="person").set_value("欧阳建国").run()
    page.selectbox(key="open_number").set_value(wanted.number).run()
    assert page.title[0].value == "欧阳的事"

    page.switch_page(str(ROOT / "pages/cases/register.py")).run()

    assert _titles(page) == ["欧阳的事"]


def test_an_empty_list_tells_a_leader_what_he_can_expect(open_page: Open, store: Store) -> None:
    with store.writing(SYSTEM) as session:
        leader = leaders.add_leader(session, "周明", "副县长")
    page = open_page("cases/register", Role.LEADER, leader_id=leader)

    assert "由您包案" in page.info[0].value
    assert "批量导入" not in page.info[0].value


@pytest.fixture
def roads_ticked(open_page: Open, three: dict[str, int]) -> AppTest:
    """The register of the office with the two newest matters ticked, and what to do with them."""
    page = open_page("cases/register", Role.OFFICE)
    tick(page, "register", 0, 1)
    _opened(page, "ticked_menu")
    return page


def _in_hotspots(store: Store) -> dict[str, list[str]]:
    """The titles in each hotspot."""
    with store.reading(SYSTEM) as session:
        rows = session.execute(
            select(Hotspot.name, Case.title)
            .outerjoin(HotspotCase, HotspotCase.hotspot_id == Hotspot.id)
            .outerjoin(Case, Case.id == HotspotCase.case_id)
            .order_by(Case.title)
        )
        found: dict[str, list[str]] = {}
        for name, title in rows:
            found.setdefault(name, []).append(title)
        return found


def test_ticked_cases_go_into_a_hotspot(
    make_hotspot: Callable[..., int], store: Store, roads_ticked: AppTest
) -> None:
    page, hotspot_id = roads_ticked, make_hotspot("学校")
    page.run()
    page.selectbox(key="ticked_hotspot").set_value(hotspot_id)
    page.button(key="into_submit").click().run()

    assert said(page) == "归入 2 件"
    assert _in_hotspots(store) == {"学校": ["学区划分不合理", "红星路坑洼"]}
    page.selectbox(key="ticked_hotspot").set_value(hotspot_id)
    page.button(key="into_submit").click().run()
    assert said(page) == "归入 0 件，2 件原已在内"


def test_ticked_cases_become_a_hotspot_of_their_own(store: Store, roads_ticked: AppTest) -> None:
    page = roads_ticked
    page.segmented_control(key="ticked_what").set_value("建成新热点").run()
    page.button(key="open_submit").click().run()
    assert "请填写热点名称" in page.error[0].value

    name = next(box for box in page.text_input if (box.key or "").startswith("name_ticked_"))
    name.input("上学的路")
    page.button(key="open_submit").click().run()

    assert _in_hotspots(store) == {"上学的路": ["学区划分不合理", "红星路坑洼"]}
    assert page.title[0].value == "上学的路"


def test_ticked_cases_are_put_on_the_list_of_a_batch(
    store: Store, roads_ticked: AppTest, make_batch: Callable[..., int]
) -> None:
    batch_id, page = make_batch("第一次"), roads_ticked
    page.segmented_control(key="ticked_what").set_value("放进交办名单").run()
    assert page.button(key="ticked_put").disabled
    page.selectbox(key="ticked_batch").set_value(batch_id).run()
    numbers = list(page.dataframe[0].value["编号"][:2])
    page.button(key="ticked_put").click().run()

    assert page.title[0].value == "第一次"
    lines = next(area for area in page.text_area if (area.key or "").startswith("lines_"))
    assert (lines.value or "").split() == numbers
    assert [b.label for b in page.button if b.key == "batch_hand"] == ["交办这 2 件"]


def test_ticks_belong_to_the_rows_they_were_set_on(roads_ticked: AppTest) -> None:
    page = roads_ticked
    assert "勾选的 2 件" in _popovers(page)

    page.text_input(key="term").set_value("食堂").run()

    assert _titles(page) == ["学校食堂收费"]
    assert not [label for label in _popovers(page) if "勾选的" in label]


def test_who_directs_no_case_ticks_none(open_page: Open, three: dict[str, int]) -> None:
    page = open_page("cases/register", Role.UNIT, unit_id=three["roads"])

    assert not page.dataframe[0].proto.selection_mode


def _popovers(page: AppTest) -> list[str]:
    return [each.proto.popover.label for each in page.get("popover")]
