"""The ground of every model: naming, column types and the mixins the store listens for."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from rules.permissions import Actor
from rules.terms import Term

# SQLite numbers rows by themselves only for a column of exactly INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")
PrimaryKey = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]


class Base(DeclarativeBase):
    """Every table of the store."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: UTC with timezone in Python, whatever the engine keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a timezone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Moment = Annotated[datetime, mapped_column(UtcDateTime())]


def coded(term: type[Term]) -> Enum:
    """A term's column: the code as text on both engines; a new code needs no ALTER TYPE."""
    return Enum(
        term,
        native_enum=False,
        length=32,
        create_constraint=False,
        values_callable=lambda terms: [member.value for member in terms],
    )


class Audited:
    """A model whose every change is written to the audit chain (db/audit.py).

    `restricted` names the columns whose values are never written there in clear.
    """

    restricted: ClassVar[frozenset[str]] = frozenset()


class Scoped:
    """A model that belongs to a unit; the store adds `visible_to` to every read of it."""

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool] | None:
        """Return the criteria that leave `actor` his own rows; None leaves all of them."""
        raise AssertionError(f"{cls.__name__} does not say who may see it")


class Versioned:
    """A model people edit: a rival's save inside the transaction is caught by the mapper.

    A form stands open much longer than a transaction, so commands compare the version
    the user saw as well.
    """

    version: Mapped[int] = mapped_column(Integer)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        return {"version_id_col": cls.__dict__.get("version", Versioned.version)}
