"""A material kept as JSON is what it was when it is read again."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from rules.figure_terms import Dimension
from rules.meetings import DecisionState
from rules.panel_terms import BatchRow, CollectiveRow, DecisionTold, Material, PanelKind
from rules.panels import panel, panels
from rules.periods import Days
from rules.snapshots import kept, number, problems, read_kept
from tests.conftest import TODAY
from tests.materials import material, month, part, with_decimals

M = material(
    {"received": 143, "on_time": (95, 100), "city_batches": None},
    {"received": 131},
    parts={
        Dimension.MONTH: (month(1, 3),),
        Dimension.TOWNSHIP: (
            part("朝阳镇", 4, received=3, on_time=(1, 2)),
            part("未填", None, received=1),
        ),
    },
    collectives=(CollectiveRow(date(2026, 3, 1), "朝阳镇", "城乡建设", 29, "住建局", "办理中"),),
    batches=(BatchRow("第一批", date(2026, 2, 1), 54, 42),),
    opening=(
        DecisionTold("会", "住建局", "方案", date(2026, 7, 9), DecisionState.OVERDUE, "超期 1 天"),
    ),
)


def test_what_is_kept_is_read_as_it_was() -> None:
    found = read_kept(json.loads(json.dumps(kept(M))), number="KZ20260001")
    assert found.number == "KZ20260001"
    assert replace(found, number="", parts={}) == replace(
        M, parts={}, readings=found.readings, year_before=found.year_before, before=found.before
    )
    assert _told(found) == _told(M)
    assert [each.shown for each in found.readings.values()] == [
        each.shown for each in M.readings.values()
    ]
    assert panels(replace(found, number="")) == panels(M)


def test_a_snapshot_that_did_not_keep_its_bases_says_none_and_guesses_none() -> None:
    content = kept(M)
    del content["bases"]
    found = read_kept(json.loads(json.dumps(content)), number="KZ20260001")
    assert found.bases is None
    assert not found.one_base
    assert not any("比较" in note for note in panel(PanelKind.OVERALL, found).notes)
    assert replace(found, before=found.year_before).one_base


def _told(m: Material) -> Any:
    return {
        dimension: [
            (each.key, each.label, {code: one.shown for code, one in each.readings.items()})
            for each in parts
        ]
        for dimension, parts in m.parts.items()
    }


def test_what_is_kept_is_shown_with_the_decimals_it_had() -> None:
    whole = with_decimals(M, 0)
    found = read_kept(json.loads(json.dumps(kept(whole))), number="")
    assert found.readings["on_time"].shown == "95%（95/100）"
    assert panels(found) == panels(whole)
    former = {name: each for name, each in kept(M).items() if name != "decimals"}
    assert read_kept(former, number="").readings["on_time"].shown == "95.0%（95/100）"


def test_a_kept_figure_keeps_the_words_it_had() -> None:
    told = kept(M)
    told["figures"][0]["definition"] = "旧口径"
    found = read_kept(told, number="KZ20260001")
    assert next(iter(found.readings.values())).figure.definition == "旧口径"


def test_a_form_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="form 9"):
        read_kept({**kept(M), "form": 9}, number="")


def test_numbers_go_by_year() -> None:
    assert number(2026, 7) == "KZ20260007"


def test_a_control_character_kept_in_a_name_reaches_no_paper() -> None:
    row = CollectiveRow(date(2026, 3, 1), "朝\x0b阳镇", "", 29, "住\x01建局", "办理中")
    parts = {Dimension.TOWNSHIP: (part("朝\x0b阳镇", 4, received=3),)}

    found = read_kept(
        kept(replace(M, place="全\x0b县", collectives=(row,), parts=parts)), number=""
    )

    (told,), ((town,),) = found.collectives, found.parts.values()
    assert (found.place, told.township, told.unit) == ("全县", "朝阳镇", "住建局")
    assert town.label == "朝阳镇"


@pytest.mark.parametrize(("first", "told"), [(TODAY, 0), (TODAY + timedelta(days=1), 1)])
def test_days_that_have_not_begun_are_not_kept(first: date, told: int) -> None:
    found = problems(Days(first, first + timedelta(days=30)), today=TODAY)

    assert len(found) == told
    assert all("还没有开始" in each.message for each in found)
