"""One browser's way to the identity provider and back, kept in its own cookie."""

import hmac
import time
from dataclasses import asdict, dataclass, field
from secrets import token_urlsafe

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from settings import Settings

COOKIE = "workbench_oidc"
SECONDS = 600


class NotProven(Exception):
    """Whoever comes back from the provider has not been named by it, to this browser, just now."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One browser's way to the provider and back: what only this browser and we know."""

    onward: str
    state: str = field(default_factory=lambda: token_urlsafe(32))
    nonce: str = field(default_factory=lambda: token_urlsafe(32))
    verifier: str = field(default_factory=lambda: token_urlsafe(48))


def sealed(attempt: Attempt, config: Settings) -> str:
    """Write the attempt as the cookie holds it: signed, and good for SECONDS."""
    until = int(time.time()) + SECONDS
    return jwt.encode({"alg": "HS256"}, {**asdict(attempt), "exp": until}, _key(config))


def unsealed(cookie: str | None, state: str, config: Settings) -> Attempt:
    """Read the attempt from the cookie; raises NotProven unless it is this state's and in time."""
    try:
        values = dict(jwt.decode(cookie or "", _key(config), algorithms=["HS256"]).claims)
    except (JoseError, ValueError) as error:
        raise NotProven("no attempt was begun in this browser") from error
    if values.pop("exp") < time.time():
        raise NotProven("the attempt took too long")
    attempt = Attempt(**values)
    if not hmac.compare_digest(attempt.state.encode(), state.encode()):
        raise NotProven("the state is another attempt's")
    return attempt


def _key(config: Settings) -> OctKey:
    """A key of its own, made from the secret one: what is signed here is nothing elsewhere."""
    secret = hmac.digest(config.secret_key.encode(), b"oidc", "sha256")
    return OctKey.import_key(secret)
