"""总览 as the office and leaders use it: figures, filters in the address, and the rows behind a number."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest

from db.engine import Store
from db.models.accounts import SignIn
from db.models.cases import Case
from db.models.disputes import Dispute
from db.models.units import Unit
from db.queries import units
from db.queries.situation_cases import Side
from rules.case_terms import Clock
from rules.dispute_terms import DisputeOutcome
from rules.periods import Span, read_days
from rules.permissions import SYSTEM
from rules.terms import Channel, Purpose, Repeat, Role, UnitKind
from tests.conftest import ROOT, TODAY
from tests.db import disputes as d
from tests.db.conftest import make_visit  # noqa: F401
from tests.receptions import leader  # noqa: F401

Open = Callable[..., AppTest]
Make = Callable[..., Any]


def _metrics(app: AppTest) -> dict[str, str]:
    return {shown.label: shown.value for shown in app.metric}


def _words(app: AppTest) -> str:
    told = [*app.markdown, *app.caption, *app.info, *app.success, *app.title, *app.subheader]
    return " ".join(str(element.value) for element in told)


def _column(app: AppTest, heading: str, beside: str) -> list[str]:
    """A column of the one table that has another column as well."""
    (found,) = [t.value for t in app.dataframe if {heading, beside} <= set(t.value.columns)]
    return list(found[heading])


def _cases(app: AppTest) -> list[str]:
    """The titles of the cases in the drawer."""
    return _column(app, "标题", "收到日期")


def _named(store: Store, unit_id: int) -> str:
    """A unit as the filter offers it."""
    with store.reading(SYSTEM) as session:
        return next(row.path_name for row in units.tree(session) if row.id == unit_id)


@pytest.fixture
def open_overview(sign_in: Callable[..., int]) -> Open:
    """Return a function that opens the first screen at an address, newly signed in where a role is given."""

    def open_(*roles: Role, query: dict[str, str] | None = None, **account: object) -> AppTest:
        if roles:
            sign_in(*roles, **account)
        app = AppTest.from_file(ROOT / "frame.py", default_timeout=20)
        for name, value in (query or {}).items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    return open_


@pytest.fixture
def town(make_unit: Make) -> int:
    """A township with a dispute and a village below it."""
    return int(make_unit("城关镇", kind=UnitKind.TOWNSHIP))


def test_the_figures_and_the_rows_of_one(open_overview: Open, make_case: Make) -> None:
    for title in ("道路积水", "河堤渗水"):
        make_case(title=title)
    make_case(title="去年的事", received_on=date(2025, 5, 5))
    app = open_overview(Role.OFFICE)

    assert _metrics(app)["信访总量（件次）"] == "2"
    assert len(app.metric) == 8
    assert "数据截至" in _words(app)
    assert "数据版本" in _words(app)

    app.button(key="o_open_received").click().run()

    assert not app.exception
    assert app.query_params["o_figure"] == "received"
    assert _cases(app) == ["河堤渗水", "道路积水"]
    assert "共 **2** 件" in _words(app)


def test_a_link_opens_the_same_view_with_its_rows(
    open_overview: Open, make_case: Make, make_unit: Make, town: int
) -> None:
    make_case(title="镇上的事", township_id=town, received_on=date(2026, 8, 1))
    make_case(title="别处的事", township_id=make_unit("河东镇", kind=UnitKind.TOWNSHIP))
    query = {"o_span": "季度", "o_quarter": "2026年第三季度", "o_township": "城关镇"}
    app = open_overview(Role.OFFICE, query={**query, "o_figure": "received"})

    assert app.selectbox(key="o_quarter").value == read_days("2026Q3")
    assert app.selectbox(key="o_township").value == town
    assert _metrics(app)["信访总量（件次）"] == "1"
    assert _cases(app) == ["镇上的事"]


def test_the_sides_of_a_rate_are_told_apart(open_overview: Open, make_case: Make) -> None:
    make_case(title="第一回")
    make_case(title="又来了", repeat=Repeat.REPEAT)
    app = open_overview(Role.OFFICE, query={"o_figure": "repeat_rate"})
    assert _metrics(app)["重复信访率"] == "50.0%"
    assert _cases(app) == ["又来了"]

    app.segmented_control(key="o_side").set_value(Side.REST).run()

    assert _cases(app) == ["第一回"]


def test_places_are_cleared_at_once(open_overview: Open, make_case: Make, town: int) -> None:
    make_case()
    app = open_overview(Role.OFFICE)
    app.selectbox(key="o_township").set_value(town).run()
    assert _metrics(app)["信访总量（件次）"] == "0"
    assert "只按全县统计" in _words(app)

    app.button(key="o_clear").click().run()

    assert app.selectbox(key="o_township").value is None
    assert _metrics(app)["信访总量（件次）"] == "1"


def test_an_accusation_is_on_the_screen_for_nobody(
    open_overview: Open, make_case: Make, store: Store
) -> None:
    late = TODAY - timedelta(days=40)
    opened = [
        make_case(title="道路积水", received_on=late),
        make_case(title="举报某局长", purpose=Purpose.ACCUSATION, received_on=late),
    ]
    with store.writing(SYSTEM) as session:
        for each in opened:
            case = session.get_one(Case, each.id)
            case.due_on, case.due_clock = TODAY - timedelta(days=1), Clock.TRANSFER
    app = open_overview(Role.OFFICE, query={"o_figure": "overdue"})

    assert _metrics(app)["超期（件）"] == "1"
    assert _cases(app) == ["道路积水"]
    assert _column(app, "标题", "为什么要看") == ["道路积水"]
    assert "已超期 1" in [option.content for option in app.pills(key="why").proto.options]


def test_what_today_brought_opens_its_rows(open_overview: Open, make_case: Make) -> None:
    make_case(title="今天的事")
    make_case(title="昨天的事", received_on=TODAY - timedelta(days=1))
    app = open_overview(Role.OFFICE)
    told = [_column(app, heading, "变化")[0] for heading in ("变化", "昨天", "今天到现在")]
    assert told == ["收到信访事项（件次）", "1", "1"]

    on = f"{TODAY - timedelta(days=1)}..{TODAY - timedelta(days=1)}"
    app = open_overview(query={"o_figure": "received", "o_on": on})

    assert _cases(app) == ["昨天的事"]


def test_disputes_and_visits_open_in_the_drawer_too(
    open_overview: Open,
    store: Store,
    make_unit: Make,
    make_visit: Make,  # noqa: F811
) -> None:
    place = d.build(make_unit)
    d.add(store, place.village, title="两户界线", found_on=TODAY)
    make_visit(title="反映积水", received_on=TODAY)
    app = open_overview(Role.OFFICE, query={"o_figure": "disputes_unresolved"})
    assert _column(app, "矛盾纠纷", "排查日期") == ["两户界线"]

    app = open_overview(query={"o_figure": "reception_batches"})
    assert _column(app, "反映问题", "接访领导") == ["反映积水"]
    # What is asked for is told in the county's own numbers.
    app = open_overview(query={"o_figure": "reception_groups"})
    assert "达到 5 人" in _words(app)
    (board,) = [each for each in app.subheader if each.value.startswith("领导接访")]
    assert "达到 5 人" in board.help


def test_a_bar_narrows_the_screen_to_its_month(open_overview: Open, make_case: Make) -> None:
    make_case(received_on=date(2026, 5, 2))
    make_case(received_on=date(2026, 8, 1))
    query = {"o_figure": "received", "o_on": "2026-05-01..2026-05-31"}
    app = open_overview(Role.OFFICE, query=query)
    assert _metrics(app)["信访总量（件次）"] == "2"
    assert app.button(key="o_narrow").label == "只看这个月"

    app.button(key="o_narrow").click().run()

    assert _metrics(app)["信访总量（件次）"] == "1"
    assert app.selectbox(key="o_month").value == read_days("2026-05")
    assert "o_figure" not in app.query_params
    again = open_overview(query={"o_span": "月", "o_month": app.query_params["o_month"]})
    assert again.selectbox(key="o_month").value == read_days("2026-05")


def test_a_bar_narrows_a_screen_whose_months_were_looked_at_before(
    open_overview: Open, make_case: Make
) -> None:
    make_case(received_on=date(2026, 5, 2))
    app = open_overview(Role.OFFICE)
    for span in (Span.MONTH, Span.YEAR):
        app.segmented_control(key="o_span").set_value(span).run()
    app.query_params["o_figure"], app.query_params["o_on"] = "received", "2026-05-01..2026-05-31"
    app.run()

    app.button(key="o_narrow").click().run()

    assert not app.exception
    assert app.selectbox(key="o_month").value == read_days("2026-05")


def test_a_day_narrows_the_screen_to_itself(open_overview: Open, make_case: Make) -> None:
    make_case()
    make_case(received_on=TODAY - timedelta(days=1))
    query = {"o_figure": "received", "o_on": f"{TODAY}..{TODAY}"}
    app = open_overview(Role.OFFICE, query=query)
    assert app.button(key="o_narrow").label == "只看这一天"

    app.button(key="o_narrow").click().run()

    assert _metrics(app)["信访总量（件次）"] == "1"
    assert [app.date_input(key=key).value for key in ("o_since", "o_until")] == [TODAY, TODAY]


def test_what_stands_now_is_of_no_days_to_narrow_to(open_overview: Open) -> None:
    query = {"o_figure": "overdue", "o_on": f"{TODAY}..{TODAY}"}
    app = open_overview(Role.OFFICE, query=query)
    assert not [each for each in app.button if each.key == "o_narrow"]


@pytest.mark.parametrize(
    ("code", "left"),
    [("disputes_found", 4), ("disputes_passed_on", 2), ("dispute_resolution", 1)],
)
def test_the_ledger_of_disputes_holds_what_the_figure_counts(
    open_overview: Open, store: Store, make_unit: Make, code: str, left: int
) -> None:
    place = d.build(make_unit)
    other = make_unit("县水利局")
    outcomes = ("RESOLVED", "ROUTED", "PETITIONED", "PARTLY")
    for outcome in outcomes:
        opened = d.add(store, place.village, title="两户界线", found_on=TODAY)
        with store.writing(SYSTEM) as session:
            row = session.get_one(Dispute, opened.id)
            row.outcome, row.duty_unit_id = DisputeOutcome[outcome], other
    query = {"o_figure": code, "o_unit": _named(store, place.village)}
    app = open_overview(Role.OFFICE, query=query)
    assert len(_column(app, "矛盾纠纷", "排查日期")) == left

    app.button(key="overview_list").click().run()

    assert not app.exception
    assert len(_column(app, "矛盾纠纷", "排查日期")) == left
    # Of a unit that did not find them but is to resolve them the figure counts none.
    app = open_overview(query={"o_figure": code, "o_unit": "县水利局"})
    assert "没有。" in _words(app)


def test_an_address_that_asks_for_no_number_is_the_plain_screen(open_overview: Open) -> None:
    query = {"o_figure": "nonsense", "o_on": "2026-99", "o_span": "世纪"}
    app = open_overview(Role.OFFICE, query=query)

    assert not [table for table in app.dataframe if "收到日期" in table.value.columns]
    assert len(app.metric) == 8


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        (None, None, "请选好"),
        (date(2026, 5, 2), date(2026, 5, 1), "早于"),
        (date(2027, 5, 1), date(2027, 5, 2), "还没有开始"),
    ],
)
def test_days_that_are_none_are_told_of(
    open_overview: Open, since: date | None, until: date | None, told: str
) -> None:
    app = open_overview(Role.OFFICE)
    app.segmented_control(key="o_span").set_value(Span.CUSTOM).run()
    app.date_input(key="o_since").set_value(since)
    app.date_input(key="o_until").set_value(until).run()

    assert told in _words(app)
    assert not app.metric


def test_days_of_ones_own_are_counted(open_overview: Open, make_case: Make) -> None:
    make_case(received_on=date(2026, 5, 2))
    app = open_overview(Role.OFFICE)
    app.segmented_control(key="o_span").set_value(Span.CUSTOM).run()
    app.date_input(key="o_since").set_value(date(2026, 5, 1))
    app.date_input(key="o_until").set_value(date(2026, 5, 3)).run()

    assert _metrics(app)["信访总量（件次）"] == "1"


def test_a_period_without_anything_says_so(open_overview: Open) -> None:
    app = open_overview(Role.OFFICE, query={"o_span": "年", "o_year": "2022年"})

    assert "2022年没有登记过数据" in _words(app)


def test_a_unit_that_was_merged_can_be_looked_back_at(
    open_overview: Open, store: Store, make_unit: Make, make_case: Make
) -> None:
    unit = make_unit("县国土局")
    make_case(unit_id=unit, received_on=date(2026, 3, 5))
    with store.writing(SYSTEM) as session:
        session.get_one(Unit, unit).valid_to = date(2026, 7, 1)
    app = open_overview(Role.OFFICE)
    app.selectbox(key="o_unit").set_value(unit).run()

    assert _metrics(app)["信访总量（件次）"] == "1"
    assert "到 2026-06-30 为止" in _words(app)
    app.button(key="o_open_received").click().run()
    assert len(_cases(app)) == 1


def test_a_leader_sees_the_county_and_opens_his_own(
    open_overview: Open, make_case: Make, make_leader: Make
) -> None:
    leader_id = make_leader("王县长")
    make_case(title="包案的", lead_id=leader_id)
    make_case(title="别人的")
    app = open_overview(Role.LEADER, leader_id=leader_id, query={"o_figure": "received"})

    assert _metrics(app)["信访总量（件次）"] == "2"
    assert _cases(app) == ["包案的"]
    assert "您看得到 **1** 件" in _words(app)


@pytest.mark.parametrize("code", ["received", "visits", "repeat_rate", "closed", "open", "overdue"])
def test_the_register_holds_what_the_figure_counts(
    open_overview: Open, store: Store, make_case: Make, make_unit: Make, code: str
) -> None:
    unit = make_unit("县住建局")
    for at in range(12):
        opened = make_case(
            unit_id=unit if at % 3 else None,
            received_on=TODAY - timedelta(days=at),
            channel=Channel.VISIT if at % 2 else Channel.LETTER,
            repeat=Repeat.REPEAT if at % 4 == 0 else Repeat.FIRST,
            purpose=Purpose.ACCUSATION if at == 5 else None,
        )
        with store.writing(SYSTEM) as session:
            case = session.get_one(Case, opened.id)
            case.due_on, case.due_clock = TODAY - timedelta(days=at % 3), Clock.TRANSFER
            case.closed_on = TODAY if at % 5 == 0 else None
    app = open_overview(Role.OFFICE, query={"o_figure": code, "o_unit": "县住建局"})
    counted = len(_cases(app))
    app.button(key="overview_list").click().run()

    assert not app.exception
    assert counted > 0
    (told,) = [m.value for m in app.markdown if m.value.startswith("共 **")]
    assert told.startswith(f"共 **{counted}** 件")


def test_a_run_that_is_nobodys_doing_keeps_no_sign_in_alive(
    open_overview: Open, store: Store
) -> None:
    app = open_overview(Role.OFFICE)
    with store.writing(SYSTEM) as session:
        seen = session.scalars(select(SignIn.seen_at)).one() - timedelta(minutes=3)
        session.execute(update(SignIn).values(seen_at=seen))

    def run(*, by_itself: bool) -> Any:
        app.session_state["_actor"] = None
        if by_itself:
            app.session_state["_by_itself"] = True
        app.run()
        with store.reading(SYSTEM) as session:
            return session.scalars(select(SignIn.seen_at)).one()

    assert run(by_itself=True) == seen
    assert run(by_itself=False) > seen
