from typing import Any

import pytest

from rules.case_terms import Route
from rules.cases import way_problems
from rules.terms import Purpose, Repeat


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"purpose": Purpose.ACCUSATION, "route": Route.ACCUSATION}, []),
        ({"purpose": Purpose.ACCUSATION, "route": Route.HANDLING}, ["route"]),
        ({"purpose": Purpose.ADVICE, "route": Route.ACCUSATION}, ["route"]),
        ({"route": Route.ACCUSATION}, ["route"]),
        ({"purpose": Purpose.ACCUSATION}, []),
        ({"simple": True, "repeat": Repeat.FIRST}, []),
        ({"simple": True, "route": Route.ADVICE}, []),
        ({"simple": True, "route": Route.JUSTICE}, ["simple"]),
        ({"simple": True, "repeat": Repeat.REPEAT}, ["simple"]),
        ({"simple": True, "group": True}, ["simple"]),
        ({"simple": False, "group": True, "repeat": Repeat.REPEAT}, []),
    ],
)
def test_a_way_may_not_contradict_the_case(values: dict[str, Any], fields: list[str]) -> None:
    assert [problem.field for problem in way_problems(values)] == fields
