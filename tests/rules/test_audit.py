"""The audit's words: every table, column, code and reference of the chain has one."""

import pytest

from db.audit import silent_columns
from db.models import Base
from db.models.base import Audited, UtcDateTime
from rules.audit import column_label, entity_label, is_said, referred, terms_of

AUDITED = sorted(
    (m for m in Base.registry.mappers if issubclass(m.class_, Audited)),
    key=lambda mapper: mapper.class_.__name__,
)


@pytest.mark.parametrize("mapper", AUDITED, ids=lambda mapper: mapper.local_table.name)
def test_every_audited_column_has_a_chinese_name(mapper: object) -> None:
    entity = mapper.local_table.name  # type: ignore[attr-defined]
    silent = silent_columns(mapper.class_)  # type: ignore[attr-defined]
    columns = [c.key for c in mapper.column_attrs if c.key not in silent]  # type: ignore[attr-defined]

    assert entity_label(entity) != entity
    assert [c for c in columns if column_label(entity, c) == c] == []


@pytest.mark.parametrize("mapper", AUDITED, ids=lambda mapper: mapper.local_table.name)
def test_every_audited_reference_is_told_by_a_name(mapper: object) -> None:
    table = mapper.local_table  # type: ignore[attr-defined]
    pointing = {
        column.name: {key.column.table.name for key in column.foreign_keys}
        for column in table.columns
        if column.foreign_keys and is_said(table.name, column.name)
    }

    assert {name: {referred(table.name, name)} for name in pointing} == pointing


@pytest.mark.parametrize("mapper", AUDITED, ids=lambda mapper: mapper.local_table.name)
def test_every_audited_code_is_told_by_its_label(mapper: object) -> None:
    table = mapper.local_table  # type: ignore[attr-defined]
    silent = silent_columns(mapper.class_)  # type: ignore[attr-defined]
    coded = {
        column.name: column.type.enum_class
        for column in table.columns
        if getattr(column.type, "enum_class", None) and column.name not in silent
    }

    wanting = [n for n, term in coded.items() if term not in terms_of(table.name, n)]
    assert not wanting


def test_only_moments_are_called_as_moments_are() -> None:
    said = [
        column
        for mapper in AUDITED
        for column in mapper.local_table.columns
        if column.name not in silent_columns(mapper.class_)
    ]

    for column in said:
        called = column.name == "at" or column.name.endswith("_at")
        assert called is isinstance(column.type, UtcDateTime), column
