"""A small identity provider (OIDC) on this machine: strict about what it is asked, and able to lie."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT, SECRET = "workbench", "the secret of the workbench as the provider knows it"


@lru_cache(maxsize=2)
def rsa_key(kid: str) -> RSAKey:
    """A key pair of that name, made once for all tests: making one takes a while."""
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


class Provider:
    """What the provider knows, and how the next token departs from what it should be."""

    def __init__(self, redirect: str) -> None:
        self.redirect = redirect
        self.subject = "u-1001"
        self.claims: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.forged: str | None = None
        self.denies = False
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.ended: list[str] = []
        self.issued = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        # By its name, which is another site than the address the workbench answers at.
        self.issuer = f"http://localhost:{self.server.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a workbench that trusts this provider."""
        return {
            "OIDC_METADATA_URL": f"{self.issuer}/.well-known/openid-configuration",
            "OIDC_CLIENT_ID": CLIENT,
            "OIDC_CLIENT_SECRET": SECRET,
            "OIDC_REDIRECT_URL": self.redirect,
        }

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def configuration(self) -> dict[str, Any]:
        endpoints = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "keys",
            "end_session_endpoint": "end",
        }
        known = {name: f"{self.issuer}/{path}" for name, path in endpoints.items()}
        # As a provider may that lets itself be talked into anything.
        algorithms = {"id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]}
        return {"issuer": self.issuer, **known, **algorithms, **self.metadata}

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser is sent back to; ValueError for what the standard forbids."""
        _require(query["client_id"] == CLIENT, "client_id")
        _require(query["redirect_uri"] == self.redirect, "redirect_uri")
        _require(query["response_type"] == "code", "response_type")
        _require("openid" in query["scope"].split(), "scope")
        _require(query["code_challenge_method"] == "S256", "code_challenge_method")
        _require(len(query["code_challenge"]) == 43, "code_challenge")
        _require(len(query["nonce"]) >= 32 and len(query["state"]) >= 32, "nonce, state")
        if self.denies:
            answer = {"error": "access_denied", "state": query["state"]}
        else:
            code = f"code-{len(self.codes)}"
            self.codes[code] = query
            answer = {"code": code, "state": query["state"]}
        return f"{self.redirect}?{urlencode(answer)}"

    def token(self, header: str, form: dict[str, str]) -> dict[str, Any]:
        """Return the tokens for a code; ValueError when it is not this client's, or used before."""
        name, secret = base64.b64decode(header.removeprefix("Basic ")).decode().split(":")
        _require((unquote_plus(name), unquote_plus(secret)) == (CLIENT, SECRET), "client")
        _require(form["grant_type"] == "authorization_code", "grant_type")
        asked = self.codes.pop(form["code"])
        _require(form["redirect_uri"] == asked["redirect_uri"], "redirect_uri")
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        _require(challenge == asked["code_challenge"], "code_verifier")
        self.issued = self.signed(self.named(asked["nonce"]))
        return {"access_token": "for-nobody", "token_type": "Bearer", "id_token": self.issued}

    def named(self, nonce: str) -> dict[str, Any]:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": nonce,
            **self.claims,
        }
        return {name: value for name, value in claims.items() if value is not None}

    def signed(self, claims: dict[str, Any]) -> str:
        if self.forged == "none":
            parts = ({"alg": "none"}, claims)
            texts = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
            return b".".join([*texts, b""]).decode()
        if self.forged == "HS256":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))
        key = rsa_key("another" if self.forged == "another key" else "its own")
        return jwt.encode({"alg": "RS256", "kid": "its own"}, claims, key)


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query))
            provider.asked.append(parts.path)
            try:
                if parts.path == "/authorize":
                    self._send_on(provider.authorize(query))
                elif parts.path == "/end":
                    _require(query["post_logout_redirect_uri"] == provider.redirect, "redirect")
                    provider.ended.append(query["id_token_hint"])
                    self._send_on(provider.redirect)
                elif parts.path == "/keys":
                    self._answer(KeySet([rsa_key("its own")]).as_dict(private=False))
                else:
                    self._answer(provider.configuration())
            except (KeyError, ValueError) as error:
                self._answer({"error": f"invalid_request {error}"}, 400)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            provider.asked.append(self.path)
            try:
                self._answer(provider.token(self.headers["Authorization"], dict(parse_qsl(body))))
            except (KeyError, ValueError) as error:
                self._answer({"error": "invalid_grant", "error_description": str(error)}, 400)

        def _send_on(self, address: str) -> None:
            self.send_response(302)
            self.send_header("Location", address)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _answer(self, value: object, status: int = 200) -> None:
            content = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def running(redirect: str) -> Iterator[Provider]:
    """A provider that answers until the block ends, and knows this one address to send back to."""
    provider = Provider(redirect)
    thread = threading.Thread(target=provider.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield provider
    provider.stop()
    thread.join(5)
