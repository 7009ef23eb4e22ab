"""Quick entry: what is saved, what is kept of what is typed, and what is asked before."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from streamlit.testing.v1 import AppTest

from db.commands import units
from db.engine import Store
from db.models.cases import Case
from db.queries import case_file, desk
from db.queries.case_filters import CaseFilter
from db.queries.cases import register_page
from rules.permissions import SYSTEM, Actor
from rules.terms import Channel, Purpose, Repeat, Role, UnitKind
from settings import Settings
from tests.conftest import OFFICE, TODAY
from tests.pages.cases.conftest import Make
from tests.pages.conftest import said
from tests.ui.learning import WATER, learn

Open = Callable[..., AppTest]


@pytest.fixture
def page(open_page: Open) -> AppTest:
    return open_page("cases/entry", Role.OFFICE)


def _saved(store: Store) -> list[Case]:
    with store.reading(SYSTEM) as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def _type(page: AppTest, title: str = "石门镇机耕道塌方", person: str = "郑小明") -> None:
    page.text_input(key="entry_petitioner").set_value(person).run()
    page.text_input(key="entry_title").set_value(title).run()


@pytest.mark.parametrize("config", ["sqlite", "postgresql"], indirect=True)
def test_six_fields_make_a_case(
    open_page: Open, store: Store, make_unit: Callable[..., int]
) -> None:
    town, office = make_unit("石门镇", kind=UnitKind.TOWNSHIP), make_unit("县交通运输局")
    page = open_page("cases/entry", Role.OFFICE)
    _type(page)
    page.selectbox(key="entry_township").set_value(town).run()
    page.selectbox(key="entry_unit").set_value(office).run()
    page.text_input(key="entry_received").set_value("11.19").run()
    page.selectbox(key="entry_channel").set_value(Channel.PHONE).run()
    page.button(key="entry_save").click().run()

    assert not page.exception
    assert "已保存：000000-2026-000001" in said(page)
    (case,) = _saved(store)
    assert (case.title, case.township_id, case.unit_id) == ("石门镇机耕道塌方", town, office)
    assert (case.channel, str(case.received_on)) == (Channel.PHONE, "2026-11-19")
    with store.reading(OFFICE) as session:
        assert case_file.masked_people(session, case.id)[0].name == "郑某"


def test_unit_date_and_channel_are_kept_for_the_next(
    open_page: Open, make_unit: Callable[..., int]
) -> None:
    office = make_unit("县交通运输局")
    page = open_page("cases/entry", Role.OFFICE)
    _type(page)
    page.selectbox(key="entry_unit").set_value(office).run()
    page.text_input(key="entry_received").set_value("11.18").run()
    page.selectbox(key="entry_channel").set_value(Channel.LETTER).run()
    page.button(key="entry_save").click().run()

    assert page.text_input(key="entry_title").value == ""
    assert page.text_input(key="entry_petitioner").value == ""
    assert page.selectbox(key="entry_unit").value == office
    assert page.text_input(key="entry_received").value == "11.18"
    assert page.selectbox(key="entry_channel").value == Channel.LETTER


def test_what_is_added_below_is_saved_too(page: AppTest, store: Store) -> None:
    _type(page)
    page.text_input(key="entry_phone").set_value("13812345678").run()
    page.number_input(key="entry_people").set_value(7).run()
    page.text_area(key="entry_content").set_value("雨后塌方，农机无法通行").run()
    page.button(key="entry_save").click().run()

    (case,) = _saved(store)
    assert (case.people, case.content) == (7, "雨后塌方，农机无法通行")
    with store.reading(OFFICE) as session:
        assert case_file.masked_people(session, case.id)[0].phone == "138****5678"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("entry_title", "", "请填写标题"),
        ("entry_received", "2203-01-01", "晚于今天"),
        ("entry_received", "改天", "不是有效的日期"),
    ],
)
def test_a_refusal_names_the_field_and_keeps_the_text(
    page: AppTest, store: Store, field: str, value: str, said: str
) -> None:
    _type(page)
    page.text_input(key=field).set_value(value).run()
    page.button(key="entry_save").click().run()

    assert said in page.error[0].value
    assert page.text_input(key="entry_petitioner").value == "郑小明"
    assert page.text_input(key=field).value == value
    assert _saved(store) == []


def test_a_draft_is_kept_and_offered_after_the_connection_was_lost(
    page: AppTest, open_page: Open, store: Store
) -> None:
    _type(page, title="打了一半")
    again = open_page("cases/entry")

    assert any("打了一半" in words.value for words in again.text)
    again.button(key="draft_restore").click().run()
    assert again.text_input(key="entry_title").value == "打了一半"
    assert again.text_input(key="entry_petitioner").value == "郑小明"
    again.button(key="entry_save").click().run()
    assert [case.title for case in _saved(store)] == ["打了一半"]
    assert not any("草稿" in words.value for words in open_page("cases/entry").text)


def test_a_draft_lies_encrypted(page: AppTest, store: Store) -> None:
    _type(page, person="欧阳建国")

    with store.engine.connect() as connection:
        assert "欧阳" not in str(connection.execute(text("SELECT * FROM drafts")).all())


def test_a_draft_is_dropped(page: AppTest, open_page: Open, store: Store) -> None:
    _type(page)
    again = open_page("cases/entry")
    again.button(key="draft_drop").click().run()

    assert "草稿已放弃" in said(again)
    with store.reading(SYSTEM) as session:
        assert session.execute(text("SELECT count(*) FROM drafts")).scalar() == 0


def test_a_draft_is_nobody_elses(page: AppTest, open_app: Open, store: Store) -> None:
    _type(page, title="我的草稿")
    other = Actor(99_999, "小王", frozenset({Role.OFFICE}))

    with store.reading(other) as session:
        assert desk.draft(session, "cases/entry") is None


def test_numbers_in_the_text_are_masked_when_asked(page: AppTest, store: Store) -> None:
    _type(page, title="请回电13812345678")
    page.button(key="entry_save").click().run()
    assert "手机号" in page.warning[0].value
    assert "13812345678" not in page.warning[0].value
    assert _saved(store) == []

    page.button(key="entry_mask").click().run()
    (case,) = _saved(store)
    assert "13812345678" not in case.title
    assert "请回电" in case.title


def test_numbers_in_the_text_stay_when_asked(page: AppTest, store: Store) -> None:
    _type(page, title="请回电13812345678")
    page.button(key="entry_save").click().run()
    page.button(key="entry_keep").click().run()

    assert [case.title for case in _saved(store)] == ["请回电13812345678"]


def test_likely_duplicates_stand_beside(page: AppTest, make_case: Make) -> None:
    alike = make_case(title="石门镇机耕道塌方无法通行", person="郑小明")
    other = make_case(title="县城供水浑浊", person="钱二")
    _type(page)

    links = [link.url for link in page.link_button]
    assert any(alike.number in url for url in links)
    assert not any(other.number in url for url in links)


def test_what_is_typed_stands_beside_a_case_and_names_nobody(
    page: AppTest, make_case: Make, store: Store
) -> None:
    earlier = make_case(title="石门镇机耕道塌方无法通行", person="郑小明", phone="13900001111")
    _type(page)
    page.button(key=f"compare_{earlier.id}").click().run()

    assert not page.exception
    (table,) = page.table
    assert list(table.value.columns)[:2] == ["项目", "正在填写的"]
    assert earlier.number in table.value.columns[2]
    rows = {row["项目"]: row for _, row in table.value.iterrows()}
    assert rows["同一人"]["对照"] == "**是**"
    assert rows["标题"]["对照"] == "**不同**"
    assert rows["收到日期"]["对照"] == "相同"
    assert rows["人数"]["对照"] == "相同"
    assert "郑小明" not in table.value.to_string()
    assert "1390000" not in table.value.to_string()
    assert len(_saved(store)) == 1


def test_a_repeat_is_registered_from_the_list_beside(
    page: AppTest, make_case: Make, store: Store
) -> None:
    earlier = make_case(title="石门镇机耕道塌方无法通行", person="郑小明")
    _type(page)
    page.button(key=f"repeat_{earlier.id}").click().run()
    assert any(f"将作为 {earlier.number}" in words.value for words in page.text)
    page.button(key="entry_save").click().run()

    first, second = _saved(store)
    assert (second.repeat, second.repeat_of_id) == (Repeat.REPEAT, first.id)
    assert second.suspect_of_id is None
    assert not any("将作为" in words.value for words in page.text)


def test_a_repeat_is_taken_back_before_saving(page: AppTest, make_case: Make, store: Store) -> None:
    earlier = make_case(title="石门镇机耕道塌方无法通行", person="郑小明")
    _type(page)
    page.button(key=f"repeat_{earlier.id}").click().run()
    page.button(key="entry_no_repeat").click().run()
    page.button(key="entry_save").click().run()

    assert _saved(store)[1].repeat_of_id is None


def test_what_stands_beside_is_marked_as_a_suspected_duplicate(
    page: AppTest, open_page: Open, make_case: Make, store: Store
) -> None:
    earlier = make_case(title="石门镇机耕道塌方无法通行", person="郑小明")
    _type(page)
    page.button(key="entry_save").click().run()
    assert f"与 {earlier.number} 疑似重复" in said(page)

    first, second = _saved(store)
    assert (first.suspect_of_id, second.suspect_of_id) == (None, first.id)
    assert (second.repeat, second.repeat_of_id) == (Repeat.FIRST, None)
    with store.reading(OFFICE) as session:
        marked = register_page(session, CaseFilter(suspected=True))
    assert [row.number for row in marked] == [second.number]
    both = open_page("cases/duplicates", query={"one": second.number, "other": first.number})
    both.button(key="decide_other").click().run()
    assert _saved(store)[1].suspect_of_id is None


def test_what_is_another_matter_is_not_marked(page: AppTest, make_case: Make, store: Store) -> None:
    earlier = make_case(title="石门镇机耕道塌方无法通行", person="郑小明")
    also = make_case(title="石门镇机耕道塌方了", person="郑小明")
    _type(page)
    page.button(key=f"other_{also.id}").click().run()
    assert not any(also.number in link.url for link in page.link_button)
    page.button(key="entry_save").click().run()
    assert _saved(store)[2].suspect_of_id == earlier.id

    _type(page)
    while shown := [each for each in page.button if (each.key or "").startswith("other_")]:
        shown[0].click().run()
    page.button(key="entry_save").click().run()
    assert _saved(store)[3].suspect_of_id is None
    assert "疑似" not in said(page)


@pytest.mark.parametrize(
    ("answer", "purpose"),
    [("entry_accuses", Purpose.ACCUSATION), ("entry_accuses_not", None)],
)
def test_what_sounds_like_an_accusation_is_asked_about(
    page: AppTest, store: Store, answer: str, purpose: Purpose | None
) -> None:
    _type(page, title="举报村干部截留补贴")
    page.button(key="entry_save").click().run()
    assert "检举控告" in page.warning[0].value
    assert _saved(store) == []

    page.button(key=answer).click().run()
    assert [case.purpose for case in _saved(store)] == [purpose]
    _type(page, title="石门镇路灯不亮")
    page.button(key="entry_save").click().run()
    assert len(_saved(store)) == 2


def test_an_accusation_of_known_purpose_is_not_asked_about(page: AppTest, store: Store) -> None:
    _type(page, title="举报村干部截留补贴")
    page.selectbox(key="entry_purpose").set_value(Purpose.ACCUSATION).run()
    page.button(key="entry_save").click().run()

    assert len(_saved(store)) == 1


def test_who_takes_a_matter_in_stays_with_it(
    open_page: Open, store: Store, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县交通运输局")
    page = open_page("cases/entry", Role.OFFICE, name="小李")
    _type(page)
    page.selectbox(key="entry_unit").set_value(unit).run()
    page.button(key="entry_save").click().run()

    (case,) = _saved(store)
    assert (case.unit_id, case.first_unit_id, case.first_person) == (unit, None, "小李")


def test_a_phone_without_a_name_is_not_lost(page: AppTest, store: Store) -> None:
    _type(page, person="")
    page.text_input(key="entry_phone").set_value("13812345678").run()
    page.button(key="entry_save").click().run()

    with store.reading(OFFICE) as session:
        (person,) = case_file.masked_people(session, _saved(store)[0].id)
    assert person.phone == "138****5678"


def test_a_unit_is_offered_with_its_aliases(
    open_page: Open, store: Store, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县住房和城乡建设局")
    with store.writing(SYSTEM) as session:
        units.add_alias(session, unit, "住建局")
    page = open_page("cases/entry", Role.OFFICE)

    assert "县住房和城乡建设局（住建局）" in page.selectbox(key="entry_unit").options


def test_a_unit_cannot_register(open_app: Open, make_unit: Callable[..., int]) -> None:
    app = open_app(Role.UNIT, unit_id=make_unit("县交通运输局"))

    with pytest.raises(ValueError, match=r"entry\.py"):
        app.switch_page("pages/cases/entry.py")


def test_a_date_is_filled_in_from_the_start(page: AppTest) -> None:
    assert page.text_input(key="entry_received").value == f"{TODAY:%Y-%m-%d}"


def test_a_likely_class_is_offered_and_chosen_by_pressing_it(
    open_page: Open, store: Store, environment: Settings
) -> None:
    ids = learn(store)
    page = open_page("cases/entry", Role.OFFICE)
    assert not page.pills
    _type(page, title="村里没有自来水")

    pills = page.pills(key="entry_class")
    assert pills.value is None
    assert pills.options[0].startswith(f"{WATER} ")
    assert pills.options[0].endswith("%")
    assert 1 <= len(pills.options) <= 3
    assert page.selectbox(key="entry_code").value is None
    pills.set_value(ids[WATER]).run()
    assert page.selectbox(key="entry_code").value == ids[WATER]
    assert not page.pills
    page.button(key="entry_save").click().run()
    assert [case.code_id for case in _saved(store)] == [ids[WATER]]


def test_what_nobody_pressed_is_not_filled_in(
    open_page: Open, store: Store, environment: Settings
) -> None:
    learn(store)
    page = open_page("cases/entry", Role.OFFICE)
    _type(page, title="村里没有自来水")
    page.button(key="entry_save").click().run()

    assert [case.code_id for case in _saved(store)] == [None]
