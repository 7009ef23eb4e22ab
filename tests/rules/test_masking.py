"""What of a person may be seen: names, numbers, and what a sweep of free text finds."""

import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.masking import describe, mask_name, mask_names, mask_phone, redact, sweep

ID = "110101199003072316"
ID_X = "11010119900307109X"
CARD = "6222021234567890128"
CARD_16 = "4111111111111111"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张某"),
        ("张三丰", "张某"),
        ("欧阳锋", "欧阳某"),
        ("诸葛 亮", "诸葛某"),
        ("第五伦", "第五某"),
        ("司马", "司马某"),
        ("A00045581", "A某"),
        (" 李四 ", "李某"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_name_keeps_its_surname(name: str | None, masked: str) -> None:
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["张三", "李四", "张五"], ["张某1", "李某", "张某2"]),
        (["张三", "欧阳一", "欧二"], ["张某", "欧阳某", "欧某"]),
        (["张三", "张三", "张三"], ["张某1", "张某2", "张某3"]),
        (["", ""], ["", ""]),
        ([], []),
    ],
)
def test_people_of_one_matter_are_told_apart(names: list[str], shown: list[str]) -> None:
    assert mask_names(names) == shown


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("13812345678", "138****5678"),
        ("138 1234 5678", "138****5678"),
        ("0816-2345678", "*********78"),
        ("12", "***12"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_phone_keeps_its_ends(phone: str | None, masked: str) -> None:
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    "written",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "138 12345678",
        "1381234 5678",
        "138－1234－5678",
        "138 - 1234 - 5678",
        "138\u20111234\u20115678",
        "138\u20141234\u20145678",
        "138\u30001234\u30005678",
        "138\u200b1234\u200b5678",
        "１３８１２３４５６７８",
        "１３８　１２３４　５６７８",
        "1３8 1２34-5６78",
    ],
)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("电话", "请回"),
        ("", ""),
        ("2026-11-22 ", "，"),
        ("+86", ""),
        ("+86 ", ""),
        ("86-", "。"),
        ("0086", ""),
        ("13912345678、", ""),
    ],
)
def test_a_mobile_is_found_however_it_is_written(before: str, written: str, after: str) -> None:
    text = before + written + after
    found = sweep(text)[-1]

    assert (found.kind, found.masked) == ("手机号", "138****5678")
    assert text[found.start : found.end] == written
    assert redact(text).endswith(f"138****5678{after}")


@pytest.mark.parametrize(
    "written",
    [
        ID,
        ID_X,
        ID_X.lower(),
        "11010119900307109Ｘ",
        "110101 19900307 2316",
        "110101-19900307-2316",
        "110 101 1990 0307 2316",
        "1101 0119 9003 0723 16",
        "１１０１０１１９９００３０７２３１６",
        "110101\u200b199003072316",
        " ".join(ID),
    ],
)
def test_an_id_is_found_however_it_is_written(written: str) -> None:
    text = f"身份证{written}号"
    (found,) = sweep(text)

    assert found.kind == "身份证号"
    assert text[found.start : found.end] == written
    assert found.masked.startswith("110***********")
    assert redact(text) == f"身份证{found.masked}号"


@pytest.mark.parametrize(
    "written",
    [
        CARD,
        CARD_16,
        "6222 0212 3456 7890 128",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "４１１１　１１１１　１１１１　１１１１",
    ],
)
def test_a_card_is_found_however_it_is_written(written: str) -> None:
    text = f"卡号：{written}，开户行"
    (found,) = sweep(text)

    assert found.kind == "银行卡号"
    assert text[found.start : found.end] == written
    assert redact(text) == f"卡号：{found.masked}，开户行"
    assert found.masked[:-4].strip("*") == ""


def test_a_short_word_of_digits_behind_a_card_hides_it_not() -> None:
    text = "4111 1111 1111 1111 120元"
    (found,) = sweep(text)

    assert text[found.start : found.end] == "4111 1111 1111 1111"


@pytest.mark.parametrize(
    "text",
    [
        "补偿款 1,200,000 元",
        "金额１，２００，０００元",
        "合计 1200000 元，其中 380000 元",
        "订单 138123456789",
        "订单 202611221381234567",
        "工单 138-1234-5678-9012",
        "流水 0138-1234-5678",
        "2026-11-22 10:30 至 2026-11-23 18:00",
        "20261122 20261123",
        "1990-03-07",
        "自2019年至2026年",
        "案件 510722-2026-000017、510722-2026-000018",
        "值班电话 12345，0816-2345678",
        "身份证 110101199003072317",
        "身份证 110101 1990 0307 2317",
        "身份证 110101199013072316",
        "编号 GD110101199003072316",
        "卡号 6222021234567890127",
        "卡号 4111 1111 1111 1112",
        "8:30-12:00 14:00-18:00 7 9 11",
    ],
)
def test_what_is_no_personal_number_raises_no_alarm(text: str) -> None:
    assert sweep(text) == []
    assert redact(text) == text


@pytest.mark.parametrize("text", ["", None, "没有数字", "１２３"])
def test_nothing_is_found_in_nothing(text: str | None) -> None:
    assert sweep(text) == []
    assert redact(text) == (text or "")


def test_findings_come_in_order_and_none_inside_another() -> None:
    text = f"甲138-1234-5678乙{ID}丙6222 0212 3456 7890 128丁"
    found = sweep(text)

    assert [finding.kind for finding in found] == ["手机号", "身份证号", "银行卡号"]
    assert all(one.end <= two.start for one, two in pairwise(found))
    assert redact(text) == "甲138****5678乙110***********2316丙***************0128丁"


def test_of_two_that_overlap_neither_remains() -> None:
    text = f"13812344111 {CARD_16[4:8]} 1111 1111"
    assert sweep(redact(text)) == []
    assert "1111 1111 1111" not in redact("138 1234 4111-1111-1111-1111")


def test_the_place_is_told_in_the_words_as_written() -> None:
    text = "请回电１３８　１２３４　５６７８"
    assert describe(sweep(text), text) == "手机号 138****5678（“…请回电”之后）"


_PIECES = st.sampled_from(
    [
        *(ID, ID_X, CARD, CARD_16, "13812345678", "138-1234-5678", "110101 19900307 2316"),
        *(
            "4111 1111 1111 1111",
            "１３８１２３４５６７８",
            "86",
            "+86",
            "-",
            " ",
            "。",
            "张三",
            "X",
        ),
    ]
)
_TEXTS = st.one_of(
    st.lists(_PIECES, max_size=8).map("".join),
    st.lists(_PIECES, max_size=8).map(" ".join),
    st.text("0123456789 -１３８Xx*元", max_size=60),
    st.text(max_size=60),
)


@given(_TEXTS)
@example("138-1234-4111-1111-1111-1111")
def test_redacting_leaves_no_finding_and_is_done_once(text: str) -> None:
    once = redact(text)
    assert sweep(once) == []
    assert redact(once) == once


@given(_TEXTS)
def test_findings_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    found = sweep(text)
    assert all(0 <= finding.start < finding.end <= len(text) for finding in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


@pytest.mark.parametrize(
    ("sentence", "seconds"),
    [
        ("反映红星路雨后积水无法通行，希望尽快修复", 0.1),
        ("2026年11月22日反映红星路 3 号楼积水 20 厘米，电话 138-1234-5678，欠款 1,200,000 元", 1),
        ("工单 20261122138123456789 与 510722-2026-000017、4000 5000 6000 7000", 1),
        ("1 2 3 4 5 6 7 8 9 0 " * 2, 1),
    ],
)
def test_ten_thousand_texts_are_swept_at_once(sentence: str, seconds: float) -> None:
    begun = time.process_time()
    for _ in range(10_000):
        sweep(sentence)
    assert time.process_time() - begun < seconds
