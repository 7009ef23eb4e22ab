"""Who brought a matter: corrected field by field, never shown and never lost on the way."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from db import audit
from db.commands import petitioners
from db.commands.cases import Opened
from db.engine import Store
from db.models.audit import AuditEntry, LedgerHead
from db.models.cases import Petitioner
from db.queries import cases
from db.queries.case_filters import CaseFilter
from rules.errors import Conflict, Invalid, NotAllowed
from rules.people import Person, PersonEdit
from rules.permissions import Actor
from rules.terms import Role
from tests.conftest import NOW, OFFICE, TODAY

Make = Callable[..., Opened]


def _edit(store: Store, opened: Opened, *edits: PersonEdit, version: int = 1, **by: Any) -> None:
    with store.writing(by.get("by", OFFICE)) as session:
        petitioners.edit_people(session, opened.id, edits, version=version, today=TODAY, now=NOW)


def _people(store: Store, opened: Opened) -> list[Person]:
    with store.writing(OFFICE) as session:
        return petitioners.reveal_people(session, opened.id, reason="核对")


def test_what_is_left_empty_stays(store: Store, make_case: Make) -> None:
    opened = make_case(person="张三丰", phone="13800001111")
    _edit(store, opened, PersonEdit(address="石门镇大桥村", representative=True))

    assert _people(store, opened) == [Person("张三丰", "13800001111", "石门镇大桥村", True)]


def test_a_corrected_name_is_found_and_the_old_one_is_not(store: Store, make_case: Make) -> None:
    opened = make_case(person="张三丰")
    _edit(store, opened, PersonEdit(name="章三丰"))

    with store.reading(OFFICE) as session:
        found = cases.register_page(session, CaseFilter(person="章三丰"))
        assert [row.number for row in found] == [opened.number]
        assert cases.register_page(session, CaseFilter(person="张三丰")) == []


def test_others_are_added_and_taken_out(store: Store, make_case: Make) -> None:
    opened = make_case(person="张三丰")
    _edit(store, opened, PersonEdit(), PersonEdit("李四"), PersonEdit(phone="13900002222"))
    assert [(p.name, p.phone) for p in _people(store, opened)] == [
        ("张三丰", ""),
        ("李四", ""),
        ("匿名", "13900002222"),
    ]
    _edit(store, opened, PersonEdit(removed=True), PersonEdit(), PersonEdit(), version=2)

    assert [p.name for p in _people(store, opened)] == ["李四", "匿名"]
    with store.reading(OFFICE) as session:
        assert session.scalars(select(Petitioner.position).order_by(Petitioner.id)).all() == [0, 1]


def test_taking_the_last_out_is_an_entry_without_a_name(store: Store, make_case: Make) -> None:
    opened = make_case(person="张三丰")
    with store.reading(OFFICE) as session:
        before = session.scalars(select(LedgerHead.version)).one()
    _edit(store, opened, PersonEdit(removed=True))

    with store.reading(OFFICE) as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert entry is not None
        assert (entry.entity, entry.action.value) == ("petitioners", "delete")
        assert "张" not in str(entry.changes)
        assert session.scalars(select(LedgerHead.version)).one() == before + 1
        assert audit.verify(session).whole


def test_nothing_changed_writes_nothing(store: Store, make_case: Make) -> None:
    opened = make_case(person="张三丰")
    with store.reading(OFFICE) as session:
        before = session.scalars(select(LedgerHead.version)).one()
    _edit(store, opened, PersonEdit(), PersonEdit())

    with store.reading(OFFICE) as session:
        assert session.scalars(select(LedgerHead.version)).one() == before


def test_a_stale_form_is_refused(store: Store, make_case: Make) -> None:
    opened = make_case(person="张三丰")
    _edit(store, opened, PersonEdit(phone="13800001111"))

    with pytest.raises(Conflict):
        _edit(store, opened, PersonEdit(name="李四"), version=1)


def test_more_than_five_representatives_are_refused(store: Store, make_case: Make) -> None:
    opened = make_case(person="张三丰")
    edits = [PersonEdit(representative=True)] + [
        PersonEdit(f"李{number}", representative=True) for number in "一二三四五"
    ]

    with pytest.raises(Invalid, match="不得超过 5 人"):
        _edit(store, opened, *edits)


def test_a_unit_corrects_nobody(
    store: Store, make_case: Make, make_unit: Callable[..., int]
) -> None:
    unit = make_unit("县教育局")
    opened = make_case(person="张三丰", unit_id=unit)
    actor = Actor(7, "老刘", frozenset({Role.UNIT}), unit, frozenset({unit}))

    with pytest.raises(NotAllowed):
        _edit(store, opened, PersonEdit(name="李四"), by=actor)


def test_an_account_of_a_unit_and_a_leader_sees_what_either_sees(
    store: Store, make_case: Make, make_unit: Callable[..., int], make_leader: Callable[..., int]
) -> None:
    unit, leader = make_unit("县教育局"), make_leader("周明")
    mine, led = make_case(unit_id=unit), make_case(lead_id=leader)
    make_case()
    both = Actor(7, "周明", frozenset({Role.UNIT, Role.LEADER}), unit, frozenset({unit}), leader)

    with store.reading(both) as session:
        seen = {row.number for row in cases.register_page(session, CaseFilter())}
    assert seen == {mine.number, led.number}
