"""What superiors told: entered with its source, changed under the eyes of whoever saw it last."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from db.commands import official
from db.commands.official import Line
from db.engine import Store
from db.models.figures import OfficialCount
from db.queries import official as queries
from rules.errors import Conflict, Invalid
from rules.permissions import Actor
from rules.terms import AuditAction, Role, UnitKind
from tests.conftest import NOW, OFFICE, TODAY

MAY: dict[str, Any] = {"first_on": date(2026, 5, 1), "last_on": date(2026, 5, 31)}


def enter(store: Store, *lines: Line, source: str = "市局第5期通报", **more: Any) -> int:
    with store.writing(OFFICE) as session:
        return official.enter(
            session, lines, source=source, today=TODAY, now=NOW, **{**MAY, **more}
        )


def kept(store: Store) -> list[tuple[str, int | None, int, int]]:
    with store.reading(OFFICE) as session:
        rows = session.scalars(select(OfficialCount).order_by(OfficialCount.id))
        return [(row.key, row.township_id, row.value, row.version) for row in rows]


def test_a_period_is_entered_with_its_source_and_who(store: Store) -> None:
    assert enter(store, Line("city_batches", 110), Line("city_visits", 1731)) == 2

    with store.reading(OFFICE) as session:
        rows = queries.told(session, first_on=MAY["first_on"], last_on=MAY["last_on"])
    assert [(row.label, row.unit, row.value, row.source, row.entered_by) for row in rows] == [
        ("到市", "批次", 110, "市局第5期通报", OFFICE.name),
        ("到市", "人次", 1731, "市局第5期通报", OFFICE.name),
    ]


def test_a_number_is_corrected_and_taken_out_and_its_history_stays(store: Store) -> None:
    enter(store, Line("city_batches", 110))
    assert enter(store, Line("city_batches", 111, version=1)) == 1
    assert enter(store, Line("city_batches", 111, version=2)) == 0
    assert enter(store, Line("city_batches", None, version=2)) == 1
    assert kept(store) == []

    with store.reading(OFFICE) as session:
        told = [(each.action, each.before, each.after) for each in queries.history(session)]
    assert told == [
        (AuditAction.DELETE, 111, None),
        (AuditAction.UPDATE, 110, 111),
        (AuditAction.CREATE, None, 110),
    ]


def test_the_second_of_two_is_told_and_nothing_of_his_is_written(store: Store) -> None:
    enter(store, Line("city_batches", 110))

    with pytest.raises(Conflict, match="到市"):
        enter(store, Line("city_visits", 1731), Line("city_batches", 99))
    with pytest.raises(Conflict):
        enter(store, Line("city_batches", 99, version=7))
    assert kept(store) == [("city_batches", None, 110, 1)]


def test_population_is_told_by_township_and_nothing_else_is(
    store: Store, make_unit: Callable[..., int]
) -> None:
    town, office = make_unit("城关镇", kind=UnitKind.TOWNSHIP), make_unit("住建局")
    day: dict[str, Any] = {"first_on": TODAY, "last_on": TODAY}
    enter(store, Line("population", 480_000), Line("population", 31_000, None, town), **day)
    assert kept(store) == [("population", None, 480_000, 1), ("population", town, 31_000, 1)]

    with pytest.raises(Invalid, match="只有人口分乡镇"):
        enter(store, Line("city_visits", 3, None, town))
    with pytest.raises(Invalid, match="请选择乡镇"):
        enter(store, Line("population", 3, None, office), **day)


@pytest.mark.parametrize(
    ("line", "more", "message"),
    [
        (Line("nobody", 1), {}, "哪一项"),
        (Line("city_visits", -1), {}, "没有的填 0"),
        (Line("city_visits", 1), {"source": " "}, "写明来源"),
        (Line("city_visits", 1), {"source": "长" * 201}, "最多 200 个字"),
        (Line("city_visits", 1), {"first_on": None}, "起止日期"),
        (Line("city_visits", 1), {"last_on": date(2026, 4, 1)}, "结束早于开始"),
        (
            Line("city_visits", 1),
            {"first_on": date(2027, 1, 1), "last_on": date(2027, 1, 31)},
            "还没有到",
        ),
        (Line("city_visits", 10**9), {}, "不能大于"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    store: Store, line: Line, more: dict[str, Any], message: str
) -> None:
    with pytest.raises(Invalid) as refused:
        enter(store, Line("capital_visits", 0), line, **more)

    assert any(message in problem.message for problem in refused.value.problems)
    assert kept(store) == []


def test_a_leader_reads_them_and_enters_none(store: Store) -> None:
    enter(store, Line("city_batches", 110))
    leader = Actor(None, "王县长", frozenset({Role.LEADER}), leader_id=1)
    with store.reading(leader) as session:
        assert [row.value for row in queries.told(session)] == [110]
