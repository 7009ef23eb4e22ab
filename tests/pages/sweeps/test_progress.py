"""销号进度 as a page: flows that open their rows, a burn-down in words, and ages."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from db.engine import Store
from rules.dispute_progress import Basis
from rules.terms import Role
from tests.db import disputes as d

Open = Callable[..., AppTest]


def _columns(page: AppTest, at: int = 0) -> dict[str, list[str]]:
    return {str(name): list(values) for name, values in page.dataframe[at].value.items()}


def test_a_class_is_told_from_found_to_signed_off(
    open_page: Open, store: Store, place: d.County
) -> None:
    d.approve(store, d.ready(store, d.add(store, place.village), place.town))
    d.add(store, place.village, title="征地补偿")

    page = open_page("sweeps/progress", Role.OFFICE)
    assert "没有登记纠纷" in page.info[0].value
    page.segmented_control(key="progress_basis").set_value(Basis.CLASS).run()

    flow = _columns(page)
    assert (flow["类别"], flow["排查"], flow["化解"], flow["销号"]) == (
        ["房屋宅基地"],
        ["2"],
        ["1"],
        ["1"],
    )
    assert flow["化解率"] == ["50.0%（1/2）"]
    assert any("未化解 1 件，未销号 1 件" in each.value for each in page.subheader)
    ages = _columns(page, 1)
    assert (ages["排查至今"][0], ages["未化解"]) == ("15 天以内", ["1", "0", "0", "0"])


def test_a_unit_is_told_its_own_and_that_it_is(
    open_page: Open, store: Store, place: d.County
) -> None:
    d.add(store, place.other_town)

    page = open_page(
        "sweeps/progress",
        Role.UNIT,
        unit_id=place.town,
        query={"progress_basis": Basis.CLASS.label},
    )

    assert "只数您看得到的纠纷" in page.caption[0].value
    assert "没有登记纠纷" in page.info[0].value
