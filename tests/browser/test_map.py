"""挂图作战 in the browser: drawn from our own host alone, read from afar, a click opens the list."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db.commands import accounts, disputes, sweep_maps, units
from db.engine import Store
from db.models.disputes import Dispute, DisputeClass
from db.models.units import Unit
from documents import boundaries
from rules.dispute_terms import RiskLevel
from rules.permissions import SYSTEM
from rules.terms import Role
from tests.browser.conftest import Server
from ui.store import today

pytestmark = pytest.mark.browser

PASSWORD = "信访窗口的长口令2026"
SignIn = Callable[[Page, str, str], None]
NAMES = ("城关镇", "河东镇", "太平乡")
_CHART = "[data-testid=stVegaLiteChart]"


@pytest.fixture
def towns(store: Store) -> dict[str, int]:
    """An office, a room, and three townships; the second has a red dispute."""
    now, day = datetime.now(UTC), today()
    with store.writing(SYSTEM) as session:
        for name, role in (("小李", Role.OFFICE), ("会议室", Role.SCREEN)):
            accounts.create_account(session, name, PASSWORD, roles={role}, now=now)
        lines = ["某县\t县", *(f"{name}\t乡镇\t某县" for name in NAMES)]
        units.add_units(session, "\n".join(lines))
        ids = {unit.name: unit.id for unit in session.scalars(select(Unit))}
        kind = session.scalars(select(DisputeClass.id)).first()
        for name, title in (("河东镇", "两户宅基地界线"), ("太平乡", "引水渠改道")):
            values = {
                "title": title,
                "class_id": kind,
                "found_on": day - timedelta(3),
                "unit_id": ids[name],
                "area_id": ids[name],
            }
            opened = disputes.add_dispute(session, values, today=day, now=now)
            if name == "河东镇":
                session.get_one(Dispute, opened.id).level = RiskLevel.RED
    return ids


def _click(page: Page, across: float, down: float) -> None:
    """Click on the map, so far across and down."""
    box = page.locator(f"{_CHART} canvas, {_CHART} svg").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)


def test_a_click_on_a_square_opens_the_townships_list_and_nobody_else_is_asked(
    page: Page, sign_in: SignIn, towns: dict[str, int], server: Server
) -> None:
    sign_in(page, "小李", PASSWORD)
    page.goto("/sweeps-map")
    expect(page.locator(_CHART)).to_be_visible()

    # Two squares across: the second is 河东镇. The very number is clicked, not beside it.
    _click(page, 0.75, 0.25)

    expect(page).to_have_url(re.compile("/sweeps-ledger"))
    expect(page.get_by_text("排查 1 件")).to_be_visible()
    assert "d_level" in page.url
    expect(page.get_by_label("所属乡镇、村")).to_have_value("河东镇")
    assert server.foreign == []


def test_the_countys_own_boundaries_are_drawn_and_clicked(
    page: Page, sign_in: SignIn, towns: dict[str, int], store: Store, server: Server
) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[110 + at, 25], [111 + at, 25], [111 + at, 26], [110 + at, 26], [110 + at, 25]]
                ],
            },
        }
        for at, name in enumerate(NAMES)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    shapes = {towns[area.name]: area.shape for area in boundaries.read(content, limit_mb=1)}
    with store.writing(SYSTEM) as session:
        sweep_maps.add_boundary(
            session, shapes, file_name="乡镇", sha256="", today=today(), now=datetime.now(UTC)
        )
    sign_in(page, "小李", PASSWORD)
    page.goto("/sweeps-map")
    expect(page.locator(_CHART)).to_be_visible()

    _click(page, 0.5, 0.5)

    expect(page).to_have_url(re.compile("/sweeps-ledger"))
    expect(page.get_by_label("所属乡镇、村")).to_have_value("河东镇")
    assert server.foreign == []


def test_the_room_reads_the_numbers_from_eight_metres(
    page: Page, sign_in: SignIn, towns: dict[str, int], store: Store
) -> None:
    """On a wall two metres wide 1920 px are 1 mm each: 40 px are the 4 cm that 8 m take."""
    page.set_viewport_size({"width": 1920, "height": 1080})
    with store.writing(SYSTEM) as session:
        lines = [f"第{n}镇\t乡镇\t某县" for n in range(60)]
        units.add_units(session, "\n".join(lines))
    sign_in(page, "会议室", PASSWORD)
    page.goto("/sweeps-map")
    expect(page.locator(_CHART)).to_be_visible()
    expect(page.get_by_role("link", name="退出大字")).to_be_visible()

    box = page.locator(f"{_CHART} canvas, {_CHART} svg").first.bounding_box()

    assert box is not None
    assert box["y"] + box["height"] <= 1080
    # Seven rows of squares, the number half as high as its square.
    assert box["height"] / 7 * 0.96 * 0.5 >= 40
    assert not page.get_by_role("link", name="首页").is_visible()
