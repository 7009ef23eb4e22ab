"""The likely classes in this process: when they are learnt anew, and what is suggested until then."""

from datetime import timedelta

import pytest

from analysis.classification import Classifier
from db.engine import Store
from settings import Settings
from tests.conftest import NOW, TODAY
from tests.ui.conftest import on_sqlite
from tests.ui.learning import WATER, learn
from ui import classes
from ui.classes import AGAIN_AFTER, LARGE, Learnt

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("ago", "brought", "wanted"),
    [
        (SECOND, [], False),
        (AGAIN_AFTER - SECOND, [(3, LARGE - 1)], False),
        (AGAIN_AFTER, [], True),
        (SECOND, [(3, LARGE)], True),
        (SECOND, [(4, LARGE - 1), (3, 1)], True),
        (SECOND, [(2, 10 * LARGE)], False),
    ],
)
def test_they_are_learnt_anew_after_a_day_or_a_large_import(
    ago: timedelta, brought: list[tuple[int, int]], wanted: bool
) -> None:
    last = Learnt(Classifier(), NOW - ago, last_import=2)

    assert classes.due(last, brought, now=NOW) is wanted
    assert classes.due(None, brought, now=NOW)


@on_sqlite
def test_nothing_is_suggested_until_they_are_learnt(store: Store, environment: Settings) -> None:
    assert classes.suggestions("村里没有自来水") == ()
    assert classes.likeliest([("村里没有自来水", "")]) == [None]
    assert "学习" in classes.reason()
    ids = learn(store)

    found = classes.suggestions("村里没有自来水")
    assert found[0].code_id == ids[WATER]
    assert 0 < found[0].probability <= 1
    assert [one.code_id for one in classes.likeliest([("自来水浑浊", "")]) if one] == [ids[WATER]]
    assert classes.suggestions("水") == ()
    assert classes.reason() == ""
    assert not classes.catch_up(store, today=TODAY, now=NOW + SECOND)
    assert classes.catch_up(store, today=TODAY, now=NOW + AGAIN_AFTER)


@on_sqlite
def test_without_classes_the_reason_is_told(store: Store, environment: Settings) -> None:
    assert classes.catch_up(store, today=TODAY, now=NOW)

    assert classes.suggestions("村里没有自来水") == ()
    assert "已分类的案件只有 0 件" in classes.reason()
