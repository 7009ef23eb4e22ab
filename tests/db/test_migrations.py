"""Migrations: the models are what head makes, and every step can be taken back."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from db import schema
from db.engine import Store
from db.models import Base
from db.queries import health


def test_the_models_are_what_the_migrations_make(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": False,
                "include_object": lambda _o, name, kind, _r, _c: (
                    not (str(name).startswith("case_search") or name == "ix_cases_bigrams")
                ),
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_down_and_up_again_leaves_an_empty_working_store(store: Store) -> None:
    schema.downgrade(store, "base")
    with store.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}

    assert schema.migrate(store) == schema.head()


def test_migrating_twice_changes_nothing(store: Store) -> None:
    assert schema.migrate(store) == schema.migrate(store)


def test_the_revision_told_from_file_names_is_alembics_own() -> None:
    assert health.needed_schema() == schema.head()
