"""The figures on the command line: all of them, with what they were made of."""

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from rules.figures import REGISTRY
from tests.console.conftest import Run


def test_all_figures_are_printed_with_what_they_were_made_of(manage: Run, ledger: Path) -> None:
    manage("import-cases", str(ledger))
    done = manage("figures", "--period", "2026", "--json")

    told = json.loads(done.stdout)
    assert [each["code"] for each in told["figures"]] == list(REGISTRY)
    by_code = {each["code"]: each for each in told["figures"]}
    assert (by_code["received"]["count"], by_code["received"]["unit"]) == (1, "件次")
    assert (by_code["web_share"]["count"], by_code["web_share"]["whole"]) == (1, 1)
    assert told["first"] == "2026-01-01"
    assert told["store_version"] > 0
    assert told["as_of"]


def test_they_are_printed_for_people_too(manage: Run, ledger: Path) -> None:
    manage("import-cases", str(ledger))
    shown = manage("figures", "--period", "2026").stdout

    assert "数据截至" in shown
    assert "网信占比：100.0%（1/1）（收到日期，网上信访 ÷ 信访总量）" in shown
    assert manage("figures", "--period", "2025").stdout.count("—") > 5


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--period", "去年"), "读不懂"),
        (("--period", "2026", "--unit", "天外局"), "没有名为“天外局”的单位"),
    ],
)
def test_what_cannot_be_counted_is_said(manage: Run, asked: tuple[str, ...], told: str) -> None:
    done = manage("figures", *asked)
    assert done.returncode == 1
    assert told in done.stderr


def test_counts_that_were_spoilt_are_found_and_made_anew(
    manage: Run, ledger: Path, surroundings: dict[str, str]
) -> None:
    manage("import-cases", str(ledger))
    assert "指标与案件相符" in manage("verify").stdout
    with create_engine(surroundings["DATABASE_URL"]).begin() as connection:
        connection.execute(text("UPDATE figure_counts SET webs = webs + 1"))

    spoilt = manage("verify")
    assert spoilt.returncode == 1
    assert "指标有" in spoilt.stdout
    assert "按 1 件案件重新计算" in manage("rebuild-figures").stdout
    assert manage("verify").returncode == 0
