from rules.ledger_rows import first_sentence
from rules.ledger_sweep import swept

ID = "11010519491231002X"


def test_an_id_is_masked_in_every_text_and_said():
    clean, told = swept({"content": f"张某身份证{ID}求助", "answer": f"已联系{ID}", "people": 3})

    assert ID not in str(clean)
    assert clean["people"] == 3
    assert "身份证号" in told["content"]
    assert "打码后导入" in told["content"]
    assert "身份证号" in told["answer"]


def test_another_number_stays_and_is_said_where_it_stands():
    text = "请致电13800138000回复"
    clean, told = swept({"content": text, "remark": text})

    assert clean == {"content": text, "remark": text}
    assert set(told) == {"content"}
    assert "手机号 138****8000（“…请致电”之后），照原样导入" in told["content"]


def test_both_are_told_apart_in_one_cell():
    _, told = swept({"title": f"{ID}来电13800138000"})

    assert told["title"].endswith("身份证号打码后导入，其余照原样导入")


def test_an_id_cut_off_in_a_title_made_from_the_content_is_masked_too():
    content = "长" * 50 + ID
    clean, _ = swept({"content": content, "title": first_sentence(content)})

    assert "1949" not in clean["title"]


def test_the_fields_of_a_person_are_left_to_their_own_rule():
    values = {"petitioner": f"张三{ID}", "phone": "13800138000"}

    assert swept(values) == (values, {})
