"""Names of places and projects, read off titles."""

import pytest

from analysis.names import found, kind_of, plain, stays, whole
from analysis.place_words import Kind


def _names(*titles: str, but: frozenset[str] = frozenset()) -> dict[str, list[int]]:
    folded = [plain(title) for title in titles]
    return {name: held for name, held in found(folded, folded, but=but).items() if len(held) > 1}


def test_a_name_written_with_a_dot_or_in_quotes_is_the_same() -> None:
    assert plain("伊景园·滨河苑") == plain("“伊景园滨河苑”") == "伊景园滨河苑"


def test_codes_of_anonymised_letters_belong_to_no_name() -> None:
    assert plain("A7县星沙路") == "|星沙路"
    assert "水难" not in "".join(_names("A7县停水", "A7县停水"))


def test_an_estate_is_found_in_titles_that_say_different_things_of_it() -> None:
    names = _names("丽发新城旁建搅拌站", "投诉丽发新城小区噪音", "人民路的路灯坏了")

    assert names["丽发新城"] == [0, 1]


def test_a_name_without_a_telling_ending_is_found_by_its_unusual_characters() -> None:
    assert "58车贷" in _names("58车贷立案半年", "严惩58车贷保护伞")


@pytest.mark.parametrize(
    "title",
    [
        "安置小区停水",
        "很多驾校不退费",
        "高速公路堵车",
        "普惠性幼儿园太少",
        "公交站台太远",
        "2018年的补贴",
    ],
)
def test_everyday_words_name_nothing(title: str) -> None:
    assert not _names(title, title)


def test_the_tail_that_several_names_share_is_no_name() -> None:
    names = _names(
        "星联贸易商务有限公司欠薪", "丹霖贸易服务有限公司欠薪", "玉岭科技服务有限公司欠薪"
    )

    assert not any(name.endswith("务有限公司") for name in names)


def test_characters_in_another_order_are_the_same_name() -> None:
    names = _names("利聚网不让提现", "聚利网诈骗一案", "利聚网跑路")

    assert names["利聚网"] == [0, 1, 2]


def test_a_township_is_no_name_of_a_place_in_it() -> None:
    titles = ("青竹湖镇停水", "青竹湖镇修路")

    assert "青竹湖镇" in _names(*titles)
    assert "青竹湖镇" not in _names(*titles, but=frozenset({"青竹湖镇"}))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("辉煌国际城", Kind.SITE),
        ("辉煌国际城二期", Kind.SITE),
        ("月亮岛路", Kind.STREET),
        ("真人桥村", Kind.AREA),
        ("安沙镇", Kind.TOWN),
        ("富惠天下", Kind.PHRASE),
    ],
)
def test_an_ending_says_how_closely_a_name_ties(name: str, kind: Kind) -> None:
    assert kind_of(name) is kind


def test_the_phase_and_the_building_behind_a_name_are_not_part_of_it() -> None:
    assert whole("辉煌国际城二期5栋") == "辉煌国际城"
    assert whole("湖开小区") == "湖开小区", "two characters are too few"


def test_a_platform_is_bound_to_no_spot() -> None:
    assert not stays("58车贷")
    assert stays("丽发新城")
