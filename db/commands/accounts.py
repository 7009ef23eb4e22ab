"""Accounts and sign-ins: who may come in, and putting them out again."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from db import audit
from db.engine import cipher_of
from db.models.accounts import Account, SignIn, SignInFailure
from db.models.audit import LedgerHead
from db.scope import actor_of
from rules import accounts as rules
from rules.errors import Conflict, Invalid, Missing, Problem, RuleError
from rules.permissions import Action
from rules.terms import AuditAction, Role

# argon2id as in RFC 9106 for little memory: 64 MiB and three rounds.
hasher = PasswordHasher()


@lru_cache(maxsize=1)
def _nobody() -> str:
    """The hash verified against when there is no such account, so that both answers take as long."""
    return hasher.hash(secrets.token_urlsafe(16))


def create_account(
    session: Session,
    name: str,
    password: str | None,
    *,
    roles: Iterable[Role],
    now: datetime,
    unit_id: int | None = None,
    leader_id: int | None = None,
    external_name: str | None = None,
    again: str | None = None,
) -> int:
    """Open an account and return its id; without a password nobody can sign in to it yet.

    With `external_name` one can through the identity provider. `again` is the password typed
    a second time, None where nobody types it. Raises Invalid naming every field that is wrong.
    """
    actor_of(session).require(Action.MANAGE_ACCOUNTS)
    name, chosen = name.strip(), sorted(set(roles))
    external_name = (external_name or "").strip() or None
    problems = rules.account_problems(
        name, chosen, unit_id=unit_id, leader_id=leader_id, external_name=external_name
    )
    problems += _taken(session, external_name, by=None)
    if password is not None:
        problems += rules.password_problems(password, name=name)
    if again is not None and again != password:
        problems.append(Problem("again", "两次输入的口令不一致"))
    if session.scalar(select(Account.id).where(Account.name == name)) is not None:
        problems.append(Problem("name", f"账号“{name}”已经存在，请换一个名字"))
    if problems:
        raise Invalid(problems)
    account = Account(
        name=name,
        password_hash=hasher.hash(password) if password is not None else None,
        roles=",".join(chosen),
        unit_id=unit_id,
        leader_id=leader_id,
        external_name=external_name,
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account.id


def create_first_account(
    session: Session, name: str, password: str, again: str, *, roles: Iterable[Role], now: datetime
) -> int:
    """Create the administrator of an empty store; refuses once there is any account."""
    # Two browsers may stand at the set-up screen: the second waits here for the first.
    session.execute(select(LedgerHead.id).with_for_update())
    if session.scalar(select(func.count()).select_from(Account)):
        raise RuleError("系统已经开办过，不能再次设置管理员")
    if password != again:
        raise Invalid([Problem("again", "两次输入的口令不一致")])
    return create_account(session, name, password, roles=roles, now=now)


def sign_in(
    session: Session,
    name: str,
    password: str,
    *,
    address: str,
    now: datetime,
    failures: int,
    minutes: int,
    fits: bool | None = None,
) -> str | None:
    """Return a new sign-in's token, or None when name and password do not fit.

    Raises RuleError while the name or the address is locked out. The password is
    verified in every case, so that no answer comes sooner than another; `fits` is what
    `password_fits` said of it before this transaction, None verifies it here. The
    failure counts only when the caller commits, also after None.
    """
    name = name.strip()[:64]
    since = now - timedelta(minutes=minutes)
    locked = is_locked_out(session, name, address, since=since, failures=failures)
    account = session.scalar(select(Account).where(Account.name == name))
    if fits is None:
        fits = _verified(account, password)
    if locked:
        raise RuleError(f"登录失败次数过多，请 {minutes} 分钟后再试")
    if account is None or not fits or not account.active:
        _fail(session, name, address, now)
        return None
    _forgive(session, name, address)
    session.execute(delete(SignInFailure).where(SignInFailure.at < since))
    return begin_sign_in(session, account.id, address=address, now=now)


def is_locked_out(
    session: Session, name: str, address: str, *, since: datetime, failures: int
) -> bool:
    """Whether the name or the address has had its `failures` since then."""
    subjects = _subjects(name, address)
    return any(_failures(session, subject, since) >= failures for subject in subjects)


def _fail(session: Session, name: str, address: str, now: datetime) -> None:
    for subject in _subjects(name, address):
        session.add(SignInFailure(subject=subject, at=now))
    audit.record(session, AuditAction.SIGN_IN_FAILED, "accounts", None, name=name, address=address)


def _forgive(session: Session, name: str, address: str) -> None:
    """Forget the misses of a name that has got in, also where they count for its address.

    Behind one address sits a whole office: a clerk who mistyped and then got in must not
    leave her colleagues nearer to being locked out.
    """
    own, shared = _subjects(name, address)
    missed = session.scalars(select(SignInFailure.at).where(SignInFailure.subject == own)).all()
    session.execute(delete(SignInFailure).where(SignInFailure.subject == own))
    session.execute(
        delete(SignInFailure).where(SignInFailure.subject == shared, SignInFailure.at.in_(missed))
    )


def password_fits(session: Session, name: str, password: str) -> bool:
    """Verify a password, at the same cost for a name that nobody has.

    For a reading session: nobody should wait for the store while a password is verified.
    """
    account = session.scalar(select(Account).where(Account.name == name.strip()[:64]))
    return _verified(account, password)


def begin_sign_in(
    session: Session,
    account_id: int,
    *,
    address: str,
    now: datetime,
    identity: rules.Identity | None = None,
) -> str:
    """Sign an account in without asking for its password, and return the new token.

    With the `identity` that the identity provider vouched for, if it did.
    """
    token, cipher = secrets.token_urlsafe(32), cipher_of(session)
    session.add(
        SignIn(
            token_hash=cipher.token_hash(token),
            account_id=account_id,
            started_at=now,
            seen_at=now,
            address=address,
            id_token=cipher.encrypt(identity.id_token) if identity else None,
        )
    )
    told = {"external_name": identity.name} if identity else {}
    audit.record(session, AuditAction.SIGN_IN, "accounts", account_id, address=address, **told)
    return token


def touch(session: Session, token: str, *, now: datetime) -> None:
    """Note that a sign-in is in use; what the idle time-out counts from."""
    kept = cipher_of(session).token_hash(token)
    session.execute(update(SignIn).where(SignIn.token_hash == kept).values(seen_at=now))


def sign_out(session: Session, token: str) -> str | None:
    """End one sign-in; one that has already ended is no error.

    Returns the identity provider's own token of one that came through it, to end it there.
    """
    cipher = cipher_of(session)
    found = session.get(SignIn, cipher.token_hash(token))
    if found is None:
        return None
    audit.record(session, AuditAction.SIGN_OUT, "accounts", found.account_id)
    session.delete(found)
    return cipher.decrypt(found.id_token) if found.id_token else None


def sign_out_everywhere(session: Session, account_id: int, *, but: str | None = None) -> int:
    """End all sign-ins of an account save that of the token `but`; returns how many."""
    statement = delete(SignIn).where(SignIn.account_id == account_id)
    if but is not None:
        statement = statement.where(SignIn.token_hash != cipher_of(session).token_hash(but))
    return session.execute(statement).rowcount  # type: ignore[attr-defined]


def sign_out_others(session: Session, token: str) -> int:
    """End the actor's own sign-ins save that of `token`; returns how many."""
    account_id = actor_of(session).account_id
    if account_id is None:
        raise Missing("账号不存在")
    ended = sign_out_everywhere(session, account_id, but=token)
    if ended:
        audit.record(session, AuditAction.SIGN_OUT, "accounts", account_id, sign_ins=ended)
    return ended


def change_password(
    session: Session,
    old: str,
    new: str,
    again: str,
    *,
    token: str | None,
    now: datetime,
    failures: int,
    minutes: int,
) -> bool:
    """Change the actor's own password and end his other sign-ins; False when `old` is wrong.

    Wrong ones count towards the lock-out of the name like those at the door, and only
    when the caller commits. Raises RuleError while the name is locked out.
    """
    account = session.get(Account, actor_of(session).account_id)
    if account is None:
        raise Missing("账号不存在")
    own = f"name:{account.name}"
    if _failures(session, own, now - timedelta(minutes=minutes)) >= failures:
        raise RuleError(f"口令输错次数过多，请 {minutes} 分钟后再试")
    if not _verified(account, old):
        session.add(SignInFailure(subject=own, at=now))
        audit.record(session, AuditAction.SIGN_IN_FAILED, "accounts", account.id, name=account.name)
        return False
    _set_password(account, new, again)
    sign_out_everywhere(session, account.id, but=token)
    return True


def reset_password(session: Session, account_id: int, new: str, again: str) -> None:
    """Set another's password and end all his sign-ins and lock-outs."""
    actor_of(session).require(Action.MANAGE_ACCOUNTS)
    account = _account(session, account_id)
    _set_password(account, new, again)
    sign_out_everywhere(session, account_id)
    session.execute(delete(SignInFailure).where(SignInFailure.subject == f"name:{account.name}"))


def change_account(
    session: Session,
    account_id: int,
    *,
    version: int,
    roles: Iterable[Role],
    unit_id: int | None,
    leader_id: int | None,
    external_name: str | None,
    active: bool,
) -> None:
    """Change what an account may do; ends its sign-ins when it is closed.

    Those through the identity provider end when it is to be known there by another name.

    Refuses to leave the workbench without an administrator.
    """
    actor_of(session).require(Action.MANAGE_ACCOUNTS)
    account = _account(session, account_id)
    if account.version != version:
        raise Conflict(f"账号“{account.name}”已被他人修改，请核对后重新提交")
    chosen = sorted(set(roles))
    external_name = (external_name or "").strip() or None
    problems = rules.account_problems(
        account.name, chosen, unit_id=unit_id, leader_id=leader_id, external_name=external_name
    )
    problems += _taken(session, external_name, by=account_id)
    if problems:
        raise Invalid(problems)
    if account.external_name != external_name:
        through = SignIn.account_id == account_id, SignIn.id_token.is_not(None)
        session.execute(delete(SignIn).where(*through))
    account.external_name = external_name
    account.roles, account.unit_id, account.leader_id = ",".join(chosen), unit_id, leader_id
    account.active = active
    session.flush()
    if not _administrators(session):
        raise RuleError("至少要保留一个可以登录的系统管理员")
    if not active:
        sign_out_everywhere(session, account_id)


def _taken(session: Session, external_name: str | None, *, by: int | None) -> list[Problem]:
    """What is wrong with the name at the provider for the account `by`: another account has it."""
    if external_name is None:
        return []
    owner = session.scalar(select(Account).where(Account.external_name == external_name))
    if owner is None or owner.id == by:
        return []
    message = f"统一身份认证标识“{external_name}”已经对应账号“{owner.name}”"
    return [Problem("external_name", message)]


def _administrators(session: Session) -> int:
    found = session.execute(
        select(Account.roles).where(Account.active, Account.password_hash.is_not(None))
    ).scalars()
    return sum(Role.ADMIN in roles.split(",") for roles in found)


def _account(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise Missing("该账号不存在")
    return account


def _set_password(account: Account, new: str, again: str) -> None:
    problems = rules.password_problems(new, name=account.name)
    if new != again:
        problems.append(Problem("again", "两次输入的口令不一致"))
    if problems:
        raise Invalid(problems)
    account.password_hash = hasher.hash(new)


def _verified(account: Account | None, password: str) -> bool:
    nobody = _nobody()
    stored = account.password_hash if account and account.password_hash else None
    try:
        return hasher.verify(stored or nobody, password[:200]) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def _subjects(name: str, address: str) -> tuple[str, str]:
    return f"name:{name}", f"address:{address}"


def _failures(session: Session, subject: str, since: datetime) -> int:
    statement = select(func.count()).where(
        SignInFailure.subject == subject, SignInFailure.at > since
    )
    return session.scalar(statement) or 0
