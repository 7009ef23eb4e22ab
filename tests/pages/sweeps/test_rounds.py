"""The office sees who has reported, reminds, and opens, moves and closes rounds."""

from collections.abc import Callable
from datetime import date, time, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.commands import sweeps
from db.engine import Store
from db.models.audit import AuditEntry
from db.models.sweeps import SweepReport, SweepRound, SweepRuleRow
from rules.sweep_terms import Cadence, RoundKind
from rules.terms import AuditAction, Role, UnitKind
from tests.conftest import OFFICE, TODAY
from tests.pages.conftest import said
from tests.sweeps import CLOCK, MORNING, at, jiayin, keep_up
from ui import store as ui_store


@pytest.fixture
def ids(store: Store, make_unit: Callable[..., int]) -> dict[str, int]:
    return jiayin(make_unit)


@pytest.fixture
def open_rounds(open_page: Callable[..., AppTest], ids: dict[str, int]) -> Callable[..., AppTest]:
    """Return a function that opens the screen as the office."""
    return lambda **query: open_page("sweeps/rounds", Role.OFFICE, query=query)


def rounds(store: Store, level: UnitKind | None = UnitKind.TOWNSHIP) -> list[SweepRound]:
    with store.reading(OFFICE) as session:
        return list(
            session.scalars(
                select(SweepRound)
                .where(SweepRound.level == level)
                .order_by(SweepRound.first_on, SweepRound.id)
            )
        )


def frame(page: AppTest, column: str) -> dict[str, list[object]]:
    found = next(f.value for f in page.dataframe if column in f.value.columns)
    return {name: list(found[name]) for name in found.columns}


def test_the_grid_shows_who_has_reported_in_words(
    open_rounds: Callable[..., AppTest], store: Store, ids: dict[str, int]
) -> None:
    keep_up(store)
    (each, *_) = rounds(store)
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, each.id, ids["第2乡"], today=TODAY, now=MORNING)

    page = open_rounds()

    grid = frame(page, "11月下半月")
    states = dict(zip(grid["单位"], grid["11月下半月"], strict=True))
    assert list(states.pop("第2乡")) == ["零报告"]  # type: ignore[call-overload]
    assert [list(each) for each in states.values()] == [["未到期"]] * 8  # type: ignore[call-overload]
    assert "12月上半月" not in grid


def test_the_filter_is_in_the_address(
    open_rounds: Callable[..., AppTest], store: Store, ids: dict[str, int]
) -> None:
    keep_up(store)
    (each, *_) = rounds(store)
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, each.id, ids["第2乡"], today=TODAY, now=MORNING)

    page = open_rounds(state="零报告")

    assert frame(page, "11月下半月")["单位"] == ["第2乡"]


def test_rounds_of_a_year_are_made_at_once(
    open_rounds: Callable[..., AppTest], store: Store
) -> None:
    page = open_rounds()
    assert len(rounds(store)) == 3
    assert "2027 年的节假日还没有录入" not in "".join(w.value for w in page.warning)

    page.button(key="sweep_year").click().run()

    assert len(rounds(store)) == 25
    assert "已生成" in said(page)
    assert "2027 年的节假日还没有录入" in page.warning[0].value


def test_a_campaign_is_opened_for_a_level_and_chosen_units(
    open_rounds: Callable[..., AppTest], store: Store, ids: dict[str, int]
) -> None:
    page = open_rounds()
    page.button(key="sweep_opening_opens").click().run()
    page.text_input(key="sweep_name").set_value("欠薪专项排查")
    page.date_input(key="sweep_last").set_value(TODAY + timedelta(days=10))
    page.date_input(key="sweep_due").set_value(TODAY + timedelta(days=11))
    page.time_input(key="sweep_due_time").set_value(time(12, 0))
    page.multiselect(key="sweep_levels").set_value([UnitKind.TOWNSHIP])
    page.multiselect(key="sweep_units").set_value([ids["第1乡2村"]])
    page.multiselect(key="sweep_classes").set_value([1])
    page.text_area(key="sweep_note").set_value("逐个工地排查")
    page.button(key="sweep_open_submit").click().run()

    (row,) = rounds(store, None)
    assert (row.name, row.kind, row.note) == ("欠薪专项排查", RoundKind.CAMPAIGN, "逐个工地排查")
    assert len(row.unit_ids) == 10
    assert row.class_ids == [1]
    assert row.due_at.astimezone(CLOCK) == at(TODAY + timedelta(days=11), 12)


def test_the_kind_of_a_round_by_hand_is_chosen(
    open_rounds: Callable[..., AppTest], store: Store
) -> None:
    page = open_rounds()
    page.button(key="sweep_opening_opens").click().run()
    page.radio(key="sweep_kind").set_value(RoundKind.AD_HOC)
    page.date_input(key="sweep_first").set_value(TODAY - timedelta(days=1))
    page.text_input(key="sweep_name").set_value("防汛")
    page.multiselect(key="sweep_levels").set_value([UnitKind.VILLAGE])
    page.button(key="sweep_open_submit").click().run()

    (row,) = rounds(store, None)
    assert (row.kind, row.first_on, len(row.unit_ids)) == (
        RoundKind.AD_HOC,
        TODAY - timedelta(days=1),
        73,
    )


def test_a_due_time_is_moved_with_its_reason(
    open_rounds: Callable[..., AppTest], store: Store
) -> None:
    keep_up(store)
    (each, *_) = rounds(store)
    page = open_rounds()
    page.selectbox(key="sweep_managed").set_value(each.id).run()
    page.date_input(key=f"due-{each.id}").set_value(date(2026, 12, 2))
    page.time_input(key=f"due_time-{each.id}").set_value(time(9, 0))
    page.text_input(key=f"due_reason-{each.id}").set_value("大雪封路")
    page.button(key=f"move-{each.id}_submit").click().run()

    (moved, *_) = rounds(store)
    assert moved.due_at == at(date(2026, 12, 2), 9)
    assert moved.due_reason == "大雪封路"


def test_a_round_past_its_due_time_is_closed_and_who_is_missing_written_down(
    open_rounds: Callable[..., AppTest], store: Store
) -> None:
    keep_up(store, today=date(2026, 11, 14), until=date(2026, 11, 14))
    page = open_rounds()
    each = rounds(store)[0]
    page.selectbox(key="sweep_managed").set_value(each.id).run()
    page.button(key=f"close-{each.id}").click().run()

    assert rounds(store)[0].closed_at == MORNING
    with store.reading(OFFICE) as session:
        assert len(session.scalars(select(SweepReport)).all()) == 9


def test_a_round_by_hand_is_taken_back(open_rounds: Callable[..., AppTest], store: Store) -> None:
    page = open_rounds()
    page.button(key="sweep_opening_opens").click().run()
    page.text_input(key="sweep_name").set_value("误发起")
    page.multiselect(key="sweep_levels").set_value([UnitKind.TOWNSHIP])
    page.button(key="sweep_open_submit").click().run()
    (each,) = rounds(store, None)

    page.selectbox(key="sweep_managed").set_value(each.id).run()
    page.button(key=f"remove-{each.id}").click().run()

    assert rounds(store, None) == []


def test_a_cadence_is_laid_and_taken_back(
    open_rounds: Callable[..., AppTest], store: Store
) -> None:
    page = open_rounds()
    page.selectbox(key="sweep_rule").set_value("village").run()
    page.selectbox(key="cadence-village").set_value(Cadence.WEEK)
    page.number_input(key="days-village").set_value(1)
    page.time_input(key="time-village").set_value(time(17, 30))
    page.checkbox(key="rolls-village").uncheck()
    page.date_input(key="from-village").set_value(TODAY + timedelta(days=3))
    page.date_input(key="to-village").set_value(TODAY + timedelta(days=90))
    page.text_input(key="clause-village").set_value("县联席办〔2026〕3号")
    page.button(key="sweep_rule-village_submit").click().run()

    with store.reading(OFFICE) as session:
        (row,) = session.scalars(select(SweepRuleRow)).all()
    assert (row.cadence, row.due_days, row.due_time, row.rolls) == (Cadence.WEEK, 1, "17:30", False)
    assert (row.valid_from, row.valid_to) == (TODAY + timedelta(days=3), TODAY + timedelta(days=90))
    assert len(rounds(store, UnitKind.VILLAGE)) > 1

    page.button(key=f"remove-village-{TODAY + timedelta(days=3)}").click().run()

    with store.reading(OFFICE) as session:
        assert session.scalars(select(SweepRuleRow)).all() == []
    assert rounds(store, UnitKind.VILLAGE) == []


def test_who_is_to_be_reminded_is_ready_to_paste(
    open_rounds: Callable[..., AppTest], store: Store
) -> None:
    keep_up(store, today=date(2026, 11, 14), until=date(2026, 11, 14))

    page = open_rounds()

    text = next(code.value for code in page.code if "乡" in code.value)
    assert "2026年11月上半月矛盾纠纷排查已于 11月16日 18:00 截止" in text
    assert "（9 个）：第1乡、第2乡" in text


def test_a_unit_sees_its_own_and_manages_nothing(
    open_page: Callable[..., AppTest], store: Store, ids: dict[str, int]
) -> None:
    page = open_page("sweeps/rounds", Role.UNIT, unit_id=ids["第1乡"])

    assert frame(page, "11月下半月")["单位"] == ["第1乡"]
    assert [tab.label for tab in page.tabs] == ["报送情况", "报送率", "轮次"]


def test_an_export_holds_the_grid_the_rates_and_the_rounds_and_is_noted(
    open_rounds: Callable[..., AppTest], store: Store, ids: dict[str, int]
) -> None:
    keep_up(store)
    (each, *_) = rounds(store)
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, each.id, ids["第2乡"], today=TODAY, now=MORNING)
    page = open_rounds(state="零报告")
    page.session_state["sweep_export"] = True
    page.run()

    page.button(key="sweep_export_make").click().run()

    made = page.session_state["_sweep_export"]
    book = load_workbook(BytesIO(made["file"]))
    assert book.sheetnames == ["报送情况", "轮次", "说明"]
    lines = list(book["报送情况"].iter_rows(values_only=True))
    assert lines == [("单位", "11月下半月"), ("第2乡", "零报告")]
    assert "第2乡" not in str(list(book["轮次"].iter_rows(values_only=True)))
    assert "内部资料" in str(book["报送情况"].oddHeader.center.text)
    with store.reading(OFFICE) as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORT)
        ).one()
    assert entry.changes["rows"] == 1


def test_rates_are_exported_once_a_round_is_due(
    open_rounds: Callable[..., AppTest],
    store: Store,
    ids: dict[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keep_up(store)
    (each, *_) = rounds(store)
    with store.writing(OFFICE) as session:
        sweeps.file_zero(session, each.id, ids["第2乡"], today=TODAY, now=MORNING)
    monkeypatch.setattr(ui_store, "now", lambda: each.due_at + timedelta(hours=1))
    page = open_rounds()
    page.session_state["sweep_export"] = True
    page.run()

    page.button(key="sweep_export_make").click().run()

    book = load_workbook(BytesIO(page.session_state["_sweep_export"]["file"]))
    rates = {row[0]: row[1:] for row in book["报送率"].iter_rows(values_only=True)}
    assert rates["合计"][:2] == ("9", "1")
    assert rates["第2乡"][-1].startswith("100")
