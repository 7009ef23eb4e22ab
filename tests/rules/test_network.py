"""横向到边、纵向到底: what each place lacks on a day."""

from datetime import date, timedelta

import pytest

from rules.dispute_terms import NodeKind
from rules.network import Node, Place, change_told, gaps, node_problems
from rules.terms import UnitKind

DAY = date(2026, 11, 20)
VILLAGE = Place(1, "城关镇/幸福村", UnitKind.VILLAGE, ("一组", "二组"))
K = NodeKind


def node(
    kind: NodeKind, grid: str = "", since: date | None = None, until: date | None = None
) -> Node:
    return Node(1, kind, grid, since, until)


WHOLE = [node(K.MEDIATION_GROUP), node(K.GRID_WORKER, "一组"), node(K.INFORMATION_CLERK)]


def test_a_village_with_all_has_no_gap() -> None:
    assert gaps([VILLAGE], WHOLE, on=DAY) == []


@pytest.mark.parametrize("left", range(3))
def test_what_a_village_lacks_is_named(left: int) -> None:
    there = [each for place, each in enumerate(WHOLE) if place != left]
    found = gaps([VILLAGE], there, on=DAY)

    assert found[0].told == f"没有{WHOLE[left].kind.label}"


def test_a_group_without_an_informant_of_matters_is_named() -> None:
    there = [node(K.MEDIATION_GROUP), node(K.GRID_WORKER), node(K.INFORMATION_CLERK, "一组")]

    assert gaps([VILLAGE], there, on=DAY)[0].told == "二组没有信息员"


def test_what_has_ended_or_not_begun_counts_for_nothing() -> None:
    ended = [*WHOLE[1:], node(K.MEDIATION_GROUP, until=DAY)]
    coming = [*WHOLE[1:], node(K.MEDIATION_GROUP, since=DAY + timedelta(1))]

    for there in (ended, coming):
        assert gaps([VILLAGE], there, on=DAY)[0].lacking == (K.MEDIATION_GROUP,)


def test_a_township_needs_what_a_township_has() -> None:
    town = Place(9, "城关镇", UnitKind.TOWNSHIP)

    assert gaps([town], [], on=DAY)[0].lacking == (
        K.JOINT_MEETING,
        K.JUSTICE_OFFICE,
        K.POLICE_STATION,
        K.PETITION_CLERK,
    )


def test_staff_say_whether_it_is_their_only_work() -> None:
    def wrong(
        kind: NodeKind | None, name: str = "赵六", full_time: bool | None = None
    ) -> list[str]:
        found = node_problems(
            kind=kind, name=name, grid="", full_time=full_time, valid_from=None, valid_to=None
        )
        return [problem.field for problem in found]

    assert wrong(K.GRID_WORKER) == ["full_time"]
    assert wrong(K.GRID_WORKER, full_time=False) == []
    assert wrong(K.JUSTICE_OFFICE) == []
    assert wrong(None, name="") == ["kind", "name"]


def test_a_change_is_told_from_what_to_what() -> None:
    assert change_told({"名称": ("赵六", "孙七"), "网格（组）": ("", "一组")}) == (
        "名称：赵六 → 孙七；网格（组）：无 → 一组"
    )
