"""Who is signed in, and the accounts there are."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.engine import cipher_of
from db.models.accounts import Account, SignIn
from db.models.units import Leader, Unit
from db.scope import actor_of
from rules.permissions import Action, Actor, roles_from
from rules.terms import Role


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in that was found, whether or not its time is up."""

    actor: Actor
    started_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as the administrator sees it."""

    id: int
    version: int
    name: str
    roles: frozenset[Role]
    unit_id: int | None
    unit: str | None
    leader_id: int | None
    leader: str | None
    external_name: str | None
    active: bool
    has_password: bool

    @property
    def state(self) -> str:
        """Whether one can sign in, in words."""
        if not self.active:
            return "已停用"
        if self.has_password:
            return "可登录"
        return "仅统一身份认证" if self.external_name else "未设口令"


def is_empty(session: Session) -> bool:
    """Whether nobody has an account yet, so that the set-up screen is due."""
    return session.scalar(select(Account.id).limit(1)) is None


def signed_in(session: Session, token: str) -> SignedIn | None:
    """Find whose token this is; None for an unknown one and for a closed account.

    The time-outs are for the caller to judge (rules/accounts.py `sign_in_ended`).
    """
    row = session.execute(
        select(
            Account.id,
            Account.name,
            Account.roles,
            Account.unit_id,
            Account.leader_id,
            SignIn.started_at,
            SignIn.seen_at,
        )
        .join(SignIn, SignIn.account_id == Account.id)
        .where(SignIn.token_hash == cipher_of(session).token_hash(token), Account.active)
    ).one_or_none()
    if row is None:
        return None
    actor = Actor(
        account_id=row.id,
        name=row.name,
        roles=roles_from(row.roles.split(",")),
        unit_id=row.unit_id,
        unit_ids=_subtree(session, row.unit_id),
        leader_id=row.leader_id,
    )
    return SignedIn(actor, row.started_at, row.seen_at)


def accounts(session: Session) -> list[AccountRow]:
    """List all accounts by name."""
    actor_of(session).require(Action.MANAGE_ACCOUNTS)
    rows = session.execute(
        select(Account, Unit.name, Leader.name)
        .outerjoin(Unit, Account.unit_id == Unit.id)
        .outerjoin(Leader, Account.leader_id == Leader.id)
        .order_by(Account.name)
    )
    return [
        AccountRow(
            id=account.id,
            version=account.version,
            name=account.name,
            roles=roles_from(account.roles.split(",")),
            unit_id=account.unit_id,
            unit=unit,
            leader_id=account.leader_id,
            leader=leader,
            external_name=account.external_name,
            active=account.active,
            has_password=account.password_hash is not None,
        )
        for account, unit, leader in rows
    ]


def has_password(session: Session, account_id: int | None) -> bool:
    """Whether an account can be signed in to with a password at all."""
    statement = select(Account.password_hash).where(Account.id == account_id)
    return session.scalar(statement) is not None


def sign_ins(session: Session, account_id: int) -> int:
    """Count the browsers an account is signed in on."""
    statement = select(func.count()).where(SignIn.account_id == account_id)
    return session.scalar(statement) or 0


def sign_in_times(
    session: Session, account_id: int, *, but: str | None
) -> list[tuple[datetime, datetime]]:
    """List when each sign-in of an account began and was last seen, save that of token `but`.

    Whether one is over is for the caller to judge (rules/accounts.py `sign_in_ended`).
    """
    statement = select(SignIn.started_at, SignIn.seen_at).where(SignIn.account_id == account_id)
    if but is not None:
        statement = statement.where(SignIn.token_hash != cipher_of(session).token_hash(but))
    return [(row.started_at, row.seen_at) for row in session.execute(statement)]


def _subtree(session: Session, unit_id: int | None) -> frozenset[int]:
    if unit_id is None:
        return frozenset()
    path = session.scalar(select(Unit.path).where(Unit.id == unit_id))
    return frozenset(session.scalars(select(Unit.id).where(Unit.path.startswith(path))))
