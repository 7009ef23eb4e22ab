"""The identity provider (OIDC): where a browser is sent, who comes back, and where he signs out.

Every address and key is asked of the provider anew: sign-ins are few, and keys change.
"""

from typing import Any
from urllib.parse import urlencode

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import RequestException

from rules.accounts import EXTERNAL_NAME_MAX, Identity
from settings import Settings, is_guarded
from ui.gate.attempt import Attempt, NotProven

_ASKED_SECONDS = 10
_CLOCKS_DIFFER_SECONDS = 60
# Signatures by the provider's private key. What a client's secret could sign, or nobody, is no proof.
_SIGNED_BY = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")


class ProviderAway(Exception):
    """The provider does not answer, or not as one does."""


def way_in(attempt: Attempt, config: Settings) -> str:
    """Return the provider's address to send the browser to; raises ProviderAway."""
    with _client(config) as client:
        address, _ = client.create_authorization_url(
            _endpoint(_metadata(client, config), "authorization_endpoint"),
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
        )
        return str(address)


def identity(attempt: Attempt, code: str, config: Settings) -> Identity:
    """Return whom the provider names for the code it gave; raises NotProven or ProviderAway."""
    with _client(config) as client:
        metadata = _metadata(client, config)
        token = _token(client, metadata, attempt, code)
        keys = _asked(client, _endpoint(metadata, "jwks_uri"))
    claims = _claims(token, keys, str(metadata["issuer"]), attempt, config)
    return Identity(_name(claims.get(config.oidc_claim), config.oidc_claim), token["id_token"])


def way_out(id_token: str, config: Settings) -> str | None:
    """Return the provider's address to sign out at, None when it has none; raises ProviderAway."""
    with _client(config) as client:
        metadata = _metadata(client, config)
    if "end_session_endpoint" not in metadata:
        return None
    address = _endpoint(metadata, "end_session_endpoint")
    given = {
        "id_token_hint": id_token,
        "client_id": config.oidc_client_id,
        "post_logout_redirect_uri": config.oidc_redirect_url,
    }
    return f"{address}{'&' if '?' in address else '?'}{urlencode(given)}"


def _claims(
    token: dict[str, Any], keys: Any, issuer: str, attempt: Attempt, config: Settings
) -> dict[str, Any]:
    registry = JWSRegistry(algorithms=_SIGNED_BY, strict_check_header=False)
    try:
        read = jwt.decode(token["id_token"], KeySet.import_key_set(keys), registry=registry)
        claims = CodeIDToken(
            read.claims,
            read.header,
            {
                "iss": {"essential": True, "value": issuer},
                "aud": {"essential": True, "value": config.oidc_client_id},
            },
            {
                "nonce": attempt.nonce,
                "client_id": config.oidc_client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=_CLOCKS_DIFFER_SECONDS)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise NotProven(f"the token is not good: {error}") from error
    return dict(claims)


def _name(value: object, claim: str) -> str:
    name = str(value) if isinstance(value, str | int) else ""
    if not name or len(name) > EXTERNAL_NAME_MAX or not name.isprintable():
        raise NotProven(f"the token names nobody under {claim}")
    return name


def _token(
    client: OAuth2Session, metadata: dict[str, Any], attempt: Attempt, code: str
) -> dict[str, Any]:
    try:
        token = client.fetch_token(
            _endpoint(metadata, "token_endpoint"),
            grant_type="authorization_code",
            code=code,
            code_verifier=attempt.verifier,
            auth=client.client_auth(_introduction(metadata)),
            allow_redirects=False,
        )
    except AuthlibBaseError as error:
        raise NotProven(f"the provider does not take the code: {error}") from error
    except (RequestException, ValueError) as error:
        raise ProviderAway(str(error)) from error
    return dict(token)


def _introduction(metadata: dict[str, Any]) -> str:
    """How the provider wants to be told the client's secret."""
    known = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"


def _client(config: Settings) -> OAuth2Session:
    return OAuth2Session(
        config.oidc_client_id,
        config.oidc_client_secret,
        scope="openid profile email",
        redirect_uri=config.oidc_redirect_url,
        code_challenge_method="S256",
        default_timeout=_ASKED_SECONDS,
    )


def _metadata(client: OAuth2Session, config: Settings) -> dict[str, Any]:
    found = _asked(client, config.oidc_metadata_url)
    if not isinstance(found.get("issuer"), str):
        raise ProviderAway("the provider does not say who it is")
    return found


def _endpoint(metadata: dict[str, Any], name: str) -> str:
    address = metadata.get(name)
    if not isinstance(address, str) or not is_guarded(address):
        raise ProviderAway(f"the provider has no {name}, or one that is not guarded")
    return address


def _asked(client: OAuth2Session, address: str) -> dict[str, Any]:
    try:
        answer = client.get(address, withhold_token=True, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
    except (RequestException, ValueError) as error:
        raise ProviderAway(str(error)) from error
    if answer.status_code != 200 or not isinstance(found, dict):
        raise ProviderAway(f"{address} does not answer as a provider does")
    return found
