"""The audit page's words: all of them Chinese, and a matter's text left out."""

import pytest

from db.audit import silent_columns
from db.models import Base
from db.models.base import Audited
from rules.audit import WITHHELD, column_label, describe, entity_label
from rules.terms import AuditAction

AUDITED = sorted(
    (m for m in Base.registry.mappers if issubclass(m.class_, Audited)),
    key=lambda mapper: mapper.class_.__name__,
)
# The store never writes these into the chain as changes (db/audit.py).


@pytest.mark.parametrize("mapper", AUDITED, ids=lambda mapper: mapper.local_table.name)
def test_every_audited_column_has_a_chinese_name(mapper: object) -> None:
    entity = mapper.local_table.name  # type: ignore[attr-defined]
    silent = silent_columns(mapper.class_)  # type: ignore[attr-defined]
    columns = [c.key for c in mapper.column_attrs if c.key not in silent]  # type: ignore[attr-defined]

    assert entity_label(entity) != entity
    assert [c for c in columns if column_label(entity, c) == c] == []


def test_a_change_reads_from_what_to_what_in_words() -> None:
    changes = {
        "name": ["国土局", "自规局"],
        "kind": ["department", "township"],
        "valid_to": [None, "2026-12-01"],
    }

    told = describe(AuditAction.UPDATE, "units", changes, content=False)

    assert told == "名称：国土局 → 自规局；类别：部门 → 乡镇；停用日期：空 → 2026-12-01"


def test_a_parameter_is_called_by_its_name() -> None:
    told = describe(AuditAction.CREATE, "parameters", {"key": "handle_days"}, content=False)

    assert told == "项目：办理期限"


def test_roles_read_as_people_call_them() -> None:
    told = describe(AuditAction.CREATE, "accounts", {"roles": "admin,auditor"}, content=False)

    assert told == "角色：系统管理员、审计"


@pytest.mark.parametrize(("content", "shown"), [(False, WITHHELD), (True, "举报某局长")])
def test_a_matters_own_text_is_only_for_who_reads_every_matter(content: bool, shown: str) -> None:
    told = describe(AuditAction.CREATE, "cases", {"title": "举报某局长"}, content=content)

    assert told == f"标题：{shown}"
