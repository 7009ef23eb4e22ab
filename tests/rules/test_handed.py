from datetime import date

from rules.handed import Given, handed_before, instructed_before, led_before

DAY = date(2026, 11, 2)


def test_a_matter_that_nobody_has_had_warns_of_nothing() -> None:
    assert handed_before([], "") is None
    assert instructed_before([], "林政远") is None
    assert led_before("") is None


def test_a_second_handing_names_the_last_unit_and_the_first() -> None:
    told = handed_before([Given(DAY, "县住建局"), Given(DAY, "城关镇")], "县住建局")

    assert told is not None
    assert "2026-11-02 已交城关镇办理，首接单位是县住建局" in told


def test_only_somebody_elses_instruction_warns() -> None:
    mine, other = Given(DAY, "林政远"), Given(DAY, "周怀安")

    assert instructed_before([mine], "林政远") is None
    told = instructed_before([other, mine, other], "林政远")
    assert told is not None
    assert "周怀安的批示等 2 条" in told


def test_who_led_first_is_named() -> None:
    assert "首接领导是林政远" in (led_before("林政远") or "")
