"""Migrations: the models are what head makes, and every step can be taken back."""

from collections.abc import Callable

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from db import schema, tallies
from db.commands import procedure
from db.commands.cases import Opened
from db.engine import Store
from db.models import Base
from db.models.cases import Case
from db.queries import health
from rules.case_terms import DeclineReason, Step
from tests.conftest import NOW, OFFICE, TODAY


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


def test_the_day_of_a_refusal_is_taken_from_the_steps_that_stand(
    store: Store, make_case: Callable[..., Opened]
) -> None:
    declined, taken_back = make_case(), make_case()
    words = {"decline_reason": DeclineReason.PENDING, "notified_on": TODAY}
    with store.writing(OFFICE) as session:
        for each in (declined, taken_back):
            procedure.take_step(
                session,
                each.id,
                Step.DECLINE,
                happened_on=TODAY,
                values=words,
                version=1,
                today=TODAY,
                now=NOW,
            )
    with store.writing(OFFICE) as session:
        version = session.get_one(Case, taken_back.id).version
        procedure.withdraw_step(
            session, taken_back.id, reason="点错了", version=version, today=TODAY, now=NOW
        )

    schema.downgrade(store, "0023")
    schema.migrate(store)

    with store.reading(OFFICE) as session:
        days = [session.get_one(Case, each.id).declined_on for each in (declined, taken_back)]
    assert days == [TODAY, None]
    with store.engine.connect() as connection:
        assert tallies.differences(connection) == []


def test_migrating_twice_changes_nothing(store: Store) -> None:
    assert schema.migrate(store) == schema.migrate(store)


def test_the_revision_told_from_file_names_is_alembics_own() -> None:
    assert health.needed_schema() == schema.head()
