"""The gate: set-up, sign-in and its lock-outs, the wall, sign-out, headers and health."""

import hmac
import json
import re
import time
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select, text

import settings as settings_module
from db.commands import accounts as commands
from db.engine import Store
from db.models.accounts import Account
from db.queries import accounts as queries
from db.queries import health as health_queries
from db.queries import office
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.conftest import KEYS, NOW
from tests.ui.conftest import HERE, PASSWORD, make_account, on_sqlite
from ui import store as ui_store
from ui.signin import COOKIE

SETUP = {
    "name": "王主任",
    "password": PASSWORD,
    "again": PASSWORD,
    "county_name": "青山县",
    "county_code": "430199",
    "also_office": "1",
    "action": "create",
}


def count(store: Store, table: str) -> int:
    with store.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


@pytest.mark.parametrize("path", ["/", "/cases-register", "/admin-accounts", "/signin"])
def test_an_empty_store_leads_everybody_to_the_set_up(visitor, path):
    answer = visitor().get(path)

    assert (answer.status, answer.location) == (303, "/setup")


def test_the_set_up_creates_the_administrator_and_signs_him_in(visitor, store):
    browser = visitor()

    answer = browser.post("/setup", SETUP)

    assert (answer.status, answer.location) == (303, "/")
    assert browser.get("/").status == 200
    with store.reading(SYSTEM) as session:
        [row] = queries.accounts(session)
        assert (row.name, row.roles) == ("王主任", {Role.ADMIN, Role.OFFICE})
        stored = session.execute(text("SELECT key, value FROM parameters ORDER BY key")).all()
    assert [tuple(row) for row in stored] == [("county_code", "430199"), ("county_name", "青山县")]


def test_an_administrator_who_does_no_casework_is_no_office(visitor, store):
    visitor().post("/setup", {k: v for k, v in SETUP.items() if k != "also_office"})

    with store.reading(SYSTEM) as session:
        assert queries.accounts(session)[0].roles == {Role.ADMIN}


def test_the_county_code_may_come_later(visitor, store):
    answer = visitor().post("/setup", {**SETUP, "county_code": ""})

    assert answer.status == 303
    assert count(store, "parameters") == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "请填写账号名称"),
        ({"password": "短", "again": "短"}, "口令至少 10 位"),
        ({"again": "另一句话另一句话"}, "两次输入的口令不一致"),
        ({"county_name": ""}, "不能为空"),
        ({"county_code": "4301"}, "6 位数字"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_kept(visitor, store, wrong, sentence):
    answer = visitor().post("/setup", {**SETUP, **wrong})

    assert answer.status == 422
    assert sentence in answer.text
    assert PASSWORD not in answer.text
    assert count(store, "accounts") == count(store, "parameters") == 0


@pytest.mark.parametrize(
    ("wrong", "focused"),
    [
        ({"name": "", "county_name": ""}, "name"),
        ({"password": "", "again": "", "county_name": ""}, "password"),
        # The page does not keep a password, so that is what comes first again.
        ({"again": ""}, "password"),
        ({"county_name": ""}, "password"),
    ],
)
def test_the_cursor_stands_in_the_first_field_to_be_put_right(visitor, wrong, focused):
    answer = visitor().post("/setup", {**SETUP, **wrong})

    assert re.findall(r'<input id="(\w+)"[^>]* autofocus', answer.text) == [focused]
    assert re.search(rf'<input id="{focused}"[^>]* aria-invalid="true"', answer.text)
    assert f'id="{focused}-hint"' in answer.text


@pytest.mark.parametrize("given", [("", PASSWORD), ("小李", ""), (" ", PASSWORD)])
def test_a_sign_in_left_empty_is_asked_for_and_counts_as_no_failure(
    visitor, store, office_account, given
):
    answer = visitor().sign_in(*given)

    assert answer.status == 422
    assert "请填写账号和口令" in answer.text
    assert count(store, "sign_in_failures") == 0


def test_the_set_up_does_not_exist_once_there_is_an_account(visitor, store, office_account):
    for answer in (visitor().get("/setup"), visitor().post("/setup", SETUP)):
        assert answer.status == 404

    assert count(store, "accounts") == 1


def test_nobody_has_a_default_password(visitor, store):
    visitor().get("/")

    assert count(store, "accounts") == 0


def test_a_sign_in_sets_a_cookie_scripts_cannot_read(visitor, office_account):
    answer = visitor().sign_in("小李", PASSWORD, next="/cases-register?unit=3")

    morsel = SimpleCookie(answer.set_cookie)[COOKIE]
    assert (answer.status, answer.location) == (303, "/cases-register?unit=3")
    assert morsel["httponly"]
    assert (morsel["samesite"], morsel["path"], morsel["max-age"]) == ("lax", "/", "")
    assert not morsel["secure"]


def test_the_cookie_is_secure_where_the_setting_says_so(visitor, office_account, monkeypatch):
    monkeypatch.setenv("SECURE_COOKIE", "1")
    settings_module.current.cache_clear()

    answer = visitor().sign_in("小李", PASSWORD)

    assert SimpleCookie(answer.set_cookie)[COOKIE]["secure"]
    assert "strict-transport-security" in answer.headers


def test_a_screen_stays_signed_in_over_a_restart_of_its_browser(visitor, store):
    make_account(store, "会议室大屏", Role.SCREEN)

    answer = visitor().sign_in("会议室大屏", PASSWORD)

    assert SimpleCookie(answer.set_cookie)[COOKIE]["max-age"] == str(168 * 3600)


def test_every_sign_in_has_a_token_of_its_own(visitor, office_account):
    browser = visitor()
    browser.cookies[COOKIE] = "planted-by-somebody-else"

    browser.sign_in("小李", PASSWORD)
    first = browser.cookies[COOKIE]
    browser.cookies.clear()
    browser.sign_in("小李", PASSWORD)

    assert len({first, browser.cookies[COOKIE], "planted-by-somebody-else"}) == 3


def test_an_unknown_name_gets_the_same_answer_as_a_wrong_password(visitor, office_account):
    wrong = visitor("10.0.0.1").sign_in("小李", "不是这个口令呀呀")
    unknown = visitor("10.0.0.2").sign_in("小王", "不是这个口令呀呀")

    assert (wrong.status, unknown.status) == (401, 401)
    assert wrong.text.replace("小李", "?") == unknown.text.replace("小王", "?")
    assert wrong.headers == unknown.headers
    assert "账号或口令不正确" in wrong.text


def test_a_closed_account_gets_that_answer_too(visitor, store, office_account):
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE accounts SET active = false"))

    assert "账号或口令不正确" in visitor().sign_in("小李", PASSWORD).text


def test_a_name_is_locked_after_five_failures_from_anywhere(visitor, office_account):
    for number in range(5):
        assert visitor(f"10.0.1.{number}").sign_in("小李", "不是这个口令呀呀").status == 401

    answer = visitor("10.0.2.1").sign_in("小李", PASSWORD)

    assert answer.status == 429
    assert "15 分钟后再试" in answer.text
    assert not answer.set_cookie


def test_four_failures_do_not_lock(visitor, office_account):
    for _ in range(4):
        visitor().sign_in("小李", "不是这个口令呀呀")

    assert visitor().sign_in("小李", PASSWORD).status == 303


def test_a_name_nobody_has_is_locked_alike(visitor, office_account):
    for number in range(5):
        visitor(f"10.0.1.{number}").sign_in("小王", "不是这个口令呀呀")

    assert visitor("10.0.2.1").sign_in("小王", "不是这个口令呀呀").status == 429


def test_an_address_is_locked_after_five_failures_on_any_name(visitor, office_account):
    for number in range(5):
        visitor("10.0.0.9").sign_in(f"甲{number}", "不是这个口令呀呀")

    assert visitor("10.0.0.9").sign_in("小李", PASSWORD).status == 429
    assert visitor("10.0.0.10").sign_in("小李", PASSWORD).status == 303


def test_a_clerk_who_got_in_leaves_no_misses_to_her_colleagues(visitor, office_account):
    for _ in range(4):
        visitor("10.0.0.9").sign_in("小李", "不是这个口令呀呀")
    assert visitor("10.0.0.9").sign_in("小李", PASSWORD).status == 303

    visitor("10.0.0.9").sign_in("没有此人", "不是这个口令呀呀")

    assert visitor("10.0.0.9").sign_in("小李", PASSWORD).status == 303


@pytest.mark.parametrize(
    "path",
    [
        "/files/-1",
        "/files/" + "9" * 20,
        "/files/1.5",
        "/files/abc",
        "/app/static/x",
        "/auth/callback",
    ],
)
def test_an_address_that_is_nothing_is_said_to_be_nothing(visitor, office_account, path):
    here = visitor()
    here.sign_in("小李", PASSWORD)
    answer = here.get(path)

    assert answer.status == 404
    assert "没有这个页面" in answer.text


def test_a_lock_ends_after_a_quarter_of_an_hour(visitor, store, office_account):
    for _ in range(5):
        visitor().sign_in("小李", "不是这个口令呀呀")
    _shift(store, "sign_in_failures", at=timedelta(minutes=15, seconds=1))

    assert visitor().sign_in("小李", PASSWORD).status == 303


def test_the_failures_are_in_the_audit(visitor, store, office_account):
    visitor().sign_in("小李", "不是这个口令呀呀")

    with store.engine.connect() as connection:
        last = connection.execute(
            text("SELECT action FROM audit_entries ORDER BY seq DESC LIMIT 1")
        ).scalar_one()
    assert last == "sign_in_failed"


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (HERE, 303),
        ("", 403),
        ("null", 403),
        ("https://workbench.test", 403),
        ("http://workbench.test:8080", 403),
        ("http://workbench.test.evil.cn", 403),
        ("http://evil.cn", 403),
    ],
)
@pytest.mark.parametrize("path", ["/signin", "/signout", "/setup"])
@on_sqlite
def test_a_form_from_elsewhere_is_refused(visitor, office_account, path, origin, status):
    answer = visitor().post(path, {"name": "小李", "password": PASSWORD}, origin=origin)

    assert answer.status == (404 if path == "/setup" and status == 303 else status)
    if status == 403:
        assert "不是从本系统的页面发出的" in answer.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"name=" + b"x" * 10_000, "", 413),
        (b"name=%00&password=x", "", 400),
        (b"name=%FF&password=x", "", 400),
        ("name=小李".encode(), "", 400),
        (b"&".join(b"a=1" for _ in range(50)), "", 400),
        (b'{"name": "x"}', "application/json", 415),
        (b"", "", 422),
    ],
)
@on_sqlite
def test_a_body_no_form_of_ours_sends_is_refused(visitor, office_account, body, kind, status):
    headers = {"content-type": kind} if kind else {}

    assert visitor().post("/signin", body, **headers).status == status


@pytest.mark.parametrize(
    "target",
    [
        "//evil.cn",
        "///evil.cn",
        "/\\evil.cn",
        "\\\\evil.cn",
        "/\t/evil.cn",
        "/\n/evil.cn",
        "http://evil.cn",
        "https:evil.cn",
        "javascript:alert(1)",
        " //evil.cn",
        "evil.cn",
        "/signout",
        "/signin?next=/",
        "/_stcore/stream",
        "/" + "a" * 2000,
        "",
    ],
)
@on_sqlite
def test_a_sign_in_leads_nowhere_else(visitor, office_account, target):
    shown = visitor().get(f"/signin?{urlencode({'next': target})}")
    answer = visitor().sign_in("小李", PASSWORD, next=target.replace("\t", "").replace("\n", ""))

    assert 'name="next" value="/"' in shown.text
    assert answer.location == "/"


@pytest.mark.parametrize(
    ("path", "onward"),
    [
        ("/", "/signin"),
        ("/cases-register", "/signin?next=%2Fcases-register"),
        ("/cases-detail?case=2026-1&x=2", "/signin?next=%2Fcases-detail%3Fcase%3D2026-1%26x%3D2"),
        ("/admin-accounts", "/signin?next=%2Fadmin-accounts"),
        ("/index.html", "/signin?next=%2Findex.html"),
        ("//evil.cn", "/signin"),
    ],
)
@on_sqlite
def test_an_address_alone_opens_no_page(visitor, office_account, path, onward):
    answer = visitor().get(path)

    assert (answer.status, answer.location) == (303, onward)


@pytest.mark.parametrize(
    "path",
    [
        "/media/abc.png",
        "/_stcore/upload_file/a/b",
        "/_stcore/bidi-components/x",
        "/component/x/index.html",
    ],
)
@on_sqlite
def test_files_and_uploads_need_a_sign_in(visitor, office_account, path):
    assert visitor().get(path).status == 401
    assert visitor().post(path, {}).status == 401


@pytest.mark.parametrize(
    "path", ["/_stcore/agent/openapi.json", "/_stcore/agent/interact", "/_stcore/metrics"]
)
@on_sqlite
def test_streamlits_interface_for_programs_does_not_exist(visitor, office_account, path):
    browser = visitor()
    browser.sign_in("小李", PASSWORD)

    assert browser.get(path).status == visitor().get(path).status == 404


@pytest.mark.parametrize("path", ["/healthz", "/assets/gate.css", "/assets/house.js", "/signin"])
@on_sqlite
def test_what_the_way_in_needs_is_open(visitor, office_account, path):
    assert visitor().get(path).status == 200


def test_a_screen_that_is_not_the_accounts_is_refused_and_an_unknown_one_absent(
    visitor, office_account
):
    browser = visitor()
    browser.sign_in("小李", PASSWORD)

    assert browser.get("/cases-register").status == 200
    assert browser.get("/admin-accounts").status == 403
    assert browser.get("/nothing-here").status == 404
    assert browser.get("/home-start").location == "/"


@on_sqlite
def test_streamlits_page_speaks_chinese_and_names_nobody_else(visitor, office_account):
    browser = visitor()
    browser.sign_in("小李", PASSWORD)

    answer = browser.get("/cases-register")

    assert '<html lang="zh-CN">' in answer.text
    assert "<title>联席会议工作台</title>" in answer.text
    assert "/assets/house.js" in answer.text
    assert "You need to enable JavaScript" not in answer.text
    assert "_stcore/agent" not in answer.text


def test_sign_out_ends_the_token_itself(visitor, office_account):
    browser = visitor()
    browser.sign_in("小李", PASSWORD)
    stolen = browser.cookies[COOKIE]

    answer = browser.post("/signout", {})
    thief = visitor()
    thief.cookies[COOKIE] = stolen

    assert (answer.status, answer.location) == (303, "/signin")
    assert COOKIE not in browser.cookies
    assert thief.get("/").location == "/signin"


def test_a_link_alone_does_not_sign_out(visitor, office_account):
    browser = visitor()
    browser.sign_in("小李", PASSWORD)

    page = browser.get("/signout")

    assert "小李" in page.text
    assert browser.get("/").status == 200


@pytest.mark.parametrize(
    ("role", "idle", "age", "open_"),
    [
        (Role.OFFICE, timedelta(minutes=14), timedelta(hours=1), True),
        (Role.OFFICE, timedelta(minutes=16), timedelta(hours=1), False),
        (Role.OFFICE, timedelta(minutes=1), timedelta(hours=11, minutes=59), True),
        (Role.OFFICE, timedelta(minutes=1), timedelta(hours=12, minutes=1), False),
        (Role.SCREEN, timedelta(hours=100), timedelta(hours=167), True),
        (Role.SCREEN, timedelta(minutes=1), timedelta(hours=169), False),
    ],
)
def test_a_sign_in_ends_by_itself(visitor, store, role, idle, age, open_):
    make_account(store, "某某", role)
    browser = visitor()
    browser.sign_in("某某", PASSWORD)
    _shift(store, "sign_ins", seen_at=idle, started_at=age)

    assert (browser.get("/").status == 200) is open_


def test_another_secret_key_ends_every_sign_in(visitor, office_account, monkeypatch):
    browser = visitor()
    browser.sign_in("小李", PASSWORD)
    assert browser.get("/").status == 200

    monkeypatch.setenv("SECRET_KEY", "another-secret-key-" + "x" * 32)
    settings_module.current.cache_clear()

    assert browser.get("/").location == "/signin"


def test_what_the_store_keeps_of_a_token_is_worth_nothing_without_the_key(
    visitor, store, office_account
):
    browser = visitor()
    browser.sign_in("小李", PASSWORD)

    with store.engine.connect() as connection:
        kept = connection.execute(text("SELECT token_hash FROM sign_ins")).scalar_one()
    key, token = KEYS["secret_key"].encode(), browser.cookies[COOKIE].encode()
    assert kept == hmac.new(key, token, "sha256").hexdigest()


def test_use_keeps_a_sign_in_from_idling(visitor, store, office_account):
    browser = visitor()
    browser.sign_in("小李", PASSWORD)
    for _ in range(3):
        _shift(store, "sign_ins", seen_at=timedelta(minutes=10))
        assert browser.get("/").status == 200


def test_a_new_password_ends_the_other_sign_ins(visitor, store, office_account):
    here, elsewhere = visitor(), visitor()
    for browser in (here, elsewhere):
        browser.sign_in("小李", PASSWORD)
    with store.reading(None) as session:
        found = queries.signed_in(session, here.cookies[COOKIE])
    assert found is not None

    with store.writing(found.actor) as session:
        commands.change_password(
            session,
            PASSWORD,
            "秋天的最后一片叶子呀",
            "秋天的最后一片叶子呀",
            token=here.cookies[COOKIE],
            now=ui_store.now(),
            failures=5,
            minutes=15,
        )

    assert here.get("/").status == 200
    assert elsewhere.get("/").location == "/signin"


def test_a_trusted_proxy_is_believed_and_no_other(visitor, office_account, monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXIES", "192.168.1.1, 192.168.2.0/24")
    settings_module.current.cache_clear()
    forwarded = {
        "x_forwarded_for": "6.6.6.6, 10.7.7.7, 192.168.2.9",
        "x_forwarded_proto": "https",
        "x_forwarded_host": "xinfang.gov.cn",
        "origin": "https://xinfang.gov.cn",
    }
    wrong = {"name": "小李", "password": "不是这个口令呀呀"}

    through = visitor("192.168.1.1").post("/signin", wrong, **forwarded)
    forged = visitor("10.9.9.9").post("/signin", wrong, **forwarded)

    assert (through.status, forged.status) == (401, 403)


def test_the_lock_out_counts_the_last_hop_that_is_not_ours(
    visitor, store, office_account, monkeypatch
):
    monkeypatch.setenv("TRUSTED_PROXIES", "192.168.1.1,192.168.2.0/24")
    settings_module.current.cache_clear()

    visitor("192.168.1.1").post(
        "/signin",
        {"name": "小李", "password": "不是这个口令呀呀"},
        x_forwarded_for="6.6.6.6, 10.7.7.7, 192.168.2.9",
    )

    with store.engine.connect() as connection:
        subjects = set(connection.execute(text("SELECT subject FROM sign_in_failures")).scalars())
    assert subjects == {"name:小李", "address:10.7.7.7"}


def test_health_names_version_schema_and_store_version(visitor, store, office_account):
    answer = visitor().get("/healthz")

    with store.reading(SYSTEM) as session:
        known = health_queries.store_version(session)
    assert answer.status == 200
    assert json.loads(answer.body) == {
        "status": "ok",
        "version": "0.1.0",
        "schema": health_queries.needed_schema(),
        "store_version": known,
    }


def test_the_schema_the_file_names_tell_is_the_one_alembic_tells():
    from db import schema

    assert health_queries.needed_schema() == schema.head()


def test_health_says_when_the_schema_is_behind(visitor, store):
    visitor().get("/healthz")
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))

    answer = visitor().get("/healthz")

    assert answer.status == 503
    assert "migrate" in json.loads(answer.body)["reason"]


def test_health_says_when_the_key_does_not_fit(visitor, environment, monkeypatch):
    monkeypatch.setenv("FIELD_KEY", "another-field-key-" + "x" * 32)
    settings_module.current.cache_clear()

    answer = visitor().get("/healthz")

    assert answer.status == 503
    assert "FIELD_KEY" in json.loads(answer.body)["reason"]
    assert visitor().get("/").status == 503


@on_sqlite
def test_a_store_that_is_away_looks_away_and_comes_back_by_itself(
    visitor, environment, monkeypatch, tmp_path: Path
):
    path = tmp_path / "other.db"
    path.write_bytes(b"this is no database" * 100)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    settings_module.current.cache_clear()

    away = visitor().get("/healthz")
    page = visitor().get("/cases-register")
    path.unlink()
    time.sleep(1.1)
    back = visitor().get("/healthz")

    assert (away.status, page.status, back.status) == (503, 503, 200)
    assert "暂时无法读取数据" in page.text
    assert "没有丢失" in page.text


@on_sqlite
def test_a_server_nobody_answers_at_is_away(visitor, environment, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    settings_module.current.cache_clear()

    answer = visitor().get("/healthz")

    assert answer.status == 503
    assert "连接不上" in json.loads(answer.body)["reason"]


@on_sqlite
def test_a_first_start_on_an_empty_file_prepares_the_store(
    visitor, environment, monkeypatch, tmp_path: Path
):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new' / 'fresh.db'}")
    settings_module.current.cache_clear()

    assert visitor().get("/healthz").status == 200
    assert visitor().get("/").location == "/setup"


@pytest.mark.parametrize(
    "path",
    ["/", "/signin", "/healthz", "/assets/gate.css", "/media/x", "/static/x.js", "/_stcore/health"],
)
@on_sqlite
def test_every_answer_carries_the_headers(visitor, office_account, path):
    for signed_in in (False, True):
        browser = visitor()
        if signed_in:
            browser.sign_in("小李", PASSWORD)
        headers = browser.get(path).headers

        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "default-src 'none'" in policy
        assert "unsafe-eval" not in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]


@on_sqlite
def test_scripts_in_a_page_run_only_from_here_or_by_their_hash(visitor, office_account):
    browser = visitor()
    browser.sign_in("小李", PASSWORD)

    policy = browser.get("/").headers["content-security-policy"]

    [script] = [part for part in policy.split("; ") if part.startswith("script-src")]
    assert "'unsafe-inline'" not in script
    assert script.startswith("script-src 'self' 'sha256-")
    assert "unsafe" not in visitor().get("/signin").headers["content-security-policy"]


@on_sqlite
def test_pages_are_kept_in_no_cache(visitor, office_account):
    browser = visitor()
    browser.sign_in("小李", PASSWORD)

    assert browser.get("/").headers["cache-control"] == "no-store"
    assert visitor().get("/signin").headers["cache-control"] == "no-store"


def _shift(store: Store, table: str, **columns: timedelta) -> None:
    """Move moments of a table into the past, as if that time had gone by."""
    from db.models.accounts import SignIn, SignInFailure

    model = {"sign_ins": SignIn, "sign_in_failures": SignInFailure}[table]
    with store.writing(SYSTEM) as session:
        for row in session.query(model):
            for column, by in columns.items():
                setattr(row, column, getattr(row, column) - by)


def test_the_keys_of_these_tests_are_not_those_of_an_installation():
    assert all(key.startswith("test-") for key in KEYS.values())


def test_the_county_is_known_after_the_set_up(visitor, store):
    visitor().post("/setup", SETUP)

    with store.reading(SYSTEM) as session:
        values = {row.key: row.value for row in office.parameters(session, on=NOW.date())}
    assert values["county_name"] == "青山县"


@on_sqlite
def test_the_demo_county_comes_with_one_click(visitor, store):
    answer = visitor().post("/setup", SETUP | {"action": "demo"})

    assert answer.status == 303
    assert count(store, "cases") > 100
    assert count(store, "units") > 63 + 26
    with store.reading(SYSTEM) as session:
        closed_to_all = session.scalars(
            select(Account.name).where(Account.password_hash.is_(None))
        ).all()
    assert len(closed_to_all) == 7
