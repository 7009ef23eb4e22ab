"""首页, and the frame around it: who sees what, and who sees nothing."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from db.commands import accounts as commands
from db.commands import visits
from db.engine import Store
from db.models.receptions import Visit
from db.models.units import Unit
from rules.permissions import SYSTEM
from rules.terms import Role, UnitKind
from tests.conftest import NOW, OFFICE, ROOT, TODAY
from tests.receptions import make_turn
from ui import signin


def _texts(app) -> str:
    return " ".join(str(element.value) for element in [*app.text, *app.markdown, *app.header])


def _links(app) -> str:
    return " ".join(link.proto.label for link in app.get("page_link"))


def test_an_administrator_of_an_empty_house_is_told_what_comes_first(open_page: Callable):
    app = open_page("home/start", Role.ADMIN)

    assert "小李，您好。今天是2026年11月20日。" in _texts(app)
    assert "录入本县的单位" in _texts(app)
    assert "为同事开立账号" in _texts(app)


def test_a_step_that_is_done_is_told_no_more(open_page: Callable, store: Store):
    with store.writing(SYSTEM) as session:
        session.add(Unit(name="本县", kind=UnitKind.COUNTY, path="/1/"))
        commands.create_account(session, "小王", None, roles=[Role.OFFICE], now=NOW)

    app = open_page("home/start", Role.ADMIN)

    assert "第 1 步" not in _texts(app)


def test_a_clerk_is_told_no_administrators_steps(open_page: Callable):
    assert "第 1 步" not in _texts(open_page("review/overview", Role.OFFICE))


def test_a_screen_has_a_start_page_too(open_page: Callable):
    assert "您好" in _texts(open_page("home/start", Role.SCREEN))


def test_a_unit_keeps_its_home_with_its_own_figures(
    open_page: Callable, make_case: Callable, make_unit: Callable
):
    unit = make_unit("县住建局")
    make_case(title="红星路坑洼", unit_id=unit)
    make_case(title="河堤渗水", unit_id=make_unit("县水利局"))
    app = open_page("home/start", Role.UNIT, unit_id=unit)

    assert {shown.label: shown.value for shown in app.metric}["在办（件）"] == "1"
    assert "红星路坑洼" in _links(app)
    assert "河堤渗水" not in _links(app)


def test_the_office_sees_who_receives_today_and_what_is_not_noted(
    open_page: Callable, store: Store, make_leader: Callable
):
    leader, other = make_leader("王*县*长"), make_leader("李敏")
    make_turn(store, leader, TODAY, substitute_id=other, companions="县司法局")
    make_turn(store, leader, TODAY - timedelta(days=1))
    make_turn(store, leader, TODAY - timedelta(days=40))

    app = open_page("review/overview", Role.OFFICE)

    assert "李敏（副县长），代替 王\\*县\\*长" in _texts(app)
    assert "县司法局" in _texts(app)
    assert "近一个月有 1 个班次没有登记实到" in _links(app)
    assert "登记来访" in _links(app)
    assert "超期未落实" not in _links(app)


def test_the_office_is_told_of_visits_that_nobody_followed(
    open_page: Callable, store: Store, make_leader: Callable
):
    leader = make_leader("王县长")
    with store.writing(OFFICE) as session:
        made = visits.register(
            session,
            {
                "leader_id": leader,
                "received_on": TODAY - timedelta(days=40),
                "people": 1,
                "title": "反映积水",
            },
            people=[],
            today=TODAY,
            now=NOW,
        )
        session.get_one(Visit, made.id).due_on = TODAY - timedelta(days=1)

    app = open_page("review/overview", Role.OFFICE)

    assert "有 1 批来访超期未落实" in _links(app)


def test_a_leader_sees_his_own_next_reception(
    open_page: Callable, store: Store, make_leader: Callable
):
    leader, other = make_leader("王县长"), make_leader("李敏")
    make_turn(store, leader, TODAY - timedelta(days=3))
    make_turn(store, leader, TODAY + timedelta(days=1), substitute_id=other)
    make_turn(store, other, TODAY + timedelta(days=5), substitute_id=leader)
    make_turn(store, leader, TODAY + timedelta(days=9))

    app = open_page("review/overview", Role.LEADER, leader_id=leader)

    assert "您的下一次接访：2026年11月25日（星期三）" in _texts(app)
    assert "代替 李敏" in _texts(app)
    assert "今天接访" not in _texts(app)


def test_a_unit_is_told_of_nobodys_turn(
    open_page: Callable, store: Store, make_leader: Callable, make_unit: Callable
):
    make_turn(store, make_leader("王县长"), TODAY)

    app = open_page("home/start", Role.UNIT, unit_id=make_unit("县住建局"))

    assert "王县长" not in _texts(app)


def test_whoever_is_signed_out_sees_only_the_way_in(open_app: Callable, monkeypatch):
    monkeypatch.setattr(signin, "token", lambda: None)

    app = open_app()

    assert not app.exception
    assert "您尚未登录" in _texts(app)
    assert not app.sidebar.text


def test_a_session_stays_with_whom_it_began(open_app: Callable, sign_in: Callable):
    app = open_app(Role.ADMIN, name="王主任")
    sign_in(Role.OFFICE, name="小李")

    app.run()

    assert "您尚未登录" in _texts(app)
    assert "小李" not in _texts(app)


def test_a_store_that_is_away_looks_away(open_app: Callable, sign_in: Callable, environment):
    sign_in(Role.OFFICE)
    Path(environment.store_file).unlink()
    Path(environment.store_file).write_bytes(b"")

    app = open_app()

    assert not app.exception
    assert "暂时无法读取数据" in _texts(app)


def test_the_icon_lies_in_the_house():
    assert (ROOT / "assets" / "icon.png").stat().st_size < 20_000
