"""Signing in as whom the identity provider names: an account is found by that name, never made."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import audit
from db.commands.accounts import begin_sign_in, is_locked_out
from db.models.accounts import Account
from rules.accounts import Identity
from rules.errors import RuleError
from rules.terms import AuditAction


def sign_in_external(
    session: Session,
    identity: Identity,
    *,
    address: str,
    now: datetime,
    failures: int,
    minutes: int,
) -> str | None:
    """Return a new sign-in's token, or None when no open account is known by that name.

    Raises RuleError while the account's name or the address is locked out. Whom the provider
    names has guessed nothing, so that he neither adds to the failures nor makes good for
    passwords guessed before. The audit's entry stays only when the caller commits, also after None.
    """
    account = session.scalar(select(Account).where(Account.external_name == identity.name))
    since = now - timedelta(minutes=minutes)
    name = account.name if account else ""
    if is_locked_out(session, name, address, since=since, failures=failures):
        raise RuleError(f"登录失败次数过多，请 {minutes} 分钟后再试")
    if account is None or not account.active:
        audit.record(
            session,
            AuditAction.SIGN_IN_FAILED,
            "accounts",
            account.id if account else None,
            external_name=identity.name,
            address=address,
        )
        return None
    return begin_sign_in(session, account.id, address=address, now=now, identity=identity)
