"""An entry of the chain in words: names for ids, the office's clock, and the content withheld."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rules.audit import WITHHELD
from rules.audit_telling import Entry, describe, references, subject
from rules.terms import AuditAction

CLOCK = ZoneInfo("Asia/Shanghai")
NAMES = {
    ("units", 3): "县教育局",
    ("units", 5): "石门镇",
    ("codes", 2): "教育/招生",
    ("leaders", 4): "张三",
    ("accounts", 1): "小李",
    ("cases", 9): "430199-2026-000009",
    ("import_batches", 1): "第 1 批",
}


def _told(
    entity: str,
    changes: dict[str, Any],
    *,
    action: AuditAction = AuditAction.UPDATE,
    content: bool = False,
) -> str:
    entry = Entry(action, entity, 9, changes)
    return "；".join(describe(entry, content=content, names=NAMES, clock=CLOCK))


def test_a_change_reads_from_what_to_what_in_words() -> None:
    changes = {
        "name": ["国土局", "自规局"],
        "kind": ["department", "township"],
        "valid_to": [None, "2026-12-01"],
    }

    assert (
        _told("units", changes)
        == "名称：国土局 → 自规局；类别：部门 → 乡镇；停用日期：（空） → 2026-12-01"
    )


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("unit_id", [3, 5], "责任单位：县教育局 → 石门镇"),
        ("unit_id", [None, 77], "责任单位：（空） → #77"),
        ("code_id", [None, 2], "内容分类：（空） → 教育/招生"),
        ("lead_id", [4, None], "包案领导：张三 → （空）"),
        ("repeat_of_id", [None, 9], "重复于：（空） → 430199-2026-000009"),
        ("batch_id", [None, 1], "导入批次：（空） → 第 1 批"),
        ("urgent", [False, True], "重大紧急：否 → 是"),
        ("amount_fen", [None, 1234500], "涉及金额：（空） → 12,345 元"),
        ("channel", ["web", "phone"], "信访形式：网上 → 电话"),
        ("created_at", "2026-11-20T02:00:00+00:00", "建立时间：2026-11-20 10:00:00"),
        ("name_encrypted", ["***", "***"], "姓名：已修改（不显示）"),
        ("phone_encrypted", "***", "电话：（不显示）"),
    ],
)
def test_a_value_of_the_chain_is_told_as_people_say_it(column: str, value: Any, told: str) -> None:
    assert _told("cases", {column: value}) == told


def test_what_an_import_counted_and_a_step_carried_is_told() -> None:
    counts = _told("import_batches", {"counts": {"rows": 3, "inserted": 2, "rejected": 1}})
    step = _told("case_steps", {"details": {"days": 15, "approver": "王主任"}}, content=True)

    assert counts == "件数：行数 3、新增 2、退回 1"
    assert step == "要素：延期天数 15、批准人 王主任"


def test_what_only_the_machine_needs_is_not_told() -> None:
    assert _told("units", {"id": 9, "path": ["/1/9/", "/2/9/"]}) == ""


def test_a_parameter_is_called_by_its_name() -> None:
    created = Entry(AuditAction.CREATE, "parameters", 1, {"key": "handle_days"})

    assert _told("parameters", {"key": "handle_days"}) == "项目：办理期限"
    assert subject(created, {}) == "办理期限"


def test_roles_read_as_people_call_them() -> None:
    assert _told("accounts", {"roles": "admin,auditor"}) == "角色：系统管理员、审计"


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [("title", "举报某局长", "标题：举报某局长"), ("purpose", "accusation", "信访目的：检举控告")],
)
def test_a_matters_own_is_only_for_who_reads_every_matter(
    column: str, value: str, shown: str
) -> None:
    label = shown.split("：")[0]

    assert _told("cases", {column: value}, content=True) == shown
    assert _told("cases", {column: value}) == f"{label}：{WITHHELD}"
    assert Entry(AuditAction.CREATE, "cases", 1, {column: value}).withholds()
    assert not Entry(AuditAction.CREATE, "cases", 1, {"number": "x"}).withholds()


def test_an_entry_is_about_a_name_and_not_an_id() -> None:
    def about(entity: str, entity_id: int | None, **changes: Any) -> str:
        return subject(Entry(AuditAction.CREATE, entity, entity_id, changes), NAMES)

    assert about("accounts", 1) == "小李"
    assert about("attachments", 8, case_id=9, name="举报信.pdf") == "430199-2026-000009"
    # What is gone is called as it was; what the auditor may not read is no name.
    assert about("units", 99, name="撤销的局") == "撤销的局"
    assert about("attachments", 8, case_id=77, name="举报信.pdf") == "#8"
    assert about("calendar_days", None, key="2026-10-01") == "2026-10-01"
    assert about("store", None) == ""


def test_every_id_is_asked_for_to_be_named() -> None:
    entry = Entry(AuditAction.UPDATE, "cases", 9, {"unit_id": [3, 5], "lead_id": [None, 4]})

    assert set(references(entry)) == {("cases", 9), ("units", 3), ("units", 5), ("leaders", 4)}
