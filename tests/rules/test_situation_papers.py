"""What an annex says of figures that have changed since the snapshot it is of."""

from rules.situation_papers import changed_since
from tests.materials import material


def test_only_what_has_changed_is_told_with_what_it_was_and_is() -> None:
    kept = material({"received": 143, "collectives": 4, "on_time": (95, 100)}, {})
    now = material({"received": 144, "collectives": 4, "on_time": (190, 200)}, {})

    found = changed_since(kept, now.readings)

    assert found == [
        "信访总量（快照 143，导出时 144）",
        "按期办结率（快照 95.0%（95/100），导出时 95.0%（190/200））",
    ]


def test_of_figures_as_they_were_nothing_is_told() -> None:
    kept = material({"received": 143, "on_time": (95, 100)}, {})

    assert changed_since(kept, kept.readings) == []
