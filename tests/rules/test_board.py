"""The board: in which column a state stands."""

import pytest

from rules.board import Stage, stage_of
from rules.terms import CaseState


@pytest.mark.parametrize(
    ("state", "stage"),
    [
        (CaseState.DISPUTED, Stage.INTAKE),
        (CaseState.ACCEPTED, Stage.HANDLED),
        (CaseState.CLOSED, Stage.CLOSED),
        (CaseState.SIGNED_OFF, None),
        (CaseState.DECLINED, None),
    ],
)
def test_a_state_stands_in_its_column_or_has_left_the_board(
    state: CaseState, stage: Stage | None
) -> None:
    assert stage_of(state) is stage
