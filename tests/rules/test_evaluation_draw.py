"""The draw: by category, fair, without those who stay out, and the same again from its seed."""

import random
from collections import Counter
from fractions import Fraction
from math import sqrt

import pytest

from rules import evaluation_draw as rules
from rules.evaluation_draw import Bar, Candidate, Limits, Plan

LIMITS = Limits(7, 11, Fraction(1, 3), Fraction(2, 3), 7)
NAMES = {1: "党代表", 2: "新闻工作者", 3: "法律工作者"}


def _pool(*counts: int) -> list[Candidate]:
    return [
        Candidate(100 * category + place, category)
        for category, count in enumerate(counts, start=1)
        for place in range(count)
    ]


PLAN = Plan(size=7, seats={1: 3, 2: 2, 3: 2}, temporary=0, alternates=2)


@pytest.mark.parametrize("run", range(200))
def test_every_draw_has_the_seats_and_nobody_who_stays_out(run: int) -> None:
    chance = random.Random(run)
    pool = [
        Candidate(c.id, c.category_id, chance.choice(list(Bar)))
        for c in _pool(*(chance.randint(2, 30) for _ in range(3)))
    ]
    plan = Plan(7, {1: chance.randint(0, 3), 2: 1, 3: 2}, 0, chance.randint(0, 3))
    if rules.shortages(pool, plan, NAMES):
        return
    drawn = rules.draw(pool, plan, seed=f"{run}")
    by_id = {c.id: c for c in pool}

    counted = Counter(by_id[each].category_id for each in drawn.members)
    assert counted == Counter({key: n for key, n in plan.seats.items() if n})
    assert len(drawn.alternates) == plan.alternates
    together = [*drawn.members, *drawn.alternates]
    assert len(set(together)) == len(together)
    assert all(by_id[each].bar is Bar.FREE for each in together)


def test_who_asks_again_gets_the_same_whatever_order_the_pool_comes_in() -> None:
    pool = _pool(20, 9, 14)
    turned = random.Random(4).sample(pool, len(pool))

    again = rules.draw(*rules.restored(rules.kept(turned, PLAN)), seed="a1")
    assert again == rules.draw(pool, PLAN, seed="a1")
    assert rules.draw(pool, PLAN, seed="a2") != again


def test_the_digest_tells_any_change_of_the_snapshot() -> None:
    before = rules.kept(_pool(20, 9, 14), PLAN)
    after = rules.kept(_pool(20, 9, 13), PLAN)

    assert rules.digest(before) == rules.digest(rules.kept(_pool(20, 9, 14), PLAN))
    assert rules.digest(before) != rules.digest(after)


def test_everybody_of_a_category_is_drawn_as_often_within_five_deviations() -> None:
    runs, people, seats = 4000, 12, 3
    pool = _pool(people, 4, 4)
    chosen: Counter[int] = Counter()
    stood_by: Counter[int] = Counter()
    for run in range(runs):
        drawn = rules.draw(pool, PLAN, seed=f"seed-{run}")
        chosen.update(drawn.members)
        stood_by.update(drawn.alternates)

    expected = runs * seats / people
    bound = 5 * sqrt(runs * (seats / people) * (1 - seats / people))
    for candidate in pool[:people]:
        assert abs(chosen[candidate.id] - expected) < bound
    assert sum(stood_by.values()) == 2 * runs
    assert len(stood_by) == len(pool)


@pytest.mark.parametrize(
    ("size", "ok"),
    [(6, False), (7, True), (8, False), (9, True), (11, True), (12, False), (13, False)],
)
def test_a_panel_is_odd_and_between_seven_and_eleven(size: int, ok: bool) -> None:
    found = rules.plan_problems(Plan(size, {1: size}, 0, 2), LIMITS)

    assert ([p.field for p in found] == []) is ok


@pytest.mark.parametrize(("temporary", "ok"), [(0, True), (3, True), (4, False)])
def test_temporary_members_are_a_third_at_most(temporary: int, ok: bool) -> None:
    found = rules.plan_problems(Plan(9, {1: 9 - temporary}, temporary, 2), LIMITS)

    assert ([p.field for p in found] == []) is ok
    assert ok or "最多 3 名" in found[0].message


def test_seats_must_come_to_the_size() -> None:
    (found,) = rules.plan_problems(Plan(9, {1: 4}, 2, 2), LIMITS)

    assert "合计 4，加临时成员 2" in found.message


def test_a_pool_too_small_says_which_category_lacks_how_many_and_why() -> None:
    pool = [*_pool(5, 0, 3), Candidate(201, 2, Bar.RECUSED), Candidate(202, 2, Bar.TERM)]
    plan = Plan(7, {1: 3, 2: 2, 3: 2}, 0, 2)
    (found,) = rules.shortages(pool, plan, NAMES)

    assert found.message == (
        "“新闻工作者”需要 2 名，可抽取的只有 0 名，缺 2 名（名册 2 名，不在任期 1、应当回避 1）"
    )


def test_too_few_for_the_alternates_is_told_as_well() -> None:
    (found,) = rules.shortages(_pool(3, 2, 3), PLAN, NAMES)

    assert "候补需要 2 名，可抽取的只剩 1 名，缺 1 名" in found.message


@pytest.mark.parametrize(("size", "wanted"), [(7, 7), (9, 7), (11, 8)])
def test_the_quorum_is_two_thirds_and_never_below_seven(size: int, wanted: int) -> None:
    assert rules.quorum(size, LIMITS) == wanted
