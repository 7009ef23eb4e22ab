"""What is read to learn the classes from: the office's own, by the first level, and nothing secret."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from db.commands import codes as commands
from db.commands import duplicates
from db.commands.cases import Opened
from db.engine import Store
from db.models.office import Code
from db.queries import classified
from db.queries.codes import resolve_codes
from rules.case_terms import SameKind
from rules.permissions import SYSTEM, Actor
from rules.terms import Purpose, Role
from tests.conftest import NOW, OFFICE, TODAY

Make = Callable[..., Opened]


def import_codes(store: Store) -> dict[str, int]:
    with store.writing(SYSTEM) as session:
        rows = [("民政", "低保", "低保申请"), ("民政", "救灾", ""), ("交通", "公路", "养护")]
        commands.import_codes(session, rows)
    with store.reading(SYSTEM) as session:
        return resolve_codes(session)


def titles(store: Store, by: Actor = OFFICE, newest: int = 50) -> list[tuple[str, int]]:
    with store.reading(by) as session:
        return [(m.title, m.code_id) for m in classified.matters(session, newest=newest)]


def test_classified_matters_are_read_newest_first_by_their_first_level(
    store: Store, make_case: Make, make_unit: Callable[..., int]
) -> None:
    ids = import_codes(store)
    unit = make_unit("民政局")
    make_case(title="低保", code_id=ids["低保申请"], received_on=TODAY - timedelta(days=1))
    make_case(title="公路", code_id=ids["公路"])
    make_case(title="未分类")
    make_case(title="举报", code_id=ids["救灾"], purpose=Purpose.ACCUSATION)
    one = make_case(title="救灾", code_id=ids["救灾"], unit_id=unit)
    double = make_case(title="救灾又登了一次", code_id=ids["救灾"])
    with store.writing(OFFICE) as session:
        duplicates.decide_pair(
            session,
            double.id,
            one.id,
            kind=SameKind.DOUBLE,
            version=1,
            other_version=1,
            today=TODAY,
            now=NOW,
        )

    expected = [("救灾", ids["民政"]), ("公路", ids["交通"]), ("低保", ids["民政"])]
    assert titles(store) == expected
    assert titles(store, newest=2) == expected[:2]
    member = Actor(None, "承办人", frozenset({Role.UNIT}), unit, frozenset({unit}))
    assert titles(store, by=member) == expected[:1]


def test_the_names_of_a_class_are_its_own_and_those_below_it_each_by_itself(store: Store) -> None:
    ids = import_codes(store)
    with store.writing(SYSTEM) as session:
        ended = session.scalars(select(Code).where(Code.label == "救灾")).one()
        ended.valid_to = TODAY - timedelta(days=1)

    with store.reading(OFFICE) as session:
        names = classified.names(session, today=TODAY)
    assert names[ids["民政"]] == ["民政", "低保", "低保申请"]
    assert names[ids["交通"]] == ["交通", "公路", "养护"]
    assert not {ids["低保"], ids["公路"]} & names.keys()
