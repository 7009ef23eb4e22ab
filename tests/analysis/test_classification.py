"""The likely class of a matter: what is suggested, and when nothing is."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.classification import FEWEST, Classified, Classifier, train

ROAD, WAGES, SCHOOL, WATER = 1, 2, 3, 4
PHRASES = {
    ROAD: ("路面坑洼无人修补", "公交车停运出行不便", "道路没有路灯"),
    WAGES: ("工地拖欠农民工工资", "公司不缴社会保险", "退休养老金少发"),
    SCHOOL: ("学校违规补课收费", "幼儿园学位不够", "教师待遇没有落实"),
}
PLACES = "东河西山南桥北塘上湾下店新街老城"


def matters(count: int = 48) -> list[Classified]:
    """Make `count` different matters, the classes in turn, the newest first."""
    return list(_made(count))


def _made(count: int) -> Iterator[Classified]:
    for i in range(count):
        code_id = (ROAD, WAGES, SCHOOL)[i % 3]
        phrase = PHRASES[code_id][i // 3 % 3]
        place = PLACES[i % 16] + PLACES[i // 16]
        yield Classified(
            f"{place}村{phrase}", f"我是{place}村村民，{phrase}，请领导解决。", code_id
        )


@pytest.fixture(scope="module")
def trained() -> Classifier:
    return train(matters())


@pytest.mark.parametrize(
    ("title", "content", "expected"),
    [
        ("请修路", "门前道路坑洼，晚上没有路灯", ROAD),
        ("拖欠工资", "", WAGES),
        ("", "孩子的学校又在补课收费", SCHOOL),
    ],
)
def test_the_likely_class_comes_first_by_title_content_or_both(
    trained: Classifier, title: str, content: str, expected: int
) -> None:
    found = trained.suggest(title, content)

    assert found[0].code_id == expected
    assert {one.code_id for one in found} == {ROAD, WAGES, SCHOOL}
    assert found[0].probability > 0.6
    assert sum(one.probability for one in found) == pytest.approx(1, abs=1e-5)
    assert trained.reason == ""


def test_no_more_than_asked_for_are_suggested(trained: Classifier) -> None:
    assert trained.suggest("拖欠工资", n=2) == trained.suggest("拖欠工资", n=3)[:2]
    assert len(trained.suggest("拖欠工资", n=9)) == 3


@pytest.mark.parametrize("text", ["", " \n\t", "xyz!", "龘"])
def test_of_a_text_that_says_nothing_nothing_is_suggested(trained: Classifier, text: str) -> None:
    assert trained.suggest(text, text) == ()


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_typed_the_chances_are_chances(
    trained: Classifier, title: str, content: str
) -> None:
    found = trained.suggest(title, content)
    chances = [one.probability for one in found]
    assert chances == sorted(chances, reverse=True)
    assert not chances or sum(chances) == pytest.approx(1, abs=1e-5)


def test_breaks_and_blanks_inside_a_text_mean_nothing(trained: Classifier) -> None:
    assert trained.suggest("拖欠 工资", "工地\n拖欠\t") == trained.suggest("拖欠工资", "工地拖欠")


def test_too_few_matters_suggest_nothing_and_say_why() -> None:
    few = train(matters(FEWEST - 1))

    assert few.suggest("拖欠工资") == ()
    assert few.reason == f"已分类的案件只有 {FEWEST - 1} 件，满 {FEWEST} 件后才给出分类建议"
    assert train(matters(FEWEST)).suggest("拖欠工资")[0].code_id == WAGES


def test_matters_of_one_class_suggest_nothing_and_say_why() -> None:
    alike = train(
        [Classified(m.title, m.content, ROAD) for m in matters()], names={WATER: ["供水"]}
    )

    assert alike.suggest("请修路") == ()
    assert alike.reason == "已分类的案件都属同一类，有两类以上才给出分类建议"


def test_no_matter_at_all_is_too_few() -> None:
    assert train([]).suggest("请修路") == ()


NAMES = {
    ROAD: [
        f"{word}养护" for word in ("道路", "公路", "桥梁", "路灯", "公交", "路面", "交通", "停车")
    ],
    WAGES: [
        f"{word}保障" for word in ("工资", "养老", "社保", "劳动", "就业", "工伤", "失业", "退休")
    ],
    WATER: [f"{word}供应" for word in ("自来水", "饮水", "水源", "管网", "水压", "水表", "水质")],
    SCHOOL: [f"{word}教育" for word in ("学校", "幼儿", "补课", "学位", "教师", "招生", "学区")],
}


def test_while_matters_are_few_the_names_of_the_classes_carry() -> None:
    assert train([], names=NAMES).suggest("村里没有自来水")[0].code_id == WATER
    few = train(matters(FEWEST - 1), names=NAMES)
    assert few.suggest("工地拖欠工资", "不缴社保")[0].code_id == WAGES
    assert few.reason == ""
    alike = [Classified(m.title, m.content, ROAD) for m in matters()]
    assert train(alike, names=NAMES).suggest("村里没有自来水")[0].code_id == WATER


def test_many_texts_are_told_what_each_is_told_alone(trained: Classifier) -> None:
    texts = [(m.title, m.content) for m in matters()] + [("", ""), ("拖欠工资", "")]
    alone = [trained.suggest(title, content, n=1) for title, content in texts]

    found = trained.likeliest(texts * 12)
    assert len(found) == len(texts) * 12
    for one, single in zip(found, alone * 12, strict=True):
        assert (one is None) == (single == ())
        if one is not None:
            assert one.code_id == single[0].code_id
            assert one.probability == pytest.approx(single[0].probability, abs=1e-5)
    assert Classifier("没有").likeliest(texts) == [None] * len(texts)


def test_a_letter_that_came_often_counts_once() -> None:
    letter = Classified("停水", "本小区已连续停水三十天，请派人抢修。", WATER)
    often = [Classified(f"第{i}户停水", letter.content, WATER) for i in range(FEWEST)]

    assert "只有 2 件" in train([*often, matters()[0]]).reason


def test_titles_over_one_short_content_count_each() -> None:
    by_title = [Classified(m.title, "见附件", m.code_id) for m in matters()]
    assert train(by_title).suggest("拖欠工资")[0].code_id == WAGES


def test_a_text_is_learnt_as_it_was_classified_last() -> None:
    corrected = [Classified(m.title, m.content, WATER) for m in matters() if m.code_id == ROAD]
    found = train([*corrected, *matters()]).suggest("路面坑洼", n=9)

    assert found[0].code_id == WATER
    assert ROAD not in {one.code_id for one in found}


def test_only_the_newest_are_learnt_from() -> None:
    older = [Classified(f"{m.title}停水", "自来水停了", WATER) for m in matters()]
    both = [*matters(), *older]

    assert train(both).suggest("自来水停了")[0].code_id == WATER
    recent = train(both, newest=48).suggest("自来水停了，路面坑洼", n=9)
    assert WATER not in {one.code_id for one in recent}


def test_a_class_with_a_single_matter_is_found_by_its_words() -> None:
    found = train([Classified("小区停水", "自来水停供多日", WATER), *matters()]).suggest(
        "自来水停供"
    )
    assert found[0].code_id == WATER


def test_a_class_without_a_matter_is_found_by_its_names(trained: Classifier) -> None:
    names = {WATER: ["水务", "自来水供应", "农村饮水"], ROAD: ["交通", "道路养护"]}

    assert train(matters(), names=names).suggest("村里没有自来水")[0].code_id == WATER
    assert WATER not in {one.code_id for one in trained.suggest("村里没有自来水", n=9)}


def test_training_again_gives_the_same(trained: Classifier) -> None:
    again = train(iter(matters()))
    assert again.suggest("路面坑洼", "退休养老金") == trained.suggest("路面坑洼", "退休养老金")


def test_a_text_between_two_classes_is_less_sure(trained: Classifier) -> None:
    clear = trained.suggest("工地拖欠农民工工资")[0].probability
    between = trained.suggest("学校拖欠工资")[0].probability
    assert between < clear


def test_labels_put_at_random_are_not_suggested_with_confidence() -> None:
    """The chances are measured on matters held out, not on those learnt by heart."""
    order = np.random.default_rng(0).permutation(48) % 3
    mixed = train(
        [Classified(m.title, m.content, int(k) + 1) for m, k in zip(matters(), order, strict=True)]
    )
    sure = [mixed.suggest(m.title, m.content)[0].probability for m in matters()]
    assert np.mean(sure) < 0.75
