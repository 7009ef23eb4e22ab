"""Registering, changing and reading matters in a real store."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from db.commands import cases as commands
from db.commands import clocks, petitioners
from db.commands.cases import NewFile, Opened
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.cases import Attachment, Case
from db.models.duty import CaseDuty
from db.queries import case_file, cases, resemblance
from db.queries.case_filters import CaseFilter, Sort, as_json, from_json
from rules.case_terms import DutyList, DutySource
from rules.errors import Conflict, Invalid, Missing, NotAllowed
from rules.people import Person
from rules.permissions import Actor
from rules.terms import (
    CaseState,
    Channel,
    DateBase,
    EntryKind,
    Flag,
    Purpose,
    Repeat,
    Role,
)
from tests.conftest import NOW, OFFICE, TODAY

Make = Callable[..., Opened]


def unit_actor(*unit_ids: int) -> Actor:
    return Actor(None, "单位经办", frozenset({Role.UNIT}), unit_ids[0], frozenset(unit_ids))


def numbers(store: Store, wanted: CaseFilter, *, by: Actor = OFFICE) -> list[str]:
    with store.reading(by) as session:
        return [row.number for row in cases.register_page(session, wanted)]


def test_numbers_run_on_within_their_year(make_case: Make) -> None:
    first = make_case()
    second = make_case()
    older = make_case(received_on=date(2025, 12, 31))

    assert [first.number, second.number] == ["000000-2026-000001", "000000-2026-000002"]
    assert older.number == "000000-2025-000001"


def test_a_refused_registration_leaves_no_gap(store: Store, make_case: Make) -> None:
    make_case()
    with pytest.raises(Invalid):
        make_case(title="")
    with pytest.raises(RuntimeError):
        _register_and_fail(store)

    assert make_case().number.endswith("-000002")


def _register_and_fail(store: Store) -> None:
    with store.writing(OFFICE) as session:
        values = {"title": "将被撤回", "channel": Channel.WEB, "received_on": TODAY}
        commands.open_case(session, values, people=[], today=TODAY, now=NOW)
        raise RuntimeError


def test_every_wrong_field_is_named_at_once(make_case: Make) -> None:
    with pytest.raises(Invalid) as refusal:
        make_case(title="甲" * 201, people=-3, received_on=date(2203, 1, 1))

    assert {p.field for p in refusal.value.problems} == {"title", "people", "received_on"}


@pytest.mark.parametrize(
    "name", ["信访人'; DROP TABLE cases;--", "<script>alert(1)</script>", "=cmd|' /C calc'!A0"]
)
def test_hostile_text_is_kept_as_text(store: Store, make_case: Make, name: str) -> None:
    opened = make_case(title=name, content=name, place=name, person=name)

    with store.reading(OFFICE) as session:
        file = case_file.case_file(session, opened.number)
        assert file.values["title"] == name
        assert numbers(store, CaseFilter(term=name)) == [opened.number]


def test_names_lie_encrypted_and_are_found_by_their_hash(store: Store, make_case: Make) -> None:
    opened = make_case(person="欧阳 建国", phone="13800001234")
    make_case(person="欧阳建")

    with store.engine.connect() as connection:
        raw = str(connection.execute(text("SELECT * FROM petitioners")).all())
    assert "欧阳" not in raw
    assert "13800001234" not in raw
    assert numbers(store, CaseFilter(person="欧阳建国")) == [opened.number]
    with store.reading(OFFICE) as session:
        assert case_file.masked_people(session, opened.id) == [
            Person("欧阳某", "138****1234", "", False)
        ]


def test_the_chain_never_holds_a_name(store: Store, make_case: Make) -> None:
    make_case(person="欧阳建国", phone="13800001234")

    with store.reading(OFFICE) as session:
        everything = str([entry.changes for entry in session.scalars(select(AuditEntry))])
    assert "欧阳" not in everything
    assert "1380000" not in everything


def test_an_id_number_is_refused_in_a_persons_field(make_case: Make) -> None:
    with pytest.raises(Invalid, match="身份证号"):
        make_case(person="张三 11010519491231002X")


def test_looking_at_a_name_needs_a_reason_and_is_noted(store: Store, make_case: Make) -> None:
    opened = make_case(person="欧阳建国")

    with pytest.raises(Invalid), store.writing(OFFICE) as session:
        petitioners.reveal_people(session, opened.id, reason=" ")
    with store.writing(OFFICE) as session:
        people = petitioners.reveal_people(session, opened.id, reason="电话回访")

    assert [person.name for person in people] == ["欧阳建国"]
    with store.reading(OFFICE) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert entry is not None
    assert (entry.action.value, entry.entity_id, entry.changes) == (
        "reveal",
        opened.id,
        {"reason": "电话回访"},
    )


def test_more_than_five_representatives_are_refused(store: Store) -> None:
    people = [Person(f"代表{i}", representative=True) for i in range(6)]
    with pytest.raises(Invalid, match="第二十条"), store.writing(OFFICE) as session:
        commands.open_case(
            session,
            {"title": "多人反映", "channel": Channel.VISIT, "received_on": TODAY},
            people=people,
            today=TODAY,
            now=NOW,
        )


def test_the_second_of_two_people_is_told_not_overwritten(store: Store, make_case: Make) -> None:
    opened = make_case(title="原标题", place="甲村")
    with store.reading(OFFICE) as session:
        seen = case_file.case_file(session, opened.number)
    change: dict[str, Any] = {
        "base": seen.values,
        "version": seen.version,
        "today": TODAY,
        "now": NOW,
    }
    with store.writing(OFFICE) as session:
        commands.change_case(session, opened.id, {"title": "他人改的标题"}, **change)

    with pytest.raises(Conflict) as told, store.writing(OFFICE) as session:
        commands.change_case(session, opened.id, {"title": "我改的标题", "place": "乙村"}, **change)

    by_field = {field.field: field for field in told.value.fields}
    assert (by_field["title"].mine, by_field["title"].theirs, by_field["title"].base) == (
        "我改的标题",
        "他人改的标题",
        "原标题",
    )
    assert by_field["place"].mine_only
    assert told.value.version == seen.version + 1
    with store.reading(OFFICE) as session:
        assert case_file.case_file(session, opened.number).values["title"] == "他人改的标题"


@pytest.mark.parametrize(
    ("dates", "state"),
    [
        ({}, CaseState.REGISTERED),
        ({"accepted_on": TODAY}, CaseState.ACCEPTED),
        ({"accepted_on": TODAY, "closed_on": TODAY}, CaseState.CLOSED),
    ],
)
def test_the_state_follows_the_dates(
    store: Store, make_case: Make, dates: dict[str, date], state: CaseState
) -> None:
    opened = make_case(**dates)

    with store.reading(OFFICE) as session:
        assert case_file.case_file(session, opened.number).state is state


def test_a_date_before_the_receipt_is_refused(store: Store, make_case: Make) -> None:
    opened = make_case(received_on=TODAY, answered_on=TODAY)
    with pytest.raises(Invalid, match="早于收到日期"), store.writing(OFFICE) as session:
        commands.change_case(
            session,
            opened.id,
            {"answered_on": TODAY - timedelta(days=1)},
            base={},
            version=1,
            today=TODAY,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CaseFilter(channels=(Channel.LETTER,)), {"信"}),
        (CaseFilter(flags=(Flag.GROUP,)), {"访"}),
        (CaseFilter(repeat=Repeat.REPEAT), {"网"}),
        (CaseFilter(states=(CaseState.ANSWERED,)), {"网"}),
        (CaseFilter(first=date(2026, 2, 1), last=date(2026, 2, 28)), {"访"}),
        (CaseFilter(base=DateBase.ANSWERED, first=date(2026, 4, 1)), {"网"}),
        (CaseFilter(sort=Sort.OLDEST), {"信", "访", "网"}),
    ],
)
def test_a_filter_leaves_what_it_names(
    store: Store, make_case: Make, wanted: CaseFilter, found: set[str]
) -> None:
    make_case(title="信", channel=Channel.LETTER, received_on=date(2026, 1, 31))
    make_case(title="访", group=True, received_on=date(2026, 2, 28))
    make_case(
        title="网",
        channel=Channel.WEB,
        received_on=date(2026, 3, 1),
        answered_on=date(2026, 4, 1),
        repeat=Repeat.REPEAT,
    )

    with store.reading(OFFICE) as session:
        rows = cases.register_page(session, wanted)
        total = cases.counts(session, wanted)

    assert {row.title for row in rows} == found
    assert total.total == len(found)
    assert not total.capped


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (CaseFilter(due_last=TODAY - timedelta(days=1)), {"超期"}),
        (CaseFilter(due_first=TODAY, due_last=TODAY + timedelta(days=7)), {"今天到期"}),
        (CaseFilter(duty=DutyList.NOW), {"超期"}),
        (CaseFilter(duty=DutyList.EVER), {"超期", "今天到期"}),
        (CaseFilter(duty=DutyList.RESOLVED), {"今天到期"}),
        (CaseFilter(duty=DutyList.UNRESOLVED), {"超期"}),
        (CaseFilter(accusations=False), {"超期", "今天到期", "不急"}),
    ],
)
def test_a_list_is_narrowed_by_clock_and_by_the_ledger_of_duties(
    store: Store, make_case: Make, wanted: CaseFilter, found: set[str]
) -> None:
    def accepted(days: int, **values: Any) -> int:
        day = TODAY - timedelta(days=days)
        return make_case(received_on=day, forwarded_on=day, accepted_on=day, **values).id

    late = accepted(61, title="超期")
    ending = accepted(60, title="今天到期", resolved_on=TODAY)
    accepted(1, title="不急")
    accepted(1, title="控告", purpose=Purpose.ACCUSATION)
    with store.writing(OFFICE) as session:
        for case_id, left_on in ((late, None), (ending, TODAY)):
            session.add(
                CaseDuty(case_id=case_id, source=DutySource.LOCAL, since=TODAY, left_on=left_on)
            )
    clocks.catch_up(store, today=TODAY)

    with store.reading(OFFICE) as session:
        rows = cases.register_page(session, wanted)

    assert {row.title for row in rows} == found
    assert from_json(as_json(wanted)) == wanted


def test_a_unit_is_asked_for_without_what_is_below_it(
    store: Store, make_unit: Callable[..., int], make_case: Make
) -> None:
    town = make_unit("城关镇")
    own = make_case(unit_id=town)
    make_case(unit_id=make_unit("东村", parent=town))

    assert numbers(store, CaseFilter(unit_id=town, alone=True)) == [own.number]


def test_a_unit_filter_takes_in_its_villages(
    store: Store, make_unit: Callable[..., int], make_case: Make
) -> None:
    town = make_unit("城关镇")
    village = make_unit("东村", parent=town)
    other = make_unit("西镇")
    inside = {make_case(unit_id=town).number, make_case(unit_id=village).number}
    make_case(unit_id=other)

    assert set(numbers(store, CaseFilter(unit_id=town))) == inside


TEXTS = [
    "反映夜间噪音扰民",
    "噪声与音响",
    "工资拖欠100元",
    "ＡＢＣ公司，拖欠工资",
    "𫖯名镇道路",
    "a%b_c\\d",
    "第一行\n第二行",
]


@pytest.mark.parametrize(
    "term",
    [
        "噪",
        "音",
        "噪音",
        "音扰",
        "噪音扰民",
        "夜间噪",
        "工资",
        "拖欠工资",
        "100",
        "0",
        "abc",
        "C公",
        "司，拖",
        "𫖯",
        "𫖯名",
        "%b",
        "_",
        "\\d",
        "行 第二",
        "没有的",
        "民",
    ],
)
def test_search_finds_what_plain_comparison_finds(store: Store, make_case: Make, term: str) -> None:
    from db.search import searchable

    made = {make_case(title=text[:10], content=text).number: text for text in TEXTS}
    words = searchable(term).split()
    plain = {
        number
        for number, text in made.items()
        if all(w in searchable(f"{number}\n{text[:10]}\n{text}") for w in words)
    }

    assert set(numbers(store, CaseFilter(term=term))) == plain


def test_a_search_of_a_thousand_words_is_bounded(store: Store, make_case: Make) -> None:
    opened = make_case(title="道路积水")

    assert numbers(store, CaseFilter(term="积水 " * 1000)) == [opened.number]


def test_search_follows_a_change_of_the_text(store: Store, make_case: Make) -> None:
    opened = make_case(title="道路积水", content="")
    with store.writing(OFFICE) as session:
        commands.change_case(
            session, opened.id, {"title": "路灯不亮"}, base={}, version=1, today=TODAY, now=NOW
        )

    assert numbers(store, CaseFilter(term="积水")) == []
    assert numbers(store, CaseFilter(term="路灯")) == [opened.number]


def test_a_number_is_found_by_its_end(store: Store, make_case: Make) -> None:
    make_case()
    second = make_case()

    assert numbers(store, CaseFilter(term="000002")) == [second.number]


def test_a_unit_sees_its_own_matters_only(
    store: Store, make_unit: Callable[..., int], make_case: Make
) -> None:
    mine, theirs = make_unit("住建局"), make_unit("教育局")
    own = make_case(unit_id=mine, title="本单位案件")
    foreign = make_case(unit_id=theirs, title="他单位案件")
    actor = unit_actor(mine)

    assert numbers(store, CaseFilter(), by=actor) == [own.number]
    assert numbers(store, CaseFilter(term="他单位"), by=actor) == []
    with store.reading(actor) as session:
        assert cases.counts(session, CaseFilter()).total == 1
        with pytest.raises(Missing):
            case_file.case_file(session, foreign.number)
    with pytest.raises(Missing), store.writing(actor) as session:
        add_progress(session, foreign.id)


def test_an_accusation_is_the_offices_alone(
    store: Store, make_unit: Callable[..., int], make_case: Make
) -> None:
    unit = make_unit("住建局")
    make_case(unit_id=unit, purpose=Purpose.ACCUSATION)

    assert numbers(store, CaseFilter(), by=unit_actor(unit)) == []
    assert len(numbers(store, CaseFilter())) == 1


def test_two_of_one_surname_are_told_apart(store: Store) -> None:
    values = {"title": "道路积水", "channel": Channel.VISIT, "received_on": TODAY}
    people = [Person("张三"), Person("李四"), Person("张五")]
    with store.writing(OFFICE) as session:
        opened = commands.open_case(session, values, people=people, today=TODAY, now=NOW)
    with store.reading(OFFICE) as session:
        shown = [person.name for person in case_file.masked_people(session, opened.id)]

    assert shown == ["张某1", "李某", "张某2"]


def test_an_accusation_is_in_no_export(
    store: Store, make_unit: Callable[..., int], make_case: Make
) -> None:
    unit = make_unit("住建局")
    ordinary = make_case(unit_id=unit)
    asked = make_case(unit_id=unit, purpose=Purpose.INQUIRY)
    make_case(unit_id=unit, purpose=Purpose.ACCUSATION)
    make_case(purpose=Purpose.ACCUSATION)

    for by, filter_, left_out in (
        (OFFICE, CaseFilter(), 2),
        (OFFICE, CaseFilter(unit_id=unit), 1),
        (OFFICE, CaseFilter(term="积水"), 2),
        (unit_actor(unit), CaseFilter(), 0),
    ):
        with store.reading(by) as session:
            rows = cases.export_rows(session, filter_, limit=10)
            assert {row.row.number for row in rows} == {ordinary.number, asked.number}
            assert cases.withheld(session, filter_) == left_out


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SCREEN, Role.AUDITOR, Role.LEADER])
def test_who_has_no_part_in_it_sees_no_case(store: Store, make_case: Make, role: Role) -> None:
    make_case()
    assert numbers(store, CaseFilter(), by=Actor(None, "某", frozenset({role}))) == []


def test_a_unit_may_not_register_or_change(
    store: Store, make_unit: Callable[..., int], make_case: Make
) -> None:
    unit = make_unit("住建局")
    own = make_case(unit_id=unit)
    with pytest.raises(NotAllowed):
        make_case(by=unit_actor(unit))
    with pytest.raises(NotAllowed), store.writing(unit_actor(unit)) as session:
        commands.change_case(
            session, own.id, {"title": "改"}, base={}, version=1, today=TODAY, now=NOW
        )


def add_progress(session: Any, case_id: int, files: tuple[NewFile, ...] = ()) -> int:
    return commands.add_entry(
        session,
        case_id,
        kind=EntryKind.PROGRESS,
        happened_on=TODAY,
        text="已到现场查看",
        files=files,
        limit_mb=10,
        today=TODAY,
        now=NOW,
    )


def test_an_entry_with_its_file_stands_on_the_timeline(store: Store, make_case: Make) -> None:
    opened = make_case()
    with store.writing(OFFICE) as session:
        add_progress(session, opened.id, (NewFile("..\\现场 照片.png", b"\x89PNG\r\n\x1a\n1"),))

    with store.reading(OFFICE) as session:
        events = case_file.timeline(session, case_file.case_file(session, opened.number))

    assert [event.heading for event in events] == ["办理进展", "登记"]
    assert events[0].files[0].name == "现场 照片.png"


def test_a_file_of_another_units_case_cannot_be_taken(
    store: Store, make_unit: Callable[..., int], make_case: Make
) -> None:
    mine, theirs = make_unit("住建局"), make_unit("教育局")
    foreign = make_case(unit_id=theirs)
    with store.writing(OFFICE) as session:
        add_progress(session, foreign.id, (NewFile("意见.pdf", b"%PDF-1.4"),))
    with store.reading(OFFICE) as session:
        attachment_id = session.scalars(select(Attachment.id)).one()

    with pytest.raises(Missing), store.writing(unit_actor(mine)) as session:
        commands.download(session, attachment_id)
    with store.writing(unit_actor(theirs)) as session:
        assert commands.download(session, attachment_id)[2] == b"%PDF-1.4"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("图片.png", b"GIF89a", "内容不是"),
        ("程序.exe", b"MZ", "类型不能保存"),
        ("空.pdf", b"", "空文件"),
        ("大.txt", b"a" * (10 * 1024 * 1024 + 1), "上限 10 MB"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    store: Store, make_case: Make, name: str, content: bytes, why: str
) -> None:
    opened = make_case()
    with pytest.raises(Invalid, match=why), store.writing(OFFICE) as session:
        add_progress(session, opened.id, (NewFile(name, content),))
    with store.reading(OFFICE) as session:
        assert session.scalars(select(Attachment.id)).all() == []


def test_likely_duplicates_are_the_same_name_or_the_same_place_and_words(
    store: Store, make_unit: Callable[..., int], make_case: Make
) -> None:
    town, elsewhere = make_unit("城关镇"), make_unit("西镇")
    same_place = make_case(title="城关镇幸福小区夜间噪音扰民", township_id=town, person="甲乙")
    make_case(title="城关镇幸福小区夜间噪音扰民", township_id=elsewhere, person="丙丁")
    make_case(title="申请低保", township_id=town, person="戊己")
    same_name = make_case(
        title="幸福小区噪音一直扰民没人管", township_id=elsewhere, person="王小明"
    )

    with store.reading(OFFICE) as session:
        found = resemblance.likely_duplicates(
            session,
            title="幸福小区夜间噪音扰民",
            person="王小明",
            township_id=town,
            today=TODAY,
            percent=75,
        )

    assert [reference.number for reference in found] == [same_place.number, same_name.number]


_MATTER = {"title": "又来反映道路积水", "channel": Channel.VISIT, "received_on": TODAY}


def test_a_new_case_like_another_is_marked_and_both_show_it(store: Store, make_case: Make) -> None:
    older, noise = make_case(), make_case()
    with store.writing(OFFICE) as session:
        newer = commands.open_case(
            session, _MATTER, people=[], today=TODAY, now=NOW, suspect_of=older.id
        )

    with store.reading(OFFICE) as session:
        marked = cases.register_page(session, CaseFilter(suspected=True))
        file = case_file.case_file(session, older.number)
        other = case_file.case_file(session, noise.number)
    assert [row.number for row in marked] == [newer.number]
    assert [reference.number for reference in file.suspected_by] == [newer.number]
    assert other.suspected_by == ()


def test_what_is_said_to_repeat_a_case_is_not_suspected(store: Store, make_case: Make) -> None:
    older, other = make_case(), make_case()
    with store.writing(OFFICE) as session:
        values = {**_MATTER, "repeat_of_id": older.id}
        newer = commands.open_case(
            session, values, people=[], today=TODAY, now=NOW, suspect_of=other.id
        )
        late = commands.open_case(
            session, _MATTER, people=[], today=TODAY, now=NOW, suspect_of=other.id
        )
    with store.writing(OFFICE) as session:
        commands.change_case(
            session, late.id, {"repeat_of_id": older.id}, base={}, version=1, today=TODAY, now=NOW
        )

    with store.reading(OFFICE) as session:
        assert cases.register_page(session, CaseFilter(suspected=True)) == []
        assert {session.get_one(Case, case_id).repeat_of_id for case_id in (newer.id, late.id)} == {
            older.id
        }


def test_the_page_after_the_last_is_empty_and_pages_do_not_overlap(
    store: Store, make_case: Make
) -> None:
    for _ in range(53):
        make_case()
    with store.reading(OFFICE) as session:
        pages = [cases.register_page(session, CaseFilter(), page=page) for page in (1, 2, 3)]

    assert [len(page) for page in pages] == [50, 3, 0]
    assert len({row.id for page in pages for row in page}) == 53


def test_the_numbers_a_filter_leaves_are_in_its_order_and_without_accusations(
    store: Store, make_case: Make
) -> None:
    early = make_case(received_on=TODAY - timedelta(days=3), registered_on=TODAY)
    late = make_case()
    make_case(purpose=Purpose.ACCUSATION)
    make_case(channel=Channel.LETTER)

    with store.reading(OFFICE) as session:
        wanted = CaseFilter(channels=(Channel.VISIT,), sort=Sort.OLDEST)
        assert cases.numbers(session, wanted, limit=9) == [early.number, late.number]
        assert cases.numbers(session, wanted, limit=1) == [early.number]
