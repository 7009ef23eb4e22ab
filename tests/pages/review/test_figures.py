"""全部指标 as the office and leaders use it: every figure by its code, its rows, and both taken along."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.models.audit import AuditEntry
from db.queries.situation_scope import Asked
from rules.figures import GROUPS, REGISTRY
from rules.periods import read_days
from rules.terms import AuditAction, Channel, Role, UnitKind
from tests.conftest import OFFICE, TODAY
from tests.db.conftest import make_visit  # noqa: F401
from tests.db.situations import kept_noise, noisy, read  # noqa: F401
from tests.receptions import leader  # noqa: F401
from ui import figure_export

Open = Callable[..., AppTest]
Make = Callable[..., Any]
PAGE = "review/figures"


def words(app: AppTest) -> str:
    return " ".join(str(each.value) for each in (*app.markdown, *app.caption, *app.info))


def codes(app: AppTest) -> list[str]:
    """The codes listed, board by board."""
    tables = [each.value for each in app.dataframe if "分子/分母" in each.value.columns]
    return [code for table in tables for code in table.iloc[:, 0]]


def exported(store: Store) -> list[Any]:
    with store.reading(OFFICE) as session:
        asked = select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORT)
        return [row.changes for row in session.scalars(asked.order_by(AuditEntry.seq))]


def sheet(app: AppTest, name: str) -> list[tuple[Any, ...]]:
    file = load_workbook(BytesIO(app.session_state[figure_export._READY]["file"]))
    return list(file[name].iter_rows(values_only=True))


def test_every_figure_opens_as_much_as_it_says(
    open_page: Open,
    noisy: tuple[Store, list[int]],  # noqa: F811
) -> None:
    store, _ = noisy
    told = read(store, Asked(read_days("2026H1")))
    app = open_page(PAGE, Role.OFFICE, query={"o_span": "半年", "o_half": "2026年上半年"})
    assert codes(app) == list(REGISTRY)

    for code in REGISTRY:
        app.query_params["o_figure"] = code
        app.run()
        assert not app.exception, code
        count, whole = told[code]
        said = re.findall(r"共 [*]{2}(\d+)[*]{2}", words(app))
        if count:
            assert said == [str(count)], code
        else:
            assert said in ([], ["0"]), code
        if REGISTRY[code].is_ratio:
            assert f"（{count}/{whole}）" in words(app), code
        assert f"编码 {code}" in words(app)
        assert "{" not in words(app), code


def test_a_figure_is_found_by_its_code_and_by_its_name(open_page: Open, make_leader: Make) -> None:
    app = open_page(PAGE, Role.LEADER, leader_id=make_leader("王县长"))
    for term, found in (
        ("disputes_passed_on", ["disputes_passed_on"]),
        ("满意率 责任", ["unit_satisfaction"]),
    ):
        app.text_input(key="f_term").set_value(term).run()
        assert codes(app) == found
    app.text_input(key="f_term").set_value("没有这个").run()
    assert codes(app) == []
    assert "没有编码" in words(app)
    assert len(GROUPS) > 1


def test_a_figure_of_the_county_says_so_of_a_place(open_page: Open, make_unit: Make) -> None:
    make_unit("城关镇", kind=UnitKind.TOWNSHIP)
    app = open_page(
        PAGE, Role.OFFICE, query={"o_township": "城关镇", "o_figure": "reception_people"}
    )
    assert "只按全县统计" in words(app)


def test_the_list_is_taken_along_and_noted(
    open_page: Open, store: Store, make_case: Make, make_leader: Make
) -> None:
    make_case(channel=Channel.WEB)
    make_case()
    app = open_page(PAGE, Role.LEADER, leader_id=make_leader("王县长"))
    app.session_state["figures_list_export"] = True
    app.run()
    app.button(key="figures_list_make").click().run()

    assert not app.error
    head, *rows = sheet(app, "全部指标")
    shares = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert list(shares) == list(REGISTRY)
    assert (shares["web_share"]["分子"], shares["web_share"]["分母"]) == (1, 2)
    assert [each["rows"] for each in exported(store)] == [len(REGISTRY)]


def test_the_rows_behind_a_figure_are_taken_along_without_a_word_of_them(
    open_page: Open, store: Store, make_case: Make
) -> None:
    opened = make_case(title="李四反映道路积水")
    app = open_page(PAGE, Role.OFFICE, query={"o_figure": "received"})
    app.session_state["figures_rows_export"] = True
    app.run()
    app.button(key="figures_rows_make").click().run()

    rows = sheet(app, "指标明细")
    assert rows[1][0] == opened.number
    assert not any("李四" in str(cell) for row in rows for cell in row)
    (noted,) = exported(store)
    assert noted["rows"] == 1
    assert "信访总量（received）" in noted["filters"][0]


def test_a_visit_opened_here_leads_back(
    open_page: Open,
    make_visit: Make,  # noqa: F811
) -> None:
    visit = make_visit(title="反映积水", received_on=TODAY)
    app = open_page(PAGE, Role.OFFICE, query={"o_figure": "reception_batches"})
    app.session_state["_open_visit"] = visit.number
    app.run()

    assert not app.exception
    assert "反映积水" in [each.value for each in app.title] + words(app).split()
    (back,) = [each for each in app.get("page_link") if "返回" in each.proto.label]
    assert back.proto.label == "返回全部指标"
