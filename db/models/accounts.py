"""People who sign in, their sign-ins, and what they keep for themselves."""

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Audited, Base, Moment, PrimaryKey, Versioned


class Account(Versioned, Audited, Base):
    """Somebody who may sign in; `roles` holds role codes separated by commas.

    `external_name` is what the identity provider calls him, None where he has a password alone.
    """

    __tablename__ = "accounts"
    restricted = frozenset({"password_hash"})

    id: Mapped[PrimaryKey]
    name: Mapped[str] = mapped_column(String(64), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    external_name: Mapped[str | None] = mapped_column(String(255), unique=True, index=True)
    roles: Mapped[str] = mapped_column(String(100))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leaders.id"))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]


class SignIn(Base):
    """One browser that is signed in; only the hash of its token is kept.

    `id_token` is the identity provider's own, encrypted, where the sign-in came through it:
    what it wants shown when the sign-in is ended there, too.
    """

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    started_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    address: Mapped[str] = mapped_column(String(64))
    id_token: Mapped[bytes | None] = mapped_column(LargeBinary)


class SignInFailure(Base):
    """One wrong password, counted per account name and per address."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("ix_sign_in_failures_subject", "subject", "at"),)

    id: Mapped[PrimaryKey]
    subject: Mapped[str] = mapped_column(String(80))
    at: Mapped[Moment]


class Draft(Base):
    """What somebody has typed into a form and not yet saved; encrypted, it may hold names."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("account_id", "form"),)

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    form: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[Moment]


class SavedView(Audited, Base):
    """A named set of filters of one screen; a shared one is everybody's to read."""

    __tablename__ = "saved_views"

    id: Mapped[PrimaryKey]
    account_id: Mapped[int] = mapped_column(
        ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    screen: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    query: Mapped[str] = mapped_column(String(2000))
    shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]
