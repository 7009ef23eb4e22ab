"""Which case is meant by what somebody types to open one."""

import pytest

from ui.tables import meant_by

TITLES = {
    "510722-2026-000036": "红星路坑洼",
    "510722-2026-000136": "学区划分",
    "510722-2026-000002": "红星路漏水",
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("510722-2026-000036", ["510722-2026-000036"]),
        ("0036", ["510722-2026-000036"]),
        ("学区", ["510722-2026-000136"]),
        ("红星路", ["510722-2026-000036", "510722-2026-000002"]),
        ("36", ["510722-2026-000036", "510722-2026-000136"]),
        ("510722-2025-000001", ["510722-2025-000001"]),
        ("没有这样的", []),
    ],
)
def test_a_number_its_end_or_a_few_letters_name_a_case(typed: str, meant: list[str]) -> None:
    assert meant_by(typed, TITLES) == meant
