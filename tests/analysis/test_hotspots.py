"""Groups and early signs over small made-up texts."""

from collections.abc import Iterable
from datetime import date, timedelta

from analysis.hotspots import Matter, Proposal, ProposalKind, proposals

TODAY = date(2026, 6, 30)
NOISE = "搅拌站每晚施工到凌晨，噪音很大，灰尘漫天，老人和学生无法睡觉。"
PARKING = "开发商要求购房必须买车位，捆绑销售车位，不买就不让签合同。"
FILLER = (
    "市民卡何时可以补办",
    "咨询居住证的办理",
    "高考加分名单在哪里查",
    "江边的树被风刮倒了",
)


def matter(number: int, title: str, content: str = "", **changed: object) -> Matter:
    """A matter of a day in spring with one person, unless said otherwise."""
    values: dict[str, object] = {
        "received_on": date(2026, 3, 1) + timedelta(days=number % 20),
        "place": "",
        "people": 1,
        "person_key": None,
    }
    return Matter(number, title, content or title, **{**values, **changed})  # type: ignore[arg-type]


def found(matters: Iterable[Matter]) -> list[Proposal]:
    """Proposals among the given matters and some that have nothing to do with them."""
    rest = [matter(900 + n, title) for n, title in enumerate(FILLER)]
    rest.append(matter(990, "年初的咨询", received_on=date(2026, 1, 1)))
    return proposals([*matters, *rest], today=TODAY)


def ids(matters: Iterable[Matter]) -> list[tuple[int, ...]]:
    """The matters of each proposal."""
    return [proposal.ids for proposal in found(matters)]


def test_one_place_and_one_grievance_are_a_group() -> None:
    told = [
        matter(1, "A2区丽发新城附近建搅拌站污染环境", NOISE),
        matter(2, "投诉丽发新城小区旁搅拌站噪音扰民", NOISE),
        matter(3, "丽发新城三期旁的搅拌厂何时搬走", NOISE),
    ]

    (group,) = found(told)

    assert group.ids == (1, 2, 3)
    assert group.kind is ProposalKind.GROUP
    assert group.place[0] == "丽发新城"
    assert {"搅拌站", "噪音"} & set(group.topic)
    assert group.name.startswith("丽发新城：")


def test_a_name_written_in_several_ways_ties() -> None:
    told = [
        matter(1, "伊景园滨河苑捆绑销售车位", PARKING),
        matter(2, "投诉伊景园·滨河苑强制业主买车位", PARKING),
        matter(3, "A市“伊景园滨河苑”项目车位捆绑合法吗", PARKING),
    ]

    assert ids(told) == [(1, 2, 3)]


def test_the_place_may_stand_in_the_text_only() -> None:
    told = [
        matter(1, "丽发新城附近搅拌站噪音扰民", NOISE),
        matter(2, "丽发新城搅拌站灰尘太大", NOISE),
        matter(3, "搅拌站噪音谁来管", "我住在丽发新城。" + NOISE),
    ]

    assert ids(told) == [(1, 2, 3)]


def test_two_estates_with_one_grievance_are_not_a_group() -> None:
    told = [
        matter(1, "幸福花园夜间施工噪音扰民", NOISE),
        matter(2, "金色家园夜间施工噪音扰民", NOISE),
    ]

    assert ids(told) == []


def test_one_estate_with_two_grievances_is_two_groups() -> None:
    told = [
        matter(1, "丽发新城搅拌站噪音扰民", NOISE),
        matter(2, "丽发新城搅拌站灰尘噪音", NOISE),
        matter(3, "丽发新城捆绑销售车位", PARKING),
        matter(4, "丽发新城强制买车位", PARKING),
    ]

    assert sorted(ids(told)) == [(1, 2), (3, 4)]


def test_estates_of_one_name_in_two_townships_are_two_places() -> None:
    told = [
        matter(n, "幸福花园夜间施工噪音扰民", NOISE, place=place)
        for n, place in enumerate(["东河镇", "东河镇", "西山乡", "西山乡"], start=1)
    ]

    assert sorted(ids(told)) == [(1, 2), (3, 4)]


def test_a_platform_is_complained_of_in_every_township() -> None:
    told = [
        matter(1, "58车贷立案半年毫无进展", place="东河镇"),
        matter(2, "请公布58车贷案情立案进展", place="西山乡"),
    ]

    assert ids(told) == [(1, 2)]


def test_polite_words_and_the_township_tie_nothing() -> None:
    told = [
        matter(1, "尊敬的领导您好，东河镇停水", "尊敬的领导：您好！家里停水", place="东河镇"),
        matter(2, "尊敬的领导您好，东河镇停水", "尊敬的领导：您好！又停水了", place="东河镇"),
    ]

    assert ids(told) == []


def test_people_and_persons_are_counted_apart() -> None:
    told = [
        matter(n, "丽发新城搅拌站噪音扰民", NOISE, people=people, person_key=key)
        for n, (people, key) in enumerate([(30, b"a"), (1, b"b"), (2, b"a"), (5, None)], start=1)
    ]

    (group,) = found(told)

    assert (len(group.ids), group.people, group.persons) == (4, 38, 2)


def test_unknown_persons_are_not_none_at_all() -> None:
    told = [matter(n, "丽发新城搅拌站噪音扰民", NOISE) for n in (1, 2)]

    assert [group.persons for group in found(told)] == [None]


def test_who_wrote_changes_no_group() -> None:
    titles = ["丽发新城搅拌站噪音", "金色家园强制买车位", "丽发新城搅拌站噪音大"]
    alone = [matter(n, title, person_key=b"one") for n, title in enumerate(titles)]
    apart = [matter(n, title, person_key=bytes([n])) for n, title in enumerate(titles)]

    assert ids(alone) == ids(apart) == [(0, 2)]


def test_the_order_of_the_matters_changes_nothing() -> None:
    told = [
        *(matter(n, "丽发新城搅拌站噪音扰民", NOISE) for n in range(1, 4)),
        *(matter(n, "金色家园捆绑销售车位", PARKING) for n in range(4, 9)),
    ]

    assert found(told) == found(reversed(told))


def test_the_fingerprint_outlives_a_matter_more_or_less() -> None:
    told = [matter(n, "丽发新城搅拌站噪音扰民", NOISE) for n in range(1, 6)]

    prints = {found(told[:size])[0].fingerprint for size in (3, 4, 5)}

    assert len(prints) == 1


def test_two_proposals_never_share_a_fingerprint() -> None:
    told = [
        matter(n, "幸福花园夜间施工噪音扰民", NOISE, place=place)
        for n, place in enumerate(["东河镇", "东河镇", "西山乡", "西山乡"], start=1)
    ]

    assert len({group.fingerprint for group in found(told)}) == 2


def test_a_group_that_grows_comes_first_however_small() -> None:
    late = [matter(n, "金色家园捆绑销售车位", PARKING, received_on=TODAY) for n in range(1, 4)]
    old = [matter(n, "丽发新城搅拌站噪音扰民", NOISE) for n in range(4, 10)]

    first, second = found([*old, *late])

    assert (first.ids, first.growth.rising) == ((1, 2, 3), True)
    assert (len(second.ids), second.growth.rising) == (6, False)


def test_a_township_topic_above_its_usual_level_is_an_early_sign() -> None:
    usual = [
        matter(
            n,
            f"第{n}次反映停水",
            place="东河镇",
            received_on=date(2026, 1, 5) + timedelta(days=30 * n),
        )
        for n in range(4)
    ]
    late = [
        matter(10 + n, title, place="东河镇", received_on=TODAY - timedelta(days=n))
        for n, title in enumerate(["又停水了", "家里停水", "为何停水", "停水三天", "停水没人管"])
    ]
    elsewhere = [matter(30, "停水好久", place="西山乡", received_on=TODAY)]

    (sign,) = found([*usual, *late, *elsewhere])

    assert sign.kind is ProposalKind.EARLY_SIGN
    assert sign.ids == (10, 11, 12, 13, 14)
    assert sign.place == ("东河镇",)
    assert sign.growth.rising
    assert found([*usual, *late[:4], *elsewhere]) == []


def test_a_matter_stands_in_one_proposal_at_most() -> None:
    told = [
        *(matter(n, "丽发新城搅拌站噪音扰民", NOISE, place="东河镇") for n in range(1, 9)),
        *(
            matter(n, "噪音太大", place="东河镇", received_on=TODAY - timedelta(days=n - 10))
            for n in range(10, 16)
        ),
    ]

    held = [number for proposal in ids(told) for number in proposal]

    assert len(held) == len(set(held)) == 14


def test_progress_runs_to_one() -> None:
    heard: list[float] = []

    proposals([matter(n, "丽发新城噪音") for n in (1, 2)], today=TODAY, progress=heard.append)

    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_nothing_is_proposed_of_nothing() -> None:
    assert proposals([], today=TODAY) == []
    assert proposals([matter(1, "")], today=TODAY) == []
