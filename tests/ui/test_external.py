"""Coming in through an identity provider: the whole way, and everything that may be wrong on it."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from sqlalchemy import select, update

import settings as settings_module
from db.commands import accounts as commands
from db.engine import Store
from db.models.accounts import Account, SignIn
from db.models.audit import AuditEntry
from rules.permissions import SYSTEM
from rules.terms import AuditAction, Role
from settings import OIDC_RETURN, Settings
from tests.conftest import NOW
from tests.ui.conftest import HERE, PASSWORD, Answer, Visitor, on_sqlite
from tests.ui.identity_provider import CLIENT, Provider, running
from ui.gate import attempt
from ui.signin import COOKIE

Make = Callable[..., Visitor]


@pytest.fixture
def provider(environment: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A provider that the workbench of this test trusts."""
    with running(HERE + OIDC_RETURN) as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        settings_module.current.cache_clear()
        yield made


@pytest.fixture
def known(store: Store) -> int:
    """小李 of the office, known to the provider as u-1001; returns the account's id."""
    with store.writing(SYSTEM) as session:
        return commands.create_account(
            session, "小李", PASSWORD, roles=[Role.OFFICE], now=NOW, external_name="u-1001"
        )


def at_provider(address: str) -> str:
    """Open the provider's page as a browser would, and return where it sends the browser."""
    answer = requests.get(address, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"]).removeprefix(HERE)


def set_out(browser: Visitor, onward: str = "/") -> str:
    """Go to the provider and back as far as the address it sends the browser to."""
    gone = browser.get(f"/signin/oidc?{urlencode({'next': onward})}")
    assert gone.status == 303, gone.text
    return at_provider(gone.location)


def come_in(browser: Visitor, onward: str = "/") -> Answer:
    return browser.get(set_out(browser, onward))


def entries(store: Store, action: AuditAction) -> list[tuple[int | None, dict[str, Any]]]:
    with store.reading(SYSTEM) as session:
        rows = session.execute(
            select(AuditEntry.entity_id, AuditEntry.changes).where(AuditEntry.action == action)
        )
        return [(row.entity_id, row.changes) for row in rows]


def test_whom_the_provider_names_is_signed_in_to_the_account_known_by_that_name(
    visitor: Make, store: Store, provider: Provider, known: int
):
    browser = visitor()
    assert "/signin/oidc?next=/cases-register" in browser.get("/signin?next=/cases-register").text

    answer = come_in(browser, "/cases-register")

    assert (answer.status, answer.location) == (303, "/cases-register")
    assert browser.get("/cases-register").status == 200
    assert entries(store, AuditAction.SIGN_IN) == [
        (known, {"address": "10.0.0.5", "external_name": "u-1001"})
    ]


def test_the_provider_is_asked_by_the_server_and_told_nothing_of_the_account(
    visitor: Make, provider: Provider, known: int
):
    gone = visitor().get("/signin/oidc?next=/cases-register")

    assert gone.location.startswith(f"{provider.issuer}/authorize?")
    assert set(parse_qs(urlsplit(gone.location).query)) == {
        *("client_id", "redirect_uri", "response_type", "scope", "state", "nonce"),
        *("code_challenge", "code_challenge_method"),
    }


@on_sqlite
def test_the_attempt_is_the_browsers_own_and_over_when_it_comes_back(
    visitor: Make, provider: Provider, known: int
):
    browser = visitor()
    morsel = SimpleCookie(browser.get("/signin/oidc").set_cookie)[attempt.COOKIE]
    assert morsel["httponly"]
    assert (morsel["samesite"], morsel["path"], morsel["max-age"]) == ("lax", "/signin/oidc", "600")

    back = set_out(browser)
    assert browser.get(back).location == "/"

    assert attempt.COOKIE not in browser.cookies
    assert browser.get(back).status == 403


@on_sqlite
def test_roles_come_from_the_account_and_not_from_the_provider(
    visitor: Make, provider: Provider, known: int
):
    provider.claims = {"roles": ["admin"], "groups": ["admin"], "name": "王主任"}
    browser = visitor()
    come_in(browser)

    assert browser.get("/admin-accounts").status == 403


@on_sqlite
def test_another_claim_may_name_the_account(
    visitor: Make, store: Store, provider: Provider, known: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OIDC_CLAIM", "employee")
    settings_module.current.cache_clear()
    provider.claims = {"employee": 30117}
    with store.writing(SYSTEM) as session:
        session.execute(update(Account).values(external_name="30117"))

    assert come_in(visitor()).location == "/"


@pytest.mark.parametrize("closed", [False, True])
def test_who_has_no_open_account_is_told_so_and_gets_none(
    visitor: Make, store: Store, provider: Provider, known: int, closed: bool
):
    if closed:
        with store.writing(SYSTEM) as session:
            session.execute(update(Account).values(active=False))
    else:
        provider.subject = "u-9999"
    browser = visitor()

    answer = come_in(browser)

    assert answer.status == 403
    assert "没有可用的账号" in answer.text
    assert f"“{provider.subject}”" in answer.text
    assert COOKIE not in browser.cookies
    told = {"external_name": provider.subject, "address": "10.0.0.5"}
    assert entries(store, AuditAction.SIGN_IN_FAILED) == [(known if closed else None, told)]
    with store.reading(SYSTEM) as session:
        assert session.scalars(select(Account.name)).all() == ["小李"]


@on_sqlite
def test_a_name_is_matched_to_the_letter(
    visitor: Make, store: Store, provider: Provider, known: int
):
    for subject in ("U-1001", "u-1001 ", "u-100", "u-1001%", "<b>u</b>"):
        provider.subject = subject
        answer = come_in(visitor())

        assert answer.status == 403, subject
        assert "<b>" not in answer.text


def test_nobody_comes_in_where_no_account_has_a_name_there(
    visitor: Make, store: Store, provider: Provider, known: int
):
    with store.writing(SYSTEM) as session:
        session.execute(update(Account).values(external_name=None))

    assert come_in(visitor()).status == 403


BAD_CLAIMS: dict[str, dict[str, Any]] = {
    "for another": {"aud": "another-system"},
    "for others, by us": {"aud": ["another-system", "a-third"], "azp": CLIENT},
    "for two, not said by whom": {"aud": [CLIENT, "another-system"]},
    "for us, by another": {"aud": CLIENT, "azp": "another-system"},
    "for nobody": {"aud": None},
    "expired": {"exp": int(time.time()) - 120},
    "without an end": {"exp": None},
    "with no number for an end": {"exp": "tomorrow"},
    "from tomorrow": {"iat": int(time.time()) + 86_400},
    "from another provider": {"iss": "http://localhost:1"},
    "from no provider": {"iss": None},
    "for another attempt": {"nonce": "n" * 43},
    "for no attempt": {"nonce": None},
    "beside another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    "of nobody": {"sub": None},
    "of the empty name": {"sub": ""},
    "of no name": {"sub": ["u-1001"]},
    "of too long a name": {"sub": "u" * 256},
    "of a name that cannot be written": {"sub": "u-1001\x00"},
}


@pytest.mark.parametrize("claims", BAD_CLAIMS.values(), ids=BAD_CLAIMS)
@on_sqlite
def test_a_token_that_says_something_wrong_is_refused(
    visitor: Make, provider: Provider, known: int, claims: dict[str, Any]
):
    provider.claims = claims
    browser = visitor()

    answer = come_in(browser)

    assert answer.status == 403
    assert "统一身份认证没有通过" in answer.text
    assert COOKIE not in browser.cookies
    assert provider.issued


@pytest.mark.parametrize("forged", ["another key", "HS256", "none"])
@on_sqlite
def test_a_token_the_provider_did_not_sign_is_refused(
    visitor: Make, provider: Provider, known: int, forged: str
):
    provider.forged = forged

    assert come_in(visitor()).status == 403
    assert provider.issued


@on_sqlite
def test_a_state_that_is_not_this_browsers_is_refused_before_the_provider_is_asked(
    visitor: Make, provider: Provider, known: int
):
    browser, other = visitor(), visitor()
    foreign, own = set_out(other), set_out(browser)
    provider.asked.clear()

    wrong = [browser.get(foreign), visitor().get(own), other.get(f"{OIDC_RETURN}?code=code-0")]
    browser.cookies[attempt.COOKIE] = "eyJhbGciOiJub25lIn0.e30."
    wrong.append(browser.get(own))

    assert {answer.status for answer in wrong} == {403}
    assert provider.asked == []


@on_sqlite
def test_a_code_given_to_another_browser_is_refused(visitor: Make, provider: Provider, known: int):
    victim, thief = visitor(), visitor()
    own, stolen = set_out(thief), set_out(victim)
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    state = parse_qs(urlsplit(own).query)["state"][0]

    answer = thief.get(f"{OIDC_RETURN}?{urlencode({'code': code, 'state': state})}")

    assert answer.status == 403
    assert provider.asked[-1] == "/token"
    assert not provider.issued


@on_sqlite
def test_an_attempt_that_took_too_long_is_refused(
    visitor: Make, provider: Provider, known: int, monkeypatch: pytest.MonkeyPatch
):
    browser = visitor()
    back = set_out(browser)
    later = time.time() + attempt.SECONDS + 1
    monkeypatch.setattr(attempt.time, "time", lambda: later)

    assert browser.get(back).status == 403


@on_sqlite
def test_an_attempt_ends_with_the_secret_key(
    visitor: Make, provider: Provider, known: int, monkeypatch: pytest.MonkeyPatch
):
    browser = visitor()
    back = set_out(browser)
    monkeypatch.setenv("SECRET_KEY", "another-secret-key-" + "x" * 32)
    settings_module.current.cache_clear()

    assert browser.get(back).status == 403


@on_sqlite
def test_who_is_denied_or_gives_up_there_is_told_calmly(
    visitor: Make, provider: Provider, known: int
):
    provider.denies = True

    answer = come_in(visitor())

    assert answer.status == 403
    assert "返回登录页" in answer.text
    assert "access_denied" not in answer.text


def test_who_is_locked_out_is_so_on_this_way_too(
    visitor: Make, store: Store, provider: Provider, known: int
):
    for _ in range(5):
        visitor("10.0.0.9").sign_in("小李", "不是这个口令呀呀")

    answer = come_in(visitor("10.0.0.5"))

    assert answer.status == 429
    assert "15 分钟后再试" in answer.text


def test_coming_in_this_way_makes_no_guessed_password_good(
    visitor: Make, store: Store, provider: Provider, known: int
):
    for _ in range(4):
        visitor("10.0.0.9").sign_in("小李", "不是这个口令呀呀")
    assert come_in(visitor()).status == 303

    assert visitor("10.0.0.9").sign_in("小李", "不是这个口令呀呀").status == 401
    assert visitor("10.0.0.9").sign_in("小李", PASSWORD).status == 429


def test_the_unknown_lock_out_nobody_at_their_address(
    visitor: Make, store: Store, provider: Provider, known: int
):
    provider.subject = "u-9999"
    for _ in range(6):
        come_in(visitor())
    provider.subject = "u-1001"

    assert come_in(visitor()).status == 303


def test_the_sign_in_ends_by_itself_like_any_other(
    visitor: Make, store: Store, provider: Provider, known: int
):
    browser = visitor()
    come_in(browser)
    with store.writing(SYSTEM) as session:
        session.scalars(select(SignIn)).one().seen_at -= timedelta(minutes=16)

    assert browser.get("/").location == "/signin"


def test_signing_out_ends_both(visitor: Make, store: Store, provider: Provider, known: int):
    browser = visitor()
    come_in(browser)
    with store.reading(SYSTEM) as session:
        kept = session.scalars(select(SignIn.id_token)).one()
    assert kept is not None
    assert provider.issued.encode() not in kept

    answer = browser.post("/signout", {})

    assert (answer.status, COOKIE in browser.cookies) == (200, False)
    assert browser.get("/").location == "/signin"
    [refresh] = [line for line in answer.text.splitlines() if 'http-equiv="refresh"' in line]
    address = refresh.split("url=")[1].split('"')[0].replace("&amp;", "&")
    back = at_provider(address)
    assert provider.ended == [provider.issued]
    assert browser.get(back).location == "/signin"


@on_sqlite
def test_a_sign_in_by_password_is_not_ended_at_the_provider(
    visitor: Make, provider: Provider, known: int
):
    browser = visitor()
    browser.sign_in("小李", PASSWORD)

    assert browser.post("/signout", {}).location == "/signin"
    assert provider.asked == []


@pytest.mark.parametrize("stopped", [False, True])
@on_sqlite
def test_signing_out_here_needs_no_provider(
    visitor: Make, store: Store, provider: Provider, known: int, stopped: bool
):
    browser = visitor()
    come_in(browser)
    provider.metadata = {"end_session_endpoint": None}
    if stopped:
        provider.stop()

    answer = browser.post("/signout", {})

    assert answer.status == 200
    assert "没能一起退出" in answer.text
    with store.reading(SYSTEM) as session:
        assert session.scalars(select(SignIn)).all() == []


@on_sqlite
def test_a_provider_that_is_away_is_said_to_be_away_and_the_password_still_serves(
    visitor: Make, provider: Provider, known: int
):
    browser = visitor()
    back = set_out(browser)
    provider.stop()

    for answer in (browser.get(back), browser.get("/signin/oidc")):
        assert answer.status == 502
        assert "统一身份认证暂时连不上" in answer.text
    assert browser.sign_in("小李", PASSWORD).status == 303


@pytest.mark.parametrize(
    "metadata",
    [
        {"token_endpoint": "http://provider.invalid/token"},
        {"jwks_uri": "http://provider.invalid/keys"},
        {"jwks_uri": None},
        {"issuer": None},
    ],
)
@on_sqlite
def test_an_address_anybody_on_the_way_could_answer_for_is_not_asked(
    visitor: Make, provider: Provider, known: int, metadata: dict[str, Any]
):
    browser = visitor()
    back = set_out(browser)
    provider.metadata = metadata

    assert browser.get(back).status == 502


@on_sqlite
def test_a_sign_in_through_the_provider_leads_nowhere_else(
    visitor: Make, provider: Provider, known: int
):
    for onward in ("//evil.cn", "http://evil.cn", "/signin/oidc", OIDC_RETURN):
        assert come_in(visitor(), onward).location == "/"


@on_sqlite
def test_pages_on_this_way_are_as_closed_as_the_others(
    visitor: Make, provider: Provider, known: int
):
    browser = visitor()
    strict = browser.get("/healthz").headers["content-security-policy"]
    answers = [browser.get("/signin"), browser.get("/signin/oidc"), visitor().get(OIDC_RETURN)]
    answers.append(come_in(browser))
    answers.append(browser.post("/signout", {}))

    for answer in answers:
        assert answer.headers["content-security-policy"] == strict
        assert answer.headers["cache-control"] == "no-store"
    assert browser.post("/signin/oidc", {}).status == 405


@pytest.mark.parametrize("path", ["/signin/oidc", OIDC_RETURN, f"{OIDC_RETURN}?code=1&state=2"])
@on_sqlite
def test_without_a_provider_there_is_no_such_way(visitor: Make, known: int, path: str):
    assert visitor().get(path).status == 404
    assert "统一身份认证" not in visitor().get("/signin").text


@on_sqlite
def test_streamlits_own_way_through_a_provider_stays_shut(
    visitor: Make, provider: Provider, known: int
):
    browser = visitor()
    come_in(browser)

    for path in ("/auth/login", "/auth/logout", "/oauth2callback?code=1&state=2"):
        assert browser.get(path).status == visitor().get(path).status == 404
