"""The five steps: which move is legal from where, and the clock of each."""

from datetime import date
from itertools import pairwise

import pytest

from rules import evaluation_steps as rules
from rules.errors import RuleError
from rules.evaluation_meetings import agenda, lacking, question_problems
from rules.evaluation_steps import MOVES, Days
from rules.evaluation_terms import BookStep, EvaluationState, Move
from rules.limits import Terms
from rules.policy import PARAMETERS

S = EvaluationState
DEFAULTS = {key: each.default for key, each in PARAMETERS.items()}
APPLIED = date(2026, 11, 2)


def _book(state: EvaluationState, today: date, **days: date) -> dict[BookStep, rules.Line]:
    lines = rules.run_book(DEFAULTS, Days(APPLIED, **days), state, terms=Terms(), today=today)
    return {line.step: line for line in lines}


@pytest.mark.parametrize("move", [m for m in Move if m is not Move.APPLY])
@pytest.mark.parametrize("state", EvaluationState)
def test_a_move_is_refused_from_every_state_that_is_not_its_source(
    move: Move, state: EvaluationState
) -> None:
    rule = MOVES[move]
    if state in rule.sources:
        assert rules.require(move, state) is (rule.to or state)
    else:
        with pytest.raises(RuleError, match=state.label):
            rules.require(move, state)


def test_no_step_can_be_left_out_on_the_way_to_the_meeting() -> None:
    way = [S.APPLIED, S.ADMITTED, S.FORMED, S.NOTICED, S.MEETING]
    for before, after in pairwise(way):
        leading = {source for rule in MOVES.values() if rule.to is after for source in rule.sources}
        assert before in leading
        assert leading.isdisjoint(way[: way.index(before)])


def test_the_steps_the_source_does_not_name_are_marked_as_defaults() -> None:
    book = _book(S.APPLIED, APPLIED)

    assert [line.default for line in book.values()] == [True, True, True, False, False]
    assert book[BookStep.NOTICE].name == "社会公示"


def test_the_clocks_run_from_application_and_admission() -> None:
    book = _book(S.ADMITTED, date(2026, 11, 6), confirmed_on=date(2026, 11, 6))
    due = {step: line.due.on for step, line in book.items() if line.due}

    assert due == {
        BookStep.CONFIRM: date(2026, 11, 9),
        BookStep.PANEL: date(2026, 11, 16),
        BookStep.NOTICE: date(2026, 11, 29),
        BookStep.MEETING: date(2026, 12, 2),
    }
    assert book[BookStep.PANEL].current
    assert not any(line.late for line in book.values())


def test_a_step_is_late_after_its_last_day_and_stays_so() -> None:
    waiting = _book(S.APPLIED, date(2026, 11, 10))
    done = _book(S.ADMITTED, date(2026, 11, 11), confirmed_on=date(2026, 11, 10))

    assert waiting[BookStep.CONFIRM].late
    assert done[BookStep.CONFIRM].late
    assert not _book(S.APPLIED, date(2026, 11, 9))[BookStep.CONFIRM].late


def test_what_was_given_up_has_no_limits_before_it() -> None:
    ended = date(2026, 11, 5)
    book = _book(S.REFUSED, date(2027, 1, 1), confirmed_on=ended, ended_on=ended)

    assert [step for step, line in book.items() if line.due] == [BookStep.CONFIRM]
    assert not any(line.late or line.current for line in book.values())


def test_a_meeting_that_is_set_tells_the_last_day_of_its_notice() -> None:
    book = _book(S.NOTICED, APPLIED, held_on=date(2026, 11, 20))

    limit = book[BookStep.NOTICE].due
    assert limit is not None
    assert limit.on == date(2026, 11, 17)


def test_the_agenda_is_parted_and_a_vote_needs_its_quorum() -> None:
    assert agenda("宣布纪律、 陈述、、票决") == ["宣布纪律", "陈述", "票决"]
    assert lacking(7, size=9, quorum=7) is None
    assert "还差 1 人" in (lacking(6, size=9, quorum=7) or "")
    assert [p.field for p in question_problems(asked_by="", text="", answer="")] == [
        "asked_by",
        "text",
    ]
