"""Ledgers taken in and the register given out by command."""

import json
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from db.commands.cases import open_case
from db.engine import open_store
from db.models.audit import AuditEntry
from db.models.cases import Case
from db.models.units import Unit
from rules.permissions import SYSTEM
from rules.terms import AuditAction, Channel, UnitKind
from settings import Settings
from tests.conftest import KEYS, NOW, TODAY, real_data
from tests.console.conftest import HEAD, Run


def test_the_json_adds_up_and_the_second_run_changes_nothing(manage: Run, ledger: Path) -> None:
    first = json.loads(manage("import-cases", str(ledger), "--json").stdout)
    second = json.loads(manage("import-cases", str(ledger), "--json").stdout)

    assert set(first) == {
        "rows",
        "inserted",
        "updated",
        "unchanged",
        "suspected_duplicates",
        "rejected",
        "ignored",
        "batch",
        "seconds",
    }
    parts = ("inserted", "updated", "unchanged", "rejected", "ignored")
    assert first["rows"] == sum(first[part] for part in parts) == 2
    assert (first["inserted"], first["rejected"], first["batch"]) == (1, 1, 1)
    assert (second["inserted"], second["unchanged"], second["batch"]) == (0, 1, None)


def test_a_dry_run_writes_nothing(manage: Run, ledger: Path) -> None:
    manage("import-cases", str(ledger), "--dry-run")
    again = json.loads(manage("import-cases", str(ledger), "--json").stdout)
    assert again["inserted"] == 1


def test_the_rejected_rows_come_back_corrected_and_import(
    manage: Run, ledger: Path, tmp_path: Path
) -> None:
    returned = tmp_path / "退回.xlsx"
    manage("import-cases", str(ledger), "--rejects", str(returned))
    book = openpyxl.load_workbook(returned)
    sheet = book.active
    assert "晚于今天" in str(sheet.cell(2, 6).value)
    sheet.cell(2, 4).value = "2026/10/9"
    book.save(returned)

    result = json.loads(manage("import-cases", str(returned), "--json").stdout)
    assert (result["inserted"], result["rejected"]) == (1, 0)


def test_rejected_rows_are_not_written_over_what_is_there(
    manage: Run, ledger: Path, tmp_path: Path
) -> None:
    asked = ("import-cases", str(ledger), "--json", "--rejects", str(ledger))
    before = ledger.read_bytes()

    refused = manage(*asked)
    assert refused.returncode == 1
    assert f"{ledger} 已经存在" in refused.stderr
    assert ledger.read_bytes() == before
    meant = json.loads(manage(*asked, "--overwrite").stdout)
    assert meant["batch"] == 1  # the refused run had written nothing
    assert "晚于今天" in _cells(ledger)


def test_a_mapping_by_hand_names_the_columns(manage: Run, tmp_path: Path) -> None:
    (tmp_path / "表.csv").write_text(
        "标题,甲,反映内容\n道路,2026-10-08,雨后积水\n", encoding="gb18030"
    )
    (tmp_path / "map.json").write_text('{"甲": "received_on"}', encoding="utf-8")
    command = ("import-cases", str(tmp_path / "表.csv"), "--json")

    without = json.loads(manage(*command).stdout)
    assert (without["inserted"], without["rejected"]) == (0, 1)
    by_hand = json.loads(manage(*command, "--map", str(tmp_path / "map.json")).stdout)
    assert (by_hand["inserted"], by_hand["rejected"]) == (1, 0)


def _cells(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    return str([row for sheet in book.worksheets for row in sheet.values])


def test_the_register_is_exported_masked_filtered_and_noted(manage: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (
        ["标题", "信访人", "联系电话", "反映内容", "收到日期", "信访目的", "办结日期"],
        ["道路积水", "欧阳建国", "13812345678", "请电 138-1234-5678", "2026-10-08", "求决", ""],
        ["举报某人", "王二", "", "某事", "2026-10-09", "检举控告", ""],
        ["去年旧事", "王五", "", "旧事", "2025-10-08", "求决", "2025-11-01"],
    ):
        book.active.append(row)
    book.save(tmp_path / "台账.xlsx")
    manage("import-cases", str(tmp_path / "台账.xlsx"))

    out = tmp_path / "out.xlsx"
    run = manage("export", str(out), "--since", "2026-01-01", "--until", "2026-12-31", "--content")
    assert "已导出 1 件" in run.stdout, run.stderr
    assert "检举控告 1 件不在文件中" in run.stderr
    cells = _cells(out)
    assert "道路积水" in cells
    assert "138****5678" in cells
    assert "收到日期：2026-01-01 至 2026-12-31（含）" in cells
    for word in ("欧阳", "13812345678", "138-1234", "举报", "旧事"):
        assert word not in cells

    closed = manage("export", str(out), "--overwrite", "--state", "已办结", "--state", "已答复")
    assert "已导出 1 件" in closed.stdout, closed.stderr
    assert "去年旧事" in _cells(out)
    store = open_store(Settings(database_url=f"sqlite:///{tmp_path / 'w.db'}", **KEYS))
    with store.reading(SYSTEM) as session:
        told = select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORT)
        entries = [entry.changes for entry in session.scalars(told.order_by(AuditEntry.seq))]
    store.engine.dispose()
    assert [(entry["rows"], entry["with_content"], entry["with_people"]) for entry in entries] == [
        (1, True, False),
        (1, False, False),
    ]


def _exports(tmp_path: Path) -> int:
    store = open_store(Settings(database_url=f"sqlite:///{tmp_path / 'w.db'}", **KEYS))
    with store.reading(SYSTEM) as session:
        told = select(AuditEntry).where(AuditEntry.action == AuditAction.EXPORT)
        found = len(session.scalars(told).all())
    store.engine.dispose()
    return found


def test_an_export_writes_over_nothing_unasked_and_notes_no_file_that_is_not(
    manage: Run, tmp_path: Path
) -> None:
    kept, full = tmp_path / "kept.xlsx", tmp_path / "full.xlsx"
    kept.write_text("昨天")
    full.symlink_to("/dev/full")

    refused, failed = manage("export", str(kept)), manage("export", str(full), "--overwrite")
    assert (refused.returncode, failed.returncode) == (1, 1)
    assert f"{kept} 已经存在" in refused.stderr
    assert f"{full} 没有写成" in failed.stderr
    assert kept.read_text() == "昨天"
    assert _exports(tmp_path) == 0

    manage("export", str(kept), "--overwrite")
    assert "案件登记簿" in _cells(kept)
    assert _exports(tmp_path) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--unit", "无此局"], "单位表里没有“无此局”"),
        (["--state", "办完了"], "没有这个状态：办完了"),
        (["--period", "明年"], "没有这个时间：明年"),
        (["--period", "今年", "--since", "2026-01-01"], "不能与 --since"),
    ],
)
def test_an_export_of_what_is_not_there_writes_nothing(
    manage: Run, tmp_path: Path, options: list[str], said: str
) -> None:
    run = manage("export", str(tmp_path / "out.xlsx"), *options)

    assert run.returncode == 1
    assert said in run.stderr
    assert not (tmp_path / "out.xlsx").exists()


def test_an_export_of_one_unit_holds_that_units_alone(
    manage: Run, surroundings: dict[str, str], tmp_path: Path
) -> None:
    manage("migrate")
    store = open_store(Settings(database_url=surroundings["DATABASE_URL"], **KEYS))
    with store.writing(SYSTEM) as session:
        for number, name in enumerate(("县教育局", "县住建局"), start=1):
            session.add(Unit(id=number, name=name, kind=UnitKind.DEPARTMENT, path=f"/{number}/"))
            session.flush()
            given = {"title": "学区划分", "channel": Channel.WEB, "received_on": TODAY}
            open_case(session, {**given, "unit_id": number}, people=[], today=TODAY, now=NOW)
    store.engine.dispose()
    out = tmp_path / "out.xlsx"
    run = manage("export", str(out), "--unit", "县教育局")

    rows = list(openpyxl.load_workbook(out)["案件"].values)
    units = {row[rows[0].index("责任单位")] for row in rows[1:]}
    assert run.returncode == 0, run.stderr
    assert units == {"县教育局"}
    assert "责任单位：县教育局" in _cells(out)


def test_a_mapping_by_hand_names_the_columns_and_finds_the_header(
    manage: Run, tmp_path: Path
) -> None:
    (tmp_path / "表.csv").write_text("甲,乙,丙\n2026-10-08,道路积水,雨后\n", encoding="gb18030")
    (tmp_path / "map.json").write_text('{"甲": "received_on", "乙": "title"}', encoding="utf-8")
    run = manage(
        "import-cases", str(tmp_path / "表.csv"), "--map", str(tmp_path / "map.json"), "--json"
    )
    assert json.loads(run.stdout)["inserted"] == 1, run.stderr
    assert "没有找到表头" in manage("import-cases", str(tmp_path / "表.csv")).stderr


def test_what_the_screen_warns_about_is_said_beside_the_result(manage: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("六月", "七月"):
        sheet = book.create_sheet(name)
        sheet.append([*HEAD, "责任单位", "办理状态", "点赞数"])
        for number in range(25 if name == "六月" else 1):
            words = ["夜间噪音", "2026/10/8", f"施工{number}", "县不存在局", "已办结", 3]
            sheet.append([f"WX2026{number:04}", "王小明", *words])
        sheet.append([None, "合计", None, None, None, None, None, 100])
    path = tmp_path / "台账.xlsx"
    book.save(path)

    refused = manage("import-cases", str(path), "--dry-run")
    assert "工作表“七月”也像台账" in refused.stderr
    assert "没有对应栏目、不会导入的列：点赞数" in refused.stderr
    assert "“点赞数”写的是 100" in refused.stderr
    assert "没有办结日期的有 25 行，只记入备注" in refused.stderr
    assert "忽略：第 27 行：合计行" in refused.stderr
    assert "退回：……另有 5 条" in refused.stderr
    taken = manage(
        "import-cases", str(path), "--json", "--unknown", "blank", "--closed-on", "today"
    )
    assert json.loads(taken.stdout)["inserted"] == 25
    assert "25 行，按导入当天记办结日期" in taken.stderr
    wrong = manage("import-cases", str(path), "--unknown", "maybe")
    assert "--unknown 应为" in wrong.stderr


def test_a_file_that_is_no_ledger_ends_in_one_sentence(manage: Run, tmp_path: Path) -> None:
    picture = tmp_path / "图.xlsx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    run = manage("import-cases", str(picture))

    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert "没有完成" in run.stderr


@pytest.mark.shared_data
def test_the_real_messages_come_in_by_command(manage: Run) -> None:
    path = real_data() / "messages_with_replies.xlsx"
    result = json.loads(manage("import-cases", str(path), "--json").stdout)
    assert (result["rows"], result["inserted"]) == (120, 120)


def test_a_file_too_large_is_refused_before_it_is_read(manage: Run, tmp_path: Path) -> None:
    with (tmp_path / "大.xlsx").open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    run = manage("import-cases", str(tmp_path / "大.xlsx"))

    assert run.returncode == 1
    assert "300 MB" in run.stderr
    assert "最大 20 MB" in run.stderr


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(manage: Run, ledger: Path) -> None:
    run = manage("import-cases", str(ledger), "--sheet", "十二月")

    assert run.returncode == 1
    assert "没有名为“十二月”的工作表" in run.stderr
    assert "Sheet" in run.stderr


def _channels(tmp_path: Path) -> list[Channel]:
    store = open_store(Settings(database_url=f"sqlite:///{tmp_path / 'w.db'}", **KEYS))
    with store.reading(SYSTEM) as session:
        found = list(session.scalars(select(Case.channel).order_by(Case.id)))
    store.engine.dispose()
    return found


def test_a_ledger_is_registered_under_the_channel_it_is_named_for(
    manage: Run, ledger: Path, tmp_path: Path
) -> None:
    named = ledger.rename(tmp_path / "来访台账.xlsx")
    run = manage("import-cases", str(named), "--json")

    assert "按文件名“来访台账”登记为来访" in run.stderr
    assert json.loads(run.stdout)["inserted"] == 1
    assert _channels(tmp_path) == [Channel.VISIT]


def test_the_channel_given_goes_first_and_changes_no_case(
    manage: Run, ledger: Path, tmp_path: Path
) -> None:
    named = ledger.rename(tmp_path / "来访台账.xlsx")
    first = manage("import-cases", str(named), "--channel", "来信", "--json")
    again = manage("import-cases", str(named), "--channel", "电话", "--json")

    assert "登记为" not in first.stderr
    assert json.loads(again.stdout)["unchanged"] == 1
    assert _channels(tmp_path) == [Channel.LETTER]
    wrong = manage("import-cases", str(named), "--channel", "托梦")
    assert "--channel" in wrong.stderr


@pytest.mark.parametrize("content", ["{ 表头", "[1, 2]"])
def test_a_mapping_that_is_none_is_said_in_a_sentence(
    manage: Run, ledger: Path, tmp_path: Path, content: str
) -> None:
    mapping = tmp_path / "map.json"
    mapping.write_text(content, encoding="utf-8")

    run = manage("import-cases", str(ledger), "--map", str(mapping))

    assert run.returncode == 1
    assert "没有完成：--map 的文件《map.json》" in run.stderr
    assert "Traceback" not in run.stderr
